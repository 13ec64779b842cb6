"""One series a place in, small multiples out: the same scale everywhere, the last value written, gaps left open."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels: the least width of one small picture, the height of one with its name.
WIDE, TALL = 132, 92
#: The part of a small picture that its name and the gap to the next take.
NAME, GAP = 0.34, 0.18


@dataclass(frozen=True)
class PlaceSeries:
    """One place over time."""

    name: str
    code: str
    marks: tuple[DataPoint, ...]

    @property
    def is_known(self) -> bool:
        """Has the place any value?"""
        return any(mark.value is not None for mark in self.marks)


def draw_small_multiples(
    rows: list[PlaceSeries], mean: list[float | None] | None = None, *, wide: int = 620
) -> Figure:
    """Small lines on one scale from zero; `mean` is the grey line behind every one; `wide` pixels in all."""
    across = max(1, min(len(rows), wide // WIDE))
    down = ceil(len(rows) / across)
    steps = max((len(r.marks) for r in rows), default=1)
    top = (
        max([m.value or 0 for r in rows for m in r.marks] + [v or 0 for v in mean or []], default=0)
        or 1
    )
    spots = [(r, i % across, i // across) for i, r in enumerate(rows)]
    traces = [_mean_trace(spots, mean, top)] if mean else []
    traces += [_series_trace(spots, top), _dot_trace(spots, top, steps)]
    notes = [n for spot in spots for n in _series_notes(*spot, top, steps)]
    shapes = [_base_line(column, row) for _, column, row in spots]
    x = figure.hidden_axis(range=[-0.02, across - GAP / 2])
    y = figure.hidden_axis(range=[-down + 0.0, 0.06])
    height = TALL * down + 14
    return figure.make_figure(traces, height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


def _x_at(column: int, step: int, steps: int) -> float:
    return column + (1 - GAP) * step / max(steps - 1, 1)


def _y_at(row: int, value: float, top: float) -> float:
    return -row - 1 + 0.08 + (1 - NAME - 0.08) * value / top


def _series_path(
    column: int, row: int, values: list[float | None], top: float
) -> list[tuple[float | None, float | None]]:
    points = [
        (_x_at(column, i, len(values)), None if v is None else _y_at(row, v, top))
        for i, v in enumerate(values)
    ]
    return [*points, (None, None)]


def _series_trace(spots: list[tuple[PlaceSeries, int, int]], top: float) -> Trace:
    paths = [
        p
        for r, column, row in spots
        for p in _series_path(column, row, [m.value for m in r.marks], top)
    ]
    line = {"color": palette.ACCENT, "width": 1.8}
    return {**_path_trace(paths, line), "hoverinfo": "skip"}


def _mean_trace(
    spots: list[tuple[PlaceSeries, int, int]], mean: list[float | None], top: float
) -> Trace:
    paths = [p for _, column, row in spots for p in _series_path(column, row, mean, top)]
    return {**_path_trace(paths, {"color": palette.GREY, "width": 1.2}), "hoverinfo": "skip"}


def _path_trace(paths: list[tuple[float | None, float | None]], line: dict[str, Any]) -> Trace:
    x, y = [a for a, _ in paths], [b for _, b in paths]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line,
        "connectgaps": False,
        "cliponaxis": False,
    }


def _dot_trace(spots: list[tuple[PlaceSeries, int, int]], top: float, steps: int) -> Trace:
    """A dot at every value: only these are clicked and pointed at; the last is seen."""
    dots = [
        (r, c, w, i, m) for r, c, w in spots for i, m in enumerate(r.marks) if m.value is not None
    ]
    last = {
        r.code: max((i for i, m in enumerate(r.marks) if m.value is not None), default=0)
        for r, _, _ in spots
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_x_at(c, i, steps) for _, c, _, i, _ in dots],
        "y": [_y_at(w, m.value or 0, top) for _, _, w, _, m in dots],
        "hovertext": [m.hover for *_, m in dots],
        "customdata": [r.code for r, *_ in dots],
        "marker": {
            "size": 7,
            "color": palette.ACCENT,
            "opacity": [1 if i == last[r.code] else 0 for r, _, _, i, _ in dots],
        },
        "cliponaxis": False,
    }


def _series_notes(series: PlaceSeries, column: int, row: int, top: float, steps: int) -> list[Any]:
    known = [m for m in series.marks if m.value is not None]
    text = known[-1].text if known else (series.marks[-1].text if series.marks else "")
    small = {"size": figure.SMALL}
    name = figure.make_note(
        column, -row - 0.02, series.name, font=small, xanchor="left", yanchor="top", borderpad=0
    )
    muted = {"size": figure.SMALL, "color": palette.MUTED}
    value = figure.make_note(
        column + 1 - GAP, -row - 0.02, text, font=muted, xanchor="right", yanchor="top", borderpad=0
    )
    return [name, value]


def _base_line(column: int, row: int) -> Any:
    line = {"color": palette.LINE, "width": 1}
    place = {"x0": column, "x1": column + 1 - GAP, "y0": -row - 0.93, "y1": -row - 0.93}
    return {"type": "line", **place, "line": line, "layer": "below"}
