"""Builds of the warehouse, each computed from ledger, catalogue and reference data alone.

A build is written whole under a new name.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines import catalog
from pipelines.catalog.definition_check import check_if_changed
from pipelines.errors import StoreError
from pipelines.settings import Settings
from pipelines.store.atomic_files import file_lock, make_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private
from pipelines.warehouse import publish
from pipelines.warehouse.frames import build_frames

SQL = Path(__file__).with_name("sql")
VIEWS = SQL / "views.sql"
#: Beside the builds: only one is made at a time, so no two take one number.
LOCK = "build.lock"
SCHEMAS = ("ref", "mart", "raw", "meta")
#: The oldest DuckDB whose format a build has: what others have installed opens it.
STORAGE_VERSION = "v1.4.0"


@dataclass(frozen=True)
class Build:
    """One finished build: its file, what it stands on, and a hash of its content.

    The hash does not depend on the time of building.
    """

    name: str
    path: Path
    ledger_head: int
    content_hash: str
    built_at: str


def build_warehouse(settings: Settings) -> Build:
    """Build from the whole ledger, check, close, and switch the pointer; returns the new build.

    Raises StoreBusy while another build takes too long.
    """
    with file_lock(made_private(DataPaths(settings.home).builds) / LOCK):
        return build_while_locked(settings)


def build_while_locked(settings: Settings) -> Build:
    """Build for a caller that holds the lock, after sweeping what a killed build left behind."""
    folder = DataPaths(settings.home).builds
    publish.sweep_leftovers(folder)
    number = publish.next_build_number(folder)
    build = make_build(settings, folder / f"warehouse-{number:05d}.duckdb")
    publish.publish_build(
        settings.home, build.path, build.ledger_head, build.content_hash, build.built_at
    )
    publish.prune_builds(folder, settings.keep_builds)
    return build


def make_build(settings: Settings, path: Path, as_of: datetime | None = None) -> Build:
    """Write one build to `path` from the rows received by `as_of`, without publishing it.

    Raises DefinitionError when a changed catalogue file is not right.
    """
    check_if_changed(settings.home)
    ledger = Ledger(settings.home)
    head = ledger.head()
    tables = build_frames(ledger, settings, as_of)
    content = hash_content(tables)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    tables["in_meta"] = _build_metadata(tables, path.stem, head, content, built_at, as_of)
    _check_keys(tables)
    _write_tables(path, tables)
    return Build(path.stem, path, head, content, built_at)


def hash_content(tables: dict[str, pl.DataFrame]) -> str:
    """Hash every table's rows together, whatever the time and order of building."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        frame = tables[name]
        digest.update(f"{name}:{frame.columns}:{frame.height}".encode())
        row_hashes = frame.hash_rows(seed=7).sort()
        digest.update(str(row_hashes.hash(seed=7).sum()).encode())
    return digest.hexdigest()


def _build_metadata(
    tables: dict[str, pl.DataFrame],
    name: str,
    head: int,
    content: str,
    built_at: str,
    as_of: datetime | None,
) -> pl.DataFrame:
    origins = tables["in_submissions"]["origin"].unique().to_list()
    row = {
        "build": name,
        "built_at": built_at,
        "catalogue": catalog.digest_files(),
        "ledger_head": head,
        "content_hash": content,
        "as_of": as_of.isoformat() if as_of else None,
        "demo": "demo" in origins,
        "first_quarter": tables["in_periods"]["quarter_index"].min(),
        "last_quarter": tables["in_periods"]["quarter_index"].max(),
        "facts": tables["in_facts"].height,
        "submissions": tables["in_submissions"].height,
    }
    return pl.DataFrame([row], schema_overrides={"as_of": pl.String})


def _check_keys(tables: dict[str, pl.DataFrame]) -> None:
    """Raise StoreError (build_duplicate) for a table with the same key twice.

    A primary key in the file would make it eight times larger.
    """
    keys = {
        "in_facts": ["measure", "reporter_id", "quarter_index"],
        "in_returns": ["reporter_id", "form", "quarter_index"],
        "in_referrals": ["reporter_id", "referral"],
        "in_places": ["place_id"],
    }
    for name, key in keys.items():
        if tables[name].select(key).is_duplicated().any():
            raise StoreError(
                f"{name} holds the same {', '.join(key)} twice", code="build_duplicate", table=name
            )


def _write_tables(path: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write the tables to a temporary file, close and sync it, then rename it to `path`."""
    aside = path.with_suffix(".tmp")
    aside.unlink(missing_ok=True)
    try:
        _fill_database(aside, tables)
        make_private(aside)
        with aside.open("rb") as handle:
            os.fsync(handle.fileno())
        aside.replace(path)
    except BaseException:
        for leftover in (aside, aside.with_suffix(".tmp.wal")):
            leftover.unlink(missing_ok=True)
        raise


def _fill_database(aside: Path, tables: dict[str, pl.DataFrame]) -> None:
    """Write the tables and close the file; raises StoreError (build_open)."""
    schema_files = [SQL / f"schema_{schema}.sql" for schema in SCHEMAS]
    table_files = sorted(SQL.glob("[0-9]*.sql"))
    with duckdb.connect(
        str(aside), config={"storage_compatibility_version": STORAGE_VERSION}
    ) as con:
        for name, frame in tables.items():
            con.register(name, frame.to_arrow())
        for file in (*schema_files, *table_files):
            con.execute(file.read_text(encoding="utf-8"))
        _comment_tables(con)
        con.execute("checkpoint")
    if aside.with_suffix(".tmp.wal").exists():
        raise StoreError("the build did not close", code="build_open")


def _comment_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Write the catalogue's grain and definitions, in both languages, to tables and columns."""
    views = {f"{schema}.{name}" for schema, name in con.execute(VIEWS.read_text()).fetchall()}
    for table in catalog.tables().values():
        kind = "view" if table.name in views else "table"
        con.execute(f"comment on {kind} {table.name} is {_quote_text(table.grain)}")
        for column, definition in table.columns.items():
            con.execute(f"comment on column {table.name}.{column} is {_quote_text(definition)}")


def _quote_text(text: catalog.Text) -> str:
    """Return both languages as one SQL literal.

    NOTE: `comment on` takes no parameters; names and texts are the catalogue's own.
    """
    return "'" + f"{text.vi} / {text.en}".replace("'", "''") + "'"
