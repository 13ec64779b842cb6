"""Read a number cell with its sign and note; what is wrong becomes an issue at the cell."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import lt
from typing import NamedTuple

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import CellState, FieldValue, StatedTotal
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.dropdowns import enum_codes
from pipelines.intake.templates.labels import get_spellings
from pipelines.spreadsheet.model import Cell, CellKind, CellValue, is_blank
from pipelines.spreadsheet.text_cleaning import clean_text

#: Beyond this no sum of money of ours goes.
MAX_MONEY = 10**12
#: Beyond this no commune counts anything.
MAX_COUNT = 10**7
MAX_CELL_TEXT = 2_000

_PLAIN = r"\d+|[1-9]\d{0,2}(?:(?P<gap>[. ])\d{3})(?:(?P=gap)\d{3})*"
#: NOTE: one group behind a comma may be a fraction, two are none in any country.
_NUMBER = re.compile(_PLAIN + r"|[1-9]\d{0,2}(?:,\d{3}){2,}")
_NUMBER_AND_UNIT = re.compile(r"(?P<number>'?\d[\d., ]*?) ?(?P<unit>[^\W\d_].*|₫)")
_SIGN = re.compile(r"(?P<word>trên|khoảng|~|>) ?(?P<number>\d.*)", re.IGNORECASE)
_SIGNS = {"trên": ">", ">": ">", "khoảng": "~", "~": "~"}
#: Thousands in English, decimals in Vietnamese or the other way round: the officer is asked.
_UNSURE = re.compile(r"\d+,\d{3}|\d+\.\d+")
_FRACTION = re.compile(r"\d+,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+")
#: Thousands and millions in words: `20 triệu`, `1,5 tr`, `20tr500`.
_SHORTENED = re.compile(r"\d ?(?:nghìn|ngàn|nghin|ngan|triệu|trieu|tr|tỷ|tỉ|ty|k)(?![^\W\d_])")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}


class ParsedCount(NamedTuple):
    """A count as understood; `value` is None when nothing was."""

    value: int | None
    #: `>` or `~` when the text said so.
    qualifier: str | None = None
    issue: Issue | None = None


@dataclass(frozen=True)
class CountRules:
    """Say what a field takes beside the bare number."""

    #: The form offers "trên" and "khoảng".
    qualifier: bool = False
    #: The code of the unit counted; any unit may be written where it is empty.
    unit: str = ""


def parse_count(cell: Cell, qualifier_allowed: bool = False, unit: str = "") -> ParsedCount:
    """Parse the count in a cell; never raises, never guesses.

    "trên" and "khoảng" count only where the form offers them; a word behind the number must be one
    of the `unit` counted, or of any unit where that is empty.
    """
    return _parse_cell(cell, CountRules(qualifier_allowed, unit))


def _parse_cell(cell: Cell, rules: CountRules) -> ParsedCount:
    return _BY_KIND[cell.kind](cell, rules)


def is_empty(cell: Cell) -> bool:
    """True for a formula whose saved result shows nothing: the cell is as good as blank."""
    return cell.kind == "formula" and isinstance(cell.value, str) and is_blank(cell.value)


def _reject_cell(code: str, cell: Cell, **values: str | int) -> ParsedCount:
    text = cell.text if len(cell.text) <= MAX_CELL_TEXT else ""
    return ParsedCount(None, None, make_issue(code, cell.sheet, cell.address, text, "", **values))


def _reject_text(code: str, text: str, cell: Cell) -> ParsedCount:
    """Reject a text for `code`; what is short for thousands or millions has a case of its own."""
    rejected = _reject_cell(code, cell)
    if rejected.issue is None or not _SHORTENED.search(fold_text(text)):
        return rejected
    return rejected._replace(issue=replace(rejected.issue, code="V023", case="scale"))


def _parse_number_cell(cell: Cell, _: CountRules) -> ParsedCount:
    value = cell.value
    assert isinstance(value, int | float)
    code = _find_number_fault(value)
    return _reject_cell(code, cell) if code else ParsedCount(int(value))


def _find_number_fault(value: float) -> str:
    """Return the code that says why a number is no count; empty when it is one."""
    if not math.isfinite(value):
        return "V004"
    if value < 0:
        return "V005"
    if value >= MAX_MONEY:
        return "V007"
    return "" if value == int(value) else "V006"


def _parse_formula_cell(cell: Cell, rules: CountRules) -> ParsedCount:
    if cell.value is None:
        return _reject_cell("V002", cell)
    saved = _parse_cell(cell._replace(kind=_kind_of_value(cell.value)), rules)
    if saved.value is None:
        return saved
    issue = make_issue("V003", cell.sheet, cell.address, cell.text, n=saved.value)
    return saved._replace(issue=issue)


def _kind_of_value(value: CellValue) -> CellKind:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "date"


def _parse_text_cell(cell: Cell, rules: CountRules) -> ParsedCount:
    if len(cell.text) > MAX_CELL_TEXT:
        return _reject_cell("V010", cell)
    cleaned = clean_text(cell.text)
    text = " ".join(cleaned.text.translate(_FULL_WIDTH).split())
    parsed = _match_text(text, cell, rules)
    if parsed.value is None:
        return parsed
    if parsed.value >= MAX_MONEY:
        return _reject_cell("V007", cell)
    if "U002" in cleaned.codes:
        issue = make_issue("U002", cell.sheet, cell.address, text, n=parsed.value)
        return parsed._replace(issue=issue)
    return parsed


def _match_text(text: str, cell: Cell, rules: CountRules) -> ParsedCount:
    if not text:
        return _reject_cell("V025", cell)
    if fold_text(text).rstrip(" .") in _words_for_none():
        return _reject_cell("V024", cell)
    qualifier, digits = _split_sign(text) if rules.qualifier else (None, text)
    number, unit = _split_unit(digits)
    value, code = _parse_digits(number)
    if value is None:
        return _reject_text(code, text, cell)
    if unit and rules.unit and rules.unit not in _unit_spellings()[fold_text(unit)]:
        return _reject_cell("V038", cell, unit=rules.unit)
    where = (cell.sheet, cell.address, cell.text)
    if unit:
        issue = make_issue("V022", *where, n=value, name=unit)
    else:
        issue = make_issue("V020", *where, n=value)
    return ParsedCount(value, qualifier, issue)


@cache
def _words_for_none() -> frozenset[str]:
    return frozenset(fold_text(word) for word in get_spellings("counts", "none"))


def _split_unit(text: str) -> tuple[str, str]:
    """Split `4 người` into `4` and `người`; the unit is empty when no unit of ours is written."""
    behind = f"{text[1:].strip()} ₫" if text.startswith("₫") else text
    match = _NUMBER_AND_UNIT.fullmatch(behind)
    if match is None or fold_text(match["unit"]) not in _unit_spellings():
        return text, ""
    return match["number"], match["unit"]


@cache
def _unit_spellings() -> dict[str, frozenset[str]]:
    """Map each word that may stand behind a number to the codes of the units it may mean."""
    codes: dict[str, set[str]] = {}
    for unit in catalog.units().values():
        for word in (unit.label.vi, unit.label.en, *unit.spellings):
            codes.setdefault(fold_text(word), set()).add(unit.code)
    return {word: frozenset(meant) for word, meant in codes.items()}


def _split_sign(text: str) -> tuple[str | None, str]:
    """Split `trên 10` into `>` and `10`; a text without a sign has none."""
    match = _SIGN.fullmatch(text)
    if match is None:
        return None, text
    return _SIGNS[match["word"].lower()], match["number"]


def _parse_digits(text: str) -> tuple[int | None, str]:
    """Return the number a text is, or None and the code that says why it is none."""
    text = text.removeprefix("'")
    if not text.isascii():
        return None, "V023"
    if _NUMBER.fullmatch(text):
        return int(re.sub("[., ]", "", text)), ""
    if _UNSURE.fullmatch(text):
        return None, "V021"
    if _FRACTION.fullmatch(text):
        return None, "V006"
    return None, "V023"


def _parse_scaled_cell(cell: Cell, rules: CountRules) -> ParsedCount:
    """Judge what a format shows, as if it were typed: `3 người`, `trên 3`, `30` for a stored 3."""
    shown = _parse_cell(cell._replace(kind="text", value=cell.text), rules)
    if shown.value == cell.value:
        return shown._replace(issue=None)
    if shown.issue and shown.issue.code == "V038":
        return shown
    case = "" if cell.text else "nothing"
    issue = make_issue("V039", cell.sheet, cell.address, cell.text, case, n=str(cell.value))
    return ParsedCount(None, None, issue)


_BY_KIND: dict[CellKind, Callable[[Cell, CountRules], ParsedCount]] = {
    "number": _parse_number_cell,
    "text": _parse_text_cell,
    "formula": _parse_formula_cell,
    "blank": lambda cell, _: _reject_cell("V025", cell),
    "bool": lambda cell, _: _reject_cell("V008", cell),
    "error": lambda cell, _: _reject_cell("V001", cell),
    "date": lambda cell, _: _reject_cell("V009", cell),
    "scaled": _parse_scaled_cell,
}

MONEY_UNIT = "dong"


@dataclass(frozen=True)
class FieldCell:
    """Hold what belongs to one field of one reporter, wherever it stands on the sheet."""

    field: Field
    reporter: str
    period: str
    value: Cell
    sign: Cell | None = None
    note: str = ""
    #: False when the cell contradicts another or its owner is in doubt: shown back, never taken.
    is_certain: bool = True
    #: True when a merge hides the cell, so that its blank says nothing.
    is_merged: bool = False

    def mark_uncertain(self) -> "FieldCell":
        return replace(self, is_certain=False)


def read_entry(line: FieldCell, result: ParseResult) -> FieldValue:
    """Read the entry of one line.

    It is accepted when understood, blank, or unread with the issue that says why.
    """
    cell = line.value
    _note_counted(line, result)
    if _shows_nothing(cell):
        _note_missing_value(line, result)
        return _build_entry(line, None, None, "blank")
    parsed = _limit_count(parse_count(cell, line.field.qualifier, line.field.unit), line)
    if parsed.issue:
        issue = replace(parsed.issue, field=line.field.code, reporter=line.reporter)
        result.issues.append(issue)
    sign, is_sign_valid = _read_sign(line, parsed, result)
    if parsed.value is None or not is_sign_valid or not line.is_certain:
        return _build_entry(line, None, None, "unread")
    return _build_entry(line, parsed.value, sign, "accepted")


def _note_counted(line: FieldCell, result: ParseResult) -> None:
    result.counted.append((line.value.sheet, line.value.address))
    if line.sign is not None and line.sign.kind != "blank":
        result.counted.append((line.sign.sheet, line.sign.address))


def _shows_nothing(cell: Cell) -> bool:
    return cell.kind == "blank" or is_empty(cell)


def _note_missing_value(line: FieldCell, result: ParseResult) -> None:
    if line.field.required and line.is_certain and not line.is_merged:
        result.add_issue_at("V025", line.value, field=line.field.code, reporter=line.reporter)


def find_limit(field: Field) -> int:
    """Return what a count of the field lies below; money may be larger."""
    return MAX_MONEY if field.unit == MONEY_UNIT else MAX_COUNT


def is_ordinary(value: float, limit: int) -> bool:
    """Is a bare number a count that nothing is said about?"""
    return 0 <= value < limit and value.is_integer()


def are_ordinary(values: Sequence[float], limits: Sequence[int]) -> bool:
    """Are bare numbers, as many as limits, all counts that nothing is said about?"""
    return min(values) >= 0 and all(map(float.is_integer, values)) and all(map(lt, values, limits))


def _limit_count(parsed: ParsedCount, line: FieldCell) -> ParsedCount:
    """Refuse a count that is too large; money may be."""
    if (parsed.value or 0) < find_limit(line.field):
        return parsed
    cell = line.value
    issue = make_issue("V007", cell.sheet, cell.address, cell.text)
    return ParsedCount(None, None, issue)


def _read_sign(
    line: FieldCell, parsed: ParsedCount, result: ParseResult
) -> tuple[str | None, bool]:
    """Return the sign in force and whether it may stand here."""
    if line.sign is None or line.sign.kind == "blank":
        sign = parsed.qualifier or "="
        return (sign if line.field.qualifier else None), True
    choice = enum_codes("qualifier").get(fold_text(line.sign.text))
    if choice and _may_stand(choice, line, parsed):
        return choice, True
    if choice == "=":
        return None, not line.field.qualifier
    result.add_issue_at("V028", line.sign, field=line.field.code, reporter=line.reporter)
    return None, False


def _may_stand(sign: str, line: FieldCell, parsed: ParsedCount) -> bool:
    """Does the field offer signs, and does the text of the count say no other?"""
    return line.field.qualifier and parsed.qualifier in (None, "=", sign)


def _build_entry(
    line: FieldCell, value: int | None, sign: str | None, state: CellState
) -> FieldValue:
    cell = line.value
    return FieldValue(
        line.reporter,
        line.period,
        line.field.code,
        None if _shows_nothing(cell) else cell.text,
        value,
        sign,
        state,
        cell.sheet,
        cell.address,
        line.note,
    )


def read_stated_total(unit: str, period: str, field: str, cell: Cell) -> StatedTotal | None:
    """Read a total somebody wrote; None when it is no number at all."""
    value = parse_count(cell).value
    if value is None:
        return None
    return StatedTotal(unit, period, field, value, cell.text, cell.sheet, cell.address)
