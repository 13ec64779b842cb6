"""Read and write the address of a page: the query string holds the codes of the selection.

The address is the truth. A widget's callback writes codes into it before the page runs again, and
every run sets the widgets from it. A page reached by the menu begins with an empty query string:
then the session's last selection goes back in.
"""

from collections.abc import Callable

import streamlit as st

from dashboard.selection import NAMES, Selection
from dashboard.session import session_notes
from pipelines.catalog.types import Language

START = Selection()


def read_language() -> Language:
    """Return the reader's language, known before anything else is drawn."""
    language = st.query_params.get("lang") or session_notes().get("lang", "vi")
    return "en" if language == "en" else "vi"


def restore_selection(page: str) -> None:
    """Put the session's last selection into the address of a page reached by the menu.

    Called once a run, before any widget.
    """
    notes = session_notes()
    is_new_page = notes.get("page") not in (None, page)
    if is_new_page and not requested_codes() and notes.get("link"):
        st.query_params.from_dict({**_other_parameters(), **notes["link"]})
    link = requested_codes()
    notes["page"] = page
    notes["link"] = link
    notes["lang"] = link.get("lang", "vi")
    notes["mine"] = link.get("district", "").partition(",")[0] or notes.get("mine", "")


def requested_codes() -> dict[str, str]:
    """Return the codes that this run's address asks for, by name."""
    return {name: st.query_params[name] for name in NAMES if st.query_params.get(name)}


def if_user_changed(apply: Callable[..., None], *args: object) -> None:
    """Call `apply` when a widget changed because its reader changed it.

    NOTE: several steps back at once leave runs unfinished; a widget then still holds what an
    earlier address had set, which Streamlit takes for a change. The address the browser went to
    wins.
    """
    if requested_codes() in (session_notes().get("link"), session_notes().get("before")):
        apply(*args)


def write_codes(**codes: str) -> None:
    """Write codes into the link, and take those that are empty out of it.

    All are written at once, as every write is a step of the browser's way back; what the address
    says already is no step.

    NOTE: a reader who chooses twice in a moment sends the second choice from the address before the
    first: both count. A reader who steps back in that moment sends the first choice once more: the
    address counts.
    """
    notes, now = session_notes(), requested_codes()
    is_early = now == notes.get("before")
    merged = {**(notes["link"] if is_early else now), **codes}
    link = {}
    for name in NAMES:
        if merged.get(name) and merged[name] != START.language:
            link[name] = merged[name]
    is_repeated = is_early and link == notes["link"]
    if link == now or is_repeated:
        return
    notes["before"], notes["link"] = now, link
    st.query_params.from_dict({**_other_parameters(), **link})


def _other_parameters() -> dict[str, str]:
    """Return the parameters of the address that are no codes of the selection."""
    return {name: code for name, code in st.query_params.items() if name not in NAMES}
