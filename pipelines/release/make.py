"""Make a release from one build, or refuse it; audit the one that is served."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

from pipelines.errors import Refused
from pipelines.kpi.released_numbers import REFERRAL_PROGRAMME
from pipelines.release import release_file
from pipelines.release.attack import Finding, attack_release
from pipelines.release.families import Family, list_families
from pipelines.release.known_facts import EarlierRelease, add_known_facts
from pipelines.release.ladder import build_table
from pipelines.release.protection import (
    ROWS,
    FamilyJob,
    ProtectedFamily,
    fingerprint_job,
    make_jobs,
    protect_family,
)
from pipelines.release.release_file import PUBLIC_TABLES, SQL, ReleaseBasis
from pipelines.release.statistics_table import State
from pipelines.settings import Settings
from pipelines.store import release_cards
from pipelines.store.atomic_files import file_lock
from pipelines.store.paths import DataPaths, made_private
from pipelines.store.release_cards import ReleaseCard
from pipelines.warehouse.connect import connect_read_only, run_query
from pipelines.warehouse.publish import find_current_build

_Job = TypeVar("_Job", FamilyJob, "_AuditJob")
_Done = TypeVar("_Done")

LOCK = "release.lock"
#: Only small families are done by one process; starting another costs seconds.
FEW_CELLS = 2_000

#: Called with the number of jobs done, of all jobs, and the name of the one that is done.
Ticker = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Source:
    """What a release takes from its build."""

    build: str
    cells: pl.DataFrame
    districts: dict[int, str]
    #: The tables that hold no protected number, by name.
    public: dict[str, pl.DataFrame]


@dataclass(frozen=True)
class _AuditJob:
    """Years of a family as a release shows them, for the attacker."""

    job: FamilyJob
    served: EarlierRelease

    @property
    def cells(self) -> pl.DataFrame:
        return self.served.cells


@dataclass(frozen=True)
class AuditFinding:
    """One number of a release that is not safe, by its place in the tables."""

    figure: str
    place: str
    period: str
    kind: str


def make_release(
    settings: Settings, *, threshold: int = 5, processes: int = 2, tick: Ticker | None = None
) -> ReleaseCard:
    """Protect every family of the current build and publish the next release.

    Families whose cells are those of the last release keep its states. Raises Refused
    (release_unsafe) when the attacker finds anything: the last release stays.
    """
    home = settings.home
    folder = made_private(DataPaths(home).releases)
    with file_lock(folder / LOCK):
        release_file.sweep_unpublished(home)
        source = _read_build(home)
        past = _read_past(home)
        jobs = _list_jobs(source, past, threshold)
        families = sorted(_protect_all(jobs, past, processes, tick), key=lambda family: family.name)
        findings = sum(family.findings for family in families)
        is_safe = findings == 0
        if not is_safe:
            raise Refused("the release is not safe", code="release_unsafe", n=findings)
        name = release_cards.next_release_name(home)
        release_file.write_basis(home, name, source.cells, source.districts, families)
        card = ReleaseCard(name, source.build, "", "", threshold, 0, 0)
        return release_file.publish_release(home, card, families, source.public)


def _read_build(home: Path) -> _Source:
    build = find_current_build(home)
    measures = [code for family in list_families() for code in family.measures]
    parameters = {"measures": measures, "programme": REFERRAL_PROGRAMME}
    text = (SQL / "public_tables.sql").read_text(encoding="utf-8")
    statements = text.strip().removesuffix(";").split(";\n")
    with connect_read_only(build.path) as con:
        cells_sql = (SQL / "base_cells.sql").read_text(encoding="utf-8")
        districts_sql = (SQL / "districts.sql").read_text(encoding="utf-8")
        return _Source(
            build.name,
            run_query(con, cells_sql, parameters),
            dict(run_query(con, districts_sql).iter_rows()),
            dict(zip(PUBLIC_TABLES, [run_query(con, sql) for sql in statements], strict=True)),
        )


def _read_past(home: Path) -> list[ReleaseBasis]:
    """Read the bases of all releases, withdrawn ones too: what they showed stays known."""
    cards = release_cards.list_releases(home)
    return [release_file.read_basis(home, card.name) for card in cards]


def _list_jobs(source: _Source, past: list[ReleaseBasis], threshold: int) -> list[FamilyJob]:
    """List the jobs of all families, the largest first."""
    jobs: list[FamilyJob] = []
    for family in list_families():
        cells = _choose_cells(source.cells, family)
        earlier = [_take_family(basis, family) for basis in past]
        jobs += make_jobs(family, cells, source.districts, earlier, threshold)
    return sorted(jobs, key=lambda job: -job.cells.height)


def _choose_cells(cells: pl.DataFrame, family: Family) -> pl.DataFrame:
    return cells.filter(pl.col("measure").is_in(list(family.measures)))


def _take_family(basis: ReleaseBasis, family: Family) -> EarlierRelease:
    """Take what a release said of one family; the first period names a statistic."""
    states: dict[tuple[str, str, str], State] = {}
    own = basis.rows.filter(pl.col("figure").is_in(list(family.measures)))
    for figure, place, period, state in own.select(
        "figure", "place", "period", "state"
    ).iter_rows():
        hidden = state == "suppressed"
        states[figure, place, period] = State.HIDDEN if hidden else State.SHOWN
    steps = {key: step for key, step in basis.steps.items() if key[0] in family.measures}
    return EarlierRelease(_choose_cells(basis.cells, family), steps, states, basis.districts)


def _protect_all(
    jobs: list[FamilyJob], past: list[ReleaseBasis], processes: int, tick: Ticker | None
) -> Iterator[ProtectedFamily]:
    """Protect the families and years that have changed, and take over the others."""
    todo: list[FamilyJob] = []
    done = 0
    for job in jobs:
        if past and past[-1].fingerprints.get(job.name) == fingerprint_job(job):
            done += 1
            yield _take_over(job, past[-1])
        else:
            todo.append(job)
    for family in run_jobs(protect_family, todo, processes):
        done += 1
        if tick is not None:
            tick(done, len(jobs), family.name)
        yield family


def _take_over(job: FamilyJob, basis: ReleaseBasis) -> ProtectedFamily:
    is_own = pl.col("figure").is_in(list(job.family.measures))
    is_own &= pl.col("period").str.head(4).cast(pl.Int64).is_in(list(job.years))
    measures = job.family.measures
    steps = {}
    for (measure, year), step in basis.steps.items():
        if measure in measures and year in job.years:
            steps[measure, year] = step
    rows = basis.rows.filter(is_own)
    return ProtectedFamily(job.name, steps, rows, 0, basis.fingerprints[job.name])


def run_jobs(work: Callable[[_Job], _Done], jobs: list[_Job], processes: int) -> Iterator[_Done]:
    """Yield what the work on each job gives, as it is done, in several processes if worth it."""
    cells = sum(job.cells.height for job in jobs)
    if processes < 2 or cells < FEW_CELLS:
        yield from map(work, jobs)
        return
    # NOTE: threads of Polars and DuckDB do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for future in as_completed([pool.submit(work, job) for job in jobs]):
            yield future.result()


def audit_release(
    settings: Settings, *, processes: int = 2, tick: Ticker | None = None
) -> Iterator[AuditFinding]:
    """Attack the release that is served, with all earlier ones, from its file and its basis.

    Yields a finding for every number that is not safe, and for every difference between the file
    and the basis. Raises Refused (no_release, release_damaged).
    """
    home = settings.home
    card = release_cards.find_current_release(home)
    path = release_cards.find_release_file(home, card)
    names = [one.name for one in release_cards.list_releases(home)]
    past = [release_file.read_basis(home, name) for name in names[: names.index(card.name)]]
    basis = release_file.read_basis(home, card.name)
    with connect_read_only(path) as con:
        shown = run_query(con, (SQL / "released.sql").read_text(encoding="utf-8"))
    yield from _compare_file(shown, basis.rows)
    served = ReleaseBasis(basis.cells, shown, {}, basis.steps, basis.districts)
    jobs = _list_audit_jobs(served, past, card.threshold)
    found: list[AuditFinding] = []
    for number, findings in enumerate(run_jobs(_attack_job, jobs, processes), start=1):
        found += findings
        if tick is not None:
            tick(number, len(jobs), "")
    yield from sorted(found, key=astuple)


def _list_audit_jobs(
    served: ReleaseBasis, past: list[ReleaseBasis], threshold: int
) -> list[_AuditJob]:
    source = _Source("", served.cells, served.districts, {})
    jobs = []
    for job in _list_jobs(source, past, threshold):
        shown = _take_family(served, job.family).choose_years(job.years)
        jobs.append(_AuditJob(job, shown))
    return jobs


def _compare_file(shown: pl.DataFrame, rows: pl.DataFrame) -> Iterator[AuditFinding]:
    """Yield what the file says otherwise than the basis: another number, or one not to be shown."""
    expected = release_file.hide_values(rows.select(shown.columns)).sort(pl.all())
    different = shown.sort(pl.all()).join(expected, on=list(ROWS), how="anti", nulls_equal=True)
    for row in different.iter_rows(named=True):
        yield AuditFinding(row["figure"], row["place"], row["period"], "file")


def _attack_job(one: _AuditJob) -> list[AuditFinding]:
    """Attack years of a family as the file shows them."""
    job, served = one.job, one.served
    offered = build_table(job.family, job.cells, job.districts, served.steps)
    table = add_known_facts(offered, job.family, job.cells, job.earlier)
    states = table.initial_states()
    for number, statistic in enumerate(offered.statistics):
        if states[number] in (State.SHOWN, State.HIDDEN):
            states[number] = served.states.get(statistic.key, State.UNSEEN)
    findings = attack_release(table, states, width=job.threshold)
    return [_name_finding(table.statistics[one.statistic].key, one) for one in findings]


def _name_finding(key: tuple[str, str, str], finding: Finding) -> AuditFinding:
    return AuditFinding(*key, finding.kind)


def describe_shares(settings: Settings) -> Mapping[str, object]:
    """Return the share of numbers hidden and of people shown, per figure and table."""
    card = release_cards.find_current_release(settings.home)
    rows = release_file.read_basis(settings.home, card.name).rows
    return {"rows": release_file.share_shown(rows).to_dicts(), "release": card.name}
