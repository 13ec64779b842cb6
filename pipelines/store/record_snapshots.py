"""Views kept for the record: a name, the page with its choice, the day and the build it showed.

To open one again is to ask for its day: every number received by the end of it, as it was then
understood. Nothing a figure depends on stands here.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.errors import Refused
from pipelines.store.state_db import StateDatabase

#: Characters of a name at most.
LONGEST = 80


@dataclass(frozen=True)
class RecordSnapshot:
    """One view kept for the record; `day` is an ISO date, `choice` the codes of its link."""

    name: str
    day: str
    build: str
    view: str
    choice: Mapping[str, str]
    number: int = 0


def save_snapshot(state: StateDatabase, snapshot: RecordSnapshot, by: str) -> None:
    """Keep a view under a name that no other bears; raises Refused.

    `by` stands in the audit trail, as a pseudonym.
    """
    name = " ".join(snapshot.name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Refused("a snapshot needs a plain name", code="snapshot_name")
    if name in [known.name for known in list_snapshots(state)]:
        raise Refused("this name is taken", code="snapshot_taken", text=name)
    state.record_event(by, "snapshot", snapshot.day, snapshot.build, snapshot.view)
    state.execute(
        "snapshot_add",
        name=name,
        day=snapshot.day,
        build=snapshot.build,
        view=snapshot.view,
        choice=json.dumps(dict(snapshot.choice), sort_keys=True),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def remove_snapshot(state: StateDatabase, number: int, by: str) -> None:
    """Forget a view; raises Refused when there is none of this number."""
    if number not in [known.number for known in list_snapshots(state)]:
        raise Refused(f"no snapshot {number}", code="unknown_snapshot", text=str(number))
    state.record_event(by, "snapshot_end", str(number))
    state.execute("snapshot_drop", n=number)


def list_snapshots(state: StateDatabase) -> list[RecordSnapshot]:
    """Return every view kept for the record, the newest first."""
    return list(map(_make_snapshot, state.query_all("snapshots")))


def _make_snapshot(row: sqlite3.Row) -> RecordSnapshot:
    choice = json.loads(row["choice"])
    return RecordSnapshot(
        row["name"], row["day"], row["build"], row["view"], choice, number=row["n"]
    )
