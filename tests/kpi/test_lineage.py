"""What stands behind the figures: cells that add up again, changes, outcomes, coverage."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines import catalog, kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY, PUBLIC, STEWARD, Scope
from tests.kpi.conftest import City

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow


def sides(
    store: WarehouseReader, code: str, period: str, **more: Any
) -> tuple[float | None, float | None]:
    """The figure added again from its passport."""
    found = kpi.passport(code, period, store=store, scope=STEWARD, **more)
    sums = dict(found.group_by("side").agg(pl.col("value").sum()).rows())
    return sums.get("numerator"), sums.get("denominator")


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("T06", "2022-Y"),
        ("O01", "2022-H1"),
        ("O04", "2022-Y"),
        ("K10", "2022-H1"),
        ("K02", "2022-Y"),
        ("K09", "2022-Q3"),
        ("P01", "2022-Y"),
        ("P07", "2022-Y"),
        ("K03+K04", "2022-Y"),
        ("Q01", "2022-Y"),
    ],
)
def test_adding_the_passport_gives_the_figure(
    store: WarehouseReader, code: str, period: str
) -> None:
    row = kpi.values(code, period=period, store=store).row(0, named=True)
    assert sides(store, code, period) == (row["numerator"], row["denominator"])


def test_a_passport_names_the_cell_and_the_file(store: WarehouseReader) -> None:
    row = kpi.passport("O01", "2022-Q1", ["00046"], store=store).row(0, named=True)
    assert (row["reporter"], row["ward_name"], row["period"], row["value"]) == (
        "D-00046",
        "Hàng Buồm",
        "2022-Q1",
        10,
    )
    assert (row["sheet"], row["cell"], row["file"]) == ("Mẫu", "E3", "x.xlsx")


def test_a_passport_holds_no_protected_cell_outside_the_scope(store: WarehouseReader) -> None:
    own = kpi.passport("O01", "2022-Q1", store=store, scope=Scope("district", frozenset({"004"})))
    assert own["district"].unique().to_list() == ["004"]
    with pytest.raises(Refused) as refused:
        kpi.passport("O01", "2022-Q1", store=store, scope=PUBLIC)
    assert refused.value.code == "out_of_scope"


@pytest.fixture
def referred(city: City) -> WarehouseReader:
    """Write eight referrals of one quarter, one of each outcome, and a ninth entered by mistake.

    Five people have them.
    """
    for quarter in ("2022-Q3", "2022-Q4", "2023-Q1"):
        city.returns("P-00046", quarter, b20=3)
    day = {"referral_date": "2022-10-01"}
    arrived = {**day, "attended_date": "2022-10-05"}
    started = {**arrived, "start_date": "2022-10-08"}
    fates: list[dict[str, str]] = [
        {**started, "status": "completed"},
        {**started, "status": "started"},
        {**arrived, "status": "attended"},
        {"referral_date": "2022-12-10", "status": "issued"},
        {**day, "status": "pending"},
        {**day, "status": "refused_client"},
        {**day, "status": "lost"},
        {**started, "status": "dropped"},
        {**day, "status": "cancelled"},
    ]
    for number, cells in enumerate(fates, 1):
        city.referral(number, **{**cells, "client": f"k{(number + 1) // 2}"})
    return city.built()


def test_every_slip_stands_in_one_place_of_the_outcomes(referred: WarehouseReader) -> None:
    rows = kpi.outcomes(period="2022-Q4", store=referred)
    row = rows.filter(pl.col("service") == "RF_HIV").row(0, named=True)
    assert (row["issued"], row["attended"], row["started"], row["completed"]) == (8, 4, 3, 1)
    ends = ("completed", "going", "arrived", "waiting", "refused", "lost", "dropped", "transferred")
    assert [row[e] for e in ends] == [1, 1, 1, 2, 1, 1, 1, 0]
    assert (row["persons"], row["over_30"], row["state"]) == (4, 1, "reported")
    assert rows.height == 8
    assert rows["issued"].sum() == 8


def test_outcomes_come_by_quarter_of_referral_too(referred: WarehouseReader) -> None:
    rows = kpi.outcomes(["quarter"], "2022-H2", store=referred)
    assert rows.select("quarter", "issued", "state").rows() == [
        ("2022-Q3", 0, "reported"),
        ("2022-Q4", 8, "reported"),
    ]


def test_outcomes_out_of_scope_are_suppressed(referred: WarehouseReader) -> None:
    rows = kpi.outcomes(period="2022-Q4", store=referred, scope=PUBLIC)
    assert rows["state"].unique().to_list() == ["suppressed"]
    assert rows["issued"].null_count() == rows.height


def test_waiting_days_of_fewer_than_five_describe_nobody(
    referred: WarehouseReader, city: City
) -> None:
    few = (
        kpi.waiting(period="2022-Q4", store=referred)
        .filter(pl.col("service") == "RF_HIV")
        .row(0, named=True)
    )
    assert (few["n"], few["median"], few["p90"]) == (4, None, None)
    city.referral(20, referral_date="2022-10-01", attended_date="2022-10-15", status="attended")
    with city.built() as store:
        enough = (
            kpi.waiting(period="2022-Q4", store=store)
            .filter(pl.col("service") == "RF_HIV")
            .row(0, named=True)
        )
    # 4, 4, 4, 4 and 14 days
    assert (enough["n"], enough["median"], enough["p90"]) == (5, 4, pytest.approx(10))


@pytest.mark.parametrize("code", ["R01", "R02", "R04", "R08", "R08b", "R09", "R10", "R11", "R13"])
def test_adding_the_lines_gives_the_figure(referred: WarehouseReader, code: str) -> None:
    row = kpi.values(code, period="2022-Q4", store=referred).row(0, named=True)
    assert sides(referred, code, "2022-Q4") == (row["numerator"], row["denominator"])


def test_lines_are_for_the_steward(referred: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        kpi.passport("R01", "2022-Q4", store=referred, scope=CITY)
    assert refused.value.code == "no_lines"


def test_the_matrix_tells_who_reported_when(store: WarehouseReader) -> None:
    rows = kpi.coverage("2022-Y", ["00118"], store=store)
    states = {(r["form"], r["period"]): r["state"] for r in rows.to_dicts()}
    assert states[("A", "2022-Q1")] == "reported"
    nothings = ["not_applicable", "not_applicable", "reported", "not_reported"]
    assert [states[("B", f"2022-Q{n}")] for n in range(1, 5)] == nothings
    gone = kpi.missing("2022-Q4", store=store)
    assert gone.select("ward_name", "district_name", "form").rows() == [
        ("Ngọc Thụy", "Long Biên", "B")
    ]


def test_a_return_of_nothing_but_zeros_is_told_from_no_return(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=0, a50=0)
    with city.built() as store:
        rows = kpi.coverage("2022-Q1", ["002"], form="A", store=store)
    assert dict(rows.select("reporter", "state").rows()) == {
        "D-00046": "zero",
        "D-00058": "not_reported",
        "D-00067": "not_reported",
    }


def test_growth_is_opening_and_founded_and_closed(store: WarehouseReader) -> None:
    rows = kpi.growth(["half"], "2022-Y", store=store)
    assert rows.rows() == [("2022-H1", None, 0, 0, None, 1), ("2022-H2", 1, 1, 0, 0, 2)]
    by_district = kpi.growth(["district"], "2022-H2", store=store)
    own = by_district.filter(pl.col("district") == "004").row(0, named=True)
    assert (own["opening"], own["founded"], own["closing"]) == (0, 1, 1)


def test_a_change_is_new_and_same_and_missing_reporters(store: WarehouseReader) -> None:
    rows = kpi.like_for_like("K05", "2022-Q4", "2022-Q3", store=store)
    found = {
        r["group"]: (r["reporters"], r["before"], r["after"], r["difference"])
        for r in rows.to_dicts()
    }
    assert found == {
        "same": (1, 3, 3, 0),
        "new": (0, 0, 0, 0),
        "back": (0, 0, 0, 0),
        "missing": (1, 0, 0, 0),
        "closed": (0, 0, 0, 0),
    }


def test_a_bridge_names_the_cells_that_moved_a_figure(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=10)
    city.returns("D-00058", "2022-Q1", a31=10)
    with city.built() as before:
        city.returns("D-00046", "2022-Q1", a31=14)
        city.returns("D-00067", "2022-Q1", a31=5)
        with city.built() as after:
            rows = kpi.bridge("O01", "2022-Q1", before=before, after=after)
    told = {
        r["reporter"]: (r["before"], r["after"], r["difference"], r["cause"])
        for r in rows.to_dicts()
    }
    assert told == {"D-00046": (10, 14, 4, "corrected"), "D-00067": (None, 5, 5, "new")}


@pytest.mark.parametrize("code", ["Q01", "Q03", "R01", "R08"])
def test_a_figure_that_counts_no_cells_has_no_bridge(store: WarehouseReader, code: str) -> None:
    with pytest.raises(Refused) as refused:
        kpi.bridge(code, "2022-Q1", before=store, after=store)
    assert refused.value.code == "no_cells"
    told = catalog.messages()["no_cells"].text.vi.format(label=refused.value.values["label"].vi)
    assert told.startswith(catalog.find_kpi(code).label.vi)


def test_the_register_of_points_names_dates_and_confidence(store: WarehouseReader) -> None:
    rows = kpi.points(store=store)
    assert rows.select("ward_name", "founded", "confidence").rows() == [
        ("Hàng Buồm", None, "certain"),
        ("Ngọc Thụy", date(2022, 7, 20), "certain"),
    ]
    assert kpi.points("2022-Q2", store=store).height == 1


def test_a_pilot_ward_owes_form_c_under_the_number_of_its_point(city: City) -> None:
    ward = {"point_id": "L-00046", "commune": "00046", "programme": "M3", "status": "dissolved"}
    city.register(
        "D3",
        "L-00046",
        **ward,
        valid_from="2020-01-15",
        valid_to="2020-12-14",
        confidence="probable",
    )
    city.returns("D-00046", "2020-Q4", a04=7)
    with city.built() as store:
        owed = kpi.missing("2020-Q4", store=store).filter(pl.col("form") == "C")
    assert owed["reporter"].to_list() == ["P-00046"]
