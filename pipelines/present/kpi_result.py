"""Rows of a KPI answer in, words and marks out: value with unit, base figures, coverage, a sentence for pointing."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import polars as pl

from pipelines.catalog import Kpi, Language, choices, units
from pipelines.kpi.query import find_queried_kpi
from pipelines.present.chart_data import DataPoint, State
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.reference.periods import parse_period


@dataclass(frozen=True)
class KpiResult:
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
    def is_known(self) -> bool:
        return self.state == "reported" and self.value is not None

    @property
    def below_min_denominator(self) -> bool:
        """Is this a rate on fewer than the catalogue finds worth a rate?"""
        return (
            self.is_known
            and bool(self.kpi.min_denominator)
            and (self.denominator or 0) < self.kpi.min_denominator
        )

    @property
    def is_share(self) -> bool:
        """Are those above part of those below? "2 of 1" would be no part."""
        return self.kpi.unit == "percent" and (self.numerator or 0) <= (self.denominator or 0)

    def format_value(self, language: Language) -> str:
        """The value without unit; a rate on too few as its counts; a nothing as its sign."""
        if self.below_min_denominator:
            return (
                numbers.format_counts(self.numerator, self.denominator, language)
                if self.is_share
                else self.format_base(language)
            )
        written = numbers.format_kpi_value(self.kpi, self.value, language, state=self.state)
        return (
            numbers.add_qualifier(written, self.qualifier, language) if self.is_known else written
        )

    def format_with_unit(self, language: Language) -> str:
        """The value with its unit, for a sentence: "7,58 người mỗi đội", "60 triệu đồng", "44,0 %"."""
        if self.kpi.unit == "dong" and self.is_known:
            return numbers.add_qualifier(
                numbers.format_money(self.value, language), self.qualifier, language
            )
        unit = (
            ""
            if self.kpi.unit == "percent" or self.below_min_denominator or not self.is_known
            else unit_label(self.kpi, language)
        )
        return f"{self.format_value(language)}{numbers.NBSP}{unit}".rstrip(numbers.NBSP)

    def format_short(self, language: Language) -> str:
        """The value for a narrow place whose name tells the unit: an amount of money as "4,11 tỷ"."""
        if self.kpi.unit == "dong" and self.is_known:
            return numbers.add_qualifier(
                numbers.format_short_money(self.value, language), self.qualifier, language
            )
        return self.format_value(language)

    def format_base(self, language: Language) -> str:
        """What a ratio is made of: "4.386 / 579"; empty for a sum."""
        if not self.kpi.denominator or self.numerator is None or self.denominator is None:
            return ""
        return f"{numbers.format_number(self.numerator, language)} / {numbers.format_number(self.denominator, language)}"

    def format_coverage(self, language: Language) -> str:
        """Returns received of those expected: "Báo cáo 569/577."; empty for figures no return is owed for."""
        return (
            translate(
                "card.coverage",
                language,
                n=numbers.format_fraction(self.received, self.expected, language),
            )
            if self.expected
            else ""
        )

    def format_sentence(self, name: str, language: Language) -> str:
        """What pointing shows: place or period, value, base and coverage; or why there is none."""
        if not self.is_known:
            return translate(f"nothing.{self.state}", language, name=name)
        base = self.format_base(language)
        key = "card.hover_base" if base and not self.below_min_denominator else "card.hover"
        return translate(
            key,
            language,
            name=name,
            value=self.format_with_unit(language),
            base=base,
            coverage=self.format_coverage(language),
        )


def unit_label(kpi: Kpi, language: Language) -> str:
    """The unit's word; a percentage has none beside its sign."""
    return "%" if kpi.unit == "percent" else units()[kpi.unit].label.of(language)


def name_with_unit(kpi: Kpi, language: Language) -> str:
    """The figure's name, with its unit where the name does not tell it."""
    name, unit = kpi.label.of(language), unit_label(kpi, language)
    return name if unit.casefold() in name.casefold() else f"{name} ({unit})"


def list_caveats(kpi: Kpi, language: Language) -> str:
    """What must be said beside the figure, from the catalogue."""
    return " ".join(choices("caveat")[c].label.of(language) for c in kpi.caveats)


#: Columns of a row that are the figure itself; the others say where and when.
_FIGURE = frozenset(
    (
        "value",
        "numerator",
        "denominator",
        "expected",
        "received",
        "state",
        "exactness",
        "qualifier",
        "kpi",
    )
)


@cache
def find_kpi_definition(code: str) -> Kpi:
    """The KPI of a code, or the field of a form as a figure of its own; looked up once."""
    return find_queried_kpi(code)


def read_results(frame: pl.DataFrame, code: str = "") -> list[KpiResult]:
    """Every row of an answer, in its order; `code` picks one KPI out of many."""
    rows = frame.filter(pl.col("kpi") == code) if code and "kpi" in frame.columns else frame
    return [read_result(row, row.get("kpi") or code) for row in rows.to_dicts()]


def read_result(row: dict[str, Any], code: str) -> KpiResult:
    at = {k: v for k, v in row.items() if k not in _FIGURE}
    counts = row["value"], row["numerator"], row["denominator"]
    returns = int(row["expected"] or 0), int(row["received"] or 0)
    return KpiResult(
        find_kpi_definition(code),
        *counts,
        *returns,
        cast(State, row["state"]),
        row["qualifier"],
        at,
    )


def empty_result(code: str) -> KpiResult:
    """The answer to a question that was refused or has no row."""
    return KpiResult(find_kpi_definition(code), None, None, None, 0, 0, "not_applicable", None, {})


class KpiResults(dict[str, KpiResult]):
    """The figures of one question without `by`, by their code; one that was refused is a nothing."""

    def __missing__(self, code: str) -> KpiResult:
        return empty_result(code)


def results_by_code(frame: pl.DataFrame) -> KpiResults:
    """Every figure of an answer without `by`."""
    return KpiResults((a.kpi.code, a) for a in read_results(frame))


def single_result(frame: pl.DataFrame, code: str) -> KpiResult:
    """The single row of a KPI asked alone and without `by`; several are taken apart by `by_code`."""
    found = read_results(frame, code)
    return found[0] if found else empty_result(code)


def points_over_time(
    found: list[KpiResult], language: Language, *, column: str = "period"
) -> list[DataPoint]:
    """Marks in time order, named by quarter or year."""
    return [
        _timed_point(a, str(a.at[column]), language)
        for a in sorted(found, key=lambda a: _start_index(str(a.at[column])))
    ]


def _start_index(code: str) -> int:
    return parse_period(code).first.index


def _timed_point(a: KpiResult, code: str, language: Language) -> DataPoint:
    period = parse_period(code)
    name = (
        periods.format_tick(period.first, language)
        if len(period) == 1
        else periods.format_period(period, language)
    )
    unfinished = a.received < a.expected * 0.8
    return _make_point(
        a, name, periods.format_period(period, language), code, language, unfinished=unfinished
    )


def points_by_place(found: list[KpiResult], language: Language, *, column: str) -> list[DataPoint]:
    """Marks of districts or wards in the given order; `column` holds the code, `column`_name the name."""
    return [
        _make_point(
            a, str(a.at[f"{column}_name"]), str(a.at[f"{column}_name"]), str(a.at[column]), language
        )
        for a in found
    ]


def _make_point(
    a: KpiResult, name: str, whole: str, code: str, language: Language, *, unfinished: bool = False
) -> DataPoint:
    # NOTE: a zero is a value and stands at zero; the other nothings have no height at all.
    value = a.value if a.is_known else None
    return DataPoint(
        name,
        value,
        a.format_value(language),
        a.format_sentence(whole, language),
        a.state,
        code,
        unfinished,
    )


def sort_descending(marks: list[DataPoint]) -> list[DataPoint]:
    """Largest first; nothings last."""
    return sorted(marks, key=lambda m: (m.value is None, -(m.value or 0)))
