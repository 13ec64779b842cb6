"""Counts and rates of single referrals are released; a rate falls with its numerator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.release import make
from pipelines.release.attack import attack_release
from pipelines.release.families import Family, list_families
from pipelines.release.ladder import build_table
from pipelines.release.protection import make_jobs, protect_family
from pipelines.release.release_file import hide_values
from pipelines.release.statistics_table import State
from pipelines.settings import load_settings

#: What is counted of the referrals of 2022 in the demonstration: 2 were lost within 90 days.
LOST = "referrals_lost_90"


@pytest.fixture(scope="module")
def referrals() -> Family:
    return next(family for family in list_families() if LOST in family.measures)


@pytest.fixture(scope="module")
def store(demo_home: Path, referrals: Family) -> Iterator[WarehouseReader]:
    """The demonstration's build beside a release of the referrals of 2022."""
    source = make._read_build(demo_home)
    cells = make._choose_cells(source.cells, referrals)
    jobs = make_jobs(referrals, cells, source.districts, [], 5)
    job = next(job for job in jobs if job.years == (2022,))
    with kpi.open_store(load_settings(demo_home)) as opened:
        rows = hide_values(protect_family(job).rows)
        opened.released = rows.rename({"figure": "measure"})
        yield opened


def ask(store: WarehouseReader, code: str, scope: Scope) -> tuple[float | None, str]:
    found = kpi.figures([code], (), "2022", scope=scope, store=store)
    return found.select("value", "state").row(0)


@pytest.mark.parametrize("code", ["R01", "R08", "R10"])
def test_the_public_reads_counts_and_rates_of_the_citys_year(
    store: WarehouseReader, code: str
) -> None:
    assert ask(store, code, PUBLIC) == ask(store, code, CITY)
    assert ask(store, code, PUBLIC)[1] == "reported"


@pytest.mark.parametrize("code", ["R13", "R02", "R03", "R12"])
def test_small_numerators_people_services_and_days_stay_hidden(
    store: WarehouseReader, code: str
) -> None:
    assert ask(store, code, PUBLIC) == (None, "suppressed")


def test_a_small_count_of_referrals_that_is_shown_fails_the_attack(
    demo_home: Path, referrals: Family
) -> None:
    source = make._read_build(demo_home)
    cells = make._choose_cells(source.cells, referrals)
    job = next(j for j in make_jobs(referrals, cells, source.districts, [], 5) if 2022 in j.years)
    table = build_table(referrals, job.cells, job.districts, protect_family(job).steps)
    states = table.initial_states()
    lost = [number for number, one in enumerate(table.statistics) if one.figure == LOST]
    assert [int(table.totals[number]) for number in lost] == [2]
    assert states[lost[0]] == State.SHOWN
    assert [found.statistic for found in attack_release(table, states)][:1] == lost
