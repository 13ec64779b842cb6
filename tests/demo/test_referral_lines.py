"""The invented referrals: people by service as published, every outcome, no rule broken."""

from collections import defaultdict

import pytest

from pipelines import catalog
from pipelines.demo.network import generate_network
from pipelines.demo.referral_lines import Lines, generate_referral_lines
from pipelines.demo.register_forms import Line
from pipelines.reference import places
from pipelines.reference.periods import parse_period

SEED = 2026


@pytest.fixture(scope="module", params=[SEED, 7])
def lines(request: pytest.FixtureRequest) -> Lines:
    return generate_referral_lines(
        generate_network(places.load_places(), request.param), request.param
    )


def newest(lines: Lines, programme: str) -> list[tuple[str, Line]]:
    """The latest line of each slip that was not a mistake, with its point."""
    latest = {
        (point, line["referral_id"]): line for (point, _), given in lines.items() for line in given
    }
    kept = [(point, line) for (point, _), line in latest.items() if line["status"] != "cancelled"]
    return [(point, line) for point, line in kept if line["programme"] == programme]


def people(lines: list[tuple[str, Line]], *services: str) -> int:
    return len(
        {(point, n["client"]) for point, n in lines if n["service"] in services or not services}
    )


def test_the_pilot_sent_145_people_to_160_services_in_2020(lines: Lines) -> None:
    pilot = newest(lines, "M3")
    year = parse_period("2020-Y")
    assert all(
        year.start.isoformat() <= str(n["referral_date"]) <= year.end.isoformat() for _, n in pilot
    )
    assert (len(pilot), people(pilot), len({point for point, _ in pilot})) == (160, 145, 10)
    assert people(pilot, "RF_HIV", "RF_PRV") == 15
    by_service = [people(pilot, s) for s in ("RF_MMT", "RF_MEN", "RF_VDR", "RF_LAW")]
    assert by_service == [17, 69, 45, 14]


def test_the_points_sent_as_many_people_as_published_and_nobody_to_methadone(lines: Lines) -> None:
    points = newest(lines, "M4")
    assert [people(points, s) for s in ("RF_VDR", "RF_HIV", "RF_HEP", "RF_LAW", "RF_MMT")] == [
        49,
        27,
        18,
        4,
        0,
    ]
    assert 0 < people(points, "RF_MEN", "RF_PRV", "RF_JOB") < 27
    assert len(points) > people(points)


def test_every_state_and_every_outcome_occurs(lines: Lines) -> None:
    seen = [line for given in lines.values() for line in given]
    assert {line["status"] for line in seen} == set(catalog.choices("referral_state"))
    assert {line["outcome"] for line in seen if "outcome" in line} == set(
        catalog.choices("outcome")
    )
    assert {line["closed_reason"] for line in seen if "closed_reason" in line} == set(
        catalog.choices("closed_reason")
    )


def test_an_open_line_is_repeated_until_it_has_ended(lines: Lines) -> None:
    states: dict[str, list[str]] = defaultdict(list)
    groups = {code: choice.group for code, choice in catalog.choices("referral_state").items()}
    for given in lines.values():
        for line in given:
            states[str(line["referral_id"])].append(groups[str(line["status"])])
    last = max(quarter for _, quarter in lines)
    still = {
        str(line["referral_id"]) for (_, q), given in lines.items() if q == last for line in given
    }
    assert any(len(each) > 2 for each in states.values())
    assert all(each[:-1] == ["open"] * (len(each) - 1) for each in states.values())
    assert all(each[-1] != "open" or slip in still for slip, each in states.items())
