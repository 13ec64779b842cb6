"""Figures outsiders are answered come from the release, for one place at a time."""

from pathlib import Path

import polars as pl
import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC, Scope
from tests.release.sample_release_home import settings

#: Each test reads a build and a release.
pytestmark = pytest.mark.slow

NAME = "release-00001"


@pytest.fixture(scope="module")
def public(released_home: Path) -> WarehouseReader:
    return kpi.open_store(settings(released_home), build_name=NAME, release_name=NAME)


@pytest.fixture(scope="module")
def beside(released_home: Path) -> WarehouseReader:
    return kpi.open_store(settings(released_home), build_name="warehouse-00001", release_name=NAME)


def ask(
    store: WarehouseReader, scope: Scope, *place: str, by: tuple[str, ...] = ()
) -> list[tuple[float | None, str]]:
    found = kpi.figures(["a20"], by, "2022", place or None, scope=scope, store=store)
    return found.select("value", "state").rows()


def test_the_public_sees_the_city_and_a_district_and_no_small_ward(public: WarehouseReader) -> None:
    assert ask(public, PUBLIC) == [(360, "reported")]
    assert ask(public, PUBLIC, "001") == [(140, "reported")]
    assert ask(public, PUBLIC, "00001") == [(None, "suppressed")]


def test_places_side_by_side_stay_hidden_from_outsiders(public: WarehouseReader) -> None:
    for level in ("district", "ward"):
        assert {state for _, state in ask(public, PUBLIC, by=(level,))} == {"suppressed"}


def test_chosen_places_add_up_what_is_shown_and_say_how_many_are_not(
    public: WarehouseReader,
) -> None:
    assert public.released is not None
    shown = public.released.filter(
        pl.col("period") == "2022-Y", pl.col("place").str.len_chars() > 5
    )
    wards = shown.drop_nulls("value").rows(named=True)[:2]
    codes = [row["place"][:5] for row in wards]
    assert ask(public, PUBLIC, *codes) == [(sum(row["value"] for row in wards), "reported")]
    found = kpi.figures(
        ["a20"], (), "2022", [codes[0], "00001", "00006"], scope=PUBLIC, store=public
    )
    row = found.row(0, named=True)
    assert (row["value"], row["state"], row["partial"]) == (wards[0]["value"], "reported", True)
    assert (row["missing"], row["missing_by"]["unpublished"]) == (2, 2)


def test_a_manager_sees_the_own_district_exactly_and_others_from_the_release(
    beside: WarehouseReader,
) -> None:
    manager = Scope("district", frozenset(["001"]))
    assert ask(beside, manager, "00001") == [(2, "reported")]
    assert ask(beside, manager, "002") == [(220, "reported")]
    assert ask(beside, manager) == [(360, "reported")]


def test_without_a_release_nothing_changes(released_home: Path) -> None:
    with kpi.open_store(settings(released_home), build_name="warehouse-00001") as store:
        assert ask(store, PUBLIC) == [(None, "suppressed")]


def test_a_release_holds_no_protected_cell(public: WarehouseReader) -> None:
    assert public.read_table("mart.facts").filter(pl.col("measure") == "a20").is_empty()
    assert public.read_table("mart.totals").filter(pl.col("figure") == "a20").is_empty()
