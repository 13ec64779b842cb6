"""The entry script: who is there, page configuration, shared filters, the registry of pages, and the page itself."""

from pathlib import Path

import streamlit as st

from dashboard import access, address, data, filters, lasting, moving
from dashboard.cards import entrance, lot, take
from dashboard.cards.page import Page
from dashboard.choice import Offer
from dashboard.identity import Reader
from pipelines.catalog import Language
from pipelines.present.text import say
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
#: Pixels of the menu (look: type and space).
MENU = 236


def pages(language: Language, role: Role) -> dict[str, list[st.Page]]:
    """The menu in the reader's language; addresses stay the same in both."""
    return {
        say(f"menu.{section}", language): [
            st.Page(f"views/{name}.py", title=say(f"menu.{name}", language), url_path=name, default=name == START)
            for name in names
            if role in ONLY.get(name, (role,))
        ]
        for section, names in REGISTRY.items()
    }


def shut(reader: Reader, language: Language) -> None:
    """Every address shows the same to somebody who was not let in: why, and what to do."""
    st.set_page_config(say("app.title", language))

    def closed() -> None:
        entrance.closed(reader, language)

    names = [name for section in REGISTRY.values() for name in section]
    found = [st.Page(closed, title=say("app.title", language), url_path=n, default=n == START) for n in names]
    st.navigation(found, position="hidden").run()


def main() -> None:
    """One run of one reader's page."""
    reader = access.reader()
    lasting.begin(reader)
    language = address.language()
    if reader.why:
        shut(reader, language)
        return
    st.set_page_config(say("app.title", language), str(ICON), "wide", MENU)
    listed = pages(language, reader.scope.role)
    page = st.navigation(listed, expanded=True)
    view = page.url_path or START
    lasting.turn(view, [p.url_path or START for section in listed.values() for p in section])
    entrance.foot(reader, language)
    address.restore(page.url_path)
    key = data.Key(data.current(), reader.scope)
    offer = data.offer(key) if key.build else Offer()
    now = filters.show(offer, phone=filters.on_phone())
    if key.build:
        lasting.keep(reader, now, offer)
        with moving.show(now, offer, key, view, phone=filters.on_phone()):
            take.whole(Page(key, now), lot.begin(view))
    entrance.invented(key, now.language)
    page.run()


main()
