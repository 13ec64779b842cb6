"""Draw one ward or district: its units, figures in context, history with events, returns."""

import streamlit as st

from dashboard import filters
from dashboard.components import card as frame
from dashboard.components import kpi_card, quality_cards, referral_cards
from dashboard.components.card import cached_card, open_card, show_table
from dashboard.components.comparison_cards import number_duplicates
from dashboard.components.kpi_card import list_sources
from dashboard.components.page_context import PageContext, load_results
from dashboard.components.what_changed import scope_text
from dashboard.queries import comparisons, figures, lists
from pipelines.catalog import find_kpi as definition
from pipelines.catalog import list_card_codes
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
from pipelines.present.charts.figure import mark_codes
from pipelines.present.kpi_result import KpiResult, points_over_time, read_results
from pipelines.present.panels import comparison, place_profile

#: Pixels of the KPI names.
NAME = 285
#: Figures that are compared with the city's level: rates with a base.


def chosen_place(page: PageContext) -> str:
    """Return the code of the chosen place; empty when none or several are chosen."""
    chosen = page.chosen.places
    return chosen[0].partition("@")[0] if len(chosen) == 1 else ""


def show_choice(page: PageContext) -> None:
    """Draw how to choose one place, with the map to click, when none or several are chosen."""
    frame.show_heading(page.translate("profile.choose"), page.translate("profile.choose_do"))
    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi_card.map_card(page)
    with right:
        kpi_card.bar_card(page, key="choose", most=12)


@cached_card
def show_heading(page: PageContext) -> None:
    """Write the place, its volunteers and its point."""
    units = lists.load_units(page.key, page.chosen.period, page.chosen.places)
    label = figures.place_label(page.chosen.places[0], page.chosen.period)
    title = place_profile.profile_title(label, units, page.result("T03"), page.language)
    frame.show_heading(title, scope_text(page))


@cached_card
def register_card(page: PageContext) -> None:
    """Draw the teams, points and clubs on the registers."""
    units = lists.load_units(page.key, page.chosen.period, page.chosen.places)
    title = place_profile.register_finding(units, page.language)
    unit = page.translate("profile.register_unit", period=page.period, place=page.place)
    source = frame.source_text(page, "D")
    with open_card(page, title, unit, source):
        if units.height:
            table = place_profile.register_table(units, page.language, wards=not page.chosen.wards)
            widths = (150,) if page.chosen.wards else (104, 92, 100, 104)
            show_table(table, title, rows=6, left=4, widths=widths)


def figures_card(page: PageContext) -> None:
    """Draw the main figures here, in the district and in the city, and if they differ by chance."""
    level = "ward" if page.chosen.wards else "district"
    columns, places = _list_surroundings(page, level)
    fair = {
        code: comparisons.load_comparison(page.key, code, level, page.chosen.period, ())
        for code in list_card_codes("place.peers")
    }
    named = number_duplicates(columns)
    table = place_profile.figure_table(named, fair, chosen_place(page), page.language)
    heads = [name for name, _ in named]
    key = filters.selection_key("profile", page.chosen)
    title = page.translate("profile.figures")
    with open_card(
        page,
        title,
        page.translate("profile.figures_unit", period=page.period),
        page.translate("beside.pick"),
        page.translate("profile.figures_foot"),
    ):
        wide = 185 if page.phone else NAME
        show_table(
            table,
            title,
            rows=20,
            last=1,
            widths=(wide, *(84,) * len(columns), 200),
            sources=(key, tuple(place_profile.list_codes()), dict(zip(heads, places, strict=True))),
        )


def _list_surroundings(
    page: PageContext, level: str
) -> tuple[list[tuple[str, dict[str, KpiResult]]], list[str]]:
    """Return the place, its district and the city, each with its figures, and their codes."""
    period, own = page.chosen.period, page.chosen.places
    columns = [(figures.place_names(page.key, own, period)[0], _results_of(page, own))]
    places = [chosen_place(page)]
    around = page.chosen.districts[:1]
    if level == "ward" and around:
        name = figures.place_names(page.key, around, period)[0]
        columns.append((name, _results_of(page, around)))
        places.append(around[0])
    columns.append((page.translate("beside.city"), _results_of(page, ())))
    return columns, [*places, ""]


def _results_of(page: PageContext, places: tuple[str, ...]) -> dict[str, KpiResult]:
    return load_results(page.key, place_profile.list_codes(), page.chosen.period, places)


def history_card(page: PageContext) -> None:
    """Draw the chosen KPI by quarter with events of the place, rates beside the city's line."""
    marks, title = kpi_card.quarterly_points(page, page.chosen.kpi)
    whole = page.result(page.chosen.kpi)
    has_city = bool(whole.kpi.denominator)
    grey = page.translate("profile.history_grey" if has_city else "profile.history_events")
    with open_card(
        page,
        title,
        kpi_card.scope_line(page, whole),
        grey,
        page.event_text(*mark_codes(marks)),
        *list_sources(page, whole),
        figure=page.chosen.kpi,
    ) as face:
        filters.kpi_filter(
            page.chosen,
            figures.load_options(page.key).kpis,
            lambda c: definition(c).label.of(page.language),
        )
        city = [(page.translate("beside.city"), _city_points(page))] if has_city else []
        table = points_table(
            marks, page.translate("column.period"), whole.kpi.label.of(page.language), *city
        )
        drawn = page.mark_events(ChartWithTable(_draw_history(page), title, table), marks)
        key = filters.selection_key("history", page.chosen)
        face.show_chart(drawn.figure, title, drawn.table, key=key)


def _draw_history(page: PageContext) -> charts.Figure:
    """Draw a line for rates and stocks and columns for other counts, with the place's events."""
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    marks, _ = kpi_card.quarterly_points(page, page.chosen.kpi)
    whole = page.result(page.chosen.kpi)
    units = lists.load_units(page.key, page.chosen.period, page.chosen.places)
    events = place_profile.chart_events(units, period, page.language)
    if whole.kpi.denominator or comparison.is_stock(whole.kpi):
        figure = charts.draw_line(
            marks,
            kpi_card.axis_formatter(page, whole),
            context=_city_points(page) if whole.kpi.denominator else None,
            name=page.translate("beside.city"),
            wide=page.chart_width(640),
        )
    else:
        figure = charts.draw_columns(marks, wide=page.chart_width(640))
    return charts.annotate_events(figure, events)


def _city_points(page: PageContext) -> list[DataPoint]:
    """Return the chosen KPI of the whole city by quarter."""
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    found = figures.load_figures(page.key, (page.chosen.kpi,), ("period",), period, ())
    return points_over_time(read_results(found), page.language)


@cached_card
def event_card(page: PageContext) -> None:
    """Draw every event that has a date on the registers."""
    units = lists.load_units(page.key, page.chosen.period, page.chosen.places)
    table = place_profile.event_table(units, page.language)
    key = "profile.events" if table.height else "profile.no_events"
    title = page.translate(key, n=table.height)
    unit = page.translate("profile.events_unit", place=page.place)
    source = frame.source_text(page, "D")
    with open_card(page, title, unit, source):
        if table.height:
            show_table(table, title, rows=5, left=2, widths=(96, 310))


def returns_card(page: PageContext) -> None:
    """Draw a ward's returns by form and quarter."""
    if not page.chosen.wards:
        return
    period = comparison.recent_quarters(page.chosen.period, figures.first_quarter(page.key))
    coverage = lists.load_coverage(page.key, period, page.chosen.places)
    drawn = place_profile.draw_returns(
        coverage, page.language, figures.load_settings().zone, left=64
    )
    unit = page.translate("profile.returns_unit", place=page.place)
    with open_card(
        page, drawn.alt, unit, page.translate("profile.returns_key"), frame.source_text(page, "Q")
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="own_returns", grow=False)


def wards_card(page: PageContext) -> None:
    """Draw a district's returns ward by ward."""
    if not page.chosen.wards:
        quality_cards.heatmap_card(page)


def show_issues(page: PageContext) -> None:
    """Draw the open issues and unusual values here."""
    quality_cards.issue_card(page)
    quality_cards.outlier_card(page)


def show_referrals(page: PageContext) -> None:
    """Draw what became of the referrals of the place's points, where it has any."""
    if page.result("P01").value:
        left, right = st.columns([2, 1], gap="small")
        with left:
            referral_cards.outcome_card(page)
        with right:
            referral_cards.support_card(page)
