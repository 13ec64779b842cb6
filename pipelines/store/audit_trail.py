"""The audit trail: events in state.sqlite, each keyed and holding the code of the one before.

The key stands outside the database, in keys/. The newest event is noted a second time beside the
ledger's log, and every line of that log holds it as it stood then. Whoever can write the database
alone cannot change, cut, empty or replace the trail without being found.
"""

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.errors import StoreFull
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.atomic_files import make_folder, write_atomically
from pipelines.store.commit_log import ANCHOR, AuditHead, CommitLog, parse_audit_head
from pipelines.store.paths import DataPaths

GENESIS = "0" * 64
#: The key of the events' codes.
TRAIL_KEY = "audit-trail"
#: The event that puts everything before it under a new key.
SEAL = "sealed"
FaultKind = Literal["changed", "moved", "cut", "emptied", "head", "anchor"]
Row = Mapping[str, object]


@dataclass(frozen=True)
class AuditEvent:
    """One line of the audit trail: a pseudonym, a verb, and codes; never a value."""

    n: int
    at: str
    who: str
    what: str
    objects: tuple[str, ...]


@dataclass(frozen=True)
class AuditFault:
    """Where the trail is not what was written, and how that was noticed."""

    n: int
    kind: FaultKind


class AuditTrail:
    """The trail of one home, on connections that the caller opens."""

    def __init__(self, home: DataPaths) -> None:
        self.home = home
        self.anchor = home.ledger / ANCHOR
        self.log = CommitLog(home.ledger / "sequence.jsonl")
        self.keys = PseudonymKeys(home.keys)

    def append(
        self, db: sqlite3.Connection, who: str, what: str, objects: Sequence[str]
    ) -> AuditHead | None:
        """Add one event in the open transaction; return what may be noted outside afterwards.

        None when the note there does not fit: what shows tampering is not overwritten.
        """
        if not self._is_begun(db):
            self._begin(db, who)
        is_sound = self._fits(db)
        head = self._add(db, who, what, objects)
        return head if is_sound else None

    def note_head(self, head: AuditHead) -> None:
        """Note the newest event beside the ledger's log, as far as the disk has room.

        The note may lag behind the trail, never run ahead.
        """
        note = {"n": head.n, "hash": head.hash, "code": self._sign_head(head)}
        with contextlib.suppress(OSError, StoreFull):
            make_folder(self.anchor.parent)
            write_atomically(self.anchor, json.dumps(note).encode())

    def examine(self, rows: Sequence[Row], head: AuditHead | None) -> list[AuditFault]:
        """Return where the trail was changed, in order; none when it is whole.

        `head` is what the database says of its newest event. Without the key, as after a restore
        without keys, only links and notes are compared.
        """
        notes = self._list_notes()
        if not rows:
            is_begun = self.keys.has_key(TRAIL_KEY) or head or any(note.n for note in notes)
            return [AuditFault(1, "emptied")] if is_begun else []
        faults = self._examine_rows(rows) + _compare_notes(rows, notes)
        if head != AuditHead(len(rows), str(rows[-1]["hash"])):
            faults.append(AuditFault(len(rows) + 1, "head"))
        if self.keys.has_key(TRAIL_KEY) and self._read_anchor() is None:
            faults.append(AuditFault(len(rows) + 1, "anchor"))
        return sorted(dict.fromkeys(faults), key=lambda fault: fault.n)

    def _is_begun(self, db: sqlite3.Connection) -> bool:
        """Is there a key, and is what it is for under it?

        NOTE: a crash may leave the key and the note, but no seal.
        """
        if not self.keys.has_key(TRAIL_KEY):
            return False
        last = db.execute(_read_sql("audit_last")).fetchone()
        if last is None or self._is_signed(dict(last)):
            return True
        return self._read_anchor() != AuditHead(last["n"], last["hash"])

    def _begin(self, db: sqlite3.Connection, who: str) -> None:
        """Make the key; events that are there already are sealed under it as they stand."""
        rows = _read_rows(db)
        broken = _find_visible_breaks(rows)
        self.note_head(AuditHead(len(rows), str(rows[-1]["hash"]) if rows else GENESIS))
        if rows:
            places = [str(fault.n) for fault in broken[:1]]
            self._add(db, who, SEAL, [str(len(rows)), _digest(rows), *places])

    def _add(
        self, db: sqlite3.Connection, who: str, what: str, objects: Sequence[str]
    ) -> AuditHead:
        last = db.execute(_read_sql("audit_head")).fetchone()
        n, previous = last or (0, GENESIS)
        body = {
            "n": n + 1,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": who,
            "what": what,
            "objects": json.dumps(list(objects)),
            "previous": previous,
        }
        head = AuditHead(n + 1, self._sign(body))
        db.execute(_read_sql("audit_add"), {**body, "hash": head.hash})
        db.execute(_read_sql("audit_head_put"), {"n": head.n, "hash": head.hash})
        return head

    def _fits(self, db: sqlite3.Connection) -> bool:
        """Is the note outside one of an event that is still there?"""
        note = self._read_anchor()
        if note is None or note.n == 0:
            return note is not None
        found = db.execute(_read_sql("audit_hash"), {"n": note.n}).fetchone()
        return found is not None and found[0] == note.hash

    def _examine_rows(self, rows: Sequence[Row]) -> list[AuditFault]:
        """Return the events whose own code, number or link is wrong."""
        if not self.keys.has_key(TRAIL_KEY):
            return _find_visible_breaks(rows)
        start = 0 if self._is_signed(rows[0]) else self._find_seal(rows)
        faults = self._examine_sealed(rows, start)
        previous = str(rows[start - 1]["hash"]) if start else GENESIS
        for number, row in enumerate(rows[start:], start + 1):
            if not self._is_signed(row):
                faults.append(AuditFault(number, "changed"))
            elif row["n"] != number or row["previous"] != previous:
                faults.append(AuditFault(number, "moved"))
            previous = str(row["hash"])
        return faults

    def _find_seal(self, rows: Sequence[Row]) -> int:
        """Return how many events stand before the last seal under this key; 0 without one."""
        for before in range(len(rows) - 1, 0, -1):
            if rows[before]["what"] == SEAL and self._is_signed(rows[before]):
                return before
        return 0

    def _examine_sealed(self, rows: Sequence[Row], count: int) -> list[AuditFault]:
        """Compare the first `count` events with what their seal says of them."""
        if not count:
            return []
        said = parse_objects(str(rows[count]["objects"]))
        faults = [AuditFault(int(place), "changed") for place in said[2:]]
        if said[:2] != (str(count), _digest(rows[:count])):
            links = _find_visible_breaks(rows[:count])
            faults.extend(links or [AuditFault(count, "changed")])
        return faults

    def _list_notes(self) -> list[AuditHead]:
        """Return every note outside the database: beside the ledger's log, and in its lines."""
        notes = self.log.list_audit_heads()
        anchor = self._read_anchor()
        return notes if anchor is None else [*notes, anchor]

    def _read_anchor(self) -> AuditHead | None:
        """Return the note beside the log; None when it is missing, or not under our key."""
        try:
            note = json.loads(self.anchor.read_bytes())
            head = parse_audit_head(note)
        except (OSError, ValueError, RecursionError):
            return None
        if head is None or not self.keys.has_key(TRAIL_KEY):
            return head
        return head if note.get("code") == self._sign_head(head) else None

    def _is_signed(self, row: Row) -> bool:
        body = {key: value for key, value in row.items() if key != "hash"}
        return row["hash"] == self._sign(body)

    def _sign(self, body: Row) -> str:
        return self.keys.sign(TRAIL_KEY, json.dumps(body, sort_keys=True).encode())

    def _sign_head(self, head: AuditHead) -> str:
        return self.keys.sign(TRAIL_KEY, f"head {head.n} {head.hash}".encode())


def parse_objects(text: str) -> tuple[str, ...]:
    """Return the codes of an event; a text that was tampered with is returned as it stands."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return (text,)
    return tuple(map(str, found)) if isinstance(found, list) else (text,)


def _compare_notes(rows: Sequence[Row], notes: Sequence[AuditHead]) -> list[AuditFault]:
    """Return where the trail is not what was noted outside of it."""
    faults: list[AuditFault] = []
    for note in notes:
        if note.n > len(rows):
            faults.append(AuditFault(len(rows) + 1, "cut"))
        elif note.n and rows[note.n - 1]["hash"] != note.hash:
            faults.append(AuditFault(note.n, "changed"))
    return faults


def _find_visible_breaks(rows: Sequence[Row]) -> list[AuditFault]:
    """Return where events do not follow each other, as far as that is seen without a key.

    Events of older versions are chained by bare hashes of their content.
    """
    faults: list[AuditFault] = []
    previous = GENESIS
    for number, row in enumerate(rows, 1):
        if row["n"] != number or row["previous"] != previous:
            faults.append(AuditFault(number, "moved"))
        previous = str(row["hash"])
    names = [row["what"] for row in rows]
    unkeyed = rows[: names.index(SEAL)] if SEAL in names else rows
    plain = [row["hash"] == _hash_plainly(row) for row in unkeyed]
    if any(plain):
        faults += [AuditFault(n, "changed") for n, fits in enumerate(plain, 1) if not fits]
    return sorted(faults, key=lambda fault: fault.n)


def _hash_plainly(row: Row) -> str:
    body = {key: value for key, value in row.items() if key != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _digest(rows: Sequence[Row]) -> str:
    seen = hashlib.sha256()
    for row in rows:
        seen.update(json.dumps(dict(row), sort_keys=True).encode() + b"\n")
    return seen.hexdigest()


def _read_rows(db: sqlite3.Connection) -> list[Row]:
    return list(map(dict, db.execute(_read_sql("audit"))))


@cache
def _read_sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
