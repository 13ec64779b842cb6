"""What outlasts a visit: each reader's last choice, and choices that go by a short name in a link.

A link that says anything wins over what was kept; whatever comes back is settled as any link is.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import streamlit as st

from dashboard import access, data
from dashboard.choice import NAMES, Chosen, Offer, Problem
from dashboard.identity import Reader
from dashboard.memory import memory
from pipelines.store import choices

#: The name in a link that a short name stands under, and the one that a choice keeps its page under.
SHORT, VIEW = "v", "view"
_WRITER = ThreadPoolExecutor(1)


def begin(reader: Reader) -> None:
    """Called once a run, before the language is read: a short name becomes its choice, a bare link the last one.

    For whoever was not let in (yet) the link stays as it is: what a short name means is nobody's from outside.
    """
    if reader.why:
        return
    known = memory()
    if SHORT in st.query_params:
        _open(st.query_params[SHORT])
    elif not known.get("begun") and not st.query_params and _remembered(reader):
        written()
        st.query_params.from_dict(_codes(choices.last(access.state(), _who(reader))))
    known["begun"] = True


def turn(page: str, views: list[str]) -> None:
    """To the page that a short name leads to, where this reader has it."""
    view = memory().pop("turn", page)
    if view != page and view in views:
        st.switch_page(f"views/{view}.py", query_params=st.query_params.to_dict())


def keep(reader: Reader, now: Chosen, offer: Offer) -> None:
    """Called once a run: what the reader changed is kept for the next visit; to open a link changes nothing."""
    link, known = now.link(offer.start), memory()
    if known.setdefault("lasting", link) != link and offer.periods:
        known["lasting"] = link
        if _remembered(reader):
            # NOTE: nobody waits for the disk; what is lost with the process is one last choice.
            _WRITER.submit(choices.remember, access.state(), _who(reader), link)


def written() -> None:
    """Waits until what was to be kept so far is kept."""
    _WRITER.submit(bool).result()


def shorten(now: Chosen, view: str) -> None:
    """Give the choice and its page a short name; the same choice has the same one in both languages."""
    reader = access.reader()
    if not reader.why:
        name = choices.shorten(access.state(), _who(reader), _whole(now, view), datetime.now(UTC))
        memory()["short"] = (_whole(now, view), name)


def shortened(now: Chosen, view: str) -> str | None:
    """The short name just made for this choice; None before it was asked for, empty when there was none to be had."""
    choice, name = memory().get("short", (None, None))
    return name if choice == _whole(now, view) else None


def _open(name: str) -> None:
    found = choices.opened(access.state(), name)
    if not found:
        memory()["dropped"] = (Problem(SHORT, name),)
    memory()["turn"] = found.get(VIEW, "")
    others = {n: code for n, code in st.query_params.items() if n not in (*NAMES, SHORT) or n == "lang"}
    st.query_params.from_dict({**_codes(found), **others})


def _remembered(reader: Reader) -> bool:
    """Is anything kept for this reader? Not for guests, nor where the office does not want it."""
    return not reader.why and reader.scope.role != "public" and data.configured().access.remember


def _who(reader: Reader) -> str:
    return access.state().pseudonym(reader.subject)


def _whole(now: Chosen, view: str) -> dict[str, str]:
    """Every code by its name: what a short name means does not move when new data come."""
    return {VIEW: view, **{n: c for n, c in now.link(Chosen(period="", kpi="")).items() if n != "lang"}}


def _codes(found: dict[str, str]) -> dict[str, str]:
    return {name: found[name] for name in NAMES if name in found}
