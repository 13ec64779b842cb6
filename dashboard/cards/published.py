"""Published against computed: every figure of the city's articles, its source, ours, and the difference."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, sheet
from dashboard.cards.page import Page
from pipelines.present import published


def heading(page: Page) -> None:
    """How many published figures ours agree with."""
    frame.heading(published.finding(data.computed(page.key), page.language), page.say("published.scope"))


def table_card(page: Page) -> None:
    """The figures, one a row; those that cannot be computed stand as claims."""
    found = published.table(data.computed(page.key), page.language)
    with card(page, page.say("published.card"), page.say("published.unit"), page.say("published.foot")):
        sheet(found, page.say("published.card"), rows=24, left=3)
