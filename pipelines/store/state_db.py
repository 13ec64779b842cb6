"""Users, visits, choices, aliases and the audit trail in state.sqlite.

Nothing a figure depends on stands here.
"""

import os
import sqlite3
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from threading import Lock

from pipelines.errors import Refused
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.privacy.scope import PUBLIC, Role, Scope
from pipelines.store.atomic_files import make_private, open_private
from pipelines.store.audit_trail import AuditEvent, AuditFault, AuditTrail, parse_objects
from pipelines.store.commit_log import AuditHead
from pipelines.store.paths import DataPaths, ensure_dir
from pipelines.store.state_disk import (
    count_unwritten,
    current_snapshot,
    lose_some,
    read_anyway,
    write_later,
)

#: The key that turns who did something into a pseudonym.
AUDIT_KEY = "audit"
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
#: One event after the other, so that the note outside the database follows them.
_recording = Lock()


@dataclass(frozen=True)
class User:
    """Somebody with a role, until the end of a day."""

    subject: str
    role: Role
    districts: frozenset[str] = frozenset()
    until: date | None = None

    @property
    def scope(self) -> Scope:
        """What this user may see; raises Refused when role and districts do not go together."""
        return Scope(self.role, self.districts)

    @property
    def trouble(self) -> str:
        """The code of why this row gives no rights; empty for a row that does."""
        try:
            Scope(self.role, self.districts)
        except Refused as error:
            return error.code
        return ""


class StateDatabase:
    """The state of one home; every call opens and closes its own connection."""

    def __init__(self, root: Path) -> None:
        self.home = DataPaths(root)

    def save_user(self, user: User) -> None:
        """Give a role; it replaces the one before."""
        until = user.until.isoformat() if user.until else None
        districts = ",".join(sorted(user.districts))
        with self._connect() as db:
            values = {
                "subject": user.subject,
                "role": user.role,
                "districts": districts,
                "until": until,
            }
            db.execute(_read_sql("user_put"), values)

    def delete_user(self, subject: str) -> bool:
        """Take every role away; False when there was none."""
        with self._connect() as db:
            return db.execute(_read_sql("user_drop"), {"subject": subject}).rowcount > 0

    @read_anyway
    def list_users(self) -> list[User]:
        with self._connect() as db:
            return list(map(_make_user, db.execute(_read_sql("users"))))

    def find_user(self, subject: str, today: date) -> User | None:
        """Return who `subject` is today; None when unknown or past the last day."""
        for user in self.list_users():
            if user.subject == subject:
                is_over = user.until is not None and user.until < today
                return None if is_over else user
        return None

    def find_scope(self, subject: str, today: date) -> Scope:
        """Return what `subject` may see today; raises Refused.

        It is the public's view unless a role says more.
        """
        user = self.find_user(subject, today)
        return user.scope if user else PUBLIC

    def confirm_alias(self, text: str, code: str, by: str) -> None:
        """Record that from now on `text` names the place `code`."""
        with self._connect() as db:
            values = {
                "text": text,
                "code": code,
                "confirmed_by": self.pseudonym(by),
                "at": _now_text(),
            }
            db.execute(_read_sql("alias_put"), values)

    def drop_alias(self, text: str) -> bool:
        """Forget a spelling; False when it was never confirmed."""
        with self._connect() as db:
            return db.execute(_read_sql("alias_drop"), {"text": text}).rowcount > 0

    @read_anyway
    def list_aliases(self) -> Mapping[str, str]:
        """Return the confirmed spellings and the place codes they mean."""
        with self._connect() as db:
            return dict(db.execute(_read_sql("aliases")))

    @lose_some
    def record_event(self, subject: str, what: str, *objects: str) -> None:
        """Add to the audit trail: `objects` are codes, never values or names of people."""
        who, trail = self.pseudonym(subject), AuditTrail(self.home)
        with _recording:
            with self._connect() as db:
                db.execute("begin immediate")
                head = trail.append(db, who, what, objects)
            if head:
                trail.note_head(head)

    @read_anyway
    def list_events(self) -> list[AuditEvent]:
        """Return every event, oldest first."""
        with self._connect() as db:
            rows = db.execute(_read_sql("audit")).fetchall()
        return [
            AuditEvent(row["n"], row["at"], row["who"], row["what"], parse_objects(row["objects"]))
            for row in rows
        ]

    @read_anyway
    def verify_audit(self) -> list[int]:
        """Return numbers of events that were changed or removed; none when the trail is whole."""
        return [fault.n for fault in self.examine_audit()]

    @read_anyway
    def examine_audit(self) -> list[AuditFault]:
        """Return where the audit trail was tampered with, and how that was noticed."""
        with self._connect() as db:
            rows = list(map(dict, db.execute(_read_sql("audit"))))
            head = db.execute(_read_sql("audit_head")).fetchone()
        return AuditTrail(self.home).examine(rows, AuditHead(*head) if head else None)

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of the state, whoever is writing."""
        _make_database(path)
        with self._connect() as db, _close_after(sqlite3.connect(path)) as target:
            db.backup(target)

    @read_anyway
    def query_one(self, name: str, /, **values: object) -> sqlite3.Row | None:
        """Return the one row that sql/<name>.sql finds."""
        with self._connect() as db:
            found: sqlite3.Row | None = db.execute(_read_sql(name), values).fetchone()
        return found

    @read_anyway
    def query_all(self, name: str, /, **values: object) -> list[sqlite3.Row]:
        """Return every row that sql/<name>.sql finds."""
        with self._connect() as db:
            return db.execute(_read_sql(name), values).fetchall()

    @write_later
    def execute(self, name: str, /, **values: object) -> None:
        """Do what sql/<name>.sql says."""
        with self._connect() as db:
            db.execute(_read_sql(name), values)

    def execute_without_trace(self, name: str, /, **values: object) -> None:
        """Do what sql/<name>.sql says, and overwrite on the disk what it replaces or deletes.

        NOTE: SQLite leaves deleted rows in free pages, and pages as they were in its log.
        """
        with self._connect() as db:
            db.execute("pragma secure_delete = on")
            db.execute(_read_sql(name), values)
            db.commit()
            db.execute("pragma wal_checkpoint(truncate)")

    def best_effort_query(self, name: str, /, **values: object) -> sqlite3.Row | None:
        """Return the one row of sql/<name>.sql, or do what it says, for what may be lost.

        It waits for nobody and for no disk.
        """
        try:
            with self._connect(patience=0.0, durable=False) as db:
                found: sqlite3.Row | None = db.execute(_read_sql(name), values).fetchone()
        except (sqlite3.Error, OSError):
            return None
        return found

    def count_unwritten(self) -> int:
        """Return how many events and notes of visits the disk has not taken from this process."""
        return count_unwritten(self.home.state)

    def pseudonym(self, subject: str) -> str:
        """Return who, as the audit trail writes it: a keyed code that nobody can turn back.

        Names differ by every sign but the case of A to Z, as on the list of users.
        """
        return self.exact_code(subject.strip().translate(_UPPER))

    def exact_code(self, text: str) -> str:
        """Return the keyed code of a text of which every sign counts."""
        return PseudonymKeys(self.home.keys).exact_code(AUDIT_KEY, text)

    def _make_tables(self, db: sqlite3.Connection) -> None:
        """Make the tables where they are not there.

        This is asked once for each file, as pages open it in every run.
        """
        file = (str(self.home.state), self.home.state.stat().st_ino)
        if file not in _made:
            db.execute("pragma journal_mode = wal")
            db.executescript(_read_sql("state"))
            _made.add(file)

    @contextmanager
    def _connect(
        self, *, patience: float = 10.0, durable: bool = True
    ) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose work is committed together or not at all.

        `patience` is how many seconds to wait for other writers.
        """
        snapshot = current_snapshot()
        if snapshot is not None:
            yield snapshot
            return
        ensure_dir(self.home.root)
        _make_database(self.home.state)
        with _close_after(sqlite3.connect(self.home.state, timeout=patience)) as db:
            db.row_factory = sqlite3.Row
            db.execute("pragma synchronous = full" if durable else "pragma synchronous = normal")
            self._make_tables(db)
            with db:
                yield db


#: Files whose tables this process has seen made.
_made: set[tuple[str, int]] = set()


def _make_database(path: Path) -> None:
    """An empty file for the owner alone: SQLite gives what it writes beside it the same mode."""
    if path.exists():
        make_private(path)
        return
    with open_private(path, os.O_APPEND):
        pass


@contextmanager
def _close_after(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield db
    finally:
        db.close()


@cache
def _read_sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _make_user(row: sqlite3.Row) -> User:
    """Return a line of the list; with a last day that nobody can read, it is over."""
    try:
        until = date.fromisoformat(row["until"]) if row["until"] else None
    except ValueError:
        until = date.min
    districts = frozenset(filter(None, row["districts"].split(",")))
    return User(row["subject"], row["role"], districts, until)


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
