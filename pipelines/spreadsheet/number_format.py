"""What Excel shows of a number in a format of the officer's own (ECMA-376 Part 1, 18.8.31)."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pipelines.spreadsheet.excel_dates import as_integer

#: A quoted text, an escaped letter, a gap or filler, a colour or condition, digits, any other.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digits>General|[0#?][0#?,.]*)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
#: Digits without a word, a sign or a scale: whatever stands in such a cell is shown as it is.
_PLAIN = re.compile(r"(?:general|@|[0#?,]*[0#?](?:\.[0#?]+)?)", re.IGNORECASE)
_UNSEEN = re.compile(r"[_*].|\[(?:black|blue|cyan|green|magenta|red|white|yellow)\]", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_TELLS = re.compile(r"[^\W_]|[-(−]")


class _Section(NamedTuple):
    """One part of a format: the words around the digits, and the digits."""

    before: str
    digits: list[str]
    after: str
    #: Bare percent signs; each shows a hundred times the number.
    percents: int
    condition: tuple[str, float] | None


def is_plain_format(code: str) -> bool:
    """True for a format that shows every positive number as it is, but for its rounding."""
    first = code.partition(";")[0]
    return bool(_PLAIN.fullmatch(_UNSEEN.sub("", first).strip()))


def shows_whole_numbers(code: str) -> bool:
    """True for a plain format without decimals, which shows 2.6 as 3."""
    first = code.partition(";")[0]
    return is_plain_format(code) and "." not in first and bool(re.search("[0#?]", first))


def show_number(code: str, value: float) -> str | None:
    """Return what a format shows when that is not the stored number; None for most.

    It is empty where nothing is shown. Zero stays zero and what is negative is judged as such.
    """
    if value <= 0 or not abs(value) < 1e15:
        return None
    if is_plain_format(code) and not shows_whole_numbers(code):
        return None
    section = _find_section(code, value)
    if section is None or len(section.digits) > 1:
        return None
    if not section.digits:
        return (section.before + section.after).strip()
    shown = _show_digits(section.digits[0], section.percents, value) + "%" * section.percents
    text = f"{_keep_told(section.before)}{shown}{_keep_told(section.after)}".strip()
    return None if text == str(value) else text


def _keep_told(word: str) -> str:
    """Return a word that changes how a number is read, nothing for a currency or a blank."""
    return word if _TELLS.search(word) else ""


def _show_digits(pattern: str, percents: int, value: float) -> str:
    """Return the digits shown, without the zeros behind a decimal point."""
    if pattern.lower() == "general":
        return str(value)
    commas = len(pattern) - len(pattern.rstrip(","))
    decimals = len(pattern.rstrip(",").partition(".")[2])
    scaled = Decimal(str(value)).scaleb(2 * percents - 3 * commas)
    # NOTE: Excel rounds a half up, Python to the even digit.
    rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(as_integer(float(rounded)))


def _find_section(code: str, value: float) -> _Section | None:
    """Return the section that shows a positive number; None where none does."""
    sections = [_read_section(part) for part in _split_sections(code)]
    if all(section.condition is None for section in sections):
        return sections[0]
    for section in sections:
        if section.condition is None or _holds(section.condition, value):
            return section
    return None


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, limit = condition
    answers = {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }
    return answers[sign]


def _split_sections(code: str) -> list[str]:
    """Split a format at the semicolons that stand in no text."""
    sections = [""]
    for token in _TOKEN.finditer(code):
        if token["other"] == ";":
            sections.append("")
        else:
            sections[-1] += token[0]
    return sections


def _read_section(code: str) -> _Section:
    around, digits, percents = ["", ""], [], 0
    condition = None
    for token in _TOKEN.finditer(code):
        if token["digits"]:
            digits.append(token["digits"])
        is_percent = token["other"] == "%"
        percents += is_percent
        if not is_percent:
            around[bool(digits)] += token["quoted"] or token["escaped"] or token["other"] or ""
        found = _CONDITION.fullmatch(token["bracket"] or "")
        if found:
            condition = found[1], float(found[2])
    return _Section(around[0], digits, around[1], percents, condition)
