"""Form B: what must hold within a counselling point's return, also against its Form C (domain 7.2)."""

from pipelines.intake.check.reading import Line, Reading
from pipelines.intake.check.rule import Finding, Verdict, broken, rule


@rule
def b01(b10: int, b11: int, b12: int, b13: int, b14: int) -> Verdict:
    return b14 == b10 + b11 + b12 - b13


@rule
def b02(b20: int, b21: int, b22: int) -> Verdict:
    return b21 + b22 == b20


@rule
def b03(b20: int, b23: int, b24: int, b25: int, b26: int, b27: int) -> Verdict:
    total = b23 + b24 + b25 + b26 + b27
    return total == b20 or broken(total=total)


@rule
def b04(b20: int, b30: int, b31: int, b32: int, b33: int, b34: int) -> Verdict:
    """Topics may exceed contacts: one contact covers one to five of them."""
    total = b30 + b31 + b32 + b33 + b34
    return b20 <= total <= 5 * b20 or broken(total=total)


@rule
def b05(b20: int, b30: int, b31: int, b32: int, b33: int, b34: int, b35: int) -> Verdict:
    excess = b30 + b31 + b32 + b33 + b34 - b20
    return excess < 0 or b35 <= excess <= 4 * b35 or broken(excess=excess, most=4 * b35)


@rule
def b06(b20: int, b30: int, b31: int, b32: int, b33: int, b34: int) -> Verdict:
    most = max(b30, b31, b32, b33, b34)
    return most <= b20 or broken(most=most)


@rule
def b07(b11: int, b22: int) -> Verdict:
    return b22 >= b11


@rule
def b08(b15: int, b21: int) -> Verdict:
    return b21 >= b15


@rule
def b08a(b10: int, b12: int, b15: int) -> Verdict:
    return b15 <= b10 + b12


@rule
def b09(b11: int, b16: int) -> Verdict:
    return b16 <= b11


@rule
def b09a(b11: int, b17a: int, b17b: int, b17c: int) -> Verdict:
    return b17a + b17b + b17c == b11


@rule
def b09b(b11: int, b18a: int, b18b: int, b18c: int, b18d: int, b18e: int, b18f: int) -> Verdict:
    """A client may belong to several groups, so the groups reach at least the clients."""
    groups = (b18a, b18b, b18c, b18d, b18e, b18f)
    return max(groups) <= b11 <= sum(groups) or broken(total=sum(groups))


@rule
def b10(b01: int, b02: int) -> Verdict:
    return b02 <= b01


@rule
def b10w(b01: int, b11: int, b13: int, r: Reading) -> Verdict:
    total = b11 + sum(r.before("b11").values())
    closed = b13 + sum(r.before("b13").values())
    return total <= b01 + closed or broken(total=total, closed=closed)


@rule
def b11(b20: int, r: Reading) -> Verdict:
    helped = ("b40", "b41", "b43", "b44", "b46", "b47", "b48")
    return [Finding((code,), {"n": n}) for code in helped if (n := r.values.get(code)) is not None and n > b20]


@rule
def b12(r: Reading) -> Verdict:
    """Since the year's start: a second payment may come without a new borrower."""
    sums = r.year_to_date("b48", "b49")
    return sums is None or (sums[0] > 0) == (sums[1] > 0) or broken(people=sums[0], money=sums[1])


@rule
def b13(b60: int, r: Reading) -> Verdict:
    lines = _issued(r)
    return lines is None or len(lines) == b60 or broken(lines=len(lines))


@rule
def b13a(b61: int, r: Reading) -> Verdict:
    lines = _issued(r)
    clients = len({line.text("client") for line in lines or ()})
    return lines is None or clients == b61 or broken(clients=clients)


@rule
def b13b(b60: int, b61: int) -> Verdict:
    return b60 >= b61


@rule
def b14(b50: int, b51: int) -> Verdict:
    return b51 <= b50


@rule
def b14w(b27: int, b50: int) -> Verdict:
    return b27 == 0 or b50 > 0


@rule
def b16(b15: int, b15y: int, r: Reading) -> Verdict:
    return b15y == b15 if r.quarter.number == 1 else b15y <= b15


def _issued(r: Reading) -> list[Line] | None:
    """Referrals dated in the quarter, cancelled ones left out; None when no Form C is at hand, or not all its dates."""
    if any(line.day("referral_date") is None for line in r.lines):
        # NOTE: the date that is missing or not understood was named already; its consequence is not.
        return None
    lines = r.lines or [Line("C", r.reporter, id_, texts) for id_, texts in r.history.lines.get(r.reporter, {}).items()]
    dated = [line for line in lines if (day := line.day("referral_date")) and r.quarter.start <= day <= r.quarter.end]
    return [line for line in dated if line.text("status") != "cancelled"] if lines or r.with_form_c else None
