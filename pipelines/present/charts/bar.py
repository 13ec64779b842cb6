"""Bars from zero: lying ones with the name above the bar, standing columns, and flows."""

from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one lying bar with its name.
ROW = 44


def draw_bars(
    marks: list[DataPoint], *, lead: int | None = 0, mean: float | None = None, mean_text: str = ""
) -> Figure:
    """Draw lying bars, the first mark on top; only mark `lead` has the accent colour.

    `mean` is a thin line with its words.
    """
    if figure.is_not_applicable(marks):
        return figure.NOTHING
    values = figure.bar_values(marks)
    top = max([*values, mean or 0]) or 1
    rows = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": rows,
        "width": 0.34,
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "marker": {"color": [palette.ACCENT if i == lead else palette.TINT for i in rows]},
        "cliponaxis": False,
    }
    notes, shapes = [], []
    for i, mark in enumerate(marks):
        notes += [_name_above(i, mark), _value_beside(i, mark)]
    height, foot = ROW * max(len(marks), 1) + 12, len(marks) - 0.5
    if mean is not None:
        notes.append(_mean_note(mean, mean_text, len(marks)))
        shapes.append(_mean_line(mean))
        height, foot = height + 22, foot + 0.5
    y = figure.hidden_axis(range=[foot, -0.75])
    x = figure.hidden_axis(range=[0, top * 1.16])
    return figure.make_figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


def draw_changes(marks: list[DataPoint], wholes: frozenset[str]) -> Figure:
    """Draw lying bars that add up: each change begins where the one above it ends.

    The marks whose codes are in `wholes` are sums, and begin at zero.
    """
    ends: list[tuple[float, float]] = []
    reached = 0.0
    for mark in marks:
        start = 0.0 if mark.code in wholes else reached
        reached = start + mark.value_or_zero
        ends.append((start, reached))
    low = min(0.0, *(min(pair) for pair in ends))
    high = max(max(pair) for pair in ends) or 1
    colours = [palette.TINT if mark.code in wholes else palette.ACCENT for mark in marks]
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "base": [start for start, _ in ends],
        "x": figure.bar_values(marks),
        "y": list(range(len(marks))),
        "width": 0.34,
        "hovertext": figure.hover_texts(marks),
        "marker": {"color": colours},
        "cliponaxis": False,
    }
    notes = []
    for i, (mark, pair) in enumerate(zip(marks, ends, strict=True)):
        notes += [_name_above(i, mark), _value_at(max(pair), i, mark)]
    y = figure.hidden_axis(range=[len(marks) - 0.5, -0.75])
    x = figure.hidden_axis(range=[low, high + (high - low) * 0.16])
    height = ROW * len(marks) + 12
    return figure.make_figure([trace], height, xaxis=x, yaxis=y, annotations=notes)


def _name_above(row: int, mark: DataPoint) -> Any:
    # NOTE: on paper of its own, so that the mean's line does not run through the words.
    place = {
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "borderpad": 0,
        "bgcolor": palette.PAPER,
    }
    return figure.make_note(0, row - 0.22, mark.name, **place)


def _value_beside(row: int, mark: DataPoint) -> Any:
    return _value_at(mark.value_or_zero, row, mark)


def _value_at(x: float, row: int, mark: DataPoint) -> Any:
    font = {
        "size": figure.SMALL,
        "color": palette.TEXT if mark.value is not None else palette.MUTED,
    }
    return figure.make_note(
        x,
        row,
        mark.text,
        font=font,
        xanchor="left",
        xshift=4,
        bgcolor=palette.PAPER,
        borderpad=0,
    )


def _mean_line(mean: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "x0": mean,
        "x1": mean,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": line,
        "layer": "below",
    }


def _mean_note(mean: float, text: str, rows: int) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(
        mean, rows - 0.35, text, font=font, xanchor="left", xshift=4, yanchor="middle"
    )


def draw_columns(
    marks: list[DataPoint], *, lead: int | None = -1, height: int = 300, wide: int = 620
) -> Figure:
    """Draw standing columns in time order; `lead` has the accent colour.

    A missing value is a small square and its sign.

    Every column carries its value where `wide` pixels leave room, else those with a name.
    """
    if figure.is_not_applicable(marks):
        return figure.NOTHING
    top = figure.highest_value(marks)
    lead_place = None if lead is None else lead % max(len(marks), 1)
    places = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "x": places,
        "y": figure.bar_values(marks),
        "width": 0.5,
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "marker": {"color": [_column_colour(i, m, lead_place) for i, m in enumerate(marks)]},
        "cliponaxis": False,
    }
    labelled = figure.tick_positions(len(marks), _label_width(marks), wide)
    notes = [_column_note(i, marks[i], i == lead_place) for i in labelled]
    shapes = [_empty_square(i) for i, mark in enumerate(marks) if mark.value is None]
    x = _place_axis(marks, wide)
    y = figure.hidden_axis(range=[0, top * 1.14])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return figure.make_figure(
        [trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin
    )


def _place_axis(marks: list[DataPoint], wide: int) -> dict[str, Any]:
    """Return the axis under columns, with as many names as fit."""
    named = figure.tick_positions(len(marks), 75, wide)
    names = [marks[i].name for i in named]
    return figure.labelled_axis([*named], names, range=[-0.6, len(marks) - 0.4])


def _label_width(marks: list[DataPoint]) -> int:
    """Return the pixels that the longest value needs."""
    return 8 + 7 * max((len(m.text) for m in marks), default=1)


def _column_colour(place: int, mark: DataPoint, lead: int | None) -> str:
    if mark.unfinished:
        return palette.CLASSES[1]
    return palette.ACCENT if place == lead else palette.TINT


def _column_note(place: int, mark: DataPoint, lead: bool) -> Any:
    text = f"<b>{mark.text}</b>" if lead else mark.text
    lift = 16 if mark.value is None else 3
    return figure.make_note(place, mark.value_or_zero, text, yanchor="bottom", yshift=lift)


def _empty_square(place: int) -> Any:
    line = {"color": palette.GREY, "width": 1}
    size = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": place, "yanchor": 0}
    return {
        "type": "rect",
        **size,
        "x0": -6,
        "x1": 6,
        "y0": 2,
        "y1": 14,
        "line": line,
        "fillcolor": palette.CLEAR,
    }


def draw_flows(
    up: list[DataPoint], down: list[DataPoint], *, height: int = 280, wide: int = 620
) -> Figure:
    """Draw what came in above the line and what went out below it, period by period.

    Both are on one scale from zero.
    """
    top = figure.highest_value([*up, *down])
    traces = [_flow_trace(up, 1, palette.ACCENT), _flow_trace(down, -1, palette.GREY)]
    notes = []
    for i in figure.tick_positions(len(up), _label_width([*up, *down]), wide):
        notes += [_flow_note(i, up[i], 1), _flow_note(i, down[i], -1)]
    x = _place_axis(up, wide)
    y = figure.hidden_axis(range=[-top * 1.2, top * 1.2])
    line = {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": 0,
        "y1": 0,
        "line": {"color": palette.LINE, "width": 1},
    }
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    more = {"xaxis": x, "yaxis": y, "annotations": notes, "shapes": [line], "margin": margin}
    return figure.make_figure(traces, height, barmode="overlay", **more)


def _flow_note(place: int, mark: DataPoint, sign: int) -> Any:
    side = {"yanchor": "bottom" if sign > 0 else "top", "yshift": 2 * sign}
    return figure.make_note(
        place, sign * mark.value_or_zero, mark.text, font={"size": figure.SMALL}, **side
    )


def _flow_trace(marks: list[DataPoint], sign: int, colour: str) -> Trace:
    return {
        "type": "bar",
        "x": list(range(len(marks))),
        "y": [sign * value for value in figure.bar_values(marks)],
        "width": 0.5,
        "hovertext": figure.hover_texts(marks),
        "marker": {"color": colour},
    }
