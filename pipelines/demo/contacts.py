"""When each client was counselled, and which files were open: clients in, contacts by quarter and counts of files out.

Published for 2021-2023: 2,124 contacts, of which 1,603 with clients of earlier years.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import LAST, POINTS_FROM, QUARTERS, busy
from pipelines.demo.clients import Client
from pipelines.demo.dice import dice, scatter
from pipelines.reference.periods import Quarter

ALL, OLD = 2_124, 1_603
#: Contacts with one client in a quarter, at most.
MOST = 9
#: A file is closed after so many quarters without a contact; some are closed with the last contact.
CLOSED_AFTER, FINISHED = 2, 0.3
#: In the quarter somebody registers, less of it is left.
FIRST_QUARTER = 0.6
#: Counsellors gained practice: so much more was done with each quarter.
GROWTH = 0.14
Cell = tuple[Client, Quarter]
#: Contacts by client, then quarter; quarters without one are not there.
Contacts = Mapping[Client, Mapping[Quarter, int]]


def contacts(everybody: Sequence[Client], seed: int) -> dict[Client, dict[Quarter, int]]:
    """Every contact of 2021-2023, on a client and quarter."""
    chance = dice(seed, "contacts")
    cells = [(c, q) for c in everybody for q in QUARTERS if q >= POINTS_FROM and c.comes(q)]
    old = [(c, q) for c, q in cells if not c.new_in(q)]
    new = [(c, q) for c, q in cells if c.new_in(q)]
    found: dict[Client, dict[Quarter, int]] = {c: {} for c in everybody}
    for client in everybody:
        if client.since >= POINTS_FROM:
            found[client][client.since] = 1
    first = sum(len(quarters) for quarters in found.values())
    _add(found, old, OLD, chance)
    _add(found, new, ALL - OLD - first, chance)
    return found


def _add(found: dict[Client, dict[Quarter, int]], cells: Sequence[Cell], total: int, chance: Random) -> None:
    weights = [_often(c, q) for c, q in cells]
    for (client, quarter), count in zip(cells, scatter(chance, total, weights, [MOST] * len(cells)), strict=True):
        if count:
            found[client][quarter] = found[client].get(quarter, 0) + count


def _often(client: Client, quarter: Quarter) -> float:
    grown = 1 + GROWTH * (quarter.index - POINTS_FROM.index)
    return client.keen * busy(quarter) * grown * (FIRST_QUARTER if quarter == client.since else 1.0)


@dataclass(frozen=True)
class Files:
    """Files reopened and closed, by point and quarter."""

    reopened: Counter[tuple[str, Quarter]]
    closed: Counter[tuple[str, Quarter]]


def files(made: Contacts, seed: int) -> Files:
    """What follows from the contacts: a file rests after half a year without one and opens again with the next."""
    chance = dice(seed, "files")
    found = Files(Counter(), Counter())
    for client, quarters in made.items():
        _follow(client, quarters, chance.random() < FINISHED, found)
    return found


def _follow(client: Client, quarters: Mapping[Quarter, int], finished: bool, found: Files) -> None:
    last = max(quarters, default=None)
    seen, is_open = max(client.since, POINTS_FROM.plus(-1)), True
    for index in range(max(client.since, POINTS_FROM).index, LAST.index + 1):
        quarter = Quarter(index)
        if quarter in quarters:
            found.reopened[client.point, quarter] += not is_open
            seen, is_open = quarter, True
        closes = is_open and (index - seen.index >= CLOSED_AFTER or (finished and quarter == last))
        found.closed[client.point, quarter] += closes
        is_open = is_open and not closes
