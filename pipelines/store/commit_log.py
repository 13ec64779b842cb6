"""The ledger's sequence log: one JSON line per committed batch, holding the hash of the one before.

A line that is on the disk is the commit: files without a line do not count. A torn last line (a
crash while writing it) never was a commit; the next append cuts it off. A witness beside the log
remembers the last line, so that lines cut off the end are noticed too; it may lag behind the log,
never run ahead. A line also holds where the audit trail stood.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import LedgerDamaged, StoreFull
from pipelines.operating_system import sync_folder
from pipelines.store.atomic_files import (
    make_folder,
    open_private,
    translate_disk_error,
    write_all,
    write_in_place,
)

GENESIS = "0" * 64
#: Where the audit trail notes its newest event, beside the log.
ANCHOR = "audit.json"


@dataclass(frozen=True)
class AuditHead:
    """The newest event of the audit trail: its number and its code."""

    n: int
    hash: str


@dataclass(frozen=True)
class LedgerPart:
    """One Parquet file of a batch: its name, hash, number of rows and sum of values."""

    name: str
    sha256: str
    rows: int
    total: int


@dataclass(frozen=True)
class LogEntry:
    """One committed batch."""

    seq: int
    at: str
    parts: Mapping[str, LedgerPart]
    previous: str
    hash: str
    #: Where the audit trail stood; None in lines of older versions.
    audit: AuditHead | None = None

    @property
    def part_names(self) -> list[str]:
        """Return the names of the files that hold the batch."""
        return [part.name for part in self.parts.values()]

    def count(self, kind: str) -> tuple[int, int]:
        """Return the rows of a kind in the batch, and the sum of their values."""
        part = self.parts[kind]
        return part.rows, part.total


@dataclass(frozen=True)
class LogHead:
    """The last committed line: its number and hash, and the bytes of the log up to its end."""

    seq: int
    hash: str
    size: int


NO_LINE = LogHead(0, GENESIS, 0)
#: A line names at most five files and takes less than this.
_LONGEST_LINE = 1 << 13


class CommitLog:
    """The log file; whoever reads all of it checks the whole chain."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.witness = path.with_name("head.json")
        #: Where the witness is written before it takes its place; only one process writes at once.
        self.witness_draft = path.with_name(".head.json.part")

    def entries(self) -> list[LogEntry]:
        """Return every committed batch, oldest first.

        Raises LedgerDamaged where the chain breaks.
        """
        # NOTE: the witness is read before the log: an append in between must not look like a lost
        # line.
        seen = self._read_witness()
        entries, _ = self.read_after(NO_LINE)
        is_cut = seen.seq > len(entries)
        if is_cut or (seen.seq > 0 and entries[seen.seq - 1].hash != seen.hash):
            raise LedgerDamaged(f"the sequence log ends before line {seen.seq}", line=seen.seq)
        return entries

    def head(self) -> LogHead:
        """Return the last committed line.

        What the witness has seen is not read again: its line must stand where it stood, and the
        lines behind it must follow. Raises LedgerDamaged otherwise.
        """
        seen = self._read_witness()
        if seen.size < 0:
            entries = self.entries()
            last = entries[-1] if entries else None
            size = sum(len(line) + 1 for line in self._read_lines())
            return LogHead(last.seq, last.hash, size) if last else NO_LINE
        try:
            return self.read_after(seen)[1]
        except LedgerDamaged:
            self.entries()
            raise

    def read_after(self, known: LogHead) -> tuple[list[LogEntry], LogHead]:
        """Return the batches committed after a line that was read before, and the last line.

        Raises LedgerDamaged where the chain breaks, and when that line is not there any more.
        """
        entries: list[LogEntry] = []
        head = known
        for line in self._read_lines_after(known):
            number = head.seq + 1
            entry = _parse_line(line, number)
            follows = entry.seq == number and entry.previous == head.hash
            if not follows:
                raise LedgerDamaged(
                    f"line {number} of the sequence log does not follow the one before", line=number
                )
            head = LogHead(number, entry.hash, head.size + len(line) + 1)
            entries.append(entry)
        return entries, head

    def _read_lines_after(self, known: LogHead) -> list[bytes]:
        """Return the whole lines behind a known one; raises LedgerDamaged when it is not there."""
        if known.size == 0 and not self.path.exists():
            return []
        begin = max(known.size - _LONGEST_LINE, 0)
        try:
            with self.path.open("rb") as handle:
                handle.seek(begin)
                content = handle.read()
        except FileNotFoundError:
            content = b""
        before, after = content[: known.size - begin], content[known.size - begin :]
        is_cut = len(before) < known.size - begin
        if known.size and (is_cut or not _is_line_of(before, known)):
            raise LedgerDamaged(f"the sequence log has lost line {known.seq}", line=known.seq)
        whole, _, _ = after.rpartition(b"\n")
        return whole.split(b"\n") if whole else []

    def list_audit_heads(self) -> list[AuditHead]:
        """Return where the audit trail stood at each commit; none of a log that is damaged."""
        try:
            entries = self.entries()
        except LedgerDamaged:
            return []
        return [entry.audit for entry in entries if entry.audit]

    def has_witness(self) -> bool:
        """True when the witness is there, or there is no line to see; it may lag behind."""
        return not self._read_lines() or self._read_witness().seq >= 0

    def append(self, parts: Mapping[str, LedgerPart]) -> LogEntry:
        """Commit a batch: cut a torn tail, write the line, sync it.

        Raises StoreFull and leaves no half line.
        """
        head = self.head()
        body = {
            "seq": head.seq + 1,
            "at": datetime.now(UTC).isoformat(),
            "parts": {kind: asdict(part) for kind, part in parts.items()},
            "previous": head.hash,
        }
        audit = self._read_audit_head()
        if audit:
            body["audit"] = asdict(audit)
        body["hash"] = _hash_body(body)
        if head == NO_LINE:
            # NOTE: so that a crash between the first line and its witness does not look like a lost
            # witness.
            self._write_witness(NO_LINE)
        line = json.dumps(body, sort_keys=True).encode() + b"\n"
        self._write_line(line, head.size)
        self._write_witness(LogHead(head.seq + 1, str(body["hash"]), head.size + len(line)))
        return _make_entry(body)

    def _write_witness(self, seen: LogHead) -> None:
        """Write the witness, as far as that is possible.

        The line is the commit: a witness that finds no room any more must not undo it.
        """
        with contextlib.suppress(OSError, StoreFull):
            make_folder(self.path.parent)
            try:
                write_in_place(self.witness_draft, json.dumps(asdict(seen)).encode())
                self.witness_draft.replace(self.witness)
                sync_folder(self.path.parent)
            finally:
                self.witness_draft.unlink(missing_ok=True)

    def _read_witness(self) -> LogHead:
        """Return the last line it saw; -1 for its number when it is missing or unreadable.

        One written by an earlier version does not say where the line ends: -1 for the size.
        """
        try:
            known = json.loads(self.witness.read_bytes())
            return LogHead(int(known["seq"]), str(known["hash"]), int(known.get("size", -1)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return LogHead(-1, "", -1)

    def _read_audit_head(self) -> AuditHead | None:
        try:
            return parse_audit_head(json.loads(self.path.with_name(ANCHOR).read_bytes()))
        except (OSError, ValueError, RecursionError):
            return None

    def _read_lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        whole, _, _ = self.path.read_bytes().rpartition(b"\n")
        return whole.split(b"\n") if whole else []

    def _write_line(self, line: bytes, end: int) -> None:
        """Write a line behind the last committed one, which ends at `end`."""
        make_folder(self.path.parent)
        # NOTE: unbuffered: a buffer that found no room would be written again when the file is
        # closed.
        with open_private(self.path, os.O_APPEND) as handle:
            handle.truncate(end)
            try:
                write_all(handle, line)
                os.fsync(handle.fileno())
            except OSError as error:
                handle.truncate(end)
                raise translate_disk_error(error) from error


def _is_line_of(content: bytes, known: LogHead) -> bool:
    """Does the log, up to where a known line ended, end with that line?"""
    whole = content.removesuffix(b"\n")
    if whole == content:
        return False
    last = whole.rpartition(b"\n")[2]
    try:
        entry = _parse_line(last, known.seq)
    except LedgerDamaged:
        return False
    return (entry.seq, entry.hash) == (known.seq, known.hash)


def parse_audit_head(note: Any) -> AuditHead | None:
    """Return where the audit trail stood; None for anything else than such a note."""
    if not isinstance(note, dict):
        return None
    n, seen = note.get("n"), note.get("hash")
    if not isinstance(n, int) or n < 0 or not isinstance(seen, str):
        return None
    return AuditHead(n, seen)


def _parse_line(line: bytes, number: int) -> LogEntry:
    try:
        body = json.loads(line)
        given = body.pop("hash")
        expected = _hash_body(body)
        if given != expected:
            raise ValueError("hash")
        return _make_entry({**body, "hash": given})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LedgerDamaged(f"line {number} of the sequence log is damaged", line=number) from error


def _make_entry(body: dict[str, Any]) -> LogEntry:
    parts = {kind: LedgerPart(**part) for kind, part in body["parts"].items()}
    audit = parse_audit_head(body.get("audit"))
    return LogEntry(body["seq"], body["at"], parts, body["previous"], body["hash"], audit)


def _hash_body(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def list_parts(kind: str, entries: Sequence[LogEntry]) -> list[tuple[LedgerPart, int, int]]:
    """Return the files of a kind, each with its batch and the number of its first row.

    Rows are numbered among all of their kind; `entries` begin with the first batch.
    """
    parts: list[tuple[LedgerPart, int, int]] = []
    first = 0
    for entry in entries:
        part = entry.parts.get(kind)
        if part:
            parts.append((part, entry.seq, first))
            first += part.rows
    return parts
