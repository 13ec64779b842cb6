"""Open issues, values unlike their past, changes after a close, units on the registers."""

import json
from datetime import date

import pytest

from pipelines import kpi
from pipelines.intake.ingest import steward_actions
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.store.schema import LedgerBatch, to_frame
from tests.kpi.conftest import City

#: Each test starts programs or makes builds.
pytestmark = pytest.mark.slow

QUARTERS = [f"{year}-Q{number}" for year in (2021, 2022) for number in (1, 2, 3, 4)]


def issue(
    city: City, submission: str, reporter: str, period: str, severity: str = "warning"
) -> None:
    values = json.dumps({"a05": 1, "a06": 4})
    row = (1, submission, reporter, period, "rule-A03", severity, "Mẫu", "E5", "4", values, "a06")
    city.ledger.append(LedgerBatch(issues=to_frame("issues", [row])))


def test_an_issue_is_open_until_a_newer_return_comes(city: City) -> None:
    first = city.returns("D-00046", "2022-Q1", a05=1, a06=4)
    issue(city, first, "D-00046", "2022-Q1")
    with city.built() as store:
        row = kpi.issues("2022-Q1", store=store).row(0, named=True)
    assert (row["ward"], row["code"], row["cell"], row["file"]) == (
        "00046",
        "rule-A03",
        "E5",
        "x.xlsx",
    )
    city.returns("D-00046", "2022-Q1", a05=1, a06=2)
    with city.built() as store:
        assert kpi.issues("2022-Q1", store=store).is_empty()


def test_what_was_explained_or_withdrawn_is_not_open(city: City) -> None:
    issue(city, city.returns("D-00046", "2022-Q1", a06=4), "D-00046", "2022-Q1", "info")
    gone = city.returns("D-00058", "2022-Q1", a06=4)
    issue(city, gone, "D-00058", "2022-Q1")
    steward_actions.withdraw_return(city.settings, gone, "steward", "sent by mistake")
    with city.built() as store:
        assert kpi.issues("2022-Q1", store=store).is_empty()


@pytest.mark.parametrize(
    ("scope", "rows"), [(CITY, 1), (PUBLIC, 0), (Scope("district", frozenset({"004"})), 0)]
)
def test_issues_quote_cells_so_only_those_who_see_the_place_see_them(
    city: City, scope: Scope, rows: int
) -> None:
    issue(city, city.returns("D-00046", "2022-Q1", a06=4), "D-00046", "2022-Q1")
    with city.built() as store:
        assert kpi.issues("2022-Q1", store=store, scope=scope).height == rows


def test_a_value_unlike_its_past_stands_beside_it(city: City) -> None:
    for quarter, contacts in zip(QUARTERS, [40, 42, 39, 41, 40, 43, 38, 400], strict=True):
        city.returns("D-00046", quarter, a31=contacts)
        city.returns("D-00058", quarter, a31=30)
    with city.built() as store:
        found = kpi.outliers("2022-Q4", store=store)
        assert kpi.outliers("2022-Q3", store=store).is_empty()
    row = found.row(0, named=True)
    assert (found.height, row["ward"], row["measure"], row["value"]) == (1, "00046", "a31", 400)
    assert (row["before"], row["last_year"]) == ([40, 42, 39, 41, 40, 43, 38], 41)


def test_chance_alone_gives_as_many_outliers_as_each_value_in_turn_would_be(city: City) -> None:
    for quarter, contacts in zip(QUARTERS, [40, 42, 39, 41, 40, 43, 38, 400], strict=True):
        city.returns("D-00046", quarter, a31=contacts)
        city.returns("D-00058", quarter, a31=30)
    with city.built() as store:
        assert kpi.expected_outliers("2022-Q4", store=store) == 1 / 8
        assert kpi.expected_outliers("2022-Q4", ["00058"], store=store) == 0


def test_a_change_after_the_close_waits_until_it_is_approved(city: City) -> None:
    city.returns("D-00046", "2022-Q1", a31=10, a04=7)
    steward_actions.close_period(city.settings, "2022-Q1", "steward", "signed")
    late = city.returns("D-00046", "2022-Q1", a31=12, a04=7)
    with city.built() as store:
        row = kpi.revisions("2022-Y", store=store).row(0, named=True)
    assert (row["field"], row["before"], row["after"], row["approved"]) == ("a31", 10, 12, False)
    steward_actions.approve_returns(city.settings, "steward", "checked", submission=late)
    with city.built() as store:
        assert kpi.revisions("2022-Y", store=store)["approved"].to_list() == [True]


def test_units_are_listed_with_the_days_their_registers_give(city: City) -> None:
    city.returns("D-00046", "2022-Q4", a04=7)
    with city.built() as store:
        found = kpi.units("2022-Q4", ["004"], store=store)
        before = kpi.units("2022-Q2", ["004"], store=store)
    assert found.select("kind", "founded").rows() == [("point", date(2022, 7, 20)), ("team", None)]
    assert before["kind"].to_list() == ["team"]
