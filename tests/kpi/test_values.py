"""Figures keep their contract: totals, refusals, the four nothings, scope, revisions, past days."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines import kpi
from pipelines.errors import CatalogError, PeriodError, Refused
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import PUBLIC, Scope
from tests.kpi.conftest import City

HOAN_KIEM, LONG_BIEN = "002", "004"


def one(store: WarehouseReader, code: str, period: str = "2022-Y", **more: Any) -> dict[str, Any]:
    frame = kpi.values(code, period=period, store=store, **more)
    assert frame.height == 1
    return frame.row(0, named=True)


@pytest.mark.parametrize(
    ("code", "period", "value", "numerator", "denominator"),
    [
        ("T01", "2022-Y", 4, 4, None),
        ("T03", "2022-Y", 34, 34, None),
        ("T06", "2022-Y", 8.5, 34, 4),
        ("volunteers_per_team", "2022-Q1", 8.5, 34, 4),
        ("O01", "2022-Y", 160, 160, None),
        ("O01", "2022-Q2", 40, 40, None),
        ("O04", "2022-Y", 160 / 34, 160, 34),
        ("a31", "2022-H2", 80, 80, None),
        ("V02+V03", "2022-Y", 16, 16, None),
        ("K03+K04", "2022-Y", 12, 12, None),
        ("K02", "2022-Q1", 1, 1, None),
        ("K02", "2022-H1", 2, 2, None),
        ("K02", "2022-Y", 4, 4, None),
        ("K10", "2022-H1", 6 / 4, 6, 4),
        ("V04", "2022-Y", 0, 0, 16),
        ("P01", "2022-Q2", 1, 1, None),
        ("P01", "2022-Y", 2, 2, None),
        ("P02", "2022-Y", 1, 1, None),
        ("P05", "2022-H2", 100, 1, 1),
        ("P06", "2022-Y", 100 * 2 / 60, 2, 60),
        ("P07", "2022-Y", 1, 1, None),
        ("B07", "2022-Y", 2, 2, None),
        ("B07", "2022-Q4", 2, 2, None),
        ("K09", "2022-Q3", 100 * 3 / 15, 3, 15),
    ],
)
def test_a_figure_follows_its_contract(
    store: WarehouseReader,
    code: str,
    period: str,
    value: float,
    numerator: float,
    denominator: float | None,
) -> None:
    row = one(store, code, period)
    assert (row["numerator"], row["denominator"], row["state"]) == (
        numerator,
        denominator,
        "reported",
    )
    assert row["value"] == pytest.approx(value)


@pytest.mark.parametrize(
    ("code", "period", "refusal"),
    [
        ("b15", "2022-H1", "not_over_time"),
        ("K02", "2022-H2", "from_year_start"),
        ("K02", "2022-Q2..2022-Q3", "from_year_start"),
        ("a15", "2022-Y", "not_over_time"),
        ("V01", "2022-Q3..2023-Q2", "year_only"),
        ("K10", "2022-H2", "from_year_start"),
        ("O07", "2021-Y..2022-Y", "within_year"),
        ("K01+K03", "2022-Y", "units_differ"),
        ("K01+K02", "2022-Q1", "people_do_not_add"),
        ("T03+K01", "2022-Q1", "units_differ"),
        ("K03+K03", "2022-Q1", "people_do_not_add"),
        ("T06+T06", "2022-Q1", "units_differ"),
    ],
)
def test_a_sum_the_contract_forbids_is_refused(
    store: WarehouseReader, code: str, period: str, refusal: str
) -> None:
    with pytest.raises(Refused) as refused:
        one(store, code, period)
    assert refused.value.code == refusal


def test_an_unknown_code_names_its_neighbour(store: WarehouseReader) -> None:
    with pytest.raises(CatalogError, match="volunteers_per_team"):
        one(store, "volunteers_per_tea")


def test_a_period_must_read_like_one(store: WarehouseReader) -> None:
    with pytest.raises(PeriodError):
        one(store, "T06", "2022-13")


def test_a_month_is_finer_than_any_return(store: WarehouseReader) -> None:
    assert one(store, "T06", "2022-M03")["state"] == "not_applicable"


def test_districts_add_up_to_the_city(store: WarehouseReader) -> None:
    rows = kpi.values("T06", by=["district"], period="2022-Y", store=store)
    assert rows.height == 30
    assert (rows["numerator"].sum(), rows["denominator"].sum()) == (34, 4)
    own = {
        r["district"]: (r["value"], r["expected"], r["received"])
        for r in rows.to_dicts()
        if r["expected"]
    }
    assert own == {HOAN_KIEM: (8, 3, 3), LONG_BIEN: (10, 1, 1)}


def test_wards_and_quarters_can_be_cut_together(store: WarehouseReader) -> None:
    rows = kpi.values(
        "O01", by=["ward", "quarter"], period="2022-H1", place=["Hoàn Kiếm"], store=store
    )
    assert rows.height == 18 * 2
    assert rows["value"].sum() == 60


def test_the_four_nothings_are_told_apart(store: WarehouseReader) -> None:
    rows = kpi.values("K05", by=["ward"], period="2022-Q3", store=store)
    states = {r["ward"]: (r["state"], r["value"]) for r in rows.to_dicts()}
    assert states["00046"] == ("reported", 3)
    assert states["00118"] == ("reported", 0)
    assert states["00058"] == ("not_applicable", None)
    assert one(store, "K05", "2022-Q4", place=["00118"])["state"] == "not_reported"
    hidden = one(store, "K05", "2022-Q3", place=["00046"], scope=PUBLIC)
    assert (hidden["state"], hidden["value"], hidden["numerator"]) == ("suppressed", None, None)


def test_coverage_counts_reporters_times_periods_and_the_last_for_stocks(
    store: WarehouseReader,
) -> None:
    assert (one(store, "O01")["expected"], one(store, "O01")["received"]) == (16, 16)
    assert (one(store, "T03")["expected"], one(store, "T03")["received"]) == (4, 4)
    assert (one(store, "K05")["expected"], one(store, "K05")["received"]) == (6, 5)
    assert one(store, "Q01")["value"] == pytest.approx(100 * 21 / 22)


def test_no_return_of_several_is_a_completeness_of_nothing(city: City) -> None:
    city.returns("D-00118", "2022-Q1", a04=7)
    with city.built() as store:
        row = one(store, "Q01", "2022-Q1", place=["Hoàn Kiếm"])
        assert (row["numerator"], row["denominator"], row["value"], row["state"]) == (
            0,
            4,
            0,
            "reported",
        )
        assert one(store, "T03", "2022-Q1", place=["Hoàn Kiếm"])["state"] == "not_reported"


def test_points_before_the_opening_stock_are_not_applicable(store: WarehouseReader) -> None:
    assert one(store, "P01", "2020-Q3")["state"] == "not_applicable"
    assert one(store, "P02", "2020-Y")["state"] == "not_applicable"


def test_a_ratio_stands_on_the_units_that_have_both(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=30, a04=10)
    city.returns("D-00058", "2022-Q1", a31=500)
    with city.built() as store:
        row = one(store, "O04", "2022-Q1")
    assert (row["numerator"], row["denominator"]) == (30, 10)


def test_a_district_manager_sees_the_own_district_and_nothing_protected_of_others(
    store: WarehouseReader,
) -> None:
    scope = Scope("district", frozenset({LONG_BIEN}))
    rows = kpi.values("O02", by=["district"], period="2022-Q4", store=store, scope=scope)
    seen = {
        r["district"]: (r["state"], r["value"])
        for r in rows.to_dicts()
        if r["state"] != "not_applicable"
    }
    assert seen[LONG_BIEN] == ("reported", 20)
    assert {s for d, s in seen.items() if d != LONG_BIEN} == {("suppressed", None)}
    assert one(store, "O02", "2022-Q4", scope=scope)["state"] == "suppressed"
    assert one(store, "T03", "2022-Q4", scope=scope)["value"] == 34


def test_a_correction_replaces_its_reporter_and_period_only_and_the_past_can_be_asked(
    city: City,
) -> None:
    city.returns("D-00046", "2022-Q1", a31=10)
    city.returns("D-00058", "2022-Q1", a31=10)
    city.returns("D-00046", "2022-Q1", a31=14, days_late=20)
    with city.built() as store:
        assert one(store, "O01", "2022-Q1")["value"] == 24
    with kpi.open_store(city.settings, as_of=datetime(2022, 3, 20, tzinfo=UTC)) as past:
        assert one(past, "O01", "2022-Q1")["value"] == 20


def test_late_returns_are_late_and_expected_ones_are_the_denominator(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a04=7, days_late=6)
    city.returns("D-00058", "2022-Q1", a04=7, days_late=7)
    with city.built() as store:
        row = one(store, "Q02", "2022-Q1", place=["00046", "00058", "00067"])
    assert (row["numerator"], row["denominator"]) == (1, 4)


def test_referrals_are_counted_with_the_silent_ones_in_the_denominator(city: City) -> None:
    city.returns("P-00046", "2022-Q4", b20=3)
    city.returns("P-00046", "2023-Q1", b20=3)
    for number in range(1, 5):
        city.referral(number, referral_date="2022-10-01")
    city.referral(
        5, referral_date="2022-10-01", attended_date="2022-10-05", status="completed", client="k1"
    )
    with city.built() as store:
        rate = one(store, "R08", "2022-Q4")
        assert (rate["numerator"], rate["denominator"], rate["value"]) == (1, 5, 20)
        assert one(store, "R01", "2022-Q4")["value"] == 5
        assert one(store, "R02", "2022-Q4")["value"] == 4
        assert one(store, "R11", "2022-Q4")["value"] == 4
        assert one(store, "R12", "2022-Q4")["state"] == "not_applicable"
        by_service = kpi.values("R01", by=["service"], period="2022-Q4", store=store)
        assert {r["service"]: r["value"] for r in by_service.to_dicts()}["RF_HIV"] == 5


def test_a_quarter_is_rated_only_when_the_next_return_has_come(city: City) -> None:
    arrived = {"attended_date": "2022-11-05", "status": "completed", "outcome_date": "2023-03-01"}
    city.returns("P-00046", "2022-Q4", b20=3)
    city.referral(1, referral_date="2022-10-01", **arrived)
    with city.built() as store:
        assert one(store, "R08", "2022-Q4")["state"] == "not_applicable"
    city.returns("P-00046", "2023-Q1", b20=3)
    with city.built() as store:
        # It reached the service after 35 days and was completed after 151.
        rates = {c: one(store, c, "2022-Q4")["numerator"] for c in ("R08", "R08b", "R10", "R13")}
        assert rates == {"R08": 0, "R08b": 1, "R10": 0, "R13": 0}
        assert one(store, "R08", "2022-Y")["denominator"] == 1


def test_feedback_that_came_later_does_not_empty_an_earlier_quarter(city: City) -> None:
    for quarter in ("2022-Q4", "2023-Q1"):
        city.returns("P-00046", quarter, b20=3)
    city.referral(
        1,
        referral_date="2022-10-01",
        period="2023-Q1",
        attended_date="2023-01-20",
        status="attended",
    )
    city.referral(2, referral_date="2022-10-01", attended_date="2022-10-20", status="attended")
    with city.built() as store:
        # On 14 December the first had waited 74 days; seen over both quarters it was answered.
        assert one(store, "R11", "2022-Q4")["value"] == 1
        assert one(store, "R11", "2022-Q4..2023-Q1")["value"] == 0
        assert one(store, "R11", "2022-Q4", place=["00046"])["value"] == 1


def test_only_referrals_are_cut_by_service(store: WarehouseReader) -> None:
    with pytest.raises(Refused) as refused:
        one(store, "T03", by=["service"])
    assert refused.value.code == "not_by_service"


def test_many_figures_come_in_one_frame_and_a_forbidden_one_is_left_out(
    store: WarehouseReader,
) -> None:
    rows = kpi.figures(["T06", "K02", "K05"], period="2022-H2", store=store)
    assert rows["kpi"].to_list() == ["T06", "K05"]


def test_registers_that_never_came_are_not_reported_rather_than_none(tmp_path: Path) -> None:
    city = City(tmp_path)
    city.returns("D-00046", "2022-Q4", a04=7)
    with city.built() as store:
        for code in ("T01", "P01"):
            for place in (None, ["00046"]):
                row = kpi.values(code, period="2022-Q4", place=place, store=store).row(
                    0, named=True
                )
                assert (row["value"], row["received"], row["state"]) == (None, 0, "not_reported")
        assert kpi.values("T03", period="2022-Q4", store=store)["value"].to_list() == [7.0]


def test_models_are_the_clubs_helper_teams_and_points_of_the_registers(city: City) -> None:
    city.returns("D-00046", "2022-Q4", a04=7)
    city.register("D4", "B-00046", club_id="B-00046", commune="00046", status="active")
    city.register(
        "D1",
        "D-00058",
        team_id="D-00058",
        commune="00058",
        status="active",
        helper_model_from="2022-03-01",
    )
    with city.built() as store:
        assert kpi.values("B07", period="2022-Q4", store=store)["value"].to_list() == [4.0]
        assert kpi.values("B07", period="2022-Q4", place=["004"], store=store)[
            "value"
        ].to_list() == [1.0]
