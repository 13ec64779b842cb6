"""Form D: what must hold for a line of the registers of teams, points and clubs (domain 7.4)."""

import re
from datetime import date

from pipelines.catalog import choices, registers
from pipelines.intake.check.history import Unit
from pipelines.intake.check.reading import Line, Page
from pipelines.intake.check.rule import Verdict, broken, line_rule

#: Districts ceased as a level on this day (domain 5; sources W33, W34).
WITHOUT_DISTRICTS = date(2025, 7, 1)
#: Our records of places begin here.
FIRST_PLACES = date(2020, 3, 1)
LETTERS = {"D1": "D", "D3": "P", "D4": "B"}


@line_rule
def d01(line: Line, page: Page) -> Verdict:
    """At most one team works in a commune at a time."""
    if line.register != "D1" or not _active(line):
        return True
    end = line.day("valid_to") or date.max
    others = (o for o in page.lines if o.record < line.record and o.text("commune") == line.text("commune"))
    twin = next((o for o in others if _active(o) and _unit(o).in_being(line.day("valid_from") or date.min, end)), None)
    return twin is None or broken(other=twin.record)


@line_rule
def d02(line: Line, page: Page) -> Verdict:
    return not _after(line, "decision_date", "valid_from")


@line_rule
def d03(line: Line, page: Page) -> Verdict:
    code = line.text("commune")
    day = max(line.day("valid_from") or FIRST_PLACES, FIRST_PLACES)
    return not code or page.known.exists(code, day) or broken(code=code)


@line_rule
def d04(line: Line, page: Page) -> Verdict:
    signed = line.day("decision_date")
    return signed is None or signed < WITHOUT_DISTRICTS or line.text("authority") != "district"


@line_rule
def d05(line: Line, page: Page) -> Verdict:
    return not _after(line, "decision_date", "launch_date")


@line_rule
def d06(line: Line, page: Page) -> Verdict:
    size = line.number("board_size")
    return size is None or 5 <= size <= 7 or broken(board_size=size)


@line_rule
def d07(line: Line, page: Page) -> Verdict:
    return not _after(line, "valid_from", "valid_to")


@line_rule
def d08(line: Line, page: Page) -> Verdict:
    commune = line.text("commune")
    matches = re.fullmatch(rf"[A-Z]\d?-{re.escape(commune)}(-\d+)?", line.record)
    key = registers()[line.register].key
    return matches is not None or broken(key, example=f"{LETTERS[line.register]}-{commune or '00646'}")


@line_rule
def d09(line: Line, page: Page) -> Verdict:
    state = choices("register_status").get(line.text("status"))
    return state is None or state.group == "active" or state.code == "paused" or bool(line.text("valid_to"))


def _after(line: Line, first: str, second: str) -> bool:
    a, b = line.day(first), line.day(second)
    return a is not None and b is not None and a > b


def _active(line: Line) -> bool:
    return line.text("status") in ("", "active")


def _unit(line: Line) -> Unit:
    return Unit(line.text("commune"), line.day("valid_from"), line.day("valid_to"))
