"""Ways of publishing small numbers, compared on our own tables by one attacker.

`python -m tests.benchmarks.release_methods BUILD.duckdb a20 2022` prints, for nothing, primary
only, random rounding, cell key and ours, the share of numbers hidden, of people shown, and of small
numbers that are solved exactly or known to fewer than five values.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse
from scipy.optimize import linprog

from pipelines.release.families import list_families
from pipelines.release.ladder import STEPS, build_table
from pipelines.release.make import SQL
from pipelines.release.protection import FamilyJob, protect_family
from pipelines.release.statistics_table import State, StatisticsTable
from pipelines.release.suppression import hide_small_numbers
from pipelines.warehouse.connect import connect_read_only, run_query

BASE = 5
NOISE = 2


@dataclass
class Published:
    """What each way says of every statistic: a least and a largest number, and what is printed."""

    least: np.ndarray
    most: np.ndarray
    hidden: np.ndarray
    error: np.ndarray


def publish_states(table: StatisticsTable, states: np.ndarray) -> Published:
    hidden = states == State.HIDDEN
    totals = table.totals.astype(float)
    least = np.where(hidden, 1, totals)
    most = np.where(hidden, np.inf, totals)
    return Published(least, most, hidden, np.zeros(len(totals)))


def round_randomly(table: StatisticsTable, seed: int = 1) -> Published:
    """Random rounding to 5: up with the chance of the rest, unbiased."""
    totals = table.totals
    chance = np.random.default_rng(seed).random(len(totals))
    rest = totals % BASE
    shown = totals - rest + BASE * (chance < rest / BASE)
    no = np.zeros(len(totals), dtype=bool)
    return Published(np.maximum(shown - 4, 0), shown + 4, no, np.abs(shown - totals))


def add_cell_keys(table: StatisticsTable, seed: int = 1) -> Published:
    """Noise of at most 2 from the sum of record keys; zeros stay, 1 and 2 are never printed."""
    keys = np.random.default_rng(seed).random(len(table.values))
    key = (table.matrix @ keys) % 1
    totals = table.totals
    noise = np.floor(key * (2 * NOISE + 1)).astype(int) - NOISE
    shown = np.where(totals == 0, 0, np.maximum(totals + noise, 0))
    no = np.zeros(len(totals), dtype=bool)
    zero = shown == 0
    least = np.where(zero, 0, np.maximum(shown - NOISE, 1))
    return Published(least, shown + NOISE, no, np.abs(shown - totals))


def attack(table: StatisticsTable, said: Published, targets: list[int]) -> tuple[float, float]:
    """Return the shares of the targets solved exactly, and known to fewer than five values."""
    exact = narrow = 0
    for target in targets:
        width = 0.0
        for region in table.list_regions(target):
            width = measure_width(table, said, target, region.cells)
            if width >= BASE:
                break
        exact += width <= 1
        narrow += width < BASE
    return exact / len(targets), narrow / len(targets)


def measure_width(
    table: StatisticsTable, said: Published, target: int, region: np.ndarray
) -> float:
    """Return how many values a number can have when only a region is not known exactly."""
    part = table.columns[:, region]
    rows = np.unique(part.indices)
    over = part.tocsr()[rows]
    rest = table.totals[rows] - over @ table.values[region]
    most = said.most[rows] - rest
    bounded = np.isfinite(most)
    goal = table.matrix[target, region].toarray().ravel()
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * goal,
            A_ub=sparse.vstack([over[bounded], -over]),
            b_ub=np.concatenate([most[bounded], rest - said.least[rows]]),
            method="highs",
        )
        ends.append(sign * found.fun if found.x is not None else -sign * np.inf)
    return float(np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1)


def compare(build: Path, measure: str, year: int, most: int) -> None:
    family = next(one for one in list_families() if measure in one.measures)
    with connect_read_only(build) as con:
        sql = (SQL / "base_cells.sql").read_text(encoding="utf-8")
        cells = run_query(con, sql, {"measures": list(family.measures)})
        names = dict(run_query(con, (SQL / "districts.sql").read_text()).iter_rows())
    cells = cells.filter(pl.col("quarter_index") // 4 == year)
    ours = protect_family(FamilyJob(family, (year,), cells, names, []))
    fine = {(code, year): 0 for code in family.measures}
    table = build_table(family, cells, names, fine)
    kept = build_table(family, cells, names, ours.steps)
    shown = {
        tuple(row[:3]): row[3]
        for row in ours.rows.select("figure", "place", "period", "state").iter_rows()
    }
    states = np.array(
        [
            State.HIDDEN if shown.get(one.key) == "suppressed" else one.state
            for one in kept.statistics
        ]
    )
    ways = {
        "nothing hidden": (table, publish_states(table, table.initial_states())),
        "primary only": (table, publish_states(table, hide_small_numbers(table))),
        "random rounding to 5": (table, round_randomly(table)),
        "cell key, noise up to 2": (table, add_cell_keys(table)),
        f"ours (step {ours.steps[measure, year]} of {len(STEPS) - 1})": (
            kept,
            publish_states(kept, states),
        ),
    }
    for name, (over, said) in ways.items():
        _print_row(name, over, said, measure, most)


def _print_row(name: str, table: StatisticsTable, said: Published, measure: str, most: int) -> None:
    own = [n for n, one in enumerate(table.statistics) if one.figure == measure]
    offered = [n for n in own if table.totals[n] > 0]
    small = [n for n in offered if table.totals[n] < BASE]
    exact, narrow = attack(table, said, small[:most]) if small else (0.0, 0.0)
    people = table.totals[offered]
    visible = people[~said.hidden[offered]].sum() / people.sum()
    sys.stdout.write(
        f"| {measure} | {name} | {len(offered)} | {said.hidden[offered].mean():.1%} | "
        f"{visible:.1%} | {said.error[offered].mean():.1f} | {exact:.0%} | {narrow:.0%} |\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("measure")
    parser.add_argument("year", type=int)
    parser.add_argument("--targets", type=int, default=200)
    given = parser.parse_args()
    compare(given.build, given.measure, given.year, given.targets)


if __name__ == "__main__":
    main()
