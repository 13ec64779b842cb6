"""Counts by stage in, lying stacked bars on one scale out: every count named, stages named under the first bar."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace

Tone = Literal["done", "going", "arrived", "waiting", "refused", "lost"]
#: Deep to pale along the way; no answer is hatched; refused and lost are grey.
FILLS: dict[Tone, str] = {
    "done": palette.CLASSES[6],
    "going": palette.CLASSES[4],
    "arrived": palette.CLASSES[1],
    "waiting": palette.PAPER,
    "refused": palette.GREY,
    "lost": palette.LINE,
}
INK: dict[Tone, str] = {"done": palette.PAPER, "going": palette.PAPER}
#: Pixels of one row with its name.
ROW = 76
#: Pixels a part must be wide to carry its count inside.
ROOM = 9


@dataclass(frozen=True)
class Part:
    """One stage of one row."""

    tone: Tone
    value: int
    text: str
    hover: str


@dataclass(frozen=True)
class Row:
    """One bar: a service, a quarter; its parts in the order of the legend."""

    name: str
    total: str
    parts: tuple[Part, ...]


#: The first row stands this much apart: the names of the stages are under it.
APART = 0.38
#: Pixels of a letter of a stage's name.
LETTER = 6.4


def stacked(rows: list[Row], stages: dict[Tone, str], *, wide: int = 620) -> Figure:
    """One bar a row on one scale; `stages` names the tones, with <br> where a name breaks; `wide` in pixels."""
    widest = max((sum(p.value for p in row.parts) for row in rows), default=0) or 1
    traces = [t for tone in stages for t in _traces(rows, tone, widest / wide)]
    notes = [_name(i, row) for i, row in enumerate(rows)] + (
        _stage_names(rows[0], stages, widest, widest / wide) if rows else []
    )
    x = frame.hidden(range=[0, widest * 1.02])
    deep = _at(len(rows) - 1) if rows else 0
    y = frame.hidden(range=[deep + (0.75 if len(rows) == 1 else 0.35), -0.62])
    height = round(ROW * (deep + 1.3 if rows else 1))
    return frame.figure(traces, height, barmode="stack", xaxis=x, yaxis=y, annotations=notes)


def _at(row: int) -> float:
    return row + APART if row else 0.0


def _traces(rows: list[Row], tone: Tone, pixel: float) -> list[Trace]:
    found = [(i, p) for i, row in enumerate(rows) for p in row.parts if p.tone == tone]
    if not any(p.value for _, p in found):
        return []
    # NOTE: a hatch needs the trace colour and fgcolor both, else it stays white.
    hatch = {"pattern": {"shape": "/", "fgcolor": palette.HATCH, "bgcolor": palette.PAPER, "size": 7, "solidity": 0.25}}
    edge = palette.HATCH if tone == "waiting" else palette.PAPER
    trace: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": [p.value for _, p in found],
        "y": [_at(i) for i, _ in found],
        "width": 0.42,
        "hovertext": [p.hover for _, p in found],
        "text": [p.text if p.value >= pixel * ROOM else "" for _, p in found],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"size": frame.SMALL, "color": INK.get(tone, palette.TEXT)},
        "constraintext": "none",
        "marker": {"color": FILLS[tone], "line": {"color": edge, "width": 1}, **(hatch if tone == "waiting" else {})},
    }
    return [trace]


def _name(row: int, what: Row) -> Any:
    return frame.note(
        0, _at(row) - 0.25, f"<b>{what.name}</b>  {what.total}", xanchor="left", yanchor="bottom", align="left"
    )


def _stage_names(first: Row, stages: dict[Tone, str], widest: float, pixel: float) -> list[Any]:
    ends = list(accumulate(p.value for p in first.parts))
    font = {"size": frame.SMALL, "color": palette.MUTED}
    notes, free = [], -widest
    for part, end in zip(first.parts, ends, strict=True):
        middle, words = end - part.value / 2, stages[part.tone]
        half = max(len(line) for line in words.split("<br>")) * LETTER * pixel / 2
        middle = min(max(middle, half), widest * 1.02 - half)
        # NOTE: a stage without room for its name is left to the words under the chart and to the pointer.
        if part.value and middle - half >= free and middle - half < end:
            notes.append(frame.note(middle, 0.24, words, font=font, yanchor="top", align="center"))
            free = middle + half
    return notes
