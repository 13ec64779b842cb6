"""Definitions, written from the catalogue; the four signs; the systems of the articles and where each is found."""

import streamlit as st

from dashboard import filters
from dashboard.cards import card as frame
from dashboard.cards.card import replayed
from dashboard.cards.page import Page
from pipelines.present import definitions


@replayed
def heading(page: Page) -> None:
    """What the page holds."""
    frame.heading(page.say("definitions.title"), page.say("definitions.scope"))


def kpi_card(page: Page) -> None:
    """The KPIs of one story at a time."""
    stories = {s: page.say(f"story.{s}") for s in definitions.stories()}
    with frame.card(page, page.say("definitions.kpis"), page.say("definitions.kpis_unit")):
        story = filters.look("story", stories, "teams", page.say("definitions.story"))
        made = definitions.narrow if page.phone else definitions.table
        frame.prose(made(story, page.language), page.say("definitions.kpis"), left=5)


def signs_card(page: Page) -> None:
    """The four kinds of nothing, the calendar, the places."""
    with frame.card(page, page.say("definitions.signs"), page.say("definitions.signs_unit")):
        st.markdown(page.say("definitions.signs_text"))


@replayed
def systems_card(page: Page) -> None:
    """M1 to M25."""
    with frame.card(page, page.say("systems.title"), page.say("systems.unit")):
        frame.prose(definitions.system_table(page.language), page.say("systems.title"), left=3)
