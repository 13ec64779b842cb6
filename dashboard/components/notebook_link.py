"""Open this view in a notebook: the code that asks the same question, and a hash both sides print."""

import streamlit as st

from dashboard.components.card import small_text
from dashboard.components.page_context import PageContext
from dashboard.queries import reports
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import export_tables


def notebook_button(page: PageContext, *codes: str, by: tuple[str, ...] = ()) -> None:
    """A popover with the code for the page's figures, period and places; `by` is what they are cut by.

    NOTE: nothing is asked before the reader opens it.
    """
    cut = by or (page.level,)
    asked = codes, cut, page.chosen.period, page.chosen.places
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
        st.code(export_tables.query_code(*asked, page.key.build, page.key.scope), language=None)
        small_text(page.translate("notebook.hash", hash=reports.answer_digest(page.key, *asked)))
