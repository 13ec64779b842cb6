"""The pictures of a section: a kind and its figures in, the same charts as on the screen out, with their tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from pipelines import kpi
from pipelines.output.report.asked import Asked, label
from pipelines.output.report.model import Drawing
from pipelines.present import charts, compare, display, findings, growth, parts, referrals
from pipelines.present.answers import Answer, by_place, over_time, ranked, unit_of
from pipelines.present.charts.frame import Figure
from pipelines.present.marks import Mark, Picture, listing
from pipelines.present.text import say
from pipelines.reference import targets

#: Pixels a picture is drawn in; paper and page scale it.
WIDE = 620
#: Pixels of a picture over time: three of them and a table stand on a page.
LOW, HIGH = 170, 250
#: Places a bar chart shows; all of them stand in the appendix.
PLACES = 8


def drawing(asked: Asked, kind: str, codes: str) -> Drawing | None:
    """None when there is nothing to draw."""
    drawn = _KINDS[kind](asked, codes.split())
    return drawn if drawn and drawn.picture.figure["data"] else None


def _quarters(asked: Asked, code: str) -> tuple[list[Answer], list[Mark]]:
    period = compare.trail(asked.period, asked.store.span.first)
    found = asked.by(code, "period", period=period)
    return found, over_time(found, asked.language)


def _trend(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    def draw(marks: list[Mark]) -> Figure:
        return charts.lines(marks, lambda v: _write(v, asked), height=LOW, wide=WIDE)

    return _over_time(asked, codes[0], draw, "line")


def _columns(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    return _over_time(asked, codes[0], lambda m: charts.columns(m, height=LOW, wide=WIDE), "column")


def _over_time(
    asked: Asked, code: str, draw: Callable[[list[Mark]], Figure], kind: Literal["line", "column"]
) -> Drawing | None:
    found, marks = _quarters(asked, code)
    shown = [m for m in marks if m.value is not None]
    if len(shown) < 2:
        return None
    title = findings.trend(found, shown[0].name, shown[-1].name, asked.language)
    table = listing(marks, say("column.period", asked.language), label(code, asked.language))
    return Drawing(Picture(draw(marks), title, table), _values(marks), kind, found[0].kpi.decimals)


def _write(value: float, asked: Asked) -> str:
    return display.trimmed(value, asked.language, 3)


def _places(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    code, level = codes[0], asked.level
    marks = ranked(by_place(asked.by(code, level), asked.language, column=level))
    whole = asked.now(code)
    if sum(m.value is not None for m in marks) < 2 or not whole.known:
        return None
    title = findings.places(whole.kpi, marks, level, asked.language)
    mean = say("card.mean", asked.language, value=whole.text(asked.language))
    figure = charts.bars(marks[:PLACES], mean=whole.value if whole.kpi.denominator else None, mean_text=mean)
    heads = say(f"column.{level}", asked.language), label(code, asked.language)
    picture = Picture(figure, title, listing(marks[:PLACES], *heads))
    return Drawing(picture, _values(marks[:PLACES]), "bar", whole.kpi.decimals)


def _parts(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    rows = [asked.now(code) for code in codes]
    if not any(a.known and a.value for a in rows):
        return None
    marks = parts.marks(rows, asked.language)
    title = say(
        "report.parts", asked.language, name=marks[0].name, n=marks[0].text, unit=unit_of(rows[0].kpi, asked.language)
    )
    table = listing(marks, say("report.head_label", asked.language), unit_of(rows[0].kpi, asked.language))
    return Drawing(Picture(charts.bars(marks), title, table), _values(marks), "bar")


def _values(marks: list[Mark]) -> tuple[tuple[float | None, ...], ...]:
    return (tuple(m.value for m in marks),)


def _steps(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    found, marks = _quarters(asked, codes[0])
    if not any(a.known and a.value for a in found):
        return None
    goal = targets.target(codes[0], asked.span.last.year) if not asked.places else None
    aim = (goal.value, goal.year) if goal else None
    drawn = growth.steps(found, [], aim, asked.language, wide=WIDE)
    figure = {**drawn.figure, "layout": {**drawn.figure["layout"], "height": HIGH}}
    return Drawing(replace(drawn, figure=figure), _values(marks), "line")


def _outcomes(asked: Asked, codes: Sequence[str]) -> Drawing | None:
    places = list(asked.places) or None
    found = kpi.outcomes(["service"], asked.period, places, scope=asked.scope, store=asked.store)
    told = referrals.told(found, asked.language)
    if not told.height:
        return None
    picture = referrals.outcomes(told, say("referrals.column_service", asked.language), asked.language, wide=WIDE)
    values = tuple(tuple(map(float, told[tone].to_list())) for tone in referrals.TONES)
    kept = picture.table.select(picture.table.columns[0], *picture.table.columns[2:])
    return Drawing(replace(picture, table=kept), values, "bar")


_KINDS: dict[str, Callable[[Asked, Sequence[str]], Drawing | None]] = {
    "trend": _trend,
    "columns": _columns,
    "places": _places,
    "parts": _parts,
    "steps": _steps,
    "outcomes": _outcomes,
}
