"""What else an officer may send is understood or asked about, never guessed."""

import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.intake.templates import write_form
from tests.intake.bad_inputs.base import asked, errors, good, said, with_text
from tests.intake.bad_inputs.forms import resaved
from tests.intake.bad_inputs.zips import Part, pack, parts_of
from tests.intake.validation.sample_returns import GOOD_LINE
from tests.intake.validation.sample_returns import good as numbers

NAME, CODE, PERIOD, COUNT = "B3", "B4", "B5", "E28"
HEAD = "unit,period,code,value\n"


def csv(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines) + "\n").encode()


@pytest.mark.parametrize(
    "text",
    [
        "12.", "+12", "12-", "1 2", "1.234.56", "1'234", "1’234", "12 (mười hai)", "mười hai",
        ">12", "trên 100", "O",
        "l2", "½", "٣", "²", "Ⅻ", "1_000", "5%", "(12)", "12;", "12 nghìn", "1.5 triệu", "x", "✓",
        "'=12", "1.23.456",
        "１，２",
    ],
)  # fmt: skip
def test_what_is_no_whole_number_is_asked_about(text: str) -> None:
    assert errors(with_text(text, COUNT)) == [("V023", COUNT)]


@pytest.mark.parametrize("text", ["12.0", "0.0", "0.123", "10,000", "1000.000"])
def test_what_may_be_thousands_or_a_fraction_is_asked_about(text: str) -> None:
    assert errors(with_text(text, COUNT)) == [("V021", COUNT)]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12\u00a0", 12), ("1\u202f234", 1234), ("12\n", 12), ("01 lượt", 1), ("1.000 Lượt hộ", 1000)],
)
def test_odd_spaces_and_units_are_understood_and_said(text: str, value: int) -> None:
    answer = asked(with_text(text, COUNT))
    assert answer.ret is not None
    entry = next(e for e in answer.ret.entries if e.cell == COUNT)
    assert entry.value == value
    assert any(one.cell == COUNT for one in answer.ret.issues)


def test_no_commune_counts_ten_millions_of_anything_but_money() -> None:
    assert errors(with_text("10.000.000", COUNT)) == [("V007", COUNT)]
    assert errors(with_text("12,345,678", COUNT)) == [("V007", COUNT)]
    assert errors(with_text("10.000.000", "E50")) == []


@pytest.mark.parametrize(
    "text", ["Quý 3/2022", "Q3-2022", "QUÝ III/2022", "2022Q3", "quý 3  -  2022"]
)
def test_a_quarter_may_be_written_in_many_ways(text: str) -> None:
    ret = asked(with_text(text, PERIOD)).ret
    assert ret is not None
    assert ret.period == "2022-Q3"


@pytest.mark.parametrize(
    "text",
    ["3/2022", "2022-Q5", "2022", "6 tháng đầu năm 2022", "Quý 3", "09/2022", "quý 3 năm 22"],
)
def test_what_is_no_quarter_is_asked_about(text: str) -> None:
    assert errors(with_text(text, PERIOD)) == [("V013", PERIOD)]


@pytest.mark.parametrize("text", ["2019-Q4", "Quý III/2019", "Quý IV/2009"])
def test_a_period_before_the_form_was_in_use_is_refused(text: str) -> None:
    assert ("V031", PERIOD) in errors(with_text(text, PERIOD))


@pytest.mark.parametrize(
    "text",
    [
        "Xã Thanh Liệt (Thanh Trì)",
        "xã Thanh Liệt, huyện Thanh Trì, Hà Nội",
        "Xã Thanh Liệt, H. Thanh Trì",
        "Đội CTXH tình nguyện xã Thanh Liệt",
        "Đội CTXHTN xã Thanh Liệt",
        "Đội công tác xã hội tình nguyện x. Thanh Liệt",
        "thanh liet",
    ],
)
def test_a_unit_may_be_called_in_many_ways(text: str) -> None:
    assert errors(with_text(text, NAME)) == []


def test_the_number_of_a_point_does_not_belong_on_the_form_of_a_team() -> None:
    assert ("V032", CODE) in errors(with_text("P-00646", CODE))
    assert ("V032", "A2") in errors(csv("P-00646,2022-Q3,a20,5"), "a.csv")


@pytest.mark.parametrize("text", ["KỲ NÀY", "Kỳ này:", " Kỳ  này ", "Kỳ\nnày"])
def test_a_header_may_be_written_in_many_ways(text: str) -> None:
    assert errors(resaved(lambda book, sheet: sheet.cell(9, 5, text))) == []


def moved(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in range(11, 63):
        sheet.cell(row, 4).value, sheet.cell(row, 5).value = sheet.cell(row, 5).value, None


def test_numbers_typed_into_last_periods_column_are_not_this_periods() -> None:
    ret = asked(resaved(moved)).ret
    assert ret is not None
    assert not [e for e in ret.entries if e.state == "accepted"]


def with_codes_exchanged(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["A11"], sheet["A12"] = sheet["A12"].value, sheet["A11"].value


def with_codes_sorted(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    codes = [sheet.cell(row, 1).value for row in (11, 12, 13)]
    for row, code in zip((11, 12, 13), reversed(codes), strict=True):
        sheet.cell(row, 1).value = code


@pytest.mark.parametrize(
    ("change", "cells"), [(with_codes_exchanged, "B11 B12"), (with_codes_sorted, "B11 B13")]
)
def test_a_code_beside_the_label_of_another_figure_takes_neither(
    change: Callable[[openpyxl.Workbook, Worksheet], None], cells: str
) -> None:
    ret = asked(resaved(change)).ret
    assert ret is not None
    wrong = [one for one in ret.issues if one.code == "T023"]
    assert " ".join(one.cell for one in wrong) == cells
    assert {e.state for e in ret.entries if e.cell in cells.replace("B", "E")} == {"unread"}
    assert all(str(one.values["name"]) in one.build_message("vi") for one in wrong)


def with_signatures(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["A66"], sheet["E66"] = "Người lập biểu", "Thủ trưởng đơn vị"


@pytest.mark.parametrize(
    "change",
    [
        with_signatures,
        lambda book, sheet: sheet.insert_cols(3),
        lambda book, sheet: sheet.insert_rows(20),
        lambda book, sheet: setattr(sheet, "title", "Q3"),
        lambda book, sheet: book.create_sheet("Ghi chú").append(["họp tổ ngày 5"]),
        lambda book, sheet: sheet.protection.enable(),
        lambda book, sheet: setattr(sheet.auto_filter, "ref", "A9:G62"),
        lambda book, sheet: setattr(sheet["G20"], "hyperlink", "http://x/"),
    ],
)
def test_what_does_no_harm_is_taken(
    change: Callable[[openpyxl.Workbook, Worksheet], object],
) -> None:
    assert errors(resaved(change)) == []


def test_the_strict_kind_of_workbook_is_read_like_the_other() -> None:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = pack(
        Part(name, part.content.replace(main, b"http://purl.oclc.org/ooxml/spreadsheetml/main"))
        for name, part in parts_of(good()).items()
    )
    assert errors(data) == []


def forged(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    """A name hidden in our list of choices, its hash made to fit."""
    from pipelines.intake.parsing.pii_screen import hash_rows

    lists, about = book["_danhmuc"], book["_caunoi"]
    lists.cell(lists.max_row + 1, 1, "Nguyễn Văn An 0912345678")
    rows = [[str(cell.value or "") for cell in row] for row in lists.iter_rows()]
    at = next(row for row in about.iter_rows() if row[0].value == "lists")
    at[1].value = hash_rows(rows)


def test_nothing_can_be_hidden_in_our_own_list_of_choices() -> None:
    answer = asked(resaved(forged))
    assert answer.refused
    assert {one.code for one in answer.issues} == {"P001"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("gọi 0912 345 678", "phone"), ("anh Nguyễn Văn An", "name"),
        ("CCCD 001 099 012 345", "identity"),
        ("ở số 12 ngõ 34 phố Huế", "address"), ("sinh ngày 05/07/1985", "birth_date"),
        ("an@gmail.com", "email"),
    ],
)  # fmt: skip
def test_personal_data_in_a_note_is_refused_and_not_repeated(text: str, kind: str) -> None:
    answer = asked(with_text(text, "G20"))
    assert (answer.ret, answer.refused) == (None, True)
    assert [(one.code, one.cell, one.text, one.values["kind"]) for one in answer.issues] == [
        ("P001", "G20", "", kind)
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (csv("D-00646,2022-Q3,a20"), "T010"), (csv("D-00646,2022-Q3,a20,1,2"), "T010"),
        (csv('D-00646,2022-Q3,a20,"1'), "T010"), (csv("D-00646,2022-Q3,a20,1\x00"), "F003"),
        (csv("D-00646,2022-Q3,a20,0912345678"), "P001"), (b"a" * 9_000_000, "S005"),
        (b"," * 9_000_000, "S005"),
        (b"\n" * 5_000_000, "S006"), (b'"' * 500_000, "S005"),
        (csv(*["D-00646,2022-Q3,a20,3"] * 6_000), "S006"),
        (csv("D-00646,2022-Q3,a20,3", "D-00646,2022-Q3,a20,4"), "C002"),
        (csv("D-00646,2022-07,a20,3"), "V013"),
        (csv("D-00646,2019-Q1,a20,3"), "V031"), (csv("D-00646,2022-Q3,z99,3"), "T008"),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{len(given)} bytes",
)  # fmt: skip
def test_a_table_that_is_no_table_says_why(data: bytes, code: str) -> None:
    assert code in {found for found, _ in errors(data, "a.csv")}


@pytest.mark.parametrize(
    "unit",
    ["00646", "646", "d-00646", "Xã Thanh Liệt", '"Thanh Liệt, huyện Thanh Trì"', "X. Thanh Liệt"],
)
def test_a_line_of_a_table_names_its_unit_by_code_or_name(unit: str) -> None:
    ret = asked(csv(f"{unit},2022-Q3,a20,5"), "a.csv").ret
    assert ret is not None
    assert [(e.reporter, e.value) for e in ret.entries] == [("D-00646", 5)]


def test_a_name_of_several_places_asks_for_the_district() -> None:
    heard = said(csv("Chương Dương,2022-Q3,a20,5"), "a.csv")
    assert [code for code, _, _ in heard] == ["V029", "T008"]


def test_choices_may_be_typed_with_any_dash() -> None:
    target = BytesIO()
    line = {**GOOD_LINE, "facility": "CS02"}
    write_form(target, "B", "P-00646", "2022-Q3", values=numbers("B"), registers={"C": [line]})
    book = openpyxl.load_workbook(BytesIO(target.getvalue()))
    cell = next(
        c
        for row in book["Mẫu C"].iter_rows()
        for c in row
        if re.fullmatch(r"30\W39.*", str(c.value))
    )
    cell.value = str(cell.value).replace("–", "-")
    again = BytesIO()
    book.save(again)
    assert errors(again.getvalue()) == []
