"""Rows of a KPI answer in, words and marks out: value with unit, base figures, coverage, a sentence for pointing."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import polars as pl

from pipelines.catalog import Kpi, Language, choices, units
from pipelines.kpi.question import figure
from pipelines.present import display, spans
from pipelines.present.marks import Mark, State
from pipelines.present.text import say
from pipelines.reference.periods import parse


@dataclass(frozen=True)
class Answer:
    """One row of `kpi.values`: a figure with its base, its returns and what kind of nothing it is."""

    kpi: Kpi
    value: float | None
    numerator: float | None
    denominator: float | None
    expected: int
    received: int
    state: State
    qualifier: str | None
    #: The columns of `by`: district, ward, period … and their names.
    at: dict[str, Any]

    @property
    def known(self) -> bool:
        return self.state == "reported" and self.value is not None

    @property
    def few(self) -> bool:
        """Is this a rate on fewer than the catalogue finds worth a rate?"""
        return self.known and bool(self.kpi.min_denominator) and (self.denominator or 0) < self.kpi.min_denominator

    @property
    def share(self) -> bool:
        """Are those above part of those below? "2 of 1" would be no part."""
        return self.kpi.unit == "percent" and (self.numerator or 0) <= (self.denominator or 0)

    def text(self, language: Language) -> str:
        """The value without unit; a rate on too few as its counts; a nothing as its sign."""
        if self.few:
            return display.of(self.numerator, self.denominator, language) if self.share else self.base(language)
        written = display.value(self.kpi, self.value, language, state=self.state)
        return display.qualified(written, self.qualifier, language) if self.known else written

    def said(self, language: Language) -> str:
        """The value with its unit, for a sentence: "7,58 người mỗi đội", "60 triệu đồng", "44,0 %"."""
        if self.kpi.unit == "dong" and self.known:
            return display.qualified(display.money(self.value, language), self.qualifier, language)
        unit = "" if self.kpi.unit == "percent" or self.few or not self.known else unit_of(self.kpi, language)
        return f"{self.text(language)}{display.NBSP}{unit}".rstrip(display.NBSP)

    def short(self, language: Language) -> str:
        """The value for a narrow place whose name tells the unit: an amount of money as "4,11 tỷ"."""
        if self.kpi.unit == "dong" and self.known:
            return display.qualified(display.short_money(self.value, language), self.qualifier, language)
        return self.text(language)

    def base(self, language: Language) -> str:
        """What a ratio is made of: "4.386 / 579"; empty for a sum."""
        if not self.kpi.denominator or self.numerator is None or self.denominator is None:
            return ""
        return f"{display.number(self.numerator, language)} / {display.number(self.denominator, language)}"

    def coverage(self, language: Language) -> str:
        """Returns received of those expected: "Báo cáo 569/577."; empty for figures no return is owed for."""
        return (
            say("card.coverage", language, n=display.fraction(self.received, self.expected, language))
            if self.expected
            else ""
        )

    def sentence(self, name: str, language: Language) -> str:
        """What pointing shows: place or period, value, base and coverage; or why there is none."""
        if not self.known:
            return say(f"nothing.{self.state}", language, name=name)
        base = self.base(language)
        key = "card.hover_base" if base and not self.few else "card.hover"
        return say(key, language, name=name, value=self.said(language), base=base, coverage=self.coverage(language))


def unit_of(kpi: Kpi, language: Language) -> str:
    """The unit's word; a percentage has none beside its sign."""
    return "%" if kpi.unit == "percent" else units()[kpi.unit].label.of(language)


def named(kpi: Kpi, language: Language) -> str:
    """The figure's name, with its unit where the name does not tell it."""
    name, unit = kpi.label.of(language), unit_of(kpi, language)
    return name if unit.casefold() in name.casefold() else f"{name} ({unit})"


def caveats(kpi: Kpi, language: Language) -> str:
    """What must be said beside the figure, from the catalogue."""
    return " ".join(choices("caveat")[c].label.of(language) for c in kpi.caveats)


#: Columns of a row that are the figure itself; the others say where and when.
_FIGURE = frozenset(
    ("value", "numerator", "denominator", "expected", "received", "state", "exactness", "qualifier", "kpi")
)


@cache
def definition(code: str) -> Kpi:
    """The KPI of a code, or the field of a form as a figure of its own; looked up once."""
    return figure(code)


def answers(frame: pl.DataFrame, code: str = "") -> list[Answer]:
    """Every row of an answer, in its order; `code` picks one KPI out of many."""
    rows = frame.filter(pl.col("kpi") == code) if code and "kpi" in frame.columns else frame
    return [answer(row, row.get("kpi") or code) for row in rows.to_dicts()]


def answer(row: dict[str, Any], code: str) -> Answer:
    at = {k: v for k, v in row.items() if k not in _FIGURE}
    counts = row["value"], row["numerator"], row["denominator"]
    returns = int(row["expected"] or 0), int(row["received"] or 0)
    return Answer(definition(code), *counts, *returns, cast(State, row["state"]), row["qualifier"], at)


def nothing(code: str) -> Answer:
    """The answer to a question that was refused or has no row."""
    return Answer(definition(code), None, None, None, 0, 0, "not_applicable", None, {})


class Told(dict[str, Answer]):
    """The figures of one question without `by`, by their code; one that was refused is a nothing."""

    def __missing__(self, code: str) -> Answer:
        return nothing(code)


def by_code(frame: pl.DataFrame) -> Told:
    """Every figure of an answer without `by`."""
    return Told((a.kpi.code, a) for a in answers(frame))


def one(frame: pl.DataFrame, code: str) -> Answer:
    """The single row of a KPI asked alone and without `by`; several are taken apart by `by_code`."""
    found = answers(frame, code)
    return found[0] if found else nothing(code)


def over_time(found: list[Answer], language: Language, *, column: str = "period") -> list[Mark]:
    """Marks in time order, named by quarter or year."""
    return [_timed(a, str(a.at[column]), language) for a in sorted(found, key=lambda a: _start(str(a.at[column])))]


def _start(code: str) -> int:
    return parse(code).first.index


def _timed(a: Answer, code: str, language: Language) -> Mark:
    period = parse(code)
    name = spans.tick(period.first, language) if len(period) == 1 else spans.span(period, language)
    unfinished = a.received < a.expected * 0.8
    return _mark(a, name, spans.span(period, language), code, language, unfinished=unfinished)


def by_place(found: list[Answer], language: Language, *, column: str) -> list[Mark]:
    """Marks of districts or wards in the given order; `column` holds the code, `column`_name the name."""
    return [
        _mark(a, str(a.at[f"{column}_name"]), str(a.at[f"{column}_name"]), str(a.at[column]), language) for a in found
    ]


def _mark(a: Answer, name: str, whole: str, code: str, language: Language, *, unfinished: bool = False) -> Mark:
    # NOTE: a zero is a value and stands at zero; the other nothings have no height at all.
    value = a.value if a.known else None
    return Mark(name, value, a.text(language), a.sentence(whole, language), a.state, code, unfinished)


def ranked(marks: list[Mark]) -> list[Mark]:
    """Largest first; nothings last."""
    return sorted(marks, key=lambda m: (m.value is None, -(m.value or 0)))
