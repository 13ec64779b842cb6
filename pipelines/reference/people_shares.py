"""Shares of a split unit's people, from people_shares.csv in a home's folder reference.

The delivered crosswalk has none. Areas say nothing of people and may not stand here: every line
names the source that counted them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import isclose
from pathlib import Path

from pipelines.definition_faults import DefinitionFault
from pipelines.reference.csv_tables import read_rows
from pipelines.reference.places import CrosswalkStep, load_places

FOLDER, FILE = "reference", "people_shares.csv"
COLUMNS = (
    "from_code",
    "from_valid_from",
    "to_code",
    "to_valid_from",
    "people_share",
    "source",
)


@dataclass(frozen=True)
class PeopleShares:
    """Which share of an ended unit's people went to each of its successors, by the units' ids."""

    by_unit: Mapping[str, Mapping[str, float]]

    def find_shares(self, place_id: str, day: date) -> dict[str, float]:
        """Return the share of each unit in force on `day`; empty where a part is not known."""
        places = load_places()
        place = places.by_id[place_id]
        if place.is_valid_on(day):
            return {place_id: 1.0}
        whole = places.find_successor(place)
        steps = {whole.id: 1.0} if whole else self.by_unit.get(place_id, {})
        found: dict[str, float] = defaultdict(float)
        for target, share in steps.items():
            further = self.find_shares(target, day)
            if not further:
                return {}
            for unit, part in further.items():
                found[unit] += share * part
        return dict(found)


NO_SHARES = PeopleShares({})


def load_people_shares(home: Path) -> PeopleShares:
    """Load the shares of a home; none without the file.

    Raises DefinitionError for a line that is no step of the crosswalk or has no source, and for a
    unit whose shares do not add up to 1.
    """
    path = home / FOLDER / FILE
    if not path.is_file():
        return NO_SHARES
    return _read_shares(path, path.stat().st_mtime_ns)


@cache
def _read_shares(path: Path, _changed: int) -> PeopleShares:
    steps = {(step.from_id, step.to_id): step for step in load_places().steps}
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for number, row in enumerate(read_rows(path.name, path.parent), 2):
        _check_columns(row)
        unit = f"{row['from_code']}@{row['from_valid_from']}"
        target = f"{row['to_code']}@{row['to_valid_from']}"
        found[unit][target] = _read_share(row, steps.get((unit, target)), f"line {number}")
    for unit, shares in found.items():
        total = sum(shares.values())
        if not isclose(total, 1, abs_tol=1e-6):
            raise DefinitionFault("definition_value", FILE, unit, f"{total:g}", "1").to_error()
    return PeopleShares(found)


def _check_columns(row: Mapping[str, str]) -> None:
    """Raise DefinitionError for a file without one of the columns."""
    for column in COLUMNS:
        if row.get(column) is None:
            raise DefinitionFault("definition_missing", FILE, column).to_error()


def _read_share(row: Mapping[str, str], step: CrosswalkStep | None, where: str) -> float:
    """Return the share of one line; raises DefinitionError where it may not be used."""
    pair = f"{row['from_code']} → {row['to_code']}"
    if step is None or step.people == "none":
        raise DefinitionFault("definition_value", FILE, where, pair, "crosswalk.csv").to_error()
    if not row["source"].strip():
        raise DefinitionFault("definition_value", FILE, f"{where}.source", "", "…").to_error()
    text = row["people_share"]
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise DefinitionFault("definition_value", FILE, where, text, "0–1").to_error()
    return share
