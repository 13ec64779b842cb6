"""Whom a number on a return means, and where a unit of the registers sits, across the reform."""

from datetime import date

import pytest

from pipelines.reference.periods import Quarter, parse_period
from pipelines.reference.places import load_places
from pipelines.reference.unit_seats import Seat, SeatedUnit, UnitIndex, UnitLines

LIEU_GIAI = SeatedUnit("D-00008", (Seat("00008"),), valid_to=date(2025, 6, 30))
NGOC_HA = SeatedUnit("D-00008-2", (Seat("00008"),), valid_from=date(2025, 7, 1))
HANG_BUOM = SeatedUnit("P-00046", (Seat("00046"),))
REFORM = date(2025, 7, 1)


def index(*units: SeatedUnit) -> UnitIndex:
    return UnitIndex(units, load_places())


def quarter(code: str) -> Quarter:
    return parse_period(code).first


def seated(unit: SeatedUnit, code: str, day: date = REFORM) -> SeatedUnit:
    return SeatedUnit(unit.id, (*unit.seats, Seat(code, day)), unit.valid_from, unit.valid_to)


@pytest.mark.parametrize(("period", "bearer"), [("2025-Q2", "D-00008"), ("2025-Q3", "D-00008-2")])
def test_a_recycled_number_means_the_unit_of_that_quarter(period: str, bearer: str) -> None:
    assert index(LIEU_GIAI, NGOC_HA).identify("D-00008", quarter(period)) == bearer


def test_a_team_no_line_has_moved_is_not_the_team_of_the_new_ward() -> None:
    old = SeatedUnit("D-00070", (Seat("00070"),))
    assert index(old).identify("D-00070", quarter("2025-Q2")) == "D-00070"
    assert index(old).identify("D-00070", quarter("2025-Q4")) == "D-00070@2025-07-01"


def test_a_point_keeps_its_number_in_a_merged_ward() -> None:
    moved = index(seated(HANG_BUOM, "00070"))
    assert moved.identify("P-00046", quarter("2025-Q4")) == "P-00046"
    assert moved.identify("P-00070", quarter("2025-Q4")) == "P-00046"


def test_the_ward_code_is_not_enough_for_two_points_of_one_ward() -> None:
    other = SeatedUnit("P-00058", (Seat("00058"), Seat("00070", REFORM)))
    two = index(seated(HANG_BUOM, "00070"), other)
    assert two.identify("P-00070", quarter("2025-Q4")) == "P-00070@2025-07-01"
    assert two.list_bearers("P-00070", quarter("2025-Q4")) == ["P-00046", "P-00058"]
    assert two.identify("P-00058", quarter("2025-Q4")) == "P-00058"


def test_the_first_bearer_of_a_taken_number_can_still_be_named() -> None:
    away = seated(SeatedUnit("D-00008", (Seat("00008"),)), "00025")
    both = index(away, NGOC_HA)
    number = both.choose_number("D-00008", quarter("2025-Q4"))
    assert both.identify(number, quarter("2025-Q4")) == "D-00008"
    assert both.identify("D-00008-1", quarter("2025-Q4")) == "D-00008"
    assert both.choose_number("D-00008-2", quarter("2025-Q4")) == "D-00008-2"


def test_a_ward_that_grew_in_january_2025_keeps_its_team() -> None:
    truc_bach = SeatedUnit("D-00004", (Seat("00004"),))
    assert index(truc_bach).identify("D-00004", quarter("2025-Q1")) == "D-00004"


@pytest.mark.parametrize(
    ("code", "target", "basis"),
    [
        ("00046", "00070", "crosswalk"),
        ("00058", "00070", "crosswalk"),
        ("00067", "00097", "crosswalk"),
        ("10237", "10237", "crosswalk"),
        ("00118", "00118", "crosswalk"),
        ("00646", "00646", "ended"),
        ("00652", "00652", "ended"),
    ],
)
def test_a_unit_follows_its_people_only_where_all_went_one_way(
    code: str, target: str, basis: str
) -> None:
    unit = SeatedUnit(f"P-{code}", (Seat(code),))
    placement = index(unit).find_placement(unit, date(2025, 12, 14))
    assert placement is not None
    assert (placement.place.code, placement.basis) == (target, basis)


def test_a_move_adds_a_seat_and_a_later_line_rewrites_none() -> None:
    lines = UnitLines()
    lines.add_line("P-00046", {"commune": "00046"})
    lines.add_line("P-00046", {"commune": "00070", "effective_from": "2025-07-01"})
    lines.add_line("P-00046", {"commune": "00070", "effective_from": ""})
    (unit,) = lines.list_units()
    assert unit.seats == (Seat("00046"), Seat("00070", REFORM))
    spans = index(unit).list_spans(unit)
    assert [(span.place.name, span.until) for span in spans] == [
        ("Hàng Buồm", date(2025, 6, 30)),
        ("Hoàn Kiếm", None),
    ]
