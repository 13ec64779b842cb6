"""The invented clients of each counselling point, with the quarters in which they come."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from pipelines.demo.calendar import (
    LAST,
    POINTS_FROM,
    QUARTERS,
    REPORTED,
    activity_level,
    draw_quarter,
)
from pipelines.demo.city_plan import load_plan
from pipelines.demo.network import DemoNetwork, DemoPilot, DemoPoint
from pipelines.demo.random_tools import draw_skewed, make_rng, scatter_events
from pipelines.reference.periods import Quarter

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
#: A new client stays away for good after a quarter, seldom one who has come for long; some are
#: away for a while.
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
    """Generate every client of every point, numbered in the order they registered."""
    chance = make_rng(seed, "clients")
    drawn = [*_known_clients(network, chance), *_new_clients(network, chance)]
    drawn.sort(key=lambda client: (client.point, client.since))
    last_number: Counter[str] = Counter()
    clients = []
    for client in drawn:
        last_number[client.point] += 1
        clients.append(replace(client, number=last_number[client.point]))
    return clients


def _known_clients(network: DemoNetwork, chance: Random) -> Iterator[DemoClient]:
    """Draw those the older points knew already in 2021: people of the pilot, and a few others."""
    wards = {ward.reporter: ward for ward in network.pilots}
    people = _draw_pilot_people(network, list(wards), chance)
    for point in network.points:
        if point.decided:
            continue
        ward = wards.get(point.id)
        if ward is None:
            others = chance.randint(6, 13)
        else:
            for _ in range(people[point.id]):
                yield _make_client(point, _draw_registration(ward, chance), chance, pilot=True)
            others = chance.randint(2, 4)
        for _ in range(others):
            yield _make_client(point, POINTS_FROM.plus(-chance.randint(1, 4)), chance)


def _draw_pilot_people(network: DemoNetwork, wards: list[str], chance: Random) -> dict[str, int]:
    """Draw how many people of the pilot each ward had."""
    pulls = {point.id: point.pull for point in network.points}
    weights = [pulls[ward] ** 0.7 for ward in wards]
    plan = load_plan().pilot
    fewest = plan.fewest_in_a_ward
    extra = scatter_events(chance, plan.people - fewest * len(wards), weights)
    return {ward: fewest + count for ward, count in zip(wards, extra, strict=True)}


def _draw_registration(ward: DemoPilot, chance: Random) -> Quarter:
    """Draw the quarter of registration; wards that began in 2019 bring some people from then."""
    began = Quarter.containing(ward.since)
    if began.year < QUARTERS[0].year and chance.random() < 0.2:
        return QUARTERS[0].plus(-1)
    return draw_quarter(QUARTERS[0].year, chance)


def _new_clients(network: DemoNetwork, chance: Random) -> Iterator[DemoClient]:
    """Draw the planned number of new clients; points of which it is known, year by year."""
    plan = load_plan().points
    cells: dict[str, list[tuple[DemoPoint, Quarter]]] = defaultdict(list)
    for point in network.points:
        owner = point.id if point.id in plan.known_clients else ""
        cells[owner] += [(point, quarter) for quarter in REPORTED if point.is_running(quarter)]
    rest = plan.new_clients
    for owner, years in plan.known_clients.items():
        for year, count in years.items():
            own = [(point, quarter) for point, quarter in cells[owner] if quarter.year == year]
            yield from _scatter_arrivals(own, count, chance)
            rest -= count
    yield from _scatter_arrivals(cells[""], rest, chance)


def _scatter_arrivals(
    cells: list[tuple[DemoPoint, Quarter]], count: int, chance: Random
) -> Iterator[DemoClient]:
    weights = [_attraction(point, quarter) for point, quarter in cells]
    arrivals = scatter_events(chance, count, weights, [MOST] * len(cells))
    for (point, quarter), number in zip(cells, arrivals, strict=True):
        for _ in range(number):
            yield _make_client(point, quarter, chance)


def _attraction(point: DemoPoint, quarter: Quarter) -> float:
    """Return how many new clients a point attracts, relative to the others.

    More come with the years, fewer in lockdown and in the rest of the point's first quarter.
    """
    growth = 1 + GROWTH * (quarter.index - POINTS_FROM.index)
    is_fresh = point.decided and quarter < point.first_quarter.plus(FRESH_FOR)
    freshness = FRESH if is_fresh else 1.0
    usual: float = point.pull**0.7 * activity_level(quarter)
    return usual * growth * freshness * share_open(point, quarter)


def share_open(point: DemoPoint, quarter: Quarter) -> float:
    """Return the share of a quarter that a point was open."""
    if not point.decided or point.first_quarter != quarter:
        return 1.0
    open_days = (quarter.end - point.decided).days
    return max(0.05, open_days / (quarter.end - quarter.start).days)


def _make_client(
    point: DemoPoint, since: Quarter, chance: Random, *, pilot: bool = False
) -> DemoClient:
    groups = _draw_groups(chance)
    until = _draw_last_quarter(since, chance)
    return DemoClient(
        point=point.id,
        number=0,
        sex=chance.choices(("nam", "nu", "khac"), (1 - WOMEN - 0.01, WOMEN, 0.01))[0],
        band=chance.choices(list(BANDS), list(BANDS.values()))[0],
        groups=groups,
        since=since,
        until=until,
        away=_draw_absence(max(since, POINTS_FROM), until, chance),
        keen=draw_skewed(chance, 0.5) * point.pull**0.15,
        pilot=pilot,
    )


def _draw_groups(chance: Random) -> tuple[str, ...]:
    group = chance.choices(list(GROUPS), list(GROUPS.values()))[0]
    has_second = chance.random() < 0.16
    if has_second and group in SECOND_GROUP:
        return group, SECOND_GROUP[group]
    return (group,)


def _draw_last_quarter(since: Quarter, chance: Random) -> Quarter:
    """Draw the last quarter in which a client who registered in `since` comes."""
    leaves = LEAVES if since >= POINTS_FROM else LEAVES_LATER
    until = max(since, POINTS_FROM.plus(-1))
    while until < LAST and chance.random() > leaves:
        until = until.plus(1)
    return until


def _draw_absence(first: Quarter, last: Quarter, chance: Random) -> tuple[Quarter, ...]:
    room = last.index - first.index - AWAY_FOR
    if room < 1 or chance.random() > AWAY:
        return ()
    start = first.plus(chance.randint(1, room))
    return tuple(map(start.plus, range(AWAY_FOR)))
