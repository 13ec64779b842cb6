"""The invented city: teams, counselling points, pilot wards, clubs and helper models, from places and known evidence.

Points the sources name keep their confidence; every other point is marked as invented.
"""

import random
from dataclasses import dataclass
from datetime import date

from pipelines.demo import models
from pipelines.demo.calendar import FIRST, LAST, POINTS_FROM
from pipelines.demo.dice import dice, skewed
from pipelines.reference.known_points import known_points
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place, Places

#: Points older than 2021 (domain 4.3): the pilot wards, Hữu Hòa, and one each in three districts of the plan of 2020.
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
class Team:
    """One volunteer team; `pull` is how much there is to do in its commune, `diligence` how much it does."""

    id: str
    place: Place
    pull: float
    diligence: float


@dataclass(frozen=True)
class Point:
    """One counselling point; no decision date means before our records."""

    id: str
    place: Place
    confidence: str
    decided: date | None
    pull: float

    @property
    def opened(self) -> Quarter:
        """The first quarter it reports."""
        return Quarter.on(self.decided) if self.decided else POINTS_FROM

    def runs(self, quarter: Quarter) -> bool:
        return self.opened <= quarter


@dataclass(frozen=True)
class Pilot:
    """One ward of the referral pilot. Its lines bear the number of the point that the ward later has."""

    id: str
    reporter: str
    place: Place
    since: date


@dataclass(frozen=True)
class Club:
    """One B93 club."""

    id: str
    place: Place
    founded: date
    board: int


@dataclass(frozen=True)
class Network:
    teams: tuple[Team, ...]
    points: tuple[Point, ...]
    pilots: tuple[Pilot, ...]
    clubs: tuple[Club, ...]
    #: First day of the volunteer-helper model, by team.
    helpers: dict[str, date]


def network(places: Places, seed: int) -> Network:
    """The city of 2020-2023 with this seed."""
    chance = dice(seed, "network")
    # NOTE: units merged in March 2020 exist on every quarter's last day, the only day returns are placed on.
    units = places.on(LAST.end)
    assert {p.code for p in units} == {p.code for p in places.on(FIRST.end)}
    teams = tuple(_team(chance, place) for place in units)
    by_code = {t.place.code: t for t in teams}
    points = tuple(_point(chance, by_code[code].place) for code in (*OLDER, *FOUNDED))
    pilots = tuple(Pilot(f"L-{code}", f"P-{code}", by_code[code].place, day) for code, day in PILOT.items())
    pulls = {t.place.code: t.pull for t in teams}
    days = models.clubs(dice(seed, "clubs"), units, pulls, {p.place.code for p in points})
    boards = dice(seed, "boards")
    founded = tuple(Club(f"B-{c}", by_code[c].place, day, boards.choice((5, 5, 6, 7, 7))) for c, day in days.items())
    helped = models.helpers(dice(seed, "helpers"), units, pulls)
    return Network(teams, points, pilots, founded, {f"D-{code}": day for code, day in helped.items()})


def _team(chance: random.Random, place: Place) -> Team:
    pull = _TOWN[place.district_type] * skewed(chance, 0.5)
    return Team(f"D-{place.code}", place, pull, skewed(chance, 0.3))


def _point(chance: random.Random, place: Place) -> Point:
    return Point(f"P-{place.code}", place, _confidence(place.code), FOUNDED.get(place.code), skewed(chance, 0.55))


def _confidence(code: str) -> str:
    """How sure the sources are of a point in this commune."""
    said = [known.confidence for known in known_points() if known.commune == code and known.programme == "M4"]
    return said[0] if said else "invented"
