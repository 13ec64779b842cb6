"""Charts in notebooks: the same as on the screen, without a script or a network."""

from dataclasses import dataclass

from pipelines.present.chart_data import ChartWithTable
from pipelines.present.format.escaping import escape_html
from pipelines.present.svg import render_svg


@dataclass(frozen=True)
class NotebookPicture:
    """What marimo and Jupyter put on the page: the finding, then the chart."""

    picture: ChartWithTable
    wide: int = 620

    def _repr_html_(self) -> str:
        """Return the chart as HTML; both notebooks ask for this name."""
        svg = render_svg(self.picture.figure, self.picture.alt, self.wide)
        style = "font-weight:600;margin-bottom:6px"
        caption = f'<figcaption style="{style}">{escape_html(self.picture.alt)}</figcaption>'
        return f'<figure style="margin:0;max-width:{self.wide}px">{caption}{svg}</figure>'


def show(picture: ChartWithTable, wide: int = 620) -> NotebookPicture:
    """Return a picture for the last line of a cell: `show(growth.draw_growth(...))`."""
    return NotebookPicture(picture, wide)
