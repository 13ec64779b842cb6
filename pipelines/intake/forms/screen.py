"""A book in, what may not be kept out: personal data (P001), hidden sheets (P002), comments (P003)."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from pipelines import catalog
from pipelines.intake.cells import Book, Cell, Sheet
from pipelines.intake.forms.facts import identity
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.tables import Table
from pipelines.intake.template.identity import KEYS
from pipelines.intake.template.layout import IDENTITY, LISTS
from pipelines.intake.template.lists import codes, content_hash, labels
from pipelines.intake.template.marks import is_ours
from pipelines.intake.template.register import enum_of
from pipelines.privacy import personal

#: Below the header row our own tables have up to so many more rows of labels.
_LABEL_ROWS = {"register": 1}
_MOST_LABEL_ROWS = 2
#: Shorter numbers are counts; longer ones outside the number columns may be identity or phone numbers.
_DIGITS = 9
#: What may stand beside a key of `_caunoi`: codes, periods, hashes, never words.
_VALUE = re.compile(r"[A-Z]\d?|\d{1,3}|[a-z]{4,8}|[DP]-\d{5}|HN|\d{4}-Q[1-4]|[0-9a-f]{12}|[0-9a-f]{16}|")


def screen(book: Book, tables: list[Table], parts: Parts) -> bool:
    """Notes every P issue; False when the file may not be kept or read on."""
    for sheet in book.sheets:
        ours = _is_our_sheet(book, sheet)
        if not ours:
            _personal(sheet, next((t for t in tables if t.sheet is sheet), None), parts)
        if (sheet.hidden or sheet.very_hidden) and not ours:
            parts.add("P002", sheet.name, name=sheet.name)
        _comments(sheet, parts)
    return not parts.refused


def _personal(sheet: Sheet, table: Table | None, parts: Parts) -> None:
    kind = _found(sheet.name)
    if kind:
        parts.add("P001", "", case="sheet_name", kind=kind)
    for cell, kind in _suspects(sheet, table):
        parts.add("P001", sheet.name, cell.address, kind=kind)


def _suspects(sheet: Sheet, table: Table | None) -> Iterator[tuple[Cell, str]]:
    headers: dict[int, list[tuple[Cell, str]]] = {}
    counts = _number_columns(table)
    for (row, column), cell in sheet.cells.items():
        if cell.kind == "text":
            free, heading = _suspicion(cell.text)
            if free:
                yield cell, free
            elif heading and not _chosen(table, row, column, cell.text):
                headers.setdefault(row, []).append((cell, heading))
        elif cell.kind == "number" and column not in counts and len(cell.text) >= _DIGITS:
            kind = _found(cell.text)
            if kind:
                yield cell, kind
    for row, found in headers.items():
        if _labels(table, row) or len({kind for _, kind in found}) > 1:
            yield from found


def _labels(table: Table | None, row: int) -> bool:
    """Does the row name the table's columns?"""
    return table is not None and 0 <= row - table.header <= _LABEL_ROWS.get(table.family, _MOST_LABEL_ROWS)


def _chosen(table: Table | None, row: int, column: int, text: str) -> bool:
    """Was the text taken from a drop-down of ours? A slip given by `Điện thoại` is no column of telephones."""
    if table is None or table.family != "register" or row <= table.header + _LABEL_ROWS["register"]:
        return False
    enums = _enums(table.form)
    return any(
        text.casefold() in codes(enums[key]) for key, at in table.columns.items() if at == column and key in enums
    )


@cache
def _enums(register: str) -> Mapping[str, str]:
    return {column.code: column.enum for column in catalog.registers()[register].columns if column.enum}


@lru_cache(maxsize=16_384)
def _suspicion(text: str) -> tuple[str | None, str | None]:
    """The kind of personal data in a text, and the kind a column under it would hold."""
    return personal.find(text), personal.is_personal_header(text)


def _found(text: str) -> str | None:
    return _suspicion(text)[0]


def _number_columns(table: Table | None) -> set[int]:
    if table is None or table.family == "register":
        return set()
    plain = {"commune", "name", "note", "code", "label", "unit"}
    return {column for key, column in table.columns.items() if key not in plain}


def _is_our_sheet(book: Book, sheet: Sheet) -> bool:
    """Our hidden sheets are known by name and content: nothing can be hidden in them."""
    if sheet.name == IDENTITY:
        return all(_is_identity(column, cell.text) for (_, column), cell in sheet.cells.items())
    if sheet.name != LISTS or content_hash(_rows(sheet)) != identity(book).get("lists"):
        return False
    return all(_is_choice(cell.text) for cell in sheet.cells.values())


def _is_choice(text: str) -> bool:
    """NOTE: the hash stands in the same file, so whoever forges the one can forge the other: every word is known to
    us, or, in a list of another year, at least no personal data.
    """
    return text in _choices() or not any(_suspicion(text))


@cache
def _choices() -> frozenset[str]:
    columns = (c for register in catalog.registers().values() for c in register.columns)
    names = {"facility", "data_status", "qualifier", "lines", *(name for c in columns if (name := enum_of(c)))}
    return frozenset([*names, *(label for name in names for label in labels(name).values())])


def _is_identity(column: int, text: str) -> bool:
    """One of our keys, or the short code that may stand beside it."""
    return text in KEYS if column == 1 else column == 2 and bool(_VALUE.fullmatch(text))


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    height = max((row for row, _ in sheet.cells), default=0)
    width = max((column for _, column in sheet.cells), default=0)
    for row in range(1, height + 1):
        cells = (sheet.cells.get((row, column)) for column in range(1, width + 1))
        yield [cell.text if cell else "" for cell in cells]


def _comments(sheet: Sheet, parts: Parts) -> None:
    for where, text in sheet.comments.items():
        # NOTE: our own seal can be copied: what stands under it is looked at like anything else.
        kind = _found(text)
        if kind:
            parts.add("P001", sheet.name, where, kind=kind)
        elif not is_ours(text):
            parts.add("P003", sheet.name, where)
