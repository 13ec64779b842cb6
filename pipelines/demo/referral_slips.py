"""Referral slips of the pilot in 2020 and of the points 2021-2023: clients and contacts in, numbered slips out.

Published: 145 people and 160 services of the pilot; 49 people referred to rehabilitation, 27 to an HIV test, 18 about
hepatitis and 4 for legal support. The articles give no number for Methadone referrals of the points: there are none.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import LAST, QUARTERS, activity_level, quarters_of
from pipelines.demo.client_counts import DemoClient
from pipelines.demo.contacts import Contacts
from pipelines.demo.network import DemoNetwork
from pipelines.demo.random_tools import make_rng, sample_weighted
from pipelines.demo.referral_course import ReferralCourse, draw_outcomes, make_course
from pipelines.reference.facilities import facilities_of_service
from pipelines.reference.periods import Quarter

#: People by service, each once (L02 counts those with an HIV test or preventive treatment: 9 + 6 = 15).
PILOT = {"RF_MEN": 69, "RF_VDR": 45, "RF_MMT": 17, "RF_LAW": 14, "RF_HIV": 9, "RF_PRV": 6}
POINTS = {
    "RF_VDR": 49,
    "RF_HIV": 27,
    "RF_HEP": 18,
    "RF_LAW": 4,
    "RF_JOB": 9,
    "RF_MEN": 7,
    "RF_PRV": 3,
}
#: Referred a second time to the same service after a first that came to nothing; lines that were a mistake.
AGAIN, MISTAKES = 4, 2
#: What came before these quarters has been given up, or has ended, when the demonstration ends.
STILL = {"silent": (LAST.plus(-1), "lost"), "open": (LAST.plus(-4), "dropped")}
BEFORE_AGAIN = timedelta(days=30)
#: Whom a service is for, beside others.
FITS = {
    "RF_VDR": {"nghien": 5.0, "su_dung": 2.5, "sau_cai": 0.7},
    "RF_MMT": {"nghien": 4.0, "dieu_tri_thay_the": 3.0},
    "RF_JOB": {"sau_cai": 5.0},
    "RF_LAW": {"sau_cai": 2.0},
}
FAMILY = "than_nhan"
#: Services nobody is sent to together.
APART = ({"RF_HIV", "RF_PRV"}, {"RF_VDR", "RF_MMT"})
SLIPS = {"giay": 0.6, "dien_thoai": 0.22, "di_cung": 0.18}


@dataclass(frozen=True)
class ReferralSlip:
    """One referral: its number is given last, in the order of days."""

    client: DemoClient
    programme: str
    service: str
    facility: str
    way: ReferralCourse
    slip: str
    number: int = 0

    @property
    def quarter(self) -> Quarter:
        return Quarter.containing(self.way.referred)

    @property
    def id(self) -> str:
        return f"{self.client.point}-{self.quarter.year}-{self.number}"


def generate_referrals(
    network: DemoNetwork, everybody: Sequence[DemoClient], made: Contacts, seed: int
) -> list[ReferralSlip]:
    """Every slip by point and day, numbered within its point and report year."""
    chance = make_rng(seed, "slips")
    pilot = list(_pilot_referrals(network, [c for c in everybody if c.pilot], chance))
    points = list(_point_referrals(network, everybody, made, chance))
    found = [*pilot, *points, *_repeat_referrals(points, chance)]
    counted: Counter[tuple[str, int]] = Counter()
    numbered = []
    for slip in sorted(
        found, key=lambda s: (s.client.point, s.way.referred, s.client.number, s.service)
    ):
        counted[slip.client.point, slip.quarter.year] += 1
        numbered.append(replace(slip, number=counted[slip.client.point, slip.quarter.year]))
    return numbered


def _pilot_referrals(
    network: DemoNetwork, people: Sequence[DemoClient], chance: Random
) -> Iterator[ReferralSlip]:
    since = {w.reporter: w.since for w in network.pilots}
    for service, clients in _assign_services(people, chance).items():
        for client, fate in zip(clients, draw_outcomes(service, len(clients), chance), strict=True):
            quarter = client.since if client.since >= QUARTERS[0] else _quarter_of_2020(chance)
            day = _draw_day(quarter, since[client.point], chance)
            yield _make_referral(client, "M3", service, day, fate, chance)


def _assign_services(people: Sequence[DemoClient], chance: Random) -> dict[str, list[DemoClient]]:
    """Who was sent where: everybody to one service, some to a second, nobody twice to the same."""
    wanted = [service for service, count in PILOT.items() for _ in range(count)]
    chance.shuffle(wanted)
    given: dict[DemoClient, set[str]] = {}
    for client, service in zip(people, wanted, strict=False):
        given[client] = {service}
    for service in wanted[len(people) :]:
        free = [
            c
            for c in people
            if len(given[c]) == 1 and not _has_clash({*given[c], service}, given[c], service)
        ]
        given[chance.choice(free)].add(service)
    return {service: [c for c in people if service in given[c]] for service in PILOT}


def _has_clash(both: set[str], has: set[str], service: str) -> bool:
    return service in has or any(apart <= both for apart in APART)


def _quarter_of_2020(chance: Random) -> Quarter:
    quarters = quarters_of(QUARTERS[0].year)
    return chance.choices(quarters, [activity_level(q) for q in quarters])[0]


def _point_referrals(
    network: DemoNetwork, everybody: Sequence[DemoClient], made: Contacts, chance: Random
) -> Iterator[ReferralSlip]:
    opened = {p.id: p.decided for p in network.points}
    seen = [c for c in everybody if made[c]]
    wanted = [(service, count, "") for service, count in POINTS.items()] + [
        ("RF_HEP", MISTAKES, "cancelled")
    ]
    for service, count, fate in wanted:
        likely = {c: _service_fit(c, service) * math.sqrt(len(made[c])) for c in seen}
        clients = sample_weighted(chance, seen, count, likely.__getitem__)
        given = [fate] * count if fate else draw_outcomes(service, count, chance)
        for client, its in zip(clients, given, strict=True):
            quarter = _draw_quarter(made[client], its, chance)
            yield _make_referral(
                client, "M4", service, _draw_day(quarter, opened[client.point], chance), its, chance
            )


def _draw_quarter(quarters: Mapping[Quarter, int], fate: str, chance: Random) -> Quarter:
    """A quarter with a contact; what has not ended was begun late."""
    every = sorted(quarters)
    return every[-1] if fate in ("open", "silent") else chance.choice(every)


def _service_fit(client: DemoClient, service: str) -> float:
    if FAMILY in client.groups or client.band == "u18":
        return 1e-6
    fits = FITS.get(service, {})
    return max((fits.get(group, 1.0 if not fits else 0.1) for group in client.groups), default=0.1)


def _repeat_referrals(points: Iterable[ReferralSlip], chance: Random) -> Iterator[ReferralSlip]:
    """Whoever was passed on gets a slip to another place the same day; some try again after a failure."""
    tried = 0
    for slip in points:
        ended = slip.way.ended
        if slip.way.fate == "transferred" and ended and ended <= LAST.end:
            elsewhere = [f.id for f in facilities_of_service(slip.service) if f.id != slip.facility]
            way = make_course(slip.service, ended, "completed", chance)
            yield replace(slip, facility=chance.choice(elsewhere), way=way)
        elif slip.way.fate in ("dropped", "lost", "refused_client") and ended and tried < AGAIN:
            day = ended + BEFORE_AGAIN + timedelta(days=chance.randint(0, 60))
            if day <= LAST.end:
                tried += 1
                yield _make_referral(slip.client, "M4", slip.service, day, "completed", chance)


def _make_referral(
    client: DemoClient, programme: str, service: str, day: date, fate: str, chance: Random
) -> ReferralSlip:
    since, instead = STILL.get(fate, (LAST, fate))
    fate = instead if Quarter.containing(day) < since else fate
    facility = chance.choice(facilities_of_service(service)).id
    kind = chance.choices(list(SLIPS), list(SLIPS.values()))[0]
    return ReferralSlip(
        client, programme, service, facility, make_course(service, day, fate, chance), kind
    )


def _draw_day(quarter: Quarter, opened: date | None, chance: Random) -> date:
    """A day of the quarter on which the point or pilot was at work."""
    first = max(quarter.start, opened) if opened else quarter.start
    return first + timedelta(days=chance.randint(0, (quarter.end - first).days))
