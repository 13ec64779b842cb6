"""Between periods and reporters: what a return says beside what was accepted before (domain 7.5 and 10.2).

Counting noise comes first: a warning that fires on every third return is answered by nobody.
"""

from collections.abc import Iterator
from statistics import median

from pipelines.catalog import fields, units
from pipelines.intake.check.district import ENOUGH, FLOWS, THIRD, near
from pipelines.intake.check.reading import Reading
from pipelines.intake.check.rule import Finding, Verdict, broken, rule
from pipelines.statistics import modified_z, poisson_tail

#: A count this improbable under the unit's own past is worth a question.
IMPROBABLE = 0.001
ROBUST_Z = 3.5
SMALL = 10
#: Fewer quarters than this say nothing about what is usual.
ENOUGH_QUARTERS = 4
_COUNTS = {form: [c for c in fields() if c[0].upper() == form and c not in ("a01", "b10")] for form in "AB"}
#: Not money: a loan is given once and is no count. Not twins: people first seen this year fall off after quarter 1.
_TWINS = {f.twin for f in fields().values()}
SERIES = {
    form: [c for c in codes if c not in _TWINS and units()[fields()[c].unit].kind != "money"]
    for form, codes in _COUNTS.items()
}
_COUNTED = {form: [c for c in codes if units()[fields()[c].unit].kind != "money"] for form, codes in FLOWS.items()}
_OPENINGS = {"A": ("a01", "a04"), "B": ("b10", "b14")}


@rule
def x01(r: Reading) -> Verdict:
    opening, closing = _OPENINGS[r.form]
    now, before = r.values.get(opening), r.previous(closing)
    return now is None or before is None or now == before or broken(opening, n=now, previous=before)


@rule
def x03(r: Reading) -> Verdict:
    """Cumulative typed as period: in quarter k a running total is k times the mean so far, a true value once."""
    k = r.quarter.number
    if k == 1:
        return True
    known = (code for code in FLOWS[r.form] if r.previous(code) is not None)
    sums = {code: sums[0] for code in known if (sums := r.year_to_date(code))}
    means = {code: (total - _now(r, code)) / (k - 1) for code, total in sums.items()}
    comparable = {code: mean for code, mean in means.items() if mean * (k - 1) >= 5}
    alike = [c for c, mean in comparable.items() if max(k - 0.5, k - 1) * mean <= _now(r, c) <= (k + 1) * mean]
    return len(alike) < max(3, 0.6 * len(comparable)) or broken(*alike, n=len(alike))


@rule
def x04(r: Reading) -> Verdict:
    """Copied: stocks may stand still, so only events and helped people are compared."""
    pairs = {code: r.previous(code) for code in FLOWS[r.form] if r.values.get(code)}
    compared = [code for code, before in pairs.items() if before is not None]
    equal = [code for code in compared if pairs[code] == r.values[code]]
    if len(compared) < 5 or len(equal) < 0.8 * len(compared):
        return True
    return broken(*equal, share=round(100 * len(equal) / len(compared)))


@rule
def x05(r: Reading) -> Verdict:
    unit = r.known.units.get(r.reporter)
    if not r.known.registered(r.reporter) or (unit and unit.in_being(r.quarter.start, r.quarter.end)):
        return True
    opened, closed = (str(day or "–") for day in (unit and unit.valid_from, unit and unit.valid_to))
    return broken(*r.values, reporter=r.reporter, opened=opened, closed=closed)


@rule
def x07(r: Reading) -> Verdict:
    """A third off the same quarter of up to three earlier years, and a third beyond anything reported before.

    Money is no count: a loan is given once, and the next one is as large as it is (A11 looks at its size).
    """
    found = [
        Finding((code,), {"n": now, "mean": round(mean)})
        for code in _COUNTED[r.form]
        if (now := r.values.get(code)) is not None and (mean := r.expected(code)) >= ENOUGH
        if not near(now, mean) and _beyond(now, list(r.before(code).values()))
    ]
    said = {finding.fields[0] for finding in _outliers(r)} if found else set()
    return [finding for finding in found if finding.fields[0] not in said]


@rule
def x08(r: Reading) -> Verdict:
    return _outliers(r)


@rule
def v026(r: Reading) -> Verdict:
    """1.000 typed into an English Excel arrives as 1, and only the past shows it."""
    found = [(code, _now(r, code), r.previous(code)) for code in _COUNTS[r.form] if r.values.get(code)]
    return [Finding((c,), {"n": n, "previous": p}) for c, n, p in found if p is not None and _thousandth(n, p)]


@rule
def x10(b11: int, r: Reading) -> Verdict:
    """Clients of Form C are new since the point's first return, or were there when it began."""
    opening = r.before("b10") or {r.quarter.index: r.values.get("b10") or 0}
    total = b11 + sum(r.before("b11").values()) + opening[min(opening)]
    kept = {texts.get("client") for texts in r.history.lines.get(r.reporter, {}).values()}
    # NOTE: codes in the ledger are keyed hashes, those in the file are not: the two sets must never be united.
    clients = max(len(kept), len({line.text("client") for line in r.lines}))
    return clients <= total or broken(clients=clients, total=total)


@rule
def x14(r: Reading) -> Verdict:
    team, point = f"D-{r.commune}", f"P-{r.commune}"
    field, other = ("a63", (point, "b51")) if r.form == "A" else ("b51", (team, "a63"))
    mine, theirs = r.values.get(field), r.history.value(other[0], r.quarter.code, other[1])
    if mine is None or theirs is None or mine == theirs:
        return True
    return broken(field, team=mine if r.form == "A" else theirs, point=theirs if r.form == "A" else mine)


@rule
def x15(a04: int, r: Reading) -> Verdict:
    before = r.previous("a04")
    return not before or a04 >= 0.7 * before or broken(previous=before)


def _outliers(r: Reading) -> list[Finding]:
    return [
        Finding((code,), {"n": value, "mean": round(median(before))})
        for code, value, before in _with_past(r)
        if unusual(value, before) and not _thousandth(value, before[-1])
    ]


def unusual(value: int, before: list[int]) -> bool:
    """Is `value` out of the unit's own series? `before` holds at least four earlier values, oldest first."""
    recent = sum(before[-4:]) / 4
    if recent < SMALL:
        return _unusual_small(value, before[-4:], recent)
    if len(before) < 8 or median(before) < SMALL:
        return value == 0 or value > 3 * max(before)
    if not _beyond(value, before):
        return False
    # A constant series has no spread: any jump beyond a third is unusual there.
    return min(before) == max(before) or abs(modified_z(before, value)) > ROBUST_Z


def _unusual_small(value: int, recent: list[int], mean: float) -> bool:
    if value == 0:
        return mean >= 7
    if not any(recent):
        return value >= 5
    return value > mean and poisson_tail(value, mean) < IMPROBABLE


def _with_past(r: Reading) -> Iterator[tuple[str, int, list[int]]]:
    for code in SERIES[r.form]:
        value = r.values.get(code)
        if value is None or len(r.history.series(r.reporter, code)) < ENOUGH_QUARTERS:
            continue
        before = list(r.before(code).values())[-12:]
        if len(before) >= ENOUGH_QUARTERS:
            yield code, value, before


def _beyond(value: float, before: list[int]) -> bool:
    """A third above or below everything seen so far: skewed counts reach far without being wrong."""
    return value > THIRD[1] * max(before) or value < THIRD[0] * min(before)


def _thousandth(value: int, before: int) -> bool:
    return value > 0 and before >= 1000 and 300 <= before / value <= 3000


def _now(r: Reading, code: str) -> int:
    return r.values.get(code) or 0
