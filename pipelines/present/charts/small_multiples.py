"""Small multiples: one line a place on the same scale, the last value written, gaps left open."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from pipelines.present.chart_data import DataPoint, list_known_points, list_values
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
        return bool(list_known_points(self.marks))


class SeriesSpot(NamedTuple):
    """A place with its position among the small pictures."""

    series: PlaceSeries
    column: int
    row: int


#: A point of a line; None leaves a gap.
PathPoint = tuple[float | None, float | None]


def draw_small_multiples(
    rows: list[PlaceSeries],
    mean: list[float | None] | None = None,
    *,
    bands: Sequence[tuple[int, int]] = (),
    wide: int = 620,
) -> Figure:
    """Draw small lines on one scale from zero.

    `mean` is the grey line behind every one, `bands` the first and the last step of events; `wide`
    is in pixels.
    """
    across = max(1, min(len(rows), wide // WIDE))
    down = ceil(len(rows) / across)
    lengths = [len(series.marks) for series in rows]
    steps = max(lengths, default=1)
    top = _highest(rows, mean or [])
    spots = [SeriesSpot(series, i % across, i // across) for i, series in enumerate(rows)]
    traces = []
    if mean:
        traces.append(_mean_trace(spots, mean, top))
    traces += [_series_trace(spots, top), _dot_trace(spots, top, steps)]
    notes, shapes = [], []
    for spot in spots:
        notes += _series_notes(spot)
        shapes += [_band(spot, *band, steps) for band in bands]
        shapes.append(_base_line(spot))
    x = figure.hidden_axis(range=[-0.02, across - GAP / 2])
    y = figure.hidden_axis(range=[-down + 0.0, 0.06])
    height = TALL * down + 14
    return figure.make_figure(traces, height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


def _highest(rows: list[PlaceSeries], mean: list[float | None]) -> float:
    """Return the highest value of all lines; 1 when none is above zero."""
    values = [value or 0 for value in mean]
    for series in rows:
        values += figure.bar_values(series.marks)
    return max(values, default=0) or 1


def _x_at(column: int, step: float, steps: int) -> float:
    return column + (1 - GAP) * step / max(steps - 1, 1)


def _y_at(row: int, value: float, top: float) -> float:
    return -row - 1 + 0.08 + (1 - NAME - 0.08) * value / top


def _series_path(spot: SeriesSpot, values: list[float | None], top: float) -> list[PathPoint]:
    """Return the points of one line; it ends in a gap."""
    points: list[PathPoint] = []
    for step, value in enumerate(values):
        y = None if value is None else _y_at(spot.row, value, top)
        points.append((_x_at(spot.column, step, len(values)), y))
    return [*points, (None, None)]


def _series_trace(spots: list[SeriesSpot], top: float) -> Trace:
    path: list[PathPoint] = []
    for spot in spots:
        path += _series_path(spot, list_values(spot.series.marks), top)
    return _path_trace(path, {"color": palette.ACCENT, "width": 1.8})


def _mean_trace(spots: list[SeriesSpot], mean: list[float | None], top: float) -> Trace:
    path: list[PathPoint] = []
    for spot in spots:
        path += _series_path(spot, mean, top)
    return _path_trace(path, {"color": palette.GREY, "width": 1.2})


def _path_trace(path: list[PathPoint], line: dict[str, Any]) -> Trace:
    x, y = [point[0] for point in path], [point[1] for point in path]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": line,
        "connectgaps": False,
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _dot_trace(spots: list[SeriesSpot], top: float, steps: int) -> Trace:
    """Return a dot at every value: only these are clicked and pointed at; the last is visible."""
    columns: dict[str, list[Any]] = {"x": [], "y": [], "hovertext": [], "customdata": []}
    opacity: list[int] = []
    for spot in spots:
        for step, mark in enumerate(spot.series.marks):
            if mark.value is None:
                continue
            columns["x"].append(_x_at(spot.column, step, steps))
            columns["y"].append(_y_at(spot.row, mark.value, top))
            columns["hovertext"].append(mark.hover)
            columns["customdata"].append(spot.series.code)
            opacity.append(0)
        if spot.series.is_known:
            opacity[-1] = 1
    return {
        "type": "scatter",
        "mode": "markers",
        **columns,
        "marker": {"size": 7, "color": palette.ACCENT, "opacity": opacity},
        "cliponaxis": False,
    }


def _series_notes(spot: SeriesSpot) -> list[Any]:
    """Return the name and the last known value of one place."""
    series, column, row = spot
    known = list_known_points(series.marks)
    text = ""
    if known:
        text = known[-1].text
    elif series.marks:
        text = series.marks[-1].text
    small = {"size": figure.SMALL}
    name = figure.make_note(
        column, -row - 0.02, series.name, font=small, xanchor="left", yanchor="top", borderpad=0
    )
    muted = {"size": figure.SMALL, "color": palette.MUTED}
    value = figure.make_note(
        column + 1 - GAP, -row - 0.02, text, font=muted, xanchor="right", yanchor="top", borderpad=0
    )
    return [name, value]


def _band(spot: SeriesSpot, first: int, last: int, steps: int) -> Any:
    """Return the ground behind the steps of an event."""
    left, right = max(first - 0.5, 0), min(last + 0.5, steps - 1)
    sides = {"x0": _x_at(spot.column, left, steps), "x1": _x_at(spot.column, right, steps)}
    ends = {"y0": -spot.row - 0.93, "y1": -spot.row - NAME}
    look = {"fillcolor": palette.PALE, "line": {"color": palette.LINE, "width": 1}}
    return {"type": "rect", **sides, **ends, **look, "layer": "below"}


def _base_line(spot: SeriesSpot) -> Any:
    _, column, row = spot
    line = {"color": palette.LINE, "width": 1}
    place = {"x0": column, "x1": column + 1 - GAP, "y0": -row - 0.93, "y1": -row - 0.93}
    return {"type": "line", **place, "line": line, "layer": "below"}
