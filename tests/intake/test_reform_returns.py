"""Returns of today, from the workbook on: the form of a unit comes back as its own."""

from io import BytesIO
from pathlib import Path

import pytest

from pipelines.intake.ingest import ingest_files
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.reporters import ReporterClaim, ReporterResolver
from pipelines.intake.prior_returns import load_previous_values
from pipelines.intake.templates import write_form, write_register
from pipelines.reference.periods import parse_period
from pipelines.reference.places import load_places
from pipelines.spreadsheet.model import Cell
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from tests.intake.ingest.sample_files import settings
from tests.intake.validation.sample_returns import good

TEAM = {"status": "active"}
POINT = {"programme": "M4", "status": "active", "confidence": "certain"}


def send(home: Path, form: str, unit: str, period: str, **changes: int | None) -> IngestResult:
    no_referrals = {"b60": 0, "b61": 0} if form == "B" else {}
    book = BytesIO()
    write_form(book, form, unit, period, values={**good(form), **no_referrals, **changes})
    (result,) = ingest_files([(f"Mau_{form}.xlsx", book.getvalue())], settings(home))
    return result


def register(home: Path, code: str, *rows: dict[str, str]) -> IngestResult:
    book = BytesIO()
    write_register(book, code, "HN", None, rows=rows)
    (result,) = ingest_files([(f"{code}.xlsx", book.getvalue())], settings(home))
    return result


def error_codes(result: IngestResult) -> set[str]:
    return {issue.code for issue in result.issues if issue.severity == "error"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The team of Hàng Trống (00070) and the points of Hàng Buồm and Lý Thái Tổ, until 2025-Q2."""
    register(tmp_path, "D1", {"team_id": "D-00070", "commune": "00070", **TEAM})
    points = [{"point_id": f"P-{code}", "commune": code, **POINT} for code in ("00046", "00058")]
    register(tmp_path, "D3", *points)
    send(tmp_path, "A", "D-00070", "2025-Q2", a31=200)
    send(tmp_path, "B", "P-00046", "2025-Q2")
    return tmp_path


def test_a_point_whose_ward_merged_gets_its_form_and_its_history(home: Path) -> None:
    previous = load_previous_values(Ledger(home), ["P-00046"], "2025-Q3")
    assert previous["P-00046"]["b14"] == 11
    result = send(home, "B", "P-00046", "2025-Q3", b10=11, b14=13)
    assert (error_codes(result), result.unit) == (set(), "P-00046")


def test_a_ward_of_today_meets_nothing_of_the_commune_that_had_its_code(home: Path) -> None:
    assert load_previous_values(Ledger(home), ["D-00070"], "2025-Q3") == {}
    result = send(home, "A", "D-00070", "2025-Q3", a01=90, a02=2, a03=1, a04=91)
    assert result.is_accepted
    codes = {issue.code for issue in result.issues}
    # NOTE: rule-X05 asks for the register line of the new team; nothing is held against the old.
    assert {code for code in codes if code.startswith("rule-X")} == {"rule-X05"}


def test_a_code_that_ended_says_where_the_commune_went() -> None:
    code = Cell("Mẫu A", 4, 2, "text", "00646", "00646")
    blank = Cell("Mẫu A", 3, 2, "blank", None, "")
    result = ParseResult()
    resolver = ReporterResolver(load_places(), parse_period("2025-Q4").first)
    assert not resolver.resolve_reporter(ReporterClaim(code, blank, ""), "A", result).reporter
    (issue,) = result.issues
    said = issue.build_message("vi")
    assert said.startswith("Ô Mẫu A!B4: Xã Thanh Liệt (00646) thuộc Phường Thanh Liệt (00643)")
    assert "từ ngày 01/07/2025" in said


def test_a_moved_line_with_an_error_is_not_taken_at_all(home: Path) -> None:
    line = {"point_id": "P-00046", "commune": "00070", **POINT, "valid_to": "2025-12-31"}
    assert error_codes(register(home, "D3", line)) == {"rule-D10"}
    unit = load_unit_index(Ledger(home)).units["P-00046"]
    assert (len(unit.seats), unit.valid_to) == (1, None)


def test_two_points_of_one_ward_are_told_apart_by_their_numbers(home: Path) -> None:
    for code in ("00046", "00058"):
        line = {"point_id": f"P-{code}", "commune": "00070", **POINT}
        register(home, "D3", {**line, "effective_from": "2025-07-01"})
    assert error_codes(send(home, "B", "P-00070", "2025-Q4")) == {"rule-X05"}
    assert error_codes(send(home, "B", "P-00058", "2025-Q4")) == set()
