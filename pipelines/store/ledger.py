"""The ledger: append-only Parquet of every cell ever received; batches in, rows and newest values out.

It is the truth: builds, checks and templates ask `newest`, nothing is changed or removed.
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
            parts: dict[str, LedgerPart] = {}
            try:
                for kind, frame in batch.frames():
                    parts[kind] = self._write_part(
                        kind, seq, frame.with_columns(seq=pl.lit(seq, pl.Int64))
                    )
                entry = self.sequence.append(parts)
            except (OSError, StoreFull):
                for kind in KINDS:
                    self._part_path(kind, seq).unlink(missing_ok=True)
                raise
        return Receipt(
            entry.seq,
            entry.hash,
            sum(p.rows for p in parts.values()),
            sum(p.total for p in parts.values()),
        )

    def head(self) -> int:
        """The number of the last committed batch; 0 for an empty ledger."""
        return len(self.sequence.entries())

    def frame(
        self, kind: Kind, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Every committed row of a kind in the order received, with its `order`.

        Only those received by `as_of`, only those of `reporters`; raises LedgerDamaged when a file is not what
        was written.
        """
        parts = [e.parts[kind] for e in self.sequence.entries() if kind in e.parts]
        rows = pl.concat([self._read_part(part) for part in parts]) if parts else empty_frame(kind)
        rows = rows.with_row_index("order")
        if reporters is not None:
            rows = rows.filter(pl.col("reporter").is_in(list(reporters)))
        if as_of is None or kind == "issues":
            return rows
        # NOTE: Polars compares times of one zone only.
        return rows.filter(
            pl.col("at" if kind == "decisions" else "received") <= as_of.astimezone(UTC)
        )

    def newest_values(
        self, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """One row per (reporter, period, field): the newest accepted value, `flagged` when a newer one was unusable."""
        return select_newest_values(
            self.frame("values", as_of, reporters), self.frame("decisions", as_of)
        )

    def newest_records(
        self, register: str, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """One row per (reporter, record, field) of a register: its newest accepted text."""
        rows = self.frame("records", as_of, reporters).filter(pl.col("register") == register)
        return select_newest_records(rows, self.frame("decisions", as_of))

    def values_waiting(self, kind: Literal["values", "records"] = "values") -> pl.DataFrame:
        """One row per cell that came after its period was closed and nobody has approved yet."""
        return select_waiting(self.frame(kind), self.frame("decisions"))

    def verify(self) -> list[IntegrityFault]:
        """Every disagreement between the log and the files; empty when the ledger is sound."""
        try:
            entries = self.sequence.entries()
        except LedgerDamaged as error:
            return [IntegrityFault("doctor-sequence", str(error.values.get("line", "")))]
        unwitnessed = (
            [] if self.sequence.has_witness() else [IntegrityFault("doctor-witness", "head.json")]
        )
        return unwitnessed + [fault for entry in entries for fault in self._entry_faults(entry)]

    def sweep_orphans(self) -> list[str]:
        """Remove files that no line of the log names (a crash before the commit); their names."""
        with self.writer_lock():
            orphans = self.list_orphans()
            for name in orphans:
                (self.folder / name).unlink()
        return orphans

    def list_orphans(self) -> list[str]:
        """Names of files that no line of the log names; raises LedgerDamaged rather than doubt a committed one."""
        named = {p.name for e in self.sequence.entries() for p in e.parts.values()}
        written = [*self.folder.glob("*.parquet"), *self.folder.glob(".*.part")]
        return sorted(p.name for p in written if p.name not in named)

    def writer_lock(self) -> AbstractContextManager[None]:
        """Hold the only pen; raises StoreBusy (Y002) when another process keeps it too long."""
        return file_lock(self.folder / "lock", self._wait_seconds)

    def check_room(self) -> None:
        """Raises StoreFull (Y001) before anything is written when too little room is left."""
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
        total = int(frame["value"].sum() or 0) if kind == "values" else 0
        return LedgerPart(path.name, hashlib.sha256(data).hexdigest(), frame.height, total)

    def _read_part(self, part: LedgerPart) -> pl.DataFrame:
        """A committed file, its bytes checked first: Parquet pages carry no checksum of their own."""
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
            if not path.exists():
                yield IntegrityFault("doctor-missing", part.name)
            elif hash_file(path) != part.sha256:
                yield IntegrityFault("doctor-changed", part.name)
