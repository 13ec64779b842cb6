"""A date cell or a date as officers type it in, a day out."""

import re
from datetime import date, datetime

from pipelines.intake.cells import Cell
from pipelines.intake.forms.period import YEARS

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
#: The oldest day a register may hold.
OLDEST = date(1990, 1, 1)


def read_day(cell: Cell) -> date | None:
    """The day a cell holds; None when it holds none. Text is day/month/year, as Vietnam writes it."""
    found = cell.value
    if cell.kind == "date" and isinstance(found, date):
        return _possible(found.date() if isinstance(found, datetime) else found)
    if cell.kind != "text":
        return None
    text = cell.text.strip()
    first, iso = _DAY_FIRST.fullmatch(text), _ISO.fullmatch(text)
    parts = (first[3], first[2], first[1]) if first else iso.groups() if iso else None
    if parts is None:
        return None
    try:
        return _possible(date(*map(int, parts)))
    except ValueError:
        return None


def _possible(day: date) -> date | None:
    return day if day >= OLDEST and day.year in range(OLDEST.year, YEARS.stop) else None
