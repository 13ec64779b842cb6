"""Form D: rules for lines of the registers of teams, points and clubs (docs/domain.md 7.5)."""

import re
from datetime import date

from pipelines.catalog import choices, registers
from pipelines.intake.validation.context import RegisterContext, RegisterLine
from pipelines.intake.validation.prior_values import RegisteredUnit
from pipelines.intake.validation.registry import RuleResult, line_rule, violation

#: Districts ceased as a level on this day (Resolution 1656/NQ-UBTVQH15; docs/domain.md 2.4).
DISTRICTS_ABOLISHED = date(2025, 7, 1)
#: Our records of places begin here.
PLACES_BEGIN = date(2020, 3, 1)
UNIT_LETTERS = {"D1": "D", "D3": "P", "D4": "B"}


@line_rule
def d01_one_active_team(line: RegisterLine, page: RegisterContext) -> RuleResult:
    """At most one team works in a commune at a time."""
    if line.register != "D1" or not _is_active(line):
        return True
    end = line.get_date("valid_to") or date.max
    others = (
        o
        for o in page.lines
        if o.record < line.record and o.get_text("commune") == line.get_text("commune")
    )
    twin = next(
        (
            o
            for o in others
            if _is_active(o)
            and _build_unit(o).is_active_between(line.get_date("valid_from") or date.min, end)
        ),
        None,
    )
    return twin is None or violation(other=twin.record)


@line_rule
def d02_decision_before_start(line: RegisterLine, page: RegisterContext) -> RuleResult:
    return not _is_after(line, "decision_date", "valid_from")


@line_rule
def d03_commune_in_force(line: RegisterLine, page: RegisterContext) -> RuleResult:
    code = line.get_text("commune")
    day = max(line.get_date("valid_from") or PLACES_BEGIN, PLACES_BEGIN)
    return not code or page.registers.is_commune_in_force(code, day) or violation(code=code)


@line_rule
def d04_signing_authority(line: RegisterLine, page: RegisterContext) -> RuleResult:
    signed = line.get_date("decision_date")
    return (
        signed is None or signed < DISTRICTS_ABOLISHED or line.get_text("authority") != "district"
    )


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
    key = registers()[line.register].key
    return matches is not None or violation(
        key, example=f"{UNIT_LETTERS[line.register]}-{commune or '00646'}"
    )


@line_rule
def d09_state_and_end_date(line: RegisterLine, page: RegisterContext) -> RuleResult:
    state = choices("register_status").get(line.get_text("status"))
    return (
        state is None
        or state.group == "active"
        or state.code == "paused"
        or bool(line.get_text("valid_to"))
    )


def _is_after(line: RegisterLine, first: str, second: str) -> bool:
    a, b = line.get_date(first), line.get_date(second)
    return a is not None and b is not None and a > b


def _is_active(line: RegisterLine) -> bool:
    return line.get_text("status") in ("", "active")


def _build_unit(line: RegisterLine) -> RegisteredUnit:
    return RegisteredUnit(
        line.get_text("commune"), line.get_date("valid_from"), line.get_date("valid_to")
    )
