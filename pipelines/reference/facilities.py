"""Who receives referrals, read from facilities.csv."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.reference.csv_tables import cache_by_folder, read_rows


@dataclass(frozen=True)
class Facility:
    """A receiver of referrals.

    `number` is that of a city rehabilitation facility (2, 5, 6, 7), empty for the others.
    """

    id: str
    name: str
    name_en: str
    number: str
    #: Service codes it receives (RF_…).
    services: tuple[str, ...]
    #: Not a real place: made up for the demonstration, and its name says so.
    invented: bool
    #: The days it receives anybody (`until` is the day after); without a date it always did.
    first: date = date.min
    until: date = date.max

    def is_open_on(self, day: date) -> bool:
        return self.first <= day < self.until


@cache_by_folder
def load_facilities(folder: Path) -> dict[str, Facility]:
    """Return every receiver by its id, in file order."""
    return {row["facility_id"]: _make_facility(row) for row in read_rows("facilities.csv", folder)}


def facilities_of_service(service: str) -> list[Facility]:
    """Return the receivers of one service."""
    return [f for f in load_facilities().values() if service in f.services]


def _make_facility(row: dict[str, str]) -> Facility:
    services = tuple(row["services"].split(";"))
    return Facility(
        row["facility_id"],
        row["name"],
        row["name_en"],
        row["number"],
        services,
        row["invented"] == "yes",
        _parse_day(row.get("valid_from"), date.min),
        _parse_day(row.get("valid_to"), date.max),
    )


def _parse_day(text: str | None, without: date) -> date:
    return date.fromisoformat(text) if text else without
