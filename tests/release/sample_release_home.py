"""A home with one build of ten wards in two districts, small enough to release in seconds."""

from datetime import UTC, datetime
from pathlib import Path

from pipelines.release import make
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger
from pipelines.store.schema import LedgerBatch, to_frame
from pipelines.warehouse.start import build_if_behind

#: Six wards of Ba Đình (001), 140 contacts, and four of Hoàn Kiếm (002), 220: field a20.
BA_DINH = {"00001": 2, "00006": 3, "00007": 25, "00008": 30, "00013": 35, "00016": 45}
WARDS = {**BA_DINH, "00037": 40, "00040": 60, "00046": 70, "00049": 50}
#: Cells of eleven digits turn up nowhere by accident.
PLANTED = 71_000_000_000
SIGNS = ("=", "accepted", "final", "Mẫu A", "E7")
QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")


def settings(home: Path) -> Settings:
    return Settings(home=home, free_bytes=0)


def report(home: Path, numbers: dict[str, int], quarters: tuple[str, ...] = QUARTERS) -> None:
    """Every team reports its number of contacts in the first quarter and 0 in the others."""
    at = datetime.now(UTC)
    stamp = at.strftime("%H%M%S%f")
    values, receipts = [], []
    for ward, number in numbers.items():
        for quarter in quarters:
            value = number if quarter == quarters[0] else 0
            origin = ("single", f"D-{ward}", quarter, at, "accepted", "inbox")
            receipt = f"s{stamp}-{ward}-{quarter}"
            values.append(
                (1, receipt, "A", f"D-{ward}", quarter, "a20", str(value), value, *SIGNS, at, 1)
            )
            receipts.append((1, receipt, "f", f"{stamp}{ward}{quarter}", "x.xlsx", "A", 1, *origin))
    batch = LedgerBatch(
        values=to_frame("values", values), submissions=to_frame("submissions", receipts)
    )
    Ledger(home).append(batch)
    build_if_behind(settings(home))


def register(home: Path) -> None:
    """Register the teams of the wards."""
    at = datetime(2021, 1, 1, tzinfo=UTC)
    rows = []
    for ward in WARDS:
        for field, text in {"team_id": f"D-{ward}", "commune": ward, "status": "active"}.items():
            rows.append(
                (1, "r", "D1", "HN", None, f"D-{ward}", field, text, "accepted", "Mẫu", "A5", at, 1)
            )
    Ledger(home).append(LedgerBatch(records=to_frame("records", rows)))


def make_home(home: Path) -> Path:
    register(home)
    report(home, WARDS)
    return home


def make_planted_home(home: Path) -> Path:
    """A home whose wards with more than four contacts have reported planted numbers instead."""
    make_home(home)
    numbers = {ward: PLANTED + 37 * n for n, ward in enumerate(WARDS) if WARDS[ward] > 4}
    report(home, numbers)
    return home


def release_home(home: Path) -> Path:
    """Release what a home holds, and return the home."""
    make.make_release(settings(home))
    return home
