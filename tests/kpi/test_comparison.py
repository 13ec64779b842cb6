"""Places side by side, worked by hand: limits, ranks as ranges, reasons for not comparing."""

import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC, Scope
from tests.kpi.conftest import City


def test_a_count_is_not_compared_without_a_base(store: WarehouseReader) -> None:
    assert kpi.fair("T03", "ward", "2022-Y", store=store).reason == "no_base"


def test_two_places_are_too_few(store: WarehouseReader) -> None:
    assert kpi.fair("T06", "district", "2022-Y", ["002", "004"], store=store).reason == "few_places"


def test_people_of_single_wards_are_not_ranked_for_outsiders(store: WarehouseReader) -> None:
    assert kpi.fair("O04", "ward", "2022-Y", store=store, scope=PUBLIC).reason == "hidden"
    own = Scope("district", frozenset({"002"}))
    assert kpi.fair("O04", "ward", "2022-Y", store=store, scope=own).reason == "hidden"
    mine = kpi.fair("O04", "ward", "2022-Y", ["002"], store=store, scope=own)
    assert mine.reason != "hidden"


def test_teams_are_held_against_the_spread_between_teams(store: WarehouseReader) -> None:
    # 7, 8, 9 in one district, 10 in another: a spread of 1 with 2 degrees of freedom, mean 8.5.
    found = kpi.fair("T06", "ward", "2022-Y", ["00046", "00058", "00067", "00118"], store=store)
    assert (found.kpi.model, found.common) == ("unit_spread", pytest.approx(34 / 4))
    assert found.places["position"].to_list() == ["inside"] * 4
    assert sorted(found.places["rank"].to_list()) == [1, 2, 3, 4]
    assert found.places.select("first", "last").unique().rows() == [(1, 4)]
    # A base of one team at 95 %: 8.5 ± 4.302653 sqrt(1 - 1/4).
    edge = found.edges.row(0, named=True)
    assert (edge["low"], edge["high"]) == (pytest.approx(4.7738, abs=1e-4), pytest.approx(12.2262))


def test_one_team_alone_has_no_interval(store: WarehouseReader) -> None:
    found = kpi.fair("T06", "ward", "2022-Y", store=store)
    assert found.places.filter(found.places["rank"].is_not_null())["low"].null_count() == 4


def test_chance_alone_puts_one_place_in_twenty_outside(store: WarehouseReader) -> None:
    assert kpi.fair("T06", "ward", "2022-Y", store=store).by_chance == pytest.approx(4 * 0.05)


def test_a_figure_without_a_model_is_not_suitable_for_comparison(store: WarehouseReader) -> None:
    assert kpi.fair("P05", "ward", "2022-Y", store=store).reason == "unsuitable"


def test_few_places_show_no_spread_between_places(store: WarehouseReader) -> None:
    found = kpi.fair("O04", "ward", "2022-Q1", store=store)
    assert (found.reason, found.fewest) == ("few_places", 5)


@pytest.fixture
def uneven(city: City) -> WarehouseReader:
    """Eight teams: seven meet 19 to 25 people, the last 200; half of the people are at home."""
    more = ("00070", "00073", "00076", "00079")
    for commune in more:
        team = f"D-{commune}"
        city.register("D1", team, team_id=team, commune=commune, status="active")
    wards = ("00046", "00058", "00067", *more, "00118")
    for ward, contacts in zip(wards, (19, 20, 21, 22, 23, 24, 25, 200), strict=True):
        city.returns(f"D-{ward}", "2022-Q1", a04=1, a31=contacts, a40=10, a41=6, a42=4)
    return city.built()


def test_a_place_far_from_the_others_has_a_rank_of_its_own(uneven: WarehouseReader) -> None:
    with uneven as store:
        found = kpi.fair("O04", "ward", "2022-Q1", store=store)
    known = found.places.filter(found.places["rank"].is_not_null())
    by_ward = {row["ward"]: row for row in known.to_dicts()}
    last = by_ward.pop("00118")
    assert (last["position"], last["rank"], last["first"], last["last"]) == ("far_above", 1, 1, 1)
    assert {row["position"] for row in by_ward.values()} == {"inside"}
    assert {(row["first"], row["last"]) for row in by_ward.values()} == {(2, 8)}
    assert known["low"].null_count() == 8


def test_a_percentage_of_people_is_a_share_with_its_wilson_interval(
    uneven: WarehouseReader,
) -> None:
    with uneven as store:
        found = kpi.fair("V04", "ward", "2022-Q1", store=store)
    row = found.places.filter(found.places["ward"] == "00046").row(0, named=True)
    # 4 of 10: Wilson's limits at 95 % are 0.1682 and 0.6873.
    assert (row["low"], row["high"]) == (
        pytest.approx(16.82, abs=0.01),
        pytest.approx(68.73, abs=0.01),
    )
    assert found.edges["base"].is_sorted()


def test_a_share_above_the_whole_is_none(city: City) -> None:
    for team in ("D-00046", "D-00058", "D-00067"):
        city.returns(team, "2022-Q1", a40=10, a42=11)
    with city.built() as store:
        assert kpi.fair("V04", "ward", "2022-Q1", store=store).reason == "above_whole"


def test_quarters_and_few_years_make_no_trend(store: WarehouseReader) -> None:
    told = kpi.trend("O04", store=store)
    assert (told.reason, told.direction) == ("too_few", "none")


def test_five_years_may_make_a_trend(city: City) -> None:
    for year in range(2019, 2024):
        for quarter in range(1, 5):
            contacts = round(50 * 1.1 ** (year - 2018)) + year % 2
            city.returns("D-00046", f"{year}-Q{quarter}", a31=contacts, a04=10)
    with city.built() as store:
        told = kpi.trend("O01", store=store)
    assert (told.years, told.direction, told.reason) == ((2019, 2020, 2021, 2022, 2023), "up", "")


def test_a_median_has_no_trend(store: WarehouseReader) -> None:
    assert kpi.trend("R12", store=store).reason == "no_method"
