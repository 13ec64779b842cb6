"""What outlasts a visit: each reader's last choice, and choices that go by a short name in a link.

A link that says anything wins over what was kept; whatever comes back is settled as any link is.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import streamlit as st

from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.queries import figures
from dashboard.selection import NAMES, FilterOptions, LinkProblem, Selection
from dashboard.session import session_notes
from pipelines.store import saved_views

#: The name in a link that a short name stands under, and the one that a choice keeps its page under.
SHORT, VIEW = "v", "view"
_WRITER = ThreadPoolExecutor(1)


def begin_run(reader: Reader) -> None:
    """Called once a run, before the language is read: a short name becomes its choice, a bare link the last one.

    For whoever was not let in (yet) the link stays as it is: what a short name means is nobody's from outside.
    """
    if reader.why:
        return
    known = session_notes()
    if SHORT in st.query_params:
        _open_short_link(st.query_params[SHORT])
    elif not known.get("begun") and not st.query_params and _is_remembered(reader):
        wait_until_saved()
        st.query_params.from_dict(
            _known_codes(saved_views.load_last_view(access.open_state(), _reader_code(reader)))
        )
    known["begun"] = True


def go_to_page(page: str, views: list[str]) -> None:
    """To the page that a short name leads to, where this reader has it."""
    view = session_notes().pop("turn", page)
    if view != page and view in views:
        st.switch_page(f"views/{view}.py", query_params=st.query_params.to_dict())


def save_selection(reader: Reader, now: Selection, offer: FilterOptions) -> None:
    """Called once a run: what the reader changed is kept for the next visit; to open a link changes nothing."""
    link, known = now.to_query(offer.default_selection), session_notes()
    if known.setdefault("lasting", link) != link and offer.periods:
        known["lasting"] = link
        if _is_remembered(reader):
            # NOTE: nobody waits for the disk; what is lost with the process is one last choice.
            _WRITER.submit(
                saved_views.save_last_view, access.open_state(), _reader_code(reader), link
            )


def wait_until_saved() -> None:
    """Waits until what was to be kept so far is kept."""
    _WRITER.submit(bool).result()


def make_short_link(now: Selection, view: str) -> None:
    """Give the choice and its page a short name; the same choice has the same one in both languages."""
    reader = access.current_reader()
    if not reader.why:
        name = saved_views.make_short_link(
            access.open_state(), _reader_code(reader), _all_codes(now, view), datetime.now(UTC)
        )
        session_notes()["short"] = (_all_codes(now, view), name)


def short_link(now: Selection, view: str) -> str | None:
    """The short name just made for this choice; None before it was asked for, empty when there was none to be had."""
    choice, name = session_notes().get("short", (None, None))
    return name if choice == _all_codes(now, view) else None


def _open_short_link(name: str) -> None:
    found = saved_views.open_short_link(access.open_state(), name)
    if not found:
        session_notes()["dropped"] = (LinkProblem(SHORT, name),)
    session_notes()["turn"] = found.get(VIEW, "")
    others = {
        n: code for n, code in st.query_params.items() if n not in (*NAMES, SHORT) or n == "lang"
    }
    st.query_params.from_dict({**_known_codes(found), **others})


def _is_remembered(reader: Reader) -> bool:
    """Is anything kept for this reader? Not for guests, nor where the office does not want it."""
    return (
        not reader.why and reader.scope.role != "public" and figures.load_settings().access.remember
    )


def _reader_code(reader: Reader) -> str:
    return access.open_state().pseudonym(reader.subject)


def _all_codes(now: Selection, view: str) -> dict[str, str]:
    """Every code by its name: what a short name means does not move when new data come."""
    return {
        VIEW: view,
        **{n: c for n, c in now.to_query(Selection(period="", kpi="")).items() if n != "lang"},
    }


def _known_codes(found: dict[str, str]) -> dict[str, str]:
    return {name: found[name] for name in NAMES if name in found}
