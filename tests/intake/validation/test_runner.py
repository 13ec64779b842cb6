"""Notes settle warnings, errors block their cells, totals are compared, the past is tested."""

import time
from dataclasses import replace

from pipelines.intake.issues import make_issue, merge_equal_issues
from pipelines.intake.model import FieldValue, FieldValues, StatedTotal
from pipelines.intake.validation import (
    RULES,
    PriorValues,
    RegisterSnapshot,
    backtest_rules,
    block_entries,
    find_blocked,
    validate_return,
)
from pipelines.intake.validation.context import ReportColumns, ReportContext
from pipelines.intake.validation.prior_values import parse_quarter
from tests.intake.validation.sample_returns import (
    GOOD_A,
    SETTINGS,
    TODAY,
    codes,
    filled,
    judged,
    past,
)


def test_a_warning_answered_in_the_note_column_is_settled_and_an_error_is_not() -> None:
    found = {
        i.code: i.severity
        for i in judged(filled("A", a04=11, a01=10, a07=8, a11=5, a34=61, note="mới kiện toàn"))
    }
    assert found == {"rule-A05w": "info", "rule-A07": "error"}


def blocked_fields(**changes: int) -> set[str]:
    ret = filled("A", **changes)
    entries = block_entries(ret.entries, find_blocked(judged(ret)))
    return {entry.field for entry in entries if entry.state == "blocked"}


def test_a_wrong_part_is_blocked_and_its_whole_is_not() -> None:
    assert blocked_fields(a08=99) == {"a08"}
    assert blocked_fields(a34=300) == {"a34"}


def test_a_sum_that_does_not_add_up_blocks_every_number_of_it() -> None:
    assert blocked_fields(a02=3) == {"a01", "a02", "a03", "a04"}
    assert blocked_fields(a32=3) == {"a31", "a32", "a33"}


def test_two_rules_against_a_whole_prove_it_wrong() -> None:
    # Ten women and the offices speak against a closing number of one.
    assert "a04" in blocked_fields(a04=1)


def test_a_whole_that_comes_alone_is_blocked() -> None:
    history = past("D-00646", ["2022-Q3"], **GOOD_A)
    ret = filled("A", kind="tidy", only=("a31",), a31=1)
    entries = block_entries(ret.entries, find_blocked(judged(ret, history)))
    assert [entry.state for entry in entries] == ["blocked"]


def test_a_blocked_or_unread_cell_is_a_missing_value_for_the_rules() -> None:
    ret = filled("A", a02=3)
    unread = [replace(e, state="unread") if e.field == "a01" else e for e in ret.entries]
    assert "rule-A01" not in codes(replace(ret, entries=FieldValues.from_entries(unread)))


def test_a_tidy_correction_is_judged_with_what_was_accepted_before() -> None:
    history = past("D-00646", ["2022-Q3"], **GOOD_A)
    ret = filled("A", kind="tidy", only=("a31",), a31=70)
    (found,) = [i for i in judged(ret, history) if i.code == "rule-A06"]
    assert (found.cells, found.values["a32"]) == (("a31",), 40)
    assert judged(filled("A", kind="tidy", only=("a31",), a31=60), history) == []


def test_a_total_row_that_does_not_add_up_is_said_once() -> None:
    ret = filled("A")
    wrong = StatedTotal("020", "2022-Q3", "a31", 61, "61", "Mẫu A", "K20")
    right = StatedTotal("020", "2022-Q3", "a32", 40, "40", "Mẫu A", "L20")
    (found,) = judged(replace(ret, claims=[wrong, right]))
    assert (found.code, found.cell, found.values) == ("C001", "K20", {"a": 61, "b": 60})
    assert (
        found.build_message("en")
        == "Contacts with assigned people: the total says 61, the lines add up to 60."
        " Check the lines and the total."
    )
    assert judged(replace(ret, kind="district", claims=[wrong])) == []


def test_the_same_issue_in_many_cells_is_one_with_a_list() -> None:
    many = [make_issue("V024", "Mẫu A", cell, "-") for cell in ("E7", "E8", "E9")]
    (one,) = merge_equal_issues(many)
    assert one.cells == ("E7", "E8", "E9")
    assert one.build_message("vi") == 'Ô E7, E8, E9 ghi "-": nếu không có, hãy ghi 0.'


def test_the_kind_of_personal_data_is_said_in_the_readers_language() -> None:
    found = make_issue("P001", "Mẫu C", "D4", kind="phone")
    assert "số điện thoại ở ô D4" in found.build_message("vi")
    assert "a phone number in cell D4" in found.build_message("en")


def test_a_rehearsal_names_the_past_returns_a_rule_would_fail() -> None:
    rows = [("D-00646", "2022-Q2", f, v) for f, v in GOOD_A.items()]
    rows += [("D-00037", "2022-Q2", f, 12 if f == "a04" else v) for f, v in GOOD_A.items()]
    failures = list(backtest_rules(["rule-A05w", "rule-B02"], rows, RegisterSnapshot(), SETTINGS))
    assert [(f.code, f.reporter, f.period, f.fields) for f in failures] == [
        ("rule-A05w", "D-00037", "2022-Q2", ("a04",))
    ]


def test_checking_four_times_as_many_teams_costs_about_four_times_as_much() -> None:
    """Each has three years of past: searching it for each team costs sixteen times as much."""
    few, many = (min(seconds_to_check(teams) for _ in range(3)) for teams in (100, 400))
    assert many < 8 * few


def seconds_to_check(count: int) -> float:
    """Return the seconds of computing that one workbook of so many teams takes."""
    periods = [f"{year}-Q{quarter}" for year in (2020, 2021, 2022) for quarter in (1, 2, 3, 4)]
    teams = [f"D-{code:05d}" for code in range(1, count + 1)]
    history = PriorValues.from_rows(
        (t, p, f, v) for t in teams for p in periods for f, v in GOOD_A.items()
    )
    entries = [
        FieldValue(
            team, "2023-Q1", field, str(value), value, None, "accepted", "Mẫu A", f"{field}{row}"
        )
        for row, team in enumerate(teams)
        for field, value in GOOD_A.items()
    ]
    ret = replace(
        filled("A", "2023-Q1"),
        kind="district",
        unit="HN",
        entries=FieldValues.from_entries(entries),
    )
    started = time.process_time()
    validate_return(ret, history, RegisterSnapshot(), SETTINGS, today=TODAY)
    return time.process_time() - started


def test_a_rule_over_columns_leaves_out_the_report_without_its_value() -> None:
    quarter = parse_quarter("2022-Q3")
    rows: list[dict[str, int | None]] = [{"a51": 1, "a52": 2}, {"a51": 1}, {"a51": 3, "a52": 2}]
    reports = ReportColumns([ReportContext("D-00646", "A", quarter, values) for values in rows])
    failures = list(RULES["rule-A12"].find_violations(reports))
    assert [(at, failure.values) for at, failure in failures] == [(0, {"a51": 1, "a52": 2})]
