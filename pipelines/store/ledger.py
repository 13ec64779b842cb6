"""The ledger: append-only Parquet of every cell ever received.

It is the truth: builds, checks and templates ask for its newest values, nothing is changed or
removed.
"""

import hashlib
import io
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.errors import LedgerDamaged, StoreFull
from pipelines.store.atomic_files import WAIT_SECONDS, file_lock, hash_file, write_in_place
from pipelines.store.commit_log import CommitLog, LedgerPart, LogEntry, list_parts
from pipelines.store.integrity_fault import IntegrityFault
from pipelines.store.latest_values import (
    select_newest_records,
    select_newest_values,
    select_received,
    select_waiting,
)
from pipelines.store.ledger_index import IndexedPart, LedgerIndex
from pipelines.store.paths import DataPaths, made_private
from pipelines.store.schema import KINDS, Kind, LedgerBatch, empty_frame, join_frames
from pipelines.store.segments import (
    NO_SEGMENTS,
    MergedRun,
    Segment,
    SegmentIndex,
    SegmentList,
)

#: Kinds whose rows belong to reporters.
OWNED_KINDS = ("values", "records")


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
        self.segments = SegmentIndex(self.folder)
        self.index = LedgerIndex(self.sequence, self._read_batch)
        #: By kind, the merged run read last and its rows by batch.
        self._merged: dict[Kind, tuple[MergedRun, Mapping[int, pl.DataFrame]]] = {}
        self._free_bytes = free_bytes
        self._wait_seconds = wait_seconds

    def append(self, batch: LedgerBatch) -> Receipt:
        """Commit a batch, all of it or nothing; raises StoreBusy, StoreFull, LedgerDamaged."""
        with self.writer_lock():
            self.check_room()
            seq = self.head() + 1
            batch_number = pl.lit(seq, pl.Int64)
            parts: dict[str, LedgerPart] = {}
            written: dict[str, pl.DataFrame] = {}
            # NOTE: what a crash left of this batch would stand beside it.
            self._remove_parts(seq)
            try:
                for kind, frame in batch.frames():
                    numbered = frame.with_columns(seq=batch_number)
                    parts[kind] = self._write_part(kind, seq, numbered)
                    written[parts[kind].name] = numbered
                entry = self.sequence.append(parts)
            except (OSError, StoreFull):
                self._remove_parts(seq)
                raise
            self.index.refresh(written)

        rows = sum(part.rows for part in parts.values())
        total = sum(part.total for part in parts.values())
        return Receipt(entry.seq, entry.hash, rows, total)

    def head(self) -> int:
        """Return the number of the last committed batch; 0 for an empty ledger."""
        return self.sequence.head().seq

    def frame(
        self, kind: Kind, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return every committed row of a kind in the order received, with its `order`.

        Only those received by `as_of`, only those of `reporters`, for whom no other files are
        read; raises LedgerDamaged when a file is not what was written.
        """
        if reporters is None:
            rows = self.read_batches(kind, 1)
        else:
            owners = reporters if kind in OWNED_KINDS else None
            rows = self._read_parts(kind, self.index.find_parts(kind, owners), owners)
            rows = rows.filter(pl.col("reporter").is_in(list(reporters)))
        return select_received(rows, kind, as_of)

    def decisions(self, as_of: datetime | None = None) -> pl.DataFrame:
        """Return every decision; no other file than those that hold one is read."""
        rows = self._read_parts("decisions", self.index.find_parts("decisions"))
        return select_received(rows, "decisions", as_of)

    def batch_frame(self, kind: Kind, receipt: str) -> pl.DataFrame:
        """Return the rows of one receipt, read from its batch alone."""
        rows = self._read_parts(kind, self.index.find_batch(kind, receipt))
        return rows.filter(pl.col("submission") == receipt)

    def _read_parts(
        self, kind: Kind, parts: Sequence[IndexedPart], owners: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return the rows of some batches, each with its `order` among all of its kind.

        Of batches that were merged also rows of others may come along: those that lie in a file
        with rows of `owners`, reporters or registers.
        """
        known = self.segments.read()
        runs = known.find_runs([part.seq for part in parts])
        frames = self._read_runs(kind, runs, owners)
        for one in parts:
            if one.seq > known.last:
                frames.append(self._read_part(one.part).with_row_index("order", offset=one.first))
        return join_frames(kind, frames)

    def read_batches(self, kind: Kind, first: int, last: int | None = None) -> pl.DataFrame:
        """Return the rows of a kind in the batches from `first` to `last`, with their `order`.

        A run of merged batches is read only when all of it lies there. Raises LedgerDamaged when a
        file is not what was written.
        """
        known, log = self.read_log()
        entries = log[:last]
        runs = [run for run in known.runs if first <= run.first and run.last <= len(entries)]
        begin = max(first, known.last + 1)
        return join_frames(
            kind, [*self._read_runs(kind, runs), *self._read_own(kind, entries, begin)]
        )

    def read_log(self) -> tuple[SegmentList, list[LogEntry]]:
        """Return which batches are merged, and every batch.

        Raises LedgerDamaged where the chain breaks, and for segments of another log.
        """
        # NOTE: the list before the log, which only grows: a compaction in between hides nothing.
        known = self.segments.read()
        log = self.sequence.entries()
        if not known.fits(log):
            name = self.segments.path.name
            raise LedgerDamaged(f"{name} is of another log", name=name)
        return known, log

    def _read_own(
        self, kind: Kind, entries: Sequence[LogEntry], begin: int
    ) -> Iterator[pl.DataFrame]:
        """Yield the rows of batches from `begin` on, read from their own files."""
        for part, seq, first in list_parts(kind, entries):
            if seq >= begin:
                yield self._read_part(part).with_row_index("order", offset=first)

    def _read_runs(
        self, kind: Kind, runs: Iterable[MergedRun], owners: Collection[str] | None = None
    ) -> list[pl.DataFrame]:
        segments = [one for run in runs for one in run.find_segments(kind, owners)]
        return list(map(self.read_segment, segments))

    def _read_batch(self, kind: Kind, seq: int, part: LedgerPart) -> pl.DataFrame:
        """Return a batch's rows from its own file, or where that was discarded from segments."""
        runs = self.segments.read().find_runs([seq])
        if not runs or (self.folder / part.name).exists():
            return self._read_part(part)
        return self._split_run(kind, runs[0]).get(seq, empty_frame(kind))

    def _split_run(self, kind: Kind, run: MergedRun) -> Mapping[int, pl.DataFrame]:
        """Map the batches of a merged run to their rows; the run read last is kept."""
        known = self._merged.get(kind)
        if known and known[0] == run:
            return known[1]
        rows = join_frames(kind, self._read_runs(kind, [run])).drop("order")
        batches: dict[int, pl.DataFrame] = {}
        for key, own in rows.partition_by("seq", as_dict=True).items():
            batches[key[0]] = own
        self._merged[kind] = run, batches
        return batches

    def newest_values(
        self, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return one row per (reporter, period, field): the newest accepted value.

        It is `flagged` when a newer one was unusable.
        """
        decisions = self._choose_decisions(as_of, reporters)
        return select_newest_values(self.frame("values", as_of, reporters), decisions)

    def _choose_decisions(
        self, as_of: datetime | None, reporters: Collection[str] | None
    ) -> pl.DataFrame:
        """Return the decisions, by the index where it finds the rows too."""
        if reporters is None:
            return self.frame("decisions", as_of)
        return self.decisions(as_of)

    def newest_records(
        self, register: str, as_of: datetime | None = None, reporters: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return one row per (reporter, record, field) of a register: its newest accepted text."""
        rows = self.frame("records", as_of, reporters).filter(pl.col("register") == register)
        return select_newest_records(rows, self._choose_decisions(as_of, reporters))

    def register_frame(
        self, registers: Collection[str], as_of: datetime | None = None
    ) -> pl.DataFrame:
        """Return every row of these registers; no file without their lines is read."""
        parts = self.index.find_parts("records", registers)
        rows = self._read_parts("records", parts, registers)
        own = rows.filter(pl.col("register").is_in(list(registers)))
        return select_received(own, "records", as_of)

    def newest_registers(self, registers: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return the newest accepted texts of each of these registers, as `newest_records`."""
        rows = self.register_frame(registers)
        decisions = self.decisions()
        newest: dict[str, pl.DataFrame] = {}
        for register in registers:
            own = rows.filter(pl.col("register") == register)
            newest[register] = select_newest_records(own, decisions)
        return newest

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
        faults.extend(self._own_faults(entries))
        return faults

    def _own_faults(self, entries: Sequence[LogEntry]) -> Iterator[IntegrityFault]:
        """Yield every disagreement between the log's lines, the segments and the files."""
        known, faults = self._try_segments()
        yield from faults
        for entry in entries:
            yield from self._entry_faults(entry, is_merged=entry.seq <= known.last)
        yield from self._segment_faults(known)

    def _try_segments(self) -> tuple[SegmentList, list[IntegrityFault]]:
        """Return the list of segments; an empty one, and the fault, when it is damaged."""
        try:
            return self.segments.read(), []
        except LedgerDamaged:
            return NO_SEGMENTS, [IntegrityFault("doctor-changed", self.segments.path.name)]

    def _segment_faults(self, known: SegmentList) -> Iterator[IntegrityFault]:
        """Yield segments that are not what was written, or not what the log says of their rows."""
        entries = self.sequence.entries()
        if not known.fits(entries):
            yield IntegrityFault("doctor-changed", self.segments.path.name)
            return
        for run in known.runs:
            yield from self._run_faults(run, entries[run.first - 1 : run.last])

    def _run_faults(self, run: MergedRun, entries: Sequence[LogEntry]) -> Iterator[IntegrityFault]:
        faults: list[IntegrityFault] = []
        for segment in run.all_segments:
            faults += self._file_faults(segment)
        yield from faults
        wrong = () if faults else (kind for kind in KINDS if not self._holds(run, kind, entries))
        for kind in wrong:
            yield IntegrityFault("doctor-changed", run.find_segments(kind)[0].name)

    def _holds(self, run: MergedRun, kind: Kind, entries: Sequence[LogEntry]) -> bool:
        """Do a run's segments hold as many rows of each batch, of that sum, as the log says?"""
        rows = join_frames(kind, self._read_runs(kind, [run]))
        total = pl.col("value").sum() if kind == "values" else pl.lit(0)
        counts = rows.group_by("seq").agg(pl.len().alias("rows"), total.alias("total"))
        said = {(entry.seq, *entry.count(kind)) for entry in entries if kind in entry.parts}
        return set(counts.iter_rows()) == said

    def sweep_orphans(self) -> list[str]:
        """Remove what a crash left before its commit, and return the names.

        That is a file of the batch behind the last one committed, whole or half.
        """
        with self.writer_lock():
            # NOTE: the folder is not listed: it holds some files for every receipt ever given.
            following = self.head() + 1
            paths = [self._part_path(kind, following) for kind in KINDS]
            orphans = [path for path in (*paths, self.sequence.witness_draft) if path.exists()]
            for path in orphans:
                path.unlink()
        return sorted(path.name for path in orphans)

    def list_orphans(self) -> list[str]:
        """Return names of files that no line of the log names.

        Raises LedgerDamaged rather than doubt a committed one.
        """
        named = set(self.segments.read().names)
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

    def _remove_parts(self, seq: int) -> None:
        """Remove the files of a batch that was never committed."""
        for kind in KINDS:
            self._part_path(kind, seq).unlink(missing_ok=True)

    def _part_path(self, kind: Kind, seq: int) -> Path:
        return self.folder / f"{seq:06d}-{kind}.parquet"

    def _write_part(self, kind: Kind, seq: int, frame: pl.DataFrame) -> LedgerPart:
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        data = buffer.getvalue()
        path = self._part_path(kind, seq)
        write_in_place(path, data)
        total = 0
        if kind == "values":
            total = int(frame["value"].sum() or 0)
        return LedgerPart(path.name, hashlib.sha256(data).hexdigest(), frame.height, total)

    def _read_part(self, part: LedgerPart) -> pl.DataFrame:
        """Return a committed file; raises LedgerDamaged when it is not what was written."""
        return self._read_file(part.name, part.sha256)

    def read_segment(self, segment: Segment) -> pl.DataFrame:
        """Return merged rows with their `order`, sorted by reporter; raises LedgerDamaged."""
        return self._read_file(segment.name, segment.sha256)

    def _read_file(self, name: str, sha256: str) -> pl.DataFrame:
        """Return the rows of a file, its bytes checked first.

        Parquet pages carry no checksum of their own.
        """
        try:
            data = (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise LedgerDamaged(f"{name} is gone", name=name) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LedgerDamaged(f"{name} is not what was written", name=name)
        return pl.read_parquet(io.BytesIO(data))

    def _entry_faults(self, entry: LogEntry, *, is_merged: bool) -> Iterator[IntegrityFault]:
        """Yield the faults of a batch's own files; of a merged one they may be discarded."""
        for part in entry.parts.values():
            if not is_merged or (self.folder / part.name).exists():
                yield from self._file_faults(part)

    def _file_faults(self, file: LedgerPart | Segment) -> Iterator[IntegrityFault]:
        path = self.folder / file.name
        try:
            is_changed = hash_file(path) != file.sha256
        except FileNotFoundError:
            yield IntegrityFault("doctor-missing", file.name)
        except OSError:
            yield IntegrityFault("doctor-unreadable", str(path))
        else:
            if is_changed:
                yield IntegrityFault("doctor-changed", file.name)
