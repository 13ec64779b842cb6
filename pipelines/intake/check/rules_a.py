"""Form A: what must hold within a team's return (domain 7.1)."""

from pipelines.catalog import fields
from pipelines.intake.check.reading import Reading
from pipelines.intake.check.rule import Verdict, broken, rule

MONTHS = 3
#: What a team does; all of it zero asks whether the team still works.
ACTIVITIES = tuple(
    f.code
    for f in fields().values()
    if f.form == "A" and f.required and f.over_time in ("sum", "year") and f.section not in ("volunteers", "money")
)


@rule
def a01(a01: int, a02: int, a03: int, a04: int) -> Verdict:
    return a04 == a01 + a02 - a03


@rule
def a02(a04: int, a05: int, a06: int, a07: int) -> Verdict:
    return a05 + a06 + a07 == a04


@rule
def a03(a05: int, a06: int) -> Verdict:
    return a05 == 1 and a06 <= 2


@rule
def a04(a04: int, a08: int) -> Verdict:
    return a08 <= a04


@rule
def a04a(a04: int, a09: int, a10: int, a11: int) -> Verdict:
    return a09 + a10 + a11 == a04


@rule
def a05(a04: int) -> Verdict:
    return 1 <= a04 <= 30


@rule
def a05w(a04: int, r: Reading) -> Verdict:
    low, high = r.team_size
    return low <= a04 <= high or not a05(a04) or broken(low=low, high=high)


@rule
def a06(a31: int, a32: int, a33: int) -> Verdict:
    return a32 + a33 == a31


@rule
def a07(a31: int, a34: int) -> Verdict:
    return a34 <= a31 and (a34 == 0) == (a31 == 0)


@rule
def a08(a30: int, a34: int, r: Reading) -> Verdict:
    before = r.previous("a30")
    return before is None or a34 <= before + a30 or broken(limit=before + a30)


@rule
def a09(a40: int, a41: int, a42: int) -> Verdict:
    return a41 + a42 == a40


@rule
def a10(r: Reading) -> Verdict:
    """Since the year's start: a job found a quarter after the proposal belongs to the same person."""
    sums = r.year_to_date("a43", "a44", "a45", "a46")
    if sums is None:
        return True
    total, family, proposed, placed = sums
    holds = max(family, proposed, placed) <= total <= family + proposed + placed
    return holds or broken(total=total, family=family, proposed=proposed, placed=placed)


@rule
def a11(r: Reading) -> Verdict:
    """Since the year's start: a second payment may come without a new borrower."""
    sums = r.year_to_date("a47", "a48")
    return sums is None or (sums[0] > 0) == (sums[1] > 0) or broken(people=sums[0], money=sums[1])


@rule
def a11w(a47: int, a48: int) -> Verdict:
    if not a47 or not a48:
        return True
    return 1_000_000 <= a48 / a47 <= 200_000_000 or broken(mean=round(a48 / a47))


@rule
def a12(a51: int, a52: int) -> Verdict:
    return a52 <= a51


@rule
def a13(a03: int, a04: int, a15: int) -> Verdict:
    return a15 <= a04 + a03


@rule
def a13w(a14: int, a15: int) -> Verdict:
    return a15 == 0 or a14 > 0


@rule
def a14(a22: int, a23: int) -> Verdict:
    return a22 > 0 or a23 == 0


@rule
def a14w(a22: int, a23: int) -> Verdict:
    return a23 <= 500 * a22 or a22 == 0


@rule
def a15(a13: int) -> Verdict:
    return a13 <= MONTHS


@rule
def a15w(a12: int) -> Verdict:
    return a12 >= MONTHS


@rule
def a16(a61: int, a62: int, a63: int) -> Verdict:
    return a63 <= a61 and (a61 > 0 or a62 == 0)


@rule
def a16a(r: Reading) -> Verdict:
    if not r.known.clubs or r.known.has_club(r.commune, r.quarter.start, r.quarter.end):
        return True
    filled = [code for code in ("a60", "a61", "a62", "a63") if r.values.get(code)]
    return not filled or broken(*filled)


@rule
def a17(a04: int, a31: int) -> Verdict:
    return a31 <= 60 * a04 or a04 == 0 or broken(mean=round(a31 / a04))


@rule
def a18(a04: int, r: Reading) -> Verdict:
    values = [r.values.get(code) for code in ACTIVITIES]
    return a04 == 0 or None in values or any(values)


@rule
def a19(a34: int, a34y: int, r: Reading) -> Verdict:
    return a34y == a34 if r.quarter.number == 1 else a34y <= a34
