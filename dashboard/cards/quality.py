"""Data quality: returns in time and complete, who is missing, open issues, unusual values, changes after a close."""

import streamlit as st

from dashboard import data, listed
from dashboard.cards import card as frame
from dashboard.cards.card import TALL, card, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.page import Page
from pipelines.present import compare, display, returns, timely, troubles
from pipelines.reference import places

#: Issues listed one by one; all of them are counted.
LISTED = 200
#: Pixels of the columns of issues and of unusual values.
ISSUE_WIDTHS = (140, 66, 430, 104, 240)
OUTLIER_WIDTHS = (130, 120, 270, 76, 220, 164)


@replayed
def heading(page: Page) -> None:
    """Returns in hand, and how many of them came in time."""
    found = page.told("Q01", "Q02")
    whole, timely = found["Q01"], found["Q02"]
    counted = display.fraction(whole.numerator, whole.denominator, page.language)
    key = "quality.title" if whole.known else "quality.title_none"
    frame.heading(page.say(key, n=counted, timely=timely.text(page.language)), scope(page))


@replayed
def heatmap_card(page: Page) -> None:
    """Returns by district (or ward of the chosen districts) and quarter."""
    level = page.level
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    found = page.rows("Q01", level, "period", period=period)
    found = sorted(found, key=lambda a: places.sort_key(str(a.at[f"{level}_name"])))
    drawn = returns.heatmap(
        found,
        level,
        page.language,
        left=(86 if level == "district" else 106) if page.phone else 130,
        written=not page.phone,
    )
    unit = page.say("quality.unit", place=page.place)
    with card(
        page, drawn.alt, unit, page.say("quality.key_short" if page.phone else "quality.key"), frame.source(page, "Q")
    ) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="returns", grow=False)


@replayed
def missing_card(page: Page) -> None:
    """Who has not reported in the period's last quarter."""
    quarter = compare.last_quarter(page.chosen.period)
    found = data.missing(page.key, quarter, page.chosen.places)
    key = "quality.missing" if found.height else "quality.missing_none"
    title = page.say(key, n=display.number(found.height, page.language))
    unit = page.say("quality.missing_unit", period=returns.named(quarter, page.language), place=page.place)
    with card(page, title, unit, frame.source(page, "Q")):
        if found.height:
            sheet(returns.missing(found, page.language), title, rows=10, left=3)


@replayed
def timely_card(page: Page) -> None:
    """Returns in time, late and not received, by quarter."""
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    codes = ("Q01", "Q02")
    found = (page.rows(code, "period", period=period, among=codes) for code in codes)
    drawn = timely.picture(*found, page.language, wide=page.wide(330))
    unit = page.say("timely.unit", place=page.place, days=data.configured().timely_days)
    with card(page, drawn.alt, unit, frame.source(page, "Q")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="timely")


@replayed
def rule_card(page: Page) -> None:
    """Which rules are broken how often, and every open issue as a table."""
    found = listed.issues(page.key, page.chosen.period, page.chosen.places)
    drawn = troubles.by_rule(found, page.language, letters=42 if page.phone else troubles.LETTERS)
    unit = page.say("troubles.rules_unit", period=page.period, place=page.place)
    with card(page, drawn.alt, unit, frame.source(page, "Q")) as face:
        if found.height:
            face.picture(drawn.figure, drawn.alt, drawn.table, key="rules")


def issue_card(page: Page) -> None:
    """The open issues one by one; picking a row goes to the ward."""
    found = listed.issues(page.key, page.chosen.period, page.chosen.places).head(LISTED)
    if found.is_empty():
        return
    title = page.say("troubles.issues")
    more = page.say("troubles.issues_more", n=LISTED) if found.height == LISTED else ""
    with card(page, title, page.say("troubles.issues_unit", period=page.period, place=page.place), more):
        picked = "issue_rows", tuple(found["ward"].to_list())
        sheet(troubles.issues(found, page.language), title, rows=8, left=5, high=TALL, widths=ISSUE_WIDTHS, pick=picked)


def outlier_card(page: Page) -> None:
    """Values unlike their own past with their last values beside them; picking a row goes to the ward."""
    quarter = compare.last_quarter(page.chosen.period)
    found = listed.outliers(page.key, quarter, page.chosen.places)
    title = page.say("troubles.outliers" if found.height else "troubles.no_outliers", n=found.height)
    when = timely.capital(returns.named(quarter, page.language))
    unit = page.say("troubles.outliers_unit", period=when, place=page.place, n=troubles.SHOWN)
    with card(page, title, unit, page.say("troubles.outliers_foot")):
        if found.height:
            picked = "outlier_rows", troubles.outlier_codes(found)
            sheet(troubles.outliers(found, page.language), title, rows=10, left=3, widths=OUTLIER_WIDTHS, pick=picked)


@replayed
def revision_card(page: Page) -> None:
    """What changed after a period was closed."""
    found = listed.revisions(page.key, page.chosen.period, page.chosen.places)
    title = troubles.revision_finding(found, page.language)
    unit = page.say("troubles.revisions_unit", period=page.period, place=page.place)
    with card(page, title, unit, page.say("troubles.revisions_foot")):
        if found.height:
            sheet(troubles.revisions(found, page.language), title, rows=10, left=3)


def chase_card(page: Page) -> None:
    """Whom to remind; for one district the message ready to be sent."""
    quarter = compare.last_quarter(page.chosen.period)
    found = listed.reminders(page.key, quarter, page.chosen.districts)
    title = timely.chase_finding(found, page.language)
    when = returns.named(quarter, page.language)
    key = "timely.message_unit" if len(found) == 1 else "timely.chase_unit"
    with card(page, title, page.say(key, period=when), frame.source(page, "Q")):
        if len(found) == 1:
            st.code(found[0].message(page.language), language=None, wrap_lines=True)
        elif found:
            picked = "chase_rows", tuple(c.district for c in found)
            sheet(timely.chase_table(found, page.language), title, rows=10, pick=picked)
