"""Form B of every point and quarter, put together so that every rule of the form is kept.

Clients, contacts, services and referrals each give a part of the row.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from pipelines.demo.calendar import POINTS_FROM, REPORTED, lockdown_share
from pipelines.demo.city_plan import load_plan
from pipelines.demo.client_counts import DemoClient, generate_clients
from pipelines.demo.clubs import club_rows
from pipelines.demo.contacts import CaseFiles, Cell, Contacts, derive_case_files, generate_contacts
from pipelines.demo.counselling import generate_counselling
from pipelines.demo.network import DemoNetwork, DemoPoint
from pipelines.demo.random_tools import count_hits, draw_skewed, make_rng, sample_weighted
from pipelines.demo.referral_slips import ReferralSlip, generate_referrals
from pipelines.demo.team_returns import GeneratedReturns, Row
from pipelines.intake.templates.layout import form_fields
from pipelines.reference.periods import Quarter

#: In how many quarters a point holds a session of its own (without and beside a joint one), a
#: conference, a training.
OWN, OWN_BESIDE, CONFERENCE, TRAINING = 0.4, 0.2, 0.3, 0.4
#: A new point is presented and its board trained.
AT_FIRST = 0.85
TRAINED = (1, 4)


def generate_group_sessions(network: DemoNetwork, seed: int) -> dict[tuple[str, Quarter], Row]:
    """Generate b50 to b53 by point and quarter."""
    chance = make_rng(seed, "groups")
    clubs = club_rows(network, seed)
    rows = {}
    for point in network.points:
        for quarter in filter(point.is_running, REPORTED):
            team = f"D-{point.place.code}"
            club = clubs.get((team, quarter), {})
            rows[point.id, quarter] = _group_row(point, quarter, club, chance)
    return rows


def _group_row(point: DemoPoint, quarter: Quarter, club: Row, chance: Random) -> Row:
    """Draw b50 to b53 of one point and quarter; `club` is the row of the commune's club."""
    open_to, joint = lockdown_share(quarter), club.get("a63", 0)
    own = count_hits(chance, 2, (OWN_BESIDE if joint else OWN) * open_to)
    conferences, conference_share, training_share = 1, CONFERENCE, TRAINING
    if _is_new(point, quarter):
        conferences, conference_share, training_share = 2, AT_FIRST, AT_FIRST
    held = count_hits(chance, conferences, conference_share * open_to)
    is_taught = chance.random() < training_share * open_to
    trained = chance.randint(*TRAINED) if is_taught and held else 0
    return {"b50": joint + own, "b51": joint, "b52": held, "b53": trained}


def _is_new(point: DemoPoint, quarter: Quarter) -> bool:
    """Is this one of the first two quarters of a point that opened after 2020?"""
    if not point.decided:
        return False
    return quarter in (point.first_quarter, point.first_quarter.plus(1))


Key = tuple[str, Quarter]
#: Whom a service is for: these groups only.
FOR = {"b46": {"dieu_tri_thay_the"}, "b47": {"sau_cai", "nghien"}, "b48": {"sau_cai"}}
#: Cards go to people after rehabilitation first; screening to new clients.
RATHER = {"b43": {"sau_cai": 3.0}, "b44": {"sau_cai": 3.0}}
SCREENED_NEW, PARCEL_AT_TET, PARCEL_IN_LOCKDOWN = 3.5, 4.0, 6.0


def generate_services(contacts: Contacts, seed: int) -> dict[Key, Counter[str]]:
    """Generate b40 to b49 of every point and quarter that helped somebody."""
    chance = make_rng(seed, "services")
    plan = load_plan().work
    counts = {**plan.services, "b45": plan.parcels}
    cells = [(client, quarter) for client, quarters in contacts.items() for quarter in quarters]
    usual = {}
    for point in sorted({client.point for client in contacts}):
        for code in counts:
            usual[point, code] = draw_skewed(chance, 0.6)
    rows: dict[Key, Counter[str]] = {}
    for code, count in counts.items():
        weights: dict[Cell, float] = {}
        for client, quarter in cells:
            weight = usual[client.point, code] * _service_weight(code, client, quarter)
            weights[client, quarter] = weight
        once_a_year = _draw_once_a_year(cells, weights, chance)
        helped = sample_weighted(chance, once_a_year, count, weights.__getitem__)
        for client, quarter in helped:
            row = rows.setdefault((client.point, quarter), Counter())
            row[code] += 1
            row["b49"] += plan.loan if code == "b48" else 0
    return rows


def _draw_once_a_year(
    cells: Sequence[Cell], weights: Mapping[Cell, float], chance: Random
) -> list[Cell]:
    """Draw one quarter of each client and year, likelier by weight: that of the first help."""
    years: dict[tuple[DemoClient, int], list[Cell]] = {}
    for cell in cells:
        if weights[cell]:
            years.setdefault((cell[0], cell[1].year), []).append(cell)
    drawn = []
    for year_cells in years.values():
        drawn += chance.choices(year_cells, [weights[cell] for cell in year_cells])
    return drawn


def _service_weight(code: str, client: DemoClient, quarter: Quarter) -> float:
    """Return how likely a client is to get a service, relative to others; 0 for never."""
    if code in FOR and not FOR[code].intersection(client.groups):
        return 0.0
    if code == "b40":
        return SCREENED_NEW if client.since == quarter else 1.0
    if code == "b45":
        return _parcel_weight(quarter)
    return max(RATHER.get(code, {}).get(group, 1.0) for group in client.groups)


def _parcel_weight(quarter: Quarter) -> float:
    if lockdown_share(quarter) < 1:
        return PARCEL_IN_LOCKDOWN
    if quarter.number == 1:
        return PARCEL_AT_TET
    return 0.4


#: Review lists elsewhere: beside the clients known, so many times as long and a few more.
LONGER, SMALLEST_LIST, PRESENT = 1.5, 18, (0.78, 0.96)
AGES = {"u18": "b17a", "18_29": "b17a", "30_39": "b17b", "40_49": "b17b", "50p": "b17c"}
NEW_BY_GROUP = {
    "su_dung": "b18a",
    "nghien": "b18b",
    "sau_cai": "b18c",
    "dieu_tri_thay_the": "b18d",
    "nguy_co": "b18e",
    "than_nhan": "b18f",
}


def generate_point_returns(network: DemoNetwork, seed: int) -> GeneratedReturns:
    """Generate one row of fields per point and quarter from its opening; form B has no signs."""
    everybody = generate_clients(network, seed)
    contacts = generate_contacts(everybody, seed)
    groups = generate_group_sessions(network, seed)
    sessions = {key: row["b50"] for key, row in groups.items()}
    parts = (
        groups,
        generate_counselling(contacts, sessions, seed),
        generate_services(contacts, seed),
        _count_returning(contacts),
        _count_new(everybody),
    )
    required = [field.code for field in form_fields("B") if field.required]
    rows: dict[Key, Row] = {key: dict.fromkeys(required, 0) for key in groups}
    for part in parts:
        for key, row in part.items():
            rows[key] |= row
    slips = generate_referrals(network, everybody, contacts, seed)
    for key, row in _count_referrals(slips).items():
        if key in rows:
            rows[key] |= row
    _fill_stocks(network, rows, everybody, derive_case_files(contacts, seed))
    _fill_review_lists(network, rows, everybody, make_rng(seed, "lists"))
    return GeneratedReturns(rows, {key: {} for key in rows})


def _count_returning(contacts: Contacts) -> dict[Key, Counter[str]]:
    """Count clients of earlier years who came in the quarter (b15).

    b15y counts those of them who came for the first time in the year.
    """
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client, quarters in contacts.items():
        years: set[int] = set()
        for quarter in sorted(quarters):
            if client.is_new_in(quarter):
                continue
            row = rows[client.point, quarter]
            row["b15"] += 1
            row["b15y"] += quarter.year not in years
            years.add(quarter.year)
    return rows


def _count_new(everybody: Iterable[DemoClient]) -> dict[Key, Counter[str]]:
    """Count new clients and who they are (b11 to b18f); groups overlap."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client in everybody:
        counted = ["b11", AGES[client.band], *map(NEW_BY_GROUP.__getitem__, client.groups)]
        if client.sex == "nu":
            counted.append("b16")
        rows[client.point, client.since].update(counted)
    return {key: row for key, row in rows.items() if key[1] >= POINTS_FROM}


def _count_referrals(every: Iterable[ReferralSlip]) -> dict[Key, Row]:
    """Count slips dated in the quarter without mistakes (b60), and the clients on them (b61)."""
    clients: dict[Key, list[DemoClient]] = defaultdict(list)
    for slip in every:
        if slip.way.fate != "cancelled":
            clients[slip.client.point, slip.quarter].append(slip.client)
    rows: dict[Key, Row] = {}
    for key, referred in clients.items():
        rows[key] = {"b60": len(referred), "b61": len(set(referred))}
    return rows


def _fill_stocks(
    network: DemoNetwork, rows: dict[Key, Row], everybody: Sequence[DemoClient], files: CaseFiles
) -> None:
    """Fill in b10, b12, b13 and b14: what the last quarter closed with opens this one."""
    for point in network.points:
        own = [client for client in everybody if client.point == point.id]
        known = sum(client.since < point.first_quarter for client in own)
        for quarter in _quarters_of_point(rows, point.id):
            key = (point.id, quarter)
            row = rows[key]
            row |= {"b10": known, "b12": files.reopened[key], "b13": files.closed[key]}
            known += row["b11"] + row["b12"] - row["b13"]
            row["b14"] = known


def _fill_review_lists(
    network: DemoNetwork, rows: dict[Key, Row], everybody: Sequence[DemoClient], chance: Random
) -> None:
    """Fill in b01 and b02: a list reviewed twice a year that holds at least the clients."""
    clients = Counter(client.point for client in everybody)
    reviewed = load_plan().points.reviewed
    for point in network.points:
        least = clients[point.id] + 3
        size = max(SMALLEST_LIST, round(least * LONGER * draw_skewed(chance, 0.25)), least)
        share = chance.uniform(*PRESENT)
        for quarter in _quarters_of_point(rows, point.id):
            if quarter.number in (1, 3):
                size = max(least, size + chance.choice((-2, -1, -1, 0, 0, 1, 1, 2, 3)))
            present = max(rows[point.id, quarter]["b14"], round(size * share))
            on_list, here = reviewed.get(point.id, (size, min(size, present)))
            rows[point.id, quarter] |= {"b01": on_list, "b02": here}


def _quarters_of_point(rows: dict[Key, Row], point: str) -> list[Quarter]:
    return sorted(quarter for reporter, quarter in rows if reporter == point)
