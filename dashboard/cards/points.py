"""Counselling points: growth to the target, new ones a year, where they are, how sure their dates are, who helps."""

import streamlit as st

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.kpi import scope as scope_line
from dashboard.cards.page import Page
from pipelines.present import compare, growth, mapping, registers
from pipelines.present.answers import Answer

#: Rows of the timeline beside the map, and pixels of its columns: point, district, founded, launched, confidence.
ROWS, WIDTHS = 27, (100, 100, 88, 88, 150)


@replayed
def heading(page: Page) -> None:
    """From the opening to the end of the period, and the share of the target."""
    first, last = opening(page), page.figure("P01")
    frame.heading(growth.title(first, last, goal(page), page.language), scope(page))


def opening(page: Page) -> Answer:
    """Points at the end of the year before the period: the opening 14 for 2021."""
    return page.figure("P01", compare.opening(page.chosen.period))


def goal(page: Page) -> tuple[float, int] | None:
    """The city's target; a district or ward has none."""
    found = data.target(page.key, "P01")
    return (found.value, found.year) if found and not page.chosen.places else None


@replayed
def growth_card(page: Page) -> None:
    """The step line from the opening stock, points with clients in grey, the target ahead."""
    period = compare.with_opening(page.chosen.period)
    points, working = (page.rows(code, "period", period=period) for code in ("P01", "P07"))
    drawn = growth.steps(points, working, goal(page), page.language, wide=page.wide(640))
    unit = page.say("points.growth_unit", place=page.place)
    with card(page, drawn.alt, unit, page.say("points.growth_foot"), frame.source(page, "D", "B")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="growth")


@replayed
def founded_card(page: Page) -> None:
    """New points a year, by the date of decision."""
    drawn = growth.founded(page.rows("P02", "year", period=data.all_years(page.key)), page.language)
    unit = page.say("points.founded_unit", place=page.place)
    with card(page, drawn.alt, unit, page.say("points.founded_foot"), frame.source(page, "D")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="founded")


@replayed
def map_card(page: Page) -> None:
    """Contacts at the points, ward by ward (districts on a phone); a ward without a point does not apply."""
    whole, districts = page.figure("K05"), page.phone and not page.chosen.districts
    own = page.rows("K05", "district", "ward")
    found = page.rows("K05", "district") if districts else mapping.filled(own, data.places(page.key))
    drawn = mapping.tile_map(found, data.grid(), page.language, districts=districts, wide=page.wide(420))
    title = growth.busiest([a for a in own if a.state != "not_applicable"], page.language)
    with card(page, title, scope_line(page, whole), frame.source(page, "B"), whole.coverage(page.language)) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="points_map")


@replayed
def timeline_card(page: Page) -> None:
    """Every point with its date of founding and how sure that date is."""
    found = data.points(page.key, page.chosen.period, page.chosen.places)
    title = registers.finding(found, page.language) if found.height else page.say("points.none")
    unit = page.say("points.timeline_unit", place=page.place)
    with card(page, title, unit, page.say("points.timeline_foot"), frame.source(page, "D")):
        if found.height:
            sheet(registers.timeline(found, page.language), title, rows=ROWS, left=5, widths=WIDTHS)


@replayed
def facility_card(page: Page) -> None:
    """Which rehabilitation facility sends counsellors to how many points."""
    rows = registers.facilities(data.points(page.key, page.chosen.period, page.chosen.places), page.language)
    unit = page.say("points.facilities_unit", place=page.place)
    with card(page, page.say("points.facilities"), unit, frame.source(page, "D")):
        if rows.height:
            sheet(rows, page.say("points.facilities"))
        else:
            st.markdown(page.say("points.none"))
