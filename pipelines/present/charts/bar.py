"""Marks in, bars out: lying ones with the name above the bar, or standing columns; both begin at zero."""

from typing import Any

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace
from pipelines.present.marks import Mark

#: Pixels of one lying bar with its name.
ROW = 44


def bars(marks: list[Mark], *, lead: int | None = 0, mean: float | None = None, mean_text: str = "") -> Figure:
    """Lying bars, first mark on top; only mark `lead` wears the accent. `mean` is a thin line with its words."""
    if frame.unasked(marks):
        return frame.NOTHING
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
    notes = [n for i, m in enumerate(marks) for n in (_above(i, m), _beside(i, m))]
    height = ROW * max(len(marks), 1) + 12
    shapes = [] if mean is None else [_mean_line(mean)]
    if mean is not None:
        notes.append(_mean_note(mean, mean_text, len(marks)))
        height += 22
    y = frame.hidden(range=[len(marks) - 0.5 + (0.5 if mean is not None else 0), -0.75])
    x = frame.hidden(range=[0, top * 1.16])
    return frame.figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


def _above(row: int, mark: Mark) -> Any:
    # NOTE: on paper of its own, so that the mean's line does not run through the words.
    place = {"xanchor": "left", "yanchor": "bottom", "align": "left", "borderpad": 0, "bgcolor": palette.PAPER}
    return frame.note(0, row - 0.22, mark.name, **place)


def _beside(row: int, mark: Mark) -> Any:
    font = {"size": frame.SMALL, "color": palette.TEXT if mark.value is not None else palette.MUTED}
    return frame.note(
        mark.value or 0, row, mark.text, font=font, xanchor="left", xshift=4, bgcolor=palette.PAPER, borderpad=0
    )


def _mean_line(mean: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    return {"type": "line", "x0": mean, "x1": mean, "y0": 0, "y1": 1, "yref": "paper", "line": line, "layer": "below"}


def _mean_note(mean: float, text: str, rows: int) -> Any:
    font = {"size": frame.SMALL, "color": palette.MUTED}
    return frame.note(mean, rows - 0.35, text, font=font, xanchor="left", xshift=4, yanchor="middle")


def columns(marks: list[Mark], *, lead: int | None = -1, height: int = 300, wide: int = 620) -> Figure:
    """Standing columns in time order; `lead` wears the accent. A nothing is a small square and its sign.

    Every column carries its value where `wide` pixels leave room, else those with a name.
    """
    if frame.unasked(marks):
        return frame.NOTHING
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
    named = frame.spaced(len(marks), 75, wide)
    told = frame.spaced(len(marks), _room(marks), wide)
    notes = [_column_note(i, marks[i], i == chosen) for i in told]
    shapes = [_empty_square(i, top) for i, m in enumerate(marks) if m.value is None]
    x = frame.named([*named], [marks[i].name for i in named], range=[-0.6, len(marks) - 0.4])
    y = frame.hidden(range=[0, top * 1.14])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return frame.figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin)


def _room(marks: list[Mark]) -> int:
    """Pixels the longest value needs."""
    return 8 + 7 * max((len(m.text) for m in marks), default=1)


def _column_colour(place: int, mark: Mark, chosen: int | None) -> str:
    if mark.unfinished:
        return palette.CLASSES[1]
    return palette.ACCENT if place == chosen else palette.TINT


def _column_note(place: int, mark: Mark, lead: bool) -> Any:
    text = f"<b>{mark.text}</b>" if lead else mark.text
    lift = 16 if mark.value is None else 3
    return frame.note(place, mark.value or 0, text, yanchor="bottom", yshift=lift)


def _empty_square(place: int, top: float) -> Any:
    line = {"color": palette.GREY, "width": 1}
    size = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": place, "yanchor": 0}
    return {"type": "rect", **size, "x0": -6, "x1": 6, "y0": 2, "y1": 14, "line": line, "fillcolor": palette.CLEAR}


def flows(up: list[Mark], down: list[Mark], *, height: int = 280, wide: int = 620) -> Figure:
    """What came in above the line, what went out below it, period by period; both on one scale from zero."""
    top = max([m.value or 0 for m in (*up, *down)], default=0) or 1
    traces = [_flow(up, 1, palette.ACCENT), _flow(down, -1, palette.GREY)]
    named = frame.spaced(len(up), 75, wide)
    told = frame.spaced(len(up), _room([*up, *down]), wide)
    notes = [n for i in told for n in (_flow_note(i, up[i], 1), _flow_note(i, down[i], -1))]
    x = frame.named([*named], [up[i].name for i in named], range=[-0.6, len(up) - 0.4])
    y = frame.hidden(range=[-top * 1.2, top * 1.2])
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
    return frame.figure(traces, height, barmode="overlay", **more)


def _flow_note(place: int, mark: Mark, sign: int) -> Any:
    side = {"yanchor": "bottom" if sign > 0 else "top", "yshift": 2 * sign}
    return frame.note(place, sign * (mark.value or 0), mark.text, font={"size": frame.SMALL}, **side)


def _flow(marks: list[Mark], sign: int, colour: str) -> Trace:
    return {
        "type": "bar",
        "x": list(range(len(marks))),
        "y": [sign * (m.value or 0) for m in marks],
        "width": 0.5,
        "hovertext": [m.hover for m in marks],
        "marker": {"color": colour},
    }
