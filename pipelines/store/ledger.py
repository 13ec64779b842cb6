"""The ledger: append-only Parquet of every cell ever received.

It is the truth: builds, checks and templates ask for its newest values, nothing is changed or
removed.
"""

import hashlib
import io
import shutil
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.errors import LedgerDamaged, StoreFull
from pipelines.store.atomic_files import WAIT_SECONDS, file_lock, hash_file, write_atomically
from pipelines.store.commit_log import CommitLog, LedgerPart, LogEntry
from pipelines.store.integrity_fault import IntegrityFault
from pipelines.store.latest_values import (
    select_newest_records,
    select_newest_values,
    select_waiting,
)
from pipelines.store.paths import DataPaths, made_private
from pipelines.store.schema import KINDS, Kind, LedgerBatch, empty_frame


@dataclass(frozen=True)
class Receipt:
    """Given only when the batch is on the disk."""

    seq: int
    #: The hash of the batch's line in the sequence log, which holds the hash of the line before.
    sha256: str
    rows: int
    #: The sum of its values.
    total: int


class Ledger:
    """The ledger of one home."""

    def __init__(
        self, root: Path, *, free_bytes: int = 0, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self.folder = DataPaths(root).ledger
        self.sequence = CommitLog(self.folder / "sequence.jsonl")
        self._free_bytes = free_bytes
        self._wait_seconds = wait_seconds

    def append(self, batch: LedgerBatch) -> Receipt:
        """Commit a batch, all of it or nothing; raises StoreBusy, StoreFull, LedgerDamaged."""
        with self.writer_lock():
            self.check_room()
            seq = len(self.sequence.entries()) + 1
            batch_number = pl.lit(seq, pl.Int64)
            parts: dict[str, LedgerPart] = {}
            try:
                for kind, frame in batch.frames():
                    numbered = frame.with_columns(seq=batch_number)
                    parts[kind] = self._write_part(kind, seq, numbered)
                entry = self.sequence.append(parts)
            except (OSError, StoreFull):
                for kind in KINDS:
                    part_file = self._part_path(kind, seq)
                    part_file.unlink(missing_ok=True)
                raise

        rows = sum(part.rows for part in parts.values())
        total = sum(part.total for part in parts.values())
        return Receipt(entry.seq, entry.hash, rows, total)

    def head(self) -> int:
        """Return the number of the last committed batch; 0 for an empty ledger."""
        return len(self.sequence.entries())

    def frame(
        self, kind: Kind, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return every committed row of a kind in the order received, with its `order`.

        Only those received by `as_of`, only those of `reporters`; raises LedgerDamaged when a file
        is not what was written.
        """
        rows = self._read_kind(kind).with_row_index("order")
        if reporters is not None:
            rows = rows.filter(pl.col("reporter").is_in(list(reporters)))
        if as_of is None or kind == "issues":
            return rows

        column = "at" if kind == "decisions" else "received"
        # NOTE: Polars compares times of one zone only.
        return rows.filter(pl.col(column) <= as_of.astimezone(UTC))

    def _read_kind(self, kind: Kind) -> pl.DataFrame:
        """Return the rows of every committed file of a kind."""
        entries = self.sequence.entries()
        frames = [self._read_part(entry.parts[kind]) for entry in entries if kind in entry.parts]
        return pl.concat(frames) if frames else empty_frame(kind)

    def newest_values(
        self, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return one row per (reporter, period, field): the newest accepted value.

        It is `flagged` when a newer one was unusable.
        """
        values = self.frame("values", as_of, reporters)
        return select_newest_values(values, self.frame("decisions", as_of))

    def newest_records(
        self, register: str, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return one row per (reporter, record, field) of a register: its newest accepted text."""
        rows = self.frame("records", as_of, reporters).filter(pl.col("register") == register)
        return select_newest_records(rows, self.frame("decisions", as_of))

    def values_waiting(self, kind: Literal["values", "records"] = "values") -> pl.DataFrame:
        """Return the cells that came after their period was closed and wait for approval."""
        return select_waiting(self.frame(kind), self.frame("decisions"))

    def verify(self) -> list[IntegrityFault]:
        """Return every disagreement between the log and the files."""
        try:
            entries = self.sequence.entries()
        except LedgerDamaged as error:
            line = str(error.values.get("line", ""))
            damage = IntegrityFault("doctor-sequence", line)
            return [damage]

        faults: list[IntegrityFault] = []
        if not self.sequence.has_witness():
            faults.append(IntegrityFault("doctor-witness", "head.json"))
        for entry in entries:
            faults.extend(self._entry_faults(entry))
        return faults

    def sweep_orphans(self) -> list[str]:
        """Remove files that no line of the log names and return their names.

        They are left by a crash before the commit.
        """
        with self.writer_lock():
            orphans = self.list_orphans()
            for name in orphans:
                (self.folder / name).unlink()
        return orphans

    def list_orphans(self) -> list[str]:
        """Return names of files that no line of the log names.

        Raises LedgerDamaged rather than doubt a committed one.
        """
        named: set[str] = set()
        for entry in self.sequence.entries():
            named.update(entry.part_names)
        paths = [*self.folder.glob("*.parquet"), *self.folder.glob(".*.part")]
        return sorted(path.name for path in paths if path.name not in named)

    def writer_lock(self) -> AbstractContextManager[None]:
        """Hold the only lock for writing.

        Raises StoreBusy (Y002) when another process keeps it too long.
        """
        return file_lock(self.folder / "lock", self._wait_seconds)

    def check_room(self) -> None:
        """Raise StoreFull (Y001) before anything is written when too little room is left."""
        if shutil.disk_usage(made_private(self.folder)).free < self._free_bytes:
            raise StoreFull("too little room left on the disk to keep a receipt's promise")

    def _part_path(self, kind: Kind, seq: int) -> Path:
        return self.folder / f"{seq:06d}-{kind}.parquet"

    def _write_part(self, kind: Kind, seq: int, frame: pl.DataFrame) -> LedgerPart:
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        data = buffer.getvalue()
        path = self._part_path(kind, seq)
        write_atomically(path, data)
        total = 0
        if kind == "values":
            total = int(frame["value"].sum() or 0)
        return LedgerPart(path.name, hashlib.sha256(data).hexdigest(), frame.height, total)

    def _read_part(self, part: LedgerPart) -> pl.DataFrame:
        """Return a committed file, its bytes checked first.

        Parquet pages carry no checksum of their own.
        """
        try:
            data = (self.folder / part.name).read_bytes()
        except FileNotFoundError as error:
            raise LedgerDamaged(f"{part.name} is gone", name=part.name) from error
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise LedgerDamaged(f"{part.name} is not what was written", name=part.name)
        return pl.read_parquet(io.BytesIO(data))

    def _entry_faults(self, entry: LogEntry) -> Iterator[IntegrityFault]:
        for part in entry.parts.values():
            path = self.folder / part.name
            try:
                is_changed = hash_file(path) != part.sha256
            except FileNotFoundError:
                yield IntegrityFault("doctor-missing", part.name)
            except OSError:
                yield IntegrityFault("doctor-unreadable", str(path))
            else:
                if is_changed:
                    yield IntegrityFault("doctor-changed", part.name)
