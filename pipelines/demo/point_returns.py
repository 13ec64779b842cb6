"""Form B of every point and quarter: clients, contacts, services and referrals put together, every rule kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from pipelines.demo.calendar import POINTS_FROM
from pipelines.demo.clients import THANH_LIET, Client, clients
from pipelines.demo.contacts import Contacts, Files, contacts, files
from pipelines.demo.counselling import counselling
from pipelines.demo.dice import dice, skewed
from pipelines.demo.groups import groups
from pipelines.demo.network import Network
from pipelines.demo.services import services
from pipelines.demo.slips import Slip, slips
from pipelines.demo.team_returns import Key, Returns, Row
from pipelines.intake.template.layout import form_fields
from pipelines.reference.periods import Quarter

#: Published for Thanh Liệt in July 2022: on the review list, and of these present.
REVIEWED = {THANH_LIET: (36, 33)}
#: Review lists elsewhere: beside the clients known, so many times as long and a few more.
LONGER, SMALLEST_LIST, PRESENT = 1.5, 18, (0.78, 0.96)
AGES = {"u18": "b17a", "18_29": "b17a", "30_39": "b17b", "40_49": "b17b", "50p": "b17c"}
NEW_BY_GROUP = {"su_dung": "b18a", "nghien": "b18b", "sau_cai": "b18c", "dieu_tri_thay_the": "b18d", "nguy_co": "b18e",
                "than_nhan": "b18f"}  # fmt: skip


def point_returns(network: Network, seed: int) -> Returns:
    """One row of fields per point and quarter from its opening; form B has no signs."""
    everybody = clients(network, seed)
    made = contacts(everybody, seed)
    held = groups(network, seed)
    sessions = {key: row["b50"] for key, row in held.items()}
    parts = (held, counselling(made, sessions, seed), services(made, seed), _met(made), _arrived(everybody))
    rows: dict[Key, Row] = {key: dict.fromkeys((f.code for f in form_fields("B") if f.required), 0) for key in held}
    for part in parts:
        for key, row in part.items():
            rows[key] |= row
    for key, row in _referred(slips(network, everybody, made, seed)).items():
        if key in rows:
            rows[key] |= row
    _stocks(network, rows, everybody, files(made, seed))
    _lists(network, rows, everybody, dice(seed, "lists"))
    return Returns(rows, {key: {} for key in rows})


def _met(made: Contacts) -> dict[Key, Counter[str]]:
    """b15 and b15y: clients of earlier years who came in the quarter, and for the first time in the year."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client, quarters in made.items():
        years: set[int] = set()
        for quarter in sorted(quarters):
            if not client.new_in(quarter):
                rows[client.point, quarter]["b15"] += 1
                rows[client.point, quarter]["b15y"] += quarter.year not in years
                years.add(quarter.year)
    return rows


def _arrived(everybody: Iterable[Client]) -> dict[Key, Counter[str]]:
    """b11 to b18f: new clients and who they are; groups overlap."""
    rows: dict[Key, Counter[str]] = defaultdict(Counter)
    for client in everybody:
        counted = ["b11", AGES[client.band], *(NEW_BY_GROUP[group] for group in client.groups)]
        counted += ["b16"] * (client.sex == "nu")
        rows[client.point, client.since].update(counted)
    return {key: row for key, row in rows.items() if key[1] >= POINTS_FROM}


def _referred(every: Iterable[Slip]) -> dict[Key, Row]:
    """b60 and b61: slips dated in the quarter without mistakes, and the clients on them."""
    rows: dict[Key, list[Client]] = defaultdict(list)
    for slip in every:
        if slip.way.fate != "cancelled":
            rows[slip.client.point, slip.quarter].append(slip.client)
    return {key: {"b60": len(given), "b61": len(set(given))} for key, given in rows.items()}


def _stocks(network: Network, rows: dict[Key, Row], everybody: Sequence[Client], moved: Files) -> None:
    """b10, b12, b13, b14: what the last quarter closed with opens this one."""
    for point in network.points:
        known = sum(c.point == point.id and c.since < point.opened for c in everybody)
        for quarter in _reported(rows, point.id):
            row, key = rows[point.id, quarter], (point.id, quarter)
            row |= {"b10": known, "b12": moved.reopened[key], "b13": moved.closed[key]}
            known += row["b11"] + row["b12"] - row["b13"]
            row["b14"] = known


def _lists(network: Network, rows: dict[Key, Row], everybody: Sequence[Client], chance: Random) -> None:
    """b01 and b02: a list reviewed twice a year, never shorter than the clients it must hold."""
    for point in network.points:
        least = sum(c.point == point.id for c in everybody) + 3
        size = max(SMALLEST_LIST, round(least * LONGER * skewed(chance, 0.25)), least)
        share = chance.uniform(*PRESENT)
        for quarter in _reported(rows, point.id):
            if quarter.number in (1, 3):
                size = max(least, size + chance.choice((-2, -1, -1, 0, 0, 1, 1, 2, 3)))
            present = max(rows[point.id, quarter]["b14"], round(size * share))
            on_list, here = REVIEWED.get(point.id, (size, min(size, present)))
            rows[point.id, quarter] |= {"b01": on_list, "b02": here}


def _reported(rows: dict[Key, Row], point: str) -> list[Quarter]:
    return sorted(quarter for reporter, quarter in rows if reporter == point)
