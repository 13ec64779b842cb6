"""The entry script: who is there, page configuration, shared filters, the registry of pages, and the page itself."""

from pathlib import Path

import streamlit as st

from dashboard import filters, navigation, saved_views, url_state
from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.components import export_menu, page_content, sign_in
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from dashboard.selection import FilterOptions
from pipelines.catalog import Language
from pipelines.present.i18n import translate
from pipelines.privacy.scope import Role

#: Section → pages, each a file in views/; the first is where a reader starts.
REGISTRY = {
    "stories": ("overview", "teams", "clients", "referrals", "points", "activities"),
    "returns": ("quality", "submit", "reports"),
    "figures": ("compare", "place", "published", "definitions", "system", "users"),
}
#: Pages that are not for everybody who was let in.
ONLY: dict[str, tuple[Role, ...]] = {
    "submit": ("district", "city", "steward"),
    "system": ("city", "steward"),
    "users": ("steward",),
}
#: The page that the bare address leads to.
START = "overview"
#: NOTE: a :material: icon would be fetched from a font host on the internet.
ICON = Path(__file__).with_name("static") / "icon.svg"
#: Pixels of the menu.
MENU = 236


def list_pages(language: Language, role: Role) -> dict[str, list[st.Page]]:
    """The menu in the reader's language; addresses stay the same in both."""
    return {
        translate(f"menu.{section}", language): [
            st.Page(
                f"views/{name}.py",
                title=translate(f"menu.{name}", language),
                url_path=name,
                default=name == START,
            )
            for name in names
            if role in ONLY.get(name, (role,))
        ]
        for section, names in REGISTRY.items()
    }


def show_closed(reader: Reader, language: Language) -> None:
    """Every address shows the same to somebody who was not let in: why, and what to do."""
    st.set_page_config(translate("app.title", language))

    def draw_closed() -> None:
        sign_in.show_closed(reader, language)

    names = [name for section in REGISTRY.values() for name in section]
    found = [
        st.Page(draw_closed, title=translate("app.title", language), url_path=n, default=n == START)
        for n in names
    ]
    st.navigation(found, position="hidden").run()


def main() -> None:
    """One run of one reader's page."""
    reader = access.current_reader()
    saved_views.begin_run(reader)
    language = url_state.read_language()
    if reader.why:
        show_closed(reader, language)
        return
    st.set_page_config(translate("app.title", language), str(ICON), "wide", MENU)
    listed = list_pages(language, reader.scope.role)
    page = st.navigation(listed, expanded=True)
    view = page.url_path or START
    saved_views.go_to_page(
        view, [p.url_path or START for section in listed.values() for p in section]
    )
    sign_in.show_reader(reader, language)
    url_state.restore_selection(page.url_path)
    key = figures.ReadScope(figures.current_build(), reader.scope)
    offer = figures.load_options(key) if key.build else FilterOptions()
    now = filters.show_filters(offer, phone=filters.is_phone())
    if key.build:
        saved_views.save_selection(reader, now, offer)
        with navigation.show_navigation(now, offer, key, view, phone=filters.is_phone()):
            export_menu.page_menu(PageContext(key, now), page_content.start_page(view))
    sign_in.demo_banner(key, now.language)
    page.run()


main()
