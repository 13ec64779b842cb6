"""Distributions: a histogram of sizes, and a median with its ninetieth percentile."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint, list_names
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
    """Draw columns side by side, one a size; those at `accents` have the accent colour.

    A dotted line shows the mean; `mean` is a position on the axis, where 0 is the middle of the
    first column.
    """
    top = figure.highest_value(marks)
    places = list(range(len(marks)))
    trace: Trace = {
        "type": "bar",
        "x": places,
        "y": figure.bar_values(marks),
        "width": 0.86,
        "hovertext": figure.hover_texts(marks),
        "marker": {"color": [palette.ACCENT if i in accents else palette.TINT for i in places]},
    }
    notes = [_count_note(i, mark) for i, mark in enumerate(marks) if mark.value]
    shapes = []
    if mean is not None:
        shapes.append(_mean_line(mean, top * 1.2))
        notes.append(_mean_note(mean, top * 1.22, mean_text))
    x = figure.labelled_axis([*places], list_names(marks), range=[-0.6, len(marks) - 0.4])
    y = figure.hidden_axis(range=[0, top * 1.24])
    margin = {"l": 0, "r": 0, "t": 8, "b": 26, "pad": 0}
    return figure.make_figure(
        [trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin
    )


def _count_note(place: int, mark: DataPoint) -> Any:
    font = {"size": figure.SMALL}
    return figure.make_note(
        place, mark.value_or_zero, mark.text, font=font, yanchor="bottom", yshift=2
    )


def _mean_line(mean: float, top: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    place = {"x0": mean, "x1": mean, "y0": 0, "y1": top}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _mean_note(mean: float, top: float, text: str) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    place = {"xanchor": "left", "xshift": 5, "yanchor": "top"}
    return figure.make_note(mean, top, text, font=font, **place)


@dataclass(frozen=True)
class ValueRange:
    """A middle and a far end; both are None when there are too few to say, then `few` says so."""

    name: str
    near: float | None
    near_text: str
    far: float | None
    far_text: str
    hover: str
    few: str = ""

    @property
    def end(self) -> float:
        """The larger known value; 0 where there is none."""
        return self.far or self.near or 0


def draw_ranges(rows: list[ValueRange]) -> Figure:
    """Draw a dot at the middle and a ring at the far end, one row each under its name."""
    top = max([row.end for row in rows], default=0) or 1
    traces, notes = [], []
    for i, row in enumerate(rows):
        notes += _range_notes(i, row)
        if row.far is not None:
            traces.append(_range_trace(i, row))
    near_ends = [(i, row, row.near) for i, row in enumerate(rows) if row.near is not None]
    far_ends = [(i, row, row.far) for i, row in enumerate(rows) if row.far is not None]
    traces += [_end_trace(far_ends, _RING), _end_trace(near_ends, _DOT)]
    x = figure.hidden_axis(range=[-top * 0.3, top * _room_for_words(rows)])
    y = figure.hidden_axis(range=[len(rows) - 0.4, -0.62])
    return figure.make_figure(
        traces, ROW * max(len(rows), 1) + 8, xaxis=x, yaxis=y, annotations=notes
    )


def _room_for_words(rows: list[ValueRange]) -> float:
    """Return the right end of the axis in parts of the farthest value.

    NOTE: the farthest end may be the one with words, which a narrow card would cut off.
    """
    return 1.85 if any(len(row.far_text) > len("1.234") for row in rows) else 1.2


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


_DOT = {"size": 11, "color": palette.ACCENT, "line": {"color": palette.ACCENT, "width": 2}}
_RING = {"size": 10, "color": palette.PAPER, "line": {"color": palette.GREY, "width": 2}}


def _end_trace(ends: list[tuple[int, ValueRange, float]], marker: dict[str, Any]) -> Trace:
    """Return the markers of one end; `ends` are row numbers, ranges and values."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, _, value in ends],
        "y": [i for i, _, _ in ends],
        "hovertext": [what.hover for _, what, _ in ends],
        "marker": dict(marker),
        "cliponaxis": False,
    }


def _range_notes(row: int, what: ValueRange) -> list[Any]:
    """Return the name above, the middle's words left of its dot, the far end's right of it."""
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
