"""What a steward decides is a row of the ledger and a line of the audit trail, with who and why."""

from pathlib import Path

import pytest

from pipelines.errors import PeriodError, Refused
from pipelines.intake.ingest.steward_actions import (
    approve_returns,
    close_period,
    forget_point_key,
    withdraw_return,
)
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.ledger import Ledger
from pipelines.store.state_db import StateDatabase
from tests.intake.ingest.sample_files import POINT, file, newest, send, settings, team
from tests.intake.validation.sample_returns import filled


def test_a_year_is_closed_quarter_by_quarter_and_once(tmp_path: Path) -> None:
    assert close_period(settings(tmp_path), "2022-Q3", "lan", "reported") == ["2022-Q3"]
    assert close_period(settings(tmp_path), "2022-Y", "lan", "reported") == [
        "2022-Q1",
        "2022-Q2",
        "2022-Q4",
    ]
    with pytest.raises(Refused):
        close_period(settings(tmp_path), "2022-H1", "lan", "again")


def test_who_and_why_stand_in_the_ledger_and_a_pseudonym_in_the_trail(tmp_path: Path) -> None:
    close_period(settings(tmp_path), "2022-Q3", "lan", "reported to the city")
    row = Ledger(tmp_path).frame("decisions").row(0, named=True)
    assert (row["kind"], row["period"], row["by"], row["reason"]) == (
        "close",
        "2022-Q3",
        "lan",
        "reported to the city",
    )
    event = StateDatabase(tmp_path).list_events()[0]
    assert (event.what, event.objects) == ("close", ("2022-Q3",))


def test_only_the_receipt_named_is_approved(tmp_path: Path) -> None:
    close_period(settings(tmp_path), "2022-Y", "lan", "reported")
    first, second = send(tmp_path, team(), team("2022-Q4"))
    assert approve_returns(settings(tmp_path), "lan", "checked", submission=second.submission) == [
        second.submission
    ]
    assert (newest(tmp_path, "a20"), newest(tmp_path, "a20", "2022-Q4")) == (None, (30, False))
    assert Ledger(tmp_path).values_waiting()["submission"].unique().to_list() == [first.submission]


def test_form_c_waits_and_is_approved_with_its_return(tmp_path: Path) -> None:
    close_period(settings(tmp_path), "2022-Q3", "lan", "reported")
    send(tmp_path, file(filled("B")))
    assert Ledger(tmp_path).newest_records("C").is_empty()
    approve_returns(settings(tmp_path), "lan", "checked", period="2022-Q3")
    assert not Ledger(tmp_path).newest_records("C").is_empty()


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (lambda s: approve_returns(s, "lan", "x", period="2022-Q3"), Refused),
        (lambda s: approve_returns(s, "lan", "x", submission="000000000000"), Refused),
        (lambda s: withdraw_return(s, "000000000000", "lan", "x"), Refused),
        (lambda s: close_period(s, "2022-Q5", "lan", "x"), PeriodError),
    ],
)
def test_a_decision_about_nothing_is_refused_and_leaves_no_trace(
    tmp_path: Path, attempt: object, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        attempt(settings(tmp_path))
    assert Ledger(tmp_path).head() == 0


def test_forgetting_a_point_destroys_its_key_and_says_so_once(tmp_path: Path) -> None:
    send(tmp_path, file(filled("B")))
    before = PseudonymKeys(tmp_path / "keys").pseudonym(POINT, "KH-0001")
    assert (
        forget_point_key(settings(tmp_path), POINT, "lan"),
        forget_point_key(settings(tmp_path), POINT, "lan"),
    ) == (
        True,
        False,
    )
    assert PseudonymKeys(tmp_path / "keys").pseudonym(POINT, "KH-0001") != before
    assert [event.what for event in StateDatabase(tmp_path).list_events()] == ["forget"]
