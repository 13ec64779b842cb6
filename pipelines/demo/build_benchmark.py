"""Compare a build with one sorted copy, and the start of commands with their bare libraries.

`caunoi bench build` measures both sides in one run, by CPU, each in a process of its own: what a
busy machine does to one it does to the other. Run it with PYTHONDONTWRITEBYTECODE unset.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import duckdb

from pipelines.demo.intake_benchmark import measure_work
from pipelines.settings import Settings
from pipelines.warehouse.build import make_build
from pipelines.warehouse.publish import find_current_build

SORTED_COPY = Path(__file__).with_name("sorted_copy.sql")
#: A program of typer's own, with nothing in it, that prints its help.
BARE_HELP = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
#: Name, words of the command, the bare program beside it, and how many times its CPU is the aim.
STARTS = (
    ("help", ("--help",), BARE_HELP, 2.0),
    ("question", ("kpi", "T06"), "import duckdb, polars", 1.8),
)
#: A start is measured so often; the least counts.
STARTS_MEASURED = 3
BUILD_TARGET = 15.0


@dataclass(frozen=True)
class Comparison:
    """CPU seconds of one job of ours and of plain work, and the ratio that is aimed at."""

    name: str
    ours: float
    plain: float
    target: float
    #: The most memory that our job held, in MB; None where it is not looked at.
    memory: float | None = None

    @property
    def ratio(self) -> float:
        """Return how many times the plain work's CPU ours takes."""
        return self.ours / self.plain

    @property
    def is_met(self) -> bool:
        """True when the ratio is not above what is aimed at."""
        return self.ratio <= self.target


def compare_all(settings: Settings) -> list[Comparison]:
    """Compare the build of this home, which stays as it is, and the start of two commands."""
    return [compare_build(settings), *(compare_start(settings, *start) for start in STARTS)]


def compare_build(settings: Settings) -> Comparison:
    """Compare a whole build with a sorted copy of its cells; both are thrown away.

    Raises StoreMissing when the home has no build yet.
    """
    with tempfile.TemporaryDirectory() as folder:
        cells = Path(folder) / "cells.parquet"
        with duckdb.connect(str(find_current_build(settings.home).path), read_only=True) as con:
            con.table("mart.cells").write_parquet(str(cells))
        plain, _ = _run_alone(copy_sorted, cells, Path(folder) / "plain.duckdb")
        ours, memory = _run_alone(make_build, settings, Path(folder) / "build.duckdb")
    return Comparison("build", ours, plain, BUILD_TARGET, memory)


def copy_sorted(cells: Path, target: Path) -> None:
    """Write the cells, sorted, to a database of their own: the least a build could do."""
    with duckdb.connect(str(target)) as con:
        con.execute("set enable_progress_bar = false")
        con.execute(SORTED_COPY.read_text(encoding="utf-8"), {"file": str(cells)})


def compare_start(
    settings: Settings, name: str, words: tuple[str, ...], bare: str, target: float
) -> Comparison:
    """Compare a command from its start to its end with the bare import of its libraries."""
    command = ["-c", "from pipelines.cli import main; main()", *words]
    ours = _run_often([*command, "--home", str(settings.home)] if words[0] == "kpi" else command)
    return Comparison(name, ours, _run_often(["-c", bare]), target)


def _run_often(words: list[str]) -> float:
    """Return the least CPU seconds of a program of Python's that is run several times."""

    def run() -> None:
        subprocess.run([sys.executable, *words], capture_output=True, check=True)

    return min(measure_work(run)[1] for _ in range(STARTS_MEASURED))


def _run_alone(work: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Return CPU seconds and the most MB held by some work in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure_here, work, arguments).result()


def _measure_here(
    work: Callable[..., object], arguments: tuple[object, ...]
) -> tuple[float, float]:
    """Return CPU seconds and the most MB of this process, imports before the work left out."""
    began = time.process_time()
    work(*arguments)
    spent = time.process_time() - began
    # NOTE: not every system has it; whoever only imports this module must not need it.
    import resource

    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
