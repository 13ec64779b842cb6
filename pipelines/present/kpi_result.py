"""Results of KPIs in words and marks: value with unit, base, coverage, a sentence for pointing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, cast

import polars as pl

from pipelines.catalog import Kpi, Language, choices, units
from pipelines.kpi.query import find_queried_kpi
from pipelines.present.chart_data import DataPoint, State
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import has_text, translate
from pipelines.reference.periods import parse_period


class WithState(Protocol):
    """Anything that has a state: the result of a KPI, a value to draw."""

    @property
    def state(self) -> State: ...


#: Which state speaks for many: what is known first, then what keeps the rest from being known.
PRECEDENCE: tuple[State, ...] = ("reported", "suppressed", "not_reported", "not_applicable")


def find_common_state(items: Iterable[WithState]) -> State:
    """Return the state that a sentence about all of them must speak of.

    Hidden ones keep anybody from saying "none"; so do those that were not reported.
    """
    present = {item.state for item in items}
    return next((state for state in PRECEDENCE if state in present), "not_applicable")


@dataclass(frozen=True)
class KpiResult:
    """One row of `kpi.values`: a figure with its base, its returns and its state."""

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
    #: Values missing by reason: blank, blocked, not_sent, unpublished.
    missing_by: Mapping[str, int] = field(default_factory=dict)
    #: Too few returns for a headline, a change or a rank.
    below_gate: bool = False
    #: exact, estimate, bounds, not_assignable or not_comparable.
    exactness: str = "exact"
    #: The least and the greatest value it may have in the units of one geography.
    lower: float | None = None
    upper: float | None = None
    #: Was it asked in the units of one geography?
    in_geography: bool = False

    @property
    def is_known(self) -> bool:
        return self.state == "reported" and self.value is not None

    @property
    def has_bounds(self) -> bool:
        """Is it known only between two values, since a unit was split?"""
        return self.state == "reported" and self.exactness == "bounds"

    @property
    def missing(self) -> int:
        """The number of values that are missing."""
        return sum(self.missing_by.values())

    @property
    def is_partial(self) -> bool:
        """Is a known figure without some of its values?"""
        return self.is_known and self.missing > 0

    @property
    def lacks_usable_cells(self) -> bool:
        """Have returns come, and is there still no value because of their cells?"""
        cells = self.missing_by.get("blank", 0) + self.missing_by.get("blocked", 0)
        return self.state == "not_reported" and cells > 0

    @property
    def makes_headline(self) -> bool:
        """May the figure stand in a title, be held against another, or be ranked?"""
        is_single = self.exactness not in ("bounds", "not_assignable")
        return self.is_known and not self.below_gate and is_single

    @property
    def value_or_zero(self) -> float:
        """The value; 0 where there is none."""
        return self.value or 0

    @property
    def shown_value(self) -> float:
        """The value as it is written: differences are of these, or a reader finds them wrong."""
        return round(self.value_or_zero, self.kpi.decimals)

    @property
    def below_min_denominator(self) -> bool:
        """Is this a rate whose base is smaller than the least the catalogue allows?"""
        if not self.is_known or not self.kpi.min_denominator:
            return False
        return (self.denominator or 0) < self.kpi.min_denominator

    @property
    def is_share(self) -> bool:
        """Is the numerator a part of the denominator? "2 of 1" would be none."""
        return self.kpi.unit == "percent" and (self.numerator or 0) <= (self.denominator or 0)

    def format_value(self, language: Language) -> str:
        """Write the value without unit; a rate on too few as its counts; no value as its sign."""
        if self.has_bounds:
            return numbers.format_bounds(self.kpi, self.lower, self.upper, language)
        if self.below_min_denominator:
            if self.is_share:
                return numbers.format_counts(self.numerator, self.denominator, language)
            return self.format_base(language)
        text = numbers.format_kpi_value(self.kpi, self.value, language, state=self.state)
        if self.is_known:
            return numbers.add_qualifier(text, self.qualifier, language)
        return text

    def format_with_unit(self, language: Language) -> str:
        """Write the value with its unit: "7,58 người mỗi đội", "60 triệu đồng", "44,0 %"."""
        if self.kpi.unit == "dong" and self.is_known and not self.has_bounds:
            amount = numbers.format_money(self.value, language)
            return numbers.add_qualifier(amount, self.qualifier, language)
        text = self.format_value(language)
        is_number = self.is_known or self.has_bounds
        if self.kpi.unit == "percent" or self.below_min_denominator or not is_number:
            return text.rstrip(numbers.NBSP)
        unit = _unit_of_one(self.kpi, language) if text == "1" else unit_label(self.kpi, language)
        return f"{text}{numbers.NBSP}{unit}".rstrip(numbers.NBSP)

    def format_after_label(self, language: Language) -> str:
        """Write the value behind its label: without the unit where the label names it already."""
        unit, label = unit_label(self.kpi, language), self.kpi.label.of(language)
        is_named = self.kpi.unit != "dong" and re.search(rf"\b{re.escape(unit)}\b", label, re.I)
        return self.format_value(language) if is_named else self.format_with_unit(language)

    def format_short(self, language: Language) -> str:
        """Write the value for a narrow place that names the unit: an amount as "4,11 tỷ"."""
        if self.kpi.unit == "dong" and self.is_known and not self.has_bounds:
            amount = numbers.format_short_money(self.value, language)
            return numbers.add_qualifier(amount, self.qualifier, language)
        return self.format_value(language)

    def format_base(self, language: Language) -> str:
        """Write what a ratio is made of: "4.386 / 579"; empty for a sum."""
        is_without = self.numerator is None or self.denominator is None
        if not self.kpi.denominator or is_without or self.has_bounds:
            return ""
        numerator = numbers.format_number(self.numerator, language)
        denominator = numbers.format_number(self.denominator, language)
        return f"{numerator} / {denominator}"

    def format_coverage(self, language: Language) -> str:
        """Write the returns received of those expected: "Báo cáo 569/577.", and what is missing.

        The text is empty for figures no return is owed for.
        """
        if not self.expected:
            return ""
        fraction = numbers.format_fraction(self.received, self.expected, language)
        if not self.is_partial:
            return translate("card.coverage", language, n=fraction)
        return translate(
            "card.coverage_partial",
            language,
            n=fraction,
            missing=numbers.format_number(self.missing, language),
            reasons=self.format_reasons(language),
        )

    def format_reasons(self, language: Language) -> str:
        """Write why values are missing: "1 chưa nộp, 1 có lỗi"; empty when none is."""
        return numbers.format_missing_reasons(self.missing_by, language)

    def format_exactness(self, language: Language) -> str:
        """Write how exact a figure in the units of a geography is; empty as reported."""
        if not self.in_geography or self.state != "reported":
            return ""
        return translate(f"geography.{self.exactness}", language)

    def format_sentence(self, name: str, language: Language) -> str:
        """Write what pointing shows: place or period, value, base and coverage."""
        if self.lacks_usable_cells:
            reasons = self.format_reasons(language)
            return translate("nothing.unusable", language, name=name, reasons=reasons)
        if not self.is_known and not self.has_bounds:
            return translate(f"nothing.{self.state}", language, name=name)
        base = self.format_base(language)
        shows_base = base and not self.below_min_denominator
        key = "card.hover_base" if shows_base else "card.hover"
        return translate(
            key,
            language,
            name=name,
            value=self.format_with_unit(language),
            base=base,
            coverage=self.format_coverage(language),
        )


def _unit_of_one(kpi: Kpi, language: Language) -> str:
    """Return the unit's word behind the number one; its label where it has no such word."""
    key = f"unit_one.{kpi.unit}"
    return translate(key, language) if has_text(key) else unit_label(kpi, language)


def unit_label(kpi: Kpi, language: Language) -> str:
    """Return the unit's word; for a percentage its sign."""
    return "%" if kpi.unit == "percent" else units()[kpi.unit].label.of(language)


def name_with_unit(kpi: Kpi, language: Language) -> str:
    """Return the figure's name, with its unit where the name does not tell it."""
    name, unit = kpi.label.of(language), unit_label(kpi, language)
    return name if unit.casefold() in name.casefold() else f"{name} ({unit})"


def list_caveats(kpi: Kpi, language: Language) -> str:
    """Return the catalogue's caveats of the figure."""
    return " ".join(choices("caveat")[caveat].label.of(language) for caveat in kpi.caveats)


#: Columns of a row that are the figure itself; the others say where and when.
_FIGURE = frozenset(
    (
        "value",
        "numerator",
        "denominator",
        "expected",
        "received",
        "missing",
        "missing_by",
        "partial",
        "below_gate",
        "state",
        "exactness",
        "lower",
        "upper",
        "qualifier",
        "kpi",
    )
)


@cache
def find_kpi_definition(code: str) -> Kpi:
    """Return the KPI of a code, or the field of a form as a figure of its own."""
    return find_queried_kpi(code)


def read_results(frame: pl.DataFrame, code: str = "") -> list[KpiResult]:
    """Return every row of a frame, in its order; `code` picks one KPI out of many."""
    if code and "kpi" in frame.columns:
        frame = frame.filter(pl.col("kpi") == code)
    return [read_result(row, row.get("kpi") or code) for row in frame.to_dicts()]


def read_result(row: dict[str, Any], code: str) -> KpiResult:
    """Return one row as the result of a KPI."""
    return KpiResult(
        find_kpi_definition(code),
        row["value"],
        row["numerator"],
        row["denominator"],
        expected=int(row["expected"] or 0),
        received=int(row["received"] or 0),
        state=cast(State, row["state"]),
        qualifier=row["qualifier"],
        at={column: value for column, value in row.items() if column not in _FIGURE},
        missing_by=row["missing_by"],
        below_gate=row["below_gate"],
        exactness=row.get("exactness", "exact"),
        lower=row.get("lower"),
        upper=row.get("upper"),
        in_geography="lower" in row,
    )


def empty_result(code: str) -> KpiResult:
    """Return the result of a query that was refused or has no row."""
    return KpiResult(find_kpi_definition(code), None, None, None, 0, 0, "not_applicable", None, {})


class KpiResults(dict[str, KpiResult]):
    """The results of one query without `by`, by code; one that was refused does not apply."""

    def __missing__(self, code: str) -> KpiResult:
        return empty_result(code)

    def select(self, codes: Iterable[str]) -> list[KpiResult]:
        """Return the results of these figures, in the order of their codes."""
        return [self[code] for code in codes]


def list_known_results(results: Iterable[KpiResult]) -> list[KpiResult]:
    """Return the results that have a value."""
    return [result for result in results if result.is_known]


def list_places(results: Iterable[KpiResult], column: str) -> list[str]:
    """Return the code of the district or ward of each result; `column` is the one or the other."""
    return [str(result.at[column]) for result in results]


def results_by_code(frame: pl.DataFrame) -> KpiResults:
    """Return every figure of a query without `by`."""
    return KpiResults((result.kpi.code, result) for result in read_results(frame))


def single_result(frame: pl.DataFrame, code: str) -> KpiResult:
    """Return the single row of a KPI queried alone and without `by`.

    Several KPIs are read by `results_by_code`.
    """
    results = read_results(frame, code)
    return results[0] if results else empty_result(code)


def points_over_time(
    found: list[KpiResult], language: Language, *, column: str = "period"
) -> list[DataPoint]:
    """Return marks in time order, named by quarter or year."""
    ordered = sorted(found, key=lambda result: periods.start_index(str(result.at[column])))
    return [_timed_point(result, str(result.at[column]), language) for result in ordered]


def _timed_point(a: KpiResult, code: str, language: Language) -> DataPoint:
    period = parse_period(code)
    whole = periods.format_period(period, language)
    name = periods.format_tick(period.first, language) if len(period) == 1 else whole
    return _make_point(a, name, whole, code, language)


def points_by_place(found: list[KpiResult], language: Language, *, column: str) -> list[DataPoint]:
    """Return marks of districts or wards in the given order.

    `column` holds the code, `column`_name the name.
    """
    marks = []
    for result in found:
        name = str(result.at[f"{column}_name"]) or translate("place.unassigned", language)
        marks.append(_make_point(result, name, name, str(result.at[column]), language))
    return marks


def _make_point(a: KpiResult, name: str, whole: str, code: str, language: Language) -> DataPoint:
    """Return the mark of a result; `whole` names its place or period in a sentence."""
    # NOTE: a zero is a value and is drawn at zero; without a value there is no height at all.
    # A range is drawn at no height either; its words stand in the table and on pointing.
    value = a.value if a.is_known and not a.has_bounds else None
    coverage = ""
    if a.expected:
        coverage = numbers.format_fraction(a.received, a.expected, language)
    return DataPoint(
        name,
        value,
        a.format_value(language),
        a.format_sentence(whole, language),
        "not_applicable" if a.has_bounds else a.state,
        code,
        a.below_gate or (a.is_known and not a.makes_headline),
        coverage,
        a.is_known and a.below_min_denominator,
        a.format_exactness(language),
        a.has_bounds,
    )


def sort_descending(marks: list[DataPoint]) -> list[DataPoint]:
    """Return the marks, largest first, those without a value and what has no one place last."""
    return sorted(marks, key=lambda mark: (not mark.code, mark.value is None, -(mark.value or 0)))
