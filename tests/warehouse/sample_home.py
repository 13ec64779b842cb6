"""A home whose ledger says one number everywhere, so that an answer made of two builds shows."""

from datetime import UTC, datetime
from pathlib import Path

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame

WARDS = ("00046", "00058", "00067", "00118")
QUARTERS = ("2022-Q3", "2022-Q4")
FIELDS = ("a04", "a31", "a34")


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def say(home: Path, number: int) -> None:
    """Every team now reports `number` in every field of every quarter."""
    at = datetime.now(UTC)
    values = [
        (1, f"s{number}-{ward}-{quarter}", "A", f"D-{ward}", quarter, field, str(number), number,
         "=", "accepted", "final", "Mẫu A", "E7", at, number)
        for ward in WARDS for quarter in QUARTERS for field in FIELDS
    ]  # fmt: skip
    receipts = [
        (1, f"s{number}-{ward}-{quarter}", "f", f"{number}{ward}{quarter}", "x.xlsx", "A", 1,
         "single", f"D-{ward}", quarter, at, "accepted", "inbox")
        for ward in WARDS for quarter in QUARTERS
    ]  # fmt: skip
    Ledger(home).append(
        LedgerBatch(
            values=to_frame("values", values), submissions=to_frame("submissions", receipts)
        )
    )


def register(home: Path) -> None:
    """The teams of the wards."""
    at = datetime(2021, 1, 1, tzinfo=UTC)
    rows = [
        (1, "r", "D1", "HN", None, f"D-{ward}", field, text, "accepted", "Mẫu", "A5", at, 1)
        for ward in WARDS
        for field, text in {"team_id": f"D-{ward}", "commune": ward, "status": "active"}.items()
    ]
    Ledger(home).append(LedgerBatch(records=to_frame("records", rows)))


def heard(store: WarehouseReader) -> set[int]:
    """The numbers one answer is made of: one, unless two builds are mixed in it."""
    found = kpi.figures(FIELDS, ("ward", "quarter"), "2022-Q3..2022-Q4", WARDS, store=store)
    return {int(value) for value in found["value"].drop_nulls()}


def answers(home: Path) -> int:
    """The one number a reader who opens the home now is told."""
    with kpi.open_store(settings(home)) as store:
        (number,) = heard(store)
    return number
