"""Which cells of a file something is read from; what is wrong with any other cell keeps nothing out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.spreadsheet.model import Cell, Workbook, read_row

Where = tuple[str, str]
#: Columns of forms A and B that are printed on the form and not read.
PRINTED = frozenset({"label", "unit", "previous"})
#: Columns that say whose a line is.
NAMING = frozenset({"commune", "name", "unit", "period", "code"})


@dataclass(frozen=True)
class ReadCells:
    """The tables of a file with what was read from them."""

    tables: list[FormTable]
    parts: ParseResult
    facts: WorkbookMetadata
    #: True when the cells above the table do not say whose file it is.
    in_doubt: bool = False

    def choose_case(self, cell: Cell) -> str:
        """The case of an issue about a text: what is read from its cell, if anything is."""
        table = next((t for t in self.tables if t.sheet.name == cell.sheet), None)
        if table is None:
            return "aside"
        if cell.row <= table.header:
            return "whole" if self.in_doubt and self._is_owner(cell) else "aside"
        key = next((key for key, column in table.columns.items() if column == cell.col), "")
        if not key or (cell.sheet, cell.row) not in self._lines:
            return "aside"
        if table.family == "single":
            return "aside" if key in PRINTED else ""
        return "line" if table.family != "register" and key in NAMING else ""

    def holds(self, sheet: str, address: str) -> bool:
        """True when a value, a line or a fact of the file is read from the cell."""
        return (sheet, address) in self._counts or self.holds_text(sheet, address)

    def holds_text(self, sheet: str, address: str) -> bool:
        """True when the cell is one of a line or a fact, which may be days."""
        return (sheet, address) in self._texts

    def _is_owner(self, cell: Cell) -> bool:
        owners = (self.facts.visible.get(name) for name in ("code", "unit"))
        return any(
            owner and (owner.sheet, owner.address) == (cell.sheet, cell.address) for owner in owners
        )

    @cached_property
    def _lines(self) -> set[tuple[str, int]]:
        """Sheet and row of every line something is read from."""
        entries = {(e.sheet, read_row(e.cell)) for e in self.parts.entries}
        return entries | {(r.sheet, read_row(r.cell)) for r in self.parts.records}

    @cached_property
    def _counts(self) -> set[Where]:
        return {(e.sheet, e.cell) for e in self.parts.entries}

    @cached_property
    def _texts(self) -> set[Where]:
        facts = {(cell.sheet, cell.address) for cell in self.facts.visible.values()}
        return facts | {(r.sheet, r.cell) for r in self.parts.records}


def note_links(book: Workbook, cells_read: ReadCells) -> Iterator[Issue]:
    """Numbers that come from another file (F008): asked about where they are read, only said where they are not."""
    used = False
    for sheet in book.sheets:
        cells = [address for address in sheet.linked if cells_read.holds(sheet.name, address)]
        if cells:
            used = True
            yield replace(
                make_issue("F008", sheet.name, cells[0], case="saved"), cells=tuple(cells)
            )
    if not used and (book.has_links or any(sheet.linked for sheet in book.sheets)):
        yield make_issue("F008", case="unused")


def note_dates(book: Workbook, cells_read: ReadCells) -> Iterator[Issue]:
    """Dates counted from 1904 are read rightly, and said: copied elsewhere they shift by four years and a day."""
    for sheet in book.sheets if book.date1904 else ():
        dates = [
            c
            for c in sheet.cells.values()
            if c.kind == "date" and cells_read.holds_text(sheet.name, c.address)
        ]
        if dates:
            cells = tuple(cell.address for cell in dates)
            yield replace(
                make_issue("V013", sheet.name, cells[0], dates[0].text, case="date1904"),
                cells=cells,
            )
