"""Places with their intervals in, dots with whiskers out: one row each, the common level as a thin line."""

from dataclasses import dataclass
from typing import Any

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace
from pipelines.present.marks import Mark

#: Pixels of one row.
ROW = 24


@dataclass(frozen=True)
class Whisker:
    """One place: its mark, the interval around its value, and whether it lies outside the limits of chance."""

    mark: Mark
    low: float
    high: float
    out: bool


def whiskers(rows: list[Whisker], common: float, text: str, *, left: int = 130) -> Figure:
    """The first row on top; those outside in accent, the rest grey; `left` pixels for the names."""
    top = max([r.high for r in rows] + [common], default=1) or 1
    low = min([r.low for r in rows] + [common], default=0)
    low = low if low > top / 3 else 0
    traces = [_spans([(i, r) for i, r in enumerate(rows) if r.out == out], out) for out in (False, True)]
    traces += [_dots([(i, r) for i, r in enumerate(rows) if r.out == out], out) for out in (False, True)]
    pad = (top - low) * 0.03
    y = frame.named([*range(len(rows))], [r.mark.name for r in rows], range=[len(rows) - 0.4, -0.6])
    y["tickfont"] = {"size": frame.SMALL, "color": palette.TEXT}
    x = frame.hidden(range=[low - pad, top + (top - low) * 0.18])
    notes = [_value(i, r) for i, r in enumerate(rows)] + [_level(common, text)]
    margin = {"l": left, "r": 0, "t": 24, "b": 0, "pad": 0}
    height = ROW * max(len(rows), 1) + 26
    shapes = [_line(common)]
    drawn = [t for t in traces if t["x"]]
    return frame.figure(drawn, height, xaxis=x, yaxis=y, annotations=notes, shapes=shapes, margin=margin)


def _spans(rows: list[tuple[int, Whisker]], out: bool) -> Trace:
    xs = [v for _, r in rows for v in (r.low, r.high, None)]
    ys = [v for i, _ in rows for v in (i, i, None)]
    line = {"color": palette.ACCENT if out else palette.GREY, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _dots(rows: list[tuple[int, Whisker]], out: bool) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [r.mark.value for _, r in rows],
        "y": [i for i, _ in rows],
        "hovertext": [r.mark.hover for _, r in rows],
        "customdata": [r.mark.code for _, r in rows],
        "marker": {"size": 9, "color": palette.ACCENT if out else palette.GREY},
    }


def _value(row: int, what: Whisker) -> Any:
    return frame.note(1, row, what.mark.text, xref="paper", font={"size": frame.SMALL}, xanchor="right")


def _line(common: float) -> Any:
    line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
    place = {"x0": common, "x1": common, "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": line, "layer": "below"}


def _level(common: float, text: str) -> Any:
    font = {"size": frame.SMALL, "color": palette.MUTED}
    return frame.note(common, 1, text, yref="paper", font=font, yanchor="bottom", yshift=4)
