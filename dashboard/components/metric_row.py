"""Draw KPI cards: value, changes, sparkline, base, coverage and target."""

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.components import page_content
from dashboard.components.card import cached_card, link_to_sources, small_text
from dashboard.components.page_content import CardContent, CardTable
from dashboard.components.page_context import PageContext, question_bundle
from dashboard.queries import figures
from pipelines.catalog import Kpi, Language, list_card_codes
from pipelines.present.chart_data import list_known_values
from pipelines.present.format import numbers, periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.text import split_in_halves
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, unit_label
from pipelines.present.panels import comparison, export_tables
from pipelines.reference.periods import parse_period

#: Cards side by side.
ROW = 4
#: Letters that fit on one line of a KPI card.
LINE = 35


@dataclass(frozen=True)
class MetricRow:
    """Read what a row of cards needs, in one query a period for all its KPIs."""

    page: PageContext
    codes: tuple[str, ...]

    def result_of(self, code: str, period: str) -> KpiResult:
        return self.page.results(*question_bundle(*self.codes), period=period)[code]

    def period_of(self, code: str) -> str:
        """Return the selected period, or its last year for a KPI counted within one year."""
        return comparison.shown_period(find_kpi_definition(code), self.page.chosen.period)

    def trend_values(self, code: str) -> list[float]:
        """Return the values of the quarters behind a figure, oldest first, without missing ones."""
        if "from_year_start" in find_kpi_definition(code).caveats:
            return self.yearly_values(code)
        period = comparison.trend_quarters(
            self.page.chosen.period, figures.first_quarter(self.page.key)
        )
        found = self.page.results_by(
            code, "period", period=period, among=question_bundle(*self.codes)
        )
        return list_known_values(found)

    def yearly_values(self, code: str) -> list[float]:
        """Return the values of whole years, for a KPI that no single quarter has."""
        period = periods.whole_years_code(
            figures.first_quarter(self.page.key), self.page.chosen.period
        )
        found = self.page.results_by(code, "year", period=period)
        return list_known_values(found)


def kpi_row(page: PageContext, place: str) -> None:
    """Draw the figures of a card of pages.toml, such as `teams.headline`: four in a row."""
    codes = list_card_codes(place)
    for start in range(0, len(codes), ROW):
        _draw_row(page, codes[start : start + ROW])


@cached_card
def _draw_row(page: PageContext, codes: tuple[str, ...]) -> None:
    slices = MetricRow(page, codes)
    labels = [label_with_unit(page, find_kpi_definition(code)) for code in codes]
    long = any(len(label) > LINE for label in labels)
    for column, code in zip(st.columns(len(codes), gap="small"), codes, strict=True):
        with column:
            kpi_card(slices, code, long=long)
    found: list[export_tables.Told] = []
    for code in codes:
        period = slices.period_of(code)
        found.append((slices.result_of(code, period), page.own_period(period)))
    title = page.translate("take.headlines")
    table = CardTable(export_tables.headline_table(found, page.language), title)
    about = page.translate("take.about", period=page.period, place=page.place)
    content = page_content.current_content()
    content.cards.append(CardContent(title, about, "", (table,)))
    content.codes.update(dict.fromkeys(codes))


def kpi_card(slices: MetricRow, code: str, *, long: bool = False) -> None:
    """Draw one figure of the whole selection.

    In a row with a `long` name every name takes two lines, so that values stand level.
    """
    page, period = slices.page, slices.period_of(code)
    now = slices.result_of(code, period)
    pair = comparison.pair_with_previous(now.kpi, period)
    change = format_delta(slices, code)
    trail = slices.trend_values(code)
    is_level = comparison.is_stock(now.kpi) or now.kpi.denominator
    label = label_with_unit(page, now.kpi)
    value = now.format_short(page.language)
    with st.container(border=True, height="stretch", gap="xsmall"):
        if long:
            st.markdown(split_label(page, now))
        st.metric(
            escape_markdown(label),
            escape_markdown(value),
            change,
            delta_color="primary",
            delta_arrow="off",
            delta_description=pair.format_words(page.language, period) if change else None,
            chart_data=trail if len(trail) > 1 else None,
            chart_type="line" if is_level else "bar",
            label_visibility="collapsed" if long else "visible",
        )
        small_text(format_footer(slices, now))
        link_to_sources(page, code)


def split_label(page: PageContext, a: KpiResult) -> str:
    """Return the name on two lines, the second one blank for a short name."""
    name = label_with_unit(page, a.kpi)
    # NOTE: on a phone every card is a row of its own.
    if page.phone and len(name) <= LINE:
        return f":small[{escape_markdown(name)}]"
    first, second = name, numbers.NBSP
    if len(name) > LINE:
        first, second = split_in_halves(name)
    return f":small[{escape_markdown(first)}]  \n:small[{escape_markdown(second)}]"


def label_with_unit(page: PageContext, kpi: Kpi) -> str:
    """Return the KPI's name, with its unit when neither name nor value says it."""
    name, unit = standalone_name(kpi, page.language), unit_label(kpi, page.language)
    if kpi.unit == "percent" or kpi.denominator:
        return name
    return name if unit.casefold() in name.casefold() else f"{name} ({unit})"


def standalone_name(kpi: Kpi, language: Language) -> str:
    """Return the KPI's name; of a field that is a part of another ("Of whom: …") only the part."""
    name = kpi.label.of(language)
    part = name.partition(": ")[2] if not kpi.story else ""
    return part[:1].upper() + part[1:] if part else name


def format_delta(slices: MetricRow, code: str) -> str | None:
    """Return the change against the comparable period; None when it cannot be had.

    A figure of several years is not marked with the change of its last one.
    """
    period = slices.period_of(code)
    pair = comparison.pair_with_previous(find_kpi_definition(code), period)
    if not pair.stock and pair.now != parse_period(period):
        return None
    now, before = slices.result_of(code, pair.now.code), slices.result_of(code, pair.before.code)
    if not _are_comparable(now, before):
        return None
    return numbers.format_change(now.kpi, now.value, before.value, slices.page.language, short=True)


def format_year_change(slices: MetricRow, now: KpiResult) -> str:
    """Return the change against the same period a year earlier; empty when it cannot be had."""
    page = slices.page
    pair = comparison.pair_with_last_year(now.kpi, slices.period_of(now.kpi.code))
    if not pair:
        return ""
    before = slices.result_of(now.kpi.code, pair.before.code)
    if not _are_comparable(now, before):
        return ""
    change = numbers.format_change(now.kpi, now.value, before.value, page.language, short=True)
    return page.translate("compare.last_year", year=pair.before.last.year, change=change)


def _are_comparable(now: KpiResult, before: KpiResult) -> bool:
    """Are both values known, and neither of them too small to be compared?"""
    if not now.makes_headline or not before.makes_headline:
        return False
    return not now.below_min_denominator and not before.below_min_denominator


def format_footer(slices: MetricRow, now: KpiResult) -> str:
    """Return base, last year, target and coverage; for a missing value the reason."""
    page = slices.page
    if not now.is_known and not now.has_bounds:
        return now.format_sentence(page.place, page.language)
    parts = (
        page.own_period(slices.period_of(now.kpi.code)),
        format_per_year(slices, now),
        now.format_base(page.language),
        format_year_change(slices, now),
        format_target(page, now),
        now.format_coverage(page.language),
        now.format_exactness(page.language),
    )
    return " · ".join(filter(None, parts))


def format_per_year(slices: MetricRow, now: KpiResult) -> str:
    """Return what a flow of several years comes to in one year; empty for all else."""
    mean = comparison.value_per_year(now, slices.period_of(now.kpi.code))
    if mean is None:
        return ""
    value = replace(now, value=mean).format_short(slices.page.language)
    return slices.page.translate("card.per_year", value=value)


def format_target(page: PageContext, now: KpiResult) -> str:
    """Return how far the value is towards its target; empty where there is none."""
    goal = figures.find_target(page.key, now.kpi.code, page.chosen.places)
    if not goal or not now.is_known:
        return ""
    if now.kpi.unit == "percent":
        percent = numbers.format_percent(goal.value, page.language, 0)
        value = numbers.add_qualifier(percent, goal.qualifier, page.language)
        return page.translate("card.target_rate", value=value, year=goal.year)
    share = numbers.format_percent(100 * (now.value or 0) / goal.value, page.language)
    value = numbers.format_number(goal.value, page.language)
    return page.translate("card.target", share=share, value=value, year=goal.year)
