"""Protect one family of figures: the finest ladder that holds, then the attacker's verdict."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import process_time

import polars as pl

from pipelines.release import known_facts
from pipelines.release.attack import attack_release
from pipelines.release.families import Family
from pipelines.release.known_facts import EarlierRelease, choose_years
from pipelines.release.ladder import STEPS, build_table, first_steps
from pipelines.release.statistics_table import Integers, State, StatisticsTable
from pipelines.release.suppression import NotProtectable, hide_small_numbers, protect_table

#: Above this share of a table hidden, coarser places are offered instead.
MOST_HIDDEN = 0.5
#: Above this share of small numbers, more than half would be hidden in the end.
MOST_SMALL = 0.25
#: The step at which only the city's years are left: a small one of these is hidden.
CITY_YEARS = 4
#: The step at which nothing is offered.
NOTHING = 5
#: Part of every fingerprint: to be raised when the method changes.
METHOD = 2


@dataclass(frozen=True)
class FamilyJob:
    """All that is needed to protect years of a family, so that another process may do it."""

    family: Family
    #: Report years that are tied to each other.
    years: tuple[int, ...]
    #: Base cells: measure, place_nr, place_id, district_nr, quarter_index, value.
    cells: pl.DataFrame
    #: The code of every district's number.
    districts: Mapping[int, str]
    earlier: Sequence[EarlierRelease]
    threshold: int = 5

    @property
    def name(self) -> str:
        """Return what names the same job in every release: the family and its years."""
        return " ".join([self.family.name, *map(str, self.years)])


@dataclass(frozen=True)
class ProtectedFamily:
    """Years of a family with the state of every statistic, and what the attacker found."""

    #: The name of its job.
    name: str
    steps: dict[tuple[str, int], int]
    #: One row per statistic and period it answers: figure, level, place, period, value, state.
    rows: pl.DataFrame
    findings: int
    fingerprint: str
    #: Processor time of this job.
    seconds: float = 0.0


def make_jobs(
    family: Family,
    cells: pl.DataFrame,
    districts: Mapping[int, str],
    earlier: Sequence[EarlierRelease],
    threshold: int,
) -> list[FamilyJob]:
    """Make the jobs of a family: years that nothing ties to each other are protected apart."""
    jobs = []
    for years in known_facts.group_years(family, cells):
        own = choose_years(cells, years)
        past = [release.choose_years(years) for release in earlier]
        jobs.append(FamilyJob(family, years, own, districts, past, threshold))
    return jobs


def fingerprint_job(job: FamilyJob) -> str:
    """Hash base cells, published figures, method: the same again need not be protected again."""
    published = known_facts.list_published(job.family, job.cells)
    method = (METHOD, job.threshold, job.family, STEPS, published)
    digest = hashlib.sha256(repr(method).encode())
    digest.update(job.cells.write_csv().encode())
    return digest.hexdigest()


def protect_family(job: FamilyJob) -> ProtectedFamily:
    """Protect a family at the finest steps that can be kept, and attack the outcome."""
    begin = process_time()
    steps = first_steps(job.family, job.cells)
    while True:
        offered = build_table(job.family, job.cells, job.districts, steps)
        table = known_facts.add_known_facts(offered, job.family, job.cells, job.earlier)
        states = hide_small_numbers(table, job.threshold)
        if _descend(steps, find_crowded(table, states, MOST_SMALL)):
            continue
        try:
            states = protect_table(table, job.threshold)
        except NotProtectable as error:
            if _descend(steps, [_find_owner(table, error.statistic)], NOTHING):
                continue
            raise
        if not _descend(steps, find_crowded(table, states)):
            break
    findings = sum(1 for _ in attack_release(table, states, width=job.threshold))
    rows = list_rows(table, states, len(offered.statistics))
    seconds = process_time() - begin
    return ProtectedFamily(job.name, steps, rows, findings, fingerprint_job(job), seconds)


def find_crowded(
    table: StatisticsTable, states: Integers, most: float = MOST_HIDDEN
) -> list[tuple[str, int]]:
    """List the measures and years with a hidden city number, or a table mostly hidden."""
    counts: dict[tuple[str, int, str], list[int]] = {}
    for number, statistic in enumerate(table.statistics):
        if statistic.state == State.UNSEEN or table.totals[number] == 0 or not statistic.cells:
            continue
        year = int(table.years[statistic.cells[0]])
        count = counts.setdefault((statistic.figure, year, statistic.level), [0, 0])
        count[0] += 1
        count[1] += states[number] == State.HIDDEN
    found = []
    for (figure, year, level), (offered, hidden) in counts.items():
        if hidden and (level == "city" or hidden > most * offered):
            found.append((figure, year))
    return found


def _descend(
    steps: dict[tuple[str, int], int], crowded: Sequence[tuple[str, int]], last: int = CITY_YEARS
) -> bool:
    """Move measures and years one step down the ladder; return True when one was moved."""
    moved = False
    for key in set(crowded):
        if key in steps and steps[key] < last:
            steps[key] += 1
            moved = True
    return moved


def _find_owner(table: StatisticsTable, number: int) -> tuple[str, int]:
    """Return the measure and year that a statistic belongs to; of a rest, those of its part."""
    statistic = table.statistics[number]
    year = int(table.years[statistic.cells[0]])
    return statistic.figure.rpartition("-")[2], year


def list_rows(table: StatisticsTable, states: Integers, count: int) -> pl.DataFrame:
    """List the first `count` statistics that are offered, one row for every period they answer."""
    rows = []
    totals = table.totals.tolist()
    for number, statistic in enumerate(table.statistics[:count]):
        if statistic.state == State.UNSEEN:
            continue
        is_hidden = states[number] == State.HIDDEN
        for period in statistic.periods:
            rows.append(
                {
                    "figure": statistic.figure,
                    "level": statistic.level,
                    "place": statistic.place,
                    "period": period,
                    "value": totals[number],
                    "state": "suppressed" if is_hidden else "reported",
                }
            )
    return pl.DataFrame(rows, schema=ROWS)


#: NOTE: `value` is the true number here; release_file.py leaves out the hidden ones.
ROWS = {
    "figure": pl.String,
    "level": pl.String,
    "place": pl.String,
    "period": pl.String,
    "value": pl.Int64,
    "state": pl.String,
}
