"""The invented registers: complete, without a fault, as many of each as published by day."""

from collections import Counter
from datetime import date

import pytest

from pipelines.demo.network import generate_network
from pipelines.demo.register_forms import Line, generate_registers
from pipelines.reference import places
from tests.demo.inspect_all import register_issues

SEED = 2026


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Line]]:
    return generate_registers(generate_network(places.load_places(), SEED), SEED)


def standing(lines: list[Line], day: date) -> list[Line]:
    text = day.isoformat()
    return [n for n in lines if str(n.get("valid_from", "")) <= text <= str(n.get("valid_to", "9"))]


def test_no_rule_finds_fault_with_a_register(lines: dict[str, list[Line]]) -> None:
    assert register_issues(lines) == []


@pytest.mark.parametrize(
    ("day", "teams", "points", "clubs", "pilots"),
    [
        (date(2020, 3, 14), 579, 14, None, 10),
        (date(2020, 12, 14), 579, 14, None, 10),
        (date(2021, 6, 14), 579, 16, 37, 0),
        (date(2023, 12, 14), 579, 36, 98, 0),
    ],
)
def test_as_many_stand_on_the_registers_as_published(
    lines: dict[str, list[Line]], day: date, teams: int, points: int, clubs: int | None, pilots: int
) -> None:
    programmes = Counter(n["programme"] for n in standing(lines["D3"], day))
    assert len(standing(lines["D1"], day)) == teams
    assert programmes == Counter({"M4": points, "M3": pilots})
    assert clubs is None or len(standing(lines["D4"], day)) == clubs


def test_22_points_were_founded_and_only_places_of_the_sources_are_not_invented(
    lines: dict[str, list[Line]],
) -> None:
    points = [n for n in lines["D3"] if n["programme"] == "M4"]
    founded = [str(n["decision_date"]) for n in points if "decision_date" in n]
    assert len(founded) == 22 and min(founded) >= "2020-12-15" and max(founded) <= "2023-12-14"
    assert Counter(n["confidence"] for n in points) == {
        "certain": 7,
        "very_probable": 2,
        "probable": 5,
        "invented": 22,
    }


def test_470_models_ran_at_the_end_of_2023_and_181_of_them_were_new(
    lines: dict[str, list[Line]],
) -> None:
    points = [n for n in lines["D3"] if n["programme"] == "M4"]
    began = [n.get("founded") for n in lines["D4"]] + [n.get("valid_from", "") for n in points]
    began += [n["helper_model_from"] for n in lines["D1"] if "helper_model_from" in n]
    assert len(began) == 470
    assert sum(str(day) > "2022-12-14" for day in began) == 181


def test_another_seed_gives_other_registers(lines: dict[str, list[Line]]) -> None:
    assert generate_registers(generate_network(places.load_places(), SEED), SEED) == lines
    assert generate_registers(generate_network(places.load_places(), SEED + 1), SEED + 1) != lines
