"""Draw the current build, what it holds, the office's settings and the versions in use."""

import streamlit as st

from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components.card import open_card
from dashboard.components.page_context import PageContext
from dashboard.queries import figures, lists
from pipelines.present.i18n import translate_markdown
from pipelines.present.panels import system_info


def show_heading(page: PageContext) -> None:
    """Write which build is current, or why there is none, and what the disk did not take."""
    if not frame.show_empty_state(page):
        title = system_info.build_title(
            figures.build_facts(page.key), page.language, figures.load_settings().zone
        )
        frame.show_heading(title, page.translate("system.scope"))
    unwritten = access.open_state().count_unwritten()
    if unwritten:
        home = str(figures.load_settings().home)
        st.warning(
            translate_markdown("system.unwritten", page.language, n=str(unwritten), name=home)
        )


def build_card(page: PageContext) -> None:
    """Draw when the build was made, from what, and how many rows of each kind it has."""
    with open_card(page, page.translate("system.build"), page.translate("system.build_unit")):
        frame.show_text_table(
            system_info.build_table(
                figures.build_facts(page.key), page.language, figures.load_settings().zone
            ),
            page.translate("system.build"),
            hide_header=True,
        )


def storage_card(page: PageContext) -> None:
    """Draw the last backup, the room on the disk, and what to do about both."""
    title, advice = page.translate("system.storage"), page.translate("system.storage_do")
    with open_card(page, title, page.translate("system.storage_unit"), advice):
        zone = figures.load_settings().zone
        table = system_info.storage_table(lists.load_storage(), page.language, zone)
        frame.show_text_table(table, title, hide_header=True)


def version_card(page: PageContext) -> None:
    """Draw the versions of the software in use."""
    with open_card(page, page.translate("system.versions"), page.translate("system.versions_unit")):
        frame.show_text_table(
            system_info.version_table(page.language),
            page.translate("system.versions"),
            hide_header=True,
        )


def office_card(page: PageContext) -> None:
    """Draw who runs it, and the limits the office has set."""
    with open_card(page, page.translate("system.office"), page.translate("system.office_unit")):
        frame.show_text_table(
            system_info.settings_table(figures.load_settings(), page.language),
            page.translate("system.office"),
            hide_header=True,
        )
