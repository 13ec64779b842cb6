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
#: A currency, as Excel writes it: `[$₫-42A]`.
_CURRENCY = re.compile(r"\$(?P<sign>[^-\]]*)(?:-.*)?")
_TELLS = re.compile(r"[^\W_]|[-(−%‰$€£¥₫]")
#: Between digits these make a fraction or a power of ten, which is the number itself.
_FRACTION_SIGNS = "/Ee"


class _Section(NamedTuple):
    """One part of a format: groups of digits, the words before the first and behind each."""

    words: list[str]
    digits: list[str]
    is_fraction: bool
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
    if section is None or section.is_fraction:
        return None
    if not section.digits:
        return section.words[0].strip()
    if len(section.digits) == 1:
        shown = _show_digits(section.digits[0], section.percents, value)
    else:
        shown = _spread_digits(section, value)
    shown += "%" * section.percents
    text = f"{_keep_told(section.words[0])}{shown}{_keep_told(section.words[-1])}".strip()
    return None if text == str(value) else text


def _keep_told(word: str) -> str:
    """Return a word that changes how a number is read, nothing for a blank or a full stop."""
    return word if _TELLS.search(word) else ""


def _spread_digits(section: _Section, value: float) -> str:
    """Return the digits with the words that stand between them: 12 in `0\\.0` is 1.2."""
    left = _show_digits("0", section.percents, value)
    shown = ""
    for at in range(len(section.digits) - 1, 0, -1):
        pattern = section.digits[at]
        size = len(re.sub("[,.]", "", pattern))
        own, left = left[-size:].rjust(pattern.count("0"), "0"), left[:-size]
        shown = f"{section.words[at]}{own}{shown}"
    return left.rjust(section.digits[0].count("0"), "0") + shown


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
    words, digits, percents, is_fraction = [""], [], 0, False
    condition = None
    for token in _TOKEN.finditer(code):
        if token["digits"]:
            digits.append(token["digits"])
            words.append("")
        is_percent = token["other"] == "%"
        percents += is_percent
        is_fraction |= bool(digits) and (token["other"] or " ") in _FRACTION_SIGNS
        words[-1] += "" if is_percent else _read_word(token)
        if found := _CONDITION.fullmatch(token["bracket"] or ""):
            condition = found[1], float(found[2])
    return _Section(words, digits, is_fraction, percents, condition)


def _read_word(token: re.Match[str]) -> str:
    """Return the letters that a token shows: a text, a sign or a currency."""
    currency = _CURRENCY.fullmatch(token["bracket"] or "")
    if currency:
        return currency["sign"]
    return token["quoted"] or token["escaped"] or token["other"] or ""
