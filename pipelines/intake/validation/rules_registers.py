"""Check the lines of the registers of teams, points and clubs, form D (docs/domain.md 7.5)."""

import re
from datetime import date

from pipelines.catalog import choices, registers
from pipelines.intake.validation.context import RegisterContext, RegisterLine
from pipelines.intake.validation.prior_values import RegisteredUnit
from pipelines.intake.validation.registry import RuleResult, line_rule, violation
from pipelines.reference.places import PLACES_BEGIN
from pipelines.reference.unit_seats import SeatedUnit

#: Districts ceased as a level on this day (Resolution 1656/NQ-UBTVQH15; docs/domain.md 2.4).
DISTRICTS_ABOLISHED = date(2025, 7, 1)
UNIT_LETTERS = {"D1": "D", "D3": "P", "D4": "B"}


@line_rule
def d01_one_active_team(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """Fail at the second of two teams that work in a commune at the same time.

    Not where a reform brought them together: whether they become one is decided there.
    """
    if line.register != "D1" or not _is_active(line) or line.get_text("effective_from"):
        return True
    for other in page.lines:
        if other.record < line.record and _is_same_team(line, other):
            return violation(other=other.record)
    return True


def _is_same_team(line: RegisterLine, other: RegisterLine) -> bool:
    """Does `other` work in the line's commune on any day the line does?"""
    if not _is_active(other) or other.get_text("commune") != line.get_text("commune"):
        return False
    if other.get_text("effective_from"):
        return False
    start = line.get_date("valid_from") or date.min
    end = line.get_date("valid_to") or date.max
    return _build_unit(other).is_active_between(start, end)


@line_rule
def d02_decision_before_start(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return not _is_after(line, "decision_date", "valid_from")


@line_rule
def d03_commune_in_force(line: RegisterLine, page: RegisterContext) -> RuleResult:
    code = line.get_text("commune")
    known = _find_known(line, page)
    since = line.get_date("effective_from") or line.get_date("valid_from")
    if known and known.seats[-1].commune == code:
        since = line.get_date("effective_from") or known.seats[-1].since or since
    day = max(since or PLACES_BEGIN, PLACES_BEGIN)
    return not code or page.registers.is_commune_in_force(code, day) or violation(code=code)


@line_rule
def d04_signing_authority(line: RegisterLine, page: RegisterContext) -> RuleResult:
    signed = line.get_date("decision_date")
    if signed is None or signed < DISTRICTS_ABOLISHED:
        return True
    return line.get_text("authority") != "district"


@line_rule
def d05_decision_before_launch(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return not _is_after(line, "decision_date", "launch_date")


@line_rule
def d06_board_size(line: RegisterLine, page: RegisterContext) -> RuleResult:
    size = line.get_integer("board_size")
    return size is None or 5 <= size <= 7 or violation(board_size=size)


@line_rule
def d07_start_before_end(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return not _is_after(line, "valid_from", "valid_to")


@line_rule
def d08_identifier_form(line: RegisterLine, page: RegisterContext) -> RuleResult:
    commune = line.get_text("commune")
    matches = re.fullmatch(rf"[A-Z]\d?-{re.escape(commune)}(-\d+)?", line.record)
    # NOTE: a number is given once, by the commune of that day; a unit that moves keeps it.
    if matches or _find_known(line, page):
        return True
    key = registers()[line.register].key
    example = f"{UNIT_LETTERS[line.register]}-{commune or '12345'}"
    return violation(key, example=example)


@line_rule
def d09_state_and_end_date(line: RegisterLine, page: RegisterContext) -> RuleResult:
    state = choices("register_status").get(line.get_text("status"))
    if state is None or state.group == "active" or state.code == "paused":
        return True
    return bool(line.get_text("valid_to"))


@line_rule
def d10_move_has_a_day(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """Fail at another commune than the unit's without the day it moved there."""
    known = _find_known(line, page)
    commune = line.get_text("commune")
    if known is None or not commune or line.get_text("effective_from"):
        return True
    seat = known.seats[-1].commune
    return commune == seat or violation(code=commune, other=seat)


@line_rule
def d11_number_given_once(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """Fail at the number of an older unit, given to one that began after June 2025."""
    known = _find_known(line, page)
    begins = line.get_date("valid_from")
    if known is None or begins is None or begins < DISTRICTS_ABOLISHED:
        return True
    if known.valid_from and known.valid_from >= DISTRICTS_ABOLISHED:
        return True
    key = registers()[line.register].key
    return violation(key, "valid_from", example=_propose_number(line, page))


def _propose_number(line: RegisterLine, page: RegisterContext) -> str:
    """Return the next number of the line's commune that no unit has."""
    assert page.registers.index
    first = f"{UNIT_LETTERS[line.register]}-{line.get_text('commune')}"
    turn = 2
    while f"{first}-{turn}" in page.registers.index.units:
        turn += 1
    return f"{first}-{turn}"


def _find_known(line: RegisterLine, page: RegisterContext) -> SeatedUnit | None:
    """Return the unit that bears the line's number already."""
    index = page.registers.index
    return index.units.get(line.record) if index else None


def _is_after(line: RegisterLine, first: str, second: str) -> bool:
    a, b = line.get_date(first), line.get_date(second)
    return a is not None and b is not None and a > b


def _is_active(line: RegisterLine) -> bool:
    return line.get_text("status") in ("", "active")


def _build_unit(line: RegisterLine) -> RegisteredUnit:
    return RegisteredUnit(
        line.get_text("commune"), line.get_date("valid_from"), line.get_date("valid_to")
    )
