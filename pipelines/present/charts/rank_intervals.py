"""Places with their intervals in, dots with whiskers out: one row each, the common level as a thin line."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace

#: Pixels of one row.
ROW = 24


@dataclass(frozen=True)
class PlaceInterval:
    """One place: its mark, the interval around its value, and whether it lies outside the limits of chance."""

    mark: DataPoint
    low: float
    high: float
    out: bool


def draw_intervals(
    rows: list[PlaceInterval], common: float, text: str, *, left: int = 130
) -> Figure:
    """The first row on top; those outside in accent, the rest grey; `left` pixels for the names."""
    top = max([r.high for r in rows] + [common], default=1) or 1
    low = min([r.low for r in rows] + [common], default=0)
    low = low if low > top / 3 else 0
    traces = [
        _interval_trace([(i, r) for i, r in enumerate(rows) if r.out == out], out)
        for out in (False, True)
    ]
    traces += [
        _dot_trace([(i, r) for i, r in enumerate(rows) if r.out == out], out)
        for out in (False, True)
    ]
    pad = (top - low) * 0.03
    y = figure.labelled_axis(
        [*range(len(rows))], [r.mark.name for r in rows], range=[len(rows) - 0.4, -0.6]
    )
    y["tickfont"] = {"size": figure.SMALL, "color": palette.TEXT}
    x = figure.hidden_axis(range=[low - pad, top + (top - low) * 0.18])
    notes = [_value_note(i, r) for i, r in enumerate(rows)] + [_common_note(common, text)]
    margin = {"l": left, "r": 0, "t": 24, "b": 0, "pad": 0}
    height = ROW * max(len(rows), 1) + 26
    shapes = [_common_line(common)]
    drawn = [t for t in traces if t["x"]]
    return figure.make_figure(
        drawn, height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin
    )


def _interval_trace(rows: list[tuple[int, PlaceInterval]], out: bool) -> Trace:
    xs = [v for _, r in rows for v in (r.low, r.high, None)]
    ys = [v for i, _ in rows for v in (i, i, None)]
    line = {"color": palette.ACCENT if out else palette.GREY, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _dot_trace(rows: list[tuple[int, PlaceInterval]], out: bool) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [r.mark.value for _, r in rows],
        "y": [i for i, _ in rows],
        "hovertext": [r.mark.hover for _, r in rows],
        "customdata": [r.mark.code for _, r in rows],
        "marker": {"size": 9, "color": palette.ACCENT if out else palette.GREY},
    }


def _value_note(row: int, what: PlaceInterval) -> Any:
    return figure.make_note(
        1, row, what.mark.text, xref="paper", font={"size": figure.SMALL}, xanchor="right"
    )


def _common_line(common: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    place = {"x0": common, "x1": common, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _common_note(common: float, text: str) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(common, 1, text, yref="paper", font=font, yanchor="bottom", yshift=4)
