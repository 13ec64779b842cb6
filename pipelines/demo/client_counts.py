"""Who comes to each counselling point, from which quarter to which: the network in, invented clients out.

Published: 269 new clients 2021-2023, of whom Thanh Liệt had 5 in 2022 and 14 in 2023; 145 people in the pilot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from pipelines.demo.calendar import LAST, POINTS_FROM, QUARTERS, activity_level, quarters_of
from pipelines.demo.network import DemoNetwork, DemoPilot, DemoPoint
from pipelines.demo.random_tools import draw_skewed, make_rng, scatter_events
from pipelines.reference.periods import Quarter

NEW = 269
THANH_LIET = "P-00646"
THANH_LIET_NEW = {2022: 5, 2023: 14}
PILOT_PEOPLE = 145
FEWEST_IN_A_WARD = 5
#: New clients of one point in a quarter, at most.
MOST = 7
#: Points became better known: so much more came with each quarter.
GROWTH = 0.05
BANDS = {"u18": 0.01, "18_29": 0.2, "30_39": 0.35, "40_49": 0.28, "50p": 0.16}
GROUPS = {
    "nghien": 0.36,
    "su_dung": 0.22,
    "sau_cai": 0.26,
    "dieu_tri_thay_the": 0.08,
    "nguy_co": 0.05,
    "than_nhan": 0.03,
}
SECOND_GROUP = {"nghien": "dieu_tri_thay_the", "su_dung": "nguy_co", "sau_cai": "dieu_tri_thay_the"}
WOMEN = 0.13
#: A new client stays away for good after a quarter, seldom one who has come for long; some are away for a while.
LEAVES, LEAVES_LATER, AWAY, AWAY_FOR = 0.17, 0.1, 0.14, 3
#: A new point is talked about, and people wait for it.
FRESH, FRESH_FOR = 1.7, 4


@dataclass(frozen=True)
class DemoClient:
    """One invented person, known by the point's own number only."""

    point: str
    number: int
    sex: str
    band: str
    groups: tuple[str, ...]
    since: Quarter
    until: Quarter
    away: tuple[Quarter, ...]
    #: How often this client comes beside the others.
    keen: float
    #: One of the people of the pilot.
    pilot: bool = False

    @property
    def code(self) -> str:
        return f"KH-{self.number:04d}"

    def is_coming(self, quarter: Quarter) -> bool:
        return self.since <= quarter <= self.until and quarter not in self.away

    def is_new_in(self, quarter: Quarter) -> bool:
        """Registered in the report year of this quarter."""
        return self.since.year == quarter.year


def generate_clients(network: DemoNetwork, seed: int) -> list[DemoClient]:
    """Every client of every point, numbered in the order they registered."""
    chance = make_rng(seed, "clients")
    drawn = [*_known_clients(network, chance), *_new_clients(network, chance)]
    drawn.sort(key=lambda c: (c.point, c.since))
    found: list[DemoClient] = []
    for client in drawn:
        number = found[-1].number + 1 if found and found[-1].point == client.point else 1
        found.append(replace(client, number=number))
    return found


def _known_clients(network: DemoNetwork, chance: Random) -> Iterator[DemoClient]:
    """Those the older points knew already in 2021: the people of the pilot, and a few others."""
    wards = {w.reporter: w for w in network.pilots}
    pulls = {p.id: p.pull for p in network.points}
    extra = PILOT_PEOPLE - FEWEST_IN_A_WARD * len(wards)
    people = dict(
        zip(wards, scatter_events(chance, extra, [pulls[w] ** 0.7 for w in wards]), strict=True)
    )
    for point in network.points:
        if point.decided:
            continue
        ward = wards.get(point.id)
        for _ in range(people[point.id] + FEWEST_IN_A_WARD if ward else 0):
            yield _make_client(point, _draw_registration(ward, chance), chance, pilot=True)
        for _ in range(chance.randint(2, 4) if ward else chance.randint(6, 13)):
            yield _make_client(point, POINTS_FROM.plus(-chance.randint(1, 4)), chance)


def _draw_registration(ward: DemoPilot | None, chance: Random) -> Quarter:
    """Wards that began in 2019 bring some people along from then."""
    assert ward is not None
    began = Quarter.containing(ward.since)
    if began.year < QUARTERS[0].year and chance.random() < 0.2:
        return QUARTERS[0].plus(-1)
    quarters = quarters_of(QUARTERS[0].year)
    return chance.choices(quarters, [activity_level(q) for q in quarters])[0]


def _new_clients(network: DemoNetwork, chance: Random) -> Iterator[DemoClient]:
    points = {p.id: p for p in network.points}
    cells = [
        (p.id, q) for p in network.points for q in QUARTERS if p.is_running(q) and q >= POINTS_FROM
    ]
    for year, count in THANH_LIET_NEW.items():
        own = [(p, q) for p, q in cells if p == THANH_LIET and q.year == year]
        yield from _scatter_arrivals(own, count, points, chance)
    others = [(p, q) for p, q in cells if p != THANH_LIET]
    yield from _scatter_arrivals(others, NEW - sum(THANH_LIET_NEW.values()), points, chance)


def _scatter_arrivals(
    cells: list[tuple[str, Quarter]], count: int, points: dict[str, DemoPoint], chance: Random
) -> Iterator[DemoClient]:
    weights = [_attraction(points[p], q) for p, q in cells]
    for (point, quarter), number in zip(
        cells, scatter_events(chance, count, weights, [MOST] * len(cells)), strict=True
    ):
        for _ in range(number):
            yield _make_client(points[point], quarter, chance)


def _attraction(point: DemoPoint, quarter: Quarter) -> float:
    """How many a point draws: more with the years, fewer in lockdown and in the rest of its first quarter."""
    grown = 1 + GROWTH * (quarter.index - POINTS_FROM.index)
    fresh = FRESH if point.decided and quarter < point.first_quarter.plus(FRESH_FOR) else 1.0
    draw: float = point.pull**0.7 * activity_level(quarter)
    return draw * grown * fresh * share_open(point, quarter)


def share_open(point: DemoPoint, quarter: Quarter) -> float:
    """The share of a quarter that a point was open."""
    if not point.decided or point.first_quarter != quarter:
        return 1.0
    return max(0.05, (quarter.end - point.decided).days / (quarter.end - quarter.start).days)


def _make_client(
    point: DemoPoint, since: Quarter, chance: Random, *, pilot: bool = False
) -> DemoClient:
    group = chance.choices(list(GROUPS), list(GROUPS.values()))[0]
    second = SECOND_GROUP.get(group) if chance.random() < 0.16 else None
    until = max(since, POINTS_FROM.plus(-1))
    while until < LAST and chance.random() > (LEAVES if since >= POINTS_FROM else LEAVES_LATER):
        until = until.plus(1)
    return DemoClient(
        point=point.id,
        number=0,
        sex=chance.choices(("nam", "nu", "khac"), (1 - WOMEN - 0.01, WOMEN, 0.01))[0],
        band=chance.choices(list(BANDS), list(BANDS.values()))[0],
        groups=(group, second) if second else (group,),
        since=since,
        until=until,
        away=_draw_absence(max(since, POINTS_FROM), until, chance),
        keen=draw_skewed(chance, 0.5) * point.pull**0.15,
        pilot=pilot,
    )


def _draw_absence(first: Quarter, last: Quarter, chance: Random) -> tuple[Quarter, ...]:
    room = last.index - first.index - AWAY_FOR
    if room < 1 or chance.random() > AWAY:
        return ()
    start = first.plus(chance.randint(1, room))
    return tuple(start.plus(n) for n in range(AWAY_FOR))
