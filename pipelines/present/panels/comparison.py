"""The comparison with earlier periods and of places: comparable periods, tables, small lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.catalog import Kpi, Language, Measure, list_card_codes, measures
from pipelines.present import charts
from pipelines.present.chart_data import (
    ChartWithTable,
    list_names,
    list_values,
    points_table,
    text_table,
)
from pipelines.present.charts import PlaceSeries
from pipelines.present.charts.figure import mark_codes
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import (
    KpiResult,
    find_kpi_definition,
    name_with_unit,
    points_over_time,
)
from pipelines.present.panels import event_notes
from pipelines.reference.events import Event
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
        """Write what is compared: against the end of 2022 for a stock.

        Both periods are named when only a part of the period `chosen` is compared.
        """
        before = periods.format_period(self.before, language)
        if self.stock:
            return translate("compare.stock", language, before=before)
        is_whole = self.now == parse_period(chosen)
        if is_whole:
            return translate("compare.whole", language, before=before)
        return translate(
            "compare.part", language, now=periods.format_period(self.now, language), before=before
        )


def is_stock(kpi: Kpi) -> bool:
    """Is the figure a state at the period's end, not something that happened in it?"""
    found = list_numerators(kpi)
    return bool(found) and all(m.over_time == "last" for m in found)


def list_numerators(kpi: Kpi) -> list[Measure]:
    """Return the measures above the line; none for what is counted in a register."""
    return [measures()[code] for code in kpi.numerators if code in measures()]


def value_per_year(a: KpiResult, period: str) -> float | None:
    """Return what a flow of several whole years comes to in one year on the average.

    None for a stock, for a ratio of two flows, and within one year: nothing adds up there.
    """
    span = parse_period(period)
    if a.value is None or a.below_min_denominator or span.in_one_year or not span.whole_years:
        return None
    if not _adds_up(a.kpi.numerators) or any(map(_is_flow, a.kpi.denominators)):
        return None
    return a.value / (span.last.year - span.first.year + 1)


def _adds_up(codes: Sequence[str]) -> bool:
    return bool(codes) and all(map(_is_flow, codes))


def _is_flow(code: str) -> bool:
    """Is the measure counted anew in every period? A figure of registers or referrals is none."""
    return code in measures() and measures()[code].over_time in ("sum", "year")


def shown_period(kpi: Kpi, period: str) -> str:
    """Return the period, or its last year for a figure that several years would falsify."""
    span = parse_period(period)
    if "within_year" not in kpi.caveats or span.in_one_year:
        return period
    return year_span(span.last.year).code


def pair_with_previous(kpi: Kpi, period: str) -> PeriodPair:
    """Return the period to compare with `period`: as long and just before it.

    Over several years a stock is compared with the end of the year before them, a flow's last year
    with the year before.
    """
    span, stock = parse_period(period), is_stock(kpi)
    if len(span) <= 4:
        return PeriodPair(span, span.shifted_by(-len(span)), stock)
    if stock:
        return PeriodPair(span, year_span(_first_known(kpi, span)), stock)
    last = year_span(span.last.year) if span.last.number == 4 else Span(span.last, span.last)
    return PeriodPair(last, last.shifted_by(-len(last)), stock)


def _first_known(kpi: Kpi, span: Span) -> int:
    """Return the year with whose end a stock is compared.

    It is the one before the span, or the first the figure is known for.
    """
    before = span.first.year - 1
    since = parse_period(kpi.since).first.year if kpi.since else before
    return max(before, min(since, span.last.year))


def elapsed_part(period: str, last: Quarter) -> str:
    """Return the part of a period that the data have reached: an open year is its quarters so far.

    What it is compared with is then as long: equal elapsed periods, never a part and a whole.
    """
    span = parse_period(period)
    if span.first <= last < span.last:
        return Span(span.first, last).code
    return period


def pair_with_last_year(kpi: Kpi, period: str) -> PeriodPair | None:
    """Return the pair with the same period a year earlier; None for a year or a longer period."""
    span = parse_period(period)
    if len(span) >= 4:
        return None
    return PeriodPair(span, span.shifted_by(-4), is_stock(kpi))


def trend_quarters(period: str, first: Quarter, *, least: int = 8) -> str:
    """Return the quarters a small line shows: the period, and enough before it."""
    span = parse_period(period)
    start = max(first, min(span.first, span.last.plus(1 - least)))
    return Span(min(start, span.last), span.last).code


def recent_quarters(period: str, first: Quarter, *, most: int = 8) -> str:
    """Return the last quarters up to a period's end, as many as a narrow picture holds."""
    last = parse_period(period).last
    start = max(first, last.plus(1 - most))
    return Span(min(start, last), last).code


@dataclass(frozen=True)
class LastYear:
    """The last report year of a period, and as much of it as the period holds."""

    year: int
    period: str


def last_year_of(period: str) -> LastYear:
    """Return the year a target is compared with: a rate of people counts from the year's start."""
    last = parse_period(period).last
    first = Quarter.from_number(last.year, 1)
    return LastYear(last.year, Span(first, last).code)


def opening_quarter(period: str) -> str:
    """Return the quarter before a period: where its stocks begin."""
    return parse_period(period).first.plus(-1).code


def with_opening(period: str) -> str:
    """Return the period and the quarter before it: a stock from its opening on."""
    span = parse_period(period)
    return Span(span.first.plus(-1), span.last).code


def last_quarter(period: str) -> str:
    """Return the last quarter of a period."""
    return parse_period(period).last.code


def list_codes() -> tuple[str, ...]:
    """Return the figures set side by side: teams, reach, clients, referrals, points, returns."""
    return list_card_codes("compare.side_by_side")


def place_table(places: list[tuple[str, dict[str, KpiResult]]], language: Language) -> pl.DataFrame:
    """Return one row a figure and one column a place; `places` are names and results by code."""
    heads = [translate("beside.column_figure", language), *(name for name, _ in places)]
    rows = []
    for code in list_codes():
        rows.append([row_label(code, language), *format_cells(code, places, language)])
    return text_table(heads, rows)


def format_cells(
    code: str, places: list[tuple[str, dict[str, KpiResult]]], language: Language
) -> list[str]:
    """Return one figure's value in each place; the sign for not applicable without a result."""
    return [_format_cell(results.get(code), language) for _, results in places]


def row_label(code: str, language: Language) -> str:
    """Return a figure's name in a table, with the unit that neither name nor base tells."""
    kpi = find_kpi_definition(code)
    return kpi.label.of(language) if kpi.denominator else name_with_unit(kpi, language)


def _format_cell(a: KpiResult | None, language: Language) -> str:
    return a.format_value(language) if a else numbers.NOT_APPLICABLE


def draw_small_multiples(
    found: list[KpiResult],
    whole: list[KpiResult],
    column: str,
    language: Language,
    *,
    wide: int,
    time: str = "period",
    events: Sequence[Event] = (),
) -> ChartWithTable:
    """Draw one small line a place over the same quarters (or years), in Vietnamese order.

    `time` is the column with the quarter or year. Rates have the line of the whole behind each,
    and `events` a band.
    """
    series = _list_series(found, column, time, language)
    mean = None
    if whole and whole[0].kpi.denominator:
        mean = list_values(points_over_time(whole, language))
    figure: charts.Figure = {"data": [], "layout": {}}
    if any(place.is_known for place in series):
        bands = event_notes.find_bands(mark_codes(series[0].marks), events)
        figure = charts.draw_small_multiples(series, mean, bands=bands, wide=wide)
    label = found[0].kpi.label.of(language) if found else ""
    alt = translate("beside.small_alt", language, kpi=label, n=len(series))
    return ChartWithTable(figure, alt, _series_table(series, column, language))


def _list_series(
    found: list[KpiResult], column: str, time: str, language: Language
) -> list[PlaceSeries]:
    """Return the values of each place over time, in Vietnamese order of names."""
    results_of: dict[str, list[KpiResult]] = {}
    for result in found:
        results_of.setdefault(str(result.at[column]), []).append(result)
    series = []
    for code, results in results_of.items():
        name = str(results[0].at[f"{column}_name"])
        points = points_over_time(results, language, column=time)
        series.append(PlaceSeries(name, code, tuple(points)))
    return sorted(series, key=lambda place: sort_key(place.name))


def _series_table(series: list[PlaceSeries], column: str, language: Language) -> pl.DataFrame:
    """Return one row a place and one column a quarter."""
    head = translate(f"column.{column}", language)
    if not series:
        return points_table([], head, "")
    heads = [head, *list_names(series[0].marks)]
    rows = [[place.name, *(mark.text for mark in place.marks)] for place in series]
    return text_table(heads, rows)
