"""Marks in, bars out: lying ones with the name above the bar, or standing columns; both begin at zero."""

from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one lying bar with its name.
ROW = 44


def draw_bars(
    marks: list[DataPoint], *, lead: int | None = 0, mean: float | None = None, mean_text: str = ""
) -> Figure:
    """Lying bars, first mark on top; only mark `lead` wears the accent. `mean` is a thin line with its words."""
    if figure.is_not_applicable(marks):
        return figure.NOTHING
    top = max([m.value or 0 for m in marks] + [mean or 0], default=0) or 1
    rows = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": [m.value or 0 for m in marks],
        "y": rows,
        "width": 0.34,
        "hovertext": [m.hover for m in marks],
        "customdata": [m.code for m in marks],
        "marker": {"color": [palette.ACCENT if i == lead else palette.TINT for i in rows]},
        "cliponaxis": False,
    }
    notes = [n for i, m in enumerate(marks) for n in (_name_above(i, m), _value_beside(i, m))]
    height = ROW * max(len(marks), 1) + 12
    shapes = [] if mean is None else [_mean_line(mean)]
    if mean is not None:
        notes.append(_mean_note(mean, mean_text, len(marks)))
        height += 22
    y = figure.hidden_axis(range=[len(marks) - 0.5 + (0.5 if mean is not None else 0), -0.75])
    x = figure.hidden_axis(range=[0, top * 1.16])
    return figure.make_figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


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
    font = {
        "size": figure.SMALL,
        "color": palette.TEXT if mark.value is not None else palette.MUTED,
    }
    return figure.make_note(
        mark.value or 0,
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
    """Standing columns in time order; `lead` wears the accent. A nothing is a small square and its sign.

    Every column carries its value where `wide` pixels leave room, else those with a name.
    """
    if figure.is_not_applicable(marks):
        return figure.NOTHING
    top = max([m.value or 0 for m in marks], default=0) or 1
    chosen = None if lead is None else lead % max(len(marks), 1)
    places = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "x": places,
        "y": [m.value or 0 for m in marks],
        "width": 0.5,
        "hovertext": [m.hover for m in marks],
        "customdata": [m.code for m in marks],
        "marker": {"color": [_column_colour(i, m, chosen) for i, m in enumerate(marks)]},
        "cliponaxis": False,
    }
    named = figure.tick_positions(len(marks), 75, wide)
    told = figure.tick_positions(len(marks), _label_width(marks), wide)
    notes = [_column_note(i, marks[i], i == chosen) for i in told]
    shapes = [_empty_square(i, top) for i, m in enumerate(marks) if m.value is None]
    x = figure.labelled_axis(
        [*named], [marks[i].name for i in named], range=[-0.6, len(marks) - 0.4]
    )
    y = figure.hidden_axis(range=[0, top * 1.14])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return figure.make_figure(
        [trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin
    )


def _label_width(marks: list[DataPoint]) -> int:
    """Pixels the longest value needs."""
    return 8 + 7 * max((len(m.text) for m in marks), default=1)


def _column_colour(place: int, mark: DataPoint, chosen: int | None) -> str:
    if mark.unfinished:
        return palette.CLASSES[1]
    return palette.ACCENT if place == chosen else palette.TINT


def _column_note(place: int, mark: DataPoint, lead: bool) -> Any:
    text = f"<b>{mark.text}</b>" if lead else mark.text
    lift = 16 if mark.value is None else 3
    return figure.make_note(place, mark.value or 0, text, yanchor="bottom", yshift=lift)


def _empty_square(place: int, top: float) -> Any:
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
    """What came in above the line, what went out below it, period by period; both on one scale from zero."""
    top = max([m.value or 0 for m in (*up, *down)], default=0) or 1
    traces = [_flow_trace(up, 1, palette.ACCENT), _flow_trace(down, -1, palette.GREY)]
    named = figure.tick_positions(len(up), 75, wide)
    told = figure.tick_positions(len(up), _label_width([*up, *down]), wide)
    notes = [n for i in told for n in (_flow_note(i, up[i], 1), _flow_note(i, down[i], -1))]
    x = figure.labelled_axis([*named], [up[i].name for i in named], range=[-0.6, len(up) - 0.4])
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
        place, sign * (mark.value or 0), mark.text, font={"size": figure.SMALL}, **side
    )


def _flow_trace(marks: list[DataPoint], sign: int, colour: str) -> Trace:
    return {
        "type": "bar",
        "x": list(range(len(marks))),
        "y": [sign * (m.value or 0) for m in marks],
        "width": 0.5,
        "hovertext": [m.hover for m in marks],
        "marker": {"color": colour},
    }
