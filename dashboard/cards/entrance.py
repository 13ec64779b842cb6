"""The door as a reader sees it: why nothing is shown and how to come in; and, once in, who one is and the way out."""

import streamlit as st

from dashboard import access, data
from dashboard.cards.card import grey, plain
from dashboard.choice import Offer
from dashboard.identity import Reader
from pipelines.catalog import Language
from pipelines.present.text import say


def closed(reader: Reader, language: Language) -> None:
    """Why this reader sees nothing, and what to do about it."""
    st.title(say("entrance.title", language), anchor=False)
    with st.container(border=True):
        st.markdown(plain(say(f"entrance.{reader.why}", language)))
        if access.can_sign_in():
            st.button(say("entrance.sign_in", language), type="primary", key="sign_in", on_click=access.sign_in)
        else:
            st.markdown(plain(say("entrance.reload", language)))


def invented(key: data.Key, language: Language) -> None:
    """Above every page of the demonstration: that its figures are no real ones."""
    if key.build and data.is_demo(key):
        st.markdown(f":orange-badge[{say('card.demo_badge', language)}] {grey(say('card.demo_why', language))}")


def foot(reader: Reader, language: Language) -> None:
    """Under the menu: what one may see, and the way out; or that only this machine is served."""
    with st.sidebar:
        if reader.is_local:
            st.markdown(grey(say("entrance.local", language)))
            return
        st.markdown(grey(f"{reader.subject} · {_role(reader, language)}"))
        if access.can_sign_in():
            st.button(say("entrance.sign_out", language), type="tertiary", on_click=access.sign_out)


def _role(reader: Reader, language: Language) -> str:
    key = data.Key(data.current(), reader.scope)
    names = dict((data.offer(key) if key.build else Offer()).districts)
    listed = ", ".join(names.get(code, code) for code in sorted(reader.scope.districts))
    return say(f"entrance.role_{reader.scope.role}", language, districts=listed)
