"""The address of a page: codes of the choice in the query string, which is the truth, and nothing else.

A widget's callback writes codes into it before the page runs again; every run sets the widgets from it. A page reached
by the menu begins with an empty query string: then the session's last choice goes back in.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.selection import NAMES, Selection
from dashboard.session import session_notes
from pipelines.catalog.types import Language

START = Selection()


def read_language() -> Language:
    """The reader's language, known before anything else is drawn."""
    found = st.query_params.get("lang") or session_notes().get("lang", "vi")
    return "en" if found == "en" else "vi"


def restore_selection(page: str) -> None:
    """Called once a run, before any widget: a page reached by the menu takes the last choice along."""
    known = session_notes()
    if known.get("page") not in (None, page) and not requested_codes() and known.get("link"):
        st.query_params.from_dict({**_other_parameters(), **known["link"]})
    known["page"] = page
    known["link"] = requested_codes()
    known["lang"] = known["link"].get("lang", "vi")
    known["mine"] = known["link"].get("district", "").partition(",")[0] or known.get("mine", "")


def requested_codes() -> dict[str, str]:
    """The codes that this run's address asks for."""
    return {name: st.query_params[name] for name in NAMES if st.query_params.get(name)}


def if_user_changed(take: Callable[..., None], *args: object) -> None:
    """A widget changed because its reader did it.

    NOTE: several steps back at once leave runs unfinished; a widget then still holds what an earlier place had set,
    which the framework takes for a change. The address the browser went to wins.
    """
    if requested_codes() in (session_notes().get("link"), session_notes().get("before")):
        take(*args)


def write_codes(**codes: str) -> None:
    """Codes into the link, an empty one out of it; all at once, as every write is a step of the browser's way back.

    NOTE: who chooses twice in a moment sends the second choice from the address before the first: both count. Who
    steps back in that moment sends the first choice once more: the address counts. What it says already is no step.
    """
    known, now = session_notes(), requested_codes()
    early = now == known.get("before")
    told = {**(known["link"] if early else now), **codes}
    link = {name: told[name] for name in NAMES if told.get(name) and told[name] != START.language}
    if link == now or (early and link == known["link"]):
        return
    known["before"], known["link"] = now, link
    st.query_params.from_dict({**_other_parameters(), **link})


def _other_parameters() -> dict[str, str]:
    return {name: code for name, code in st.query_params.items() if name not in NAMES}
