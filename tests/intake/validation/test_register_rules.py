"""Rules over register lines: Form C referrals and the Form D registers."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.intake.issues import make_issue
from pipelines.intake.model import FieldValues, Return
from pipelines.intake.validation import PriorValues, RegisteredUnit, RegisterSnapshot
from tests.intake.validation.sample_returns import GOOD_LINE, codes, filled, judged, records

TEAM_LINE = {
    "team_id": "D-00646",
    "commune": "00646",
    "status": "active",
    "valid_from": "2016-03-01",
}
POINT_LINE = {
    "point_id": "P-00646", "commune": "00646", "programme": "M4", "status": "active",
    "decision_date": "2022-07-04",
    "launch_date": "2022-07-10", "valid_from": "2022-07-04", "confidence": "certain",
}  # fmt: skip
LATE = {"decision_date": "2025-07-01", "valid_from": "2025-07-01"}
CLUB_LINE = {"club_id": "B-00646", "commune": "00646", "status": "active", "board_size": "6"}


def referral(**changes: str) -> Return:
    return filled("B", lines=({**GOOD_LINE, **changes},), b60=1, b61=1)


def register(code: str, *lines: dict[str, str]) -> Return:
    return Return(code, 1, "register", "HN", "", records=records(code, "HN", None, lines))


@pytest.mark.parametrize(
    ("code", "changes", "cells"),
    [
        ("rule-C02", {"attended_date": "2022-06-30"}, "referral_date attended_date"),
        ("rule-C02", {"outcome_date": "2022-09-21"}, "outcome_date"),
        ("rule-C02a", {"referral_date": "2022-09-15"}, "referral_date"),
        ("rule-C03", {"outcome_date": ""}, "status outcome_date"),
        ("rule-C03a", {"status": "lost"}, "status"),
        ("rule-C06", {"note": "x" * 201}, "note"),
        ("rule-C06", {"note": "anh Nam hẹn lại"}, "note"),
        ("rule-C08", {"consent": "no"}, "consent"),
        ("rule-C09", {"facility": ""}, "facility"),
        ("rule-C10", {"referral_id": "7"}, "referral_id"),
        ("rule-C11", {"outcome": "first_dose"}, "outcome service"),
        ("V027", {"sex": ""}, "sex"),
    ],
)
def test_a_line_rule_finds_its_mistake(code: str, changes: dict[str, str], cells: str) -> None:
    found = [i for i in judged(referral(**changes)) if i.code == code]
    assert [{cell.partition(":")[0] for cell in i.cells} for i in found] == [set(cells.split())]
    assert "…" not in found[0].build_message("vi") + found[0].build_message("en")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("rule-C02", {"attended_date": "", "start_date": ""}),
        ("rule-C02a", {"referral_date": ""}),
        ("rule-C03", {"status": "cancelled", "outcome_date": ""}),
        ("rule-C03a", {"status": "lost", "closed_reason": "moved"}),
        ("rule-C06", {"note": "đã hẹn lại tuần sau"}),
        ("rule-C09", {"service": "RF_JOB", "facility": "", "outcome": "employed_30"}),
        ("rule-C11", {"outcome": ""}),
    ],
)
def test_a_line_rule_is_silent_where_nothing_is_wrong(code: str, changes: dict[str, str]) -> None:
    assert code not in codes(referral(**changes))


def test_c01_two_open_referrals_of_one_client_within_thirty_days() -> None:
    opened = {
        "status": "issued",
        "attended_date": "",
        "start_date": "",
        "outcome_date": "",
        "outcome": "",
    }
    first = {**GOOD_LINE, **opened}
    second = {**first, "referral_id": "P-00646-2022-2", "referral_date": "2022-07-31"}
    found = [i for i in judged(filled("B", lines=(first, second))) if i.code == "rule-C01"]
    assert [i.values["record"] for i in found] == ["P-00646-2022-2"]
    for changes in ({"referral_date": "2022-08-01"}, {"client": "KH-0002"}, {"service": "RF_LAW"}):
        assert "rule-C01" not in codes(filled("B", lines=(first, {**second, **changes})))


@pytest.mark.parametrize(("day", "broken"), [("2022-06-16", False), ("2022-06-15", True)])
def test_c04_a_referral_without_news_for_ninety_days(day: str, broken: bool) -> None:
    waiting = {"referral_date": day, "status": "pending", "outcome_date": "", "outcome": ""}
    assert ("rule-C04" in codes(referral(**waiting))) == broken


@pytest.mark.parametrize(
    ("before", "broken"), [("lost", True), ("attended", False), ("completed", False)]
)
def test_c05_an_ended_referral_that_changes_asks_why(before: str, broken: bool) -> None:
    history = PriorValues(
        lines={"P-00646": {"P-00646-2022-1": {"status": before, "referral_date": "2022-07-01"}}}
    )
    assert ("rule-C05" in codes(referral(), history)) == broken


@pytest.mark.parametrize(
    ("opened", "broken"), [(date(2022, 7, 1), False), (date(2022, 7, 2), True), (None, False)]
)
def test_c12_no_referral_before_the_point_opened(opened: date | None, broken: bool) -> None:
    known = RegisterSnapshot(units={"P-00646": RegisteredUnit("00646", opened)})
    assert ("rule-C12" in codes(referral(), known=known)) == broken


def test_a_warning_answered_in_the_lines_note_is_settled() -> None:
    waiting = {
        "referral_date": "2022-06-15",
        "status": "pending",
        "outcome_date": "",
        "outcome": "",
    }
    (found,) = [
        i for i in judged(referral(**waiting, note="đang chờ giấy hẹn")) if i.code == "rule-C04"
    ]
    assert found.severity == "info"


@pytest.mark.parametrize(
    ("code", "line"), [("D1", TEAM_LINE), ("D3", POINT_LINE), ("D4", CLUB_LINE)]
)
def test_a_good_register_line_has_no_issue(code: str, line: dict[str, str]) -> None:
    assert judged(register(code, line)) == []


@pytest.mark.parametrize(
    ("code", "register_code", "line"),
    [
        ("rule-D02", "D1", {**TEAM_LINE, "decision_date": "2016-03-02"}),
        ("rule-D03", "D1", {**TEAM_LINE, "team_id": "D-99999", "commune": "99999"}),
        ("rule-D04", "D1", {**TEAM_LINE, **LATE, "authority": "district"}),
        ("rule-D05", "D3", {**POINT_LINE, "launch_date": "2022-07-03"}),
        ("rule-D06", "D4", {**CLUB_LINE, "board_size": "8"}),
        ("rule-D07", "D3", {**POINT_LINE, "valid_to": "2022-07-03"}),
        ("rule-D08", "D3", {**POINT_LINE, "point_id": "P-00647"}),
        ("rule-D09", "D3", {**POINT_LINE, "status": "dissolved"}),
        ("V027", "D3", {**POINT_LINE, "confidence": ""}),
    ],
)
def test_a_register_rule_finds_its_mistake(
    code: str, register_code: str, line: dict[str, str]
) -> None:
    known = RegisterSnapshot(
        is_commune_in_force=lambda commune, day: commune == "00646" and day >= date(2008, 8, 1)
    )
    found = judged(register(register_code, line), known=known)
    assert [i.code for i in found] == [code]
    assert "…" not in found[0].build_message("vi") + found[0].build_message("en")


def test_a_missing_column_the_reader_has_named_is_not_said_again() -> None:
    ret = register("D3", {**POINT_LINE, "confidence": ""})
    said = make_issue("V027", "Mẫu D3", "confidence:P-00646")
    assert judged(replace(ret, issues=[said])) == []


def test_d01_one_active_team_a_commune_at_a_time() -> None:
    second = {**TEAM_LINE, "team_id": "D-00646-2"}
    assert [i.code for i in judged(register("D1", TEAM_LINE, second))] == ["rule-D01"]
    closed = {**TEAM_LINE, "status": "merged", "valid_to": "2022-01-01"}
    assert judged(register("D1", closed, second)) == []


def test_a_register_knows_no_blank_line_of_another_register() -> None:
    assert judged(replace(register("D4", CLUB_LINE), entries=FieldValues())) == []
