"""Turn numbers of Excel into dates and whole numbers; what is no date gives None.

29 February 1900, a day that never was, is such a number.
"""

from datetime import date, datetime, timedelta

from pipelines.spreadsheet.model import CellValue

#: Serial 60 is a day that never was; nothing of ours is older than it.
FIRST, BEYOND = 61, 2_958_466
_EXACT = 2**53
#: Excel shows no more significant digits of any number.
_SHOWN_DIGITS = 15
_EPOCH, _OFFSET_1904 = datetime(1899, 12, 30), 1_462


def from_serial(serial: float, date1904: bool = False) -> CellValue:
    """Return a date for whole days, a datetime to the millisecond otherwise, None for no date."""
    days = serial + _OFFSET_1904 if date1904 else serial
    if not FIRST <= days < BEYOND:
        return None
    moment = _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    return moment.date() if days == int(days) else moment


def from_iso(text: str) -> CellValue:
    """Return the date of a `t="d"` cell in ISO form, or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date() if len(text) <= len("2022-07-05") else moment.replace(tzinfo=None)


def to_iso_text(value: CellValue) -> str:
    """Return the ISO text of a date or datetime, empty for anything else."""
    return value.isoformat() if isinstance(value, date) else ""


def as_integer(value: float) -> int | float:
    """Return 12.0 as 12, and 2.9999999999999996, which Excel shows as 3, as 3.

    Numbers beyond what a float holds exactly stay floats.

    NOTE: a sum such as 0.1 + 0.2 + 2.7 leaves a rest beyond the digits Excel shows.
    """
    if not -_EXACT < value < _EXACT:
        return value
    if value == int(value):
        return int(value)
    shown = float(f"{value:.{_SHOWN_DIGITS}g}")
    return int(shown) if shown == int(shown) else value
