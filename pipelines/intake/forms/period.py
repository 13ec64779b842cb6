"""What stands beside "Kỳ báo cáo" in, a report quarter out; anything else is not understood."""

import re
from datetime import date, datetime
from functools import cache

from pipelines import catalog
from pipelines.errors import PeriodError
from pipelines.intake.cells import Cell
from pipelines.intake.forms.fold import fold
from pipelines.reference import periods
from pipelines.reference.periods import Quarter

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_OURS = re.compile(r"(\d{4})\s*[-/ ]?\s*q\s*([1-4])(?!\d)")
_WORDS = re.compile(r"(?:quý|quy|q)\s*(iv|iii|ii|i|[1-4])\s*(?:[-/,. ]|năm|nam)*\s*(\d{4})(?!\d)")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?!\d)")
#: Years a return can be about; outside them a date is a slip (serial 60, the 1904 system).
YEARS = range(2010, 2100)


def read_quarter(text: str) -> Quarter | None:
    """`2022-Q3 (từ …)`, `Quý III năm 2022`, `Q3/2022` → the quarter; None when it is none of these."""
    plain = fold(text)
    ours = _OURS.match(plain)
    if ours:
        return Quarter.of(int(ours[1]), int(ours[2]))
    words = _WORDS.match(plain)
    if words:
        return Quarter.of(int(words[2]), _ROMAN.get(words[1]) or int(words[1]))
    return None


def read_cell(cell: Cell) -> Quarter | None:
    """The quarter a cell names; a real date stands for the quarter that holds it."""
    if cell.kind == "text":
        return read_quarter(cell.text)
    day = cell.value
    if cell.kind == "date" and isinstance(day, date):
        plain = day.date() if isinstance(day, datetime) else day
        return Quarter.on(plain) if plain.year in YEARS else None
    return None


@cache
def since(form: str) -> Quarter:
    """The first quarter a form was in use; the pilot's referrals are older than form B they came to stand on."""
    forms = catalog.forms()
    return min(periods.parse(known.since).first for code, known in forms.items() if code == form or form not in forms)


def is_future(text: str, today: date) -> bool:
    """True when `text` names a month or span that begins after `today`, even one no form asks for."""
    month = _MONTH.match(fold(text))
    if month:
        return (int(month[1]), int(month[2])) > (today.year, today.month + 1)
    try:
        return periods.parse(text).start > today
    except PeriodError:
        return False
