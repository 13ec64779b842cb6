"""Find a reporter's files and a return's receipt in the ledger without reading the rest of it.

The index is derived: it follows the log's hash chain, is made anew from the log when it is lost,
damaged or of another log, and is not backed up. Where it cannot be written it is kept in memory.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import LedgerDamaged
from pipelines.store.atomic_files import make_folder, make_private, open_private
from pipelines.store.commit_log import NO_LINE, CommitLog, LedgerPart, LogEntry, LogHead
from pipelines.store.schema import KINDS, Kind

#: How long to wait for another process that indexes the same batches.
_PATIENCE = 30.0
#: The column of each kind that says whose a row is.
_OWNER_COLUMNS = {"values": ("reporter",), "records": ("reporter", "register")}

#: Returns the rows of a kind in a batch, given with its number and its file.
PartReader = Callable[[Kind, int, LedgerPart], pl.DataFrame]


@dataclass(frozen=True)
class IndexedPart:
    """One file of the ledger, and the number of its first row among all rows of its kind."""

    part: LedgerPart
    first: int
    #: The number of its batch.
    seq: int


@dataclass(frozen=True)
class SentReturn:
    """A receipt, what became of the return, and when it was given."""

    receipt: str
    status: str
    received: datetime


class LedgerIndex:
    """The index of one ledger; every question first follows the log to its end."""

    def __init__(self, log: CommitLog, read_part: PartReader) -> None:
        self.path = log.path.with_name("index.sqlite")
        self._log = log
        self._read_part = read_part
        self._memory: sqlite3.Connection | None = None
        self._session: sqlite3.Connection | None = None
        self._written: Mapping[str, pl.DataFrame] = {}

    @contextmanager
    def session(self) -> Iterator[None]:
        """Keep the index open over many questions, as the log stood when it was opened."""
        try:
            self._session = self._open_current() if self._log.path.exists() else None
        except (OSError, sqlite3.Error):
            self._session = None
        try:
            yield
        finally:
            if self._session is not None:
                self._session.close()
            self._session = None

    def find_parts(self, kind: Kind, owners: Collection[str] | None = None) -> list[IndexedPart]:
        """Return the files of a kind that hold rows of these reporters or registers; None: all."""
        if owners is None:
            return _make_parts(self._ask("index_parts", kind=kind))
        names = json.dumps(list(owners))
        return _make_parts(self._ask("index_parts_of", kind=kind, owners=names))

    def find_batch(self, kind: Kind, receipt: str) -> list[IndexedPart]:
        """Return the file of a kind in the batch of a receipt; none when it has no such rows."""
        return _make_parts(self._ask("index_batch", kind=kind, receipt=receipt))

    def find_sent(self, fingerprint: str) -> list[SentReturn]:
        """Return the receipts of returns that said the same, newest first."""
        rows = self._ask("index_sent", fingerprint=fingerprint)
        return [SentReturn(row[0], row[1], datetime.fromisoformat(row[2])) for row in rows]

    def find_statuses(self, receipts: Collection[str]) -> dict[str, str]:
        """Map those of these receipts that were given to what became of the return."""
        return dict(self._ask("index_receipts", receipts=json.dumps(list(receipts))))

    def refresh(self, written: Mapping[str, pl.DataFrame]) -> None:
        """Index what was committed, as far as that is possible: the next question catches up.

        `written` are the frames just written, by the name of their file: they are not read again.
        """
        self._written = written
        try:
            with suppress(OSError, sqlite3.Error, LedgerDamaged), closing(self._open_current()):
                pass
        finally:
            self._written = {}

    def _load_part(self, kind: Kind, seq: int, part: LedgerPart) -> pl.DataFrame:
        known = self._written.get(part.name)
        return self._read_part(kind, seq, part) if known is None else known

    def _ask(self, name: str, **values: str) -> list[Any]:
        """Return the rows of a query over the whole log; a damaged index is made anew once."""
        if self._session is not None:
            with suppress(sqlite3.Error):
                return self._session.execute(_read_sql(name), values).fetchall()
        # NOTE: a look at an empty home leaves no file there.
        attempts = 2 if self._log.path.exists() else 0
        for _ in range(attempts):
            try:
                with closing(self._open_current()) as db:
                    return db.execute(_read_sql(name), values).fetchall()
            except (OSError, sqlite3.OperationalError):
                break
            except sqlite3.DatabaseError:
                with suppress(OSError):
                    self.path.unlink(missing_ok=True)
        # NOTE: a home that cannot be written, or is full, can still be read.
        self._memory = self._memory or sqlite3.connect(":memory:", isolation_level=None)
        self._follow_log(self._memory)
        return self._memory.execute(_read_sql(name), values).fetchall()

    def _open_current(self) -> sqlite3.Connection:
        make_folder(self.path.parent)
        if self.path.exists():
            make_private(self.path)
        else:
            with open_private(self.path, 0):
                pass
        db = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            self._follow_log(db)
        except BaseException:
            db.close()
            raise
        return db

    def _follow_log(self, db: sqlite3.Connection) -> None:
        """Index the batches committed since; raises LedgerDamaged for a log that is broken."""
        head = self._log.head()
        if _read_head(db) == head:
            return
        db.executescript(_read_sql("ledger_index"))
        db.execute("begin immediate")
        try:
            known = _read_head(db) or NO_LINE
            self._add_batches(db, known)
            db.execute("commit")
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("rollback")
            raise

    def _add_batches(self, db: sqlite3.Connection, known: LogHead) -> None:
        try:
            entries, head = self._log.read_after(known)
        except LedgerDamaged:
            # NOTE: another log than the one indexed, such as after a restore, is no damage; one
            # that is damaged says so when it is read whole.
            for statement in _read_sql("ledger_index_wipe").split(";"):
                db.execute(statement)
            entries, head = self._log.read_after(NO_LINE)
        for entry in entries:
            self._add_batch(db, entry)
        db.execute(_read_sql("index_head_put"), asdict(head))

    def _add_batch(self, db: sqlite3.Connection, entry: LogEntry) -> None:
        for kind in KINDS:
            part = entry.parts.get(kind)
            if part is None:
                continue
            db.execute(
                _read_sql("index_part_put"), {"kind": kind, "seq": entry.seq, **asdict(part)}
            )
            if kind == "submissions":
                _add_submissions(db, entry.seq, self._load_part(kind, entry.seq, part))
            elif kind in _OWNER_COLUMNS:
                rows = self._load_part(kind, entry.seq, part)
                owners = [owner for name in _OWNER_COLUMNS[kind] for owner in rows[name].unique()]
                _add_owners(db, kind, entry.seq, owners)


def _add_owners(db: sqlite3.Connection, kind: str, seq: int, owners: Iterable[str]) -> None:
    rows = [{"kind": kind, "owner": owner, "seq": seq} for owner in owners]
    db.executemany(_read_sql("index_owner_put"), rows)


def _add_submissions(db: sqlite3.Connection, seq: int, rows: pl.DataFrame) -> None:
    names = ("submission", "canonical_sha256", "file_sha256", "status", "received")
    for place, (receipt, canonical, file, status, received) in enumerate(
        rows.select(names).iter_rows()
    ):
        values = {
            "receipt": receipt,
            "seq": seq,
            "place": place,
            "fingerprint": canonical or file,
            "status": status,
            "received": received.isoformat(),
        }
        db.execute(_read_sql("index_submission_put"), values)


def _read_head(db: sqlite3.Connection) -> LogHead | None:
    """Return up to where the log is indexed; None for an index without its tables."""
    try:
        row = db.execute(_read_sql("index_head")).fetchone()
    except sqlite3.OperationalError:
        return None
    return LogHead(*row) if row else None


def _make_parts(rows: Iterable[tuple[int, str, str, int, int, int]]) -> list[IndexedPart]:
    return [IndexedPart(LedgerPart(*row[1:5]), row[5], row[0]) for row in rows]


@cache
def _read_sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
