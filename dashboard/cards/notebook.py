"""Open this view in a notebook: the code that asks the same question, and a hash both sides print."""

import streamlit as st

from dashboard import papers
from dashboard.cards.card import plain, small
from dashboard.cards.page import Page
from pipelines.present import question


def button(page: Page, *codes: str, by: tuple[str, ...] = ()) -> None:
    """A popover with the code for the page's figures, period and places; `by` is what they are cut by.

    NOTE: nothing is asked before the reader opens it.
    """
    cut = by or (page.level,)
    asked = codes, cut, page.chosen.period, page.chosen.places
    behind = st.popover(page.say("notebook.open"), type="tertiary", width="content", key="notebook", on_change="rerun")
    if not behind.open:
        return
    with behind:
        st.markdown(plain(page.say("notebook.how")))
        st.code(question.code(*asked, page.key.build, page.key.scope), language=None)
        small(page.say("notebook.hash", hash=papers.digest(page.key, *asked)))
