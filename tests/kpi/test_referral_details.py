"""What slips say of referrals: verified results, reasons for ending, receivers, the people."""

import polars as pl
import pytest

from pipelines import kpi
from pipelines.errors import Refused
from pipelines.kpi import WarehouseReader
from pipelines.privacy.scope import CITY, PUBLIC, STEWARD, Scope
from tests.kpi.conftest import City

COUNTS = ("referrals", "followed", "issued", "issued_followed", "attended", "given_up")


@pytest.fixture
def slips(city: City) -> WarehouseReader:
    """Ten referrals of one quarter to two receivers: six completed, three lost, one refused."""
    for quarter in ("2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2"):
        city.returns("P-00046", quarter, b20=3)
    day = {"referral_date": "2022-10-01"}
    arrived = {**day, "attended_date": "2022-10-05", "start_date": "2022-10-08"}
    done = {**arrived, "status": "completed", "outcome": "result_returned", "facility": "GD-HIV"}
    lost = {**day, "status": "lost", "closed_reason": "no_contact", "facility": "CS05"}
    refused = {**day, "status": "refused_provider", "closed_reason": "no_capacity"}
    fates = [*[done] * 6, *[lost] * 3, {**refused, "facility": "CS05"}]
    for number, cells in enumerate(fates, 1):
        group = "nghien;nguy_co" if number == 1 else "nghien"
        city.referral(number, **{**cells, "client": f"k{number}", "client_group": group})
    return city.built()


def counts(rows: pl.DataFrame, *keys: str) -> list[tuple[object, ...]]:
    return rows.select(*keys, *COUNTS).rows()


def test_verified_results_are_counted_beside_all_referrals(slips: WarehouseReader) -> None:
    rows = kpi.slip_details("outcome", period="2022-Q4", store=slips)
    assert counts(rows, "service", "outcome") == [("RF_HIV", "result_returned", 6, 6, 10, 10, 6, 0)]


def test_reasons_stand_by_receiver(slips: WarehouseReader) -> None:
    rows = kpi.slip_details("closed_reason", "service,facility", "2022-Q4", store=slips)
    assert counts(rows, "service", "facility", "closed_reason") == [
        ("RF_HIV", "CS05", "no_contact", 3, 3, 4, 4, 0, 3),
        ("RF_HIV", "CS05", "no_capacity", 1, 1, 4, 4, 0, 0),
    ]


def test_waiting_is_given_from_five_arrivals_on(slips: WarehouseReader) -> None:
    rows = kpi.slip_details("facility", "", "2022-Q4", store=slips)
    assert rows.select("facility", "attended", "median", "p90").rows() == [
        ("GD-HIV", 6, 4.0, 4.0),
        ("CS05", 0, None, None),
    ]


def test_a_client_of_two_groups_counts_in_both(slips: WarehouseReader) -> None:
    rows = kpi.slip_details("client_group", "", "2022-Q4", store=slips, scope=STEWARD)
    assert counts(rows, "client_group") == [
        ("nghien", 10, 10, 10, 10, 6, 3),
        ("nguy_co", 1, 1, 10, 10, 1, 0),
    ]


@pytest.mark.parametrize(
    ("detail", "scope", "code"),
    [
        ("outcome", PUBLIC, "out_of_scope"),
        ("age_band", CITY, "out_of_scope"),
        ("slip", STEWARD, "unknown_split"),
    ],
)
def test_details_are_refused(slips: WarehouseReader, detail: str, scope: Scope, code: str) -> None:
    with pytest.raises(Refused) as refused:
        kpi.slip_details(detail, "", "2022-Q4", store=slips, scope=scope)
    assert refused.value.code == code


def test_the_part_a_manager_may_count_is_never_given_as_the_whole(slips: WarehouseReader) -> None:
    own, other = (Scope("district", frozenset({code})) for code in ("002", "004"))
    assert kpi.slip_details("outcome", "", "2022-Q4", store=slips, scope=own).is_empty()
    assert kpi.slip_details("outcome", "", "2022-Q4", ["002"], store=slips, scope=own).height == 1
    assert kpi.slip_details("outcome", "", "2022-Q4", ["002"], store=slips, scope=other).is_empty()
