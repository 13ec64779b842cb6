"""Run one page for one reader: the entry script that Streamlit runs anew at every click.

It finds the reader, draws the menu, the shared filters and the navigation, and runs the view.
"""

from pathlib import Path

import streamlit as st

from dashboard import filters, navigation, saved_views, url_state
from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.components import export_menu, page_content, page_context, sign_in
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from dashboard.selection import FilterOptions
from pipelines.catalog import Language
from pipelines.present.i18n import translate
from pipelines.privacy.scope import Role
from pipelines.reference.office_names import bare_province_name

#: Section → pages, each a file in views/; the first is where a reader starts.
REGISTRY = {
    "stories": ("overview", "teams", "clients", "referrals", "points", "activities"),
    "returns": ("worklist", "quality", "submit", "reports", "manual"),
    "figures": ("compare", "place", "lineage", "published", "definitions", "system", "users"),
}
#: Pages that are not for everybody who was let in.
ONLY: dict[str, tuple[Role, ...]] = {
    **dict.fromkeys(("submit", "worklist"), ("district", "city", "steward")),
    "system": ("city", "steward"),
    "users": ("steward",),
}
#: What changes a page, where it is not period and place; other filters do not stand on it.
FILTERS: dict[str, tuple[filters.FilterKind, ...]] = {
    "submit": ("place",),
    "reports": ("period", "place", "geography"),
    **dict.fromkeys(("referrals", "quality", "worklist"), ("period", "place", "day")),
    **dict.fromkeys(("manual", "published", "definitions", "system", "users"), ()),
}
#: The page that the bare address leads to.
START = "overview"
#: NOTE: a :material: icon would be fetched from a font host on the internet.
ICON = Path(__file__).with_name("static") / "icon.svg"
#: Pixels of the menu.
MENU = 236


def list_pages(language: Language, role: Role) -> dict[str, list[st.Page]]:
    """Return the menu in the reader's language; addresses stay the same in both."""
    menu: dict[str, list[st.Page]] = {}
    for section, names in REGISTRY.items():
        allowed = [name for name in names if role in ONLY.get(name, (role,))]
        menu[translate(f"menu.{section}", language)] = [_make_page(n, language) for n in allowed]
    return menu


def _list_views(menu: dict[str, list[st.Page]]) -> list[str]:
    """Return the names of the pages of a menu, in order."""
    views: list[str] = []
    for section in menu.values():
        views += [each.url_path or START for each in section]
    return views


def _make_page(name: str, language: Language) -> st.Page:
    return st.Page(
        f"views/{name}.py",
        title=translate(f"menu.{name}", language),
        url_path=name,
        default=name == START,
    )


def _write_title(language: Language) -> str:
    """Return the title of the browser's tab: the product and the province."""
    province = bare_province_name(figures.load_settings().today())
    return translate("app.title", language, province=province.of(language))


def show_closed(reader: Reader, language: Language) -> None:
    """Show somebody who was not let in why, and what to do, at every address."""
    title = _write_title(language)
    st.set_page_config(title)

    def draw_closed() -> None:
        sign_in.show_closed(reader, language)

    names = [name for section in REGISTRY.values() for name in section]
    pages = [st.Page(draw_closed, title=title, url_path=n, default=n == START) for n in names]
    st.navigation(pages, position="hidden").run()


def _list_dated(views: list[str]) -> list[str]:
    """Return the pages that can look back to a day."""
    return [name for name in views if "day" in FILTERS.get(name, filters.KINDS)]


def main() -> None:
    """Draw one page for one reader."""
    reader = access.current_reader()
    saved_views.begin_run(reader)
    language = url_state.read_language()
    if reader.why:
        show_closed(reader, language)
        return
    st.set_page_config(_write_title(language), str(ICON), "wide", MENU)
    menu = list_pages(language, reader.scope.role)
    page = st.navigation(menu, expanded=True)
    view = page.url_path or START
    views = _list_views(menu)
    saved_views.go_to_page(view, views)
    sign_in.show_reader(reader, language)
    url_state.restore_selection(page.url_path)
    kinds = FILTERS.get(view, filters.KINDS)
    content = page_content.start_page(
        view, in_geography="geography" in kinds, follows_day="day" in kinds
    )
    key = page_context.read_scope(reader.scope)
    asked = url_state.requested_codes().get("period", "")
    offer = figures.load_options(key, asked) if key.build else FilterOptions()
    now = filters.show_filters(offer, kinds, phone=filters.is_phone())
    if key.build:
        saved_views.save_selection(reader, now, offer)
        with navigation.show_navigation(
            now,
            offer,
            key,
            view,
            phone=filters.is_phone(),
            to_places="place" in kinds,
            dated_views=_list_dated(views),
        ):
            context = PageContext(key, page_context.follow_day(now))
            export_menu.page_menu(context, content)
    page_context.show_notes(key, now)
    sign_in.demo_banner(key, now.language)
    access.draw_in_turn(reader, page.run)


main()
