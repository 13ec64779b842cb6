"""The entry script: page configuration, the shared filters, the registry of pages, and the page the reader is on."""

from pathlib import Path

import streamlit as st

from dashboard import access, data, filters
from dashboard.choice import Offer
from pipelines.catalog import Language
from pipelines.present.text import say

#: Section → pages, each a file in views/; the first is where a reader starts.
REGISTRY = {
    "stories": ("overview", "teams", "clients", "referrals", "points", "activities"),
    "figures": ("quality", "published", "definitions", "system"),
}
#: NOTE: a :material: icon would be fetched from a font host on the internet.
ICON = Path(__file__).with_name("static") / "icon.svg"
#: Pixels of the menu (look: type and space).
MENU = 236


def pages(language: Language) -> dict[str, list[st.Page]]:
    """The menu in the reader's language; addresses stay the same in both."""
    return {
        say(f"menu.{section}", language): [
            st.Page(f"views/{name}.py", title=say(f"menu.{name}", language), url_path=name, default=name == "overview")
            for name in names
        ]
        for section, names in REGISTRY.items()
    }


def main() -> None:
    """One run of one reader's page."""
    language = filters.language()
    st.set_page_config(say("app.title", language), str(ICON), "wide", MENU)
    page = st.navigation(pages(language), expanded=True)
    filters.restore(page.url_path)
    build = data.current()
    filters.show(data.offer(data.Key(build, access.scope())) if build else Offer(), phone=filters.on_phone())
    page.run()


main()
