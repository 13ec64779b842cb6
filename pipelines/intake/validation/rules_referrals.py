"""Check a referral line of form C, alone and beside the others (docs/domain.md 7.4)."""

import re
from datetime import date, timedelta
from itertools import pairwise

from pipelines.catalog import choices
from pipelines.intake.validation.context import RegisterContext, RegisterLine
from pipelines.intake.validation.registry import RuleResult, line_rule, violation
from pipelines.privacy.pii import find
from pipelines.reference.periods import Quarter

DATE_COLUMNS = ("referral_date", "attended_date", "start_date", "outcome_date")
FAILED_STATES = {"dropped", "refused_client", "refused_provider", "lost"}
NOTE_LENGTH = 200
LOST_AFTER_DAYS = 90
REPEAT_WINDOW = timedelta(days=30)


@line_rule
def c01_repeated_referral(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """Fail at the later of two open referrals of a client to the same service and facility."""
    for other in page.lines:
        if _is_repeat(line, other):
            return violation(other=other.record)
    return True


@line_rule
def c02_date_order(line: RegisterLine, page: RegisterContext) -> RuleResult:
    dates = _list_dates(line)
    wrong = {column for column, day in dates if day > page.today}
    for (earlier, first), (later, second) in pairwise(dates):
        if first > second:
            wrong.update((earlier, later))
    if not wrong:
        return True
    return violation(*(column for column in DATE_COLUMNS if column in wrong))


def _list_dates(line: RegisterLine) -> list[tuple[str, date]]:
    """List the columns of dates that are filled, in the order in which they should follow."""
    dates: list[tuple[str, date]] = []
    for column in DATE_COLUMNS:
        day = line.get_date(column)
        if day:
            dates.append((column, day))
    return dates


@line_rule
def c02a_dated_in_period(line: RegisterLine, page: RegisterContext) -> RuleResult:
    day = line.get_date("referral_date")
    return day is None or day <= page.end


@line_rule
def c03_end_date(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return _line_group(line) != "ended" or bool(line.get_text("outcome_date"))


@line_rule
def c03a_closing_reason(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return line.get_text("status") not in FAILED_STATES or bool(line.get_text("closed_reason"))


def _identify(number: str, page: RegisterContext) -> str:
    """Return the point that a number means in the period."""
    return page.history.identify(number, Quarter.containing(page.end))


@line_rule
def c04_no_feedback(line: RegisterLine, page: RegisterContext) -> RuleResult:
    day = line.get_date("referral_date")
    if day is None or line.get_text("status") not in ("issued", "pending"):
        return True
    days = (page.end - day).days
    return days <= LOST_AFTER_DAYS or violation(days=days)


@line_rule
def c05_state_moves_forward(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """Fail when an ended referral is open again: going back is possible, with a reason."""
    point = _identify(line.reporter, page)
    earlier = page.history.lines.get(point, {}).get(line.record, {})
    before = earlier.get("status", "")
    if _find_state_group(before) != "ended":
        return True
    return line.get_text("status") in (before, "cancelled")


@line_rule
def c06_note_content(line: RegisterLine, page: RegisterContext) -> RuleResult:
    note = line.get_text("note")
    return len(note) <= NOTE_LENGTH and find(note) is None


@line_rule
def c08_client_consent(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return line.get_text("consent") != "no"


@line_rule
def c09_receiving_facility(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return line.get_text("service") in ("", "RF_JOB") or bool(line.get_text("facility"))


@line_rule
def c10_slip_number(line: RegisterLine, page: RegisterContext) -> RuleResult:
    slip = re.fullmatch(r"(.+)-\d{4}-\d+", line.record)
    # NOTE: a slip keeps the number its point wrote, also after the point's ward has merged.
    is_own = slip is not None and _identify(slip[1], page) == _identify(line.reporter, page)
    return is_own or violation(example=f"{line.reporter}-{page.end.year}-1")


@line_rule
def c11_outcome_fits_service(line: RegisterLine, page: RegisterContext) -> RuleResult:
    outcome = choices("outcome").get(line.get_text("outcome"))
    return outcome is None or line.get_text("service") in outcome.group.split(";")


@line_rule
def c12_point_open(line: RegisterLine, page: RegisterContext) -> RuleResult:
    unit = page.registers.units.get(_identify(line.reporter, page))
    day = line.get_date("referral_date")
    if unit is None or day is None or unit.is_active_between(day, day):
        return True
    return violation(opened=str(unit.valid_from or "–"))


@line_rule
def c13_client_code(line: RegisterLine, page: RegisterContext) -> RuleResult:
    client = line.get_text("client")
    return not client or any(map(str.isdigit, client))


def _is_repeat(line: RegisterLine, other: RegisterLine) -> bool:
    """Is `line` an open referral that repeats the earlier open referral `other`?"""
    if not line.get_text("client") or not _is_later(line, other):
        return False
    for column in ("client", "service", "facility"):
        if line.get_text(column) != other.get_text(column):
            return False
    return _line_group(line) == _line_group(other) == "open"


def _is_later(line: RegisterLine, other: RegisterLine) -> bool:
    """Was `line` issued after `other`, and within the days in which it may repeat it?"""
    first = other.get_date("referral_date")
    second = line.get_date("referral_date")
    if first is None or second is None:
        return False
    in_order = (first, other.record) < (second, line.record)
    return in_order and second - first <= REPEAT_WINDOW


def _line_group(line: RegisterLine) -> str:
    return _find_state_group(line.get_text("status"))


def _find_state_group(state: str) -> str:
    choice = choices("referral_state").get(state)
    return choice.group if choice else ""
