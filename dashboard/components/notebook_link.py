"""Offer a page's question as code for a notebook, with a hash that both sides print."""

import streamlit as st

from dashboard.components.card import small_text
from dashboard.components.page_context import PageContext
from dashboard.queries import reports
from pipelines.catalog import list_card_codes
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import export_tables


def show_for_card(page: PageContext, place: str) -> None:
    """Draw the button for the figures of a card of pages.toml, such as `teams.notebook`."""
    notebook_button(page, *list_card_codes(place))


def notebook_button(page: PageContext, *codes: str, by: tuple[str, ...] = ()) -> None:
    """Draw a popover with the code for the page's figures, period and places, broken down by `by`.

    NOTE: nothing is asked before the reader opens it.
    """
    question = codes, by or (page.level,), page.chosen.period, page.chosen.places
    behind = st.popover(
        page.translate("notebook.open"),
        type="tertiary",
        width="content",
        key="notebook",
        on_change="rerun",
    )
    if not behind.open:
        return
    with behind:
        st.markdown(escape_markdown(page.translate("notebook.how")))
        key = page.key
        code = export_tables.query_code(*question, key.build, key.scope, key.geography)
        st.code(code, language=None)
        digest = reports.answer_digest(page.key, *question)
        small_text(page.translate("notebook.hash", hash=digest))
