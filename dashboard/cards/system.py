"""The machine room: which build answers, what it holds, who runs it, which versions."""

import polars as pl
import streamlit as st

from dashboard import data
from dashboard.cards import card as frame
from dashboard.cards.card import card
from dashboard.cards.page import Page
from pipelines.present import machine


def heading(page: Page) -> None:
    """The build that answers now, or why there is none."""
    if not frame.empty(page):
        frame.heading(machine.title(data.meta(page.key), page.language), page.say("system.scope"))


def build_card(page: Page) -> None:
    """The build: when, from what, how many rows of each kind."""
    if page.empty:
        return
    with card(page, page.say("system.build"), page.say("system.build_unit")):
        plain_table(machine.build(data.meta(page.key), page.language))


def office_card(page: Page) -> None:
    """Who runs it, and the limits the office has set."""
    with card(page, page.say("system.office"), page.say("system.office_unit")):
        plain_table(machine.office(data.configured(), page.language))


def plain_table(facts: pl.DataFrame) -> None:
    """Names and values, as long as they are."""
    st.table(facts, border="horizontal", hide_index=True, hide_header=True)
