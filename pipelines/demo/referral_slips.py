"""The referral slips of the pilot in 2020 and of the points 2021-2023."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from pipelines.demo.calendar import LAST, QUARTERS, draw_quarter
from pipelines.demo.city_plan import load_plan
from pipelines.demo.client_counts import DemoClient
from pipelines.demo.contacts import Contacts
from pipelines.demo.network import DemoNetwork
from pipelines.demo.random_tools import make_rng, sample_weighted
from pipelines.demo.referral_course import ReferralCourse, draw_outcomes, make_course
from pipelines.reference.facilities import facilities_of_service
from pipelines.reference.periods import Quarter

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
    network: DemoNetwork, everybody: Sequence[DemoClient], contacts: Contacts, seed: int
) -> list[ReferralSlip]:
    """Generate every slip by point and day, numbered within its point and report year."""
    chance = make_rng(seed, "slips")
    pilot_people = [client for client in everybody if client.pilot]
    pilot = list(_pilot_referrals(network, pilot_people, chance))
    points = list(_point_referrals(network, everybody, contacts, chance))
    slips = [*pilot, *points, *_repeat_referrals(points, chance)]
    slips.sort(key=lambda s: (s.client.point, s.way.referred, s.client.number, s.service))
    last_number: Counter[tuple[str, int]] = Counter()
    numbered = []
    for slip in slips:
        key = (slip.client.point, slip.quarter.year)
        last_number[key] += 1
        numbered.append(replace(slip, number=last_number[key]))
    return numbered


def _pilot_referrals(
    network: DemoNetwork, people: Sequence[DemoClient], chance: Random
) -> Iterator[ReferralSlip]:
    since = {ward.reporter: ward.since for ward in network.pilots}
    for service, clients in _assign_services(people, chance).items():
        fates = draw_outcomes(service, len(clients), chance)
        for client, fate in zip(clients, fates, strict=True):
            quarter = client.since
            if quarter < QUARTERS[0]:
                quarter = draw_quarter(QUARTERS[0].year, chance)
            day = _draw_day(quarter, since[client.point], chance)
            yield _make_referral(client, "M3", service, day, fate, chance)


def _assign_services(people: Sequence[DemoClient], chance: Random) -> dict[str, list[DemoClient]]:
    """Draw the people sent to each service: everybody to one, some to a second one as well."""
    planned = load_plan().pilot.services
    wanted = list(Counter(planned).elements())
    chance.shuffle(wanted)
    services: dict[DemoClient, set[str]] = {}
    for client, service in zip(people, wanted, strict=False):
        services[client] = {service}
    for service in wanted[len(people) :]:
        free = [client for client in people if _can_add(services[client], service)]
        services[chance.choice(free)].add(service)
    by_service: dict[str, list[DemoClient]] = {}
    for service in planned:
        by_service[service] = [client for client in people if service in services[client]]
    return by_service


def _can_add(services: set[str], service: str) -> bool:
    """Can somebody with one service be sent to this one as well?"""
    if len(services) != 1 or service in services:
        return False
    return not any(apart <= {*services, service} for apart in APART)


def _point_referrals(
    network: DemoNetwork, everybody: Sequence[DemoClient], contacts: Contacts, chance: Random
) -> Iterator[ReferralSlip]:
    """Draw the slips of the counselling points, lines that were a mistake last."""
    plan = load_plan().work
    opened = {point.id: point.decided for point in network.points}
    candidates = [client for client in everybody if contacts[client]]

    def draw_clients(service: str, count: int) -> list[DemoClient]:
        def likely(client: DemoClient) -> float:
            return _service_fit(client, service) * math.sqrt(len(contacts[client]))

        return sample_weighted(chance, candidates, count, likely)

    def draw_slip(client: DemoClient, service: str, fate: str) -> ReferralSlip:
        quarter = _draw_quarter(contacts[client], fate, chance)
        day = _draw_day(quarter, opened[client.point], chance)
        return _make_referral(client, "M4", service, day, fate, chance)

    for service, count in plan.referrals.items():
        clients = draw_clients(service, count)
        fates = draw_outcomes(service, count, chance)
        for client, fate in zip(clients, fates, strict=True):
            yield draw_slip(client, service, fate)
    for client in draw_clients("RF_HEP", plan.mistakes):
        yield draw_slip(client, "RF_HEP", "cancelled")


def _draw_quarter(quarters: Mapping[Quarter, int], fate: str, chance: Random) -> Quarter:
    """Draw a quarter with a contact; the last one for what has not ended."""
    with_contact = sorted(quarters)
    if fate in ("open", "silent"):
        return with_contact[-1]
    return chance.choice(with_contact)


def _service_fit(client: DemoClient, service: str) -> float:
    """Return how likely a client is to be sent to a service, relative to others."""
    if FAMILY in client.groups or client.band == "u18":
        return 1e-6
    if service not in FITS:
        return 1.0
    return max(FITS[service].get(group, 0.1) for group in client.groups)


def _repeat_referrals(points: Iterable[ReferralSlip], chance: Random) -> Iterator[ReferralSlip]:
    """Draw the second slips of clients.

    Whoever was passed on gets a slip to another place the same day; some try again after a failure.
    """
    repeated, again = 0, load_plan().work.referred_again
    for slip in points:
        ended = slip.way.ended
        if ended is None:
            continue
        if slip.way.fate == "transferred" and ended <= LAST.end:
            yield _pass_on(slip, ended, chance)
        elif slip.way.fate in ("dropped", "lost", "refused_client") and repeated < again:
            day = ended + BEFORE_AGAIN + timedelta(days=chance.randint(0, 60))
            if day <= LAST.end:
                repeated += 1
                yield _make_referral(slip.client, "M4", slip.service, day, "completed", chance)


def _pass_on(slip: ReferralSlip, day: date, chance: Random) -> ReferralSlip:
    """Draw the slip to another facility that follows a transfer on this day."""
    facilities = [facility.id for facility in facilities_of_service(slip.service)]
    elsewhere = [facility for facility in facilities if facility != slip.facility]
    way = make_course(slip.service, day, "completed", chance)
    return replace(slip, facility=chance.choice(elsewhere), way=way)


def _make_referral(
    client: DemoClient, programme: str, service: str, day: date, fate: str, chance: Random
) -> ReferralSlip:
    """Draw facility, kind of slip and course of one referral."""
    since, later_fate = STILL.get(fate, (LAST, fate))
    if Quarter.containing(day) < since:
        fate = later_fate
    facility = chance.choice(facilities_of_service(service)).id
    kind = chance.choices(list(SLIPS), list(SLIPS.values()))[0]
    way = make_course(service, day, fate, chance)
    return ReferralSlip(client, programme, service, facility, way, kind)


def _draw_day(quarter: Quarter, opened: date | None, chance: Random) -> date:
    """Draw a day of the quarter on which the point or pilot was at work."""
    first = max(quarter.start, opened) if opened else quarter.start
    return first + timedelta(days=chance.randint(0, (quarter.end - first).days))
