"""Check what must hold within a team's return, form A (docs/domain.md 7.2)."""

from pipelines.catalog import fields
from pipelines.intake.validation.context import ReportContext
from pipelines.intake.validation.registry import RuleResult, rule, violation

MONTHS = 3
#: What a team does; all of it zero asks whether the team still works.
ACTIVITIES = tuple(
    f.code
    for f in fields().values()
    if f.form == "A"
    and f.required
    and f.over_time in ("sum", "year")
    and f.section not in ("volunteers", "money")
)


@rule
def a01_closing_balance(a01: int, a02: int, a03: int, a04: int) -> RuleResult:
    return a04 == a01 + a02 - a03


@rule
def a02_roles_add_up(a04: int, a05: int, a06: int, a07: int) -> RuleResult:
    return a05 + a06 + a07 == a04


@rule
def a03_leader_and_deputies(a05: int, a06: int) -> RuleResult:
    return a05 == 1 and a06 <= 2


@rule
def a04_women_within_team(a04: int, a08: int) -> RuleResult:
    return a08 <= a04


@rule
def a04a_ages_add_up(a04: int, a09: int, a10: int, a11: int) -> RuleResult:
    return a09 + a10 + a11 == a04


@rule
def a05_team_size_limits(a04: int) -> RuleResult:
    return 1 <= a04 <= 30


@rule
def a05w_usual_team_size(a04: int, r: ReportContext) -> RuleResult:
    low, high = r.team_size
    if low <= a04 <= high or not a05_team_size_limits(a04):
        return True
    return violation(low=low, high=high)


@rule
def a06_contacts_add_up(a31: int, a32: int, a33: int) -> RuleResult:
    return a32 + a33 == a31


@rule
def a07_people_within_contacts(a31: int, a34: int) -> RuleResult:
    return a34 <= a31 and (a34 == 0) == (a31 == 0)


@rule
def a08_people_within_assigned(a30: int, a34: int, r: ReportContext) -> RuleResult:
    before = r.previous_value("a30")
    return before is None or a34 <= before + a30 or violation(limit=before + a30)


@rule
def a09_rehabilitation_adds_up(a40: int, a41: int, a42: int) -> RuleResult:
    return a41 + a42 == a40


@rule
def a10_work_lines_to_date(r: ReportContext) -> RuleResult:
    """Compare since the year's start: a job may be found a quarter after it was proposed."""
    sums = r.sum_year_to_date("a43", "a44", "a45", "a46")
    if sums is None:
        return True
    total, family, proposed, placed = sums
    holds = max(family, proposed, placed) <= total <= family + proposed + placed
    return holds or violation(total=total, family=family, proposed=proposed, placed=placed)


@rule
def a11_borrowers_and_money(r: ReportContext) -> RuleResult:
    """Compare since the year's start: a second payment may come without a new borrower."""
    sums = r.sum_year_to_date("a47", "a48")
    if sums is None:
        return True
    people, money = sums
    return (people > 0) == (money > 0) or violation(people=people, money=money)


@rule
def a11w_mean_loan(a47: int, a48: int) -> RuleResult:
    if not a47 or not a48:
        return True
    return 1_000_000 <= a48 / a47 <= 200_000_000 or violation(mean=round(a48 / a47))


@rule
def a12_tips_acted_on(a51: int, a52: int) -> RuleResult:
    return a52 <= a51


@rule
def a13_trained_within_team(a03: int, a04: int, a15: int) -> RuleResult:
    return a15 <= a04 + a03


@rule
def a13w_training_session(a14: int, a15: int) -> RuleResult:
    return a15 == 0 or a14 > 0


@rule
def a14_attendances_need_session(a22: int, a23: int) -> RuleResult:
    return a22 > 0 or a23 == 0


@rule
def a14w_session_size(a22: int, a23: int) -> RuleResult:
    return a23 <= 500 * a22 or a22 == 0


@rule
def a15_monthly_plans(a13: int) -> RuleResult:
    return a13 <= MONTHS


@rule
def a15w_team_meetings(a12: int) -> RuleResult:
    return a12 >= MONTHS


@rule
def a16_b93_sessions(a61: int, a62: int, a63: int) -> RuleResult:
    return a63 <= a61 and (a61 > 0 or a62 == 0)


@rule
def a16a_b93_club_registered(r: ReportContext) -> RuleResult:
    if not r.registers.clubs:
        return True
    if r.registers.has_club(r.commune, r.quarter.start, r.quarter.end):
        return True
    filled = [code for code in ("a60", "a61", "a62", "a63") if r.values.get(code)]
    return not filled or violation(*filled)


@rule
def a17_contacts_per_volunteer(a04: int, a31: int) -> RuleResult:
    return a31 <= 60 * a04 or a04 == 0 or violation(mean=round(a31 / a04))


@rule
def a18_any_activity(a04: int, r: ReportContext) -> RuleResult:
    values = list(map(r.values.get, ACTIVITIES))
    return a04 == 0 or None in values or any(values)


@rule
def a19_first_reached_this_year(a34: int, a34y: int, r: ReportContext) -> RuleResult:
    return a34y == a34 if r.quarter.number == 1 else a34y <= a34
