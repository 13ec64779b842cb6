"""Compare the CPU of an intake with that of merely reading, and of the naive job, in one run.

`caunoi bench intake --files 200` makes workbooks of communes and of districts and measures each
kind: everything (source files, gate, limited child, form, rules beside prior returns, archive,
ledger, receipts), python-calamine reading every sheet, and pandas putting every sheet into SQLite.
CPU of children counts. Run it with PYTHONDONTWRITEBYTECODE unset.
"""

import gc
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median

from python_calamine import CalamineWorkbook

from pipelines.intake.ingest import IngestResult, ingest_files
from pipelines.intake.templates import write_district, write_form
from pipelines.reference import places
from pipelines.reference.periods import parse_period
from pipelines.settings import Settings

QUARTERS = [f"{year}-Q{number}" for year in (2020, 2021, 2022, 2023) for number in (1, 2, 3, 4)]
#: What a team may report in a quarter without a question.
VALUES = {
    "a01": 7, "a02": 2, "a03": 1, "a04": 8, "a05": 1, "a06": 2, "a07": 5, "a08": 3, "a09": 1,
    "a10": 5, "a11": 2, "a12": 3, "a13": 3, "a14": 1, "a15": 4, "a20": 30, "a21": 50, "a22": 2,
    "a23": 80, "a24": 6, "a30": 20, "a31": 60, "a32": 40, "a33": 20, "a34": 18, "a34y": 6, "a35": 1,
    "a40": 2, "a41": 1, "a42": 1, "a43": 2, "a44": 1, "a45": 1, "a46": 1, "a47": 1,
    "a48": 20_000_000, "a50": 4, "a51": 2, "a52": 1, "a60": 12, "a61": 3, "a62": 20, "a63": 1,
    "a70": 0, "a71": 0,
}  # fmt: skip
#: So many receipts about the one looked at are taken together, their median is said.
ROUND = 9


@dataclass(frozen=True)
class IntakeSpeed:
    """CPU milliseconds a file of one kind of workbooks."""

    kind: str
    files: int
    reading: float
    #: None where pandas or openpyxl is not installed.
    naive: float | None
    #: In this process, and in the limited children.
    parent: float
    children: float
    accepted: int

    @property
    def intake(self) -> float:
        return self.parent + self.children

    @property
    def ratio(self) -> float:
        """Return how many times the CPU of reading every sheet the whole intake takes."""
        return self.intake / self.reading

    @property
    def gain(self) -> float | None:
        """Return how many times the CPU of the intake the naive job takes."""
        return None if self.naive is None else self.naive / self.intake


def measure_cpu() -> tuple[float, float]:
    """Return the CPU seconds of this process, and of its finished children (0 on Windows)."""
    spent = os.times()
    return time.process_time(), spent.children_user + spent.children_system


def measure_work(work: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU seconds that some work takes here and in children that end with it."""
    gc.collect()
    before = measure_cpu()
    work()
    after = measure_cpu()
    return after[0] - before[0], after[1] - before[1]


def make_communes(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield filled returns of teams, quarter by quarter, each a little different."""
    communes = places.load_places().valid_on(parse_period(QUARTERS[0]).end)
    for number in range(count):
        quarter = QUARTERS[number // len(communes) % len(QUARTERS)]
        reporter = f"D-{communes[number % len(communes)].code}"
        target = BytesIO()
        write_form(target, "A", reporter, quarter, values=vary_values(number))
        yield f"{quarter}-{reporter}-{number}.xlsx", target.getvalue()


def make_districts(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield filled workbooks of districts, quarter by quarter."""
    known = places.load_places()
    districts = known.districts_on(parse_period(QUARTERS[0]).end)
    for number in range(count):
        quarter = QUARTERS[number // len(districts) % len(QUARTERS)]
        district = districts[number % len(districts)].code
        communes = known.communes_of(district, parse_period(quarter).end)
        values = {
            f"D-{commune.code}": vary_values(number + at) for at, commune in enumerate(communes)
        }
        target = BytesIO()
        write_district(target, "A", district, quarter, values=values)
        yield f"{quarter}-{district}-{number}.xlsx", target.getvalue()


def vary_values(number: int) -> dict[str, int]:
    """Return a team's values, a little different from number to number."""
    return {**VALUES, "a20": 30 + number % 7, "a21": 50 + number % 11}


def read_sheets(files: list[Path]) -> None:
    """Read every cell of every sheet with the fastest reader there is."""
    for path in files:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def load_naively(files: list[Path]) -> None:
    """Put every sheet into a database as a table, as a script of an afternoon does it."""
    pandas = import_module("pandas")
    with closing(sqlite3.connect(":memory:")) as db:
        for path in files:
            sheets = pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
            for name, sheet in sheets.items():
                sheet.to_sql(f"{path.name} {name}", db)


def can_load_naively() -> bool:
    """True when pandas and openpyxl are installed; the product itself needs neither."""
    return all(map(find_spec, ("pandas", "openpyxl")))


def measure_kinds(count: int) -> list[IntakeSpeed]:
    """Measure so many books of communes, and so many of districts."""
    return [
        _measure_kind("commune", make_communes, count),
        _measure_kind("district", make_districts, count),
    ]


def _measure_kind(
    kind: str, make: Callable[[int], Iterator[tuple[str, bytes]]], count: int
) -> IntakeSpeed:
    """Measure reading, the naive job where it can be done, and the intake of the same files."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for name, content in make(count):
            files.append(Path(folder) / name)
            files[-1].write_bytes(content)
        read_sheets(files[:20])
        each = 1000 / count
        reading, _ = measure_work(lambda: read_sheets(files))
        naive: float | None = None
        if can_load_naively():
            load_naively(files[:1])
            naive = measure_work(lambda: load_naively(files))[0] * each
        settings = Settings(home=Path(folder) / "home", free_bytes=0)
        outcomes: list[IngestResult] = []
        parent, children = measure_work(lambda: outcomes.extend(ingest_files(files, settings)))
    accepted = sum(outcome.is_accepted for outcome in outcomes)
    return IntakeSpeed(kind, count, reading * each, naive, parent * each, children * each, accepted)


def measure_receipts(count: int) -> tuple[float, float]:
    """Return the CPU milliseconds of this process for about the 100th receipt, and the last."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), free_bytes=0)
        costs: list[float] = []
        for file in make_communes(count):
            own, _ = measure_work(partial(ingest_files, [file], settings))
            costs.append(1000 * own)
    return median(costs[100 - ROUND : 100]), median(costs[-ROUND:])
