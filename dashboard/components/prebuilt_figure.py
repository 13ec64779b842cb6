"""A finished figure in, what Streamlit sends without looking through it again out."""

from typing import Any

from plotly.basedatatypes import BaseFigure

from pipelines.present.charts.figure import Figure


class PrebuiltFigure(BaseFigure):  # type: ignore[misc]
    """A figure that hands out its dictionary as it is.

    NOTE: Streamlit makes a plotly object of every dictionary to validate it, which takes ten times as long as drawing
    and sending; tests/present validate every figure once instead.
    """

    def __init__(self, figure: Figure) -> None:
        self._ready = figure

    def to_dict(self) -> dict[str, Any]:
        return self._ready
