"""Rules within one return find their mistake at its cells; a missing value is silent."""

import pytest

from pipelines import catalog
from pipelines.intake.validation import LINE_RULES, RULES
from tests.intake.validation.sample_returns import codes, filled, good, judged

#: Rule, the cells that break it, and where the issue must stand.
BROKEN: list[tuple[str, dict[str, int], str]] = [
    ("rule-A01", {"a02": 3}, "a01 a02 a03 a04"),
    ("rule-A02", {"a07": 4}, "a05 a06 a07 a04"),
    ("rule-A03", {"a05": 2, "a07": 4}, "a05 a06"),
    ("rule-A04", {"a08": 9}, "a08 a04"),
    ("rule-A04a", {"a11": 3}, "a09 a10 a11"),
    ("rule-A05", {"a04": 31}, "a04"),
    ("rule-A05", {"a04": 0}, "a04"),
    ("rule-A05w", {"a04": 11}, "a04"),
    ("rule-A06", {"a33": 21}, "a32 a33 a31"),
    ("rule-A07", {"a34": 61}, "a34 a31"),
    ("rule-A07", {"a34": 0, "a34y": 0}, "a34 a31"),
    ("rule-A09", {"a42": 2}, "a41 a42 a40"),
    ("rule-A11w", {"a48": 20}, "a47 a48"),
    ("rule-A12", {"a52": 3}, "a52 a51"),
    ("rule-A13", {"a15": 10}, "a15"),
    ("rule-A13w", {"a14": 0}, "a14 a15"),
    ("rule-A14", {"a22": 0}, "a22 a23"),
    ("rule-A14w", {"a23": 1001}, "a22 a23"),
    ("rule-A15", {"a13": 4}, "a13"),
    ("rule-A15w", {"a12": 2}, "a12"),
    ("rule-A16", {"a63": 4}, "a61 a62 a63"),
    ("rule-A16", {"a61": 0, "a63": 0}, "a61 a62 a63"),
    ("rule-A17", {"a31": 481, "a32": 461}, "a31"),
    ("rule-A19", {"a34y": 19}, "a34y a34"),
    ("rule-B01", {"b13": 0}, "b10 b11 b12 b13 b14"),
    ("rule-B02", {"b21": 15}, "b21 b22 b20"),
    ("rule-B03", {"b26": 2}, "b23 b24 b25 b26 b27 b20"),
    ("rule-B04", {"b30": 5}, "b30 b31 b32 b33 b34 b20"),
    ("rule-B05", {"b35": 3}, "b35"),
    ("rule-B05", {"b35": 0}, "b35"),
    ("rule-B06", {"b30": 21}, "b30 b31 b32 b33 b34 b20"),
    ("rule-B07", {"b22": 1}, "b22 b11"),
    ("rule-B08", {"b15": 17}, "b21 b15"),
    ("rule-B08a", {"b15": 11}, "b15 b10 b12"),
    ("rule-B09", {"b16": 3}, "b16 b11"),
    ("rule-B09a", {"b17c": 1}, "b17a b17b b17c"),
    ("rule-B09b", {"b18a": 0, "b18b": 0}, "b18a b18b b18c b18d b18e b18f"),
    ("rule-B10", {"b02": 37}, "b02 b01"),
    ("rule-B10w", {"b01": 0}, "b01 b11"),
    ("rule-B13b", {"b61": 3}, "b60 b61"),
    ("rule-B14", {"b51": 2}, "b51 b50"),
    ("rule-B14w", {"b50": 0, "b51": 0}, "b27 b50"),
    ("rule-B16", {"b15y": 7}, "b15y b15"),
]


@pytest.mark.parametrize("form", ["A", "B"])
def test_a_good_return_has_no_issue(form: str) -> None:
    assert judged(filled(form)) == []


@pytest.mark.parametrize(("code", "changes", "cells"), BROKEN)
def test_a_rule_finds_its_mistake_at_its_cells(
    code: str, changes: dict[str, int], cells: str
) -> None:
    found = [i for i in judged(filled(code[5], **changes)) if i.code == code]
    assert [set(i.cells) for i in found] == [set(cells.split())]
    assert found[0].severity == catalog.rules()[code].severity
    assert "…" not in found[0].build_message("vi") + found[0].build_message("en")


@pytest.mark.parametrize(("code", "changes", "cells"), BROKEN)
def test_a_rule_is_silent_when_a_value_it_needs_is_missing(
    code: str, changes: dict[str, int], cells: str
) -> None:
    for missing in RULES[code].needs:
        assert code not in codes(filled(code[5], **{**changes, missing: None}))


@pytest.mark.parametrize(
    ("changes", "broken"),
    [({}, False), ({"b40": 20}, False), ({"b40": 21}, True), ({"b40": 21, "b20": None}, False)],
)
def test_b11_compares_people_helped_with_contacts(changes: dict[str, int], broken: bool) -> None:
    assert ("rule-B11" in codes(filled("B", **changes))) == broken


def test_b11_names_the_line_it_means() -> None:
    (issue,) = [i for i in judged(filled("B", b43=25)) if i.code == "rule-B11"]
    assert (issue.cell, issue.field) == ("b43", "b43")
    assert (
        issue.build_message("en")
        == "People helped to buy insurance (25 people) exceeds the counselling contacts (20)."
    )


def test_a18_asks_about_a_team_that_did_nothing() -> None:
    idle = {
        code: 0
        for code in good("A")
        if code[:2] in ("a1", "a2", "a3", "a4", "a5") and code not in ("a10", "a11")
    }
    assert "rule-A18" in codes(filled("A", **{**idle, "a30": 20}))
    assert "rule-A18" not in codes(filled("A", **{**idle, "a50": 1}))
    assert "rule-A18" not in codes(filled("A", **{**idle, "a50": None}))


def test_in_the_first_quarter_everybody_is_seen_for_the_first_time_this_year() -> None:
    assert "rule-A19" in codes(filled("A", "2022-Q1"))
    assert "rule-A19" not in codes(filled("A", "2022-Q1", a34y=18))


def test_a_blank_required_cell_is_said_once_and_an_optional_one_is_not() -> None:
    found = [(i.code, i.cell) for i in judged(filled("A", a31=None, a09=None))]
    assert found == [("V025", "a31")]


def test_every_rule_of_the_catalogue_has_a_function_and_the_other_way_round() -> None:
    assert {*RULES, *LINE_RULES} == {*catalog.rules(), "V026"}
    assert all(function.__name__ for function in (rule.function for rule in RULES.values()))
