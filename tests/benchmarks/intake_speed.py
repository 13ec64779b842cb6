"""Compare the CPU of an intake with that of merely reading, and of the naive job, in one run.

`python -m tests.benchmarks.intake_speed --files 200` makes workbooks of communes and of districts
and measures each kind: everything (source files, gate, limited child, form, rules beside prior
returns, archive, ledger, receipts), python-calamine reading every sheet, and openpyxl putting every
cell into SQLite. `--receipts 1000` sets the last of so many receipts beside the hundredth. CPU of
children counts; `--json` prints the numbers. Run it with PYTHONDONTWRITEBYTECODE unset.
"""

import argparse
import gc
import json
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from statistics import median

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from pipelines.intake.ingest import ingest_files
from pipelines.intake.templates import write_district, write_form
from pipelines.reference import places
from pipelines.reference.periods import parse_period
from pipelines.settings import Settings
from tests.intake.validation.sample_returns import GOOD_A

QUARTERS = [f"{year}-Q{number}" for year in (2020, 2021, 2022, 2023) for number in (1, 2, 3, 4)]
#: So many receipts about the one looked at are taken together, their median is said.
ROUND = 9


@dataclass(frozen=True)
class Speed:
    """CPU milliseconds a file of one kind of workbooks."""

    kind: str
    files: int
    reading: float
    naive: float
    #: In this process, and in the limited children.
    parent: float
    children: float
    accepted: int

    @property
    def ratio(self) -> float:
        return (self.parent + self.children) / self.reading

    @property
    def gain(self) -> float:
        return self.naive / (self.parent + self.children)


def cpu() -> tuple[float, float]:
    """CPU seconds of this process, and of its finished children."""
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def spent(work: Callable[[], object]) -> tuple[float, float]:
    gc.collect()
    before = cpu()
    work()
    after = cpu()
    return after[0] - before[0], after[1] - before[1]


def make_communes(count: int) -> Iterator[tuple[str, bytes]]:
    """Filled returns of teams, quarter by quarter, each a little different."""
    communes = places.load_places().valid_on(parse_period(QUARTERS[0]).end)
    for number in range(count):
        quarter = QUARTERS[number // len(communes) % len(QUARTERS)]
        reporter = f"D-{communes[number % len(communes)].code}"
        target = BytesIO()
        write_form(target, "A", reporter, quarter, values=vary(number))
        yield f"{quarter}-{reporter}-{number}.xlsx", target.getvalue()


def make_districts(count: int) -> Iterator[tuple[str, bytes]]:
    """Filled workbooks of districts, quarter by quarter."""
    known = places.load_places()
    districts = known.districts_on(parse_period(QUARTERS[0]).end)
    for number in range(count):
        quarter = QUARTERS[number // len(districts) % len(QUARTERS)]
        district = districts[number % len(districts)].code
        communes = known.communes_of(district, parse_period(quarter).end)
        values = {f"D-{commune.code}": vary(number + at) for at, commune in enumerate(communes)}
        target = BytesIO()
        write_district(target, "A", district, quarter, values=values)
        yield f"{quarter}-{district}-{number}.xlsx", target.getvalue()


def vary(number: int) -> dict[str, int]:
    return {**GOOD_A, "a20": 30 + number % 7, "a21": 50 + number % 11}


def read_merely(files: list[Path]) -> None:
    """Every cell of every sheet, by the fastest reader there is."""
    for path in files:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def load_naively(files: list[Path]) -> None:
    """Every cell as a row of a database, as a script of an afternoon does it."""
    db = sqlite3.connect(":memory:")
    db.execute("create table cells (file, sheet, row, col, value)")
    for path in files:
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            for row, values in enumerate(sheet.iter_rows(values_only=True), 1):
                cells = [(path.name, sheet.title, row, col, v) for col, v in enumerate(values, 1)]
                db.executemany("insert into cells values (?, ?, ?, ?, ?)", cells)
    db.commit()
    db.close()


def measure(kind: str, make: Callable[[int], Iterator[tuple[str, bytes]]], count: int) -> Speed:
    """All three over the same files."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[Path] = []
        for name, content in make(count):
            files.append(Path(folder) / name)
            files[-1].write_bytes(content)
        read_merely(files[:20])
        reading, naive = spent(lambda: read_merely(files)), spent(lambda: load_naively(files))
        settings, outcomes = Settings(home=Path(folder) / "home", free_bytes=0), []
        parent, children = spent(lambda: outcomes.extend(ingest_files(files, settings)))
    accepted = sum(outcome.is_accepted for outcome in outcomes)
    each = 1000 / count
    return Speed(
        kind, count, reading[0] * each, naive[0] * each, parent * each, children * each, accepted
    )


def measure_receipts(count: int) -> tuple[float, float]:
    """CPU milliseconds of this process for a receipt about the hundredth, and about the last."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), free_bytes=0)
        costs = [1000 * spent(lambda f=file: ingest_files([f], settings))[0]
                 for file in make_communes(count)]  # fmt: skip
    return median(costs[100 - ROUND : 100]), median(costs[-ROUND:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--receipts", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    speeds = [
        measure("commune", make_communes, given.files),
        measure("district", make_districts, given.files),
    ]
    rows = [{**asdict(one), "ratio": one.ratio, "gain": one.gain} for one in speeds]
    receipts = measure_receipts(given.receipts) if given.receipts > 100 else None
    if given.json:
        sys.stdout.write(json.dumps({"kinds": rows, "receipts": receipts}, indent=1) + "\n")
        return
    sys.stdout.write(
        "CPU ms a file  reading  naive  intake (children)  x reading  naive / intake\n"
    )
    for one in speeds:
        intake = f"{one.parent + one.children:6.2f} ({one.children:.2f})"
        compared = f"{one.ratio:9.1f}  {one.gain:14.1f}"
        sys.stdout.write(
            f"{one.kind:13}  {one.reading:7.2f}  {one.naive:5.1f}  {intake:>17}  {compared}\n"
        )
    if receipts:
        early, late = receipts
        sys.stdout.write(
            f"receipt 100: {early:.0f} ms, {given.receipts}: {late:.0f} ms, {late / early:.2f}x\n"
        )


if __name__ == "__main__":
    main()
