"""The wide table holds what `kpi` answers to the same reader, and says what its columns are."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines import catalog, kpi
from pipelines.kpi import WarehouseReader
from pipelines.output.exchange.wide_table import (
    ROW_COLUMNS,
    describe_columns,
    make_wide_table,
    write_wide_table,
)
from pipelines.privacy.scope import CITY, PUBLIC, Scope

QUARTER = "2022-Q3"


@pytest.mark.parametrize("scope", [CITY, PUBLIC], ids=lambda scope: scope.role)
def test_a_figure_is_the_one_that_kpi_answers_to_the_same_reader(
    demo: WarehouseReader, scope: Scope
) -> None:
    wide = make_wide_table(demo, QUARTER, ["020"], scope=scope)
    assert wide.height == 16
    for code in ("T04", "K01"):
        answered = kpi.values(code, ["ward"], QUARTER, ["020"], scope=scope, store=demo)
        expected = answered.select("ward", "value", "state").sort("ward")
        assert_frame_equal(
            wide.select("ward", value=code, state=f"{code}_state"), expected, check_dtypes=False
        )


def test_outsiders_get_no_count_of_people_in_a_ward(demo: WarehouseReader) -> None:
    wide = make_wide_table(demo, QUARTER, ["020"], scope=PUBLIC)
    protected = [code for code, k in catalog.kpis().items() if k.protected and code in wide.columns]
    assert "K01" in protected
    hidden = wide.filter(pl.col("K01_state") == "suppressed")
    assert hidden.height > 0
    assert hidden["K01"].null_count() == hidden.height


def test_both_files_hold_the_same_rows_and_every_column_is_described(
    demo: WarehouseReader, tmp_path: Path
) -> None:
    wide = make_wide_table(demo, QUARTER, ["020"])
    parquet, table, about = write_wide_table(wide, tmp_path, "wide")
    assert_frame_equal(pl.read_parquet(parquet), wide)
    assert table.read_bytes().startswith("\ufeffward,".encode())
    read = pl.read_csv(table, infer_schema=False)
    assert (read.columns, read.height) == (wide.columns, wide.height)
    described = pl.read_csv(about)
    assert described["column"].to_list() == wide.columns
    assert described["vi"].null_count() == described["en"].null_count() == 0
    assert describe_columns(wide).filter(pl.col("column") == "T06")["unit"].item() == (
        "volunteers_per_team"
    )
    assert wide.columns[: len(ROW_COLUMNS)] == list(ROW_COLUMNS)
