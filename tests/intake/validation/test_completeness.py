"""A district's workbook is asked for every team it owes; a blank line is no missing one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.intake import feedback
from pipelines.intake.ingest import IngestResult, build_report, ingest_files
from pipelines.intake.issues import Issue
from pipelines.intake.templates import write_district, write_register
from pipelines.present.panels.submissions import format_status
from pipelines.reference import places
from tests.intake.bad_inputs.base import asked as parse
from tests.intake.ingest.sample_files import settings
from tests.intake.validation.sample_returns import good

#: Long Biên: fourteen communes, the first in row 12; rows 14 and 15 are these two.
DISTRICT, FIRST_ROW = "004", 12
GIANG_BIEN, DUC_GIANG = "Phường Giang Biên", "Phường Đức Giang"
RECEIVED = datetime(2022, 10, 20, 3, tzinfo=UTC)


@cache
def full() -> bytes:
    target = BytesIO()
    communes = places.load_places().communes_of(DISTRICT, date(2022, 9, 30))
    values = {f"D-{place.code}": good("A") for place in communes}
    write_district(target, "A", DISTRICT, "2022-Q3", values=values)
    return target.getvalue()


def changed(*changes: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(full()))
    for change in changes:
        change(book.worksheets[0])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def without_two(sheet: Worksheet) -> None:
    sheet.delete_rows(14, 2)


def with_blank(sheet: Worksheet) -> None:
    for column in range(3, sheet.max_column + 1):
        sheet.cell(FIRST_ROW, column).value = None


def send(data: bytes, home: Path) -> IngestResult:
    (result,) = ingest_files([("a.xlsx", data)], settings(home), RECEIVED)
    return result


def asked(result: IngestResult) -> list[Issue]:
    return [issue for issue in result.issues if issue.code == "C008"]


def test_two_rows_that_were_deleted_are_asked_for_by_name_and_the_others_are_taken(
    tmp_path: Path,
) -> None:
    result = send(changed(without_two), tmp_path)
    (issue,) = asked(result)
    assert (issue.severity, issue.effect) == ("warning", "none")
    for language in ("vi", "en"):
        assert f"{GIANG_BIEN}; {DUC_GIANG}" in issue.build_message(language)
    assert "12 trên 14" in issue.build_message("vi")
    assert result.status == "accepted_with_warnings"
    assert result.coverage is not None
    assert len(result.coverage.filled) == 12


def test_receipt_page_marked_copy_and_json_say_the_same(tmp_path: Path) -> None:
    result = send(changed(without_two), tmp_path)
    assert format_status(result, "vi").endswith("12 trên 14 đơn vị")
    assert format_status(result, "en").endswith("12 of 14 units")
    report = build_report(result)
    coverage = report["coverage"]
    assert isinstance(coverage, dict)
    assert (coverage["expected"], coverage["filled"]) == (14, 12)
    assert coverage["missing"] == {"D-00121": GIANG_BIEN, "D-00124": DUC_GIANG}
    target = BytesIO()
    feedback.write_marked_copy(target, result.ret, result.issues, settings=settings(tmp_path))
    first = openpyxl.load_workbook(BytesIO(target.getvalue())).worksheets[0]
    texts = [str(cell.value) for row in first.iter_rows() for cell in row]
    assert any(GIANG_BIEN in text and "12 trên 14" in text for text in texts)


def test_a_row_left_blank_is_called_blank_at_its_cell_and_not_missing(tmp_path: Path) -> None:
    result = send(changed(with_blank), tmp_path)
    (issue,) = asked(result)
    assert issue.case == "blank"
    assert "Phường Thượng Thanh" in issue.build_message("vi")
    assert "Thiếu dòng" not in issue.build_message("vi")
    blank = [one for one in result.issues if one.code == "V025"]
    assert [(one.cell, one.case, one.reporter) for one in blank] == [
        ("B12", "line_blank", "D-00115")
    ]


def test_both_kinds_are_told_apart_in_one_sentence(tmp_path: Path) -> None:
    (issue,) = asked(send(changed(without_two, with_blank), tmp_path))
    assert issue.values["missing"] == f"{GIANG_BIEN}; {DUC_GIANG}"
    assert issue.values["blank"] == "Phường Thượng Thanh"
    assert "11 trên 14" in issue.build_message("vi")


def test_a_whole_book_asks_for_nobody(tmp_path: Path) -> None:
    result = send(full(), tmp_path)
    assert not asked(result)
    assert format_status(result, "vi").endswith("14 trên 14 đơn vị")


@pytest.mark.parametrize("active", [14, 3])
def test_with_a_register_only_the_teams_in_being_are_asked_for(tmp_path: Path, active: int) -> None:
    communes = places.load_places().communes_of(DISTRICT, date(2022, 9, 30))
    rows = [
        {
            "team_id": f"D-{place.code}",
            "commune": place.code,
            "status": "active",
            "valid_from": date(2021, 1, 1),
            "valid_to": None if at < active else date(2021, 12, 31),
        }
        for at, place in enumerate(communes)
    ]
    register = BytesIO()
    write_register(register, "D1", "HN", None, rows=rows)
    assert send(register.getvalue(), tmp_path).is_accepted
    result = send(changed(without_two), tmp_path)
    coverage = result.coverage
    assert coverage is not None
    assert coverage.owed == active
    assert list(coverage.missing.values()) == [GIANG_BIEN, DUC_GIANG][: max(active - 2, 0)]


def test_rows_received_before_are_not_asked_for_again(tmp_path: Path) -> None:
    send(full(), tmp_path)
    result = send(changed(without_two, lambda sheet: sheet.cell(FIRST_ROW, 3, 99)), tmp_path)
    (issue,) = asked(result)
    assert (issue.case, issue.severity) == ("earlier", "info")
    assert result.coverage is not None
    assert list(result.coverage.earlier) == ["D-00121", "D-00124"]


def without_unit(sheet: Worksheet) -> None:
    sheet["A14"].value = sheet["B14"].value = None


def with_other_label(sheet: Worksheet) -> None:
    sheet["C11"].value = sheet["F11"].value


def without_code(sheet: Worksheet) -> None:
    sheet["C9"].value = None


def with_unlabelled_sum(sheet: Worksheet) -> None:
    for column in range(3, sheet.max_column + 1):
        added = sum(sheet.cell(row, column).value or 0 for row in range(FIRST_ROW, 26))
        sheet.cell(26, column).value = added


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (without_unit, "T024", "Hàng 14 (ô C14) có số nhưng không ghi mã"),
        (with_other_label, "T023", "Ô C11: cột mã a01 lại ghi tên chỉ tiêu của mã a04"),
        (without_code, "T011", "Thiếu cột mã a01"),
    ],
)
def test_numbers_whose_unit_or_figure_is_not_certain_are_not_taken_and_named(
    change: Callable[[Worksheet], None], code: str, words: str
) -> None:
    ret = parse(changed(change)).ret
    assert ret is not None
    (issue,) = [one for one in ret.issues if one.code == code]
    assert words in issue.build_message("vi")
    taken = {entry.cell for entry in ret.entries if entry.state == "accepted"}
    assert not taken & {"C12", "C25"} if code != "T024" else "C14" not in taken


def test_a_sum_without_a_label_is_no_unit() -> None:
    ret = parse(changed(with_unlabelled_sum)).ret
    assert ret is not None
    assert [one for one in ret.issues if one.severity == "error"] == []
