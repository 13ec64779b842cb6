"""Services and support at the points: contacts in, people helped by point and quarter out, once each in a year.

Published for 2021-2023: 71 screened, 128 treated, 73 and 57 insurance cards, 37 parcels, 6 Methadone fees, 14 helped
into work, one loan of 60 million đồng. Legal support at the point is not published.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from pipelines.demo.calendar import lockdown
from pipelines.demo.clients import Client
from pipelines.demo.contacts import Cell, Contacts
from pipelines.demo.dice import chosen, dice, skewed
from pipelines.reference.periods import Quarter

Key = tuple[str, Quarter]
PEOPLE = {"b40": 71, "b41": 128, "b42": 46, "b43": 73, "b44": 57, "b46": 6, "b47": 14, "b48": 1}
PARCELS = 37
LOAN = 60_000_000
#: Whom a service is for: these groups only.
FOR = {"b46": {"dieu_tri_thay_the"}, "b47": {"sau_cai", "nghien"}, "b48": {"sau_cai"}}
#: Cards go to people after rehabilitation first; screening to new clients.
RATHER = {"b43": {"sau_cai": 3.0}, "b44": {"sau_cai": 3.0}}
SCREENED_NEW, PARCEL_AT_TET, PARCEL_IN_LOCKDOWN = 3.5, 4.0, 6.0


def services(made: Contacts, seed: int) -> dict[Key, Counter[str]]:
    """Fields b40 to b49 of every point and quarter that helped somebody."""
    chance = dice(seed, "services")
    cells = [(client, quarter) for client, quarters in made.items() for quarter in quarters]
    usual = {(p, code): skewed(chance, 0.6) for p in sorted({c.point for c in made}) for code in [*PEOPLE, "b45"]}
    rows: dict[Key, Counter[str]] = {}
    for code, count in {**PEOPLE, "b45": PARCELS}.items():
        weights = {cell: usual[cell[0].point, code] * _likely(code, *cell) for cell in cells}
        for client, quarter in _helped(_once_a_year(cells, weights, chance), weights, count, chance):
            row = rows.setdefault((client.point, quarter), Counter())
            row[code] += 1
            row["b49"] += LOAN if code == "b48" else 0
    return rows


def _helped(cells: Sequence[Cell], weights: Mapping[Cell, float], count: int, chance: Random) -> list[Cell]:
    """`count` of the people and quarters, likelier by weight."""
    return chosen(chance, cells, count, weights.__getitem__)


def _once_a_year(cells: Sequence[Cell], weights: Mapping[Cell, float], chance: Random) -> list[Cell]:
    """One quarter of each client and year, likelier by weight: that of the first help."""
    years: dict[tuple[Client, int], list[Cell]] = {}
    for cell in cells:
        if weights[cell]:
            years.setdefault((cell[0], cell[1].year), []).append(cell)
    return [chance.choices(each, [weights[cell] for cell in each])[0] for each in years.values()]


def _likely(code: str, client: Client, quarter: Quarter) -> float:
    if code in FOR and not FOR[code].intersection(client.groups):
        return 0.0
    if code == "b40":
        return SCREENED_NEW if client.since == quarter else 1.0
    if code == "b45":
        return PARCEL_IN_LOCKDOWN if lockdown(quarter) < 1 else PARCEL_AT_TET if quarter.number == 1 else 0.4
    return max(RATHER.get(code, {}).get(group, 1.0) for group in client.groups)
