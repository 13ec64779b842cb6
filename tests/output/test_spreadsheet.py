"""Files people take away: Excel reads the Vietnamese, sees the numbers and runs no formula."""

import io

import polars as pl
import pytest
from openpyxl import load_workbook

from pipelines.output.formula_injection import escape_formulas
from pipelines.output.spreadsheet import TableSheet, write_csv, write_workbook
from pipelines.present.format.escaping import escape_spreadsheet

FRAME = pl.DataFrame({"Phường": ["Hàng Buồm", "=1+1"], "Lượt": [12, None], "Tỷ lệ": [0.5, -3.25]})


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=1",
        "@1",
        "+A1",
        "-A1",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        "＠x",
        "-2+3+cmd|' /C calc'!A0",
    ],
)
def test_text_that_begins_like_a_formula_is_neutralised(text: str) -> None:
    assert escape_spreadsheet(text) == "'" + text
    assert escape_formulas(pl.DataFrame({"a": [text, "-3,2", None]}))["a"].to_list() == [
        "'" + text,
        "-3,2",
        None,
    ]


def test_a_return_before_a_formula_is_shown_and_neutralised() -> None:
    assert escape_spreadsheet("\r=1") == "'␍=1"


@pytest.mark.parametrize(
    "text", ["-3", "−3,2", "-1.234,5", "+41", "Hàng Buồm", "3 trên 4", "", "-12,5 %"]
)
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert escape_spreadsheet(text) == text


def test_csv_begins_with_the_mark_excel_needs() -> None:
    data = write_csv(FRAME)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "Phường,Lượt,Tỷ lệ",
        "Hàng Buồm,12,0.5",
        "'=1+1,,-3.25",
    ]


def test_a_workbook_reads_back_with_types_and_without_formulas() -> None:
    book = load_workbook(
        io.BytesIO(
            write_workbook(
                [TableSheet("Khách hàng", FRAME, ["Nguồn: mẫu B"]), TableSheet("Khách hàng", FRAME)]
            )
        )
    )
    assert book.sheetnames == ["Khách hàng", "Khách hàng 2"]
    page = book["Khách hàng"]
    assert [c.value for c in page[3]] == ["Phường", "Lượt", "Tỷ lệ"]
    assert [c.value for c in page[4]] == ["Hàng Buồm", 12, 0.5]
    assert (page["A5"].value, page["A5"].data_type, page["B5"].value) == ("=1+1", "s", None)
    assert page["A7"].value == "Nguồn: mẫu B"


STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "=+", "-@", "+-")
BODIES = (
    "1+1", "A1", "SUM(A1:A9)", "cmd|' /C calc'!A0", "HYPERLINK(\"http://x.y\",\"z\")", "2+3",
    "IMPORTXML(A1)", "WEBSERVICE(A1)", "a", "(1)", "Đống Đa", "{1}", "\"x\"", "DDE(\"cmd\")",
    "1e5x", "-1-", ".5x", "A1%", "$A$1", "IF(1,2)", "N/A", "[x]y!z", "'a'", "CALL(1)", "RTD(1)",
    "!A1", "#REF!", "x=1", "1,2,a", "1.2.a", "@x", "%", "&", "*2", "/x", "^2", ";a",
)  # fmt: skip
PAYLOADS = [start + body for start in STARTS for body in BODIES]


def test_no_payload_runs_in_any_export() -> None:
    assert len(PAYLOADS) > 500
    frame = pl.DataFrame({"=Nơi": PAYLOADS, "Số": PAYLOADS})
    for figures in (None, "vi", "en"):
        read = pl.read_csv(write_csv(frame, figures)[3:], infer_schema=False)  # type: ignore[arg-type]
        assert not [t for t in (*read.columns, *read["'=Nơi"], *read["Số"]) if t.startswith(STARTS)]
        book = load_workbook(
            io.BytesIO(
                write_workbook([TableSheet("=1+1", frame, ["=1"], under="@x", figures=figures)])
            )
        )  # type: ignore[arg-type]
        cells = [c for row in book.worksheets[0].iter_rows() for c in row if c.value is not None]
        assert {c.data_type for c in cells} == {"s"}


def test_written_figures_become_numbers_and_signs_stay_signs() -> None:
    texts = ["1.603", "44,0\u00a0%", "−3,2", "-3", "–", "n/a", "*", "0", "3 trên 4"]
    frame = pl.DataFrame({"Kỳ": ["2022"] * len(texts), "Lượt": texts})
    page = load_workbook(
        io.BytesIO(write_workbook([TableSheet("Lượt", frame, figures="vi")]))
    ).worksheets[0]
    assert [c.value for c in page["B"][3:12]] == [
        1603,
        0.44,
        -3.2,
        -3,
        "–",
        "n/a",
        "*",
        0,
        "3 trên 4",
    ]
    assert page["A4"].value == "2022"
    head, *read = write_csv(frame, "vi").decode("utf-8-sig").splitlines()
    assert head == "Kỳ,Lượt,Đơn vị" and read[1] == "2022,44.0,%"
    assert [line.split(",")[1] for line in read] == [
        "1603",
        "44.0",
        "-3.2",
        "-3",
        "–",
        "n/a",
        "*",
        "0",
        "3 trên 4",
    ]


def test_a_column_of_percentages_says_so_in_its_head() -> None:
    frame = pl.DataFrame({"Quận": ["Ba Đình", "Tây Hồ"], "Tỷ lệ": ["93,7\u00a0%", "–"]})
    assert write_csv(frame, "vi").decode("utf-8-sig").splitlines() == [
        "Quận,Tỷ lệ (%)",
        "Ba Đình,93.7",
        "Tây Hồ,–",
    ]
