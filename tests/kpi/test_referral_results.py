"""What referrals led to and why they failed, by service, receiver, place, time and person."""

import polars as pl
import pytest

from pipelines import kpi
from pipelines.errors import Refused
from pipelines.kpi import STEWARD, WarehouseReader
from pipelines.privacy.scope import PUBLIC, Scope
from tests.kpi.conftest import City

DAY = {"referral_date": "2022-10-01", "facility": "CS02", "service": "RF_VDR"}


@pytest.fixture
def referred(city: City) -> WarehouseReader:
    """Refer three people to facility 2 (one admitted, two refused), one to work, one elsewhere."""
    for quarter in ("2022-Q4", "2023-Q1"):
        city.returns("P-00046", quarter, b20=3)
    admitted = {"attended_date": "2022-10-05", "start_date": "2022-10-05", "outcome": "admitted"}
    man = {"sex": "nam", "age_band": "30_39", "client_group": "nghien;sau_cai"}
    city.referral(1, **DAY, **admitted, **man, status="completed", outcome_date="2022-10-05")
    city.referral(2, **DAY, status="refused_provider", closed_reason="no_capacity")
    city.referral(3, **DAY, **man, status="lost", closed_reason="no_contact")
    work = {"service": "RF_JOB", "referral_date": "2022-10-01", "outcome": "employed_90"}
    city.referral(4, **work, status="completed", attended_date="2022-10-11")
    city.referral(5, "P-00118", **{**DAY, "facility": "CS05"}, status="issued")
    return city.built()


def test_results_and_reasons_are_counted_by_service(referred: WarehouseReader) -> None:
    rows = kpi.results("service", "2022-Q4", store=referred)
    counted = rows.select(
        "service", "issued", "outcome_admitted", "outcome_employed_90", "reason_no_capacity", "lost"
    )
    assert counted.rows() == [("RF_JOB", 1, 0, 1, 0, 0), ("RF_VDR", 4, 1, 0, 1, 1)]


def test_facilities_have_their_refusals_and_no_median_of_one(referred: WarehouseReader) -> None:
    rows = kpi.results("facility", "2022-Q4", store=referred)
    shown = rows.select("facility", "issued", "attended", "refused", "median")
    assert shown.rows() == [("", 1, 1, 0, None), ("CS02", 3, 1, 1, None), ("CS05", 1, 0, 0, None)]


def test_a_cohort_counts_only_what_was_followed(referred: WarehouseReader) -> None:
    rows = kpi.results("quarter", "2022-Y", store=referred)
    shown = rows.select("quarter", "issued", "followed", "attended_30", "completed_90")
    assert shown.rows() == [("2022-Q4", 5, 4, 2, 2)]


def test_who_drops_out_is_for_stewards(referred: WarehouseReader) -> None:
    rows = kpi.results("client_group", "2022-Q4", store=referred, scope=STEWARD)
    shown = rows.filter(pl.col("client_group") != "").select("client_group", "issued", "lost")
    assert shown.rows() == [("nghien", 2, 1), ("sau_cai", 2, 1)]
    with pytest.raises(Refused) as refused:
        kpi.results("age_band", "2022-Q4", store=referred)
    assert refused.value.code == "no_lines"


def test_results_out_of_scope_are_suppressed(referred: WarehouseReader) -> None:
    hidden = kpi.results("service", "2022-Q4", store=referred, scope=PUBLIC)
    assert hidden.select("service", "issued", "state").rows() == [(None, None, "suppressed")]
    own = Scope("district", frozenset({"004"}))
    rows = kpi.results("district", "2022-Q4", store=referred, scope=own)
    assert rows.filter(pl.col("district") == "004")["issued"].to_list() == [1]
    assert rows.filter(pl.col("district") == "002")["issued"].to_list() == [None]
    city = kpi.results("service", "2022-Q4", store=referred, scope=own)
    assert city.select("service", "issued").rows() == [(None, None)]


def test_results_are_figures_that_their_lines_add_up_to(referred: WarehouseReader) -> None:
    known = {"R14": 2, "R15": 1, "R16": 0, "R17": 1, "R18": 1, "R19": 1, "R20": 1}
    found = kpi.figures(list(known), period="2022-Q4", store=referred)
    assert dict(found.select("kpi", "value").iter_rows()) == known
    for code, value in known.items():
        lines = kpi.passport(code, "2022-Q4", store=referred, scope=STEWARD)
        assert int(lines["value"].sum()) == value, code
