"""Draw published against computed figures: source, our value, difference, notes, totals."""

import polars as pl

from dashboard.components import card as frame
from dashboard.components.card import TALL, cached_card, open_card, show_table
from dashboard.components.page_context import PageContext
from dashboard.queries import comparisons, lists
from pipelines.present.panels import published_table

#: Pixels of the columns: code, result, what, period, published, computed, difference, source. The
#: result stands where a phone shows it without scrolling.
WIDTHS = (52, 126, 286, 140, 170, 78, 84, 88)
NARROW = (52, 126, 176, 120, 130, 76, 84, 90)
#: The same of the notes: code, what, cause.
NOTES, NARROW_NOTES = (52, 372, 588), (52, 176, 560)
#: The same of the sources: short name, title, publisher, date.
SOURCES = (64, 470, 322, 150)
VERSION_WIDTHS = (200, 130, 170, 170, 90, 250)
TOTAL_WIDTHS = (170, 70, 230, 90, 110, 90, 300)


@cached_card
def show_heading(page: PageContext) -> None:
    """Write how many published figures ours agree with."""
    finding = published_table.published_finding(comparisons.load_computed(page.key), page.language)
    frame.show_heading(finding, page.translate("published.scope"))


@cached_card
def table_card(page: PageContext) -> None:
    """Draw the figures, one a row; those that cannot be computed stand as claims."""
    found = published_table.figure_columns(_load_table(page))
    with open_card(
        page,
        page.translate("published.card"),
        page.translate("published.unit"),
        page.translate("published.foot"),
    ):
        show_table(
            found,
            page.translate("published.card"),
            rows=68,
            left=4,
            last=1,
            widths=NARROW if page.phone else WIDTHS,
        )


@cached_card
def note_card(page: PageContext) -> None:
    """Draw notes on single figures: why they differ, how their words were understood."""
    found = published_table.note_rows(_load_table(page))
    title = page.translate("published.notes", n=found.height)
    with open_card(page, title, page.translate("published.notes_unit")):
        show_table(
            found, title, rows=found.height, left=3, widths=NARROW_NOTES if page.phone else NOTES
        )


def _load_table(page: PageContext) -> pl.DataFrame:
    return published_table.published_table(
        comparisons.load_computed(page.key), page.language, lists.load_published_coverage(page.key)
    )


@cached_card
def source_card(page: PageContext) -> None:
    """Draw the articles and plans behind the figures."""
    with open_card(
        page, page.translate("published.sources"), page.translate("published.sources_unit")
    ):
        show_table(
            published_table.source_table(page.language),
            page.translate("published.sources"),
            rows=30,
            left=4,
            widths=SOURCES,
        )


@cached_card
def version_card(page: PageContext) -> None:
    """Draw the figures that were published twice for one period."""
    title = published_table.version_finding(page.language)
    with open_card(page, title, page.translate("claims.versions_unit")):
        show_table(
            published_table.version_table(page.language),
            title,
            left=6,
            high=TALL,
            widths=VERSION_WIDTHS,
        )


@cached_card
def total_card(page: PageContext) -> None:
    """Draw totals that officers and districts wrote, beside their lines and what stands now."""
    found = lists.load_claims(page.key)
    title = published_table.total_finding(found, page.language)
    if not page.key.scope.sees_all:
        # NOTE: the card is about the whole city, whatever is selected.
        title = page.translate("rights.own", finding=title)
    with open_card(
        page, title, page.translate("claims.totals_unit"), page.translate("claims.totals_foot")
    ):
        if found.height:
            show_table(
                published_table.totals_table(found, page.language),
                title,
                rows=12,
                left=3,
                high=TALL,
                widths=TOTAL_WIDTHS,
            )
