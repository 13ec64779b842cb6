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
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import LedgerDamaged, StoreFull
from pipelines.store.atomic_files import (
    make_folder,
    open_private,
    translate_disk_error,
    write_all,
    write_atomically,
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


class CommitLog:
    """The log file; every read checks the chain."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.witness = path.with_name("head.json")

    def entries(self) -> list[LogEntry]:
        """Return every committed batch, oldest first.

        Raises LedgerDamaged where the chain breaks.
        """
        entries: list[LogEntry] = []
        previous = GENESIS
        # NOTE: the witness is read before the log: an append in between must not look like a lost
        # line.
        seq, witnessed_hash = self._read_witness()
        for number, line in enumerate(self._read_lines(), 1):
            entry = _parse_line(line, number)
            if entry.seq != number or entry.previous != previous:
                raise LedgerDamaged(
                    f"line {number} of the sequence log does not follow the one before", line=number
                )
            previous = entry.hash
            entries.append(entry)

        is_cut = seq > len(entries)
        if is_cut or (seq > 0 and entries[seq - 1].hash != witnessed_hash):
            raise LedgerDamaged(f"the sequence log ends before line {seq}", line=seq)
        return entries

    def list_audit_heads(self) -> list[AuditHead]:
        """Return where the audit trail stood at each commit; none of a log that is damaged."""
        try:
            entries = self.entries()
        except LedgerDamaged:
            return []
        return [entry.audit for entry in entries if entry.audit]

    def has_witness(self) -> bool:
        """True when the witness is there, or there is no line to see; it may lag behind."""
        return not self._read_lines() or self._read_witness()[0] >= 0

    def append(self, parts: Mapping[str, LedgerPart]) -> LogEntry:
        """Commit a batch: cut a torn tail, write the line, sync it.

        Raises StoreFull and leaves no half line.
        """
        entries = self.entries()
        previous = entries[-1].hash if entries else GENESIS
        body = {
            "seq": len(entries) + 1,
            "at": datetime.now(UTC).isoformat(),
            "parts": {kind: asdict(part) for kind, part in parts.items()},
            "previous": previous,
        }
        audit = self._read_audit_head()
        if audit:
            body["audit"] = asdict(audit)
        body["hash"] = _hash_body(body)
        if not entries:
            # NOTE: so that a crash between the first line and its witness does not look like a lost
            # witness.
            self._write_witness(0, GENESIS)
        self._write_line(json.dumps(body, sort_keys=True).encode() + b"\n")
        self._write_witness(len(entries) + 1, str(body["hash"]))
        return _make_entry(body)

    def _write_witness(self, seq: int, seen: str) -> None:
        """Write the witness, as far as that is possible.

        The line is the commit: a witness that finds no room any more must not undo it.
        """
        with contextlib.suppress(OSError, StoreFull):
            make_folder(self.path.parent)
            write_atomically(self.witness, json.dumps({"seq": seq, "hash": seen}).encode())

    def _read_witness(self) -> tuple[int, str]:
        """Return the last line it saw, as number and hash; -1 when it is missing or unreadable."""
        try:
            known = json.loads(self.witness.read_bytes())
            return int(known["seq"]), str(known["hash"])
        except (OSError, ValueError, KeyError, TypeError):
            return -1, ""

    def _read_audit_head(self) -> AuditHead | None:
        try:
            return parse_audit_head(json.loads(self.path.with_name(ANCHOR).read_bytes()))
        except (OSError, ValueError):
            return None

    def _read_lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        whole, _, _ = self.path.read_bytes().rpartition(b"\n")
        return whole.split(b"\n") if whole else []

    def _write_line(self, line: bytes) -> None:
        make_folder(self.path.parent)
        end = sum(len(known) + 1 for known in self._read_lines())
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
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerDamaged(f"line {number} of the sequence log is damaged", line=number) from error


def _make_entry(body: dict[str, Any]) -> LogEntry:
    parts = {kind: LedgerPart(**part) for kind, part in body["parts"].items()}
    audit = parse_audit_head(body.get("audit"))
    return LogEntry(body["seq"], body["at"], parts, body["previous"], body["hash"], audit)


def _hash_body(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
