"""Builds of the warehouse, each computed from ledger, catalogue and reference data alone.

A build is written whole under a new name.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
from polars import selectors

from pipelines import catalog
from pipelines.errors import StoreError
from pipelines.reference.csv_tables import digest_definitions
from pipelines.reference.table_check import check_if_changed
from pipelines.settings import Settings
from pipelines.store.atomic_files import file_lock, make_private
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths, made_private
from pipelines.warehouse import publish
from pipelines.warehouse.engine import open_engine, read_frame, run_models

SQL = Path(__file__).with_name("sql")
VIEWS = SQL / "views.sql"
#: Beside the builds: only one is made at a time, so no two take one number.
LOCK = "build.lock"
SCHEMAS = ("ref", "mart", "raw", "meta")
#: The card of a build, written last: it holds the hash of the rest.
META = "40_meta_build.sql"
#: Rows in memory while they are hashed.
ROWS_AT_ONCE = 100_000


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
    with _write_aside(path) as aside:
        with open_engine(aside, settings) as con:
            parts = run_models(con, ledger, settings, as_of)
            _check_keys(con)
            _publish_tables(con)
            content = hash_content(con, parts)
            built_at = datetime.now(UTC).isoformat(timespec="seconds")
            card = _describe_build(con, path.stem, head, content, built_at, as_of)
            con.register("in_meta", card.to_arrow())
            con.execute(_read_sql(META))
            _comment_tables(con)
            con.execute("checkpoint")
        if aside.with_suffix(".tmp.wal").exists():
            raise StoreError("the build did not close", code="build_open")
    return Build(path.stem, path, head, content, built_at)


def hash_content(con: duckdb.DuckDBPyConnection, parts: Iterable[str]) -> str:
    """Hash every table's rows, sorted, whatever the time, order and engine of building.

    `parts` stand for the rows of the ledger: the hashes of its files, which were compared.
    """
    digest = hashlib.sha256()
    for part in (*parts, *con.execute(_read_sql("raw_rows.sql")).fetchall()):
        digest.update(f"{part}\n".encode())
    for table, found in hash_tables(con).items():
        digest.update(f"{table}:{found}\n".encode())
    return digest.hexdigest()


def hash_tables(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the SHA-256 of every table of marts and reference data by its name."""
    hashes = {}
    for schema, table in con.execute(_read_sql("hashed_tables.sql")).fetchall():
        hashes[f"{schema}.{table}"] = _hash_table(con, schema, table)
    return hashes


def _hash_table(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Return the SHA-256 of the rows of a table, sorted, as CSV: no engine's own hash."""
    digest = hashlib.sha256()
    rows = con.table(f"{schema}.{table}").order("all")
    digest.update(f"{rows.columns}\n".encode())
    for batch in rows.to_arrow_reader(ROWS_AT_ONCE):
        text = io.BytesIO()
        # NOTE: a DuckDB that knows time zones gives moments in the machine's own.
        in_utc = selectors.datetime(time_zone="*").dt.convert_time_zone("UTC")
        pl.DataFrame(batch).with_columns(in_utc).write_csv(text, include_header=False)
        digest.update(text.getvalue())
    return digest.hexdigest()


def _describe_build(
    con: duckdb.DuckDBPyConnection,
    name: str,
    head: int,
    content: str,
    built_at: str,
    as_of: datetime | None,
) -> pl.DataFrame:
    row = {
        "build": name,
        "built_at": built_at,
        "catalogue": digest_definitions(),
        "ledger_head": head,
        "content_hash": content,
        "as_of": as_of.isoformat() if as_of else None,
    }
    card = pl.DataFrame([row], schema_overrides={"as_of": pl.String})
    return card.hstack(read_frame(con, _read_sql("content.sql")))


def _check_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Raise StoreError (build_duplicate) for a table with the same key twice.

    A primary key in the file would make it eight times larger.
    """
    for name, key in con.execute(_read_sql("duplicate_keys.sql")).fetchall():
        raise StoreError(f"{name} holds the same {key} twice", code="build_duplicate", table=name)


@contextmanager
def _write_aside(path: Path) -> Iterator[Path]:
    """Offer a temporary file to fill and close; sync it, then rename it to `path`."""
    aside = path.with_suffix(".tmp")
    aside.unlink(missing_ok=True)
    try:
        yield aside
        make_private(aside)
        with aside.open("rb") as handle:
            os.fsync(handle.fileno())
        aside.replace(path)
    except BaseException:
        for leftover in (aside, aside.with_suffix(".tmp.wal")):
            leftover.unlink(missing_ok=True)
        raise


def _publish_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Write what the models made to the tables that are read, all but the card."""
    con.execute("set preserve_insertion_order = true")
    schema_files = [SQL / f"schema_{name}.sql" for name in SCHEMAS]
    for file in (*schema_files, *sorted(SQL.glob("[0-9]*.sql"))):
        if file.name != META:
            con.execute(file.read_text(encoding="utf-8"))


def _read_sql(name: str) -> str:
    return (SQL / name).read_text(encoding="utf-8")


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
