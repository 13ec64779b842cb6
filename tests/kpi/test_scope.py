"""Volunteers by sex and age are open for a whole district and hidden below it, always."""

from collections.abc import Iterator

import polars as pl
import pytest

from pipelines import kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from tests.kpi.conftest import TEAMS, City

OWN = Scope("district", frozenset({"004"}))
OUTSIDERS = pytest.mark.parametrize("scope", [PUBLIC, OWN], ids=["public", "another district"])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseReader]:
    """Report 3 women and 1 under 30 in each team of 8; 00058 reports zeros.

    Three teams are in district 002, one in 004.
    """
    city = City(tmp_path_factory.mktemp("sight"))
    for team in TEAMS:
        city.register("D1", team, team_id=team, commune=team[2:], status="active")
        city.returns(team, "2022-Q4", a04=8, a08=3, a09=1, a10=5, a11=2, a20=40)
    city.returns("D-00058", "2022-Q3", a04=0, a08=0, a20=0)
    with city.built() as store:
        yield store


def asked(
    store: WarehouseReader, scope: Scope, by: tuple[str, ...] = (), place: list[str] | None = None
) -> dict[str, object]:
    """State and value of the women of 2022-Q4, by the codes of the places that owe anything."""
    rows = kpi.values("a08", by, "2022-Q4", place, scope=scope, store=store).filter(
        pl.col("expected") > 0
    )
    code = by[0] if by else None
    return {str(r[code] if code else "all"): r["value"] or r["state"] for r in rows.to_dicts()}


@OUTSIDERS
def test_city_and_districts_are_open(opened: WarehouseReader, scope: Scope) -> None:
    assert asked(opened, scope) == {"all": 12}
    assert asked(opened, scope, ("district",)) == {"002": 9, "004": 3}
    assert asked(opened, scope, (), ["002"]) == {"all": 9}


@OUTSIDERS
@pytest.mark.parametrize("place", [["00046"], ["00046", "00058"], ["00046", "004"]], ids=" ".join)
def test_less_than_a_district_is_hidden_however_it_is_named(
    opened: WarehouseReader, scope: Scope, place: list[str]
) -> None:
    assert asked(opened, scope, (), place) == {"all": "suppressed"}
    assert asked(opened, scope, ("district",), place)["002"] == "suppressed"


def test_wards_are_exact_for_the_city_and_the_own_district_only(opened: WarehouseReader) -> None:
    hidden = dict.fromkeys(("00046", "00058", "00067"), "suppressed")
    assert asked(opened, CITY, ("ward",)) == {**dict.fromkeys(hidden, 3), "00118": 3}
    assert asked(opened, OWN, ("ward",)) == {**hidden, "00118": 3}
    assert asked(opened, PUBLIC, ("ward",)) == {**hidden, "00118": "suppressed"}


@OUTSIDERS
def test_returns_handed_on_leave_them_out(opened: WarehouseReader, scope: Scope) -> None:
    rows = kpi.reported("2022-Q4", ["002"], scope=scope, store=opened).filter(
        pl.col("field") == "a08"
    )
    assert rows.select("state", "value").unique().rows() == [("suppressed", None)]


def test_no_cell_of_theirs_stands_behind_a_figure(opened: WarehouseReader) -> None:
    found = kpi.passport("a08", "2022-Q4", scope=OWN, store=opened)
    assert found.select("reporter", "value").rows() == [("D-00118", 3)]


@OUTSIDERS
@pytest.mark.parametrize("code", ["a08", "C01"])
def test_a_change_is_not_taken_apart_where_a_part_is_hidden(
    opened: WarehouseReader, scope: Scope, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        kpi.like_for_like(code, "2022-Q4", "2022-Q3", scope=scope, store=opened)
    assert refused.value.code == "out_of_scope"


@pytest.mark.parametrize(
    ("scope", "state"), [(CITY, "zero"), (PUBLIC, "reported"), (OWN, "reported")]
)
def test_that_a_return_holds_only_zeros_is_said_to_those_who_may_see_it(
    opened: WarehouseReader, scope: Scope, state: str
) -> None:
    found = kpi.coverage("2022-Q3", ["00058"], scope=scope, store=opened)
    assert found["state"].to_list() == [state]
