"""The models: equal to the frames they replace, and SQL that other engines read."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
import sqlglot

from pipelines.settings import Settings, load_settings
from pipelines.store.ledger import Ledger
from pipelines.warehouse.engine import list_models, open_engine, run_models
from pipelines.warehouse.frames import build_frames
from tests.warehouse.awkward_ledger import AwkwardLedger


def unequal_tables(settings: Settings, scratch: Path, as_of: datetime | None) -> list[str]:
    """Name the tables of which frames and models make different rows."""
    ledger = Ledger(settings.home)
    expected = build_frames(ledger, settings, as_of)
    with open_engine(scratch / "models.duckdb", settings) as con:
        run_models(con, ledger, settings, as_of)
        return [name for name, frame in expected.items() if not is_equal(con, name, frame)]


def is_equal(con: duckdb.DuckDBPyConnection, name: str, expected: pl.DataFrame) -> bool:
    found = pl.DataFrame(con.sql(f"from {name}").to_arrow_table())
    columns = [column for column in found.columns if column in expected.columns]
    return sort_rows(found, columns).equals(sort_rows(expected, columns))


def sort_rows(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Integers of any width are one type here, and moments are of one zone."""
    wide = rows.select(columns).with_columns(pl.selectors.integer().cast(pl.Int64))
    moments = pl.selectors.datetime(time_zone="*").dt.convert_time_zone("UTC")
    return wide.with_columns(moments).sort(columns)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("as_of", [None, datetime(2022, 11, 30, tzinfo=UTC)])
def test_models_and_frames_make_the_same_rows_of_awkward_ledgers(
    tmp_path: Path, seed: int, as_of: datetime | None
) -> None:
    AwkwardLedger(tmp_path / "home", seed).fill(40)
    settings = Settings(home=tmp_path / "home", free_bytes=0)
    assert unequal_tables(settings, tmp_path, as_of) == []


def test_models_and_frames_make_the_same_rows_of_the_demonstration(
    demo_home: Path, tmp_path: Path
) -> None:
    assert unequal_tables(load_settings(demo_home), tmp_path, None) == []


@pytest.mark.parametrize("model", list_models(), ids=lambda model: model.stem)
def test_a_model_is_one_select_with_its_grain_that_spark_reads(model: Path) -> None:
    text = model.read_text(encoding="utf-8")
    assert text.startswith("-- One row per ")
    (select,) = sqlglot.transpile(
        text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    (tree,) = sqlglot.parse(select, read="spark")
    assert isinstance(tree, sqlglot.exp.Query)
