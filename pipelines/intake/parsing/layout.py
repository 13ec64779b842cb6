"""Find the tables that look like one of our forms: their sheet, header row and columns."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice, product
from typing import Literal

from pipelines import catalog
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.labels import get_label, get_spellings
from pipelines.intake.templates.layout import COMMUNE, HEADER_ROW, NAME, SIGN_SUFFIX, form_fields
from pipelines.spreadsheet.model import Cell, Sheet, Workbook, column_name, column_number

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
#: What a header text may stand for: family, form or register, key.
HeaderRole = tuple[TableFamily, str, str]
#: A row that may be a header: its number, family and form or register.
HeaderPlace = tuple[int, TableFamily, str]
SINGLE_FORM_COLUMNS = ("code", "label", "unit", "previous", "value", "qualifier", "note")


@dataclass(frozen=True)
class FormTable:
    """Describe one table found on a sheet: its header row and the column of each key."""

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
        """Return the rows below the header that hold anything, top down."""
        return [row for row in self.sheet.filled_rows if row > self.header]

    @property
    def has_entries(self) -> bool:
        """True when anything stands below the header in a column that is not printed."""
        printed = UNREAD_COLUMNS | PRINTED_NAMES
        columns = {column for key, column in self.columns.items() if key not in printed}
        last_label = self.header + _LABEL_ROWS[self.family]
        return any(row > last_label and at in columns for row, at in self.sheet.cells)

    def get_cell(self, row: int, key: str) -> Cell:
        """Return the cell of one column; blank when the table has no such column."""
        column = self.columns.get(key)
        if column is None:
            return Cell(self.sheet.name, row, 1, "blank", None, "")
        return self.sheet.get_cell(row, column)

    def get_text(self, row: int, key: str) -> str:
        """Return the text of the cell of one column; empty where there is none."""
        column = self.columns.get(key)
        if column is None:
            return ""
        (value,) = self.sheet.read_values(row, (column,))
        if isinstance(value, str):
            return value
        return self.sheet.get_cell(row, column).text

    def list_texts(self, key: str) -> list[str]:
        """Return the texts of one column, of each row below the header that holds anything."""
        column = self.columns.get(key, 0)
        texts: list[str] = []
        for row in self.rows:
            (value,) = self.sheet.read_values(row, (column,))
            texts.append(value if isinstance(value, str) else self.get_text(row, key))
        return texts

    def is_filled(self, row: int, keys: Iterable[str]) -> bool:
        """True when a cell of these columns holds anything."""
        return any(self.get_cell(row, key).kind != "blank" for key in keys)


def find_tables(book: Workbook) -> list[FormTable]:
    """Return the best table of each visible sheet, in sheet order; not every sheet has one."""
    visible = [sheet for sheet in book.sheets if not (sheet.hidden or sheet.very_hidden)]
    return list(filter(None, map(_find_best_table, visible)))


@lru_cache(maxsize=16_384)
def _header_roles(text: str) -> tuple[HeaderRole, ...]:
    return _known_headers().get(fold_text(text).rstrip(" :*."), ())


@cache
def _known_headers() -> dict[str, tuple[HeaderRole, ...]]:
    """Map a folded header text to everything it may stand for."""
    known: dict[str, list[HeaderRole]] = defaultdict(list)
    for text, role in _list_headers():
        known[text].append(role)
    return {text: tuple(roles) for text, roles in known.items()}


def _list_headers() -> Iterator[tuple[str, HeaderRole]]:
    """Yield every header text with what it stands for, form by form."""
    yield from _list_form_headers()
    for form in catalog.forms():
        for key in _district_keys(form):
            yield key, ("district", form, key)
    for register, definition in catalog.registers().items():
        for column in definition.columns:
            yield column.code, ("register", register, column.code)


def _list_form_headers() -> Iterator[tuple[str, HeaderRole]]:
    """Yield the headers of forms A and B and of the tidy table."""
    for key in SINGLE_FORM_COLUMNS:
        for text in get_spellings("columns", key):
            yield fold_text(text), ("single", "", key)
    for key, texts in LONG_TABLE_HEADERS.items():
        for text in texts:
            yield text, ("tidy", "", key)


def _district_keys(form: str) -> Iterator[str]:
    for field in form_fields(form):
        yield field.code
        yield field.code + SIGN_SUFFIX
    yield from (COMMUNE, "name", "note")


def _find_best_table(sheet: Sheet) -> FormTable | None:
    """Return the table with the most columns; of two as wide, the upper one."""
    headers = _collect_headers(sheet)
    # NOTE: every line of a form holds a code that is also some header; two of a kind are the least
    # a table shows.
    several = {place: keys for place, keys in headers.items() if len(keys) >= 2}
    fitting = [place for place, keys in several.items() if _is_plausible(place, keys)]
    if not fitting:
        return None
    place = max(fitting, key=lambda place: (len(headers[place]), -place[0]))
    row, family, form = place
    keys = headers[place]
    columns = {key: min(found) for key, found in keys.items()}
    repeated = tuple(key for key, found in keys.items() if len(found) > 1)
    return FormTable(sheet, family, form, row, columns, repeated)


def _collect_headers(sheet: Sheet) -> dict[HeaderPlace, dict[str, list[int]]]:
    """Map each row and what it may head to the columns of each key."""
    places: dict[HeaderPlace, dict[str, list[int]]] = {}
    for cell in sheet.text_cells:
        for family, form, key in _header_roles(cell.text):
            keys = places.setdefault((cell.row, family, form), {})
            keys.setdefault(key, []).append(cell.col)
    return places


def _is_plausible(place: HeaderPlace, keys: Mapping[str, list[int]]) -> bool:
    """Do the headers of a row suffice for a table of this family?"""
    _, family, form = place
    if family == "single":
        return len(keys) >= 3 or _has_form_lines(keys)
    if family == "tidy":
        return len(keys.keys() & {"unit", "period", "code", "value"}) >= 3
    if family == "register":
        return len(keys) >= 3 and catalog.registers()[form].key in keys
    return len(keys) >= 4 and _has_field_code(keys, form)


def _has_form_lines(keys: Collection[str]) -> bool:
    return "value" in keys and ("code" in keys or "label" in keys)


def _has_field_code(keys: Collection[str], form: str) -> bool:
    return any(key[0] == form.lower() and key[1:2].isdigit() for key in keys)


#: Columns without which the table is not the form.
NEEDED_COLUMNS: dict[TableFamily, tuple[str, ...]] = {
    "single": ("code", "label", "value"),
    "tidy": ("unit", "period", "code", "value"),
    "district": (COMMUNE,),
}
CellBounds = tuple[int, int, int, int]
#: So many merged cells of a sheet are looked at: as many as it may have.
_MOST_MERGED = 1_000_000
#: Rows of labels below the header row, by family.
_LABEL_ROWS: dict[TableFamily, int] = {"single": 0, "district": 2, "register": 1, "tidy": 0}
#: Columns that name a line on forms A and B and on the district's workbook.
PRINTED_NAMES = frozenset({"code", COMMUNE, NAME})
#: Columns of forms A and B that are printed on the form and not read.
UNREAD_COLUMNS = frozenset({"label", "unit", "previous"})
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def check_layout(table: FormTable, result: ParseResult) -> bool:
    """Note every T issue of the header; return False when the table cannot be read."""
    expected = 1 if table.family == "tidy" else HEADER_ROW
    if table.header != expected:
        result.add_issue("T001", table.sheet.name, n=table.header)
    missing = [key for key in _needed_columns(table) if key not in table.columns]
    _note_columns("T004", table, table.repeated, result)
    _note_columns("T005", table, missing, result)
    return not missing and not table.repeated


def _note_columns(code: str, table: FormTable, keys: Iterable[str], result: ParseResult) -> None:
    for key in keys:
        result.add_issue(code, table.sheet.name, name=column_title(table, key))


def drop_covered_cells(book: Workbook, result: ParseResult) -> bool:
    """Drop what a merge covers from the visible sheets, and note it (T022); False for nothing.

    What Excel does not show is not counted.
    """
    before = len(result.issues)
    for sheet in book.sheets:
        if sheet.hidden or sheet.very_hidden:
            continue
        for area, cells in _find_covered(sheet).items():
            issue = result.add_issue("T022", sheet.name, cells[0].address, range=area)
            result.issues[-1] = replace(issue, cells=tuple(cell.address for cell in cells))
            sheet.drop_cells(cells)
    return len(result.issues) > before


def _find_covered(sheet: Sheet) -> dict[str, list[Cell]]:
    """Map each merge that covers filled cells to them."""
    covered: dict[str, list[Cell]] = {}
    seen: set[tuple[int, int]] = set()
    for area, places in _list_covered_places(sheet):
        cells = [sheet.cells[at] for at in places if at in sheet.cells and at not in seen]
        if cells:
            covered[area] = cells
            seen.update((cell.row, cell.col) for cell in cells)
    return covered


def note_hidden_cells(table: FormTable, result: ParseResult) -> None:
    """Note merged cells (T003), hidden rows (T006) and hidden columns (T021) among the data."""
    sheet = table.sheet
    for text in sheet.merges:
        bounds = _parse_range(text)
        if bounds and bounds[2] > table.header:
            result.add_issue("T003", sheet.name, text.split(":")[0], range=text)
    hidden = list(map(str, _list_hidden_rows(table)))
    if hidden:
        result.add_issue("T006", sheet.name, n=", ".join(hidden[:20]))
    columns = [column_name(column) for column in _list_hidden_columns(table)]
    if columns:
        result.add_issue("T021", sheet.name, name=", ".join(columns))


def _list_hidden_columns(table: FormTable) -> list[int]:
    """List the hidden columns that figures or register entries are read from."""
    read = {column for key, column in table.columns.items() if key not in UNREAD_COLUMNS}
    hidden = table.sheet.hidden_columns
    return [column for column in sorted(read) if any(a <= column <= b for a, b in hidden)]


def _list_hidden_rows(table: FormTable) -> list[int]:
    """List the hidden rows between the header and the last row that holds anything."""
    last = max(table.sheet.filled_rows, default=0)
    return [row for row in sorted(table.sheet.hidden_rows) if table.header < row <= last]


def merged_cells(sheet: Sheet) -> set[tuple[int, int]]:
    """Return row and column of the cells that a merge hides: all of each range but its first."""
    hidden: set[tuple[int, int]] = set()
    for _, places in _list_covered_places(sheet):
        hidden.update(places)
    return hidden


def _list_covered_places(sheet: Sheet) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield each merge with row and column of the cells it hides, as far as the sheet is used.

    NOTE: a merge over the whole sheet is the gate's business; here only a table's worth is walked.
    """
    if not sheet.merges:
        return
    last_row = max(sheet.filled_rows, default=0)
    last_column = sheet.last_column
    left_over = _MOST_MERGED
    for area in sheet.merges:
        bounds = _parse_range(area)
        if bounds is None:
            continue
        top, left, bottom, right = bounds
        rows = range(top, min(bottom, last_row) + 1)
        columns = range(left, min(right, last_column) + 1)
        # NOTE: the first cell of the block is the one that shows.
        places = list(islice(product(rows, columns), 1, left_over))
        left_over -= len(places)
        yield area, places


def column_title(table: FormTable, key: str) -> str:
    """Return a column's name as the officer knows it."""
    if table.family == "single":
        return get_label("columns", key)
    if table.family == "register":
        columns = catalog.registers()[table.form].columns
        return {column.code: column.label.vi for column in columns}.get(key, key)
    if table.family == "tidy":
        return LONG_TABLE_HEADERS[key][0]
    if key == COMMUNE:
        return get_label("district", "commune")
    field = catalog.fields().get(key)
    return field.label.vi if field else key


def _needed_columns(table: FormTable) -> tuple[str, ...]:
    if table.family == "register":
        columns = catalog.registers()[table.form].columns
        return tuple(column.code for column in columns if column.required)
    return NEEDED_COLUMNS[table.family]


def _parse_range(text: str) -> CellBounds | None:
    """Parse `B2:D5` into top, left, bottom and right, counted from 1; None for a single cell."""
    match = _RANGE.fullmatch(text)
    if not match or not match[3]:
        return None
    return int(match[2]), column_number(match[1]), int(match[4]), column_number(match[3])
