"""A day is the office's day, whatever zone the machine is in and whatever hour it is."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest

from pipelines.cli import common
from pipelines.intake.ingest.receive import Receiver
from pipelines.intake.ingest.result import IngestResult
from pipelines.present.panels.submissions import describe_effect
from pipelines.present.panels.user_table import audit_table
from pipelines.settings import Settings
from pipelines.store.audit_trail import AuditEvent
from pipelines.warehouse.connect import connect_read_only, run_query
from tests.intake.ingest.sample_files import File, file, settings, team
from tests.intake.validation.test_register_rules import referral

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MACHINES = ("UTC", "America/New_York", "Asia/Tokyo")
HOURS = ("00:30", "06:59", "12:00", "23:59")


@pytest.fixture(params=MACHINES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def at(hour: str) -> datetime:
    """An hour of 20 September 2022 in Hanoi, as the receiving machine writes it down."""
    return datetime.fromisoformat(f"2022-09-20T{hour}:00+07:00").astimezone(UTC)


def send(chosen: Settings, hour: str, sent: File) -> IngestResult:
    (result,) = Receiver(chosen, received_at=at(hour)).receive([sent])
    return result


def slip(day: str) -> File:
    return file(referral(outcome_date=day))


def codes(result: IngestResult) -> set[str]:
    return {issue.code for issue in result.issues}


@pytest.mark.parametrize("hour", HOURS)
def test_a_slip_dated_today_is_taken_and_one_of_tomorrow_is_not(
    machine: str, hour: str, tmp_path: Path
) -> None:
    chosen = settings(tmp_path)
    assert "rule-C02" not in codes(send(chosen, hour, slip("2022-09-20")))
    assert "rule-C02" in codes(send(chosen, hour, slip("2022-09-21")))


@pytest.mark.parametrize("hour", HOURS)
def test_a_receipt_names_the_offices_day_and_hour(machine: str, hour: str, tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    send(chosen, hour, team())
    repeated = send(chosen, "23:59", team())
    note = next(issue for issue in repeated.issues if issue.code == "C003").build_message("vi")
    assert hour in note and "20/09/2022" in note
    replaced = send(chosen, "23:59", team(a02=9, a04=14))
    effect = describe_effect(replaced, "vi", chosen.zone)
    assert hour in effect and "20/09/2022" in effect


def test_another_office_has_another_day(tmp_path: Path) -> None:
    chosen = replace(settings(tmp_path), timezone="America/New_York")
    assert "rule-C02" in codes(send(chosen, "00:30", slip("2022-09-20")))
    assert chosen.local_time(at("00:30")).date().isoformat() == "2022-09-19"


@pytest.mark.parametrize("hour", HOURS)
def test_the_trail_and_the_command_line_speak_of_the_same_day(machine: str, hour: str) -> None:
    event = AuditEvent(1, at(hour).isoformat(), "abc", "close", ())
    assert audit_table([event], "vi", HANOI).row(0)[0] == f"20/09/2022 {hour}:00"
    assert common.parse_instant(f"2022-09-20T{hour}") == at(hour)


def test_a_moment_read_from_a_build_does_not_depend_on_the_machine(
    machine: str, tmp_path: Path
) -> None:
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table moments as select timestamptz '2022-09-19 17:30:00+00' as moment")
    found = run_query(connect_read_only(path), "select moment from moments")
    assert found["moment"].to_list() == [at("00:30")]
    assert found.schema["moment"] == pl.Datetime("us", "UTC")
