"""Shares by row and period in, a heatmap out: deeper means more complete; nothings are signs on their own ground."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint
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


def draw_heatmap(lines: list[HeatmapRow], *, left: int = 120, written: bool = True) -> Figure:
    """One square a row and period, the count `written` where it is not full; `left` pixels for the names."""
    cells = [
        (c, r, m, level)
        for r, line in enumerate(lines)
        for c, (m, level) in enumerate(zip(line.marks, line.levels, strict=True))
    ]
    traces = [_class_trace(cells, level) for level in range(7)]
    traces += [
        _state_trace(cells, "not_reported"),
        _state_trace(cells, "not_applicable"),
        _state_trace(cells, "suppressed"),
    ]
    if not written:
        traces = [{**t, "text": None} for t in traces]
    names = [m.name for m in lines[0].marks] if lines else []
    every = max(1, -(-len(names) // 9))
    shown = [i for i in range(len(names)) if i % every == 0]
    x = figure.labelled_axis(
        [*shown], [names[i] for i in shown], range=[-0.5, len(names) - 0.5], side="top"
    )
    rows = list(range(len(lines)))
    y = figure.labelled_axis(
        [*rows], [line.name for line in lines], range=[len(lines) - 0.5, -0.5], ticklabelstandoff=6
    )
    y["tickfont"] = {"size": figure.SMALL, "color": palette.TEXT}
    margin = {"l": left, "r": 0, "t": 26, "b": 0, "pad": 0}
    height = ROW * max(len(lines), 1) + 30
    return figure.make_figure(
        [t for t in traces if t["x"]], height, barmode="overlay", xaxis=x, yaxis=y, margin=margin
    )


def _box_trace(found: list[Any], **more: Any) -> Trace:
    return {
        "type": "bar",
        "x": [c for c, _, _, _ in found],
        "y": [0.88] * len(found),
        "base": [r - 0.44 for _, r, _, _ in found],
        "width": 0.94,
        "hovertext": [m.hover for _, _, m, _ in found],
        "customdata": [m.code for _, _, m, _ in found],
        "text": [m.text for _, _, m, _ in found],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        **more,
    }


def _class_trace(cells: list[Any], level: int) -> Trace:
    found = [c for c in cells if c[2].state == "reported" and c[3] == level]
    font = {"size": 11, "color": palette.text_colour_on(level)}
    return _box_trace(found, marker={"color": palette.CLASSES[level]}, textfont=font)


def _state_trace(cells: list[Any], state: str) -> Trace:
    found = [c for c in cells if c[2].state == state]
    font = {"size": 11, "color": palette.TEXT}
    return _box_trace(found, marker=state_fill(state), textfont=font)


def state_fill(state: str) -> dict[str, Any]:
    """How a nothing is filled: hatch, empty outline, grey."""
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
