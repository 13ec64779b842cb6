"""Read what a workbook says about itself: above its tables, in `_caunoi`, in its names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.intake.model import DataStatus
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.templates.dropdowns import enum_codes
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import IDENTITY_KEYS, IDENTITY_SHEET
from pipelines.spreadsheet.model import Cell, Sheet, Workbook

#: How far right of its label a fact may stand.
_REACH = 8
_UNIT = re.compile(r"[DP]-\d{5}|\d{3}|[A-Z]{2}")
_NAMES = ("unit", "code", "period", "status", "lines")


@dataclass(frozen=True)
class WorkbookMetadata:
    """Hold what the officer sees and what our hidden sheet says; neither wins where they differ."""

    hidden: dict[str, Cell]
    #: The cell beside each label; the one of the period may be blank, the others are left out then.
    visible: dict[str, Cell]
    #: Further cells beside the same labels, also on the sheets of the registers in the workbook.
    further: tuple[tuple[str, Cell], ...] = ()
    #: Other texts above the tables, such as titles.
    titles: tuple[Cell, ...] = ()
    file_name: str = ""
    sheet_names: tuple[str, ...] = ()

    @property
    def version(self) -> int | None:
        text = self._hidden_text("version")
        is_number = text.isascii() and text.isdigit()
        return int(text) if is_number and len(text) < 4 else None

    @property
    def template_id(self) -> str:
        return self._hidden_text("template_id")

    @property
    def unit(self) -> str:
        """Return the hidden unit when it looks like one of ours, else an empty text."""
        text = self._hidden_text("unit")
        return text if _UNIT.fullmatch(text) else ""

    @property
    def nil_return_cell(self) -> Cell | None:
        """Return the cell that says that nobody was referred; None when none does."""
        cell = self.visible.get("lines")
        if cell is None:
            return None
        choice = enum_codes("lines").get(fold_text(cell.text))
        return cell if choice == "none" else None

    @property
    def status(self) -> DataStatus:
        cell = self.visible.get("status")
        if cell is None:
            choice: str | None = self._hidden_text("data_status")
        else:
            choice = enum_codes("data_status").get(fold_text(cell.text))
        return "estimate" if choice == "estimate" else "final"

    def find_statement(self, name: str) -> Cell | None:
        """Return the cell that says a fact: the officer's, or else the one of our hidden sheet."""
        return self.visible.get(name) or self.hidden.get(name)

    def others(self, name: str) -> list[Cell]:
        """Return the further cells beside one label."""
        return [cell for label, cell in self.further if label == name and cell.kind != "blank"]

    def _hidden_text(self, name: str) -> str:
        return self.hidden[name].text if name in self.hidden else ""


def read_metadata(book: Workbook, table: FormTable, tables: list[FormTable]) -> WorkbookMetadata:
    """Read the facts of one table; the other tables add what they say about the same."""
    visible: dict[str, Cell] = {}
    further: list[tuple[str, Cell]] = []
    titles: list[Cell] = []
    for name, cell in _list_facts(table.sheet, table.header):
        if not name:
            titles.append(cell)
        elif name in visible:
            further.append((name, cell))
        elif cell.kind != "blank" or name == "period":
            visible[name] = cell
    for name, cell in _list_other_facts(table, tables):
        if name:
            further.append((name, cell))
        else:
            titles.append(cell)
    return WorkbookMetadata(
        _identity_cells(book),
        visible,
        tuple(further),
        tuple(titles),
        book.name,
        _list_sheet_names(book, tables),
    )


def _list_sheet_names(book: Workbook, tables: list[FormTable]) -> tuple[str, ...]:
    if book.kind != "xlsx":
        return ()
    return tuple(table.sheet.name for table in tables)


def _list_other_facts(table: FormTable, tables: list[FormTable]) -> Iterator[tuple[str, Cell]]:
    for other in tables:
        if other.sheet is not table.sheet:
            yield from _list_facts(other.sheet, other.header)


def read_identity(book: Workbook) -> dict[str, str]:
    """Read the key and value rows of `_caunoi`; empty when the file is none of our templates."""
    return {name: cell.text for name, cell in _identity_cells(book).items()}


def _identity_cells(book: Workbook) -> dict[str, Cell]:
    """Return the filled cell beside each key of `_caunoi`."""
    sheet = book.find_sheet(IDENTITY_SHEET)
    if sheet is None:
        return {}
    values: dict[str, Cell] = {}
    for key in sheet.all_cells:
        if key.col != 1 or key.text not in IDENTITY_KEYS:
            continue
        value = sheet.get_cell(key.row, 2)
        if value.kind != "blank":
            values[key.text] = value
    return values


@cache
def _labels() -> dict[str, str]:
    return {fold_text(get_label("heading", name)): name for name in _NAMES}


def _list_facts(sheet: Sheet, header: int) -> Iterator[tuple[str, Cell]]:
    """Yield the facts above a header with their names, then the other texts without one."""
    used: set[tuple[int, int]] = set()
    above = _list_texts_above(sheet, header)
    for label in above:
        name, value = _read_fact(sheet, label)
        if name:
            used.add((label.row, label.col))
            used.add((value.row, value.col))
            yield name, value
    for cell in above:
        if (cell.row, cell.col) not in used:
            yield "", cell


def _list_texts_above(sheet: Sheet, header: int) -> list[Cell]:
    return [cell for cell in sheet.text_cells if cell.row < header]


def _read_fact(sheet: Sheet, cell: Cell) -> tuple[str, Cell]:
    """Return the name and the value of the fact whose label a cell holds.

    The value stands behind a colon or to the right; the name is empty when the cell is no label.
    """
    text = fold_text(cell.text)
    name = _labels().get(text.rstrip(" :"))
    if name:
        return name, _find_value_right(sheet, cell)
    label, colon, _ = text.partition(":")
    name = _labels().get(label.strip())
    if not colon or not name:
        return "", cell
    value = cell.text.partition(":")[2].strip()
    return name, cell._replace(value=value, text=value)


def _find_value_right(sheet: Sheet, label: Cell) -> Cell:
    """Return the first filled cell to the right of a label; the next one when there is none.

    The next one is also returned when the filled cell is another label.
    """
    for column in range(label.col + 1, label.col + _REACH):
        cell = sheet.get_cell(label.row, column)
        if cell.kind == "blank":
            continue
        if fold_text(cell.text).rstrip(" :") in _labels():
            break
        return cell
    return sheet.get_cell(label.row, label.col + 1)
