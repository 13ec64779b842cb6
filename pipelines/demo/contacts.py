"""When each client was counselled, and which files were open: clients in, contacts by quarter and counts of files out.

Published for 2021-2023: 2,124 contacts, of which 1,603 with clients of earlier years.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import LAST, POINTS_FROM, QUARTERS, activity_level
from pipelines.demo.client_counts import DemoClient
from pipelines.demo.random_tools import make_rng, scatter_events
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
Cell = tuple[DemoClient, Quarter]
#: Contacts by client, then quarter; quarters without one are not there.
Contacts = Mapping[DemoClient, Mapping[Quarter, int]]


def generate_contacts(
    everybody: Sequence[DemoClient], seed: int
) -> dict[DemoClient, dict[Quarter, int]]:
    """Every contact of 2021-2023, on a client and quarter."""
    chance = make_rng(seed, "contacts")
    cells = [(c, q) for c in everybody for q in QUARTERS if q >= POINTS_FROM and c.is_coming(q)]
    old = [(c, q) for c, q in cells if not c.is_new_in(q)]
    new = [(c, q) for c, q in cells if c.is_new_in(q)]
    found: dict[DemoClient, dict[Quarter, int]] = {c: {} for c in everybody}
    for client in everybody:
        if client.since >= POINTS_FROM:
            found[client][client.since] = 1
    first = sum(len(quarters) for quarters in found.values())
    _add_contacts(found, old, OLD, chance)
    _add_contacts(found, new, ALL - OLD - first, chance)
    return found


def _add_contacts(
    found: dict[DemoClient, dict[Quarter, int]], cells: Sequence[Cell], total: int, chance: Random
) -> None:
    weights = [_contact_weight(c, q) for c, q in cells]
    for (client, quarter), count in zip(
        cells, scatter_events(chance, total, weights, [MOST] * len(cells)), strict=True
    ):
        if count:
            found[client][quarter] = found[client].get(quarter, 0) + count


def _contact_weight(client: DemoClient, quarter: Quarter) -> float:
    grown = 1 + GROWTH * (quarter.index - POINTS_FROM.index)
    return (
        client.keen
        * activity_level(quarter)
        * grown
        * (FIRST_QUARTER if quarter == client.since else 1.0)
    )


@dataclass(frozen=True)
class CaseFiles:
    """Files reopened and closed, by point and quarter."""

    reopened: Counter[tuple[str, Quarter]]
    closed: Counter[tuple[str, Quarter]]


def derive_case_files(made: Contacts, seed: int) -> CaseFiles:
    """What follows from the contacts: a file rests after half a year without one and opens again with the next."""
    chance = make_rng(seed, "files")
    found = CaseFiles(Counter(), Counter())
    for client, quarters in made.items():
        _follow_client(client, quarters, chance.random() < FINISHED, found)
    return found


def _follow_client(
    client: DemoClient, quarters: Mapping[Quarter, int], finished: bool, found: CaseFiles
) -> None:
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
