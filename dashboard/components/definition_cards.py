"""Draw the definitions of the catalogue, the four signs, and the systems of the articles."""

import streamlit as st

from dashboard import filters
from dashboard.components import card as frame
from dashboard.components.card import cached_card
from dashboard.components.page_context import PageContext
from pipelines.present.panels import definitions


@cached_card
def show_heading(page: PageContext) -> None:
    """Write what the page holds."""
    frame.show_heading(page.translate("definitions.title"), page.translate("definitions.scope"))


def kpi_card(page: PageContext) -> None:
    """Draw the KPIs of one story at a time."""
    stories = page.translate_by_name("story.", definitions.list_stories())
    title = page.translate("definitions.kpis")
    unit = page.translate("definitions.kpis_unit")
    with frame.open_card(page, title, unit):
        label = page.translate("definitions.story")
        story = filters.card_control("story", stories, "teams", label)
        make_table = definitions.narrow_table if page.phone else definitions.definitions_table
        table = make_table(story, page.language)
        frame.show_text_table(table, title, left=5)


def signs_card(page: PageContext) -> None:
    """Write the four kinds of nothing, the calendar and the places."""
    with frame.open_card(
        page, page.translate("definitions.signs"), page.translate("definitions.signs_unit")
    ):
        st.markdown(page.translate("definitions.signs_text"))


@cached_card
def systems_card(page: PageContext) -> None:
    """Draw the systems M1 to M25 and where each is found."""
    with frame.open_card(page, page.translate("systems.title"), page.translate("systems.unit")):
        frame.show_text_table(
            definitions.system_table(page.language), page.translate("systems.title"), left=3
        )
