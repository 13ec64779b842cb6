"""Compare the CPU seconds of an intake with everything on and of merely reading the workbooks.

`python -m tests.benchmarks.intake_speed --files 2000` measures both in one run, on per-commune
workbooks. Everything is: source files, gate, limited child, both readers, form, all rules beside
prior returns, archive, ledger and receipts; merely reading is python-calamine's. CPU of children
counts.
"""

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipelines.intake.ingest import ingest_files
from pipelines.intake.templates import write_form
from pipelines.reference import places
from pipelines.reference.periods import parse_period
from pipelines.settings import Settings
from tests.intake.validation.sample_returns import GOOD_A

QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")


@dataclass(frozen=True)
class Speed:
    """CPU seconds of one run."""

    files: int
    reading: float
    intake: float
    #: Of that, in the limited children that judge.
    judging: float
    accepted: int

    @property
    def ratio(self) -> float:
        return self.intake / self.reading


def cpu() -> float:
    """CPU seconds of this process and its finished children."""
    mine, theirs = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def spent(work: Callable[[], object]) -> float:
    gc.collect()
    before = cpu()
    work()
    return cpu() - before


def workbooks(folder: Path, count: int) -> list[Path]:
    """Filled returns of teams, quarter by quarter, each a little different."""
    communes = places.load_places().valid_on(parse_period(QUARTERS[0]).end)
    files = []
    for number in range(count):
        quarter, place = (
            QUARTERS[number // len(communes) % len(QUARTERS)],
            communes[number % len(communes)],
        )
        values = {**GOOD_A, "a20": 30 + number % 7, "a21": 50 + number % 11}
        target = BytesIO()
        write_form(target, "A", f"D-{place.code}", quarter, values=values)
        files.append(folder / f"{quarter}-{place.code}-{number}.xlsx")
        files[-1].write_bytes(target.getvalue())
    return files


def read_merely(files: list[Path]) -> None:
    """Every cell of every sheet, by the fastest reader there is."""
    for path in files:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def measure(count: int) -> Speed:
    """Both, over the same files, in one run."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "files"
        made.mkdir()
        files = workbooks(made, count)
        read_merely(files[:50])
        reading = spent(lambda: read_merely(files))
        settings, outcomes = Settings(home=Path(folder) / "home", free_bytes=0), []
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        intake = spent(lambda: outcomes.extend(ingest_files(files, settings)))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        judging = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        return Speed(count, reading, intake, judging, sum(outcome.taken for outcome in outcomes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    given = parser.parse_args()
    began = time.monotonic()
    found = measure(given.files)
    per = 1000 / found.files
    told = (
        f"reading {found.reading:.2f} s ({found.reading * per:.2f} ms a file), "
        f"intake {found.intake:.2f} s"
    )
    told += f", {found.judging:.2f} s of it in the children"
    sys.stdout.write(
        f"{found.files} workbooks, {found.accepted} taken: {told} "
        f"({found.intake * per:.2f} ms a file), "
    )
    sys.stdout.write(
        f"{found.ratio:.1f} times; {time.monotonic() - began:.0f} s with making them\n"
    )


if __name__ == "__main__":
    main()
