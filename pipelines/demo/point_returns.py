"""Form B of every point and quarter: clients, contacts, services and referrals put together, every rule kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from pipelines.demo.calendar import POINTS_FROM, QUARTERS, lockdown_share
from pipelines.demo.client_counts import THANH_LIET, DemoClient, generate_clients
from pipelines.demo.clubs import club_rows
from pipelines.demo.contacts import CaseFiles, Cell, Contacts, derive_case_files, generate_contacts
from pipelines.demo.counselling import generate_counselling
from pipelines.demo.network import DemoNetwork, DemoPoint
from pipelines.demo.random_tools import draw_skewed, make_rng, sample_weighted
from pipelines.demo.referral_slips import ReferralSlip, generate_referrals
from pipelines.demo.team_returns import GeneratedReturns, Row
from pipelines.intake.templates.layout import form_fields
from pipelines.reference.periods import Quarter

#: A point without a joint session holds one of its own in so many quarters; a conference; a training.
OWN, OWN_BESIDE, CONFERENCE, TRAINING = 0.4, 0.2, 0.3, 0.4
#: A new point is presented and its board trained.
AT_FIRST = 0.85
TRAINED = (1, 4)


def generate_group_sessions(network: DemoNetwork, seed: int) -> dict[tuple[str, Quarter], Row]:
    """Fields b50 to b53 by point and quarter."""
    chance = make_rng(seed, "groups")
    clubs = club_rows(network, seed)
    return {
        (point.id, quarter): _group_row(
            point, quarter, clubs.get((f"D-{point.place.code}", quarter), {}), chance
        )
        for point in network.points
        for quarter in QUARTERS
        if quarter >= POINTS_FROM and point.is_running(quarter)
    }


def _group_row(point: DemoPoint, quarter: Quarter, club: Row, chance: Random) -> Row:
    open_to, joint = lockdown_share(quarter), club.get("a63", 0)
    own = sum(chance.random() < (OWN_BESIDE if joint else OWN) * open_to for _ in range(2))
    first = bool(point.decided) and quarter in (point.first_quarter, point.first_quarter.plus(1))
    held = sum(
        chance.random() < (AT_FIRST if first else CONFERENCE) * open_to
        for _ in range(2 if first else 1)
    )
    taught = chance.random() < (AT_FIRST if first else TRAINING) * open_to
    trained = chance.randint(*TRAINED) if taught and held else 0
    return {"b50": joint + own, "b51": joint, "b52": held, "b53": trained}


Key = tuple[str, Quarter]
PEOPLE = {"b40": 71, "b41": 128, "b42": 46, "b43": 73, "b44": 57, "b46": 6, "b47": 14, "b48": 1}
PARCELS = 37
LOAN = 60_000_000
#: Whom a service is for: these groups only.
FOR = {"b46": {"dieu_tri_thay_the"}, "b47": {"sau_cai", "nghien"}, "b48": {"sau_cai"}}
#: Cards go to people after rehabilitation first; screening to new clients.
RATHER = {"b43": {"sau_cai": 3.0}, "b44": {"sau_cai": 3.0}}
SCREENED_NEW, PARCEL_AT_TET, PARCEL_IN_LOCKDOWN = 3.5, 4.0, 6.0


def generate_services(made: Contacts, seed: int) -> dict[Key, Counter[str]]:
    """Fields b40 to b49 of every point and quarter that helped somebody."""
    chance = make_rng(seed, "services")
    cells = [(client, quarter) for client, quarters in made.items() for quarter in quarters]
    usual = {
        (p, code): draw_skewed(chance, 0.6)
        for p in sorted({c.point for c in made})
        for code in [*PEOPLE, "b45"]
    }
    rows: dict[Key, Counter[str]] = {}
    for code, count in {**PEOPLE, "b45": PARCELS}.items():
        weights = {
            cell: usual[cell[0].point, code] * _service_weight(code, *cell) for cell in cells
        }
        for client, quarter in _draw_helped(
            _draw_once_a_year(cells, weights, chance), weights, count, chance
        ):
            row = rows.setdefault((client.point, quarter), Counter())
            row[code] += 1
            row["b49"] += LOAN if code == "b48" else 0
    return rows


def _draw_helped(
    cells: Sequence[Cell], weights: Mapping[Cell, float], count: int, chance: Random
) -> list[Cell]:
    """`count` of the people and quarters, likelier by weight."""
    return sample_weighted(chance, cells, count, weights.__getitem__)


def _draw_once_a_year(
    cells: Sequence[Cell], weights: Mapping[Cell, float], chance: Random
) -> list[Cell]:
    """One quarter of each client and year, likelier by weight: that of the first help."""
    years: dict[tuple[DemoClient, int], list[Cell]] = {}
    for cell in cells:
        if weights[cell]:
            years.setdefault((cell[0], cell[1].year), []).append(cell)
    return [chance.choices(each, [weights[cell] for cell in each])[0] for each in years.values()]


def _service_weight(code: str, client: DemoClient, quarter: Quarter) -> float:
    if code in FOR and not FOR[code].intersection(client.groups):
        return 0.0
    if code == "b40":
        return SCREENED_NEW if client.since == quarter else 1.0
    if code == "b45":
        return (
            PARCEL_IN_LOCKDOWN
            if lockdown_share(quarter) < 1
            else PARCEL_AT_TET
            if quarter.number == 1
            else 0.4
        )
    return max(RATHER.get(code, {}).get(group, 1.0) for group in client.groups)


#: Published for Thanh Liệt in July 2022: on the review list, and of these present.
REVIEWED = {THANH_LIET: (36, 33)}
#: Review lists elsewhere: beside the clients known, so many times as long and a few more.
LONGER, SMALLEST_LIST, PRESENT = 1.5, 18, (0.78, 0.96)
AGES = {"u18": "b17a", "18_29": "b17a", "30_39": "b17b", "40_49": "b17b", "50p": "b17c"}
NEW_BY_GROUP = {"su_dung": "b18a", "nghien": "b18b", "sau_cai": "b18c", "dieu_tri_thay_the": "b18d", "nguy_co": "b18e",
                "than_nhan": "b18f"}  # fmt: skip


def generate_point_returns(network: DemoNetwork, seed: int) -> GeneratedReturns:
    """One row of fields per point and quarter from its opening; form B has no signs."""
    everybody = generate_clients(network, seed)
    made = generate_contacts(everybody, seed)
    held = generate_group_sessions(network, seed)
    sessions = {key: row["b50"] for key, row in held.items()}
    parts = (
        held,
        generate_counselling(made, sessions, seed),
        generate_services(made, seed),
        _count_returning(made),
        _count_new(everybody),
    )
    rows: dict[Key, Row] = {
        key: dict.fromkeys((f.code for f in form_fields("B") if f.required), 0) for key in held
    }
    for part in parts:
        for key, row in part.items():
            rows[key] |= row
    for key, row in _count_referrals(generate_referrals(network, everybody, made, seed)).items():
        if key in rows:
            rows[key] |= row
    _fill_stocks(network, rows, everybody, derive_case_files(made, seed))
    _fill_review_lists(network, rows, everybody, make_rng(seed, "lists"))
    return GeneratedReturns(rows, {key: {} for key in rows})


def _count_returning(made: Contacts) -> dict[Key, Counter[str]]:
    """b15 and b15y: clients of earlier years who came in the quarter, and for the first time in the year."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client, quarters in made.items():
        years: set[int] = set()
        for quarter in sorted(quarters):
            if not client.is_new_in(quarter):
                rows[client.point, quarter]["b15"] += 1
                rows[client.point, quarter]["b15y"] += quarter.year not in years
                years.add(quarter.year)
    return rows


def _count_new(everybody: Iterable[DemoClient]) -> dict[Key, Counter[str]]:
    """b11 to b18f: new clients and who they are; groups overlap."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client in everybody:
        counted = ["b11", AGES[client.band], *(NEW_BY_GROUP[group] for group in client.groups)]
        counted += ["b16"] * (client.sex == "nu")
        rows[client.point, client.since].update(counted)
    return {key: row for key, row in rows.items() if key[1] >= POINTS_FROM}


def _count_referrals(every: Iterable[ReferralSlip]) -> dict[Key, Row]:
    """b60 and b61: slips dated in the quarter without mistakes, and the clients on them."""
    rows: dict[Key, list[DemoClient]] = defaultdict(list)
    for slip in every:
        if slip.way.fate != "cancelled":
            rows[slip.client.point, slip.quarter].append(slip.client)
    return {key: {"b60": len(given), "b61": len(set(given))} for key, given in rows.items()}


def _fill_stocks(
    network: DemoNetwork, rows: dict[Key, Row], everybody: Sequence[DemoClient], moved: CaseFiles
) -> None:
    """b10, b12, b13, b14: what the last quarter closed with opens this one."""
    for point in network.points:
        known = sum(c.point == point.id and c.since < point.first_quarter for c in everybody)
        for quarter in _quarters_of_point(rows, point.id):
            row, key = rows[point.id, quarter], (point.id, quarter)
            row |= {"b10": known, "b12": moved.reopened[key], "b13": moved.closed[key]}
            known += row["b11"] + row["b12"] - row["b13"]
            row["b14"] = known


def _fill_review_lists(
    network: DemoNetwork, rows: dict[Key, Row], everybody: Sequence[DemoClient], chance: Random
) -> None:
    """b01 and b02: a list reviewed twice a year, never shorter than the clients it must hold."""
    for point in network.points:
        least = sum(c.point == point.id for c in everybody) + 3
        size = max(SMALLEST_LIST, round(least * LONGER * draw_skewed(chance, 0.25)), least)
        share = chance.uniform(*PRESENT)
        for quarter in _quarters_of_point(rows, point.id):
            if quarter.number in (1, 3):
                size = max(least, size + chance.choice((-2, -1, -1, 0, 0, 1, 1, 2, 3)))
            present = max(rows[point.id, quarter]["b14"], round(size * share))
            on_list, here = REVIEWED.get(point.id, (size, min(size, present)))
            rows[point.id, quarter] |= {"b01": on_list, "b02": here}


def _quarters_of_point(rows: dict[Key, Row], point: str) -> list[Quarter]:
    return sorted(quarter for reporter, quarter in rows if reporter == point)
