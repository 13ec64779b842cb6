"""Set a return beside what was accepted before: rules across periods (docs/domain.md 7.6, 7.8).

Counting noise comes first: a warning that fires on every third return is answered by nobody.
"""

from collections.abc import Iterator
from itertools import filterfalse
from statistics import median

from pipelines.catalog import fields, rules, units
from pipelines.intake.validation.context import ReportContext
from pipelines.intake.validation.district_shift import (
    FLOW_FIELDS,
    MIN_EXPECTED,
    TOLERANCE,
    is_near,
    list_field_codes,
)
from pipelines.intake.validation.registry import RuleResult, Violation, rule, violation
from pipelines.reference.places import DISTRICTS_END
from pipelines.statistics import modified_z, poisson_tail

#: A count this improbable under the unit's own past is worth a question.
MAX_TAIL_PROBABILITY = 0.001
ROBUST_Z = 3.5
SMALL_MEAN = 10
#: The case of a value that chance explains.
NEAR = "near"
#: Fewer quarters than this say nothing about what is usual.
MIN_QUARTERS = 4


def _is_money(code: str) -> bool:
    return units()[fields()[code].unit].kind == "money"


def _list_counts(form: str) -> list[str]:
    return [code for code in list_field_codes(form) if code not in _OPENING_FIELDS]


_OPENINGS = {"A": ("a01", "a04"), "B": ("b10", "b14")}
_OPENING_FIELDS = {opening for opening, _ in _OPENINGS.values()}
#: Fields whose twin counts the same people in the year: first seen this year, they fall off after
#: quarter 1.
_TWINS = {f.twin for f in fields().values()}
#: By form: what may be typed with a thousands point.
_COUNTS = {form: _list_counts(form) for form in _OPENINGS}
#: By form: what has a series of its own. Not money: a loan is given once and is no count.
SERIES_FIELDS = {
    form: [c for c in codes if c not in _TWINS and not _is_money(c)]
    for form, codes in _COUNTS.items()
}
#: By form: what happens or is helped in a quarter, less money.
_SEASONAL = {form: list(filterfalse(_is_money, codes)) for form, codes in FLOW_FIELDS.items()}


@rule
def x01_opening_balance(r: ReportContext) -> RuleResult:
    opening, closing = _OPENINGS[r.form]
    now = r.values.get(opening)
    before = r.previous_value(closing)
    if now is None or before is None:
        return True
    return now == before or violation(opening, n=now, previous=before)


@rule
def x03_cumulative_values(r: ReportContext) -> RuleResult:
    """Fail when totals since the year's start were typed where values of the quarter belong.

    In quarter k a running total is k times the mean so far, a true value once.
    """
    k = r.quarter.number
    if k == 1 or not r.previous_values:
        return True
    means = _means_so_far(r)
    low, high = max(k - 0.5, k - 1), k + 1
    alike = [c for c, mean in means.items() if low * mean <= _current_value(r, c) <= high * mean]
    if len(alike) < max(3, 0.6 * len(means)):
        return True
    return violation(*alike, n=len(alike))


def _means_so_far(r: ReportContext) -> dict[str, float]:
    """Map each field to its mean in the year's earlier quarters, where they sum to 5 or more."""
    quarters = r.quarter.number - 1
    means: dict[str, float] = {}
    for code in FLOW_FIELDS[r.form]:
        if r.values.get(code) is None or code not in r.previous_values:
            continue
        total = r.sum_earlier_in_year(code)
        if total is None:
            continue
        mean = total / quarters
        if mean * quarters >= 5:
            means[code] = mean
    return means


@rule
def x04_copied_return(r: ReportContext) -> RuleResult:
    """Fail when a return repeats the one before.

    Stocks may stand still, so only events and helped people are compared.
    """
    before = r.previous_values
    if not before:
        return True
    filled = [code for code in FLOW_FIELDS[r.form] if r.values.get(code)]
    compared = [code for code in filled if code in before]
    equal = [code for code in compared if before[code] == r.values[code]]
    if len(compared) < 5 or len(equal) < 0.8 * len(compared):
        return True
    return violation(*equal, share=round(100 * len(equal) / len(compared)))


@rule
def x05_unit_active(r: ReportContext) -> RuleResult:
    if not r.registers.has_register(r.reporter):
        return True
    unit = r.registers.units.get(r.reporter)
    if unit is None:
        return _find_unregistered(r)
    if unit.is_active_between(r.quarter.start, r.quarter.end):
        return True
    opened, closed = str(unit.valid_from or "–"), str(unit.valid_to or "–")
    return violation(*r.values, reporter=r.reporter, opened=opened, closed=closed)


def _find_unregistered(r: ReportContext) -> RuleResult:
    """Return what is wrong with the number of a unit that no register names.

    The ward may be new, and its line still to come; or several units sit in it.
    """
    number = r.number or r.reporter
    index = r.registers.index
    values: dict[str, str | int] = {"reporter": number, "opened": "–", "closed": "–"}
    if index is None or r.quarter.end < DISTRICTS_END:
        return [Violation(tuple(r.values), values)]
    bearers = index.list_bearers(number, r.quarter)
    if bearers:
        named = ", ".join(index.choose_number(unit, r.quarter) for unit in bearers)
        return [Violation(tuple(r.values), {**values, "names": named}, "several")]
    case = "new" if r.registers.is_commune_in_force(number[2:7], r.quarter.end) else ""
    return [Violation(tuple(r.values), values, case)]


@rule
def x07_seasonal_change(r: ReportContext) -> RuleResult:
    """Fail at a value that is a third off its season and a third beyond anything reported before.

    The season is the same quarter of up to three earlier years. Money is no count: a loan is given
    once, and the next one is as large as it is (A11 looks at its size).
    """
    violations = list(_find_unseasonal(r))
    if not violations:
        return []
    outliers = {outlier.fields for outlier in _find_outliers(r)}
    return [failure for failure in violations if failure.fields not in outliers]


def _find_unseasonal(r: ReportContext) -> Iterator[Violation]:
    means = r.same_quarter_means
    for code in filter(means.__contains__, _SEASONAL[r.form]):
        now, mean = r.values.get(code), r.expected_value(code)
        if now is None or mean < MIN_EXPECTED or is_near(now, mean):
            continue
        before = list(r.earlier_values(code).values())
        if _is_beyond_range(now, before):
            case = _choose_case("rule-X07", r, code, before)
            yield Violation((code,), {"n": now, "mean": round(mean)}, case)


@rule
def x08_unusual_value(r: ReportContext) -> RuleResult:
    return _find_outliers(r)


@rule
def v026_thousands_point(r: ReportContext) -> RuleResult:
    """Fail at a value that is a thousandth of the one before.

    1.000 typed into an English Excel arrives as 1, and only the past shows it.
    """
    violations: list[Violation] = []
    thousands = {code for code, before in r.previous_values.items() if before >= 1000}
    for code in filter(thousands.__contains__, _COUNTS[r.form]):
        now, before = r.values.get(code), r.previous_values[code]
        if now and _is_thousandth(now, before):
            violations.append(Violation((code,), {"n": now, "previous": before}))
    return violations


@rule
def x10_clients_to_date(b11: int, r: ReportContext) -> RuleResult:
    """Hold the clients of form C to those new since the first return or there when it began."""
    opening = r.earlier_values("b10") or {r.quarter.index: r.values.get("b10") or 0}
    total = b11 + sum(r.earlier_values("b11").values()) + opening[min(opening)]
    clients = _count_clients(r)
    return clients <= total or violation(clients=clients, total=total)


def _count_clients(r: ReportContext) -> int:
    """Count the clients of form C, in the ledger or in this file, whichever are more.

    NOTE: codes in the ledger are keyed hashes, those in the file are not: the two sets must never
    be united.
    """
    earlier_lines = r.history.lines.get(r.reporter, {}).values()
    earlier_clients = {texts.get("client") for texts in earlier_lines}
    clients_now = {line.get_text("client") for line in r.lines}
    return max(len(earlier_clients), len(clients_now))


@rule
def x14_joint_b93_sessions(r: ReportContext) -> RuleResult:
    """Compare the sessions a team and the point of its commune say they held together."""
    if r.form == "A":
        field = "a63"
        team = r.values.get("a63")
        point = r.history.get_value(f"P-{r.commune}", r.quarter.code, "b51")
    else:
        field = "b51"
        team = r.history.get_value(f"D-{r.commune}", r.quarter.code, "a63")
        point = r.values.get("b51")
    if team is None or point is None:
        return True
    return team == point or violation(field, team=team, point=point)


@rule
def x15_volunteer_drop(a04: int, r: ReportContext) -> RuleResult:
    before = r.previous_value("a04")
    return not before or a04 >= 0.7 * before or violation(previous=before)


def _find_outliers(r: ReportContext) -> list[Violation]:
    violations: list[Violation] = []
    for code, value, before in _series_with_past(r):
        if is_unusual(value, before) and not _is_thousandth(value, before[-1]):
            mean = round(median(before))
            case = _choose_case("rule-X08", r, code, before)
            violations.append(Violation((code,), {"n": value, "mean": mean}, case))
    return violations


def _choose_case(rule_code: str, r: ReportContext, code: str, before: list[int]) -> str:
    """Choose whether a value is asked about, or only mentioned because chance explains it."""
    shift = r.district_shift.get(code, 1.0)
    thresholds = rules()[rule_code].thresholds
    is_asked = len(before) >= MIN_QUARTERS and is_far(
        _current_value(r, code), before[-12:], shift, thresholds["factor"], thresholds["margin"]
    )
    return "" if is_asked else NEAR


def is_far(value: int, earlier: list[int], shift: float, factor: float, margin: float) -> bool:
    """Is the value `factor` times beyond everything so far, with `margin` counted on both sides?

    `shift` says how the whole district moved; a value near what it or no move makes likely is not
    far.
    """
    highest = max(earlier) * max(shift, 1.0) + margin
    lowest = min(earlier) * min(shift, 1.0) + margin
    return value + margin > factor * highest or lowest > factor * (value + margin)


def is_unusual(value: int, earlier: list[int]) -> bool:
    """Is `value` out of the unit's own series?

    `earlier` holds at least four earlier values, oldest first.
    """
    recent_mean = sum(earlier[-4:]) / 4
    if recent_mean < SMALL_MEAN:
        return _is_unusual_small(value, earlier[-4:], recent_mean)
    if value and not _is_beyond_range(value, earlier):
        return False
    if len(earlier) < 8 or median(earlier) < SMALL_MEAN:
        return value == 0 or value > 3 * max(earlier)
    return _is_unusual_large(value, earlier)


def _is_unusual_large(value: int, earlier: list[int]) -> bool:
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
    if len(r.earlier_reports) < MIN_QUARTERS:
        return
    codes = SERIES_FIELDS[r.form]
    for code, before in zip(codes, r.list_earlier(codes), strict=True):
        value = r.values.get(code)
        if value is not None and len(before) >= MIN_QUARTERS:
            yield code, value, list(before[-12:])


def _is_beyond_range(value: float, earlier: list[int]) -> bool:
    """Is the value a third above or below everything so far?

    Skewed counts reach far without being wrong.
    """
    return value > TOLERANCE[1] * max(earlier) or value < TOLERANCE[0] * min(earlier)


def _is_thousandth(value: int, earlier: int) -> bool:
    return value > 0 and earlier >= 1000 and 300 <= earlier / value <= 3000


def _current_value(r: ReportContext, code: str) -> int:
    return r.values.get(code) or 0
