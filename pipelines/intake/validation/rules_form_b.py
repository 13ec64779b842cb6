"""Check what must hold within a point's return, form B, also against its form C.

The rules stand in docs/domain.md 7.3.
"""

from pipelines.intake.validation.context import RegisterLine, ReportContext
from pipelines.intake.validation.registry import RuleResult, Violation, rule, violation


@rule
def b01_closing_balance(b10: int, b11: int, b12: int, b13: int, b14: int) -> RuleResult:
    return b14 == b10 + b11 + b12 - b13


@rule
def b02_contacts_add_up(b20: int, b21: int, b22: int) -> RuleResult:
    return b21 + b22 == b20


@rule
def b03_modes_add_up(b20: int, b23: int, b24: int, b25: int, b26: int, b27: int) -> RuleResult:
    total = b23 + b24 + b25 + b26 + b27
    return total == b20 or violation(total=total)


@rule
def b04_topics_total(b20: int, b30: int, b31: int, b32: int, b33: int, b34: int) -> RuleResult:
    """Allow more topics than contacts: one contact covers one to five of them."""
    total = b30 + b31 + b32 + b33 + b34
    return b20 <= total <= 5 * b20 or violation(total=total)


@rule
def b05_several_topics(
    b20: int, b30: int, b31: int, b32: int, b33: int, b34: int, b35: int
) -> RuleResult:
    excess = b30 + b31 + b32 + b33 + b34 - b20
    return excess < 0 or b35 <= excess <= 4 * b35 or violation(excess=excess, most=4 * b35)


@rule
def b06_largest_topic(b20: int, b30: int, b31: int, b32: int, b33: int, b34: int) -> RuleResult:
    most = max(b30, b31, b32, b33, b34)
    return most <= b20 or violation(most=most)


@rule
def b07_contacts_with_new_clients(b11: int, b22: int) -> RuleResult:
    return b22 >= b11


@rule
def b08_contacts_with_old_clients(b15: int, b21: int) -> RuleResult:
    return b21 >= b15


@rule
def b08a_returning_within_active(b10: int, b12: int, b15: int) -> RuleResult:
    return b15 <= b10 + b12


@rule
def b09_women_within_new_clients(b11: int, b16: int) -> RuleResult:
    return b16 <= b11


@rule
def b09a_ages_add_up(b11: int, b17a: int, b17b: int, b17c: int) -> RuleResult:
    return b17a + b17b + b17c == b11


@rule
def b09b_client_groups(
    b11: int, b18a: int, b18b: int, b18c: int, b18d: int, b18e: int, b18f: int
) -> RuleResult:
    """Expect the groups to reach at least the clients: a client may belong to several."""
    groups = (b18a, b18b, b18c, b18d, b18e, b18f)
    return max(groups) <= b11 <= sum(groups) or violation(total=sum(groups))


@rule
def b10_present_within_list(b01: int, b02: int) -> RuleResult:
    return b02 <= b01


@rule
def b10w_clients_within_list(b01: int, b11: int, b13: int, r: ReportContext) -> RuleResult:
    total = b11 + sum(r.earlier_values("b11").values())
    closed = b13 + sum(r.earlier_values("b13").values())
    return total <= b01 + closed or violation(total=total, closed=closed)


@rule
def b11_helped_within_contacts(b20: int, r: ReportContext) -> RuleResult:
    violations: list[Violation] = []
    for code in ("b40", "b41", "b43", "b44", "b46", "b47", "b48"):
        helped = r.values.get(code)
        if helped is not None and helped > b20:
            violations.append(Violation((code,), {"n": helped}))
    return violations


@rule
def b12_borrowers_and_money(r: ReportContext) -> RuleResult:
    """Compare since the year's start: a second payment may come without a new borrower."""
    sums = r.sum_year_to_date("b48", "b49")
    if sums is None:
        return True
    people, money = sums
    return (people > 0) == (money > 0) or violation(people=people, money=money)


@rule
def b13_referral_lines(b60: int, r: ReportContext) -> RuleResult:
    lines = _issued_referrals(r)
    if lines is None:
        return True
    return len(lines) == b60 or violation(lines=len(lines))


@rule
def b13a_referred_clients(b61: int, r: ReportContext) -> RuleResult:
    lines = _issued_referrals(r)
    if lines is None:
        return True
    clients = {line.get_text("client") for line in lines}
    return len(clients) == b61 or violation(clients=len(clients))


@rule
def b13b_referrals_cover_clients(b60: int, b61: int) -> RuleResult:
    return b60 >= b61


@rule
def b14_joint_sessions(b50: int, b51: int) -> RuleResult:
    return b51 <= b50


@rule
def b14w_group_session(b27: int, b50: int) -> RuleResult:
    return b27 == 0 or b50 > 0


@rule
def b16_first_seen_this_year(b15: int, b15y: int, r: ReportContext) -> RuleResult:
    return b15y == b15 if r.quarter.number == 1 else b15y <= b15


def _issued_referrals(r: ReportContext) -> list[RegisterLine] | None:
    """Return the referrals dated in the quarter, cancelled ones left out.

    None when there is no form C, or not all its dates are known.
    """
    lines = r.lines or _earlier_referrals(r)
    if not lines and not r.has_form_c:
        return None
    if None in [line.get_date("referral_date") for line in r.lines]:
        # NOTE: the date that is missing or not understood was named already; its consequence is
        # not.
        return None
    return [line for line in lines if _is_issued_in_quarter(line, r)]


def _earlier_referrals(r: ReportContext) -> list[RegisterLine]:
    earlier = r.history.lines.get(r.reporter, {})
    return [RegisterLine("C", r.reporter, record, texts) for record, texts in earlier.items()]


def _is_issued_in_quarter(line: RegisterLine, r: ReportContext) -> bool:
    if line.get_text("status") == "cancelled":
        return False
    day = line.get_date("referral_date")
    return day is not None and r.quarter.start <= day <= r.quarter.end
