"""Files people take away: Excel reads the Vietnamese, sees the numbers and runs no formula."""

import io

import polars as pl
import pytest
from openpyxl import load_workbook

from pipelines.output.safe import neutral, neutralised
from pipelines.output.tables import Sheet, csv_bytes, workbook_bytes

FRAME = pl.DataFrame({"Phường": ["Hàng Buồm", "=1+1"], "Lượt": [12, None], "Tỷ lệ": [0.5, -3.25]})


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠x", "-2+3+cmd|' /C calc'!A0"]
)
def test_text_that_begins_like_a_formula_is_neutralised(text: str) -> None:
    assert neutral(text) == "'" + text
    assert neutralised(pl.DataFrame({"a": [text, "-3,2", None]}))["a"].to_list() == ["'" + text, "-3,2", None]


@pytest.mark.parametrize("text", ["-3", "−3,2", "-1.234,5", "+41", "Hàng Buồm", "3 trên 4", "", "-12,5 %"])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


def test_csv_begins_with_the_mark_excel_needs() -> None:
    data = csv_bytes(FRAME)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == ["Phường,Lượt,Tỷ lệ", "Hàng Buồm,12,0.5", "'=1+1,,-3.25"]


def test_a_workbook_reads_back_with_types_and_without_formulas() -> None:
    book = load_workbook(
        io.BytesIO(workbook_bytes([Sheet("Khách hàng", FRAME, ["Nguồn: mẫu B"]), Sheet("Khách hàng", FRAME)]))
    )
    assert book.sheetnames == ["Khách hàng", "Khách hàng 2"]
    page = book["Khách hàng"]
    assert [c.value for c in page[3]] == ["Phường", "Lượt", "Tỷ lệ"]
    assert [c.value for c in page[4]] == ["Hàng Buồm", 12, 0.5]
    assert (page["A5"].value, page["A5"].data_type, page["B5"].value) == ("=1+1", "s", None)
    assert page["A7"].value == "Nguồn: mẫu B"
