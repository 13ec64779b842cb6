"""Rules across periods: a return beside what was accepted before (docs/domain.md 7.6, 7.8).

Counting noise comes first: a warning that fires on every third return is answered by nobody.
"""

from collections.abc import Iterator
from statistics import median

from pipelines.catalog import fields, units
from pipelines.intake.validation.context import ReportContext
from pipelines.intake.validation.district_shift import FLOW_FIELDS, MIN_EXPECTED, TOLERANCE, is_near
from pipelines.intake.validation.registry import RuleResult, Violation, rule, violation
from pipelines.statistics import modified_z, poisson_tail

#: A count this improbable under the unit's own past is worth a question.
MAX_TAIL_PROBABILITY = 0.001
ROBUST_Z = 3.5
SMALL_MEAN = 10
#: Fewer quarters than this say nothing about what is usual.
MIN_QUARTERS = 4
_COUNTS = {
    form: [c for c in fields() if c[0].upper() == form and c not in ("a01", "b10")] for form in "AB"
}
#: Not money: a loan is given once and is no count. Not twins: people first seen this year fall off after quarter 1.
_TWINS = {f.twin for f in fields().values()}
SERIES_FIELDS = {
    form: [c for c in codes if c not in _TWINS and units()[fields()[c].unit].kind != "money"]
    for form, codes in _COUNTS.items()
}
_COUNTED = {
    form: [c for c in codes if units()[fields()[c].unit].kind != "money"]
    for form, codes in FLOW_FIELDS.items()
}
_OPENINGS = {"A": ("a01", "a04"), "B": ("b10", "b14")}


@rule
def x01_opening_balance(r: ReportContext) -> RuleResult:
    opening, closing = _OPENINGS[r.form]
    now, before = r.values.get(opening), r.previous_value(closing)
    return (
        now is None or before is None or now == before or violation(opening, n=now, previous=before)
    )


@rule
def x03_cumulative_values(r: ReportContext) -> RuleResult:
    """Cumulative typed as period: in quarter k a running total is k times the mean so far, a true value once."""
    k = r.quarter.number
    if k == 1:
        return True
    known = (code for code in FLOW_FIELDS[r.form] if r.previous_value(code) is not None)
    sums = {code: sums[0] for code in known if (sums := r.sum_year_to_date(code))}
    means = {code: (total - _current_value(r, code)) / (k - 1) for code, total in sums.items()}
    comparable = {code: mean for code, mean in means.items() if mean * (k - 1) >= 5}
    alike = [
        c
        for c, mean in comparable.items()
        if max(k - 0.5, k - 1) * mean <= _current_value(r, c) <= (k + 1) * mean
    ]
    return len(alike) < max(3, 0.6 * len(comparable)) or violation(*alike, n=len(alike))


@rule
def x04_copied_return(r: ReportContext) -> RuleResult:
    """Copied: stocks may stand still, so only events and helped people are compared."""
    pairs = {code: r.previous_value(code) for code in FLOW_FIELDS[r.form] if r.values.get(code)}
    compared = [code for code, before in pairs.items() if before is not None]
    equal = [code for code in compared if pairs[code] == r.values[code]]
    if len(compared) < 5 or len(equal) < 0.8 * len(compared):
        return True
    return violation(*equal, share=round(100 * len(equal) / len(compared)))


@rule
def x05_unit_active(r: ReportContext) -> RuleResult:
    unit = r.registers.units.get(r.reporter)
    if not r.registers.has_register(r.reporter) or (
        unit and unit.is_active_between(r.quarter.start, r.quarter.end)
    ):
        return True
    opened, closed = (str(day or "–") for day in (unit and unit.valid_from, unit and unit.valid_to))
    return violation(*r.values, reporter=r.reporter, opened=opened, closed=closed)


@rule
def x07_seasonal_change(r: ReportContext) -> RuleResult:
    """A third off the same quarter of up to three earlier years, and a third beyond anything reported before.

    Money is no count: a loan is given once, and the next one is as large as it is (A11 looks at its size).
    """
    found = [
        Violation((code,), {"n": now, "mean": round(mean)})
        for code in _COUNTED[r.form]
        if (now := r.values.get(code)) is not None
        and (mean := r.expected_value(code)) >= MIN_EXPECTED
        if not is_near(now, mean) and _is_beyond_range(now, list(r.earlier_values(code).values()))
    ]
    said = {finding.fields[0] for finding in _find_outliers(r)} if found else set()
    return [finding for finding in found if finding.fields[0] not in said]


@rule
def x08_unusual_value(r: ReportContext) -> RuleResult:
    return _find_outliers(r)


@rule
def v026_thousands_point(r: ReportContext) -> RuleResult:
    """1.000 typed into an English Excel arrives as 1, and only the past shows it."""
    found = [
        (code, _current_value(r, code), r.previous_value(code))
        for code in _COUNTS[r.form]
        if r.values.get(code)
    ]
    return [
        Violation((c,), {"n": n, "previous": p})
        for c, n, p in found
        if p is not None and _is_thousandth(n, p)
    ]


@rule
def x10_clients_to_date(b11: int, r: ReportContext) -> RuleResult:
    """Clients of Form C are new since the point's first return, or were there when it began."""
    opening = r.earlier_values("b10") or {r.quarter.index: r.values.get("b10") or 0}
    total = b11 + sum(r.earlier_values("b11").values()) + opening[min(opening)]
    kept = {texts.get("client") for texts in r.history.lines.get(r.reporter, {}).values()}
    # NOTE: codes in the ledger are keyed hashes, those in the file are not: the two sets must never be united.
    clients = max(len(kept), len({line.get_text("client") for line in r.lines}))
    return clients <= total or violation(clients=clients, total=total)


@rule
def x14_joint_b93_sessions(r: ReportContext) -> RuleResult:
    team, point = f"D-{r.commune}", f"P-{r.commune}"
    field, other = ("a63", (point, "b51")) if r.form == "A" else ("b51", (team, "a63"))
    mine, theirs = r.values.get(field), r.history.get_value(other[0], r.quarter.code, other[1])
    if mine is None or theirs is None or mine == theirs:
        return True
    return violation(
        field, team=mine if r.form == "A" else theirs, point=theirs if r.form == "A" else mine
    )


@rule
def x15_volunteer_drop(a04: int, r: ReportContext) -> RuleResult:
    before = r.previous_value("a04")
    return not before or a04 >= 0.7 * before or violation(previous=before)


def _find_outliers(r: ReportContext) -> list[Violation]:
    return [
        Violation((code,), {"n": value, "mean": round(median(before))})
        for code, value, before in _series_with_past(r)
        if is_unusual(value, before) and not _is_thousandth(value, before[-1])
    ]


def is_unusual(value: int, earlier: list[int]) -> bool:
    """Is `value` out of the unit's own series? `before` holds at least four earlier values, oldest first."""
    recent = sum(earlier[-4:]) / 4
    if recent < SMALL_MEAN:
        return _is_unusual_small(value, earlier[-4:], recent)
    if len(earlier) < 8 or median(earlier) < SMALL_MEAN:
        return value == 0 or value > 3 * max(earlier)
    if not _is_beyond_range(value, earlier):
        return False
    # A constant series has no spread: any jump beyond a third is unusual there.
    return min(earlier) == max(earlier) or abs(modified_z(earlier, value)) > ROBUST_Z


def _is_unusual_small(value: int, recent: list[int], mean: float) -> bool:
    if value == 0:
        return mean >= 7
    if not any(recent):
        return value >= 5
    return value > mean and poisson_tail(value, mean) < MAX_TAIL_PROBABILITY


def _series_with_past(r: ReportContext) -> Iterator[tuple[str, int, list[int]]]:
    for code in SERIES_FIELDS[r.form]:
        value = r.values.get(code)
        if value is None or len(r.history.get_series(r.reporter, code)) < MIN_QUARTERS:
            continue
        before = list(r.earlier_values(code).values())[-12:]
        if len(before) >= MIN_QUARTERS:
            yield code, value, before


def _is_beyond_range(value: float, earlier: list[int]) -> bool:
    """A third above or below everything seen so far: skewed counts reach far without being wrong."""
    return value > TOLERANCE[1] * max(earlier) or value < TOLERANCE[0] * min(earlier)


def _is_thousandth(value: int, earlier: int) -> bool:
    return value > 0 and earlier >= 1000 and 300 <= earlier / value <= 3000


def _current_value(r: ReportContext, code: str) -> int:
    return r.values.get(code) or 0
