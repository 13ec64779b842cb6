"""Spreads in, histograms and ranges out: how many teams have each size; a median with its ninetieth percentile."""

from dataclasses import dataclass
from typing import Any

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace
from pipelines.present.marks import Mark

#: Pixels of one range with its name.
ROW = 76


def histogram(
    marks: list[Mark], *, accents: set[int], mean: float | None = None, mean_text: str = "", height: int = 300
) -> Figure:
    """Columns side by side, one a size; those at `accents` wear the accent; a dotted line names the mean.

    `mean` is a position on the axis: 0 is the middle of the first column.
    """
    top = max([m.value or 0 for m in marks], default=0) or 1
    places = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "x": places,
        "y": [m.value or 0 for m in marks],
        "width": 0.86,
        "hovertext": [m.hover for m in marks],
        "marker": {"color": [palette.ACCENT if i in accents else palette.TINT for i in places]},
    }
    font = {"size": frame.SMALL}
    notes = [
        frame.note(i, m.value or 0, m.text, font=font, yanchor="bottom", yshift=2)
        for i, m in enumerate(marks)
        if m.value
    ]
    shapes = []
    if mean is not None:
        line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
        shapes = [{"type": "line", "x0": mean, "x1": mean, "y0": 0, "y1": top * 1.2, "line": line, "layer": "below"}]
        grey = {"size": frame.SMALL, "color": palette.MUTED}
        notes.append(frame.note(mean, top * 1.22, mean_text, font=grey, xanchor="left", xshift=5, yanchor="top"))
    x = frame.named([*places], [m.name for m in marks], range=[-0.6, len(marks) - 0.4])
    y = frame.hidden(range=[0, top * 1.24])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return frame.figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin)


@dataclass(frozen=True)
class Range:
    """A middle and a far end; `far` is None when there are too few to say, then `few` says so."""

    name: str
    near: float | None
    near_text: str
    far: float | None
    far_text: str
    hover: str
    few: str = ""


def ranges(rows: list[Range]) -> Figure:
    """A dot at the middle, a ring at the far end, one row each under its name."""
    top = max((r.far or r.near or 0 for r in rows), default=0) or 1
    spans = [r for r in rows if r.far is not None]
    traces = [_span(i, r) for i, r in enumerate(rows) if r in spans]
    traces += [_points(rows, "far"), _points(rows, "near")]
    notes = [n for i, r in enumerate(rows) for n in _words(i, r)]
    x = frame.hidden(range=[-top * 0.3, top * 1.2])
    y = frame.hidden(range=[len(rows) - 0.4, -0.62])
    return frame.figure(traces, ROW * max(len(rows), 1) + 8, xaxis=x, yaxis=y, annotations=notes)


def _span(row: int, what: Range) -> Trace:
    line = {"color": palette.LINE, "width": 6}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [what.near, what.far],
        "y": [row, row],
        "line": line,
        "hoverinfo": "skip",
    }


def _points(rows: list[Range], end: str) -> Trace:
    found = [(i, r, getattr(r, end)) for i, r in enumerate(rows) if getattr(r, end) is not None]
    near = end == "near"
    ring = {"color": palette.ACCENT if near else palette.GREY, "width": 2}
    marker = {"size": 11 if near else 10, "color": palette.ACCENT if near else palette.PAPER, "line": ring}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, _, value in found],
        "y": [i for i, _, _ in found],
        "hovertext": [r.hover for _, r, _ in found],
        "marker": marker,
        "cliponaxis": False,
    }


def _words(row: int, what: Range) -> list[Any]:
    """The name above, the middle's words to the left of its dot, the far end's to the right."""
    notes = [frame.note(0, row - 0.24, what.name, xanchor="left", yanchor="bottom", xref="paper")]
    small = {"size": frame.SMALL, "color": palette.MUTED}
    below = {"yanchor": "top", "y": row + 0.16}
    if what.near is not None:
        font = {"size": frame.SIZE, "color": palette.ACCENT}
        notes.append(frame.note(what.near, row, what.near_text, font=font, xanchor="right", xshift=8) | below)
    if what.far is not None:
        notes.append(frame.note(what.far, row, what.far_text, font=small, xanchor="left", xshift=-7) | below)
    if what.few:
        side = {"xanchor": "left", "xref": "x" if what.near else "paper"}
        notes.append(frame.note(what.near or 0, row, what.few, font=small, **side))
    return notes
