"""Lines and step lines over time: ends named, gaps left open, missing values at the foot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint, list_known_values, list_values
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: The part of an axis that a line's name takes up above or below its end.
NAMED = 0.14
#: A rate that moves less than this part of its level is drawn on an axis that does not begin at
#: zero.
FLAT = 0.25
Write = Callable[[float], str]


@dataclass(frozen=True)
class ChartTarget:
    """A value to be reached: a ring `ahead` steps after the last mark, with a dotted line to it."""

    value: float
    ahead: int
    text: str
    pace: str
    hover: str
    tick: str


def draw_line(
    marks: list[DataPoint],
    write: Write,
    *,
    context: list[DataPoint] | None = None,
    name: str = "",
    height: int = 280,
    wide: int = 620,
) -> Figure:
    """Draw the line of `marks`.

    `context` is a grey line of the same length, named at its end; `wide` is in pixels.
    """
    context = context or []
    if figure.is_not_applicable([*marks, *context]):
        return figure.NOTHING
    at = _value_ticks([*marks, *context])
    traces = [*_context_traces(context, "linear"), _line_trace(marks), _end_trace(marks)]
    notes = _end_notes(marks) + _missing_notes(marks, at[0])
    notes += _context_note(context, name, marks, at)
    return _line_figure(traces, notes, _time_axis(marks, None, wide), at, write, height)


def draw_steps(
    marks: list[DataPoint],
    write: Write,
    *,
    context: list[DataPoint] | None = None,
    name: str = "",
    target: ChartTarget | None = None,
    height: int = 380,
    wide: int = 620,
) -> Figure:
    """Draw a stock as a step line, with the target's ring to the right."""
    context = context or []
    highest = max([*list_known_values([*marks, *context]), target.value if target else 0])
    at = figure.round_ticks(0, highest, 3)
    traces = [*_context_traces(context, "hv"), _line_trace(marks, "hv"), _end_trace(marks)]
    notes = _end_notes(marks) + _missing_notes(marks, 0)
    notes += _context_note(context, name, marks, at, right=target is not None)
    if target:
        traces += _target_traces(marks, target)
        notes += _target_notes(marks, target)
    return _line_figure(traces, notes, _time_axis(marks, target, wide), at, write, height)


def _line_figure(
    traces: list[Trace], notes: list[Any], x: Trace, at: list[float], write: Write, height: int
) -> Figure:
    pad = (at[-1] - at[0]) * 0.08
    words = figure.pad_decimals(list(map(write, at)))
    y = figure.gridline_axis(at, words, range=[at[0] - pad / 3, at[-1] + pad], ticklabelstandoff=8)
    margin = {"l": 14 + 7 * max(map(len, words)), "r": 16, "t": 12, "b": 28, "pad": 0}
    more = {"xaxis": x, "yaxis": y, "annotations": notes, "margin": margin}
    return figure.make_figure(traces, height, dragmode="zoom", **more)


def _time_axis(marks: list[DataPoint], target: ChartTarget | None, wide: int) -> Trace:
    """Return the time axis: few words, the last quarter's and the target's among them."""
    last = len(marks) - 1
    if target:
        last += target.ahead
    room = round(wide * len(marks) / (last + 1 or 1))
    positions = figure.tick_positions(len(marks), 75, room)
    names = [marks[i].name for i in positions]
    if target:
        positions.append(last)
        names.append(target.tick)
    ends = [-0.35, last * 1.02 + 0.35]
    return figure.labelled_axis(list(map(float, positions)), names, range=ends, fixedrange=False)


def _value_ticks(marks: list[DataPoint]) -> list[float]:
    """Return the values at the axis, which begins at zero unless the line is flat."""
    values = list_known_values(marks)
    if not values:
        return [0, 1]
    low, high = min(values), max(values)
    if low <= 0 or (high - low) / high >= FLAT:
        return figure.round_ticks(min(0, low), high or 1, 4)
    pad = (high - low) * 0.3 or high * 0.05
    return figure.round_ticks(low - pad, high + pad, 4)


def _line_trace(marks: list[DataPoint], shape: str = "linear") -> Trace:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(marks))),
        "y": list_values(marks),
        "hovertext": figure.hover_texts(marks),
        "line": {"color": palette.ACCENT, "width": 2.5, "shape": shape},
        "marker": {"size": 9, "color": palette.ACCENT, "opacity": 0},
        "connectgaps": False,
        "cliponaxis": False,
    }


def _context_traces(marks: list[DataPoint], shape: str) -> list[Trace]:
    """Return the grey line; nothing when it has no marks."""
    if not marks:
        return []
    trace = _line_trace(marks, shape)
    line = {"color": palette.GREY, "width": 1.5, "shape": shape}
    return [{**trace, "line": line, "marker": {**trace["marker"], "color": palette.GREY}}]


def _end_trace(marks: list[DataPoint]) -> Trace:
    shown = _end_indexes(marks)
    ends = [marks[i] for i in shown]
    fill = [palette.PAPER if mark.unfinished else palette.ACCENT for mark in ends]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": shown,
        "y": list_values(ends),
        "hovertext": figure.hover_texts(ends),
        "marker": {
            "size": 9,
            "color": fill,
            "line": {"color": palette.ACCENT, "width": 2},
            "opacity": 1,
        },
        "cliponaxis": False,
    }


def _end_indexes(marks: list[DataPoint]) -> list[int]:
    """Return the positions of the first and the last known value."""
    known = [i for i, mark in enumerate(marks) if mark.value is not None]
    return sorted({known[0], known[-1]}) if known else []


def _end_notes(marks: list[DataPoint]) -> list[Any]:
    ends = _end_indexes(marks)
    notes = []
    for i in ends:
        is_last = i == ends[-1]
        font = {"size": 15, "color": palette.ACCENT} if is_last else {}
        # NOTE: the first label grows to the right of its dot, the last to the left, so neither
        # leaves the card.
        side = {"xanchor": "right" if is_last and len(ends) > 1 else "left"}
        if _slope_at(marks, is_last) < 0:
            place = {"yanchor": "top", "yshift": -8, **side}
        else:
            place = {"yanchor": "bottom", "yshift": 8, **side}
        text = f"<b>{marks[i].text}</b>"
        notes.append(figure.make_note(i, marks[i].value or 0.0, text, font=font, **place))
    return notes


def _slope_at(marks: list[DataPoint], is_last: bool) -> float:
    """Return how the line comes from an end, positive when the label is free above its dot."""
    known = list_known_values(marks)
    if len(known) < 2:
        return 1
    return known[-1] - known[-2] if is_last else known[0] - known[1]


def _missing_notes(marks: list[DataPoint], foot: float) -> list[Any]:
    font = {"color": palette.MUTED, "size": figure.SMALL}
    return [
        figure.make_note(i, foot, m.text, font=font, yanchor="bottom", hovertext=m.hover)
        for i, m in enumerate(marks)
        if m.value is None
    ]


def _context_note(
    context: list[DataPoint],
    name: str,
    marks: list[DataPoint],
    at: list[float],
    *,
    right: bool = False,
) -> list[Any]:
    """Return the grey line's name at its end, on the free side.

    It stands to the right of the end where a target leaves room there. A line without values has no
    name.
    """
    ends = _end_indexes(context)
    if not ends:
        return []
    i = ends[-1]
    place: dict[str, Any] = {"yanchor": "top", "yshift": -4}
    if right:
        place = {"yanchor": "top", "yshift": -6, "xanchor": "left", "xshift": 8}
    else:
        above = _count_crowding(context, marks, i, at, 1)
        below = _count_crowding(context, marks, i, at, -1)
        if above < below:
            place = {"yanchor": "bottom", "yshift": 4}
        place = {"xanchor": "right", **place}
    font = {"color": palette.MUTED, "size": figure.SMALL}
    return [figure.make_note(i, context[i].value_or_zero, name, font=font, **place)]


def _count_crowding(
    context: list[DataPoint], marks: list[DataPoint], end: int, at: list[float], side: int
) -> int:
    """Count ends and turns of either line close to the end of the grey one.

    `side` is 1 for those above it, -1 for those below.
    """
    start, room = context[end].value_or_zero, (at[-1] - at[0]) * NAMED
    near = list_known_values([*context[max(0, end - 1) : end], *marks[max(0, end - 1) : end + 1]])
    return sum(0 < (value - start) * side < room for value in near)


def _target_traces(marks: list[DataPoint], target: ChartTarget) -> list[Trace]:
    i = _end_indexes(marks)[-1]
    end = len(marks) - 1 + target.ahead
    ring = {"size": 10, "color": palette.PAPER, "line": {"color": palette.TEXT, "width": 2}}
    dotted = {"color": palette.GREY, "width": 1.5, "dash": "dot"}
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [i, end],
            "y": [marks[i].value, target.value],
            "line": dotted,
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [end],
            "y": [target.value],
            "marker": ring,
            "hovertext": [target.hover],
        },
    ]


def _target_notes(marks: list[DataPoint], target: ChartTarget) -> list[Any]:
    i = _end_indexes(marks)[-1]
    end = len(marks) - 1 + target.ahead
    middle = (i + end) / 2, (marks[i].value_or_zero + target.value) / 2
    grey = {"color": palette.MUTED, "size": figure.SMALL}
    return [
        figure.make_note(
            end, target.value, target.text, xanchor="right", yanchor="bottom", yshift=8
        ),
        figure.make_note(
            *middle, target.pace, font=grey, xanchor="right", yanchor="bottom", xshift=-8, yshift=2
        ),
    ]
