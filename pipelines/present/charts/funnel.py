"""Places by size and value in, a funnel out: the limits of chance around the common level, the unusual ones named."""

from dataclasses import dataclass
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.line import Write


@dataclass(frozen=True)
class FunnelPoint:
    """One place: its mark, the base its value stands on, and how far out it lies (0 within chance, 1, 2)."""

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
    """One dot a place; `words` are the base's and the common level's name; `named` of the farthest get theirs."""
    top = max([d.mark.value or 0 for d in dots] + [common])
    low = min([d.mark.value or 0 for d in dots] + [common])
    at = figure.round_ticks(min(low, common * 0.5) if low else 0, top * 1.02, 4)
    widest = max([d.base for d in dots], default=1) * 1.04
    traces = [
        _limit_trace(edges.bases, y, dash)
        for pair, dash in ((edges.far, "solid"), (edges.near, "dot"))
        for y in pair
    ]
    traces += [
        t for far in (0, 1, 2) for t in _point_traces([d for d in dots if d.far == far], far)
    ]
    lines = figure.round_ticks(0, widest, 4)
    x = figure.labelled_axis(lines, [counts(v) for v in lines], range=[0, widest * 1.02])
    y = figure.gridline_axis(
        at, [write(v) for v in at], range=[at[0], at[-1] * 1.04], ticklabelstandoff=8
    )
    margin = {"l": 14 + 7 * max(len(write(v)) for v in at), "r": 62, "t": 12, "b": 46, "pad": 0}
    notes = [_common_note(common, widest, words[1]), _base_note(words[0])]
    notes += _limit_notes(edges, at) + _place_notes(dots, named, (at[-1] - at[0]) / (height - 58))
    return figure.make_figure(
        traces,
        height,
        xaxis=x,
        yaxis=y,
        annotations=notes,
        shapes=[_common_line(common)],
        margin=margin,
    )


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


def _point_traces(dots: list[FunnelPoint], far: int) -> list[Trace]:
    if not dots:
        return []
    fill = (palette.TINT, palette.PAPER, palette.ACCENT)[far]
    ring = {"color": palette.PAPER if far != 1 else palette.ACCENT, "width": 2 if far == 1 else 1}
    trace: Trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [d.base for d in dots],
        "y": [d.mark.value for d in dots],
        "hovertext": [d.mark.hover for d in dots],
        "customdata": [d.mark.code for d in dots],
        "marker": {"size": (8, 10, 11)[far], "color": fill, "line": ring},
        "cliponaxis": False,
    }
    return [trace]


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
    """95 % and 99.8 % at the right end of the upper limits."""
    font = {"size": figure.SMALL, "color": palette.MUTED}
    ends = [(edges.near[1][-1], edges.names[0]), (edges.far[1][-1], edges.names[1])]
    return [
        figure.make_note(
            edges.bases[-1],
            min(y, at[-1]),
            text,
            font=font,
            xanchor="left",
            xshift=6,
            yanchor=anchor,
        )
        for (y, text), anchor in zip(ends, ("top", "bottom"), strict=True)
    ]


def _place_notes(dots: list[FunnelPoint], most: int, pixel: float) -> list[Any]:
    """The names of the farthest places, as long as they do not run over each other."""
    out = sorted((d for d in dots if d.far), key=lambda d: (-d.far, -abs(d.mark.value or 0)))[:most]
    notes: list[Any] = []
    taken: list[tuple[float, float]] = []
    for d in out:
        y = d.mark.value or 0
        if all(
            abs(y - v) > APART * pixel or abs(d.base - b) > 0.2 * max(x.base for x in dots)
            for b, v in taken
        ):
            taken.append((d.base, y))
            right = d.base > 0.75 * max(x.base for x in dots)
            side = {"xanchor": "right" if right else "left", "xshift": -8 if right else 8}
            notes.append(
                figure.make_note(d.base, y, d.mark.name, font={"size": figure.SMALL}, **side)
            )
    return notes
