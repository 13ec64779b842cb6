"""Draw what slips say of referrals: results, reasons, receivers, places, quarters, people."""

from typing import Any

import polars as pl
import streamlit as st

from dashboard.components import card as frame
from dashboard.components.card import cached_card, open_card, show_rows, show_table
from dashboard.components.page_context import PageContext
from dashboard.queries import figures, referral_queries
from pipelines.present import charts
from pipelines.present.panels import referral_outcomes
from pipelines.present.panels import slip_results as panel

Row = dict[str, Any]


def show_details(page: PageContext) -> None:
    """Draw the cards of results, reasons and receivers, of places and quarters, and of people."""
    left, right = st.columns([2, 1], gap="small")
    with left:
        results_card(page)
    with right:
        reasons_card(page)
    facilities_card(page)
    _show_cuts(page)
    if page.key.scope.sees_lines:
        people_card(page)


def _show_cuts(page: PageContext) -> None:
    """Draw the cards by quarter and by place; neither without a referral the reader may see."""
    if _load_rows(page, "quarter"):
        cohorts_card(page)
    if _load_rows(page, _choose_places(page)):
        places_card(page)


def _choose_places(page: PageContext) -> str:
    """Return the level of places that stand in rows: wards where places are chosen."""
    return "ward" if page.chosen.places else "district"


def _load_rows(page: PageContext, *by: str) -> list[Row]:
    found = referral_queries.load_results(page.key, by, page.chosen.period, page.chosen.places)
    return panel.list_counted(found)


@cached_card
def cohorts_card(page: PageContext) -> None:
    """Draw what equal follow-up has shown, by quarter of referral."""
    table = panel.cohorts_table(_load_rows(page, "quarter"), page.language)
    _draw_table(page, page.translate("results.cohorts"), "cohorts", table)


@cached_card
def places_card(page: PageContext) -> None:
    """Draw steps, refusals and waiting times of each district, or of each chosen ward."""
    by = _choose_places(page)
    rows = _load_rows(page, by)
    known = figures.load_options(page.key, page.chosen.period)
    names = {**dict(known.districts), **known.ward_names}
    table = panel.places_table(rows, by, names, page.language)
    _draw_table(page, page.translate(f"results.places_{by}"), "places", table)


def _find_reason(page: PageContext) -> str:
    """Return why there may be no referral, as the card of outcomes says it."""
    chosen = page.chosen
    found = referral_queries.load_outcomes(page.key, "service", chosen.period, chosen.places)
    return referral_outcomes.reason_for_none(found)


@cached_card
def results_card(page: PageContext) -> None:
    """Draw the verified results of referrals as a table, by service."""
    counts = panel.count_outcomes(_load_rows(page, "service"))
    finding = panel.results_finding(counts, page.language, _find_reason(page))
    unit = page.translate("referrals.results_unit", period=page.period, place=page.place)
    foot = page.translate("referrals.results_foot"), frame.source_text(page, "C")
    with open_card(page, finding, unit, *foot):
        show_rows(page, panel.results_table(counts, page.language), finding, left=2)


@cached_card
def reasons_card(page: PageContext) -> None:
    """Draw why referrals ended early, by reason; the table has service and receiver."""
    counts = panel.count_reasons(_load_rows(page, "service", "facility"))
    points = panel.reason_points(counts, page.language)
    finding = panel.reasons_finding(points, page.language, _find_reason(page))
    unit = page.translate("referrals.reasons_unit", period=page.period, place=page.place)
    table = panel.reasons_table(counts, page.language)
    with open_card(page, finding, unit, frame.source_text(page, "C")) as face:
        face.show_chart(charts.draw_bars(points), finding, table, key="reasons")


@cached_card
def facilities_card(page: PageContext) -> None:
    """Draw referrals, arrivals and waiting by receiving facility."""
    rows = _load_rows(page, "facility")
    finding = panel.facilities_finding(rows, page.language, _find_reason(page))
    unit = page.translate("referrals.facilities_unit", period=page.period, place=page.place)
    foot = page.translate("referrals.facilities_foot"), frame.source_text(page, "C")
    with open_card(page, finding, unit, *foot):
        show_rows(page, panel.facilities_table(rows, page.language), finding)


@cached_card
def people_card(page: PageContext) -> None:
    """Draw who gave up, by group, age and sex; for those who may see single referrals."""
    rows_of = {kind: _load_rows(page, kind) for kind in panel.ABOUT_PERSON}
    title = page.translate("referrals.people_about")
    unit = page.translate("referrals.people_unit", period=page.period, place=page.place)
    foot = page.translate("referrals.people_foot"), frame.source_text(page, "C")
    with open_card(page, title, unit, *foot):
        show_rows(page, panel.people_table(rows_of, page.language), title, left=2)


def _draw_table(page: PageContext, title: str, name: str, table: pl.DataFrame) -> None:
    unit = page.translate(f"results.{name}_unit", period=page.period, place=page.place)
    foot = page.translate(f"results.{name}_foot")
    with open_card(page, title, unit, foot, frame.source_text(page, "C")):
        show_table(table, title)
