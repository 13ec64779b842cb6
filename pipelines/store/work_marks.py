"""Marks on the worklist: that a ward was asked, or that its work is done, by whom and when.

A mark belongs to a ward and a quarter. It comes off by itself when what was asked has arrived; a
mark set again hides the earlier one, which stands again when the newer is taken off.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from pipelines.store.state_db import StateDatabase

MarkKind = Literal["asked", "done"]
KINDS: tuple[MarkKind, ...] = get_args(MarkKind)


@dataclass(frozen=True)
class WorkMark:
    """One mark; `submissions` are the newest of the ward's returns when it was set."""

    ward: str
    kind: MarkKind
    who: str
    at: datetime
    submissions: frozenset[str]

    def holds(self, submissions: Collection[str], *, is_missing: bool) -> bool:
        """Is it still about the ward's returns, or has something been sent since?

        While a return is missing what came of others changes nothing.
        """
        return is_missing or self.submissions == frozenset(submissions)


def add_marks(
    state: StateDatabase,
    period: str,
    kind: MarkKind,
    wards: Mapping[str, Iterable[str]],
    by: str,
) -> None:
    """Mark wards of a quarter, each with the newest submissions of its returns."""
    state.record_event(by, f"mark_{kind}", period, *sorted(wards))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for ward, submissions in wards.items():
        state.execute(
            "work_mark_add",
            ward=ward,
            period=period,
            kind=kind,
            who=by,
            at=at,
            submissions=json.dumps(sorted(set(submissions))),
        )


def remove_marks(
    state: StateDatabase, period: str, kind: MarkKind, wards: Iterable[str], by: str
) -> None:
    """Take the newest mark of a kind off each ward; the one before it stands again."""
    codes = sorted(wards)
    state.record_event(by, f"mark_{kind}_end", period, *codes)
    for ward in codes:
        state.execute("work_mark_drop", ward=ward, period=period, kind=kind)


def list_marks(state: StateDatabase, period: str) -> list[WorkMark]:
    """Return the newest mark of each kind of every ward in a quarter, in order of wards."""
    return list(map(_make_mark, state.query_all("work_marks", period=period)))


def _make_mark(row: sqlite3.Row) -> WorkMark:
    submissions = frozenset(json.loads(row["submissions"]))
    at = datetime.fromisoformat(row["at"])
    return WorkMark(row["ward"], row["kind"], row["who"], at, submissions)
