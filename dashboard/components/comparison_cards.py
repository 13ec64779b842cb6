"""Draw fair comparisons of places: funnel, rank intervals, small multiples, tables, growth."""

from dataclasses import replace
from typing import TypeVar

import streamlit as st

from dashboard import filters
from dashboard.components import card as frame
from dashboard.components.card import AIRY, ROW, cached_card, cached_chart, open_card, show_table
from dashboard.components.kpi_card import list_sources
from dashboard.components.page_context import PageContext, load_results
from dashboard.components.what_changed import scope_text
from dashboard.queries import comparisons, figures
from pipelines.catalog import find_kpi as definition
from pipelines.kpi import PlaceComparison
from pipelines.present.chart_data import ChartWithTable
from pipelines.present.format import periods
from pipelines.present.kpi_result import KpiResult, name_with_unit, read_results
from pipelines.present.panels import comparison, growth, headlines, peer_comparison

T = TypeVar("T")
#: Pixels of the columns: rank, place, value, base, interval, possible ranks, group.
WIDTHS = (60, 190, 110, 150, 150, 130, 190)
NARROW = (52, 104, 72, 110, 100, 90, 150)
#: How many places stand side by side.
FEWEST, MOST = 2, 6
#: How many of those that differ most, when none were chosen: as many as fit beside the ranking.
STRIKING = 3
#: Pixels of the KPI names, of those beside more than FULL columns of places, and of such a column.
NAME, SHORT, COLUMN, FULL = 296, 216, 78, 4
#: Pixels that the longer words around the ranking take.
WORDS = 80


def show_heading(page: PageContext) -> None:
    """Write how many places differ by more than chance."""
    found = _load_comparison(page, page.level)
    if found.reason == "no_base":
        frame.show_heading(_comparison_text(page, "fair.count_title"), scope_text(page))
        return
    finding = peer_comparison.funnel_finding(found, page.level, page.language)
    frame.show_heading(finding, scope_text(page))


def show_controls(page: PageContext) -> str:
    """Draw the lists of KPI and level; return the level, "district" or "ward"."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        filters.kpi_filter(
            page.chosen,
            figures.load_options(page.key).kpis,
            lambda c: definition(c).label.of(page.language),
        )
        if page.chosen.districts:
            return "ward"
        levels = page.translate_by_name("column.", ("district", "ward"))
        return filters.card_control("fair_level", levels, "district", page.translate("fair.look"))


def _load_comparison(page: PageContext, level: str) -> PlaceComparison:
    return comparisons.load_comparison(
        page.key, page.chosen.kpi, level, page.chosen.period, page.chosen.districts
    )


def _comparison_text(page: PageContext, key: str) -> str:
    kpi = definition(page.chosen.kpi)
    words = {"kpi": kpi.label.of(page.language), "named": name_with_unit(kpi, page.language)}
    return page.translate(key, **words, period=page.period, place=page.place)


@cached_chart
def _draw_funnel(page: PageContext, level: str) -> ChartWithTable:
    return peer_comparison.draw_place_funnel(_load_comparison(page, level), level, page.language)


@cached_chart
def _draw_intervals(page: PageContext, level: str) -> ChartWithTable:
    return peer_comparison.draw_place_intervals(
        _load_comparison(page, level), level, page.language, left=96 if page.phone else 130
    )


@cached_chart
def _draw_counts(page: PageContext) -> ChartWithTable:
    """Draw a count by year for the chosen districts side by side, or for all places."""
    districts, code = page.chosen.districts, page.chosen.kpi
    level = page.level
    if len(districts) >= FEWEST and not page.chosen.wards:
        level = "district"
    period = periods.whole_years_code(figures.first_quarter(page.key), page.chosen.period)
    around = page.chosen.places
    found = figures.load_figures(page.key, (code,), (level, "year"), period, around)
    results = read_results(found, code)
    wide = page.chart_width(720)
    return comparison.draw_small_multiples(
        results, [], level, page.language, wide=wide, time="year", events=page.events
    )


def count_card(page: PageContext) -> None:
    """Draw a count by place and year in lines and a table; the funnel is refused in a sentence."""
    drawn = _draw_counts(page)
    reason = _comparison_text(page, "fair.reason_no_base")
    title, unit = (_comparison_text(page, f"fair.count_{part}") for part in ("title", "unit"))
    sources = list_sources(page, page.result(page.chosen.kpi))
    period = periods.whole_years_code(figures.first_quarter(page.key), page.chosen.period)
    foot = reason, page.event_text(period), *sources
    with open_card(page, title, unit, *foot) as face:
        face.show_chart(drawn.figure, title, drawn.table, key="counts", pick=True)
        show_table(drawn.table, title, rows=12)


def funnel_card(page: PageContext, level: str) -> None:
    """Draw every place by base and value within the limits of chance; a click goes there.

    A count has no such limits and is drawn by year.
    """
    found = _load_comparison(page, level)
    if found.reason == "no_base":
        count_card(page)
        return
    drawn = _draw_funnel(page, level)
    foot = (
        *peer_comparison.list_notes(found, page.language),
        *list_sources(page, page.result(page.chosen.kpi)),
    )
    with open_card(page, drawn.alt, _comparison_text(page, "fair.funnel_unit"), *foot) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="funnel", pick=True)


def show_rank_chart(page: PageContext, level: str) -> bool:
    """Can the rank chart be drawn? False where there are too many places."""
    return bool(_draw_intervals(page, level).figure["data"])


def rank_card(page: PageContext, level: str) -> None:
    """Draw values with their intervals, highest first; a click goes to the place."""
    drawn = _draw_intervals(page, level)
    foot = page.translate("fair.ranks_foot"), *list_sources(page, page.result(page.chosen.kpi))
    with open_card(page, drawn.alt, _comparison_text(page, "fair.ranks_unit"), *foot) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="ranks", pick=True)


def table_card(page: PageContext, level: str) -> None:
    """Draw ranks with the ranks each place may have; picking a row goes to its place."""
    found = _load_comparison(page, level)
    title = page.translate("fair.table")
    with open_card(
        page, title, _comparison_text(page, "fair.ranks_unit"), page.translate("fair.table_foot")
    ):
        codes = tuple(peer_comparison.ranked_codes(found, level))
        table = peer_comparison.rank_table(found, level, page.language)
        show_table(
            table,
            title,
            rows=12,
            left=2,
            last=1,
            widths=NARROW if page.phone else WIDTHS,
            pick=("rank_rows", codes),
        )


@cached_card
def trend_card(page: PageContext) -> None:
    """Write the trend where five annual points allow it, else the reason why not."""
    trend = comparisons.load_trend(page.key, page.chosen.kpi, page.chosen.places)
    kpi = definition(page.chosen.kpi)
    sentence = peer_comparison.format_trend(trend, kpi, page.language)
    if page.result(kpi.code).state == "suppressed":
        sentence = page.translate("trend.hidden", kpi=kpi.label.of(page.language))
    with open_card(page, page.translate("trend.title"), sentence):
        pass


@cached_chart
def _draw_small_multiples(page: PageContext) -> ChartWithTable:
    level, code = page.level, page.chosen.kpi
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    around = page.chosen.districts
    found = read_results(
        figures.load_figures(page.key, (code,), (level, "period"), period, around), code
    )
    whole = read_results(figures.load_figures(page.key, (code,), ("period",), period, around), code)
    return comparison.draw_small_multiples(
        found, whole, level, page.language, wide=page.chart_width(1080), events=page.events
    )


def small_card(page: PageContext) -> None:
    """Draw every place by quarter on one scale; a click goes to the place."""
    drawn, code = _draw_small_multiples(page), page.chosen.kpi
    grey = page.translate("beside.small_grey") if definition(code).denominator else ""
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    foot = grey, page.event_text(period), *list_sources(page, page.result(code))
    with open_card(
        page,
        _comparison_text(page, "beside.small"),
        _comparison_text(page, "beside.small_unit"),
        *foot,
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="small", pick=True)


def side_by_side_card(page: PageContext, level: str) -> None:
    """Draw two to six places with the city, KPI by KPI: the chosen ones or the most different."""
    shown = page.chosen.places
    is_chosen = FEWEST <= len(shown) <= MOST
    if not is_chosen:
        found = _load_comparison(page, level)
        shown = tuple(peer_comparison.list_striking(found, level, STRIKING))
    if len(shown) < FEWEST:
        with open_card(page, page.translate("beside.none"), page.translate("beside.none_do")):
            return
    columns = [(page.translate("beside.city"), _results_of(page, ()))]
    names = figures.place_names(page.key, shown, page.chosen.period)
    for name, code in zip(names, shown, strict=True):
        columns.append((name, _results_of(page, (code,))))
    title = page.translate("beside.title", n=len(shown))
    note = "" if is_chosen else page.translate("beside.picked")
    foot = page.translate("beside.pick"), note, frame.source_text(page, "A", "B", "C")
    with open_card(page, title, page.translate("beside.unit", period=page.period), *foot):
        named = number_duplicates(columns)
        table = comparison.place_table(named, page.language)
        heads = [name for name, _ in named]
        places = dict(zip(heads, ("", *shown), strict=True))
        key = filters.selection_key("beside", page.chosen)
        show_table(
            table,
            title,
            rows=20,
            high=_table_row_height(page, level, table.height),
            widths=(_name_width(page, len(columns)), *(COLUMN,) * len(columns)),
            sources=(key, tuple(comparison.list_codes()), places),
        )


def _name_width(page: PageContext, columns: int) -> int:
    """Return the pixels of the KPI names beside so many columns."""
    if page.phone:
        return 185
    return NAME if columns <= FULL else SHORT


def _table_row_height(page: PageContext, level: str, rows: int) -> int:
    """Return the pixels of a row with which a table is about as long as the ranking beside it."""
    ranking: int = _draw_intervals(page, level).figure["layout"].get("height", 0)
    if not ranking:
        return ROW
    return max(ROW, min(AIRY, round((ranking + WORDS) / (rows + 1))))


def number_duplicates(columns: list[tuple[str, T]]) -> list[tuple[str, T]]:
    """Number the names that places share: two columns of a table may not have the same one."""
    names = [name for name, _ in columns]
    numbered: list[tuple[str, T]] = []
    for number, (name, values) in enumerate(columns, start=1):
        is_unique = names.count(name) == 1
        numbered.append((name if is_unique else f"{name} ({number})", values))
    return numbered


def _results_of(page: PageContext, places: tuple[str, ...]) -> dict[str, KpiResult]:
    return load_results(page.key, comparison.list_codes(), page.chosen.period, places)


@cached_card
def growth_card(page: PageContext) -> None:
    """Draw the change in parts that add up: of those counted both times, and of the others."""
    kpi = definition(page.chosen.kpi)
    if kpi.kind not in ("sum", "ratio"):
        with open_card(page, page.translate("growth.refused"), ""):
            return
    code = kpi.code if kpi.kind == "sum" else kpi.numerator
    pair = comparison.pair_with_previous(kpi, page.chosen.period)
    found = comparisons.load_like_for_like(
        page.key, code, pair.now.code, pair.before.code, page.chosen.places
    )
    if found.is_empty():
        whole = page.result(kpi.code)
        finding = page.translate("growth.refused")
        if kpi.kind in ("sum", "ratio") and not whole.is_known:
            finding = headlines.explain_figure(whole, page.language).removesuffix(".")
        with open_card(page, finding, ""):
            return
    label, counted_in = peer_comparison.counted_label(kpi), peer_comparison.counted_unit(kpi)
    counted = replace(kpi, label=label, unit=counted_in)
    drawn = growth.draw_change(found, counted, pair, page.language)
    unit = growth.describe_periods(counted, pair, page.place, page.language)
    only = "" if kpi.kind == "sum" else page.translate("growth.only_counts")
    with open_card(
        page,
        drawn.alt,
        unit,
        growth.format_rates(found, page.language),
        only,
        frame.source_text(page, "A", "B"),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="growth")
