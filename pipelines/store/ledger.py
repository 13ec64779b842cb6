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
from pipelines.store.fault import Fault
from pipelines.store.files import sha256, write_whole
from pipelines.store.home import Home, made_private
from pipelines.store.lock import WAIT_SECONDS, locked
from pipelines.store.newest import newest_records, newest_values, waiting
from pipelines.store.rows import KINDS, Batch, Kind, empty
from pipelines.store.sequence import Entry, Part, Sequence


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

    def __init__(self, root: Path, *, free_bytes: int = 0, wait_seconds: float = WAIT_SECONDS) -> None:
        self.folder = Home(root).ledger
        self.sequence = Sequence(self.folder / "sequence.jsonl")
        self._free_bytes = free_bytes
        self._wait_seconds = wait_seconds

    def append(self, batch: Batch) -> Receipt:
        """Commit a batch, all of it or nothing; raises StoreBusy, StoreFull, LedgerDamaged."""
        with self.locked():
            self.check_room()
            seq = len(self.sequence.entries()) + 1
            parts: dict[str, Part] = {}
            try:
                for kind, frame in batch.frames():
                    parts[kind] = self._write(kind, seq, frame.with_columns(seq=pl.lit(seq, pl.Int64)))
                entry = self.sequence.append(parts)
            except (OSError, StoreFull):
                for kind in KINDS:
                    self._path(kind, seq).unlink(missing_ok=True)
                raise
        return Receipt(entry.seq, entry.hash, sum(p.rows for p in parts.values()), sum(p.total for p in parts.values()))

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
        rows = pl.concat([self._read(part) for part in parts]) if parts else empty(kind)
        rows = rows.with_row_index("order")
        if reporters is not None:
            rows = rows.filter(pl.col("reporter").is_in(list(reporters)))
        if as_of is None or kind == "issues":
            return rows
        # NOTE: Polars compares times of one zone only.
        return rows.filter(pl.col("at" if kind == "decisions" else "received") <= as_of.astimezone(UTC))

    def newest(self, as_of: datetime | None = None, reporters: Collection[str] | None = None) -> pl.DataFrame:
        """One row per (reporter, period, field): the newest accepted value, `flagged` when a newer one was unusable."""
        return newest_values(self.frame("values", as_of, reporters), self.frame("decisions", as_of))

    def newest_records(
        self, register: str, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """One row per (reporter, record, field) of a register: its newest accepted text."""
        rows = self.frame("records", as_of, reporters).filter(pl.col("register") == register)
        return newest_records(rows, self.frame("decisions", as_of))

    def waiting(self, kind: Literal["values", "records"] = "values") -> pl.DataFrame:
        """One row per cell that came after its period was closed and nobody has approved yet."""
        return waiting(self.frame(kind), self.frame("decisions"))

    def verify(self) -> list[Fault]:
        """Every disagreement between the log and the files; empty when the ledger is sound."""
        try:
            entries = self.sequence.entries()
        except LedgerDamaged as error:
            return [Fault("doctor-sequence", str(error.values.get("line", "")))]
        unwitnessed = [] if self.sequence.witnessed() else [Fault("doctor-witness", "head.json")]
        return unwitnessed + [fault for entry in entries for fault in self._faults(entry)]

    def sweep(self) -> list[str]:
        """Remove files that no line of the log names (a crash before the commit); their names."""
        with self.locked():
            orphans = self.orphans()
            for name in orphans:
                (self.folder / name).unlink()
        return orphans

    def orphans(self) -> list[str]:
        """Names of files that no line of the log names; raises LedgerDamaged rather than doubt a committed one."""
        named = {p.name for e in self.sequence.entries() for p in e.parts.values()}
        written = [*self.folder.glob("*.parquet"), *self.folder.glob(".*.part")]
        return sorted(p.name for p in written if p.name not in named)

    def locked(self) -> AbstractContextManager[None]:
        """Hold the only pen; raises StoreBusy (Y002) when another process keeps it too long."""
        return locked(self.folder / "lock", self._wait_seconds)

    def check_room(self) -> None:
        """Raises StoreFull (Y001) before anything is written when too little room is left."""
        if shutil.disk_usage(made_private(self.folder)).free < self._free_bytes:
            raise StoreFull("too little room left on the disk to keep a receipt's promise")

    def _path(self, kind: Kind, seq: int) -> Path:
        return self.folder / f"{seq:06d}-{kind}.parquet"

    def _write(self, kind: Kind, seq: int, frame: pl.DataFrame) -> Part:
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        data = buffer.getvalue()
        path = self._path(kind, seq)
        write_whole(path, data)
        total = int(frame["value"].sum() or 0) if kind == "values" else 0
        return Part(path.name, hashlib.sha256(data).hexdigest(), frame.height, total)

    def _read(self, part: Part) -> pl.DataFrame:
        """A committed file, its bytes checked first: Parquet pages carry no checksum of their own."""
        try:
            data = (self.folder / part.name).read_bytes()
        except FileNotFoundError as error:
            raise LedgerDamaged(f"{part.name} is gone", name=part.name) from error
        if hashlib.sha256(data).hexdigest() != part.sha256:
            raise LedgerDamaged(f"{part.name} is not what was written", name=part.name)
        return pl.read_parquet(io.BytesIO(data))

    def _faults(self, entry: Entry) -> Iterator[Fault]:
        for part in entry.parts.values():
            path = self.folder / part.name
            if not path.exists():
                yield Fault("doctor-missing", part.name)
            elif sha256(path) != part.sha256:
                yield Fault("doctor-changed", part.name)
