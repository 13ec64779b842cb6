"""Lying bars to both sides of a line: what a change is made of, part by part, and its sum."""

from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one bar with its name.
ROW = 44


def draw_moves(marks: list[DataPoint]) -> Figure:
    """Draw one bar a part, each beginning where the one above ended.

    The last mark is the sum; it begins at zero and has the accent colour.
    """
    values = figure.bar_values(marks)
    starts, at = [], 0.0
    for value in values[:-1]:
        starts.append(at)
        at += value
    starts.append(0.0)
    ends = [start + value for start, value in zip(starts, values, strict=True)]
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    room = (high - low) or 1
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "base": starts,
        "y": list(range(len(marks))),
        "width": 0.34,
        "hovertext": figure.hover_texts(marks),
        "marker": {"color": [palette.TINT] * (len(marks) - 1) + [palette.ACCENT]},
        "cliponaxis": False,
    }
    notes, shapes = [], []
    for i, mark in enumerate(marks):
        notes += [_name_above(i, mark), _value_beside(i, mark, max(starts[i], ends[i]))]
        shapes.append(_zero_line(i))
    x = figure.hidden_axis(range=[low - room * 0.02, high + room * 0.2])
    y = figure.hidden_axis(range=[len(marks) - 0.5, -0.75])
    height = ROW * max(len(marks), 1) + 12
    return figure.make_figure([trace], height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes)


def _name_above(row: int, mark: DataPoint) -> Any:
    place = {
        "xref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "borderpad": 0,
    }
    return figure.make_note(0, row - 0.22, mark.name, **place)


def _value_beside(row: int, mark: DataPoint, end: float) -> Any:
    return figure.make_note(
        end, row, mark.text, font={"size": figure.SMALL}, xanchor="left", xshift=4
    )


def _zero_line(row: int) -> Any:
    """Return the line at zero beside a row's bar; it stops short of the words above."""
    line = {"color": palette.GREY, "width": 1}
    return {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "y0": row - 0.24,
        "y1": row + 0.24,
        "line": line,
        "layer": "below",
    }
