"""Places side by side, worked by hand: limits, ranks as ranges, reasons for not comparing."""

import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC
from tests.kpi.conftest import City


def test_a_count_is_not_compared_without_a_base(store: WarehouseReader) -> None:
    assert kpi.fair("T03", "ward", "2022-Y", store=store).reason == "no_base"


def test_two_places_are_too_few(store: WarehouseReader) -> None:
    assert kpi.fair("T06", "district", "2022-Y", ["002", "004"], store=store).reason == "few_places"


def test_people_of_single_wards_are_not_ranked_for_outsiders(store: WarehouseReader) -> None:
    assert kpi.fair("O04", "ward", "2022-Y", store=store, scope=PUBLIC).reason == "hidden"


def test_places_within_chance_may_hold_any_rank(store: WarehouseReader) -> None:
    found = kpi.fair("T06", "ward", "2022-Y", ["00046", "00058", "00067", "00118"], store=store)
    assert (found.method, found.common) == ("rate", pytest.approx(34 / 4))
    assert found.places["position"].to_list() == ["inside"] * 4
    assert sorted(found.places["rank"].to_list()) == [1, 2, 3, 4]
    assert found.places.select("first", "last").unique().rows() == [(1, 4)]


@pytest.fixture
def uneven(city: City) -> WarehouseReader:
    """One team meets ten times as many people as the others."""
    for team, contacts in (("D-00046", 20), ("D-00058", 20), ("D-00067", 22), ("D-00118", 200)):
        city.returns(team, "2022-Q1", a04=10, a31=contacts, a30=100, a34y=40)
    return city.built()


def test_a_place_far_from_the_others_has_a_rank_of_its_own(uneven: WarehouseReader) -> None:
    with uneven as store:
        found = kpi.fair(
            "O04", "ward", "2022-Q1", ["00046", "00058", "00067", "00118"], store=store
        ).places
    ranks = {row["ward"]: (row["rank"], row["first"], row["last"]) for row in found.to_dicts()}
    assert ranks["00118"] == (1, 1, 1)
    assert ranks["00046"] == (3, 2, 4)
    assert ranks["00058"] == (3, 2, 4)


def test_a_percentage_of_people_is_a_share_with_its_wilson_interval(
    uneven: WarehouseReader,
) -> None:
    with uneven as store:
        found = kpi.fair("O07", "ward", "2022-Q1", ["00046", "00058", "00067"], store=store)
    row = found.places.row(0, named=True)
    assert found.method == "share"
    # 40 of 100: Wilson's limits at 95 % are 0.3094 and 0.4980.
    assert (row["low"], row["high"]) == (
        pytest.approx(30.94, abs=0.01),
        pytest.approx(49.80, abs=0.01),
    )
    assert found.edges["base"].is_sorted()


def test_quarters_and_few_years_make_no_trend(store: WarehouseReader) -> None:
    told = kpi.trend("O04", store=store)
    assert (told.reason, told.direction) == ("too_few", "none")


def test_five_years_may_make_a_trend(city: City) -> None:
    for year in range(2019, 2024):
        for quarter in range(1, 5):
            city.returns("D-00046", f"{year}-Q{quarter}", a31=50 * (year - 2018), a04=10)
    with city.built() as store:
        told = kpi.trend("O01", store=store)
    assert (told.years, told.direction, told.reason) == ((2019, 2020, 2021, 2022, 2023), "up", "")


def test_a_median_has_no_trend(store: WarehouseReader) -> None:
    assert kpi.trend("R12", store=store).reason == "no_method"
