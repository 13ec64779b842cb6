"""Draw sign-in and sign-out: why nothing is shown, and who is signed in with which rights."""

import streamlit as st

from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.components.card import grey_text
from dashboard.queries import figures, releases
from pipelines.catalog import Language
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.i18n import translate


def show_closed(reader: Reader, language: Language) -> None:
    """Draw why this reader sees nothing, and what to do about it."""
    st.title(translate("entrance.title", language), anchor=False)
    with st.container(border=True):
        st.markdown(escape_markdown(translate(f"entrance.{reader.why}", language)))
        if access.can_sign_in():
            st.button(
                translate("entrance.sign_in", language),
                type="primary",
                key="sign_in",
                on_click=access.sign_in,
            )
        else:
            st.markdown(escape_markdown(translate("entrance.reload", language)))


def demo_banner(key: figures.ReadScope, language: Language) -> None:
    """Write above every page of the demonstration that its figures are invented."""
    if not key.build or not figures.is_demo(key):
        return
    why = grey_text(translate("card.demo_why", language))
    st.markdown(f":orange-badge[{translate('card.demo_badge', language)}] {why}")


def show_reader(reader: Reader, language: Language) -> None:
    """Draw under the menu who is signed in and the way out, or that only this machine is served."""
    with st.sidebar:
        if reader.is_local:
            text = "entrance.local" if reader.scope.sees_some else "entrance.guest"
            st.markdown(grey_text(translate(text, language)))
            return
        st.markdown(grey_text(f"{reader.subject} · {_role_text(reader, language)}"))
        st.button(
            translate("entrance.sign_out", language), type="tertiary", on_click=access.sign_out
        )


def _role_text(reader: Reader, language: Language) -> str:
    """Return the words for a reader's role and districts."""
    key = releases.choose_source(reader.scope)
    names = dict(figures.load_options(key).districts) if key.build else {}
    districts = [names.get(code, code) for code in sorted(reader.scope.districts)]
    return translate(f"entrance.role_{reader.scope.role}", language, districts=", ".join(districts))
