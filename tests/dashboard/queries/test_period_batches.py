"""One period cut out of the answer for all steps equals the answer for that period alone."""

import os
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dashboard.queries import cache, figures, open_builds, referral_queries
from dashboard.queries.period_batches import batch_periods
from pipelines import kpi
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.reference.periods import parse_period
from tests.dashboard.security.option_pairs import covering

YEARS = parse_period("2020-Y..2023-Y")
LAN = Scope("district", frozenset({"002"}))
#: Every two choices stand together once; CAUNOI_FULL=1 asks for every combination.
CHOICES: list[list[Any]] = [
    [CITY, LAN, PUBLIC],
    [(), ("002",), ("00046", "00118")],
    [(), ("district",), ("ward",), ("period",), ("district", "year"), ("so_far",)],
    ["2020-Q1", "2022-Q3", "2022-H1", "2023-Y", "2020-Q4..2022-Q3"],
]
ASKED = [*product(*CHOICES)] if os.environ.get("CAUNOI_FULL") else covering(*CHOICES)


@pytest.fixture
def key(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[figures.ReadScope]:
    monkeypatch.setenv("CAUNOI_HOME", str(demo_home))
    cache.clear_cache()
    open_builds.load_settings.clear()
    yield figures.ReadScope(figures.current_build(), CITY)
    cache.clear_cache()
    open_builds.load_settings.clear()


def test_a_quarter_is_asked_with_all_quarters_and_a_range_of_years_on_its_own() -> None:
    asked = batch_periods(("district",), "2022-Q3", YEARS, ())
    assert asked is not None and (asked.by, asked.period) == (
        ("district", "quarter"),
        "2020-Y..2023-Y",
    )
    assert batch_periods((), "2021-Y..2023-Y", YEARS, ()) is None
    assert batch_periods((), "2022-M03", YEARS, ()) is None
    assert batch_periods((), "2019-Q4", YEARS, ()) is None


def test_no_step_is_asked_along_whose_places_are_others() -> None:
    merged = date(2022, 1, 1)
    before, after = (
        batch_periods((), "2021-Q2", YEARS, [merged]),
        batch_periods((), "2023-Q2", YEARS, [merged]),
    )
    # The first quarter of 2022 begins on 15 December, but ends after the merger.
    assert before is not None and before.period == "2020-Y..2021-Y"
    assert after is not None and after.period == "2020-Y..2023-Y"


@pytest.mark.parametrize(("scope", "places", "by", "period"), ASKED, ids=str)
def test_an_answer_cut_out_of_all_steps_is_the_answer_to_its_own_question(
    key: figures.ReadScope, scope: Scope, places: tuple[str, ...], by: tuple[str, ...], period: str
) -> None:
    own = figures.ReadScope(key.build, scope)
    # Stocks, people counted from the year's start, rates, referrals, medians, growth and returns.
    for codes in (("T01", "T06", "P01"), ("K01", "b15"), ("R01", "R08"), ("Q01", "P02")):
        asked = kpi.figures(
            codes, by, period, list(places) or None, scope=scope, store=figures.open_store(key)
        )
        assert figures.load_figures(own, codes, by, period, places).equals(asked)
    if not {"ward", "year", "so_far"} & set(by):
        slips = kpi.outcomes(
            by or ("service",),
            period,
            list(places) or None,
            scope=scope,
            store=figures.open_store(key),
        )
        found = referral_queries.load_outcomes(own, *(by or ("service",)), period, places)
        assert found.equals(slips)
