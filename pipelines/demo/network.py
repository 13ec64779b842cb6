"""The invented city: teams, counselling points, pilot wards, clubs and helper models.

It is drawn from the list of places and from known evidence.

Points the sources name keep their confidence; every other point is marked as invented.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.demo.calendar import FIRST, LAST, POINTS_FROM
from pipelines.demo.city_plan import Span, load_plan
from pipelines.demo.random_tools import draw_skewed, make_rng, sample_weighted
from pipelines.reference.counselling_points import load_known_points
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place, Places


def draw_club_foundings(
    chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float], beside: set[str]
) -> dict[str, date]:
    """Draw founding days by commune code; communes with a point (`beside`) are likelier."""

    def likely(place: Place) -> float:
        return pulls[place.code] * (4.0 if place.code in beside else 1.0)

    plan = load_plan().clubs
    inner = [place for place in units if place.district_code in plan.districts]
    early = sample_weighted(chance, inner, plan.early, likely)
    rest = [place for place in units if place not in early]
    later = sample_weighted(chance, rest, _count_all(plan.spans) - plan.early, likely)
    chance.shuffle(early)
    chance.shuffle(later)
    codes = [place.code for place in (*early, *later)]
    return dict(sorted(zip(codes, _draw_days(chance, plan.spans), strict=True)))


def draw_helper_starts(
    chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float]
) -> dict[str, date]:
    """Draw first days by commune code; districts begin one after another."""
    spans = load_plan().clubs.helper_spans
    running = sample_weighted(chance, units, _count_all(spans), lambda p: pulls[p.code])
    turn = {code: chance.random() for code in sorted({place.district_code for place in units})}
    running.sort(key=lambda p: (turn[p.district_code] + 0.5 * chance.random(), p.code))
    days = sorted(_draw_days(chance, spans))
    return dict(zip([place.code for place in running], days, strict=True))


def _count_all(spans: Sequence[Span]) -> int:
    return sum(count for count, _, _ in spans)


def _draw_days(chance: random.Random, spans: Sequence[Span]) -> list[date]:
    """Draw one day for each that begins, span by span."""
    days = []
    for count, first, last in spans:
        length = (last - first).days
        days += [first + timedelta(days=chance.randint(0, length)) for _ in range(count)]
    return days


#: How much there is to do, by kind of district.
_TOWN = {"Quận": 1.3, "Thành phố": 1.2, "Thị xã": 0.95, "Huyện": 0.8}


@dataclass(frozen=True)
class DemoTeam:
    """One volunteer team.

    `pull` is how much there is to do in its commune, `diligence` how much of it the team does.
    """

    id: str
    place: Place
    pull: float
    diligence: float


@dataclass(frozen=True)
class DemoPoint:
    """One counselling point; no decision date means before our records."""

    id: str
    place: Place
    confidence: str
    decided: date | None
    pull: float

    @property
    def first_quarter(self) -> Quarter:
        """The first quarter it reports."""
        return Quarter.containing(self.decided) if self.decided else POINTS_FROM

    def is_running(self, quarter: Quarter) -> bool:
        return self.first_quarter <= quarter


@dataclass(frozen=True)
class DemoPilot:
    """One ward of the referral pilot; its lines bear the number of the point it later has."""

    id: str
    reporter: str
    place: Place
    since: date


@dataclass(frozen=True)
class DemoClub:
    """One B93 club."""

    id: str
    place: Place
    founded: date
    board: int


@dataclass(frozen=True)
class DemoNetwork:
    teams: tuple[DemoTeam, ...]
    points: tuple[DemoPoint, ...]
    pilots: tuple[DemoPilot, ...]
    clubs: tuple[DemoClub, ...]
    #: First day of the volunteer-helper model, by team.
    helpers: dict[str, date]


def generate_network(places: Places, seed: int) -> DemoNetwork:
    """Draw the city of 2020-2023 with this seed."""
    chance = make_rng(seed, "network")
    units = _list_units(places)
    by_code = {place.code: place for place in units}
    teams = tuple(_make_team(chance, place) for place in units)
    plan = load_plan()
    codes = (*plan.points.older, *plan.points.founded)
    points = tuple(_make_point(chance, by_code[code]) for code in codes)
    pilots = []
    for code, day in plan.pilot.wards.items():
        pilots.append(DemoPilot(f"L-{code}", f"P-{code}", by_code[code], day))
    pulls = {team.place.code: team.pull for team in teams}
    with_point = {point.place.code for point in points}
    clubs = []
    boards = make_rng(seed, "boards")
    founded = draw_club_foundings(make_rng(seed, "clubs"), units, pulls, with_point)
    for code, day in founded.items():
        clubs.append(DemoClub(f"B-{code}", by_code[code], day, boards.choice((5, 5, 6, 7, 7))))
    helped = draw_helper_starts(make_rng(seed, "helpers"), units, pulls)
    helpers = {f"D-{code}": day for code, day in helped.items()}
    return DemoNetwork(teams, points, tuple(pilots), tuple(clubs), helpers)


def _list_units(places: Places) -> list[Place]:
    """Return the communes of the city, which are the same at the end of every quarter.

    NOTE: units merged in March 2020 exist on every quarter's last day, the only day returns are
    placed on.
    """
    units = places.valid_on(LAST.end)
    at_first = {place.code for place in places.valid_on(FIRST.end)}
    assert {place.code for place in units} == at_first
    return units


def _make_team(chance: random.Random, place: Place) -> DemoTeam:
    pull = _TOWN[place.district_type] * draw_skewed(chance, 0.5)
    return DemoTeam(f"D-{place.code}", place, pull, draw_skewed(chance, 0.3))


def _make_point(chance: random.Random, place: Place) -> DemoPoint:
    return DemoPoint(
        f"P-{place.code}",
        place,
        _source_confidence(place.code),
        load_plan().points.founded.get(place.code),
        draw_skewed(chance, 0.55),
    )


def _source_confidence(code: str) -> str:
    """Return how sure the sources are of a point in this commune, or "invented"."""
    for known in load_known_points():
        if known.commune == code and known.programme == "M4":
            return known.confidence
    return "invented"
