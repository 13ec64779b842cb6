"""Build small parsed files for the inbox tests: a good return with a few cells changed."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, FieldValues, Return
from pipelines.settings import Settings
from tests.intake.validation.sample_returns import filled

TEAM, POINT = "D-00646", "P-00646"


@dataclass(frozen=True)
class File:
    """A file as the judging child hands it on."""

    name: str
    file_sha256: str
    data: bytes | None
    ret: Return | None
    issues: list[Issue] = field(default_factory=list)
    refused: bool = False


def file(
    ret: Return | None, *issues: Issue, save: int = 0, name: str = "a.xlsx", refused: bool = False
) -> File:
    """The return as a file; another `save` is the same table in other bytes."""
    data = f"{ret}{save}".encode()
    return File(name, hashlib.sha256(data).hexdigest(), data, ret, list(issues), refused)


def team(period: str = "2022-Q3", *issues: Issue, save: int = 0, **changes: int | None) -> File:
    return file(filled("A", period, **changes), *issues, save=save)


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def desk(home: Path, day: int = 17) -> Receiver:
    return Receiver(
        settings(home), received_at=datetime(2022, 10, day, 2, 30, tzinfo=UTC), wait_seconds=0.2
    )


def send(home: Path, *files: File, day: int = 17) -> list[IngestResult]:
    return desk(home, day).receive(files)


def newest(
    home: Path, field: str, period: str = "2022-Q3", reporter: str = TEAM
) -> tuple[int, bool] | None:
    """The value that counts and whether it is flagged."""
    rows = desk(home).ledger.newest_values(reporters=[reporter]).filter(field=field, period=period)
    return None if rows.is_empty() else (rows["value"][0], rows["flagged"][0])


def without(ret: Return, field: str, *, state: str = "unread") -> Return:
    """The same return with one cell that was not understood."""

    def spoil(e: FieldValue) -> FieldValue:
        return replace(e, value=None, state=state) if e.field == field else e

    return replace(ret, entries=FieldValues.from_entries(map(spoil, ret.entries)))
