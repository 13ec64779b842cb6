"""One cell of a count in, the number understood out, with the issue that says what was read or why nothing was.

Texts are understood as one rule each, first fitting wins (bad-inputs 4.2); whatever fits none is no number.
"""

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from pipelines.intake.cells import Cell, Kind, Value, is_blank
from pipelines.intake.issues import Issue, issue
from pipelines.intake.text import clean

#: Beyond this no sum of money of ours goes.
LARGEST = 10**12
#: Beyond this no commune counts anything.
LARGEST_COUNT = 10**7
LONGEST = 2_000

_PLAIN = r"\d+|[1-9]\d{0,2}(?:(?P<gap>[. ])\d{3})(?:(?P=gap)\d{3})*"
_NUMBER = re.compile(_PLAIN)
_UNIT = re.compile(r"(?P<number>.*?\d) ?(?P<unit>người|lượt|buổi|suất|thẻ|tờ)", re.IGNORECASE)
_SIGN = re.compile(r"(?P<word>trên|khoảng|~|>) ?(?P<number>\d.*)", re.IGNORECASE)
_SIGNS = {"trên": ">", ">": ">", "khoảng": "~", "~": "~"}
#: Thousands in English, decimals in Vietnamese or the other way round: the officer is asked.
_UNSURE = re.compile(r"\d+,\d{3}|\d{1,3}(?:,\d{3})+|\d+\.\d+")
_FRACTION = re.compile(r"\d+,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+")
_NONE = frozenset({"-", "–", "—", "−", "không", "không có"})
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}


class Understood(NamedTuple):
    """A count as understood; `value` is None when nothing was."""

    value: int | None
    #: `>` or `~` when the text said so.
    qualifier: str | None = None
    issue: Issue | None = None


def count(cell: Cell, qualifier_allowed: bool = False) -> Understood:
    """The count in a cell; never raises, never guesses. "trên" and "khoảng" count only where the form offers them."""
    return _BY_KIND[cell.kind](cell, qualifier_allowed)


def is_empty(cell: Cell) -> bool:
    """True for a formula whose saved result shows nothing: the cell is as good as blank."""
    return cell.kind == "formula" and isinstance(cell.value, str) and is_blank(cell.value)


def _refused(code: str, cell: Cell, **values: str | int) -> Understood:
    text = cell.text if len(cell.text) <= LONGEST else ""
    return Understood(None, None, issue(code, cell.sheet, cell.address, text, "", **values))


def _number(cell: Cell, _: bool) -> Understood:
    value = cell.value
    assert isinstance(value, int | float)
    if not math.isfinite(value):
        return _refused("V004", cell)
    if value < 0:
        return _refused("V005", cell)
    if value >= LARGEST:
        return _refused("V007", cell)
    return Understood(int(value)) if value == int(value) else _refused("V006", cell)


def _formula(cell: Cell, allowed: bool) -> Understood:
    if cell.value is None:
        return _refused("V002", cell)
    saved = count(cell._replace(kind=_kind(cell.value)), allowed)
    if saved.value is None:
        return saved
    return saved._replace(issue=issue("V003", cell.sheet, cell.address, cell.text, n=saved.value))


def _kind(value: Value) -> Kind:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "date"


def _text(cell: Cell, allowed: bool) -> Understood:
    if len(cell.text) > LONGEST:
        return _refused("V010", cell)
    cleaned = clean(cell.text)
    text = " ".join(cleaned.text.translate(_FULL_WIDTH).split())
    read = _read(text, cell, allowed)
    if read.value is not None and read.value >= LARGEST:
        return _refused("V007", cell)
    if "U002" in cleaned.codes and read.value is not None:
        return read._replace(issue=issue("U002", cell.sheet, cell.address, text, n=read.value))
    return read


def _read(text: str, cell: Cell, allowed: bool) -> Understood:
    if not text:
        return _refused("V025", cell)
    if text.lower() in _NONE:
        return _refused("V024", cell)
    sign = _SIGN.fullmatch(text) if allowed else None
    bare = sign["number"] if sign else text
    unit = _UNIT.fullmatch(bare)
    value, code = _value(unit["number"] if unit else bare)
    if value is None:
        return _refused(code, cell)
    named = {"name": unit["unit"]} if unit else {}
    said = issue("V022" if unit else "V020", cell.sheet, cell.address, cell.text, n=value, **named)
    return Understood(value, _SIGNS[sign["word"].lower()] if sign else None, said)


def _value(text: str) -> tuple[int | None, str]:
    """The number a text is, or None and the code that says why it is none."""
    text = text.removeprefix("'")
    if not text.isascii():
        return None, "V023"
    if _NUMBER.fullmatch(text):
        return int(re.sub(r"[. ]", "", text)), ""
    return None, "V021" if _UNSURE.fullmatch(text) else "V006" if _FRACTION.fullmatch(text) else "V023"


_BY_KIND: dict[Kind, Callable[[Cell, bool], Understood]] = {
    "number": _number,
    "text": _text,
    "formula": _formula,
    "blank": lambda cell, _: _refused("V025", cell),
    "bool": lambda cell, _: _refused("V008", cell),
    "error": lambda cell, _: _refused("V001", cell),
    "date": lambda cell, _: _refused("V009", cell),
}
