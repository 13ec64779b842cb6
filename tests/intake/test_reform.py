"""A reform proposes a line for every unit; no unit is lost, doubled or moved by itself."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.ingest import ingest_files
from pipelines.intake.reform import ReformLine, propose_lines, write_proposal
from pipelines.reference.periods import parse_period
from pipelines.reference.places import CrosswalkStep, Place, Places
from pipelines.reference.unit_seats import Seat, SeatedUnit, UnitIndex
from pipelines.store.ledger import Ledger
from pipelines.store.unit_register import load_unit_index
from tests.intake.ingest.sample_files import settings
from tests.intake.test_reform_returns import TEAM, register

DAY = date(2025, 7, 1)
QUARTER = parse_period("2025-Q4").first


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Teams of Hàng Buồm and Lý Thái Tổ, which became Hoàn Kiếm, and of Thanh Liệt, split."""
    codes = ("00046", "00058", "00646")
    register(tmp_path, "D1", *({"team_id": f"D-{c}", "commune": c, **TEAM} for c in codes))
    return tmp_path


def propose(home: Path) -> tuple[bytes, dict[str, ReformLine]]:
    book = BytesIO()
    lines = write_proposal(book, settings(home), DAY)
    return book.getvalue(), {line.unit: line for line in lines}


def test_every_unit_has_a_line_and_the_split_one_is_left_to_a_person(home: Path) -> None:
    _, lines = propose(home)
    assert [line.is_decided for line in lines.values()] == [True, True, False]
    assert lines["D-00646"].targets[0].code == "00643"
    assert lines["D-00046"].others == ("D-00058",)


def test_the_decided_lines_are_taken_and_the_others_are_not(home: Path) -> None:
    book, _ = propose(home)
    (result,) = ingest_files([("d.xlsx", book)], settings(home))
    assert {issue.code for issue in result.issues if issue.severity == "error"} == {"V027"}
    index = load_unit_index(Ledger(home))
    seats = {unit.id: unit.seats[-1].commune for unit in index.units.values()}
    assert seats == {"D-00046": "00070", "D-00058": "00070", "D-00646": "00646"}
    _, again = propose(home)
    assert list(again) == ["D-00646"]


@st.composite
def reforms(draw: st.DrawFn) -> tuple[Places, list[SeatedUnit]]:
    """Draw communes that merge or split into fewer that reuse their codes, and teams in them."""
    count = draw(st.integers(1, 6))
    codes = [f"{number:05d}" for number in range(1, count + 1)]
    new_codes = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
    old = [_make_place(code, date(2008, 8, 1), DAY) for code in codes]
    new = [_make_place(code, DAY, None) for code in new_codes]
    steps: list[CrosswalkStep] = []
    for place in old:
        targets = draw(st.lists(st.sampled_from(new), min_size=1, max_size=3, unique=True))
        is_whole = len(targets) == 1
        people = "all" if is_whole else "part"
        for target in targets:
            is_main = target is targets[0]
            steps.append(CrosswalkStep(place.id, target.id, is_whole, people, is_main))
    with_team = draw(st.lists(st.sampled_from(codes), unique=True))
    return Places([*old, *new], steps), [SeatedUnit(f"D-{c}", (Seat(c),)) for c in with_team]


def _make_place(code: str, start: date, end: date | None) -> Place:
    district = ("001", "Ba Đình", "Quận") if end else ("", "", "")
    return Place(code, f"{code} {start.year}", "Phường", *district, start, end)


@given(reforms())
def test_no_unit_is_lost_or_doubled_by_any_reform(drawn: tuple[Places, list[SeatedUnit]]) -> None:
    places, teams = drawn
    before = UnitIndex(teams, places)
    lines = propose_lines(before, dict.fromkeys(before.units, "D1"), DAY)
    assert [line.unit for line in lines] == sorted(before.units)

    moved = {line.unit: line.targets[0] for line in lines}
    seated = [SeatedUnit(team.id, (*team.seats, Seat(moved[team.id].code, DAY))) for team in teams]
    after = UnitIndex(seated, places)
    assert after.units.keys() == before.units.keys()
    for team in seated:
        placement = after.find_placement(team, QUARTER.end)
        assert placement and (placement.place, placement.basis) == (moved[team.id], "register")
        spans = [span.place.code for span in after.list_spans(team)]
        assert spans == [team.id[2:], moved[team.id].code]
    numbers = [after.choose_number(team.id, QUARTER) for team in seated]
    assert [after.identify(number, QUARTER) for number in numbers] == [team.id for team in seated]
