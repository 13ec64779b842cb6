"""Tell which cells of a file are read; what is wrong with any other cell keeps nothing out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.parsing.layout import UNREAD_COLUMNS, FormTable
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.spreadsheet.model import Cell, Sheet, Workbook, read_row

Where = tuple[str, str]
#: Columns that say whose a line is.
NAMING = frozenset({"commune", "name", "unit", "period", "code"})


@dataclass(frozen=True)
class ReadCells:
    """Hold the tables of a file with what was read from them."""

    tables: list[FormTable]
    result: ParseResult
    facts: WorkbookMetadata
    #: True when the cells above the table do not say whose file it is.
    in_doubt: bool = False

    def choose_case(self, cell: Cell) -> str:
        """Choose the case of an issue about a text by what is read from its cell.

        `aside`: nothing is; `line`: whose line it is; `whole`: whose file it is; else empty.
        """
        table = self._find_table(cell.sheet)
        if table is None:
            return "aside"
        if cell.row <= table.header:
            return "whole" if self.in_doubt and self._is_owner(cell) else "aside"
        key = _find_column_key(table, cell.col)
        if not key or (cell.sheet, cell.row) not in self._lines:
            return "aside"
        return _choose_column_case(table, key)

    def holds(self, sheet: str, address: str) -> bool:
        """True when a value, a line or a fact of the file is read from the cell."""
        return (sheet, address) in self._counts or self.holds_text(sheet, address)

    def holds_text(self, sheet: str, address: str) -> bool:
        """True when the cell is one of a line or a fact, which may be days."""
        return (sheet, address) in self._texts

    def _find_table(self, sheet: str) -> FormTable | None:
        for table in self.tables:
            if table.sheet.name == sheet:
                return table
        return None

    def _is_owner(self, cell: Cell) -> bool:
        for name in ("code", "unit"):
            owner = self.facts.visible.get(name)
            if owner and (owner.sheet, owner.address) == (cell.sheet, cell.address):
                return True
        return False

    @cached_property
    def _lines(self) -> set[tuple[str, int]]:
        """Return sheet and row of every line something is read from."""
        entries = self.result.entries
        found = set(zip(entries.sheet, map(read_row, entries.cell), strict=True))
        found.update((record.sheet, read_row(record.cell)) for record in self.result.records)
        return found

    @cached_property
    def _counts(self) -> set[Where]:
        return set(zip(self.result.entries.sheet, self.result.entries.cell, strict=True))

    @cached_property
    def _texts(self) -> set[Where]:
        facts = {(cell.sheet, cell.address) for cell in self.facts.visible.values()}
        records = {(r.sheet, r.cell) for r in self.result.records}
        return facts | records


def _choose_column_case(table: FormTable, key: str) -> str:
    """Choose the case of an issue in a line that is read, by its column."""
    if table.family == "single":
        return "aside" if key in UNREAD_COLUMNS else ""
    if table.family == "register":
        return ""
    return "line" if key in NAMING else ""


def _find_column_key(table: FormTable, column: int) -> str:
    """Return the key of a column; empty for a column that is none of the table's."""
    for key, at in table.columns.items():
        if at == column:
            return key
    return ""


def note_links(book: Workbook, cells_read: ReadCells) -> list[Issue]:
    """Return the issues about numbers that come from another file (F008).

    They are asked about where they are read, and only mentioned where they are not.
    """
    issues: list[Issue] = []
    for sheet in book.sheets:
        cells = tuple(at for at in sheet.linked if cells_read.holds(sheet.name, at))
        if cells:
            issue = make_issue("F008", sheet.name, cells[0], case="saved")
            issues.append(replace(issue, cells=cells))
    if not issues and _has_links(book):
        issues.append(make_issue("F008", case="unused"))
    return issues


def _has_links(book: Workbook) -> bool:
    return book.has_links or any(sheet.linked for sheet in book.sheets)


def note_dates(book: Workbook, cells_read: ReadCells) -> Iterator[Issue]:
    """Yield the issues about dates counted from 1904 (V013).

    They are read rightly, and mentioned: copied elsewhere they shift by four years and a day.
    """
    if not book.date1904:
        return
    for sheet in book.sheets:
        dates = _list_dates_read(sheet, cells_read)
        if dates:
            first = dates[0]
            issue = make_issue("V013", sheet.name, first.address, first.text, case="date1904")
            yield replace(issue, cells=tuple(cell.address for cell in dates))


def _list_dates_read(sheet: Sheet, cells_read: ReadCells) -> list[Cell]:
    dates = [cell for cell in sheet.cells.values() if cell.kind == "date"]
    return [cell for cell in dates if cells_read.holds_text(sheet.name, cell.address)]
