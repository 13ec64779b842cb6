"""One return of a ward of today changes no register and no history."""

from collections.abc import Iterator

import pytest

from pipelines import kpi
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import Scope
from tests.kpi.conftest import City, reported

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

SPAN = "2022-Q4..2025-Q4"


@pytest.fixture
def today(city: City) -> Iterator[WarehouseReader]:
    """Four teams and two points of 2022, and form A of phường Hoàn Kiếm for 2025-Q4."""
    reported(city).returns("D-00070", "2025-Q4", a04=9, a31=40)
    with city.built() as opened:
        yield opened


def by_quarter(code: str, store: WarehouseReader) -> dict[str, float | None]:
    rows = kpi.values(code, ["quarter"], SPAN, store=store)
    return dict(rows.select("quarter", "value").iter_rows())


@pytest.mark.parametrize(("code", "count"), [("T01", 4), ("P01", 2)])
def test_a_return_of_a_new_ward_changes_no_count_of_units(
    code: str, count: int, today: WarehouseReader
) -> None:
    assert set(by_quarter(code, today).values()) == {count}


def test_the_figures_of_a_new_ward_count_for_the_city(today: WarehouseReader) -> None:
    assert by_quarter("a31", today)["2025-Q4"] == 40


def test_rows_before_the_reform_stay_in_every_cut_by_district(today: WarehouseReader) -> None:
    rows = kpi.values("T01", ["district"], "2025-Q4", store=today)
    found = dict(rows.select("district", "value").iter_rows())
    assert sum(found.values()) == 4
    earlier = kpi.values("a31", ["district"], SPAN, store=today)
    assert dict(earlier.select("district", "value").iter_rows())["002"] == 30 + 40


def test_a_line_that_moves_a_point_leaves_its_past_where_it_was(city: City) -> None:
    reported(city).returns("P-00046", "2025-Q4", b20=5)
    line = {"point_id": "P-00046", "commune": "00070", "programme": "M4", "status": "active"}
    city.register("D3", "P-00046", **line, effective_from="2025-07-01")
    with city.built() as store:
        before = kpi.values("b20", period="2022-Q4", place=["00046"], store=store)
        after = kpi.values("b20", period="2025-Q4", place=["00070"], store=store)
        assert (before["value"].item(), after["value"].item()) == (3, 5)
        assert set(by_quarter("P01", store).values()) == {2}


def test_an_older_ward_is_not_added_to_the_ward_that_has_its_code_now(city: City) -> None:
    city.register("D1", "D-00070", team_id="D-00070", commune="00070", status="active")
    reported(city).returns("D-00070", "2022-Q4", a31=1)
    city.returns("D-00070", "2025-Q4", a31=40)
    with city.built() as store:
        rows = kpi.values("a31", ["ward"], SPAN, store=store)
        found = dict(rows.select("ward", "value").iter_rows())
        assert (found["00070"], found["00070@2008-08-01"]) == (40, 1)
        assert sum(value or 0 for value in found.values()) == 4 * 10 + 1 + 40


@pytest.mark.parametrize("period", ["2022-Y", "2025-Q4", SPAN])
def test_a_district_can_be_asked_in_any_period(period: str, today: WarehouseReader) -> None:
    rows = kpi.values("T01", ["ward"], period, ["002"], store=today)
    named = "00046" if period == "2022-Y" else "00070"
    assert named in rows["ward"].to_list()


def test_a_ward_of_before_the_reform_is_found_in_a_span_that_holds_it(
    today: WarehouseReader,
) -> None:
    rows = kpi.values("a31", [], SPAN, ["00046"], store=today)
    assert rows["value"].item() == 10


def test_wards_add_up_to_the_city_with_a_row_for_what_is_not_assigned(city: City) -> None:
    city.register("D1", "D-00646", team_id="D-00646", commune="00646", status="active")
    reported(city).returns("D-00070", "2025-Q4", a31=40)
    with city.built() as store:
        rows = kpi.values("T01", ["ward"], "2025-Q4", store=store)
    found = dict(rows.select("ward", "value").iter_rows())
    assert (found["00070"], found["00118"], found[""]) == (2, 1, 1)
    assert sum(found.values()) == 5


@pytest.mark.parametrize(("period", "state"), [("2022-Q4", "reported"), ("2025-Q4", "suppressed")])
def test_the_rights_of_a_district_end_with_it(period: str, state: str, city: City) -> None:
    reported(city).returns("P-00046", "2025-Q4", b14=5, b11=1)
    city.register("D3", "P-00046", commune="00070", effective_from="2025-07-01")
    manager = Scope("district", frozenset({"002"}))
    with city.built() as store:
        rows = kpi.values("b11", [], period, ["002"], scope=manager, store=store)
    assert rows["state"].item() == state
