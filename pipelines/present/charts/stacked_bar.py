"""Counts by stage in, lying stacked bars on one scale out: every count named, a key of the stages above."""

from dataclasses import dataclass
from typing import Any, Literal

from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.map_legend import hatch_strokes, pixel_box

Tone = Literal["done", "going", "arrived", "waiting", "refused", "lost"]
#: Deep to pale along the way; no answer is hatched; refused and lost are grey.
FILLS: dict[Tone, str] = {
    "done": palette.CLASSES[6],
    "going": palette.CLASSES[4],
    "arrived": palette.CLASSES[2],
    "waiting": palette.PAPER,
    "refused": palette.MUTED,
    "lost": palette.HATCH,
}
INK: dict[Tone, str] = {"done": palette.PAPER, "going": palette.PAPER, "refused": palette.PAPER}
#: Pixels of one row with its name.
ROW = 76
#: Pixels a part must be wide to carry its count inside.
ROOM = 9


@dataclass(frozen=True)
class StagePart:
    """One stage of one row."""

    tone: Tone
    value: int
    text: str
    hover: str


@dataclass(frozen=True)
class StackedRow:
    """One bar: a service, a quarter; its parts in the order of the legend."""

    name: str
    total: str
    parts: tuple[StagePart, ...]


#: Pixels of a stage's square with the gap, of one line of the key, and of its letters: narrow, wide, all others.
SIGN, LINE, NARROW, BROAD, LETTER = 17, 20, 3.3, 9.3, 6.2
#: Pixels between two names of the key.
GAP = 12


def draw_stacked(rows: list[StackedRow], stages: dict[Tone, str], *, wide: int = 620) -> Figure:
    """One bar a row on one scale under a key of the stages that occur; `wide` in pixels."""
    widest = max((sum(p.value for p in row.parts) for row in rows), default=0) or 1
    traces = [t for tone in stages for t in _stage_traces(rows, tone, widest / wide)]
    occur = {p.tone for row in rows for p in row.parts if p.value}
    shapes, named, lines = _draw_key({t: words for t, words in stages.items() if t in occur}, wide)
    notes = [_name_note(i, row) for i, row in enumerate(rows)] + named
    x = figure.hidden_axis(range=[0, widest * 1.02])
    y = figure.hidden_axis(range=[len(rows) - 0.62, -0.62])
    above = LINE * lines + 10
    margin = {"l": 0, "r": 0, "t": above, "b": 0, "pad": 0}
    more = {"xaxis": x, "yaxis": y, "annotations": notes, "shapes": shapes, "margin": margin}
    return figure.make_figure(traces, ROW * max(len(rows), 1) + above, barmode="stack", **more)


def _stage_traces(rows: list[StackedRow], tone: Tone, pixel: float) -> list[Trace]:
    found = [(i, p) for i, row in enumerate(rows) for p in row.parts if p.tone == tone]
    if not any(p.value for _, p in found):
        return []
    # NOTE: a hatch needs the trace colour and fgcolor both, else it stays white.
    hatch = {
        "pattern": {
            "shape": "/",
            "fgcolor": palette.HATCH,
            "bgcolor": palette.PAPER,
            "size": 7,
            "solidity": 0.25,
        }
    }
    edge = palette.HATCH if tone == "waiting" else palette.PAPER
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": [p.value for _, p in found],
        "y": [i for i, _ in found],
        "width": 0.42,
        "hovertext": [p.hover for _, p in found],
        "text": [_count_text(p) if p.value >= pixel * ROOM else "" for _, p in found],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": figure.SMALL, "color": INK.get(tone, palette.TEXT)},
        "constraintext": "none",
        "marker": {
            "color": FILLS[tone],
            "line": {"color": edge, "width": 1},
            **(hatch if tone == "waiting" else {}),
        },
    }
    return [trace]


def _count_text(part: StagePart) -> str:
    """A count on a hatch is bold: the strokes run through it."""
    return f"<b>{part.text}</b>" if part.tone == "waiting" else part.text


def _name_note(row: int, what: StackedRow) -> Any:
    return figure.make_note(
        0,
        row - 0.25,
        f"<b>{what.name}</b>  {what.total}",
        xanchor="left",
        yanchor="bottom",
        align="left",
    )


def _draw_key(stages: dict[Tone, str], wide: int) -> tuple[list[Any], list[Any], int]:
    """Shapes and words of the key above the bars, flowing over as many lines as `wide` pixels ask for."""
    spots, across, line = [], 0.0, 0
    for tone, words in stages.items():
        needs = SIGN + sum(map(_letter_width, words))
        if across and across + needs > wide:
            across, line = 0.0, line + 1
        spots.append((tone, words, across, line))
        across += needs + GAP
    lines = line + 1 if stages else 0
    shapes = [s for tone, _, x, at in spots for s in _key_sign(tone, x, LINE * (at - lines) - 4)]
    font = {"size": figure.SMALL, "color": palette.MUTED}
    place = {
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "font": font,
        "borderpad": 0,
    }
    notes = [
        figure.make_note(0, 1, words, **place, xshift=x + SIGN, yshift=LINE * (lines - at) + 7)
        for _, words, x, at in spots
    ]
    return shapes, notes, lines


def _letter_width(letter: str) -> float:
    return NARROW if letter in "fijlrtI ,.ìíịỉĩ" else BROAD if letter in "mwMWĐ" else LETTER


def _key_sign(tone: Tone, x: float, y: float) -> list[Any]:
    hold = {"xref": "paper", "yref": "paper", "xanchor": 0, "yanchor": 1}
    square = pixel_box(
        x, y, 11, 11, fill=FILLS[tone], edge=palette.HATCH if tone == "waiting" else palette.CLEAR
    )
    return [
        {**s, **hold} for s in ([square, hatch_strokes(x, y)] if tone == "waiting" else [square])
    ]
