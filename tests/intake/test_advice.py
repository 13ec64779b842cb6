"""Every message says where, what was found and what to do: cases that officers have sent."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines import catalog
from pipelines.catalog import Language
from pipelines.intake.feedback import group_issues, summarise_issues
from pipelines.intake.issues import Issue, make_issue
from tests.intake.bad_inputs.base import CELL, asked, good, with_row, with_sheet, with_text
from tests.intake.bad_inputs.forms import resaved

LANGUAGES: tuple[Language, ...] = ("vi", "en")


def only(data: bytes, name: str = "bao-cao.xlsx") -> Issue:
    answer = asked(data, name)
    issues = [*answer.issues, *(answer.ret.issues if answer.ret else ())]
    (issue,) = [one for one in issues if one.severity == "error"]
    return issue


def bordered(first: int, count: int) -> str:
    """Rows of twenty cells with a border and nothing in them."""
    letters = "ABCDEFGHIJKLMNOPQRST"
    rows = []
    for row in range(first, first + count):
        cells = "".join(f'<c r="{letter}{row}" s="3"/>' for letter in letters)
        rows.append(f'<row r="{row}">{cells}</row>')
    return "".join(rows)


@pytest.mark.parametrize("lane", ["fast", "careful"])
def test_blank_bordered_rows_are_named_with_their_sheet(lane: str) -> None:
    data = with_row(bordered(63, 15_000))
    if lane == "careful":
        data = with_sheet("</sheetData>", f"{bordered(63, 15_000)}</sheetData><!-- x -->")
    issue = only(data)
    assert (issue.code, issue.case, issue.sheet) == ("S006", "blank_rows", "Mẫu A")
    assert "Trang Mẫu A: các hàng từ 63 đến 15062" in issue.build_message("vi")
    assert "Xóa (Delete)" in issue.build_message("vi")


@pytest.mark.parametrize("text", ["không phát sinh", "Không có", "chưa phát sinh", "-"])
def test_a_word_for_none_is_answered_with_write_zero(text: str) -> None:
    issue = only(with_text(text))
    assert (issue.code, issue.cell) == ("V024", CELL)
    assert "hãy ghi 0" in issue.build_message("vi")


@pytest.mark.parametrize("text", ["20 triệu", "1,5 tr", "20tr500", "3k", "12 nghìn đồng"])
def test_a_number_in_thousands_or_millions_is_typed_in_full(text: str) -> None:
    issue = only(with_text(text, "E50"))
    assert (issue.code, issue.case) == ("V023", "scale")
    assert "Gõ đủ các chữ số, ví dụ 20000000" in issue.build_message("vi")


@pytest.mark.parametrize(
    "note", ["Đội đã họp đầy đủ", "đầy đủ", "tuyên truyền ở tổ dân phố, đã họp"]
)
def test_letters_lost_by_an_english_windows_are_saved_again_as_csv_utf_8(note: str) -> None:
    lines = f"unit,period,code,value,note\n00646,2022-Q3,a01,1,{note}\n" * 2
    issue = only(lines.encode("cp1252", "replace"), "a.csv")
    assert issue.code == "U006"
    assert "Lưu thành → CSV UTF-8" in issue.build_message("vi")


@pytest.mark.parametrize("name", ["bao-cao.zip", "bao-cao.xlsx"])
def test_a_zip_of_forms_is_to_be_unpacked(name: str) -> None:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("Mau_A_1.xlsx", good())
        archive.writestr("Mau_A_2.xlsx", good())
    issue = only(target.getvalue(), name)
    assert (issue.code, issue.case) == ("F003", "archive")
    assert "giải nén" in issue.build_message("vi")
    assert "dù tên" not in issue.build_message("vi")


def copy_blank(book: Workbook, sheet: Worksheet) -> None:
    copy = book.copy_worksheet(sheet)
    empty(book, copy)


def copy_and_empty(book: Workbook, sheet: Worksheet) -> None:
    book.copy_worksheet(sheet)
    empty(book, sheet)


def empty(_: Workbook, sheet: Worksheet) -> None:
    for row in range(10, 63):
        sheet.cell(row, 5).value = None


@pytest.mark.parametrize(
    ("change", "blank"), [(copy_blank, "Mẫu A Copy"), (copy_and_empty, "Mẫu A")]
)
def test_of_a_copied_sheet_the_one_without_figures_is_named(
    change: Callable[[Workbook, Worksheet], None], blank: str
) -> None:
    issue = only(resaved(change))
    assert (issue.code, issue.case, issue.sheet) == ("T007", "empty", blank)
    assert f'chưa có số liệu: "{blank}"' in issue.build_message("vi")


def test_two_filled_copies_are_both_named() -> None:
    sentence = only(resaved(lambda book, sheet: book.copy_worksheet(sheet))).build_message("vi")
    assert '"Mẫu A", "Mẫu A Copy"' in sentence


def unusual(field: str, cell: str) -> Issue:
    issue = make_issue("rule-X08", "Mẫu A", cell, "6", n=6, mean=1)
    return replace(issue, field=field)


def test_a_group_of_unusual_values_names_each_figure() -> None:
    same = [unusual("a51", "E40"), unusual("a52", "E41"), unusual("a51", "F40")]
    groups = group_issues(same)
    assert [one.cells for one in groups] == [("E40", "F40"), ("E41",)]
    for language in LANGUAGES:
        rows, _ = summarise_issues(same, language)
        for row, code in zip(rows, ("a51", "a52"), strict=True):
            assert row.message.startswith(catalog.fields()[code].label.of(language))


def test_forty_blank_cells_are_still_one_issue() -> None:
    blanks = [
        replace(make_issue("V025", "Mẫu A", f"E{row}"), field=f"a{row}") for row in range(11, 51)
    ]
    (group,) = group_issues(blanks)
    assert len(group.cells) == 40
