"""What the demonstration is drawn from: counts to meet and places named, from demo.toml.

The file lies beside the other reference tables, so that another province is drawn from its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import Refused
from pipelines.reference.csv_tables import cache_by_folder, find_table
from pipelines.reference.periods import Quarter, parse_period

FILE = "demo.toml"
#: So many began within two days.
Span = tuple[int, date, date]
Counts = Mapping[str, int]


@dataclass(frozen=True)
class TeamPlan:
    """Sizes and totals of the teams, and what is known of some of them."""

    sizes: Mapping[int, int]
    volunteers: tuple[int, ...]
    #: Teams that exchange a member, by the quarter's number.
    exchanges: Mapping[int, int]
    #: Teams that always have nine members.
    nine: tuple[str, ...]
    assigned: int
    persuasive: Mapping[str, float]
    #: Quarter, districts, and how many teams of each counted too few contacts at first.
    estimated: tuple[tuple[Quarter, tuple[str, ...], int], ...]
    #: The district whose volunteers are published for one quarter; empty without one.
    known_district: str = ""
    known_volunteers: int = 0
    known_quarter: Quarter | None = None


@dataclass(frozen=True)
class PointPlan:
    """Where counselling points are, by commune, and what is known of some of them."""

    older: tuple[str, ...]
    founded: Mapping[str, date]
    facilities: tuple[str, ...]
    #: People on the review list and of these present, by point.
    reviewed: Mapping[str, tuple[int, int]]
    new_clients: int
    #: New clients by year, of points for which they are published.
    known_clients: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class WorkPlan:
    """What the points did: contacts, topics, services and referrals."""

    contacts: int
    contacts_old: int
    topics: Counts
    topics_beside: Counts
    contacts_several: int
    services: Counts
    parcels: int
    loan: int
    referrals: Counts
    referred_again: int
    mistakes: int


@dataclass(frozen=True)
class PilotPlan:
    """The pilot of referrals: its wards by the day they began, its people and services."""

    wards: Mapping[str, date]
    end: date
    plan: str
    signed: date
    people: int
    fewest_in_a_ward: int
    services: Counts


@dataclass(frozen=True)
class ClubPlan:
    """Clubs and helper models: where the first clubs were, and when all of them began."""

    districts: tuple[str, ...]
    early: int
    spans: tuple[Span, ...]
    helper_spans: tuple[Span, ...]


@dataclass(frozen=True)
class CityPlan:
    """All that one demonstration is drawn from."""

    teams: TeamPlan
    points: PointPlan
    work: WorkPlan
    pilot: PilotPlan
    clubs: ClubPlan
    #: The total by field and year, and of first halves by field and year.
    years: Mapping[str, Mapping[int, int]]
    halves: Mapping[str, Mapping[int, int]]


@cache_by_folder
def load_plan(folder: Path) -> CityPlan:
    """Load the plan of the province in force; raises Refused where it has none."""
    file = find_table(FILE, folder)
    if file is None:
        raise Refused("the province has no demonstration", code="no_demo", home=str(folder.parent))
    plan = tomllib.loads(file.read_text(encoding="utf-8"))
    return CityPlan(
        teams=_make_teams(plan["teams"]),
        points=_make_points(plan["points"], plan["clients"]),
        work=_make_work(plan),
        pilot=_make_pilot(plan["pilot"]),
        clubs=_make_clubs(plan["clubs"], plan["helpers"]),
        years={field: _by_number(counts) for field, counts in plan["years"].items()},
        halves={field: _by_number(counts) for field, counts in plan["halves"].items()},
    )


def _make_teams(given: dict[str, Any]) -> TeamPlan:
    estimated = []
    for entry in given["estimated"]:
        quarter = parse_period(entry["quarter"]).first
        estimated.append((quarter, tuple(entry["districts"]), entry["teams"]))
    known = given.get("known")
    return TeamPlan(
        sizes=_by_number(given["sizes"]),
        volunteers=tuple(given["volunteers"]),
        exchanges=dict(enumerate(given["exchanges"], 1)),
        nine=tuple(given["nine"]),
        assigned=given["assigned"],
        persuasive=given["persuasive"],
        estimated=tuple(estimated),
        known_district=known["district"] if known else "",
        known_volunteers=known["volunteers"] if known else 0,
        known_quarter=parse_period(known["quarter"]).first if known else None,
    )


def _make_points(given: dict[str, Any], clients: dict[str, Any]) -> PointPlan:
    return PointPlan(
        older=tuple(given["older"]),
        founded=given["founded"],
        facilities=tuple(given["facilities"]),
        reviewed={point: (both[0], both[1]) for point, both in given["reviewed"].items()},
        new_clients=clients["new"],
        known_clients={point: _by_number(years) for point, years in clients["known"].items()},
    )


def _make_work(plan: dict[str, Any]) -> WorkPlan:
    contacts, services, referrals = plan["contacts"], plan["services"], plan["referrals"]
    return WorkPlan(
        contacts=contacts["all"],
        contacts_old=contacts["old"],
        topics=contacts["topics"],
        topics_beside=contacts["beside"],
        contacts_several=contacts["several"],
        services=services["people"],
        parcels=services["parcels"],
        loan=services["loan"],
        referrals=referrals["services"],
        referred_again=referrals["again"],
        mistakes=referrals["mistakes"],
    )


def _make_pilot(given: dict[str, Any]) -> PilotPlan:
    return PilotPlan(
        wards=given["wards"],
        end=given["end"],
        plan=given["plan"],
        signed=given["signed"],
        people=given["people"],
        fewest_in_a_ward=given["fewest"],
        services=given["services"],
    )


def _make_clubs(clubs: dict[str, Any], helpers: dict[str, Any]) -> ClubPlan:
    return ClubPlan(
        districts=tuple(clubs["districts"]),
        early=clubs["early"],
        spans=tuple(map(_make_span, clubs["spans"])),
        helper_spans=tuple(map(_make_span, helpers["spans"])),
    )


def _make_span(given: dict[str, Any]) -> Span:
    return given["count"], given["first"], given["last"]


def _by_number(given: Mapping[str, int]) -> dict[int, int]:
    """Return a table whose keys are numbers, which TOML writes as text."""
    return {int(key): count for key, count in given.items()}
