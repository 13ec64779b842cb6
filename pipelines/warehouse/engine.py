"""DuckDB as the engine of a build: ledger and catalogue to one table per model, memory bounded.

Models are SELECTs in `models/`, run in the order of their names; one called `64_in_facts.sql` makes
the table `in_facts`. Tables that begin with `in_` are what a build holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from pipelines.warehouse.ledger_scan import open_scan
from pipelines.warehouse.model_inputs import build_inputs, find_changed_numbers, read_frame

MODELS = Path(__file__).with_name("models")
SCAN = Path(__file__).with_name("scan")
#: The oldest DuckDB whose format a build has: what others have installed opens it.
STORAGE_VERSION = "v1.4.0"


@contextmanager
def open_engine(file: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file to write a build to, within the memory of the settings, and close it."""
    config = {
        "storage_compatibility_version": STORAGE_VERSION,
        "memory_limit": f"{settings.build_memory_bytes}B",
        "temp_directory": str(settings.spill_folder or file.with_suffix(".spill")),
        "preserve_insertion_order": "false",
    }
    with duckdb.connect(str(file), config=config) as con:
        yield con


def run_models(
    con: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    settings: Settings,
    as_of: datetime | None = None,
) -> None:
    """Make every table of a build, temporary, from the rows received by `as_of`.

    Raises LedgerDamaged when a file of the ledger is not what was written.
    """
    open_scan(con, ledger, as_of)
    index = load_unit_index(ledger, as_of)
    periods = read_frame(con, _read_sql("sent_periods"))["period"].to_list()
    tables = build_inputs(index, periods, settings)
    tables["in_numbers_sent"] = find_changed_numbers(read_frame(con, _read_sql("senders")), index)
    tables["slip_numbers"] = find_changed_numbers(read_frame(con, _read_sql("slip_senders")), index)
    for name, frame in tables.items():
        con.register(name, frame.to_arrow())
    for model in list_models():
        con.execute(f"create temp table {name_table(model)} as {model.read_text(encoding='utf-8')}")


def list_models() -> list[Path]:
    """List the models in the order in which they run."""
    return sorted(MODELS.glob("*.sql"))


def name_table(model: Path) -> str:
    """Return the name of the table that a model makes."""
    return model.stem.partition("_")[2]


def _read_sql(name: str) -> str:
    return (SCAN / f"{name}.sql").read_text(encoding="utf-8")
