"""Lying stacked bars on one scale: every count named, a legend of the stages above."""

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

    @property
    def size(self) -> int:
        """The sum of all parts."""
        return sum(part.value for part in self.parts)


#: Pixels of a stage's square with the gap, of one line of the legend, and of its letters: narrow,
#: wide, all others.
SIGN, LINE, NARROW, BROAD, LETTER = 17, 20, 3.3, 9.3, 6.2
#: Pixels between two names of the key.
GAP = 12


def draw_stacked(rows: list[StackedRow], stages: dict[Tone, str], *, wide: int = 620) -> Figure:
    """Draw one bar a row on one scale under a legend of the stages that occur; `wide` in pixels."""
    widest = max([row.size for row in rows], default=0) or 1
    traces, occurring = [], {}
    for tone, words in stages.items():
        parts = _list_parts(rows, tone)
        if any(part.value for _, part in parts):
            traces.append(_stage_trace(parts, tone, widest / wide))
            occurring[tone] = words
    shapes, legend_notes, lines = _draw_key(occurring, wide)
    notes = [_name_note(i, row) for i, row in enumerate(rows)] + legend_notes
    x = figure.hidden_axis(range=[0, widest * 1.02])
    y = figure.hidden_axis(range=[len(rows) - 0.62, -0.62])
    above = LINE * lines + 10
    margin = {"l": 0, "r": 0, "t": above, "b": 0, "pad": 0}
    more = {"xaxis": x, "yaxis": y, "annotations": notes, "shapes": shapes, "margin": margin}
    return figure.make_figure(traces, ROW * max(len(rows), 1) + above, barmode="stack", **more)


def _list_parts(rows: list[StackedRow], tone: Tone) -> list[tuple[int, StagePart]]:
    """Return the parts of one stage with the numbers of their rows."""
    parts = []
    for i, row in enumerate(rows):
        parts += [(i, part) for part in row.parts if part.tone == tone]
    return parts


def _stage_trace(parts: list[tuple[int, StagePart]], tone: Tone, pixel: float) -> Trace:
    """Return the bars of one stage; `pixel` is the value that one pixel stands for."""
    room = pixel * ROOM
    return {
        "type": "bar",
        "orientation": "h",
        "x": [part.value for _, part in parts],
        "y": [i for i, _ in parts],
        "width": 0.42,
        "hovertext": [part.hover for _, part in parts],
        "text": [_count_text(part, room) for _, part in parts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": figure.SMALL, "color": INK.get(tone, palette.TEXT)},
        "constraintext": "none",
        "marker": _stage_fill(tone),
    }


def _stage_fill(tone: Tone) -> dict[str, Any]:
    if tone != "waiting":
        return {"color": FILLS[tone], "line": {"color": palette.PAPER, "width": 1}}
    # NOTE: a hatch needs the trace colour and fgcolor both, else it stays white.
    pattern = {
        "shape": "/",
        "fgcolor": palette.HATCH,
        "bgcolor": palette.PAPER,
        "size": 7,
        "solidity": 0.25,
    }
    line = {"color": palette.HATCH, "width": 1}
    return {"color": FILLS[tone], "line": line, "pattern": pattern}


def _count_text(part: StagePart, least: float) -> str:
    """Return the count of a part that is large enough for it.

    On a hatch it is bold: the strokes run through it.
    """
    if part.value < least:
        return ""
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
    """Return shapes and words of the legend above the bars, and its number of lines.

    The lines are broken at `wide` pixels.
    """
    spots = _place_words(stages, wide)
    lines = spots[-1][3] + 1 if spots else 0
    font = {"size": figure.SMALL, "color": palette.MUTED}
    place = {
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "font": font,
        "borderpad": 0,
    }
    shapes, notes = [], []
    for tone, words, x, at in spots:
        shapes += _key_sign(tone, x, LINE * (at - lines) - 4)
        up = LINE * (lines - at) + 7
        notes.append(figure.make_note(0, 1, words, **place, xshift=x + SIGN, yshift=up))
    return shapes, notes, lines


def _place_words(stages: dict[Tone, str], wide: int) -> list[tuple[Tone, str, float, int]]:
    """Return stage, words, pixels from the left, and line of each entry of the legend."""
    spots = []
    across, line = 0.0, 0
    for tone, words in stages.items():
        width = SIGN + sum(map(_letter_width, words))
        if across and across + width > wide:
            across, line = 0.0, line + 1
        spots.append((tone, words, across, line))
        across += width + GAP
    return spots


def _letter_width(letter: str) -> float:
    if letter in "fijlrtI ,.ìíịỉĩ":
        return NARROW
    return BROAD if letter in "mwMWĐ" else LETTER


def _key_sign(tone: Tone, x: float, y: float) -> list[Any]:
    """Return the shapes of a stage's square."""
    if tone == "waiting":
        square = pixel_box(x, y, 11, 11, fill=FILLS[tone], edge=palette.HATCH)
        shapes = [square, hatch_strokes(x, y)]
    else:
        shapes = [pixel_box(x, y, 11, 11, fill=FILLS[tone], edge=palette.CLEAR)]
    return figure.update_each(shapes, xref="paper", yref="paper", xanchor=0, yanchor=1)
