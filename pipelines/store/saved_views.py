"""What readers looked at last, and selections that go by a short name: codes of the pages only.

Readers are named by a keyed code, as in the audit trail. Nothing a figure depends on stands here.
"""

import json
import re
import sqlite3
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from pipelines.store.state_db import StateDatabase

#: A short name: letters of base32, eight as long as no other choice has the same eight.
NAME = re.compile(r"[a-z2-7]{8,32}", re.ASCII)
LENGTHS = (8, 16, 32)
#: Short names one reader may make a day.
MOST = 100


def load_last_view(state: StateDatabase, who: str) -> dict[str, str]:
    """Return what the reader `who` looked at last; empty when nothing is kept."""
    return _decode_view(state.best_effort_query("choice", reader=who))


def save_last_view(state: StateDatabase, who: str, choice: Mapping[str, str]) -> None:
    """Keep it until the next visit; an empty choice is forgotten."""
    if choice:
        state.best_effort_query("choice_put", reader=who, choice=_encode_view(choice))
    else:
        state.best_effort_query("choice_drop", reader=who)


def forget_last_view(state: StateDatabase, who: str) -> None:
    """Forget what `who` looked at.

    Unlike what a page keeps by the way, this waits until it is done.
    """
    state.execute("choice_drop", reader=who)


def make_short_link(
    state: StateDatabase, who: str, choice: Mapping[str, str], now: datetime
) -> str:
    """Return the short name of a choice, the same for everybody.

    Empty when `who` has made enough of them on the day of `now`.
    """
    text = _encode_view(choice)
    whole = b32encode(sha256(text.encode()).digest()).decode().lower()
    for length in LENGTHS:
        name = whole[:length]
        known = state.query_one("short_link", name=name)
        if not known:
            is_added = _add_short_link(state, who, name, text, now)
            return name if is_added else ""
        if known["choice"] == text:
            return name
    return ""


def open_short_link(state: StateDatabase, name: str) -> dict[str, str]:
    """Return the choice that goes by a short name; empty when there is none.

    `name` may hold anything.
    """
    if not NAME.fullmatch(name):
        return {}
    return _decode_view(state.best_effort_query("short_link", name=name))


def _add_short_link(state: StateDatabase, who: str, name: str, text: str, now: datetime) -> bool:
    day = now.date().isoformat()
    made = state.query_one("short_links_made", who=who, day=day)
    if made and made["n"] >= MOST:
        return False
    state.execute("short_link_add", name=name, choice=text, who=who, day=day)
    return True


def _encode_view(choice: Mapping[str, str]) -> str:
    return json.dumps(dict(choice), sort_keys=True)


def _decode_view(row: sqlite3.Row | None) -> dict[str, str]:
    """Return a saved view; empty for a row that was never written by `_encode_view`."""
    try:
        view = json.loads(row["choice"]) if row else {}
    except (ValueError, TypeError, RecursionError):
        return {}
    if not isinstance(view, dict):
        return {}
    return {str(name): str(code) for name, code in view.items()}
