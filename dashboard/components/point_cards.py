"""Counselling points: growth to the target, new ones a year, where they are, how sure their dates are, who helps."""

import streamlit as st

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_table
from dashboard.components.kpi_card import scope_line
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels import comparison, growth, maps, referral_outcomes

#: Rows of the timeline beside the map, and pixels of its columns: point, district, founded, launched, confidence.
ROWS, WIDTHS = 27, (100, 100, 88, 88, 150)


@cached_card
def show_heading(page: PageContext) -> None:
    """From the opening to the end of the period, and the share of the target."""
    first, last = opening_result(page), page.result("P01")
    frame.show_heading(
        growth.growth_title(first, last, find_goal(page), page.language), scope_text(page)
    )


def opening_result(page: PageContext) -> KpiResult:
    """Points at the end of the year before the period: the opening 14 for 2021."""
    return page.result("P01", comparison.opening_quarter(page.chosen.period))


def find_goal(page: PageContext) -> tuple[float, int] | None:
    """The city's target; a district or ward has none."""
    found = figures.find_target(page.key, "P01")
    return (found.value, found.year) if found and not page.chosen.places else None


@cached_card
def growth_card(page: PageContext) -> None:
    """The step line from the opening stock, points with clients in grey, the target ahead."""
    period = comparison.with_opening(page.chosen.period)
    points, working = (page.results_by(code, "period", period=period) for code in ("P01", "P07"))
    drawn = growth.draw_growth(
        points, working, find_goal(page), page.language, wide=page.chart_width(640)
    )
    unit = page.translate("points.growth_unit", place=page.place)
    with open_card(
        page,
        drawn.alt,
        unit,
        page.translate("points.growth_foot"),
        frame.source_text(page, "D", "B"),
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="growth")


@cached_card
def founded_card(page: PageContext) -> None:
    """New points a year, by the date of decision."""
    drawn = growth.draw_founded(
        page.results_by("P02", "year", period=figures.all_years(page.key)), page.language
    )
    unit = page.translate("points.founded_unit", place=page.place)
    with open_card(
        page, drawn.alt, unit, page.translate("points.founded_foot"), frame.source_text(page, "D")
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="founded")


@cached_card
def map_card(page: PageContext) -> None:
    """Contacts at the points, ward by ward (districts on a phone); a ward without a point does not apply."""
    whole, districts = page.result("K05"), page.phone and not page.chosen.districts
    own = page.results_by("K05", "district", "ward")
    found = (
        page.results_by("K05", "district")
        if districts
        else maps.fill_missing_wards(own, figures.load_places(page.key))
    )
    drawn = maps.draw_tile_map(
        found,
        figures.load_tile_grid(),
        page.language,
        districts=districts,
        wide=page.chart_width(420),
    )
    title = growth.busiest_finding([a for a in own if a.state != "not_applicable"], page.language)
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
    """Every point with its date of founding and how sure that date is."""
    found = figures.load_points(page.key, page.chosen.period, page.chosen.places)
    title = (
        referral_outcomes.founding_finding(found, page.language)
        if found.height
        else page.translate("points.none")
    )
    unit = page.translate("points.timeline_unit", place=page.place)
    with open_card(
        page, title, unit, page.translate("points.timeline_foot"), frame.source_text(page, "D")
    ):
        if found.height:
            show_table(
                referral_outcomes.founding_table(found, page.language),
                title,
                rows=ROWS,
                left=5,
                widths=WIDTHS,
            )


@cached_card
def facility_card(page: PageContext) -> None:
    """Which rehabilitation facility sends counsellors to how many points."""
    rows = referral_outcomes.facility_table(
        figures.load_points(page.key, page.chosen.period, page.chosen.places), page.language
    )
    unit = page.translate("points.facilities_unit", place=page.place)
    with open_card(page, page.translate("points.facilities"), unit, frame.source_text(page, "D")):
        if rows.height:
            show_table(rows, page.translate("points.facilities"))
        else:
            st.markdown(page.translate("points.none"))
