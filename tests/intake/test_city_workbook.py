"""The city's consolidated workbook since July 2025: a line a ward, or for each of its teams."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from pipelines.errors import PlaceError
from pipelines.intake import feedback
from pipelines.intake.ingest import IngestResult, ingest_files
from pipelines.intake.templates import write_district
from pipelines.intake.templates.report_subject import list_lines
from pipelines.reference.periods import parse_period
from pipelines.reference.places import load_places
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from tests.intake.ingest.sample_files import settings
from tests.intake.test_reform_returns import TEAM, register
from tests.intake.validation.sample_returns import good

QUARTER = parse_period("2025-Q4").first
MOVED = {"commune": "00070", "effective_from": "2025-07-01", **TEAM}
#: Ngọc Hà, a ward with one team, and the two teams of Hoàn Kiếm.
LINES = ("D-00008", "D-00046", "D-00058")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The teams of Hàng Buồm and Lý Thái Tổ, both now in Hoàn Kiếm, and the one of Ngọc Hà."""
    codes = ("00046", "00058", "00022")
    register(tmp_path, "D1", *({"team_id": f"D-{c}", "commune": c, **TEAM} for c in codes))
    moved = [{"team_id": f"D-{code}", **MOVED} for code in codes[:2]]
    register(tmp_path, "D1", *moved, {"team_id": "D-00022", **MOVED, "commune": "00008"})
    return tmp_path


def send(home: Path, *numbers: str) -> IngestResult:
    book = BytesIO()
    lines = list_lines(load_unit_index(Ledger(home)), "A", "HN", QUARTER)
    values = {number: good("A") for number in numbers}
    write_district(book, "A", "HN", "2025-Q4", lines=lines, values=values)
    (result,) = ingest_files([("Mau_A_HN_2025-Q4.xlsx", book.getvalue())], settings(home))
    return result


def test_every_ward_has_a_line_and_one_with_two_teams_has_two(home: Path) -> None:
    lines = list_lines(load_unit_index(Ledger(home)), "A", "HN", QUARTER)
    assert {place.id for place in lines.values()} == {
        place.id for place in load_places().valid_on(date(2025, 12, 1))
    }
    assert (len(lines), [n for n, p in lines.items() if p.code == "00070"]) == (127, [*LINES[1:]])


def test_the_lines_of_the_city_reach_the_team_of_each(home: Path) -> None:
    result = send(home, *LINES)
    assert (result.unit, result.period, result.is_accepted) == ("HN", "2025-Q4", True)
    assert result.coverage and result.coverage.owed == 3
    assert list(result.coverage.filled.values()) == [
        "Phường Ngọc Hà",
        "Phường Hoàn Kiếm (D-00046)",
        "Phường Hoàn Kiếm (D-00058)",
    ]
    owners = {load_unit_index(Ledger(home)).identify(number, QUARTER) for number in LINES}
    assert owners == {"D-00022", "D-00046", "D-00058"}


def test_a_ward_without_a_line_is_named_and_no_ward_that_owes_nothing(home: Path) -> None:
    result = send(home, "D-00008", "D-00046")
    (missing,) = [issue for issue in result.issues if issue.code == "C008"]
    assert "Phường Hoàn Kiếm (D-00058)" in missing.build_message("vi")
    assert [i.reporter for i in result.issues if i.code == "V025"] == ["D-00058"]


def test_the_marked_copy_of_the_city_keeps_every_line(home: Path) -> None:
    book = BytesIO()
    values = {number: {**good("A"), "a04": 99} for number in LINES}
    lines = list_lines(load_unit_index(Ledger(home)), "A", "HN", QUARTER)
    write_district(book, "A", "HN", "2025-Q4", lines=lines, values=values)
    (result,) = ingest_files([("Mau_A.xlsx", book.getvalue())], settings(home))
    marked = BytesIO()
    feedback.write_marked_copy(marked, result.ret, result.issues, settings=settings(home))
    cells = openpyxl.load_workbook(marked)["Mẫu A"].iter_rows(min_row=12, max_col=1)
    codes = [cell.value for (cell,) in cells if cell.value]
    assert {"00008", "D-00046", "D-00058"} <= set(codes)


def test_a_period_with_districts_has_no_workbook_of_the_city() -> None:
    with pytest.raises(PlaceError):
        write_district(BytesIO(), "A", "HN", "2025-Q2")
