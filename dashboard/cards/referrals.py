"""Referral outcomes: by service and by quarter, how long people waited, on-site help, and the pilot as it was."""

import polars as pl
import streamlit as st

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.kpi import sources
from dashboard.cards.page import Page, told
from pipelines.present import charts, display, parts, referrals, spans
from pipelines.present.marks import listing

#: More quarters than this are shown as half-years.
QUARTERS = 6
SUPPORT = ("H01", "H02", "H03", "H04", "H06", "H07", "H08")
#: The pilot reported once, before the points did; its picture stands still.
PILOT_YEAR = "2020-Y"
PILOT = ("L02", "L03", "L04", "L05", "L06")


@replayed
def heading(page: Page) -> None:
    """Arrived out of issued, and who has had no answer."""
    found, none = _outcomes(page)
    frame.heading(referrals.title(found, page.language, none), scope(page))


def _outcomes(page: Page, by: str = "service") -> tuple[pl.DataFrame, str]:
    """The rows that hold slips, and why there may be none."""
    found = data.outcomes(page.key, by, page.chosen.period, page.chosen.places)
    return referrals.told(found, page.language), referrals.why_none(found)


@replayed
def outcome_card(page: Page, by: str = "service") -> None:
    """Stacked bars on one scale, by service or by quarter of referral."""
    if by == "period" and len(spans.quarters(page.chosen.period)) > QUARTERS:
        by = "half"
    found, none = _outcomes(page, by)
    drawn = referrals.outcomes(found, page.say(f"column.{by}"), page.language, wide=page.wide(640))
    said = referrals.finding if by == "service" else referrals.by_quarter
    title = said(found, page.language, none)
    unit = page.say(f"referrals.unit_{by}", period=page.period, place=page.place)
    foot = frame.source(page, "C"), page.figure("R01").coverage(page.language)
    with card(page, title, unit, *foot) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key=f"outcomes_{by}")


@replayed
def waiting_card(page: Page) -> None:
    """Days from referral to arrival, by service."""
    found = data.waiting(page.key, page.chosen.period, page.chosen.places)
    drawn = referrals.waiting(referrals.told(found, page.language), page.language, referrals.why_none(found))
    unit = page.say("referrals.waiting_unit", period=page.period, place=page.place)
    arrived = page.figure("R08")
    counted = display.fraction(arrived.numerator, arrived.denominator, page.language)
    only = page.say("referrals.waiting_only", n=counted) if arrived.known else ""
    with card(page, drawn.alt, unit, only, frame.source(page, "C")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="waiting")


@replayed
def steps_card(page: Page) -> None:
    """The steps as a table."""
    unit = page.say("referrals.steps_unit", period=page.period, place=page.place)
    with card(page, page.say("referrals.steps"), unit, page.say("referrals.steps_foot"), frame.source(page, "C")):
        found, _ = _outcomes(page)
        if found.height:
            sheet(referrals.steps(found, page.language), page.say("referrals.steps"))
        else:
            st.markdown(page.say("card.nothing"))


@replayed
def support_card(page: Page) -> None:
    """Help given at the point itself: people by kind; parcels and money named apart."""
    found = page.told(*SUPPORT, "H05", "H09")
    marks = parts.marks([found[code] for code in SUPPORT], page.language)
    title = parts.finding(marks, "referrals.support", page.language)
    values = {"parcels": found["H05"].text(page.language), "money": found["H09"].said(page.language)}
    note = page.say("referrals.support_note", **values)
    unit = page.say("referrals.support_unit", period=page.period, place=page.place)
    table = listing(marks, page.say("column.help"), page.say("column.people"))
    note = note if found["H01"].known else ""
    with card(page, title, unit, note, *sources(page, found["H01"])) as face:
        face.picture(charts.bars(marks), title, table, key="support")


@replayed
def pilot_card(page: Page) -> None:
    """The pilot of 2020: people by service, which do not add up to people."""
    found = told(page.key, ("L01", "L07", *PILOT), PILOT_YEAR, ())
    marks = parts.marks([found[code] for code in PILOT], page.language)
    people, services = found["L01"], found["L07"]
    values = {"people": people.text(page.language), "services": services.text(page.language)}
    title = page.say("referrals.pilot" if people.known else "referrals.pilot_none", **values)
    with card(
        page, title, page.say("referrals.pilot_unit"), page.say("referrals.pilot_note"), frame.source(page, "C")
    ) as face:
        face.picture(
            charts.bars(marks),
            title,
            listing(marks, page.say("column.service"), page.say("column.people")),
            key="pilot",
        )
