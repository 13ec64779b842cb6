"""Form C: what must hold for a referral line, alone and beside the others (domain 7.3; C07 is dropped)."""

import re
from datetime import timedelta
from itertools import pairwise

from pipelines.catalog import choices
from pipelines.intake.check.reading import Line, Page
from pipelines.intake.check.rule import Verdict, broken, line_rule
from pipelines.privacy.personal import find

DATES = ("referral_date", "attended_date", "start_date", "outcome_date")
FAILED = {"dropped", "refused_client", "refused_provider", "lost"}
NOTE_LENGTH = 200
LOST_AFTER = 90
TWICE_WITHIN = timedelta(days=30)


@line_rule
def c01(line: Line, page: Page) -> Verdict:
    """The later of two open referrals of one client to the same service and facility is the one to look at."""
    twin = next((other for other in page.lines if _repeats(line, other)), None)
    return twin is None or broken(other=twin.record)


@line_rule
def c02(line: Line, page: Page) -> Verdict:
    given = [(column, day) for column in DATES if (day := line.day(column))]
    wrong = {column for (earlier, a), (later, b) in pairwise(given) if a > b for column in (earlier, later)}
    wrong |= {column for column, day in given if day > page.today}
    return not wrong or broken(*(column for column in DATES if column in wrong))


@line_rule
def c02a(line: Line, page: Page) -> Verdict:
    day = line.day("referral_date")
    return day is None or day <= page.end


@line_rule
def c03(line: Line, page: Page) -> Verdict:
    return _group(line) != "ended" or bool(line.text("outcome_date"))


@line_rule
def c03a(line: Line, page: Page) -> Verdict:
    return line.text("status") not in FAILED or bool(line.text("closed_reason"))


@line_rule
def c04(line: Line, page: Page) -> Verdict:
    day = line.day("referral_date")
    if day is None or line.text("status") not in ("issued", "pending"):
        return True
    days = (page.end - day).days
    return days <= LOST_AFTER or broken(days=days)


@line_rule
def c05(line: Line, page: Page) -> Verdict:
    """A state only moves forward; going back is possible, but somebody must say why."""
    before = page.history.lines.get(line.reporter, {}).get(line.record, {}).get("status", "")
    return not before or _state_group(before) != "ended" or line.text("status") in (before, "cancelled")


@line_rule
def c06(line: Line, page: Page) -> Verdict:
    note = line.text("note")
    return len(note) <= NOTE_LENGTH and find(note) is None


@line_rule
def c08(line: Line, page: Page) -> Verdict:
    return line.text("consent") != "no"


@line_rule
def c09(line: Line, page: Page) -> Verdict:
    return line.text("service") in ("", "RF_JOB") or bool(line.text("facility"))


@line_rule
def c10(line: Line, page: Page) -> Verdict:
    slip = re.fullmatch(rf"{re.escape(line.reporter)}-\d{{4}}-\d+", line.record)
    return slip is not None or broken(example=f"{line.reporter}-{page.end.year}-1")


@line_rule
def c11(line: Line, page: Page) -> Verdict:
    outcome = choices("outcome").get(line.text("outcome"))
    return outcome is None or line.text("service") in outcome.group.split(";")


@line_rule
def c12(line: Line, page: Page) -> Verdict:
    unit, day = page.known.units.get(line.reporter), line.day("referral_date")
    if unit is None or day is None or unit.in_being(day, day):
        return True
    return broken(opened=str(unit.valid_from or "–"))


@line_rule
def c13(line: Line, page: Page) -> Verdict:
    client = line.text("client")
    return not client or any(letter.isdigit() for letter in client)


def _repeats(line: Line, other: Line) -> bool:
    first, second = other.day("referral_date"), line.day("referral_date")
    if not first or not second or second - first > TWICE_WITHIN or (first, other.record) >= (second, line.record):
        return False
    same = all(line.text(column) == other.text(column) for column in ("client", "service", "facility"))
    return same and bool(line.text("client")) and _group(line) == _group(other) == "open"


def _group(line: Line) -> str:
    return _state_group(line.text("status"))


def _state_group(state: str) -> str:
    found = choices("referral_state").get(state)
    return found.group if found else ""
