"""Contacts of Hoàn Kiếm in III/2021: 16 of 18 teams, two missing and why, in every file."""

import polars as pl
import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.output.exchange.wide_table import make_wide_table
from pipelines.present.format.terminal import answer_table
from pipelines.present.kpi_result import read_results
from pipelines.present.panels.export_tables import coverage_table

CODE, QUARTER, DISTRICT = "O01", "2021-Q3", "002"


@pytest.fixture
def answer(demo: WarehouseReader) -> pl.DataFrame:
    return kpi.values(CODE, [], QUARTER, [DISTRICT], store=demo)


def test_the_workbook_of_a_page_says_how_many_are_missing_and_why(answer: pl.DataFrame) -> None:
    (result,) = read_results(answer, CODE)
    row = coverage_table([(result, "")], "vi").row(0)
    assert (row[2], row[6:9]) == ("174", ("16", "18", "1 có lỗi, 1 chưa nộp"))


def test_the_terminal_says_why(answer: pl.DataFrame) -> None:
    row = answer_table(answer, CODE, "vi").row(0)
    assert row[0].strip() == "174" and "16/18" in row
    assert row[-1] == "chưa đầy đủ, thiếu 2 số (1 có lỗi, 1 chưa nộp)"


def test_the_wide_table_names_both_teams(demo: WarehouseReader) -> None:
    wide = make_wide_table(demo, QUARTER, [DISTRICT])
    gaps = wide.filter(pl.col("O01_missing").is_not_null())
    assert (wide.height, wide["O01"].sum(), wide["O01"].null_count()) == (18, 174, 2)
    assert dict(gaps.select("ward_name", "O01_missing").rows()) == {
        "Cửa Nam": "1 blocked",
        "Hàng Gai": "1 not_sent",
    }
