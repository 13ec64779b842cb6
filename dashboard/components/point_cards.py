"""Draw counselling points: growth to the target, new ones, map, dates, facilities."""

import streamlit as st

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_table
from dashboard.components.kpi_card import scope_line
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures, lists
from pipelines.present.charts.figure import mark_codes
from pipelines.present.format import periods
from pipelines.present.kpi_result import KpiResult, points_over_time
from pipelines.present.panels import comparison, growth, maps, referral_outcomes

#: Rows of the timeline beside the map.
ROWS = 27
#: Pixels of its columns: point, district, founded, launched, confidence.
WIDTHS = (100, 100, 88, 88, 150)


@cached_card
def show_heading(page: PageContext) -> None:
    """Write the growth over the period and the share of the target."""
    first, last = opening_result(page), page.result("P01")
    title = growth.growth_title(first, last, find_goal(page), page.language)
    frame.show_heading(title, scope_text(page))


def opening_result(page: PageContext) -> KpiResult:
    """Return the points at the end of the year before the period, such as the 14 before 2021."""
    return page.result("P01", comparison.opening_quarter(page.chosen.period))


def find_goal(page: PageContext) -> tuple[float, int] | None:
    """Return the target of the city or the one place, and its year; None without one."""
    goal = figures.find_target(page.key, "P01", page.chosen.places)
    return (goal.value, goal.year) if goal else None


@cached_card
def growth_card(page: PageContext) -> None:
    """Draw the points as a step line, those with clients in grey, and the target ahead."""
    period = comparison.with_opening(page.chosen.period)
    points = page.results_by("P01", "period", period=period)
    working = page.results_by("P07", "period", period=period)
    drawn = growth.draw_growth(
        points, working, find_goal(page), page.language, wide=page.chart_width(640)
    )
    marks = points_over_time(points, page.language)
    drawn = page.mark_events(drawn, marks)
    unit = page.translate("points.growth_unit", place=page.place)
    with open_card(
        page,
        drawn.alt,
        unit,
        page.event_text(*mark_codes(marks)),
        page.translate("points.growth_foot"),
        frame.source_text(page, "D", "B"),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="growth")


@cached_card
def founded_card(page: PageContext) -> None:
    """Draw new points by year of the decision."""
    found = page.results_by("P02", "year", period=figures.all_years(page.key))
    drawn = growth.draw_founded(found, page.language)
    unit = page.translate("points.founded_unit", place=page.place)
    with open_card(
        page, drawn.alt, unit, opening_note(page, found), frame.source_text(page, "D")
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="founded")


def opening_note(page: PageContext, found: list[KpiResult]) -> str:
    """Write where the points are that were there before foundings were on record."""
    before = [str(a.at["year"]) for a in found if a.state == "not_applicable"]
    if not before:
        return ""
    opening = page.result("P01", max(before, key=periods.start_index))
    if not opening.value:
        return ""
    year = periods.format_period(max(before, key=periods.start_index), page.language)
    return page.translate("points.founded_foot", n=opening.format_value(page.language), year=year)


@cached_card
def map_card(page: PageContext) -> None:
    """Draw contacts at the points by ward, or by district on a phone.

    For a ward without a point the figure does not apply.
    """
    whole, districts = page.result("K05"), page.phone and not page.chosen.districts
    own = page.results_by("K05", "district", "ward")
    if districts:
        found = page.results_by("K05", "district")
    else:
        found = maps.fill_missing_wards(own, figures.load_places(page.key, page.chosen.period))
    drawn = maps.draw_tile_map(
        found,
        figures.load_tile_grid(),
        page.language,
        districts=districts,
        wide=page.chart_width(420),
    )
    # NOTE: a hidden figure of a ward does not say whether there is a point.
    points = {a.at["ward"] for a in page.results_by("P01", "district", "ward") if a.value}
    with_point = [result for result in own if result.at["ward"] in points]
    title = growth.busiest_finding(with_point, whole, page.language)
    with open_card(
        page,
        title,
        scope_line(page, whole),
        frame.source_text(page, "B"),
        whole.format_coverage(page.language),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="points_map")


@cached_card
def timeline_card(page: PageContext) -> None:
    """Draw every point with its date of founding and how certain that date is."""
    found = lists.load_points(page.key, page.chosen.period, page.chosen.places)
    title = page.translate("points.none")
    if found.height:
        title = referral_outcomes.founding_finding(found, page.language)
    unit = page.translate("points.timeline_unit", place=page.place)
    with open_card(
        page, title, unit, page.translate("points.timeline_foot"), frame.source_text(page, "D")
    ):
        if found.height:
            table = referral_outcomes.founding_table(found, page.language)
            show_table(table, title, rows=ROWS, left=5, widths=WIDTHS)


@cached_card
def facility_card(page: PageContext) -> None:
    """Draw how many points each rehabilitation facility sends counsellors to."""
    points = lists.load_points(page.key, page.chosen.period, page.chosen.places)
    rows = referral_outcomes.facility_table(points, page.language)
    unit = page.translate("points.facilities_unit", place=page.place)
    with open_card(page, page.translate("points.facilities"), unit, frame.source_text(page, "D")):
        if rows.height:
            show_table(rows, page.translate("points.facilities"))
        else:
            key = "points.facilities_none" if points.height else "points.none"
            st.markdown(page.translate(key))
