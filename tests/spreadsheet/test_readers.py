"""Both lanes read the same cells; what is ordinary takes the fast one, whoever wrote it."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.intake.templates.layout import IDENTITY_SHEET
from pipelines.spreadsheet.gate import inspect_file, inspect_workbook, read_workbook
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import Cell, Sheet, Workbook
from tests.intake.bad_inputs.base import CELL, good, with_cell, with_row, with_sheet, with_styles
from tests.intake.bad_inputs.zips import edited

LIMITS = ReaderLimits()


def book(data: bytes) -> Workbook:
    verdict = inspect_file(data, "a.xlsx", LIMITS, IDENTITY_SHEET)
    assert verdict.issues == []
    return read_workbook(data, verdict, LIMITS)[0]


def careful(data: bytes) -> list[Sheet]:
    return inspect_workbook(data, LIMITS, careful=True).sheets


def at(data: bytes, address: str = CELL) -> Cell:
    return next(c for c in book(data).sheets[0].cells.values() if c.address == address)


def by_openpyxl() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["a", 1, 2.5, True, None, " z "])
    made.active.append([date(2022, 7, 5), datetime(2022, 7, 5, 12, 30, 15)])
    made.create_sheet("Trống")
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def by_openpyxl_streaming() -> bytes:
    made = openpyxl.Workbook(write_only=True)
    made.create_sheet("a").append(["x & y", 1, 2.5])
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def by_polars() -> bytes:
    target = BytesIO()
    pl.DataFrame({"a": ["x", "y < z"], "b": [1.0, 2.5], "c": [True, None]}).write_excel(target)
    return target.getvalue()


def by_xlsxwriter(rows: list[list[object]], top: int = 0, left: int = 0) -> bytes:
    target = BytesIO()
    made = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    sheet = made.add_worksheet("Số liệu")
    for row, values in enumerate(rows, start=top):
        for col, value in enumerate(values, start=left):
            if isinstance(value, date):
                sheet.write_datetime(row, col, value, day)
            else:
                sheet.write(row, col, value)
    made.close()
    return target.getvalue()


def templates() -> dict[str, bytes]:
    form_b, district, register = BytesIO(), BytesIO(), BytesIO()
    write_form(form_b, "B", "P-00646", "2022-Q3", values={"b20": 12})
    write_district(district, "A", "020", "2022-Q3")
    write_register(register, "D1", "HN", "", rows=[])
    return {
        "A": good(),
        "B": form_b.getvalue(),
        "district": district.getvalue(),
        "register": register.getvalue(),
        "openpyxl": by_openpyxl(),
        "openpyxl streaming": by_openpyxl_streaming(),
        "polars": by_polars(),
        "xlsxwriter": by_xlsxwriter([["a", 1, 2.5], [date(2022, 7, 5), True, None]]),
    }


@pytest.mark.parametrize("writer", templates())
def test_ordinary_files_of_any_writer_take_the_fast_lane_and_read_alike(writer: str) -> None:
    data = templates()[writer]
    read = book(data)
    assert read.lane == "fast"
    assert read.sheets == careful(data)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9).map(lambda x: round(x, 3)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20),
    st.dates(date(1900, 3, 2), date(2100, 1, 1)),
)


@settings(max_examples=60)
@given(st.lists(st.lists(values, max_size=6), max_size=6), st.integers(0, 20), st.integers(0, 12))
def test_both_lanes_and_calamine_find_the_same_cells(
    rows: list[list[object]], top: int, left: int
) -> None:
    data = by_xlsxwriter(rows, top, left)
    read = book(data)
    assert read.sheets == careful(data)
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    seen = {
        (row, col): value
        for row, line in enumerate(sheet.to_python(skip_empty_area=False), start=1)
        for col, value in enumerate(line, start=1)
        if value != "" and not (isinstance(value, str) and not value.strip())
    }
    if read.lane == "fast":
        assert {where: cell.value for where, cell in read.sheets[0].cells.items()} == seen


def test_addresses_are_true_when_the_first_rows_and_columns_are_empty() -> None:
    read = book(by_xlsxwriter([["x"]], top=6, left=4))
    assert [cell.address for cell in read.sheets[0].cells.values()] == ["E7"]


@pytest.mark.parametrize(
    ("xml", "kind", "value"),
    [
        ('<c {r} t="e"><v>#REF!</v></c>', "error", "#REF!"),
        ('<c {r} t="e"><f>1/0</f><v>#DIV/0!</v></c>', "error", "#DIV/0!"),
        ("<c {r}><f>SUM(A1)</f></c>", "formula", None),
        ("<c {r}><f>SUM(A1)</f><v>3</v></c>", "formula", 3),
        ('<c {r} t="str"><f>"a"</f><v>a</v></c>', "formula", "a"),
        ('<c {r} t="b"><v>1</v></c>', "bool", True),
        ('<c {r} t="d"><v>2022-07-05</v></c>', "date", date(2022, 7, 5)),
        (
            '<c {r} t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r>'
            '<rPh sb="0" eb="1"><t>c</t></rPh></is></c>',
            "text",
            "ab",
        ),
        ('<c {r} t="inlineStr"><is><t>a_x000D_b</t></is></c>', "text", "a\rb"),
        ("<c {r}><v>1.5</v></c>", "number", 1.5),
    ],
)
def test_every_kind_of_cell_keeps_its_kind(xml: str, kind: str, value: object) -> None:
    cell = at(with_cell(xml))
    assert (cell.kind, cell.value) == (kind, value)


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("44747", date(2022, 7, 5)),
        ("61", date(1900, 3, 1)),
        ("60", None),
        ("-3", None),
        ("9000000000", None),
        ("0.5", None),
    ],
)
def test_a_serial_is_a_day_or_no_day_at_all(serial: str, day: date | None) -> None:
    data, style = with_styles(
        with_cell("<c {r} s='ZZ'><v>1</v></c>".replace("'", '"')),
        '<xf numFmtId="199"/>',
        "dd/mm/yyyy",
    )
    cell = at(edited(data, "xl/worksheets/sheet1.xml", 's="ZZ"><v>1<', f's="{style}"><v>{serial}<'))
    assert (cell.kind, cell.value) == ("date", day)


def test_days_counted_from_1904_are_read_rightly() -> None:
    data, style = with_styles(with_cell('<c {r} s="7777"><v>43285</v></c>'), '<xf numFmtId="14"/>')
    data = edited(data, "xl/worksheets/sheet1.xml", 's="7777"', f's="{style}"')
    verdict = inspect_file(
        edited(data, "xl/workbook.xml", "<workbookPr", '<workbookPr date1904="1"'), "a.xlsx", LIMITS
    )
    assert (verdict.issues, verdict.date1904) == ([], True)
    assert verdict.sheets[0].cells[11, 5].value == date(2022, 7, 5)


def test_hidden_rows_and_merges_are_seen_in_both_lanes() -> None:
    merged = '</sheetData><mergeCells><mergeCell ref="A1:G1"/></mergeCells>'
    data = with_sheet('<row r="12"', '<row r="12" hidden="1"')
    assert book(data).sheets[0].hidden_rows == careful(data)[0].hidden_rows == [12]
    data = with_sheet("</sheetData>", merged)
    assert book(data).lane == "fast"
    assert book(data).sheets[0].merges == careful(data)[0].merges == ["A1:G1"]


def test_merges_and_hidden_sheets_of_a_foreign_file_ask_for_a_careful_look() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", 1])
    made.active.merge_cells("A1:B1")
    made.create_sheet("Ẩn").sheet_state = "veryHidden"
    target = BytesIO()
    made.save(target)
    read = book(target.getvalue())
    assert read.lane == "careful"
    assert [(s.hidden, s.very_hidden, s.merges) for s in read.sheets] == [
        (False, False, ["A1:B1"]),
        (True, True, []),
    ]


def test_comments_are_read_with_their_cells() -> None:
    made = openpyxl.Workbook()
    made.active["B2"] = 1
    made.active["B2"].comment = openpyxl.comments.Comment("hỏi lại", "x")
    target = BytesIO()
    made.save(target)
    assert book(target.getvalue()).sheets[0].comments == {"B2": "hỏi lại"}


@pytest.mark.parametrize(
    "limits", [ReaderLimits(rows=3), ReaderLimits(columns=3)], ids=["rows", "columns"]
)
def test_smaller_limits_hold_in_workbooks_and_csv(limits: ReaderLimits) -> None:
    table: list[list[object]] = [[1, 2, 3, 4, 5]] * 5
    text = "\n".join(",".join(map(str, row)) for row in table)
    for data, name in ((by_xlsxwriter(table), "a.xlsx"), (text.encode(), "a.csv")):
        assert [one.code for one in inspect_file(data, name, limits).issues] == ["S006"]
        assert inspect_file(data, name, LIMITS).issues == []


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<row r="60"><c r="A60"><v>1</v></c><c r="A60"><v>2</v></c></row>', "S002"),
        ('<row r="60"><c r="A60" t="s"><v>9999</v></c></row>', "F002"),
    ],
    ids=["an address twice", "a shared text that is not there"],
)
def test_what_the_fast_lane_may_not_judge_is_read_again(xml: str, code: str) -> None:
    data = with_row(xml)
    verdict = inspect_file(data, "a.xlsx", LIMITS, IDENTITY_SHEET)
    assert verdict.proved is not None
    read, issues = read_workbook(data, verdict, LIMITS)
    assert (read.lane, [issue.code for issue in issues]) == ("careful", [code])


def test_rows_out_of_order_are_read_by_the_careful_lane() -> None:
    data = with_row('<row r="5"><c r="Z5"><v>1</v></c></row>')
    read = book(data)
    assert read.lane == "careful"
    assert read.sheets == careful(data)
