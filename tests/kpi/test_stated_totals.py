"""Totals as officers wrote them, their lines, what is known now, and the likely cause."""

import json
from datetime import UTC, datetime

import pytest

from pipelines import kpi
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.store.schema import LedgerBatch, to_frame
from tests.kpi.conftest import City

RECEIVED = datetime(2022, 3, 18, 3, tzinfo=UTC)
CONTACTS = "Lượt tiếp cận người được phân công"


def total(city: City, name: str, said: int, added: int, unit: str = "002") -> None:
    """A district's workbook whose total row says `said` where its lines add up to `added`."""
    receipt = (
        1,
        "w",
        "f",
        "c",
        "w.xlsx",
        "A",
        1,
        "district",
        unit,
        "2022-Q1",
        RECEIVED,
        "accepted",
        "inbox",
    )
    given = json.dumps({"name": name, "a": said, "b": added})
    row = (1, "w", None, None, "C001", "warning", "A", "F40", str(said), given, None)
    city.ledger.append(
        LedgerBatch(
            submissions=to_frame("submissions", [receipt]), issues=to_frame("issues", [row])
        )
    )


def test_a_total_that_stands_once_a_late_return_came_is_called_late(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=10)
    total(city, CONTACTS, 15, 10)
    city.returns("D-00058", "2022-Q1", days_late=30, a31=5)
    with city.built() as store:
        row = kpi.claims(store=store).row(0, named=True)
    assert (row["unit_name"], row["field"], row["said"], row["added"], row["now"]) == (
        "Quận Hoàn Kiếm",
        "a31",
        15,
        10,
        15.0,
    )
    assert (row["cause"], row["sheet"], row["cell"]) == ("late", "A", "F40")


def test_a_total_nothing_explains_is_another_cut_off(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=10)
    total(city, CONTACTS, 14, 10)
    with city.built() as store:
        assert kpi.claims(store=store)["cause"].to_list() == ["cut_off"]


@pytest.mark.parametrize(
    ("scope", "rows"), [(CITY, 1), (PUBLIC, 0), (Scope("district", frozenset({"004"})), 0)]
)
def test_totals_of_people_are_for_those_who_see_the_district(
    city: City, scope: Scope, rows: int
) -> None:
    city.returns("D-00046", "2022-Q1", a31=10)
    total(city, CONTACTS, 14, 10)
    with city.built() as store:
        assert kpi.claims(store=store, scope=scope).height == rows
