"""Merge small batches into sorted segments, so that a receipt reads few files of its reporters.

Nothing is said anew: rows keep their batch and their place among all of their kind. The batches'
own files stay until they are discarded, so that there is a way back. Killed at any instant the
ledger is whole: files that `segments.json` does not name do not count, and it is replaced in one
step after everything it names was written, synced, read again and compared.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import StoreError
from pipelines.operating_system import sync_folder
from pipelines.store.atomic_files import file_lock, hash_file, write_in_place
from pipelines.store.commit_log import LogEntry
from pipelines.store.ledger import OWNED_KINDS, Ledger
from pipelines.store.schema import KINDS, Kind
from pipelines.store.segments import MergedRun, Segment, SegmentList

#: So many batches that were never merged are worth a merge nobody asked for.
MANY_BATCHES = 200
#: About so many rows a file: some ten kilobytes, read in a millisecond.
SEGMENT_ROWS = 5_000
#: A run of more rows is not merged again: a merge holds its rows in memory.
MOST_ROWS = 2_000_000
LOCK = "compact.lock"
#: Wait so long for another compaction; it may be merging millions of rows.
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Compaction:
    """What was merged: the batches, their rows, and the files that hold them now."""

    batches: int
    rows: int
    files: int


def count_unmerged(ledger: Ledger) -> int:
    """Return how many batches have never been merged."""
    return max(ledger.head() - ledger.segments.read().last, 0)


def compact_if_many(ledger: Ledger) -> Compaction | None:
    """Merge when many small batches stand; None when there was too little to do."""
    return compact_ledger(ledger) if count_unmerged(ledger) >= MANY_BATCHES else None


def compact_ledger(ledger: Ledger) -> Compaction | None:
    """Merge every batch that stands alone, and runs that are not much larger than what is new.

    Returns None when there is nothing to merge. Raises StoreBusy, StoreFull, LedgerDamaged; the
    ledger is then what it was.
    """
    with file_lock(ledger.folder / LOCK, WAIT_SECONDS):
        known = ledger.segments.read()
        fresh = ledger.sequence.entries()[known.last :]
        if not fresh:
            return None
        _sweep(ledger, known)
        merged = _choose_runs(known.runs, _count_rows(fresh))
        first = merged[0].first if merged else fresh[0].seq
        run = _write_run(ledger, first, fresh[-1])
        with ledger.writer_lock():
            ledger.segments.write(_replace_runs(known, merged, run))
    return Compaction(run.last - run.first + 1, run.rows, len(run.names))


def _replace_runs(known: SegmentList, merged: Sequence[MergedRun], run: MergedRun) -> SegmentList:
    """Return the list with one run in place of its newest ones, whose files are retired."""
    kept = known.runs[: len(known.runs) - len(merged)]
    retired: list[str] = []
    for old in merged:
        retired += old.names
    return SegmentList((*kept, run), tuple(retired))


def undo_compaction(ledger: Ledger) -> int:
    """Read the batches' own files again and remove the segments; return the batches given back.

    Raises StoreError when a file of theirs is not there any more, or not what was written: then
    nothing is changed.
    """
    with file_lock(ledger.folder / LOCK, WAIT_SECONDS):
        known = ledger.segments.read()
        for entry in ledger.sequence.entries()[: known.last]:
            _check_own_files(ledger, entry)
        with ledger.writer_lock():
            ledger.segments.remove()
            sync_folder(ledger.folder)
        _remove_files(ledger, known.names)
        return known.last


def discard_merged(ledger: Ledger) -> int:
    """Remove the own files of merged batches; return how many. There is no way back then.

    Raises StoreError, with nothing removed, unless every segment is what was written and holds
    what the log says.
    """
    with file_lock(ledger.folder / LOCK, WAIT_SECONDS):
        known = ledger.segments.read()
        _refuse_faults(ledger)
        names: list[str] = []
        for entry in ledger.sequence.entries()[: known.last]:
            names += entry.part_names
        return _remove_files(ledger, names)


def _refuse_faults(ledger: Ledger) -> None:
    for fault in ledger.verify():
        if fault.grave:
            raise StoreError(fault.subject, code="compact_damaged", name=fault.subject)


def _choose_runs(runs: Sequence[MergedRun], fresh_rows: int) -> Sequence[MergedRun]:
    """Return the newest runs that are merged with the new rows.

    A run is taken up while it is at most twice as large as what comes after it: each row is written
    a few times in all, and few runs stand.
    """
    at, rows = len(runs), fresh_rows
    while at and runs[at - 1].rows <= 2 * rows and rows + runs[at - 1].rows <= MOST_ROWS:
        at -= 1
        rows += runs[at].rows
    return runs[at:]


def _count_rows(entries: Sequence[LogEntry]) -> int:
    return sum(part.rows for entry in entries for part in entry.parts.values())


def _write_run(ledger: Ledger, first: int, last: LogEntry) -> MergedRun:
    """Write the segments of the batches from `first` to the log's line `last`, not yet named."""
    segments: dict[str, tuple[Segment, ...]] = {}
    for kind in KINDS:
        rows = ledger.read_batches(kind, first, last.seq)
        if rows.height:
            segments[kind] = _write_verified(ledger, kind, (first, last.seq), rows)
    return MergedRun(first, last.seq, last.hash, segments)


def _write_verified(
    ledger: Ledger, kind: Kind, batches: tuple[int, int], rows: pl.DataFrame
) -> tuple[Segment, ...]:
    segments = tuple(_write_segments(ledger, kind, batches, rows))
    _compare(ledger, segments, rows)
    return segments


def _write_segments(
    ledger: Ledger, kind: Kind, batches: tuple[int, int], rows: pl.DataFrame
) -> Iterator[Segment]:
    """Write rows file by file, sorted by reporter; all of a reporter's lie in one file."""
    for number, piece in enumerate(_split_rows(kind, rows)):
        name = f"{batches[0]:06d}-{batches[1]:06d}-{kind}-{number:03d}.parquet"
        buffer = io.BytesIO()
        piece.write_parquet(buffer)
        data = buffer.getvalue()
        write_in_place(ledger.folder / name, data)
        digest = hashlib.sha256(data).hexdigest()
        if kind not in OWNED_KINDS:
            yield Segment(name, digest, piece.height)
            continue
        low, high = piece["reporter"][0], piece["reporter"][-1]
        registers = sorted(piece["register"].unique()) if kind == "records" else []
        yield Segment(name, digest, piece.height, low, high, tuple(registers))


def _split_rows(kind: Kind, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield rows in slices of about SEGMENT_ROWS, a reporter's never apart."""
    if kind not in OWNED_KINDS:
        yield from rows.iter_slices(SEGMENT_ROWS)
        return
    ordered = rows.sort("reporter", "order")
    counts = ordered.group_by("reporter", maintain_order=True).len()
    begin = size = 0
    for count in counts["len"]:
        if size and size + count > SEGMENT_ROWS:
            yield ordered.slice(begin, size)
            begin, size = begin + size, 0
        size += count
    yield ordered.slice(begin, size)


def _compare(ledger: Ledger, segments: Sequence[Segment], rows: pl.DataFrame) -> None:
    """Raise StoreError unless the files, read from the disk again, hold exactly these rows."""
    written = pl.concat(map(ledger.read_segment, segments)).sort("order")
    if not written.equals(rows):
        name = segments[0].name
        raise StoreError(f"{name} does not hold what was merged", code="compact_damaged", name=name)


def _sweep(ledger: Ledger, known: SegmentList) -> None:
    """Remove segments that are retired, and those that a killed compaction left unnamed."""
    named = {name for run in known.runs for name in run.names}
    found = [path.name for path in ledger.folder.glob("*-*-*-*.parquet")]
    _remove_files(ledger, [name for name in found if name not in named])


def _check_own_files(ledger: Ledger, entry: LogEntry) -> None:
    for part in entry.parts.values():
        path = ledger.folder / part.name
        if not path.is_file() or hash_file(path) != part.sha256:
            raise StoreError(f"{part.name} is gone", code="compact_discarded", name=part.name)


def _remove_files(ledger: Ledger, names: Sequence[str]) -> int:
    paths = [ledger.folder / name for name in names]
    found = list(filter(Path.exists, paths))
    for path in found:
        path.unlink()
    return len(found)
