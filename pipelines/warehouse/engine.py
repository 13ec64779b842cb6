"""DuckDB as the engine of a build: ledger and catalogue to one table per model, memory bounded.

Models are SELECTs in `models/`, run in the order of their names; one called `64_in_facts.sql` makes
the table `in_facts`. Tables that begin with `in_` are what a build holds.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from pipelines.warehouse.ledger_scan import open_scan
from pipelines.warehouse.model_inputs import build_inputs, find_changed_numbers

MODELS = Path(__file__).with_name("models")
SCAN = Path(__file__).with_name("scan")
#: The oldest DuckDB whose format a build has: what others have installed opens it.
STORAGE_VERSION = "v1.4.0"
#: Models that only put tables under one another: views, which hold no rows a second time.
UNIONS = ("in_facts", "in_totals")
#: What the folder of a build's spilled rows begins with.
SPILL = "spill-"


@contextmanager
def open_engine(file: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file to write a build to, within the memory of the settings, and close it."""
    # NOTE: a folder that others use too keeps its mode; ours inside it is private.
    beside = Path(settings.spill_folder or file.parent)
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=SPILL, dir=beside) as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "storage_compatibility_version": STORAGE_VERSION,
            "memory_limit": f"{settings.build_memory_bytes}B",
            "temp_directory": spill,
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(str(file), config=config) as con:
            # NOTE: DuckDB takes a process that a pool started for somebody's prompt.
            con.execute("set enable_progress_bar = false")
            yield con


def run_models(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    settings: Settings,
    as_of: datetime | None = None,
) -> list[str]:
    """Make every table of a build, temporary, from the rows received by `as_of`.

    Returns the hashes of the ledger's files that were read. Raises LedgerDamaged when one is not
    what was written.
    """
    hashes = open_scan(con, ledger, as_of)
    index = load_unit_index(ledger, as_of)
    periods = read_frame(con, _read_sql("sent_periods"))["period"].to_list()
    tables = build_inputs(index, periods, settings)
    tables["in_numbers_sent"] = find_changed_numbers(read_frame(con, _read_sql("senders")), index)
    tables["slip_numbers"] = find_changed_numbers(read_frame(con, _read_sql("slip_senders")), index)
    for name, frame in tables.items():
        con.register(name, frame.to_arrow())
    if settings.engine:
        from pipelines.warehouse import spark_engine  # an extra: most machines have no Spark

        spark_engine.run_on_cluster(con, settings, tables, as_of)
        return hashes
    for model in list_models():
        kind = "view" if name_table(model) in UNIONS else "table"
        select = model.read_text(encoding="utf-8")
        con.execute(f"create temp {kind} {name_table(model)} as {select}")
    return hashes


def read_frame(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """Return what a question finds as a frame."""
    return pl.DataFrame(con.sql(sql).to_arrow_table())


def list_models() -> list[Path]:
    """List the models in the order in which they run."""
    return sorted(MODELS.glob("*.sql"))


def name_table(model: Path) -> str:
    """Return the name of the table that a model makes."""
    return model.stem.partition("_")[2]


def _read_sql(name: str) -> str:
    return (SCAN / f"{name}.sql").read_text(encoding="utf-8")
