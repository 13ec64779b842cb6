"""One ward or district on one page: who stands there, its figures in context, history with events, returns."""

import streamlit as st

from dashboard import data, filters, listed
from dashboard.cards import card as frame
from dashboard.cards import kpi, quality, referrals
from dashboard.cards.card import card, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.compare import distinct
from dashboard.cards.kpi import sources
from dashboard.cards.page import Page, told
from pipelines.catalog import kpi as definition
from pipelines.present import charts, compare, profile
from pipelines.present.answers import Answer, answers, over_time
from pipelines.present.marks import Mark, listing

#: Pixels of the figures' names.
NAME = 285
#: Figures that are compared with the city's level: rates with a base.
RATES = ("T06", "O04", "O07", "K09", "R08", "Q01")


def own(page: Page) -> str:
    """The code of the one place looked at; empty when none or several are chosen."""
    chosen = page.chosen.places
    return chosen[0] if len(chosen) == 1 else ""


def choose(page: Page) -> None:
    """Nothing or too much is chosen: how to choose one, with the map to click."""
    frame.heading(page.say("profile.choose"), page.say("profile.choose_do"))
    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi.map_card(page)
    with right:
        kpi.bar_card(page, key="choose", most=12)


@replayed
def heading(page: Page) -> None:
    """The place, its volunteers, its point."""
    units = listed.units(page.key, page.chosen.period, page.chosen.places)
    label = data.label(page.key, own(page))
    frame.heading(profile.title(label, units, page.figure("T03"), page.language), scope(page))


@replayed
def register_card(page: Page) -> None:
    """Teams, points and clubs on the registers."""
    units = listed.units(page.key, page.chosen.period, page.chosen.places)
    title = profile.register_finding(units, page.language)
    unit = page.say("profile.register_unit", period=page.period, place=page.place)
    with card(page, title, unit, frame.source(page, "D")):
        if units.height:
            table = profile.register(units, page.language, wards=not page.chosen.wards)
            sheet(table, title, rows=6, left=4, widths=(150,) if page.chosen.wards else (126, 108, 96, 84))


@replayed
def figures_card(page: Page) -> None:
    """Every main figure here, in the district and in the city, and how it stands against chance."""
    code = own(page)
    level = "ward" if page.chosen.wards else "district"
    columns = [(data.names(page.key, (code,))[0], _found(page, (code,)))]
    if level == "ward":
        around = page.chosen.districts[:1]
        columns.append((data.names(page.key, around)[0], _found(page, around)))
    columns.append((page.say("beside.city"), _found(page, ())))
    fair = {k: data.fair(page.key, k, level, page.chosen.period, ()) for k in RATES}
    table = profile.figures(distinct(columns), fair, code, page.language)
    title = page.say("profile.figures")
    with card(page, title, page.say("profile.figures_unit", period=page.period), page.say("profile.figures_foot")):
        wide = 185 if page.phone else NAME
        sheet(table, title, rows=20, last=1, widths=(wide, *(84,) * len(columns), 200))


def _found(page: Page, places: tuple[str, ...]) -> dict[str, Answer]:
    return told(page.key, profile.CODES, page.chosen.period, places)


def history_card(page: Page) -> None:
    """The chosen figure by quarter with the events of the place; rates beside the city's line."""
    marks, title = kpi.quarters(page, page.chosen.kpi)
    whole = page.figure(page.chosen.kpi)
    grey = page.say("profile.history_grey" if whole.kpi.denominator else "profile.history_events")
    with card(page, title, kpi.scope(page, whole), grey, *sources(page, whole)) as face:
        filters.kpi(page.chosen, data.offer(page.key), lambda c: definition(c).label.of(page.language))
        city = [(page.say("beside.city"), _city(page))] if whole.kpi.denominator else []
        table = listing(marks, page.say("column.period"), whole.kpi.label.of(page.language), *city)
        face.picture(_history(page), title, table, key=filters.here("history", page.chosen))


def _history(page: Page) -> charts.Figure:
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    marks, _ = kpi.quarters(page, page.chosen.kpi)
    whole = page.figure(page.chosen.kpi)
    events = profile.events(listed.units(page.key, page.chosen.period, page.chosen.places), period, page.language)
    if whole.kpi.denominator or compare.is_stock(whole.kpi):
        city = _city(page) if whole.kpi.denominator else None
        name = page.say("beside.city")
        figure = charts.lines(marks, kpi.writer(page, whole), context=city, name=name, wide=page.wide(640))
    else:
        figure = charts.columns(marks, wide=page.wide(640))
    return charts.annotated(figure, events)


def _city(page: Page) -> list[Mark]:
    """The chosen figure of the whole city by quarter."""
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    found = data.figures(page.key, (page.chosen.kpi,), ("period",), period, ())
    return over_time(answers(found), page.language)


@replayed
def event_card(page: Page) -> None:
    """Everything the registers date."""
    units = listed.units(page.key, page.chosen.period, page.chosen.places)
    table = profile.event_table(units, page.language)
    title = page.say("profile.events" if table.height else "profile.no_events", n=table.height)
    with card(page, title, page.say("profile.events_unit", place=page.place), frame.source(page, "D")):
        if table.height:
            sheet(table, title, rows=5, left=2, widths=(96, 310))


def returns_card(page: Page) -> None:
    """A ward's returns form by form."""
    if not page.chosen.wards:
        return
    period = compare.recent(page.chosen.period, data.first_quarter(page.key))
    drawn = profile.returns(listed.coverage(page.key, period, page.chosen.places), page.language, left=64)
    unit = page.say("profile.returns_unit", place=page.place)
    with card(page, drawn.alt, unit, page.say("profile.returns_key"), frame.source(page, "Q")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="own_returns", grow=False)


def wards_card(page: Page) -> None:
    """A district's returns ward by ward."""
    if not page.chosen.wards:
        quality.heatmap_card(page)


def troubles(page: Page) -> None:
    """What is open or unusual here."""
    quality.issue_card(page)
    quality.outlier_card(page)


def referred(page: Page) -> None:
    """What became of the referrals of its points."""
    if page.figure("P01").value:
        left, right = st.columns([2, 1], gap="small")
        with left:
            referrals.outcome_card(page)
        with right:
            referrals.support_card(page)
