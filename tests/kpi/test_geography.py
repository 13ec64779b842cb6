"""One figure in the 579, 526 and 126 units: exact where a unit went whole, else within bounds."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines import kpi
from pipelines.errors import DefinitionError, PlaceError, Refused
from pipelines.kpi import WarehouseReader
from pipelines.kpi.geography import list_units_of
from pipelines.privacy.scope import PUBLIC, Scope
from pipelines.reference.places import DISTRICTS_END, load_places
from tests.kpi.conftest import City, registered, reported

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

GEOGRAPHIES = ("579", "526", "126")
#: Thanh Liệt was split over three units of today, Hàng Buồm went whole into Hoàn Kiếm.
SPLIT, WHOLE = "00646", "00046"


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseReader]:
    """Four teams, two points, and a team and a point of the split Thanh Liệt, in 2022-Q4.

    Every team has 10 contacts, that of Thanh Liệt 7; its point had 4.
    """
    city = divide(reported(registered(tmp_path_factory.mktemp("divided"))))
    city.returns(f"D-{SPLIT}", "2022-Q4", a04=8, a31=7)
    city.returns(f"P-{SPLIT}", "2022-Q4", b20=4)
    with city.built() as store:
        yield store


def divide(city: City) -> City:
    """Register a team and a point of Thanh Liệt; a line moves the point in July 2025."""
    city.register("D1", f"D-{SPLIT}", team_id=f"D-{SPLIT}", commune=SPLIT, status="active")
    point = {"point_id": f"P-{SPLIT}", "programme": "M4", "status": "active"}
    city.register("D3", f"P-{SPLIT}", **point, commune=SPLIT)
    city.register("D3", f"P-{SPLIT}", commune="00643", effective_from="2025-07-01")
    return city


def ask(
    store: WarehouseReader, code: str, geography: str, by: str = "ward", period: str = "2022-Q4"
) -> pl.DataFrame:
    return kpi.values(code, [by], period, store=store, geography=geography)


def limits(rows: pl.DataFrame, by: str = "ward") -> dict[str, tuple[float, float]]:
    """The least and greatest value of each place that may have any."""
    known = rows.filter(pl.col("upper") > 0)
    return {row[by]: (row["lower"], row["upper"]) for row in known.to_dicts()}


def test_whole_units_are_exact_and_split_ones_within_bounds(divided: WarehouseReader) -> None:
    rows = ask(divided, "a31", "126")
    hoan_kiem, thanh_liet = (rows.filter(pl.col("ward") == code) for code in ("00070", "00643"))
    assert (hoan_kiem["value"].item(), hoan_kiem["exactness"].item()) == (20, "exact")
    assert (thanh_liet["lower"].item(), thanh_liet["upper"].item()) == (0, 7)
    assert thanh_liet["exactness"].item() == "bounds"


def test_what_cannot_be_assigned_has_a_row_of_its_own(divided: WarehouseReader) -> None:
    rows = ask(divided, "a31", "126")
    rest = rows.filter(pl.col("ward") == "")
    assert (rest["value"].item(), rest["exactness"].item()) == (7, "not_assignable")
    assert rows["value"].sum() == 47


@pytest.mark.parametrize("by", ["ward", "district"])
@pytest.mark.parametrize("geography", GEOGRAPHIES)
@pytest.mark.parametrize(("code", "total"), [("a31", 47), ("T01", 5), ("P01", 3), ("b20", 7)])
def test_every_geography_adds_up_to_the_city(
    divided: WarehouseReader, code: str, total: int, geography: str, by: str
) -> None:
    assert ask(divided, code, geography, by)["value"].sum() == total
    whole = kpi.values(code, [], "2022-Q4", store=divided, geography=geography)
    assert (whole["value"].item(), whole["exactness"].item()) == (total, "exact")


def test_a_point_stands_where_its_register_line_puts_it(divided: WarehouseReader) -> None:
    for code, count in (("P01", 1), ("b20", 4)):
        rows = ask(divided, code, "126").filter(pl.col("value") == count)
        assert rows.filter(pl.col("exactness") != "exact").is_empty()
        assert "00643" in rows["ward"].to_list()


def test_a_team_no_line_has_placed_is_not_assigned(divided: WarehouseReader) -> None:
    rows = ask(divided, "T01", "126")
    assert rows.filter(pl.col("ward") == "")["value"].item() == 1
    assert limits(rows)["00643"] == (0, 1)


def test_a_rate_is_given_between_its_least_and_greatest_value(divided: WarehouseReader) -> None:
    rows = ask(divided, "T06", "126").filter(pl.col("ward") == "00643")
    assert rows.select("value", "lower", "upper").row(0) == (None, 0, None)
    assert rows["exactness"].item() == "bounds"


def test_a_split_within_one_district_is_exact_for_the_district(city: City) -> None:
    code = find_split_within_a_district()
    reported(city).returns(f"D-{code}", "2022-Q4", a31=7)
    with city.built() as store:
        rows = ask(store, "a31", "126", "district")
    own = load_places().find_place(code, date(2022, 12, 14)).district_code
    found = rows.filter(pl.col("district") == own)
    assert found["exactness"].item() == "exact"
    assert rows["value"].sum() == 47


def find_split_within_a_district() -> str:
    """A unit whose people went to several units that one former district holds."""
    places = load_places()
    for place in places.valid_on(date(2022, 12, 14)):
        units = list_units_of(place.id, DISTRICTS_END)
        districts = {places.find_former_district(unit) for unit in units}
        own = next(iter(districts))
        if len(units) > 1 and len(districts) == 1 and own and own.code == place.district_code:
            return place.code
    raise AssertionError("every split unit lies across districts")


def test_figures_of_today_go_back_to_the_units_of_before(city: City) -> None:
    divide(reported(city)).returns(f"P-{SPLIT}", "2025-Q4", b20=4)
    city.returns("D-00070", "2025-Q4", a31=40)
    with city.built() as store:
        points, teams = (ask(store, c, "579", period="2025-Q4") for c in ("b20", "a31"))
    assert limits(points) == {SPLIT: (4, 4)}
    assert limits(teams)[WHOLE] == (0, 40)
    assert teams.filter(pl.col("ward") == "")["value"].item() == 40


def test_a_series_across_the_reforms_is_comparable_in_one_geography(
    divided: WarehouseReader,
) -> None:
    span, place = "2022-Y..2025-Y", ["00070"]
    rows = kpi.values("a31", [], span, place, store=divided, geography="126")
    assert (rows["value"].item(), rows["exactness"].item()) == (80, "exact")


def test_named_places_are_those_of_the_geography(divided: WarehouseReader) -> None:
    rows = kpi.values("a31", ["ward"], "2022-Q4", ["00643"], store=divided, geography="126")
    assert limits(rows) == {"00643": (0, 7)}
    with pytest.raises(PlaceError):
        kpi.values("a31", [], "2022-Q4", ["00046@2008-08-01"], store=divided, geography="126")


def test_an_unknown_geography_is_refused(divided: WarehouseReader) -> None:
    with pytest.raises(Refused, match="127"):
        ask(divided, "a31", "127")


def test_counts_of_clients_of_others_stay_hidden(divided: WarehouseReader) -> None:
    """Bồ Đề holds wards of Long Biên only, Hoàn Kiếm a part of Ba Đình too."""
    readers = (PUBLIC, Scope("district", frozenset({"004"})), Scope("district", frozenset({"002"})))
    seen = []
    for scope in readers:
        rows = kpi.values("b11", ["ward"], "2022-Q3", store=divided, scope=scope, geography="126")
        states = dict(rows.select("ward", "state").iter_rows())
        seen.append((states["00118"], states["00070"]))
        assert rows.filter(pl.col("state") == "suppressed")["upper"].null_count() > 0
    hidden = ("suppressed", "suppressed")
    assert seen == [hidden, ("reported", "suppressed"), hidden]


@pytest.mark.parametrize("seed", range(3))
def test_bounds_hold_the_truth_of_every_split(tmp_path: Path, seed: int) -> None:
    """Each team's contacts fall into the units of its commune at will."""
    dice = random.Random(seed)
    city, truth = simulate_split(City(tmp_path), dice)
    with city.built() as store:
        for geography in GEOGRAPHIES:
            rows = ask(store, "a31", geography)
            assert rows["value"].sum() == sum(truth["reported"].values())
            for row in rows.filter(pl.col("ward") != "").to_dicts():
                real = truth[geography].get(row["ward"], 0)
                assert (row["lower"] or 0) <= real <= (row["upper"] or 0), (geography, row)


def simulate_split(city: City, dice: random.Random) -> tuple[City, dict[str, dict[str, int]]]:
    """Report for thirty communes; say what each unit of each geography really had."""
    places = load_places()
    truth: dict[str, dict[str, int]] = {name: {} for name in ("reported", *GEOGRAPHIES)}
    for place in dice.sample(places.valid_on(date(2022, 12, 14)), 30):
        number = dice.randrange(50)
        city.returns(f"D-{place.code}", "2022-Q4", a31=number)
        truth["reported"][place.code] = number
        for name in GEOGRAPHIES:
            units = list_units_of(place.id, places.geographies[name])
            for _ in range(number):
                code = dice.choice(units).code
                truth[name][code] = truth[name].get(code, 0) + 1
    return city, truth


def test_shares_of_people_with_a_source_make_estimates(city: City, tmp_path: Path) -> None:
    divide(reported(city)).returns(f"D-{SPLIT}", "2022-Q4", a04=8, a31=10)
    write_shares(tmp_path, "0.5", "0.3", "0.2")
    with city.built() as store:
        rows = ask(store, "a31", "126")
    main = rows.filter(pl.col("ward") == "00643")
    assert main.select("value", "lower", "upper", "exactness").row(0) == (5, 0, 10, "estimate")
    assert rows.filter(pl.col("ward") == "")["value"].item() == 0
    assert rows["value"].sum() == 50


def test_shares_that_do_not_add_up_are_refused(city: City, tmp_path: Path) -> None:
    write_shares(tmp_path, "0.5", "0.3", "0.3")
    with reported(city).built() as store, pytest.raises(DefinitionError):
        ask(store, "a31", "126")


def write_shares(home: Path, *shares: str) -> None:
    """Say which share of Thanh Liệt's people went to each of its units, the main one first."""
    place = load_places().find_place(SPLIT, date(2022, 12, 14))
    units = list_units_of(place.id, DISTRICTS_END)
    lines = ["from_code,from_valid_from,to_code,to_valid_from,people_share,source"]
    for unit, share in zip(units, shares, strict=True):
        pair = f"{SPLIT},{place.valid_from},{unit.code},{unit.valid_from}"
        lines.append(f"{pair},{share},census 2024")
    (home / "reference").mkdir()
    (home / "reference" / "people_shares.csv").write_text("\n".join(lines), encoding="utf-8")


def test_no_team_is_lost_or_doubled_by_the_reform(tmp_path: Path) -> None:
    """Forty teams, half of them moved by a line: forty in every geography before and after."""
    dice = random.Random(7)
    city, moved = City(tmp_path), {}
    places = load_places()
    for number, place in enumerate(dice.sample(places.valid_on(date(2022, 12, 14)), 40)):
        team = f"D-{place.code}"
        city.register("D1", team, team_id=team, commune=place.code, status="active")
        if number % 2:
            unit = dice.choice(list_units_of(place.id, DISTRICTS_END))
            city.register("D1", team, commune=unit.code, effective_from="2025-07-01")
            moved[place.code] = unit.code
    for period in ("2022-Q4", "2025-Q4"):
        city.returns(f"D-{next(iter(moved))}", period, a31=1)
    with city.built() as store:
        for name in GEOGRAPHIES:
            for period in ("2022-Q4", "2025-Q4"):
                assert ask(store, "T01", name, period=period)["value"].sum() == 40, (name, period)
        today, before = (
            dict(ask(store, "T01", name, period="2025-Q4").select("ward", "value").iter_rows())
            for name in ("126", "579")
        )
    assert all(today[code] >= 1 for code in moved.values())
    assert all(before[code] == 1 for code in moved)
