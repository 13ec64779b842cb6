"""Spreads in, histograms and ranges out: how many teams have each size; a median with its ninetieth percentile."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one range with its name.
ROW = 76


def draw_histogram(
    marks: list[DataPoint],
    *,
    accents: set[int],
    mean: float | None = None,
    mean_text: str = "",
    height: int = 300,
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
    font = {"size": figure.SMALL}
    notes = [
        figure.make_note(i, m.value or 0, m.text, font=font, yanchor="bottom", yshift=2)
        for i, m in enumerate(marks)
        if m.value
    ]
    shapes = []
    if mean is not None:
        line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
        shapes = [
            {
                "type": "line",
                "x0": mean,
                "x1": mean,
                "y0": 0,
                "y1": top * 1.2,
                "line": line,
                "layer": "below",
            }
        ]
        grey = {"size": figure.SMALL, "color": palette.MUTED}
        notes.append(
            figure.make_note(
                mean, top * 1.22, mean_text, font=grey, xanchor="left", xshift=5, yanchor="top"
            )
        )
    x = figure.labelled_axis([*places], [m.name for m in marks], range=[-0.6, len(marks) - 0.4])
    y = figure.hidden_axis(range=[0, top * 1.24])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return figure.make_figure(
        [trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin
    )


@dataclass(frozen=True)
class ValueRange:
    """A middle and a far end; `far` is None when there are too few to say, then `few` says so."""

    name: str
    near: float | None
    near_text: str
    far: float | None
    far_text: str
    hover: str
    few: str = ""


def draw_ranges(rows: list[ValueRange]) -> Figure:
    """A dot at the middle, a ring at the far end, one row each under its name."""
    top = max((r.far or r.near or 0 for r in rows), default=0) or 1
    spans = [r for r in rows if r.far is not None]
    traces = [_range_trace(i, r) for i, r in enumerate(rows) if r in spans]
    traces += [_end_trace(rows, "far"), _end_trace(rows, "near")]
    notes = [n for i, r in enumerate(rows) for n in _range_notes(i, r)]
    x = figure.hidden_axis(range=[-top * 0.3, top * 1.2])
    y = figure.hidden_axis(range=[len(rows) - 0.4, -0.62])
    return figure.make_figure(
        traces, ROW * max(len(rows), 1) + 8, xaxis=x, yaxis=y, annotations=notes
    )


def _range_trace(row: int, what: ValueRange) -> Trace:
    line = {"color": palette.LINE, "width": 6}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [what.near, what.far],
        "y": [row, row],
        "line": line,
        "hoverinfo": "skip",
    }


def _end_trace(rows: list[ValueRange], end: str) -> Trace:
    found = [(i, r, getattr(r, end)) for i, r in enumerate(rows) if getattr(r, end) is not None]
    near = end == "near"
    ring = {"color": palette.ACCENT if near else palette.GREY, "width": 2}
    marker = {
        "size": 11 if near else 10,
        "color": palette.ACCENT if near else palette.PAPER,
        "line": ring,
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, _, value in found],
        "y": [i for i, _, _ in found],
        "hovertext": [r.hover for _, r, _ in found],
        "marker": marker,
        "cliponaxis": False,
    }


def _range_notes(row: int, what: ValueRange) -> list[Any]:
    """The name above, the middle's words to the left of its dot, the far end's to the right."""
    notes = [
        figure.make_note(0, row - 0.24, what.name, xanchor="left", yanchor="bottom", xref="paper")
    ]
    small = {"size": figure.SMALL, "color": palette.MUTED}
    below = {"yanchor": "top", "y": row + 0.16}
    if what.near is not None:
        font = {"size": figure.SIZE, "color": palette.ACCENT}
        notes.append(
            figure.make_note(what.near, row, what.near_text, font=font, xanchor="right", xshift=8)
            | below
        )
    if what.far is not None:
        notes.append(
            figure.make_note(what.far, row, what.far_text, font=small, xanchor="left", xshift=-7)
            | below
        )
    if what.few:
        side = {"xanchor": "left", "xref": "x" if what.near else "paper"}
        notes.append(figure.make_note(what.near or 0, row, what.few, font=small, **side))
    return notes
