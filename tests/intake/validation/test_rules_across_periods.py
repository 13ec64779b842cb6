"""Rules between periods and reporters: the past decides, and without a past nobody is judged."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.intake.model import FieldValues, Return
from pipelines.intake.validation import PriorValues, RegisteredUnit, RegisterSnapshot
from pipelines.intake.validation.rules_across_periods import is_far, is_unusual
from tests.intake.validation.sample_returns import GOOD_A, codes, filled, good, judged, past

TEAM, POINT = "D-00646", "P-00646"
YEAR = ["2022-Q1", "2022-Q2"]
TWO_YEARS = [f"{year}-Q{quarter}" for year in (2020, 2021) for quarter in (1, 2, 3, 4)] + YEAR
OPEN = RegisterSnapshot(
    units={TEAM: RegisteredUnit("00646"), POINT: RegisteredUnit("00646", date(2022, 7, 4))},
    clubs=(RegisteredUnit("00646"),),
)
FLOWS = {"a20": 30, "a21": 50, "a23": 80, "a24": 6, "a31": 60, "a32": 40, "a33": 20}


@pytest.mark.parametrize(
    ("before", "changes", "broken"), [(7, {}, False), (8, {}, True), (8, {"a01": None}, False)]
)
def test_x01_the_opening_is_the_previous_closing(
    before: int, changes: dict[str, int], broken: bool
) -> None:
    assert (
        "rule-X01" in codes(filled("A", **changes), past(TEAM, ["2022-Q2"], a04=before))
    ) == broken


def test_x01_can_be_explained_in_the_note_column() -> None:
    history = past(TEAM, ["2022-Q2"], a04=8)
    severities = [
        [i.severity for i in judged(filled("A", note=n), history) if i.code == "rule-X01"]
        for n in ("", "…")
    ]
    assert severities == [["error"], ["info"]]


def test_x01_looks_at_clients_too() -> None:
    (issue,) = [
        i for i in judged(filled("B"), past(POINT, ["2022-Q2"], b14=12)) if i.code == "rule-X01"
    ]
    assert (issue.cell, issue.values) == ("b10", {"n": 9, "previous": 12})


def test_x03_running_totals_are_seen() -> None:
    history = past(TEAM, YEAR, **FLOWS)
    totals = {code: value * 3 for code, value in FLOWS.items()}
    assert "rule-X03" in codes(filled("A", **totals), history)
    assert "rule-X03" not in codes(filled("A"), history)
    assert "rule-X03" not in codes(filled("A", **totals), past(TEAM, ["2022-Q2"], **FLOWS))


def test_x03_one_doubled_line_is_no_running_total() -> None:
    assert "rule-X03" not in codes(
        filled("A", "2022-Q2", a20=60, a23=160), past(TEAM, ["2022-Q1"], **FLOWS)
    )


def test_x04_a_copied_return_is_seen_and_standing_stocks_are_not_copies() -> None:
    same = {code: value for code, value in good("A").items() if value is not None}
    assert "rule-X04" in codes(filled("A"), past(TEAM, ["2022-Q2"], **same))
    other = {
        code: value + 1 if code[1] in "1234" and code not in ("a30",) else value
        for code, value in same.items()
    }
    assert "rule-X04" not in codes(filled("A"), past(TEAM, ["2022-Q2"], **other))


@pytest.mark.parametrize(("period", "broken"), [("2022-Q2", True), ("2022-Q3", False)])
def test_x05_no_return_before_the_point_opened(period: str, broken: bool) -> None:
    found = [i for i in judged(filled("B", period, lines=()), known=OPEN) if i.code == "rule-X05"]
    assert bool(found) == broken
    assert all(set(i.cells) == set(good("B")) for i in found)


def test_x05_says_nothing_while_the_register_is_not_loaded() -> None:
    assert "rule-X05" not in codes(filled("B", "2020-Q1", lines=()))
    assert "rule-X05" not in codes(
        filled("A"), known=RegisterSnapshot(units={POINT: RegisteredUnit("00646")})
    )


@pytest.mark.parametrize(
    ("value", "broken"), [(60, False), (79, False), (95, True), (10, True), (None, False)]
)
def test_x07_a_third_off_the_same_quarter_of_earlier_years(value: int | None, broken: bool) -> None:
    history = past(TEAM, ["2020-Q3", "2021-Q3"], a20=[55, 65])
    assert ("rule-X07" in codes(filled("A", a20=value), history)) == broken


def test_x07_small_expectations_are_not_compared() -> None:
    assert "rule-X07" not in codes(
        filled("A", a24=60), past(TEAM, ["2020-Q3", "2021-Q3"], a24=[19, 19])
    )


@pytest.mark.parametrize(
    ("value", "before", "expected"),
    [
        (5, [0, 0, 0, 0], True),
        (4, [0, 0, 0, 0], False),
        (10, [2, 1, 3, 2], True),
        (7, [2, 1, 3, 2], False),
        (0, [7, 7, 8, 6], True),
        (0, [3, 2, 1, 4], False),
        (900, [30, 28, 33, 35], True),
        (80, [30, 28, 33, 35], False),
        (81, [31, 34, 38, 39, 33, 36, 35, 32], True),
        (40, [31, 34, 38, 39, 33, 36, 35, 32], False),
        (50, [20] * 8, True),
        (21, [20] * 8, False),
    ],
)
def test_x08_small_counts_by_poisson_and_larger_ones_by_the_robust_z(
    value: int, before: list[int], expected: bool
) -> None:
    assert is_unusual(value, before) is expected


def test_x08_needs_four_earlier_values() -> None:
    spike = {"a51": 40, "a52": 1}
    assert "rule-X08" not in codes(filled("A", **spike), past(TEAM, TWO_YEARS[-3:], a51=1))
    (issue,) = [
        i
        for i in judged(filled("A", **spike), past(TEAM, TWO_YEARS[-4:], a51=1))
        if i.code == "rule-X08"
    ]
    assert issue.build_message(
        "en"
    ) == "Tips received or passed on: 40 is unusual compared with the unit's earlier " + (
        "periods (usually about 1)."
    )


@pytest.mark.parametrize(
    ("value", "before", "shift", "expected"),
    [
        (300, [20, 30, 25, 28], 1.0, True),
        (100, [20, 30, 25, 28], 1.0, False),
        (101, [20, 30, 25, 28], 1.0, True),
        (0, [20, 30, 25, 28], 1.0, True),
        (3, [20, 30, 25, 28], 1.0, True),
        (4, [20, 30, 25, 28], 1.0, False),
        (0, [20, 30, 25, 28], 0.2, False),
        (300, [20, 30, 25, 28], 4.0, False),
        (10, [0, 0, 0, 0], 1.0, False),
        (11, [0, 0, 0, 0], 1.0, True),
    ],
)
def test_a_value_is_asked_about_three_times_beyond_everything_so_far(
    value: int, before: list[int], shift: float, expected: bool
) -> None:
    assert is_far(value, before, shift, factor=3, margin=5) is expected


@pytest.mark.parametrize(("value", "severity"), [(5, "info"), (40, "warning")])
def test_what_chance_explains_is_information_and_the_rest_a_warning(
    value: int, severity: str
) -> None:
    found = judged(filled("A", a51=value, a52=1), past(TEAM, TWO_YEARS[-4:], a51=0))
    assert [i.severity for i in found if (i.code, i.field) == ("rule-X08", "a51")] == [severity]


@pytest.mark.parametrize(
    ("field", "before"),
    [("a48", [0, 0, 30_000_000, 0]), ("a34y", [18, 0, 0, 0])],
    ids=["money", "first seen this year"],
)
def test_x08_asks_nothing_of_what_comes_once(field: str, before: list[int]) -> None:
    found = judged(filled("A", **{field: 0}), past(TEAM, TWO_YEARS[-4:], **{field: before}))
    assert field not in [i.field for i in found if i.code == "rule-X08"]


@pytest.mark.parametrize(
    ("value", "broken"), [(1, True), (2, True), (900, False), (None, False), (0, False)]
)
def test_v026_one_thousandth_of_the_previous_period(value: int | None, broken: bool) -> None:
    history = past(TEAM, TWO_YEARS, a21=1200)
    found = codes(filled("A", a21=value), history)
    assert ("V026" in found) == broken
    assert not (broken and "rule-X08" in found)


def test_x10_form_c_cannot_hold_more_clients_than_ever_came() -> None:
    assert "rule-X10" not in codes(filled("B"))
    assert "rule-X10" in codes(filled("B", b10=0, b11=0))
    assert "rule-X10" not in codes(filled("B", b10=0, b11=0), past(POINT, ["2022-Q2"], b11=1))


@pytest.mark.parametrize(("theirs", "broken"), [(1, False), (2, True)])
def test_x14_team_and_point_agree_on_joint_sessions(theirs: int, broken: bool) -> None:
    assert ("rule-X14" in codes(filled("A"), past(POINT, ["2022-Q3"], b51=theirs))) == broken
    assert ("rule-X14" in codes(filled("B"), past(TEAM, ["2022-Q3"], a63=theirs))) == broken
    assert "rule-X14" not in codes(filled("A", a63=None), past(POINT, ["2022-Q3"], b51=theirs))


@pytest.mark.parametrize(("before", "broken"), [(11, False), (12, True)])
def test_x15_volunteers_fall_by_more_than_a_third(before: int, broken: bool) -> None:
    assert ("rule-X15" in codes(filled("A"), past(TEAM, ["2022-Q2"], a04=before))) == broken


@pytest.mark.parametrize(("limit", "broken"), [(0, False), (-3, True)])
def test_a08_people_reached_against_assigned(limit: int, broken: bool) -> None:
    history = past(TEAM, ["2022-Q2"], a30=10)
    assert ("rule-A08" in codes(filled("A", a34=30 - limit, a34y=0), history)) == broken
    assert "rule-A08" not in codes(filled("A", a34=30 - limit, a34y=0))


def test_a10_a_job_may_come_a_quarter_after_the_proposal() -> None:
    later = {"a43": 0, "a44": 0, "a45": 0, "a46": 2}
    earlier = past(TEAM, YEAR, a43=[3, 0], a44=[1, 0], a45=[2, 0], a46=[0, 0])
    assert "rule-A10" not in codes(filled("A", **later), earlier)
    assert "rule-A10" in codes(filled("A", **{**later, "a46": 4}), earlier)
    assert "rule-A10" not in codes(filled("A", **{**later, "a46": 4}))


@pytest.mark.parametrize(("form", "people", "money"), [("A", "a47", "a48"), ("B", "b48", "b49")])
def test_a11_b12_a_second_payment_needs_no_new_borrower(form: str, people: str, money: str) -> None:
    code, reporter = {"A": ("rule-A11", TEAM), "B": ("rule-B12", POINT)}[form]
    second = filled(form, **{people: 0, money: 5_000_000})
    assert code not in codes(
        second, past(reporter, YEAR, **{people: [1, 0], money: [9_000_000, 0]})
    )
    assert code in codes(second, past(reporter, YEAR, **{people: 0, money: 0}))
    assert code in codes(filled(form, "2022-Q1", **{people: 0}))


def test_b12_the_year_of_a_new_point_begins_when_it_opens() -> None:
    assert "rule-B12" in codes(filled("B", b48=0), known=OPEN)


def test_a16_without_a_club_on_the_register_the_b93_lines_stay_empty() -> None:
    elsewhere = RegisterSnapshot(clubs=(RegisteredUnit("00037"),))
    assert "rule-A16a" in codes(filled("A"), known=elsewhere)
    assert "rule-A16a" not in codes(filled("A", a60=0, a61=0, a62=0, a63=0), known=elsewhere)
    assert "rule-A16a" not in codes(filled("A"), known=OPEN)


@pytest.mark.parametrize(("changes", "code"), [({"b60": 3}, "rule-B13"), ({"b61": 2}, "rule-B13a")])
def test_b13_referrals_agree_with_form_c(changes: dict[str, int], code: str) -> None:
    assert code in codes(filled("B", **changes))
    assert code not in codes(filled("B", **dict.fromkeys(changes)))
    assert code not in codes(filled("B", kind="tidy", lines=(), **changes))


def test_b13_without_a_line_means_no_referral() -> None:
    assert "rule-B13" in codes(filled("B", lines=()))
    assert "rule-B13" not in codes(filled("B", lines=(), b60=0, b61=0))


def test_a_history_without_values_says_nothing() -> None:
    assert judged(filled("A"), PriorValues()) == []


def district(*counts: int, note: str = "") -> Return:
    """A district's workbook with these contacts of its communes in a quarter of lockdown."""
    returns = [filled("A", "2021-Q3", a31=n, a32=n, a33=0, note=note) for n in counts]
    entries = [
        replace(e, reporter=f"D-{90000 + at}", cell=f"{e.field}{at}")
        for at, r in enumerate(returns)
        for e in r.entries
    ]
    return replace(
        filled("A", "2021-Q3"),
        kind="district",
        unit="020",
        entries=FieldValues.from_entries(entries),
    )


def before_the_lockdown(communes: int) -> PriorValues:
    """Each commune reported the same a year before."""
    rows = [
        (f"D-{90000 + at}", "2020-Q3", code, n)
        for at in range(communes)
        for code, n in good("A").items()
    ]
    return PriorValues.from_rows(rows)


def test_x07_a_commune_is_compared_with_what_its_district_makes_likely() -> None:
    asked = {
        i.reporter
        for i in judged(district(30, 31, 33, 29, 32, 95), before_the_lockdown(6))
        if i.code == "rule-X07"
    }
    assert asked == {"D-90005"}


def test_x07_money_is_no_count() -> None:
    history = past(TEAM, ["2020-Q3", "2021-Q3"], a48=[20_000_000, 20_000_000])
    assert "rule-X07" not in codes(filled("A", a48=90_000_000), history)


def test_a_district_that_moved_as_a_whole_is_asked_once() -> None:
    everything = {code: 3 * n for code, n in GOOD_A.items() if n}
    ret = district(*[60] * 6)
    tripled = [replace(e, value=everything.get(e.field, 0)) for e in ret.entries]
    (issue,) = [
        i
        for i in judged(
            replace(ret, entries=FieldValues.from_entries(tripled)), before_the_lockdown(6)
        )
        if i.code == "C007"
    ]
    assert (issue.severity, issue.cell) == ("warning", f"{issue.field}0")
    told = [replace(e, note="Giãn cách xã hội" if e.reporter == "D-90003" else "") for e in tripled]
    assert {
        i.severity
        for i in judged(
            replace(ret, entries=FieldValues.from_entries(told)), before_the_lockdown(6)
        )
        if i.code == "C007"
    } == {"info"}


def test_few_figures_of_a_district_that_moved_ask_nothing_of_the_district() -> None:
    assert "C007" not in codes(district(*[20] * 6), before_the_lockdown(6))
