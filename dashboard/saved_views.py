"""Keep each reader's last selection between sessions, and selections under a short name in a link.

Where nobody signs in, each browser keeps its own.

A link that says anything wins over what was kept; whatever comes back is resolved as any link is.
"""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.queries import figures
from dashboard.selection import NAMES, FilterOptions, LinkProblem, Selection
from dashboard.session import session_notes
from pipelines.errors import Refused
from pipelines.store import record_snapshots, saved_views
from pipelines.store.record_snapshots import RecordSnapshot

#: Where a short name stands in a link, and where a kept selection has its page.
SHORT, VIEW = "v", "view"
_WRITER = ThreadPoolExecutor(1)


def begin_run(reader: Reader) -> None:
    """Resolve a short name in the link, and put the last selection into a bare one.

    Called once a run, before the language is read. For a reader who was not let in (yet) the link
    stays as it is: what a short name means is not told to outsiders.
    """
    if reader.why:
        return
    notes = session_notes()
    is_bare = not notes.get("begun") and not st.query_params
    if SHORT in st.query_params:
        _open_short_link(st.query_params[SHORT])
    elif is_bare and _is_remembered(reader):
        wait_until_saved()
        view = saved_views.load_last_view(access.open_state(), access.reader_code(reader))
        st.query_params.from_dict(_known_codes(view))
    notes["begun"] = True


def go_to_page(page: str, views: list[str]) -> None:
    """Switch to the page that a short name leads to, where this reader has it."""
    view = session_notes().pop("turn", page)
    if view != page and view in views:
        st.switch_page(f"views/{view}.py", query_params=st.query_params.to_dict())


def save_selection(reader: Reader, now: Selection, offer: FilterOptions) -> None:
    """Keep what the reader changed for the next session; to open a link changes nothing.

    Called once a run.
    """
    # NOTE: who comes back next week must not find last month's figures without having asked.
    lasting = replace(now, day="")
    link, notes = lasting.to_query(offer.default_selection), session_notes()
    if notes.setdefault("lasting", link) == link or not offer.periods:
        return
    notes["lasting"] = link
    if _is_remembered(reader):
        # NOTE: nobody waits for the disk; what is lost with the process is one last selection.
        who = access.reader_code(reader)
        _WRITER.submit(saved_views.save_last_view, access.open_state(), who, link)


def wait_until_saved() -> None:
    """Wait until everything that was to be saved so far is saved."""
    _WRITER.submit(bool).result()


def make_short_link(now: Selection, view: str) -> None:
    """Give the selection and its page a short name, the same one in both languages."""
    reader = access.current_reader()
    if reader.why:
        return
    codes = _all_codes(now, view)
    state, now_here = access.open_state(), figures.load_settings().local_time(datetime.now(UTC))
    maker = state.pseudonym(reader.subject)
    name = saved_views.make_short_link(state, maker, codes, now_here)
    session_notes()["short"] = (codes, name)


def short_link(now: Selection, view: str) -> str | None:
    """Return the short name just made for this selection.

    None before it was asked for, empty when no more names could be given.
    """
    codes, name = session_notes().get("short", (None, None))
    return name if codes == _all_codes(now, view) else None


def save_snapshot(now: Selection, view: str, build: str, name: str) -> str:
    """Keep the page for the record under a name; return the code of the refusal, if any."""
    reader = access.current_reader()
    if reader.why or not reader.scope.sees_some:
        return "out_of_scope"
    codes = _all_codes(now, view)
    page, day = codes.pop(VIEW), codes.pop("day", "")
    day = day or figures.load_settings().today().isoformat()
    snapshot = RecordSnapshot(name, day, build, page, codes)
    try:
        record_snapshots.save_snapshot(access.open_state(), snapshot, reader.subject)
    except Refused as refused:
        return refused.code
    return ""


def list_snapshots(views: Collection[str]) -> list[RecordSnapshot]:
    """Return what was kept for the record of the pages `views`, the newest first."""
    kept = record_snapshots.list_snapshots(access.open_state())
    return [snapshot for snapshot in kept if snapshot.view in views]


def _open_short_link(name: str) -> None:
    """Put the codes of a short name into the address; remember the page, or that there is none."""
    codes = saved_views.open_short_link(access.open_state(), name)
    if not codes:
        session_notes()["dropped"] = (LinkProblem(SHORT, name),)
    session_notes()["turn"] = codes.get(VIEW, "")
    replaced = {*NAMES, SHORT} - {"lang"}
    others = {n: code for n, code in st.query_params.items() if n not in replaced}
    st.query_params.from_dict({**_known_codes(codes), **others})


def _is_remembered(reader: Reader) -> bool:
    """Is anything kept for this reader?

    Not for guests, nor without a name or cookie, nor where the office does not want it.
    """
    if reader.why or reader.scope.role == "public" or not access.reader_code(reader):
        return False
    return figures.load_settings().access.remember


def _all_codes(now: Selection, view: str) -> dict[str, str]:
    """Return every code by its name, so that a short name keeps its meaning with new data."""
    codes = now.to_query(Selection(period="", kpi=""))
    codes.pop("lang", None)
    return {VIEW: view, **codes}


def _known_codes(codes: dict[str, str]) -> dict[str, str]:
    """Return the codes of the selection among `codes`."""
    return {name: codes[name] for name in NAMES if name in codes}
