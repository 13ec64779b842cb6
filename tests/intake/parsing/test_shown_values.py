"""What Excel shows is what is judged: rests of sums, percents, merges, hidden columns."""

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue
from tests.intake.bad_inputs.base import (
    CELL,
    SHEET,
    asked,
    errors,
    good,
    with_cell,
    with_sheet,
    with_styles,
)
from tests.intake.bad_inputs.forms import resaved
from tests.intake.bad_inputs.zips import edited

#: The cell of a48, the money lent.
MONEY = "E50"
MERGED = '</sheetData><mergeCells count="1"><mergeCell ref="E11:E13"/></mergeCells>'


def entry(data: bytes, cell: str = CELL) -> FieldValue:
    ret = asked(data).ret
    assert ret is not None
    (found,) = [one for one in ret.entries if one.cell == cell]
    return found


def issues(data: bytes, code: str) -> list[Issue]:
    ret = asked(data).ret
    assert ret is not None
    return [one for one in ret.issues if one.code == code]


def formatted(value: str, number_format: int, code: str = "", where: str = CELL) -> bytes:
    """The good return with a number of this format in a count, the first one if not told."""
    data, style = with_styles(
        with_cell(f'<c {{r}} s="ZZ"><v>{value}</v></c>', where),
        f'<xf numFmtId="{number_format}"/>',
        code,
    )
    return edited(data, SHEET, 's="ZZ"', f's="{style}"')


@pytest.mark.parametrize("rest", ["2.9999999999999996", "3.0000000000000004", "3.0"])
def test_the_rest_of_a_sum_that_excel_does_not_show_is_no_fraction(rest: str) -> None:
    data = with_cell(f"<c {{r}}><v>{rest}</v></c>")
    assert not errors(data)
    assert entry(data).value == 3


def test_the_saved_result_of_a_formula_has_no_rest_either() -> None:
    data = with_cell("<c {r}><f>0.1*3+2.7</f><v>2.9999999999999996</v></c>")
    assert entry(data).value == 3


@pytest.mark.parametrize("value", ["2.99999999999", "3.0000001", "2.5"])
def test_a_fraction_that_excel_shows_stays_one(value: str) -> None:
    assert errors(with_cell(f"<c {{r}}><v>{value}</v></c>")) == [("V006", CELL)]


@pytest.mark.parametrize(
    ("number_format", "code", "value", "shown"),
    [(9, "", "1", "100%"), (10, "", "0.5", "50%"), (199, "0.0 %", "3", "300%")],
)
def test_a_percent_is_asked_about_with_both_readings(
    number_format: int, code: str, value: str, shown: str
) -> None:
    data = formatted(value, number_format, code)
    assert errors(data) == [("V039", CELL)]
    (issue,) = issues(data, "V039")
    sentence = issue.build_message("vi")
    assert f'hiện "{shown}"' in sentence
    assert f"là {value} hay {shown}" in sentence
    assert entry(data).state == "unread"


def test_thousands_hidden_by_the_format_are_asked_about() -> None:
    (issue,) = issues(formatted("5000", 199, "#,##0,"), "V039")
    assert (issue.text, issue.values["n"]) == ("5", "5000")


@pytest.mark.parametrize(
    ("value", "number_format", "code", "shown"),
    [
        ("2.6", 1, "", "3"), ("2.5", 3, "", "3"), ("2.6", 199, "#,##0;[Red]-0", "3"),
        ("3", 199, "0&quot;0&quot;", "30"), ("3", 199, "0\\0", "30"), ("3", 199, "-0", "-3"),
        ("3", 199, "0&quot; nghìn&quot;", "3 nghìn"), ("3", 199, "&quot;trên &quot;0", "trên 3"),
        ("3", 199, "[&gt;2]&quot;nhiều&quot;;0", "nhiều"), ("3", 199, "&quot;Có&quot;;0", "Có"),
    ],
)  # fmt: skip
def test_what_a_format_makes_of_a_number_is_asked_about(
    value: str, number_format: int, code: str, shown: str
) -> None:
    (issue,) = issues(formatted(value, number_format, code), "V039")
    assert f'hiện "{shown}" nhưng Excel lưu {value}' in issue.build_message("vi")


@pytest.mark.parametrize("code", [";;;", "&quot;&quot;", "[=7]0;"])
def test_a_number_that_excel_does_not_show_is_asked_about(code: str) -> None:
    (issue,) = issues(formatted("3", 199, code), "V039")
    assert (issue.case, issue.cell) == ("nothing", CELL)
    assert "không hiện gì" in issue.build_message("vi")


def test_a_unit_that_the_format_writes_is_judged_like_a_typed_one() -> None:
    people, contacts = (formatted("3", 199, f"0&quot; {word}&quot;") for word in ("người", "lượt"))
    assert (entry(people).value, errors(people)) == (3, [])
    assert errors(contacts) == [("V038", CELL)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("4", "000"), ("4", "#,##0.00"), ("4", "[Red]0"), ("4", "[&gt;9]&quot;nhiều&quot;;0"),
        ("1200", "_-* #,##0_-;-* #,##0_-"), ("4", "0_);(0)"), ("4", "# ?/?"), ("4", "0.00E+00"),
        ("0", ";;;"), ("0", "0;-0;;@"),
    ],
)  # fmt: skip
def test_a_format_that_shows_the_number_is_as_good_as_none(value: str, code: str) -> None:
    data = formatted(value, 199, code)
    assert errors(data) == []
    assert entry(data).value == int(value)


@pytest.mark.parametrize(("number_format", "value"), [(9, "0"), (3, "4")])
def test_a_format_that_changes_no_number_raises_nothing(number_format: int, value: str) -> None:
    data = formatted(value, number_format)
    assert not errors(data)
    assert entry(data).value == int(value)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [("12", "0\\.0", "1.2"), ("12", "000\\-000", "000-012"), ("5", "0&quot; %&quot;", "5 %")],
)
def test_signs_a_format_puts_between_or_behind_digits_are_seen(
    value: str, code: str, text: str
) -> None:
    (issue,) = issues(formatted(value, 199, code), "V039")
    assert issue.text == text


def test_a_blank_between_thousands_is_none_of_them() -> None:
    assert entry(formatted("12345", 199, "# ##0")).value == 12345


def test_a_currency_is_the_unit_of_money_only() -> None:
    for code in ("#,##0 [$₫-42A]", "[$₫-42A] #,##0", "#,##0 &quot;₫&quot;"):
        assert errors(formatted("5", 199, code)) == [("V038", CELL)]
        assert entry(formatted("5", 199, code, MONEY), MONEY).value == 5


def test_what_a_merge_covers_is_said_and_not_counted() -> None:
    data = with_sheet("</sheetData>", MERGED)
    (issue,) = issues(data, "T022")
    assert issue.cells == ("E12", "E13")
    assert "E12, E13" in issue.build_message("vi")
    assert entry(data).value == 1
    assert entry(data, "E12").value is None
    assert entry(data, "E13").value is None


def hide_column(letter: str) -> Callable[[Workbook, Worksheet], None]:
    def change(_: Workbook, sheet: Worksheet) -> None:
        sheet.column_dimensions[letter].hidden = True

    return change


@pytest.mark.parametrize(
    "data",
    [
        lambda: resaved(hide_column("E")),
        lambda: with_sheet('<col min="5" max="5"', '<col min="5" max="5" hidden="1"'),
        lambda: with_sheet('<col min="5" max="5" width=', '<col min="5" max="5" width="0" x='),
    ],
    ids=["careful", "fast", "no width"],
)
def test_a_hidden_column_of_figures_is_said(data: Callable[[], bytes]) -> None:
    (issue,) = issues(data(), "T021")
    assert issue.severity == "warning"
    assert "Cột ẩn E" in issue.build_message("vi")
    assert entry(data()).value == 1


def test_a_row_without_height_is_hidden() -> None:
    (issue,) = issues(with_sheet('<row r="20"', '<row r="20" ht="0"'), "T006")
    assert "Có hàng ẩn 20" in issue.build_message("vi")


def test_a_hidden_column_that_is_only_printed_is_not_mentioned() -> None:
    assert not issues(resaved(hide_column("D")), "T021")
    assert not issues(good(), "T021")
