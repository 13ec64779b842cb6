"""An officer's whole way: a form filled with mistakes, checked, marked, corrected, accepted."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.intake import feedback
from pipelines.intake.ingest import IngestResult
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.sandbox import ParsedFile
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.settings import Settings
from tests.intake.bad_inputs.base import asked
from tests.intake.validation.sample_returns import GOOD_LINE, SECOND_LINE, good

#: What is typed in first, by row key and column; and what it should have been.
Typed = dict[tuple[str, str], object]
LINES = [{**line, "facility": "CS02"} for line in (GOOD_LINE, SECOND_LINE)]
DISTRICT = {f"D-{code}": good("A") for code in ("00115", "00118", "00121")}


def empty(write: Callable[..., None], *args: object, **more: object) -> bytes:
    target = BytesIO()
    write(target, *args, **more)
    return target.getvalue()


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def received(home: Path, data: bytes) -> IngestResult:
    answer = asked(data)
    one = ParsedFile(
        "a.xlsx", f"{hash(data):x}".rjust(8, "0"), data, answer.ret, answer.issues, answer.refused
    )
    return Receiver(settings(home)).receive([one])[0]


def marked(home: Path, outcome: IngestResult) -> bytes:
    target = BytesIO()
    feedback.write_marked_copy(target, outcome.ret, outcome.issues, settings=settings(home))
    return target.getvalue()


def typed(data: bytes, sheet: str, cells: dict[str, object]) -> bytes:
    """The workbook opened, typed into and saved by another program."""
    book = openpyxl.load_workbook(BytesIO(data))
    for where, value in cells.items():
        book[sheet][where] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def rows_of(sheet: Worksheet, column: str = "A") -> dict[object, int]:
    return {cell.value: cell.row for cell in sheet[column] if cell.value is not None}


def red(data: bytes, sheet: str) -> set[str]:
    """Cells with a comment: what the officer is asked to look at."""
    found = openpyxl.load_workbook(BytesIO(data))[sheet]
    return {cell.coordinate for row in found.iter_rows() for cell in row if cell.comment}


def lists(data: bytes, sheet: str) -> set[str]:
    """Cells that offer a list to choose from."""
    found = openpyxl.load_workbook(BytesIO(data))[sheet]
    return {str(v.sqref) for v in found.data_validations.dataValidation if v.type == "list"}


def filled_form(form: str, unit: str) -> tuple[bytes, dict[object, int]]:
    data = empty(write_form, form, unit, "2022-Q3")
    rows = rows_of(openpyxl.load_workbook(BytesIO(data))[f"Mẫu {form}"])
    return typed(
        data, f"Mẫu {form}", {f"E{rows[code]}": value for code, value in good(form).items()}
    ), rows


MISTAKES = {
    "a20": ("60 triệu đồng", "V023", 30),
    "a22": ("1,234", "V021", 2),
    "a24": (-6, "V005", 6),
    "a35": (1.5, "V039", 1),
    "a50": ("-", "V024", 4),
    "a51": (True, "V008", 2),
    "a12": (None, "V025", 3),
}


def test_a_form_goes_out_empty_comes_back_wrong_and_is_accepted_once_mended(tmp_path: Path) -> None:
    data, rows = filled_form("A", "D-00646")
    wrong = {f"E{rows[code]}": value for code, (value, _, _) in MISTAKES.items()}
    first = received(tmp_path, typed(data, "Mẫu A", wrong))
    found = {(cell, one.code) for one in first.issues for cell in one.cells}
    assert found == {(f"E{rows[code]}", issue) for code, (_, issue, _) in MISTAKES.items()}
    assert first.status == "partly_accepted"
    back = marked(tmp_path, first)
    assert red(back, "Mẫu A") >= set(wrong)
    places = rows_of(openpyxl.load_workbook(BytesIO(back))["Mẫu A"])
    mended = {f"E{places[code]}": right for code, (_, _, right) in MISTAKES.items()}
    second = received(tmp_path, typed(back, "Mẫu A", mended))
    assert (second.status, [one.code for one in second.issues]) == ("accepted", [])
    assert lists(back, "Mẫu A") == lists(data, "Mẫu A") != set()


def test_rules_that_are_broken_are_found_at_their_cells_and_only_those(tmp_path: Path) -> None:
    data, rows = filled_form("A", "D-00646")
    first = received(tmp_path, typed(data, "Mẫu A", {f"E{rows['a04']}": 9, f"E{rows['a52']}": 5}))
    codes = {one.code for one in first.issues if one.severity == "error"}
    assert codes == {"rule-A01", "rule-A02", "rule-A04a", "rule-A12"}
    back = marked(tmp_path, first)
    places = rows_of(openpyxl.load_workbook(BytesIO(back))["Mẫu A"])
    assert {f"E{places['a04']}", f"E{places['a52']}"} <= red(back, "Mẫu A")
    second = received(
        tmp_path, typed(back, "Mẫu A", {f"E{places['a04']}": 8, f"E{places['a52']}": 1})
    )
    assert (second.status, second.issues) == ("accepted", ())


def test_a_district_workbook_makes_the_same_way(tmp_path: Path) -> None:
    data = empty(write_district, "A", "004", "2022-Q3", values=DISTRICT)
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0].title
    head = openpyxl.load_workbook(BytesIO(data))[sheet]
    column = next(
        cell.column_letter
        for row in head.iter_rows(max_row=12)
        for cell in row
        if cell.value == "a20"
    )
    row = rows_of(head)["00118"]
    first = received(tmp_path, typed(data, sheet, {f"{column}{row}": "O5"}))
    errors = [(one.code, one.cells) for one in first.issues if one.severity == "error"]
    assert errors == [("V023", (f"{column}{row}",))]
    back = marked(tmp_path, first)
    assert f"{column}{row}" in red(back, sheet)
    assert received(tmp_path, typed(back, sheet, {f"{column}{row}": 5})).status != "partly_accepted"


def test_form_b_with_its_referrals_makes_the_same_way(tmp_path: Path) -> None:
    data = empty(write_form, "B", "P-00646", "2022-Q3", values=good("B"), registers={"C": LINES})
    sheet = "Mẫu C"
    book = openpyxl.load_workbook(BytesIO(data))[sheet]
    heads = {
        cell.value: cell.column_letter
        for row in book.iter_rows(max_row=12)
        for cell in row
        if cell.value
    }
    row = rows_of(book)[GOOD_LINE["referral_id"]]
    status, day = f"{heads['status']}{row}", f"{heads['referral_date']}{row}"
    first = received(tmp_path, typed(data, sheet, {status: "đã xong hết", day: "31/02/2022"}))
    errors = {(one.code, one.cells) for one in first.issues if one.severity == "error"}
    assert errors == {("V019", (status,)), ("V011", (day,))}
    back = marked(tmp_path, first)
    assert red(back, sheet) >= {status, day}
    right = {key: openpyxl.load_workbook(BytesIO(data))[sheet][key].value for key in (status, day)}
    second = received(tmp_path, typed(back, sheet, right))
    assert (second.status, second.issues) == ("accepted", ())
    assert lists(back, sheet) == lists(data, sheet) != set()


@pytest.mark.parametrize("code", ["D1", "D3", "D4"])
def test_an_empty_register_offers_its_lists_again_when_marked(tmp_path: Path, code: str) -> None:
    data = empty(write_register, code, "HN", None)
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0].title
    assert received(tmp_path, data).status == "returned"
    assert lists(data, sheet)
