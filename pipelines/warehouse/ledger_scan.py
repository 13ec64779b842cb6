"""The ledger's files as views of the engine: read where they lie, their bytes checked first."""

import glob
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.errors import LedgerDamaged
from pipelines.store.atomic_files import hash_file
from pipelines.store.commit_log import LedgerPart
from pipelines.store.ledger import Ledger
from pipelines.store.schema import KINDS, empty_frame

SCAN = Path(__file__).with_name("scan")


def open_scan(con: duckdb.DuckDBPyConnection, ledger: Ledger, as_of: datetime | None) -> list[str]:
    """Make one view per kind of rows, `in_<kind>`, of what was received by `as_of`.

    Returns the hashes of the files, which were compared. Raises LedgerDamaged when a file is not
    what was written.
    """
    moment = as_of.astimezone(UTC) if as_of else None
    con.execute("set variable as_of = $moment", {"moment": moment})
    files: dict[str, list[str]] = {}
    firsts: dict[str, int] = {}
    hashes: list[str] = []
    entries = ledger.sequence.entries()
    for kind in KINDS:
        parts = [entry.parts[kind] for entry in entries if kind in entry.parts]
        first = 0
        for part in parts:
            firsts[_verify_part(ledger.folder, part)] = first
            first += part.rows
            hashes.append(part.sha256)
        # NOTE: DuckDB takes every name for a pattern.
        files[kind] = [glob.escape(str(ledger.folder / part.name)) for part in parts]
    schema = {"path": pl.String, "first_row": pl.Int64}
    rows = pl.DataFrame(list(firsts.items()), schema, orient="row")
    con.register("ledger_parts", rows.to_arrow())
    con.execute("set variable ledger_files = $files", {"files": files})
    for kind in KINDS:
        if files[kind]:
            con.execute((SCAN / f"{kind}.sql").read_text(encoding="utf-8"))
        else:
            con.register(f"in_{kind}", empty_frame(kind).with_row_index("order").to_arrow())
    return hashes


def _verify_part(folder: Path, part: LedgerPart) -> str:
    """Return the path of a committed file whose bytes are those that were written."""
    path = folder / part.name
    try:
        is_changed = hash_file(path) != part.sha256
    except FileNotFoundError as error:
        raise LedgerDamaged(f"{part.name} is gone", name=part.name) from error
    if is_changed:
        raise LedgerDamaged(f"{part.name} is not what was written", name=part.name)
    return str(path)
