"""A picture in, something a notebook shows out: the same chart as on the screen, without a script or a network."""

from dataclasses import dataclass
from html import escape

from pipelines.present.chart_data import ChartWithTable
from pipelines.present.svg import render_svg


@dataclass(frozen=True)
class NotebookPicture:
    """What marimo and Jupyter put on the page: the finding, then the chart."""

    picture: ChartWithTable
    wide: int = 620

    def _repr_html_(self) -> str:
        """The name both notebooks ask for."""
        drawn = render_svg(self.picture.figure, self.picture.alt, self.wide)
        words = f'<figcaption style="font-weight:600;margin-bottom:6px">{escape(self.picture.alt)}</figcaption>'
        return f'<figure style="margin:0;max-width:{self.wide}px">{words}{drawn}</figure>'


def show(picture: ChartWithTable, wide: int = 620) -> NotebookPicture:
    """The picture as the last line of a cell: `show(growth.steps(...))`."""
    return NotebookPicture(picture, wide)
