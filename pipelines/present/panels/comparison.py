"""A period and a KPI in, the comparable earlier period out, with the words of the comparison."""

from dataclasses import dataclass

import polars as pl

from pipelines.catalog import Kpi, Language, measures
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, points_table, text_table
from pipelines.present.charts import PlaceSeries
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import (
    KpiResult,
    find_kpi_definition,
    points_over_time,
    unit_label,
)
from pipelines.reference.periods import Quarter, Span, parse_period, year_span
from pipelines.reference.places import sort_key


@dataclass(frozen=True)
class PeriodPair:
    """Two periods of equal length; `before` may lie outside the data."""

    now: Span
    before: Span
    #: Stocks are compared at the ends of both periods.
    stock: bool

    def format_words(self, language: Language, chosen: str) -> str:
        """Against the end of 2022 for a stock; both periods named when only a part of the choice is compared."""
        before = periods.format_period(self.before, language)
        if self.stock:
            return translate("compare.stock", language, before=before)
        if self.now == parse_period(chosen):
            return translate("compare.whole", language, before=before)
        return translate(
            "compare.part", language, now=periods.format_period(self.now, language), before=before
        )


def is_stock(kpi: Kpi) -> bool:
    """Is the figure a state at the period's end, not something that happened in it?"""
    found = [measures()[m] for m in kpi.numerators if m in measures()]
    return bool(found) and all(m.over_time == "last" for m in found)


def shown_period(kpi: Kpi, period: str) -> str:
    """The period itself, or its last year for a figure that several years would falsify."""
    span = parse_period(period)
    return (
        period
        if "within_year" not in kpi.caveats or span.in_one_year
        else year_span(span.last.year).code
    )


def pair_with_previous(kpi: Kpi, period: str) -> PeriodPair:
    """The period to set beside `period`: as long and just before it.

    Over several years a stock is set beside the end of the year before them, a flow's last year beside the year before.
    """
    span, stock = parse_period(period), is_stock(kpi)
    if len(span) <= 4:
        return PeriodPair(span, span.shifted_by(-len(span)), stock)
    if stock:
        return PeriodPair(span, year_span(_first_known(kpi, span)), stock)
    last = year_span(span.last.year) if span.last.number == 4 else Span(span.last, span.last)
    return PeriodPair(last, last.shifted_by(-len(last)), stock)


def _first_known(kpi: Kpi, span: Span) -> int:
    """The year whose end a stock is set beside: the one before the span, or the first the figure is known for."""
    before = span.first.year - 1
    since = parse_period(kpi.since).first.year if kpi.since else before
    return max(before, min(since, span.last.year))


def elapsed_part(period: str, last: Quarter) -> str:
    """The part of a period that the data have reached: an open year is its quarters so far.

    What is set beside it is then as long: equal elapsed periods, never a part beside a whole.
    """
    span = parse_period(period)
    return period if span.last <= last or span.first > last else Span(span.first, last).code


def pair_with_last_year(kpi: Kpi, period: str) -> PeriodPair | None:
    """The same period a year earlier; None when that is the previous period already or the period is longer."""
    span = parse_period(period)
    return PeriodPair(span, span.shifted_by(-4), is_stock(kpi)) if len(span) < 4 else None


def trend_quarters(period: str, first: Quarter, *, least: int = 8) -> str:
    """The quarters a small line shows: the period, and enough before it to see where it comes from."""
    span = parse_period(period)
    start = max(first, min(span.first, span.last.plus(1 - least)))
    return Span(min(start, span.last), span.last).code


def recent_quarters(period: str, first: Quarter, *, most: int = 8) -> str:
    """The last quarters up to a period's end, as many as a narrow picture holds."""
    last = parse_period(period).last
    return Span(min(max(first, last.plus(1 - most)), last), last).code


@dataclass(frozen=True)
class LastYear:
    """The last report year of a period, and as much of it as the period holds."""

    year: int
    period: str


def last_year_of(period: str) -> LastYear:
    """The year a target is held against: a rate of people is asked from the year's start."""
    span = parse_period(period)
    return LastYear(span.last.year, Span(Quarter.from_number(span.last.year, 1), span.last).code)


def opening_quarter(period: str) -> str:
    """The quarter before a period: where its stocks begin."""
    return parse_period(period).first.plus(-1).code


def with_opening(period: str) -> str:
    """The period and the quarter before it: a stock's opening and its way."""
    span = parse_period(period)
    return Span(span.first.plus(-1), span.last).code


def last_quarter(period: str) -> str:
    """The last quarter of a period."""
    return parse_period(period).last.code


#: Figures set side by side: teams, reach, clients, referrals, points, returns.
CODES = (
    *("T01", "T03", "T06", "C01", "O01", "O04", "V01", "S01", "B03"),
    *("P01", "K01", "K05", "K09", "K10", "R01", "R08", "Q01", "Q02"),
)


def place_table(places: list[tuple[str, dict[str, KpiResult]]], language: Language) -> pl.DataFrame:
    """One row a figure, one column a place; `places` are names with their answers by code."""
    heads = {
        translate("beside.column_figure", language): pl.String,
        **{name: pl.String for name, _ in places},
    }
    rows = [
        [
            _row_label(code, language),
            *(_format_cell(found.get(code), language) for _, found in places),
        ]
        for code in CODES
    ]
    return pl.DataFrame(rows, schema=heads, orient="row")


def _row_label(code: str, language: Language) -> str:
    kpi = find_kpi_definition(code)
    unit = unit_label(kpi, language)
    name = kpi.label.of(language)
    return name if unit.casefold() in name.casefold() or kpi.denominator else f"{name} ({unit})"


def _format_cell(a: KpiResult | None, language: Language) -> str:
    return a.format_value(language) if a else numbers.NOT_APPLICABLE


def draw_small_multiples(
    found: list[KpiResult], whole: list[KpiResult], column: str, language: Language, *, wide: int
) -> ChartWithTable:
    """One small line a place over the same quarters, in Vietnamese order; rates have the whole's line behind."""
    rows: dict[str, list[KpiResult]] = {}
    for a in found:
        rows.setdefault(str(a.at[column]), []).append(a)
    series = [_make_series(code, answers, column, language) for code, answers in rows.items()]
    series.sort(key=lambda s: sort_key(s.name))
    mean = (
        [m.value for m in points_over_time(whole, language)]
        if whole and whole[0].kpi.denominator
        else None
    )
    kpi = found[0].kpi if found else None
    shown = any(m.value is not None for s in series for m in s.marks)
    figure = (
        charts.draw_small_multiples(series, mean, wide=wide)
        if shown
        else {"data": [], "layout": {}}
    )
    alt = translate(
        "beside.small_alt", language, kpi=kpi.label.of(language) if kpi else "", n=len(series)
    )
    return ChartWithTable(figure, alt, _series_table(series, column, language))


def _make_series(code: str, found: list[KpiResult], column: str, language: Language) -> PlaceSeries:
    return PlaceSeries(
        str(found[0].at[f"{column}_name"]), code, tuple(points_over_time(found, language))
    )


def _series_table(series: list[PlaceSeries], column: str, language: Language) -> pl.DataFrame:
    """One row a place, one column a quarter."""
    if not series:
        return points_table([], translate(f"column.{column}", language), "")
    heads = [translate(f"column.{column}", language), *(m.name for m in series[0].marks)]
    rows = [[s.name, *(m.text for m in s.marks)] for s in series]
    return text_table(heads, rows)
