"""Published against computed: every figure of the city's articles, its source, ours, and the difference."""

import polars as pl

from dashboard import data, listed
from dashboard.cards import card as frame
from dashboard.cards.card import TALL, card, replayed, sheet
from dashboard.cards.page import Page
from pipelines.present import claims, published

#: Pixels of the columns: code, what, period, published, computed, difference, result, source.
WIDTHS = (52, 286, 146, 180, 80, 86, 92, 90)
NARROW = (52, 176, 120, 130, 76, 84, 84, 90)
#: The same of the notes: code, what, cause.
NOTES, NARROW_NOTES = (52, 372, 588), (52, 176, 560)
#: The same of the sources: short name, title, publisher, date.
SOURCES = (64, 470, 322, 150)
VERSION_WIDTHS = (200, 130, 170, 170, 90, 250)
TOTAL_WIDTHS = (170, 70, 230, 90, 110, 90, 300)


@replayed
def heading(page: Page) -> None:
    """How many published figures ours agree with."""
    frame.heading(published.finding(data.computed(page.key), page.language), page.say("published.scope"))


@replayed
def table_card(page: Page) -> None:
    """The figures, one a row; those that cannot be computed stand as claims."""
    found = published.figures(_found(page))
    with card(page, page.say("published.card"), page.say("published.unit"), page.say("published.foot")):
        sheet(found, page.say("published.card"), rows=68, left=3, last=2, widths=NARROW if page.phone else WIDTHS)


@replayed
def note_card(page: Page) -> None:
    """What is to be said about single figures: why they differ, how their words were understood."""
    found = published.notes(_found(page))
    title = page.say("published.notes", n=found.height)
    with card(page, title, page.say("published.notes_unit")):
        sheet(found, title, rows=found.height, left=3, widths=NARROW_NOTES if page.phone else NOTES)


def _found(page: Page) -> pl.DataFrame:
    return published.table(data.computed(page.key), page.language, listed.returned(page.key))


@replayed
def source_card(page: Page) -> None:
    """The articles and plans behind the figures."""
    with card(page, page.say("published.sources"), page.say("published.sources_unit")):
        sheet(published.source_table(page.language), page.say("published.sources"), rows=30, left=4, widths=SOURCES)


@replayed
def version_card(page: Page) -> None:
    """Figures published twice for one period: both stand."""
    title = claims.version_finding(page.language)
    with card(page, title, page.say("claims.versions_unit")):
        sheet(claims.version_table(page.language), title, left=6, high=TALL, widths=VERSION_WIDTHS)


@replayed
def total_card(page: Page) -> None:
    """Totals that officers and districts wrote, beside their lines and what stands now."""
    found = listed.claims(page.key)
    title = claims.total_finding(found, page.language)
    with card(page, title, page.say("claims.totals_unit"), page.say("claims.totals_foot")):
        if found.height:
            sheet(claims.totals(found, page.language), title, rows=12, left=3, high=TALL, widths=TOTAL_WIDTHS)
