"""Places as dots with whiskers: one row each, the common level as a thin line."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint, list_values
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one row.
ROW = 24


@dataclass(frozen=True)
class PlaceInterval:
    """One place: its mark, its interval, and whether it lies outside the limits of chance."""

    mark: DataPoint
    low: float
    high: float
    out: bool


def draw_intervals(
    rows: list[PlaceInterval], common: float, text: str, *, left: int = 130
) -> Figure:
    """Draw the first row on top; those outside in accent, the rest grey.

    `left` is the room for the names in pixels.
    """
    low, top = _value_range(rows, common)
    inside = [(i, row) for i, row in enumerate(rows) if not row.out]
    outside = [(i, row) for i, row in enumerate(rows) if row.out]
    traces = [
        _interval_trace(inside, palette.GREY),
        _interval_trace(outside, palette.ACCENT),
        _dot_trace(inside, palette.GREY),
        _dot_trace(outside, palette.ACCENT),
    ]
    pad = (top - low) * 0.03
    names = [row.mark.name for row in rows]
    y = figure.labelled_axis([*range(len(rows))], names, range=[len(rows) - 0.4, -0.6])
    y["tickfont"] = {"size": figure.SMALL, "color": palette.TEXT}
    x = figure.hidden_axis(range=[low - pad, top + (top - low) * 0.18])
    notes = [_value_note(i, r) for i, r in enumerate(rows)] + [_common_note(common, text)]
    margin = {"l": left, "r": 0, "t": 24, "b": 0, "pad": 0}
    height = ROW * max(len(rows), 1) + 26
    shapes = [_common_line(common)]
    return figure.make_figure(
        figure.drop_empty(traces),
        height,
        xaxis=x,
        yaxis=y,
        annotations=notes,
        shapes=shapes,
        margin=margin,
    )


def _value_range(rows: list[PlaceInterval], common: float) -> tuple[float, float]:
    """Return the ends of the value axis, which begins at zero unless all values are far from it."""
    top = max([row.high for row in rows] + [common]) or 1
    low = min([row.low for row in rows] + [common])
    return (low if low > top / 3 else 0), top


def _interval_trace(rows: list[tuple[int, PlaceInterval]], colour: str) -> Trace:
    xs: list[float | None] = []
    ys: list[int | None] = []
    for i, row in rows:
        xs += [row.low, row.high, None]
        ys += [i, i, None]
    line = {"color": colour, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _dot_trace(rows: list[tuple[int, PlaceInterval]], colour: str) -> Trace:
    marks = [row.mark for _, row in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list_values(marks),
        "y": [i for i, _ in rows],
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "marker": {"size": 9, "color": colour},
    }


def _value_note(row: int, what: PlaceInterval) -> Any:
    return figure.make_note(
        1, row, what.mark.text, xref="paper", font={"size": figure.SMALL}, xanchor="right"
    )


def _common_line(common: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    place = {"x0": common, "x1": common, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _common_note(common: float, text: str) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(common, 1, text, yref="paper", font=font, yanchor="bottom", yshift=4)
