"""What the filters offer follows the period asked, on both sides of the reform."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from dashboard.queries import figures
from dashboard.queries.cache import clear_cache
from dashboard.queries.figures import ReadScope
from dashboard.selection import resolve_selection
from pipelines.privacy.scope import CITY
from tests.kpi.conftest import registered, reported


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadScope]:
    """Returns of 2022, and one of phường Hoàn Kiếm for 2025-Q4."""
    home: Path = tmp_path_factory.mktemp("today")
    city = reported(registered(home))
    city.returns("D-00070", "2025-Q4", a04=9, a31=40)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAUNOI_HOME", str(home))
        clear_cache()
        st.cache_resource.clear()
        with city.built() as store:
            yield ReadScope(store.name, CITY)
    clear_cache()
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("period", "districts", "wards"),
    [("2022-Y", 30, 579), ("2025-Q1", 30, 526), ("2025-Q4", 30, 126)],
)
def test_filters_offer_the_places_of_the_period(
    key: ReadScope, period: str, districts: int, wards: int
) -> None:
    offer = figures.load_options(key, period)
    assert (len(offer.districts), len(offer.wards)) == (districts, wards)
    assert offer.former == (period == "2025-Q4")


@pytest.mark.parametrize("period", ["2022-Y", "2025-Q4"])
def test_a_link_to_a_district_opens_in_any_period(key: ReadScope, period: str) -> None:
    offer = figures.load_options(key, period)
    asked = {"period": period, "district": "002"}
    chosen, problems = resolve_selection(asked, offer.default_selection, offer, is_period=True)
    assert (chosen.districts, problems) == (("002",), ())
    assert figures.place_names(key, chosen.districts, period) == ["Hoàn Kiếm"]


def test_a_ward_of_several_former_districts_can_be_chosen_alone(key: ReadScope) -> None:
    offer = figures.load_options(key, "2025-Q4")
    mixed = [code for code, _, district in offer.wards if not district]
    asked = {"period": "2025-Q4", "ward": mixed[0]}
    chosen, problems = resolve_selection(asked, offer.default_selection, offer, is_period=True)
    assert (chosen.places, problems) == ((mixed[0],), ())


def test_a_ward_is_not_held_against_the_older_ward_of_its_code(key: ReadScope) -> None:
    """00070 was Hàng Trống until June 2025 and is Hoàn Kiếm."""
    named = figures.list_ward_ids(key, ("00070",), "2025-Q4")
    assert named == ("00070@2025-07-01",)
    assert figures.load_figures(key, ("a31",), (), "2025-Q4", named)["value"].item() == 40
    assert figures.load_figures(key, ("a31",), (), "2022-Q4", named).is_empty()
    assert figures.place_names(key, named, "2025-Q4") == ["Hoàn Kiếm"]


def test_filters_offer_the_places_of_the_geography(key: ReadScope) -> None:
    for geography in ("579", "526", "126"):
        offer = figures.load_options(replace(key, geography=geography), "2022-Y")
        assert len(offer.wards) == int(geography)
