"""Whose figures and which quarter: certain, or asked about with both readings; never guessed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import catalog
from pipelines.intake.ingest import ingest_files, preview_files
from pipelines.intake.issues import Issue
from pipelines.intake.parsing.period_text import (
    find_mentions,
    fits,
    possible_quarters,
    read_quarter,
    read_quarter_cell,
)
from pipelines.intake.templates import write_district, write_form, write_register
from pipelines.reference.periods import Quarter
from pipelines.settings import Settings
from pipelines.spreadsheet.model import Cell
from pipelines.store.ledger import Ledger
from tests.intake.bad_inputs.base import asked, errors, good, said, with_text
from tests.intake.bad_inputs.forms import resaved
from tests.intake.validation.sample_returns import GOOD_LINE
from tests.intake.validation.sample_returns import good as numbers

NAME, CODE, PERIOD = "B3", "B4", "B5"
LINES = [{**GOOD_LINE, "facility": "CS02"}]
APRIL = datetime(2024, 4, 1)
QUARTERS = st.builds(Quarter.from_number, st.integers(2010, 2099), st.integers(1, 4))
ROMAN = ("I", "II", "III", "IV")
STYLES: tuple[Callable[[Quarter], str], ...] = (
    lambda q: q.code,
    lambda q: f"Q{q.number}/{q.year}",
    lambda q: f"Quý {ROMAN[q.number - 1]} năm {q.year}",
    lambda q: f"Quí {q.number}/{q.year}",
    lambda q: f"QUÝ {q.number} - {q.year}",
    lambda q: f"năm {q.year}, quý {ROMAN[q.number - 1].lower()}",
    lambda q: f"Kỳ báo cáo: quy {q.number} nam {q.year}",
    lambda q: f"{q.code} (từ {q.start:%d/%m/%Y} đến {q.end:%d/%m/%Y})",
    lambda q: f"{q.start:%d/%m/%Y} - {q.end:%d/%m/%Y}",
)
#: What may stand in a period cell, in any order and number.
PIECES = (
    "quý", "q", "Q", "quí", "kỳ", "tháng", "năm", "đến", "từ", "-", "/", ".", " ", " ", "(", ")",
    "1", "2", "3", "4", "5", "12", "I", "II", "III", "IV", "2023", "2024", "24", "ba", "tư",
    "01/04/2024", "15/06/2024", "14/09/2024", "2024-Q4", "2024-Q2", "H1", "6 tháng đầu năm",
)  # fmt: skip


def text_cell(text: str) -> Cell:
    return Cell("Mẫu A", 5, 2, "text", text, text)


def saved(write: Callable[..., None], *given: object, **more: object) -> openpyxl.Workbook:
    target = BytesIO()
    write(target, *given, **more)
    return openpyxl.load_workbook(BytesIO(target.getvalue()))


def packed(book: openpyxl.Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def form(
    sheet: str = "Mẫu A", unit: str = "D-00646", period: str = "2022-Q3", **cells: object
) -> bytes:
    """A filled form with cells of its first sheet typed over."""
    code = sheet[-1]
    book = saved(write_form, code, unit, period, values=numbers(code))
    for where, value in cells.items():
        book[sheet][where] = value
    return packed(book)


def district(**cells: object) -> bytes:
    book = saved(write_district, "A", "004", "2022-Q3", values={"D-00115": numbers("A")})
    for where, value in cells.items():
        book.worksheets[0][where] = value
    return packed(book)


def register_c(period: object) -> bytes:
    book = saved(write_register, "C", "P-00646", "2022-Q3", rows=LINES)
    book.worksheets[0][PERIOD] = period
    return packed(book)


def csv(*lines: str) -> bytes:
    return ("unit,period,code,value\n" + "\n".join(lines) + "\n").encode()


def issues(data: bytes, name: str = "bao-cao.xlsx") -> list[Issue]:
    ret = asked(data, name).ret
    assert ret is not None
    return [one for one in ret.issues if one.severity == "error"]


def takes_nothing(data: bytes, name: str = "bao-cao.xlsx") -> bool:
    """True when no cell is accepted, or an issue refuses the whole file."""
    ret = asked(data, name).ret
    if ret is None or any(catalog.messages()[one.code].effect == "reject" for one in ret.issues):
        return True
    return not any(entry.state == "accepted" for entry in ret.entries)


# --- the period


@given(QUARTERS, st.sampled_from(STYLES))
def test_a_quarter_is_read_in_every_way_it_is_written(
    quarter: Quarter, style: Callable[[Quarter], str]
) -> None:
    assert read_quarter(style(quarter)) == quarter


@pytest.mark.parametrize(
    ("text", "first", "quarters"),
    [
        ("2023", "2023-Q1", 4),
        (2023, "2023-Q1", 4),
        ("năm 2023", "2023-Q1", 4),
        ("2023-H2", "2023-Q3", 2),
    ],
)
def test_a_year_is_read_as_the_year_and_refused_where_a_quarter_is_owed(
    text: object, first: str, quarters: int
) -> None:
    (issue,) = issues(form(B5=text))
    assert (issue.code, issue.case, issue.effect) == ("V013", "longer", "reject")
    offered = str(issue.values["name"]).split(", ")
    assert (offered[0], len(offered)) == (first, quarters)
    assert f'"{text}"' in issue.build_message("vi")
    assert "theo quý" in issue.build_message("vi")


@pytest.mark.parametrize(
    "text",
    [
        "Quí III/2022", "quí 3 năm 2022", "Q3/2022", "q3 / 2022", "Qúy III/2022", "QÚY 3 năm 2022",
        "Quý thứ 3 năm 2022", "quý số 3/2022",
    ],
)  # fmt: skip
def test_quarters_as_officers_spell_them(text: str) -> None:
    assert not issues(form(B5=text))


@pytest.mark.parametrize(
    "text",
    [
        "UBND xã Thanh Liệt",
        "Đội tình nguyện xã Thanh Liệt",
        "Đội CTXH tình nguyện Thanh Liệt",
        "Trạm Y tế Thanh Liệt",
        "TYT xã Thanh Liệt",
        "X. Thanh Liệt",
        "Hội LHPN Thanh Liệt",
    ],
)
def test_offices_and_teams_before_the_name_are_understood(text: str) -> None:
    ret = asked(form(B3=text)).ret
    assert ret is not None
    assert not [one for one in ret.issues if one.code in ("V017", "V018")]
    assert ret.unit == "D-00646"


@pytest.mark.parametrize("text", ["Thanh Trì", "Huyện Thanh Trì", "Ban chỉ đạo 138"])
def test_a_free_name_that_is_nobody_elses_does_not_outvote_the_code(text: str) -> None:
    ret = asked(form(B3=text)).ret
    assert ret is not None
    assert [one.code for one in ret.issues if one.severity == "error"] == []
    assert ret.unit == "D-00646"


@pytest.mark.parametrize("text", ["Trạm y tế Tân Triều", "UBND xã Tân Triều", "Phường Thanh Trì"])
def test_the_name_of_another_unit_behind_an_office_still_clashes(text: str) -> None:
    assert errors(form(B3=text)) == [("V017", NAME)]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_any_text_is_read_as_the_one_quarter_it_names_or_not_at_all(text: str) -> None:
    quarter = read_quarter(text)
    if quarter is None:
        return
    days = [f"{quarter.start:%d/%m/%Y}", f"{quarter.end:%d/%m/%Y}"]
    rest = text
    for day in days:
        rest = rest.replace(day, "")
    named = {str(quarter.year), str(quarter.number)}
    assert set(re.findall(r"\d+", rest)) <= named
    romans = {one.upper() for one in re.findall(r"(?<![^\W\d])(?:q|quý|quí)?[ .]*([IV]+)", rest)}
    assert romans <= {ROMAN[quarter.number - 1]}


@pytest.mark.parametrize("text", ["quý12023", "Q32022", "quý 4 12024"])
def test_digits_that_run_together_are_no_quarter(text: str) -> None:
    assert read_quarter(text) is None


@given(st.text(max_size=30))
def test_no_text_whatever_ends_the_reading(text: str) -> None:
    assert isinstance(possible_quarters(text_cell(text)), list)
    assert fits(find_mentions(text), Quarter.from_number(2024, 4)) in (True, False)


@given(
    QUARTERS,
    QUARTERS,
    st.sampled_from(STYLES),
    st.sampled_from(STYLES),
    st.sampled_from([" ", "; ", " và "]),
)
def test_two_quarters_in_one_cell_are_none(
    a: Quarter,
    b: Quarter,
    first: Callable[[Quarter], str],
    second: Callable[[Quarter], str],
    between: str,
) -> None:
    read = read_quarter(first(a) + between + second(b))
    assert read is None or (read == a == b)


@given(st.dates(date(2010, 1, 1), date(2099, 12, 31)))
def test_a_date_is_never_a_quarter(day: date) -> None:
    cell = Cell("Mẫu A", 5, 2, "date", day, day.isoformat())
    assert read_quarter_cell(cell) is None
    assert Quarter.containing(day) in possible_quarters(cell)
    assert all(
        read_quarter(f"{day:{how}}") is None for how in ("%d/%m/%Y", "%Y-%m-%d", "%m/%Y", "%Y")
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("4/2024", "2024-Q4, 2024-Q2"), ("tháng 4/2024", "2024-Q4, 2024-Q2"),
        ("01/04/2024", "2024-Q4, 2024-Q2"),
        ("2023", "2023-Q1, 2023-Q2, 2023-Q3, 2023-Q4"), ("2023-H1", "2023-Q1, 2023-Q2"),
        ("09/2023", "2023-Q3"),
        ("Q3-Q4/2022", "2022-Q4"), ("từ tháng 7 đến tháng 9/2022", "2022-Q3"),
        ("7/2023", "2023-Q3"),
        ("IV/2022", "2022-Q4"), ("Kỳ III năm 2022", "2022-Q3"), ("Quý 4/24", "2024-Q4"),
        ("q2'23", "2023-Q2"),
        ("2022-Q4 (từ 15/06/2022 đến 14/09/2022)", "2022-Q4, 2022-Q3"),
    ],
)  # fmt: skip
def test_what_may_be_several_quarters_is_asked_about_with_all_of_them(
    text: str, meant: str
) -> None:
    assert read_quarter(text) is None
    assert ", ".join(quarter.code for quarter in possible_quarters(text_cell(text))) == meant


def test_a_date_typed_for_a_quarter_loads_nothing_and_leaves_the_accepted_return(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, free_bytes=0)
    second = form(period="2024-Q2")
    fourth = form(period="2024-Q4", B5=APRIL, E28=7)
    seventeenth = datetime(2025, 1, 17, 2, 30, tzinfo=UTC)
    assert ingest_files([("Q2.xlsx", second)], settings, seventeenth)[0].status.startswith(
        "accepted"
    )
    accepted = Ledger(tmp_path).newest_values(reporters=["D-00646"])
    for way in (
        preview_files([("a.xlsx", fourth)], settings),
        ingest_files([("a.xlsx", fourth)], settings, seventeenth),
    ):
        assert (way[0].status, way[0].changes, way[0].replaced) == ("returned", (), None)
        asked_about = next(one for one in way[0].issues if one.code == "V033")
        assert (asked_about.cell, asked_about.text) == (PERIOD, "01/04/2024")
        assert asked_about.values["name"] == "2024-Q4, 2024-Q2"
    assert Ledger(tmp_path).newest_values(reporters=["D-00646"]).equals(accepted)


@pytest.mark.parametrize(
    ("data", "code", "cell"),
    [
        (form(B5=None), "V035", PERIOD), (form(B5=2022), "V013", PERIOD),
        (form(B5=APRIL), "V033", PERIOD),
        (form("Mẫu B", "P-00646", B5=APRIL), "V033", PERIOD), (district(B5=APRIL), "V033", PERIOD),
        (register_c(APRIL), "V033", PERIOD),
        (csv("D-00646,4/2022,a20,5"), "V013", "B2"),
        (csv("D-00646,2022-04-01,a20,5"), "V013", "B2"),
        (csv("D-00646,2022,a20,5"), "V013", "B2"), (csv("D-00646,kỳ này,a20,5"), "V034", "B2"),
    ],
    ids=["blank", "year", "date", "form B", "district", "form C", "month", "day", "year in a table",
         "words"],
)  # fmt: skip
def test_on_every_form_an_unclear_period_is_an_error_at_its_cell(
    data: bytes, code: str, cell: str
) -> None:
    name = "a.csv" if data.startswith(b"unit") else "a.xlsx"
    assert errors(data, name) == [(code, cell)]
    assert takes_nothing(data, name)


# --- two places that differ


def renamed_sheet(title: str) -> bytes:
    return resaved(lambda book, sheet: setattr(sheet, "title", title))


def with_point_sheet(**cells: object) -> bytes:
    book = saved(write_form, "B", "P-00646", "2022-Q3", values=numbers("B"), registers={"C": LINES})
    for where, value in cells.items():
        book["Mẫu C"][where] = value
    return packed(book)


@pytest.mark.parametrize(
    ("data", "name", "code", "said_there"),
    [
        (form(B5="2022-Q2"), "a.xlsx", "T015", "2022-Q3"),
        (form(B4="00649", B3="Xã Tả Thanh Oai"), "a.xlsx", "T015", "D-00646"),
        (form(B4=None, B3="Xã Tân Triều"), "a.xlsx", "T015", "D-00646"),
        (good(), "Mau_A_00646_2022-Q2.xlsx", "T018", "2022-Q2"),
        (good(), "bao cao quý IV năm 2022.xlsx", "T018", "2022-Q4"),
        (good(), "quy 2.xlsx", "T018", "Q2"),
        (good(), "Mau_A_00115_2022-Q3.xlsx", "T018", "00115"),
        (good(), "Mau_A_004_2022-Q3.xlsx", "T018", "004"),
        (renamed_sheet("Quý II-2022"), "a.xlsx", "T019", "2022-Q2"),
        (renamed_sheet("00115"), "a.xlsx", "T019", "00115"),
        (form(A2="Báo cáo quý II năm 2022"), "a.xlsx", "T020", "2022-Q2"),
        (form(D5="Kỳ báo cáo: Quý II/2022"), "a.xlsx", "T020", "Quý II/2022"),
        (form("Mẫu B", "P-00646", B5="2022-Q2"), "a.xlsx", "T015", "2022-Q3"),
        (district(B5="2022-Q2"), "a.xlsx", "T015", "2022-Q3"),
        (district(B4="020", B3="Huyện Thanh Trì"), "a.xlsx", "T015", "004"),
        (district(), "Mau_A_020_2022-Q3.xlsx", "T018", "020"),
        (csv("D-00646,2022-Q3,a20,5"), "so lieu Q2-2022.csv", "T018", "2022-Q2"),
        (csv("D-00646,2022-Q3,a20,5", "D-00646,2022-Q2,a20,5"), "Q3-2022.csv", "T018", "2022-Q3"),
        (csv("D-00646,2022-Q3,a20,5"), "00115.csv", "T018", "00115"),
    ],
)  # fmt: skip
def test_two_places_that_differ_are_both_named_and_nothing_is_taken(
    data: bytes, name: str, code: str, said_there: str
) -> None:
    found = issues(data, name)
    assert (found[0].code, found[0].values["name"]) == (code, said_there)
    assert all(str(one.values["name"]) in one.build_message("vi") for one in found)
    assert found[0].text
    assert found[0].text in found[0].build_message("vi")
    assert takes_nothing(data, name)


def test_a_sheet_beside_a_form_that_is_of_another_quarter_or_point_is_named() -> None:
    cells = {"period": {}, "code": {}}
    sheet = saved(write_form, "B", "P-00646", "2022-Q3", registers={"C": LINES})["Mẫu C"]
    for row in sheet.iter_rows(max_row=8):
        for label, name in (("Kỳ báo cáo", "period"), ("Mã đơn vị", "code")):
            if row[0].value == label:
                cells[name] = next(c.coordinate for c in row[1:] if c.value)
    for name, value in (("period", "2022-Q2"), ("code", "P-00649")):
        found = issues(with_point_sheet(**{str(cells[name]): value}))
        assert [(one.code, one.values["name"]) for one in found] == [("T020", value)]


def test_a_register_of_the_city_headed_by_a_district_is_not_taken() -> None:
    rows = [
        {"team_id": "D-00646", "commune": "00646", "status": "active", "valid_from": "2019-01-01"}
    ]
    book = saved(write_register, "D1", "HN", None, rows=rows)
    assert asked(packed(book)).ret.unit == "HN"
    row = next(r for r in book.worksheets[0].iter_rows(max_row=8) if r[0].value == "Mã đơn vị")
    next(c for c in row[1:] if c.value).value = "020"
    ret = asked(packed(book)).ret
    assert ([one.code for one in ret.issues if one.severity == "error"], ret.records) == (
        ["T015"],
        [],
    )


@pytest.mark.parametrize(
    "name",
    [
        "Sheet1.xlsx", "bao cao.xlsx", "ban sao.xlsx", "Mau_A_00646_2022-Q3 (1).xlsx",
        "Mau_A_00646_2022-Q3_lan2.xlsx",
        "0a1b2c3d4e5f_Mau_A_020_2022-Q3.xlsx", "BC Thanh Liet Q3.xlsx", "Q3-2022 thay Q2-2022.xlsx",
        "2023.xlsx",
        "Q. Hai Bà Trưng gửi 10-2022.xlsx", "quy 3 05-01-2023.xlsx", "CV 99999.xlsx",
        "IMG_004.xlsx",
    ],
)  # fmt: skip
def test_a_file_name_that_says_nothing_else_is_no_contradiction(name: str) -> None:
    assert said(good(), name) == []


def test_one_line_of_another_quarter_than_the_name_says_returns_the_whole_table(
    tmp_path: Path,
) -> None:
    data = csv("D-00646,2022-Q3,a20,5", "D-00646,2022-Q2,a20,6")
    settings = Settings(home=tmp_path, free_bytes=0)
    assert ingest_files([("Q3-2022.csv", data)], settings)[0].status == "returned"
    assert Ledger(tmp_path).newest_values(reporters=["D-00646"]).is_empty()
    assert ingest_files([("so lieu.csv", data)], settings)[0].status.startswith("accepted")


# --- the unit


@pytest.mark.parametrize(
    "text",
    [
        "UBND xã Thanh Liệt", "Đội tình nguyện xã Thanh Liệt", "Đội CTXHTN xã Thanh Liệt",
        "UBND Thanh Liệt",
        "Ủy ban nhân dân xã Thanh Liệt", "Ban chỉ đạo xã Thanh Liệt huyện Thanh Trì",
        "Đội Thanh Liệt",
        "Đội tình nguyện số 2 xã Thanh Liệt, huyện Thanh Trì",
    ],
)  # fmt: skip
def test_offices_and_teams_before_a_name_are_understood(text: str) -> None:
    assert said(with_text(text, NAME)) == []


@pytest.mark.parametrize(
    "text",
    ["Thanh", "Thanh Liết", "Phường Thanh Liệt", "Trạm y tế Thanh Liệtt, Thanh Trì", "Đội số 1"],
)
def test_a_misspelt_name_beside_a_right_code_is_a_warning_with_the_right_name(text: str) -> None:
    found = asked(with_text(text, NAME)).ret
    assert [(one.code, one.severity, one.values["name"]) for one in found.issues] == [
        ("V018", "warning", "Xã Thanh Liệt")
    ]
    assert {entry.state for entry in found.entries} == {"accepted"}


@pytest.mark.parametrize(
    "text",
    [
        "Tân Triều", "UBND xã Tân Triều", "UBND xã Tân Triều huyện Thanh Trì",
        "Trạm y tế Tân Triều", "tan trieu",
        "Đội xã Tân Triều số 2", "Phường Thanh Trì", "Đội CTXHTN xa Tan Trieu",
        "Xã Thanh Liệt và xã Tân Triều", "Xã Tân Triều (thay Thanh Liệt)",
        "Thanh Liệt và Tân Triều", "Xã Thanh Liệt + Tân Triều",
    ],
)  # fmt: skip
def test_the_name_of_another_unit_beside_a_code_takes_nothing(text: str) -> None:
    assert errors(with_text(text, NAME)) == [("V017", NAME)]
    assert takes_nothing(with_text(text, NAME))


@pytest.mark.parametrize(
    "text",
    [
        "UBND huyện Thanh Trì", "huyện Thanh Trì cũ", "Quận Long Biên và huyện Gia Lâm",
        "Gia Lâm, Long Biên", "Đội xã Tả Thanh Oai 2",
    ],
)  # fmt: skip
def test_the_name_of_another_district_beside_its_code_takes_nothing(text: str) -> None:
    assert errors(district(B3=text))[0] == ("V017", NAME)
    assert takes_nothing(district(B3=text))


@pytest.mark.parametrize("text", ["UBND quận Long Biên", "Quận Long Biên, gồm phường Đức Giang"])
def test_a_districts_own_name_in_a_free_text_is_no_other(text: str) -> None:
    assert errors(district(B3=text)) == []
