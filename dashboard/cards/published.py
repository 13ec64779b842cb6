"""Published against computed: every figure of the city's articles, its source, ours, and the difference."""

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card, replayed, sheet
from dashboard.cards.page import Page
from pipelines.present import published

#: Pixels of the columns: code, what, period, published, computed, difference, result, source.
WIDTHS = (52, 352, 92, 158, 88, 106, 80, 78)


@replayed
def heading(page: Page) -> None:
    """How many published figures ours agree with."""
    frame.heading(published.finding(data.computed(page.key), page.language), page.say("published.scope"))


@replayed
def table_card(page: Page) -> None:
    """The figures, one a row; those that cannot be computed stand as claims."""
    found = published.table(data.computed(page.key), page.language)
    with card(page, page.say("published.card"), page.say("published.unit"), page.say("published.foot")):
        sheet(found, page.say("published.card"), rows=68, left=3, last=2, widths=WIDTHS)


@replayed
def source_card(page: Page) -> None:
    """The articles and plans behind the figures."""
    with card(page, page.say("published.sources"), page.say("published.sources_unit")):
        sheet(published.source_table(page.language), page.say("published.sources"), rows=30, left=4)
