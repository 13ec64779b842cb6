"""A book in, the tables that look like one of our forms out: which sheet, which row, which columns."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipelines import catalog
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.labels import get_label, get_spellings
from pipelines.intake.templates.layout import COMMUNE, HEADER_ROW, SIGN_SUFFIX, form_fields
from pipelines.spreadsheet.model import Cell, Sheet, Workbook, column_number

TableFamily = Literal["single", "district", "register", "tidy"]
#: Headers of the tidy table, in both languages.
LONG_TABLE_HEADERS = {
    "unit": ("unit", "đơn vị", "mã đơn vị"),
    "period": ("period", "kỳ", "kỳ báo cáo"),
    "code": ("code", "mã", "mã chỉ tiêu"),
    "value": ("value", "giá trị", "số liệu"),
    "qualifier": ("qualifier", "dấu"),
    "note": ("note", "ghi chú"),
}
SINGLE_FORM_COLUMNS = ("code", "label", "unit", "previous", "value", "qualifier", "note")


@dataclass(frozen=True)
class FormTable:
    """One table found on a sheet: its header row and the column of each key."""

    sheet: Sheet
    family: TableFamily
    #: Form or register code; empty for forms and tidy tables until their codes are read.
    form: str
    header: int
    columns: dict[str, int]
    #: Keys whose header stands in more than one column.
    repeated: tuple[str, ...]

    @property
    def rows(self) -> list[int]:
        """The rows below the header that hold anything, top down."""
        return sorted({row for row, _ in self.sheet.cells if row > self.header})

    def get_cell(self, row: int, key: str) -> Cell:
        """The cell of one column; blank when the table has no such column."""
        column = self.columns.get(key)
        found = self.sheet.cells.get((row, column)) if column else None
        return found or Cell(self.sheet.name, row, column or 1, "blank", None, "")


def find_tables(book: Workbook) -> list[FormTable]:
    """The best table of each visible sheet, in sheet order; sheets without one are left out."""
    found = (
        _find_best_table(sheet) for sheet in book.sheets if not (sheet.hidden or sheet.very_hidden)
    )
    return [table for table in found if table]


@lru_cache(maxsize=16_384)
def _header_roles(text: str) -> tuple[tuple[TableFamily, str, str], ...]:
    return _known_headers().get(fold_text(text).rstrip(" :*."), ())


@cache
def _known_headers() -> dict[str, tuple[tuple[TableFamily, str, str], ...]]:
    """Folded header text → every (family, form, key) it may stand for."""
    known: dict[str, list[tuple[TableFamily, str, str]]] = defaultdict(list)
    for key in SINGLE_FORM_COLUMNS:
        for text in get_spellings("columns", key):
            known[fold_text(text)].append(("single", "", key))
    for key, texts in LONG_TABLE_HEADERS.items():
        for text in texts:
            known[text].append(("tidy", "", key))
    for form in catalog.forms():
        for field in form_fields(form):
            known[field.code].append(("district", form, field.code))
            known[field.code + SIGN_SUFFIX].append(("district", form, field.code + SIGN_SUFFIX))
        for key in (COMMUNE, "name", "note"):
            known[key].append(("district", form, key))
    for register, definition in catalog.registers().items():
        for column in definition.columns:
            known[column.code].append(("register", register, column.code))
    return {text: tuple(roles) for text, roles in known.items()}


def _find_best_table(sheet: Sheet) -> FormTable | None:
    seen: dict[tuple[int, TableFamily, str], dict[str, list[int]]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.kind == "text":
            for family, form, key in _header_roles(cell.text):
                seen.setdefault((row, family, form), {}).setdefault(key, []).append(column)
    # NOTE: every line of a form holds a code that is also some header; two of a kind are the least a table shows.
    fitting = [(at, keys) for at, keys in seen.items() if len(keys) > 1 and _is_plausible(at, keys)]
    if not fitting:
        return None
    (row, family, form), keys = max(fitting, key=lambda item: (len(item[1]), -item[0][0]))
    repeated = tuple(key for key, columns in keys.items() if len(columns) > 1)
    return FormTable(
        sheet, family, form, row, {key: min(columns) for key, columns in keys.items()}, repeated
    )


def _is_plausible(at: tuple[int, TableFamily, str], keys: dict[str, list[int]]) -> bool:
    _, family, form = at
    if family == "single":
        return (
            len(keys) >= 3
            or ("code" in keys and "value" in keys)
            or ("label" in keys and "value" in keys)
        )
    if family == "tidy":
        return len(keys.keys() & {"unit", "period", "code", "value"}) >= 3
    if family == "register":
        return len(keys) >= 3 and catalog.registers()[form].key in keys
    return len(keys) >= 4 and any(key[0] == form.lower() and key[1:2].isdigit() for key in keys)


#: Columns without which the table is not the form.
NEEDED_COLUMNS = ("code", "label", "value")
CellBounds = tuple[int, int, int, int]
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def check_layout(table: FormTable, result: ParseResult) -> bool:
    """Notes every T issue of the header; False when the table cannot be read by its columns."""
    expected = 1 if table.family == "tidy" else HEADER_ROW
    if table.header != expected:
        result.add_issue("T001", table.sheet.name, n=table.header)
    for key in table.repeated:
        result.add_issue("T004", table.sheet.name, name=column_title(table, key))
    missing = [key for key in _needed_columns(table) if key not in table.columns]
    for key in missing:
        result.add_issue("T005", table.sheet.name, name=column_title(table, key))
    return not (missing or table.repeated)


def note_hidden_cells(table: FormTable, result: ParseResult) -> None:
    """Merged cells and hidden rows among the data."""
    last = max((row for row, _ in table.sheet.cells), default=0)
    for text in table.sheet.merges:
        bounds = _parse_range(text)
        if bounds and bounds[2] > table.header:
            result.add_issue("T003", table.sheet.name, text.split(":")[0], range=text)
    hidden = [row for row in sorted(table.sheet.hidden_rows) if table.header < row <= last]
    if hidden:
        result.add_issue("T006", table.sheet.name, n=", ".join(map(str, hidden[:20])))


def merged_cells(sheet: Sheet) -> set[tuple[int, int]]:
    """Cells that a merge hides: all of each range but its first."""
    hidden: set[tuple[int, int]] = set()
    for text in sheet.merges:
        bounds = _parse_range(text)
        if bounds:
            top, left, bottom, right = bounds
            block = (
                (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
            )
            # NOTE: a merge over the whole sheet is the gate's business; here only a table's worth is walked.
            hidden.update(
                at for _, at in zip(range(10_000), block, strict=False) if at != (top, left)
            )
    return hidden


def column_title(table: FormTable, key: str) -> str:
    """A column's name as the officer knows it."""
    if table.family == "single":
        return get_label("columns", key)
    if table.family == "register":
        known = {c.code: c.label.vi for c in catalog.registers()[table.form].columns}
        return known.get(key, key)
    if table.family == "tidy":
        return LONG_TABLE_HEADERS[key][0]
    field = catalog.fields().get(key)
    return field.label.vi if field else get_label("district", "commune") if key == COMMUNE else key


def _needed_columns(table: FormTable) -> tuple[str, ...]:
    if table.family == "single":
        return NEEDED_COLUMNS
    if table.family == "tidy":
        return ("unit", "period", "code", "value")
    if table.family == "district":
        return (COMMUNE,)
    return tuple(c.code for c in catalog.registers()[table.form].columns if c.required)


def _parse_range(text: str) -> CellBounds | None:
    """`B2:D5` → top, left, bottom, right, counted from 1."""
    found = _RANGE.fullmatch(text)
    if not found or not found[3]:
        return None
    return int(found[2]), column_number(found[1]), int(found[4]), column_number(found[3])
