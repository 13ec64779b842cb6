"""The invented city: teams, counselling points, pilot wards, clubs and helper models.

It is drawn from the list of places and from known evidence.

Points the sources name keep their confidence; every other point is marked as invented.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.demo.calendar import FIRST, LAST, POINTS_FROM
from pipelines.demo.random_tools import draw_skewed, make_rng, sample_weighted
from pipelines.reference.counselling_points import load_known_points
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place, Places

#: Districts that had clubs in May 2021 (W8 of sources.csv).
CLUB_DISTRICTS = ("002", "004", "005", "006", "007", "008", "018")
#: Clubs founded in a span of days.
CLUBS = (
    (34, date(2004, 3, 1), date(2018, 11, 30)),
    (3, date(2019, 12, 20), date(2021, 3, 1)),
    (25, date(2021, 10, 1), date(2022, 12, 10)),
    (35, date(2022, 12, 20), date(2023, 10, 10)),
    (1, date(2023, 10, 20), date(2023, 12, 8)),
)
CLUBS_2021 = 37
#: Helper models begun in a span of days, from the city's plan of December 2021 on.
HELPERS = (
    (201, date(2021, 12, 20), date(2022, 12, 10)),
    (133, date(2022, 12, 20), date(2023, 10, 10)),
    (2, date(2023, 10, 20), date(2023, 12, 8)),
)
Span = tuple[int, date, date]


def draw_club_foundings(
    chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float], beside: set[str]
) -> dict[str, date]:
    """Draw founding days by commune code; communes with a point (`beside`) are likelier."""

    def likely(place: Place) -> float:
        return pulls[place.code] * (4.0 if place.code in beside else 1.0)

    inner = [place for place in units if place.district_code in CLUB_DISTRICTS]
    early = sample_weighted(chance, inner, CLUBS_2021, likely)
    rest = [place for place in units if place not in early]
    later = sample_weighted(chance, rest, _count_all(CLUBS) - CLUBS_2021, likely)
    chance.shuffle(early)
    chance.shuffle(later)
    codes = [place.code for place in (*early, *later)]
    return dict(sorted(zip(codes, _draw_days(chance, CLUBS), strict=True)))


def draw_helper_starts(
    chance: random.Random, units: Sequence[Place], pulls: Mapping[str, float]
) -> dict[str, date]:
    """Draw first days by commune code; districts begin one after another."""
    running = sample_weighted(chance, units, _count_all(HELPERS), lambda p: pulls[p.code])
    turn = {code: chance.random() for code in sorted({place.district_code for place in units})}
    running.sort(key=lambda p: (turn[p.district_code] + 0.5 * chance.random(), p.code))
    days = sorted(_draw_days(chance, HELPERS))
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


#: Points older than 2021 (points_known.csv): pilot wards, Hữu Hòa, three of the plan of 2020.
OLDER = (
    "00046", "00067", "00037", "00058", "00118", "00139", "00133", "00592", "00625", "00622",
    "00652", "00163", "00283", "00364",
)  # fmt: skip
#: Founded 2021-2023 by the day of the decision. Only the month of Thanh Liệt (00646) is published.
FOUNDED = {
    "00178": date(2021, 3, 2),
    "00019": date(2021, 4, 20),
    "00337": date(2021, 6, 28),
    "00175": date(2021, 11, 10),
    "09556": date(2022, 1, 12),
    "00352": date(2022, 3, 25),
    "00322": date(2022, 5, 18),
    "00646": date(2022, 7, 15),
    "00112": date(2022, 8, 9),
    "00190": date(2022, 8, 30),
    "00610": date(2022, 10, 5),
    "00565": date(2022, 11, 22),
    # NOTE: signed in December 2022, so already in the report year 2023.
    "00295": date(2022, 12, 20),
    "00031": date(2023, 2, 14),
    "00160": date(2023, 3, 9),
    "00145": date(2023, 4, 18),
    "00655": date(2023, 5, 30),
    "00640": date(2023, 5, 30),
    "00454": date(2023, 7, 4),
    "09550": date(2023, 8, 22),
    "00376": date(2023, 10, 17),
    "09832": date(2023, 11, 28),
}
#: Wards of the referral pilot: two districts from April 2019, Hoàn Kiếm from 2020.
PILOT = {
    **dict.fromkeys(("00592", "00625", "00622", "00139", "00133", "00118"), date(2019, 4, 15)),
    **dict.fromkeys(("00046", "00067", "00037", "00058"), date(2020, 1, 15)),
}
PILOT_END = date(2020, 12, 14)
#: How much there is to do, by kind of district.
_TOWN = {"Quận": 1.3, "Thị xã": 0.95, "Huyện": 0.8}


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
    points = tuple(_make_point(chance, by_code[code]) for code in (*OLDER, *FOUNDED))
    pilots = []
    for code, day in PILOT.items():
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
        FOUNDED.get(place.code),
        draw_skewed(chance, 0.55),
    )


def _source_confidence(code: str) -> str:
    """Return how sure the sources are of a point in this commune, or "invented"."""
    for known in load_known_points():
        if known.commune == code and known.programme == "M4":
            return known.confidence
    return "invented"
