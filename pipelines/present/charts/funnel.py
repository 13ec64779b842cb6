"""A funnel of places by size and value, with the limits of chance around the common level.

The places farthest out are named.
"""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint, list_values
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.line import Write


@dataclass(frozen=True)
class FunnelPoint:
    """One place: its mark, the base of its value, and how far out it lies (0 to 2)."""

    mark: DataPoint
    base: float
    far: int


@dataclass(frozen=True)
class FunnelLimits:
    """The limits of chance at growing bases: 95 % and 99.8 %, and the words at their ends."""

    bases: tuple[float, ...]
    near: tuple[tuple[float, ...], tuple[float, ...]]
    far: tuple[tuple[float, ...], tuple[float, ...]]
    names: tuple[str, str]


#: Pixels a name beside a dot takes at least, up and down.
APART = 16


def draw_funnel(
    dots: list[FunnelPoint],
    edges: FunnelLimits,
    common: float,
    write: Write,
    words: tuple[str, str],
    *,
    counts: Write,
    named: int = 8,
    height: int = 400,
) -> Figure:
    """Draw one dot a place.

    `words` are the names of the base and of the common level; `named` of the farthest places get
    theirs.
    """
    at = _value_ticks(dots, common)
    texts = list(map(write, at))
    widest = max(_list_bases(dots), default=1) * 1.04
    lines = figure.round_ticks(0, widest, 4)
    x = figure.labelled_axis(lines, list(map(counts, lines)), range=[0, widest * 1.02])
    y = figure.gridline_axis(at, texts, range=[at[0], at[-1] * 1.04], ticklabelstandoff=8)
    pixel = (at[-1] - at[0]) / (height - 58)
    notes = [_common_note(common, widest, words[1]), _base_note(words[0])]
    notes += _limit_notes(edges, at) + _place_notes(dots, named, pixel)
    return figure.make_figure(
        [*_limit_traces(edges), *_point_traces(dots)],
        height,
        xaxis=x,
        yaxis=y,
        annotations=notes,
        shapes=[_common_line(common)],
        margin={"l": 14 + 7 * max(map(len, texts)), "r": 62, "t": 12, "b": 46, "pad": 0},
    )


def _list_bases(dots: list[FunnelPoint]) -> list[float]:
    return [dot.base for dot in dots]


def _value_ticks(dots: list[FunnelPoint], common: float) -> list[float]:
    """Return the values at the axis, which need not begin at zero."""
    values = [*figure.bar_values(dot.mark for dot in dots), common]
    low = min(values)
    start = min(low, common * 0.5) if low else 0
    return figure.round_ticks(start, max(values) * 1.02, 4)


def _limit_traces(edges: FunnelLimits) -> list[Trace]:
    """Return the outer limits as full lines, the inner ones dotted."""
    outer = [_limit_trace(edges.bases, limit, "solid") for limit in edges.far]
    inner = [_limit_trace(edges.bases, limit, "dot") for limit in edges.near]
    return outer + inner


def _limit_trace(bases: tuple[float, ...], values: tuple[float, ...], dash: str) -> Trace:
    line = {"color": palette.GREY, "width": 1.2, "dash": dash}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(bases),
        "y": list(values),
        "line": line,
        "hoverinfo": "skip",
    }


#: Size, fill and ring of a dot by how far out it lies.
LOOKS = (
    (8, palette.TINT, {"color": palette.PAPER, "width": 1}),
    (10, palette.PAPER, {"color": palette.ACCENT, "width": 2}),
    (11, palette.ACCENT, {"color": palette.PAPER, "width": 1}),
)


def _point_traces(dots: list[FunnelPoint]) -> list[Trace]:
    """Return the dots, those farthest out on top."""
    by_distance: list[list[FunnelPoint]] = [[], [], []]
    for dot in dots:
        by_distance[dot.far].append(dot)
    return [_point_trace(group, far) for far, group in enumerate(by_distance) if group]


def _point_trace(dots: list[FunnelPoint], far: int) -> Trace:
    size, fill, ring = LOOKS[far]
    marks = [dot.mark for dot in dots]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _list_bases(dots),
        "y": list_values(marks),
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "marker": {"size": size, "color": fill, "line": ring},
        "cliponaxis": False,
    }


def _common_line(common: float) -> Any:
    line = {"color": palette.TEXT, "width": 1}
    return {
        "type": "line",
        "x0": 0,
        "x1": 1,
        "xref": "paper",
        "y0": common,
        "y1": common,
        "line": line,
    }


def _common_note(common: float, widest: float, text: str) -> Any:
    font = {"size": figure.SMALL}
    return figure.make_note(widest * 1.02, common, text, font=font, xanchor="left", xshift=3)


def _base_note(text: str) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(
        1,
        0,
        text,
        xref="paper",
        yref="paper",
        font=font,
        xanchor="right",
        yanchor="top",
        yshift=-24,
    )


def _limit_notes(edges: FunnelLimits, at: list[float]) -> list[Any]:
    """Write 95 % and 99.8 % at the right end of the upper limits."""
    font = {"size": figure.SMALL, "color": palette.MUTED}
    place = {"font": font, "xanchor": "left", "xshift": 6}
    end = edges.bases[-1]
    near, far = min(edges.near[1][-1], at[-1]), min(edges.far[1][-1], at[-1])
    return [
        figure.make_note(end, near, edges.names[0], **place, yanchor="top"),
        figure.make_note(end, far, edges.names[1], **place, yanchor="bottom"),
    ]


def _place_notes(dots: list[FunnelPoint], most: int, pixel: float) -> list[Any]:
    """Name the farthest places, as long as their names do not run over each other."""
    outside = [dot for dot in dots if dot.far]
    outside.sort(key=lambda dot: (-dot.far, -abs(dot.mark.value_or_zero)))
    widest = max(_list_bases(dots), default=0)
    named: list[FunnelPoint] = []
    for dot in outside[:most]:
        if not any(_is_near(dot, other, widest, pixel) for other in named):
            named.append(dot)
    return [_place_note(dot, is_right=dot.base > 0.75 * widest) for dot in named]


def _is_near(a: FunnelPoint, b: FunnelPoint, widest: float, pixel: float) -> bool:
    """Would the names of the two places run over each other?"""
    rise = abs(a.mark.value_or_zero - b.mark.value_or_zero)
    return rise <= APART * pixel and abs(a.base - b.base) <= 0.2 * widest


def _place_note(dot: FunnelPoint, *, is_right: bool) -> Any:
    side = {"xanchor": "right", "xshift": -8} if is_right else {"xanchor": "left", "xshift": 8}
    font = {"size": figure.SMALL}
    return figure.make_note(dot.base, dot.mark.value_or_zero, dot.mark.name, font=font, **side)
