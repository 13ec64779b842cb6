"""The contacts of each client by quarter, and the case files reopened and closed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.demo.calendar import LAST, POINTS_FROM, REPORTED, activity_level
from pipelines.demo.city_plan import load_plan
from pipelines.demo.client_counts import DemoClient
from pipelines.demo.random_tools import make_rng, scatter_events
from pipelines.reference.periods import Quarter

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
    """Draw every contact of 2021-2023: how many by client and quarter."""
    chance = make_rng(seed, "contacts")
    old, new = _list_cells(everybody)
    contacts: dict[DemoClient, dict[Quarter, int]] = {client: {} for client in everybody}
    first_contacts = 0
    for client in everybody:
        if client.since >= POINTS_FROM:
            contacts[client][client.since] = 1
            first_contacts += 1
    plan = load_plan().work
    _add_contacts(contacts, old, plan.contacts_old, chance)
    rest = plan.contacts - plan.contacts_old - first_contacts
    _add_contacts(contacts, new, rest, chance)
    return contacts


def _list_cells(everybody: Sequence[DemoClient]) -> tuple[list[Cell], list[Cell]]:
    """Return the quarters in which clients of earlier years come, and those of new clients."""
    old: list[Cell] = []
    new: list[Cell] = []
    for client in everybody:
        for quarter in filter(client.is_coming, REPORTED):
            cells = new if client.is_new_in(quarter) else old
            cells.append((client, quarter))
    return old, new


def _add_contacts(
    contacts: dict[DemoClient, dict[Quarter, int]],
    cells: Sequence[Cell],
    total: int,
    chance: Random,
) -> None:
    weights = [_contact_weight(client, quarter) for client, quarter in cells]
    counts = scatter_events(chance, total, weights, [MOST] * len(cells))
    for (client, quarter), count in zip(cells, counts, strict=True):
        if count:
            contacts[client][quarter] = contacts[client].get(quarter, 0) + count


def _contact_weight(client: DemoClient, quarter: Quarter) -> float:
    growth = 1 + GROWTH * (quarter.index - POINTS_FROM.index)
    part = FIRST_QUARTER if quarter == client.since else 1.0
    return client.keen * activity_level(quarter) * growth * part


@dataclass(frozen=True)
class CaseFiles:
    """Files reopened and closed, by point and quarter."""

    reopened: Counter[tuple[str, Quarter]]
    closed: Counter[tuple[str, Quarter]]


def derive_case_files(contacts: Contacts, seed: int) -> CaseFiles:
    """Derive from the contacts which files were reopened and closed.

    A file is closed after half a year without a contact and opens again with the next one.
    """
    chance = make_rng(seed, "files")
    files = CaseFiles(Counter(), Counter())
    for client, quarters in contacts.items():
        _follow_client(client, quarters, chance.random() < FINISHED, files)
    return files


def _follow_client(
    client: DemoClient, quarters: Mapping[Quarter, int], finished: bool, files: CaseFiles
) -> None:
    """Add the reopenings and closings of one client's file to `files`."""
    last_contact = max(quarters) if finished and quarters else None
    seen, is_open = max(client.since, POINTS_FROM.plus(-1)), True
    for index in range(max(client.since, POINTS_FROM).index, LAST.index + 1):
        quarter = Quarter(index)
        key = (client.point, quarter)
        if quarter in quarters:
            files.reopened[key] += not is_open
            seen, is_open = quarter, True
        is_due = index - seen.index >= CLOSED_AFTER or quarter == last_contact
        if is_open and is_due:
            files.closed[key] += 1
            is_open = False
