"""A heatmap of shares by row and period: the more is missing, the deeper the colour.

Missing values are signs on a ground of their own.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any, NamedTuple

from pipelines.present.chart_data import DataPoint, list_names
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one row.
ROW = 24


@dataclass(frozen=True)
class HeatmapRow:
    """One row of the map: its name and a mark a period; `level` of a mark is its class 0 … 6."""

    name: str
    marks: tuple[DataPoint, ...]
    levels: tuple[int | None, ...]


class HeatmapCell(NamedTuple):
    """One square: its position, its mark and its class."""

    column: int
    row: int
    mark: DataPoint
    level: int | None


#: States without a value, each with a fill of its own.
STATES = ("not_reported", "not_applicable", "suppressed")


def draw_heatmap(lines: list[HeatmapRow], *, left: int = 120, written: bool = True) -> Figure:
    """Draw one square a row and period, with the count where it is not full and `written` is set.

    `left` is the room for the names in pixels.
    """
    cells = _list_cells(lines)
    traces = [_class_trace(cells, level) for level in range(7)]
    traces += [_state_trace(cells, state) for state in STATES]
    if not written:
        traces = figure.update_each(traces, text=None)
    filled = figure.drop_empty(traces)
    height = ROW * max(len(lines), 1) + 30
    margin = {"l": left, "r": 0, "t": 26, "b": 0, "pad": 0}
    return figure.make_figure(
        filled,
        height,
        barmode="overlay",
        xaxis=_period_axis(lines),
        yaxis=_name_axis(lines),
        margin=margin,
    )


def _list_cells(lines: list[HeatmapRow]) -> list[HeatmapCell]:
    cells = []
    for row, line in enumerate(lines):
        for column, (mark, level) in enumerate(zip(line.marks, line.levels, strict=True)):
            cells.append(HeatmapCell(column, row, mark, level))
    return cells


def _period_axis(lines: list[HeatmapRow]) -> dict[str, Any]:
    """Return the axis of the periods above the map, with at most nine names."""
    names = list_names(lines[0].marks) if lines else []
    step = max(1, ceil(len(names) / 9))
    positions = list(range(0, len(names), step))
    return figure.labelled_axis(
        [*positions], names[::step], range=[-0.5, len(names) - 0.5], side="top"
    )


def _name_axis(lines: list[HeatmapRow]) -> dict[str, Any]:
    ends = [len(lines) - 0.5, -0.5]
    axis = figure.labelled_axis(
        [*range(len(lines))], list_names(lines), range=ends, ticklabelstandoff=6
    )
    axis["tickfont"] = {"size": figure.SMALL, "color": palette.TEXT}
    return axis


def _box_trace(cells: list[HeatmapCell], **more: Any) -> Trace:
    marks = [cell.mark for cell in cells]
    return {
        "type": "bar",
        "x": [cell.column for cell in cells],
        "y": [0.88] * len(cells),
        "base": [cell.row - 0.44 for cell in cells],
        "width": 0.94,
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "text": [mark.text for mark in marks],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        **more,
    }


def _class_trace(cells: list[HeatmapCell], level: int) -> Trace:
    found = [cell for cell in cells if cell.mark.state == "reported" and cell.level == level]
    font = {"size": 11, "color": palette.text_colour_on(level)}
    return _box_trace(found, marker={"color": palette.CLASSES[level]}, textfont=font)


def _state_trace(cells: list[HeatmapCell], state: str) -> Trace:
    found = [cell for cell in cells if cell.mark.state == state]
    font = {"size": 11, "color": palette.TEXT}
    return _box_trace(found, marker=state_fill(state), textfont=font)


def state_fill(state: str) -> dict[str, Any]:
    """Return how a missing value is filled: hatch, empty outline, grey."""
    if state == "not_reported":
        pattern = {
            "shape": "/",
            "fgcolor": palette.HATCH,
            "bgcolor": palette.PAPER,
            "size": 5,
            "solidity": 0.3,
        }
        return {
            "color": palette.HATCH,
            "pattern": pattern,
            "line": {"color": palette.HATCH, "width": 1},
        }
    if state == "not_applicable":
        return {"color": palette.PAPER, "line": {"color": palette.OUTLINE, "width": 1}}
    return {"color": palette.LINE, "line": {"color": palette.LINE, "width": 1}}
