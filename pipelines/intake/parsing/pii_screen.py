"""Screen a workbook for what may not be kept: personal data, hidden sheets, comments.

The issues are P001, P002 and P003.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from pipelines import catalog
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.metadata import read_identity
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.dropdowns import enum_codes, enum_labels, hash_rows
from pipelines.intake.templates.layout import IDENTITY_KEYS, IDENTITY_SHEET, LISTS_SHEET
from pipelines.intake.templates.register_template import column_enum
from pipelines.intake.templates.sealed_comments import is_sealed
from pipelines.privacy import pii
from pipelines.reference.csv_tables import active_folder
from pipelines.spreadsheet.model import Cell, Sheet, Workbook

#: Below the header row our own tables have up to so many more rows of labels.
_LABEL_ROWS = {"register": 1}
_MOST_LABEL_ROWS = 2
#: Shorter numbers are counts; longer ones outside the number columns may be identity or phone
#: numbers.
_DIGITS = 9
#: What `_classify_text` says of a text that tells nothing of anybody.
_HARMLESS = (None, None)
#: What may stand beside a key of `_caunoi`: codes, periods, hashes, never words.
_VALUE = re.compile(
    r"[A-Z]\d?|\d{1,3}|[a-z]{4,8}|[DP]-\d{5}|[A-Z]{2}|\d{4}-Q[1-4]|[0-9a-f]{12}|[0-9a-f]{16}|"
)


def screen_for_pii(book: Workbook, tables: list[FormTable], result: ParseResult) -> bool:
    """Note every P issue; return False when the file may not be kept or read on."""
    for sheet in book.sheets:
        if not _is_our_sheet(book, sheet):
            _screen_sheet(sheet, _find_table(tables, sheet), result)
            if sheet.hidden or sheet.very_hidden:
                result.add_issue("P002", sheet.name, name=sheet.name)
        _screen_comments(sheet, result)
    return not result.refused


def _find_table(tables: list[FormTable], sheet: Sheet) -> FormTable | None:
    for table in tables:
        if table.sheet is sheet:
            return table
    return None


def _screen_sheet(sheet: Sheet, table: FormTable | None, result: ParseResult) -> None:
    kind = _find_pii_kind(sheet.name)
    if kind:
        result.add_issue("P001", "", case="sheet_name", kind=kind)
    for cell, kind in _find_suspects(sheet, table):
        result.add_issue("P001", sheet.name, cell.address, kind=kind)


def _find_suspects(sheet: Sheet, table: FormTable | None) -> Iterator[tuple[Cell, str]]:
    """Yield every cell that holds personal data, or heads a column of it, with the kind."""
    headings: dict[int, list[tuple[Cell, str]]] = {}
    counts = _number_columns(table)
    for cell in sheet.notable_cells:
        if cell.kind == "text" and _classify_text(cell.text) == _HARMLESS:
            continue
        kind = _find_cell_kind(cell, counts)
        if kind:
            yield cell, kind
            continue
        heading = _find_heading_kind(cell, table)
        if heading:
            headings.setdefault(cell.row, []).append((cell, heading))
    for row, suspects in headings.items():
        if _is_label_row(table, row) or _has_several_kinds(suspects):
            yield from suspects


def _find_cell_kind(cell: Cell, counts: set[int]) -> str | None:
    """Return the kind of personal data in a cell; numbers in the columns `counts` hold none."""
    if cell.kind == "text":
        return _find_pii_kind(cell.text)
    digits = str(cell.value) if cell.kind == "scaled" else cell.text
    is_number = cell.kind in ("number", "scaled")
    if not is_number or cell.col in counts or len(digits) < _DIGITS:
        return None
    return _find_pii_kind(digits)


def _find_heading_kind(cell: Cell, table: FormTable | None) -> str | None:
    """Return the kind of personal data that a column under this cell would hold."""
    if cell.kind != "text":
        return None
    heading = _classify_text(cell.text)[1]
    if heading and _is_dropdown_choice(table, cell.row, cell.col, cell.text):
        return None
    return heading


def _has_several_kinds(suspects: list[tuple[Cell, str]]) -> bool:
    kinds = {kind for _, kind in suspects}
    return len(kinds) > 1


def _is_label_row(table: FormTable | None, row: int) -> bool:
    """Does the row name the table's columns?"""
    if table is None:
        return False
    height = _LABEL_ROWS.get(table.family, _MOST_LABEL_ROWS)
    return 0 <= row - table.header <= height


def _is_dropdown_choice(table: FormTable | None, row: int, column: int, text: str) -> bool:
    """Was the text taken from a drop-down of ours?

    A slip given by `Điện thoại` is no column of telephones.
    """
    if table is None or table.family != "register":
        return False
    if row <= table.header + _LABEL_ROWS["register"]:
        return False
    choices = list(map(enum_codes, _column_enums(table, column)))
    return any(text.casefold() in codes for codes in choices)


def _column_enums(table: FormTable, column: int) -> list[str]:
    """List the enumerations a column of a register chooses from."""
    enums = _register_enums(table.form)
    keys = [key for key, at in table.columns.items() if at == column]
    return [enums[key] for key in keys if key in enums]


@cache
def _register_enums(register: str) -> Mapping[str, str]:
    columns = catalog.registers()[register].columns
    return {column.code: column.enum for column in columns if column.enum}


@lru_cache(maxsize=16_384)
def _classify_text(text: str) -> tuple[str | None, str | None]:
    """Return the kind of personal data in a text, and the kind a column under it would hold."""
    return pii.find(text), pii.is_personal_header(text)


def _find_pii_kind(text: str) -> str | None:
    return _classify_text(text)[0]


def _number_columns(table: FormTable | None) -> set[int]:
    if table is None or table.family == "register":
        return set()
    plain = {"commune", "name", "note", "code", "label", "unit"}
    return {column for key, column in table.columns.items() if key not in plain}


def _is_our_sheet(book: Workbook, sheet: Sheet) -> bool:
    """Our hidden sheets are known by name and content: nothing can be hidden in them."""
    if sheet.name == IDENTITY_SHEET:
        return all(_is_identity(cell.col, cell.text) for cell in sheet.all_cells)
    if sheet.name != LISTS_SHEET:
        return False
    if hash_rows(_sheet_rows(sheet)) != read_identity(book).get("lists"):
        return False
    return all(_is_choice(cell.text) for cell in sheet.all_cells)


def _is_choice(text: str) -> bool:
    """Is a text of the list sheet known to us, or, in a list of another year, no personal data?

    NOTE: the hash stands in the same file, so whoever forges the one can forge the other.
    """
    return text in _known_choices(active_folder()) or not any(_classify_text(text))


@cache
def _known_choices(_province: Path) -> frozenset[str]:
    """Return the names and labels of every enumeration that our drop-downs offer."""
    names = {"facility", "data_status", "qualifier", "lines"}
    for register in catalog.registers().values():
        names.update(map(column_enum, register.columns))
    names.discard("")
    choices = set(names)
    for name in names:
        labels = enum_labels(name)
        choices.update(labels.values())
    return frozenset(choices)


def _is_identity(column: int, text: str) -> bool:
    """Is the text one of our keys, or the short code that may stand beside it?"""
    if column == 1:
        return text in IDENTITY_KEYS
    return column == 2 and bool(_VALUE.fullmatch(text))


def _sheet_rows(sheet: Sheet) -> Iterator[list[str]]:
    texts = {(cell.row, cell.col): cell.text for cell in sheet.all_cells}
    height = max((row for row, _ in texts), default=0)
    columns = range(1, max((column for _, column in texts), default=0) + 1)
    for row in range(1, height + 1):
        yield [texts.get((row, column), "") for column in columns]


def _screen_comments(sheet: Sheet, result: ParseResult) -> None:
    for where, text in sheet.comments.items():
        # NOTE: our own seal can be copied: what stands under it is looked at like anything else.
        kind = _find_pii_kind(text)
        if kind:
            result.add_issue("P001", sheet.name, where, kind=kind)
        elif not is_sealed(text):
            result.add_issue("P003", sheet.name, where)
