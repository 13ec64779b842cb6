"""The ledger's files as views of the engine: read where they lie, their bytes checked first."""

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import LedgerDamaged
from pipelines.store.atomic_files import hash_file
from pipelines.store.commit_log import LedgerPart, LogEntry, list_parts
from pipelines.store.ledger import Ledger
from pipelines.store.schema import KINDS, Kind, empty_frame
from pipelines.store.segments import Segment, SegmentList

SCAN = Path(__file__).with_name("scan")


@dataclass(frozen=True)
class KindFiles:
    """The files that hold the rows of one kind: merged ones, and those of single batches."""

    segments: Sequence[Segment]
    #: With the number of the first row among all of the kind.
    parts: Sequence[tuple[LedgerPart, int]]

    @property
    def all_files(self) -> list[Segment | LedgerPart]:
        return [*self.segments, *(part for part, _ in self.parts)]

    @property
    def first_rows(self) -> dict[str, int | None]:
        """Map each file's name to that number; None for segments, whose rows say their own."""
        firsts: dict[str, int | None] = dict.fromkeys((one.name for one in self.segments), None)
        firsts.update((part.name, first) for part, first in self.parts)
        return firsts


def open_scan(con: duckdb.DuckDBPyConnection, ledger: Ledger, as_of: datetime | None) -> list[str]:
    """Make one view per kind of rows, `in_<kind>`, of what was received by `as_of`.

    Returns the hashes of the files, which were compared. Raises LedgerDamaged when a file is not
    what was written.
    """
    moment = as_of.astimezone(UTC) if as_of else None
    con.execute("set variable as_of = $moment", {"moment": moment})
    merged, entries = ledger.read_log()
    found: dict[Kind, KindFiles] = {}
    hashes: list[str] = []
    for kind in KINDS:
        # NOTE: they stand for the rows, wherever these lie: a compaction changes no build.
        hashes += [part.sha256 for part, _, _ in list_parts(kind, entries)]
        found[kind] = _find_files(kind, entries, merged)
        for file in found[kind].all_files:
            _verify_file(ledger.folder, file)
    _make_views(con, ledger.folder, found)
    return hashes


def _find_files(kind: Kind, entries: Sequence[LogEntry], merged: SegmentList) -> KindFiles:
    numbered = list_parts(kind, entries)
    segments: list[Segment] = []
    for run in merged.runs:
        segments += run.find_segments(kind)
    return KindFiles(
        segments, [(part, first) for part, seq, first in numbered if seq > merged.last]
    )


def _make_views(
    con: duckdb.DuckDBPyConnection, folder: Path, found: Mapping[Kind, KindFiles]
) -> None:
    """Make the view of each kind over its files, or over no rows."""
    _register_files(con, folder, found)
    files = {kind: _list_patterns(folder, own) for kind, own in found.items()}
    con.execute("set variable ledger_files = $files", {"files": files})
    for kind, own in found.items():
        if files[kind]:
            scan = SCAN / "merged" if own.segments else SCAN
            con.execute((scan / f"{kind}.sql").read_text(encoding="utf-8"))
        else:
            con.register(f"in_{kind}", empty_frame(kind).with_row_index("order").to_arrow())


def _register_files(
    con: duckdb.DuckDBPyConnection, folder: Path, found: Mapping[Kind, KindFiles]
) -> None:
    """Hand over every file's kind and path with the number of its first row, null for segments."""
    firsts: list[tuple[str, str, int | None]] = []
    for kind, own in found.items():
        for name, first in own.first_rows.items():
            firsts.append((kind, str(folder / name), first))
    schema = {"kind": pl.String, "path": pl.String, "first_row": pl.Int64}
    con.register("ledger_parts", pl.DataFrame(firsts, schema, orient="row").to_arrow())


def _list_patterns(folder: Path, own: KindFiles) -> list[str]:
    # NOTE: DuckDB takes every name for a pattern.
    return [glob.escape(str(folder / name)) for name in own.first_rows]


def _verify_file(folder: Path, file: LedgerPart | Segment) -> None:
    """Raise LedgerDamaged when the bytes of a file are not those that were written."""
    try:
        is_changed = hash_file(folder / file.name) != file.sha256
    except FileNotFoundError as error:
        raise LedgerDamaged(f"{file.name} is gone", name=file.name) from error
    if is_changed:
        raise LedgerDamaged(f"{file.name} is not what was written", name=file.name)
