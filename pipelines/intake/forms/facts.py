"""What a workbook says about itself: above its tables, in the sheet `_caunoi`, in its names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.intake.cells import Book, Cell, Sheet
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.tables import Table
from pipelines.intake.returns import DataStatus
from pipelines.intake.template.identity import KEYS
from pipelines.intake.template.layout import IDENTITY
from pipelines.intake.template.lists import codes
from pipelines.intake.template.words import word

#: How far right of its label a fact may stand.
_REACH = 8
_UNIT = re.compile(r"[DP]-\d{5}|\d{3}|HN")
_NAMES = ("unit", "code", "period", "status", "lines")


@dataclass(frozen=True)
class Facts:
    """What the officer sees, and what our hidden sheet says; where they differ nobody is right."""

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
        return int(text) if text.isdigit() and len(text) < 4 else None

    @property
    def template_id(self) -> str:
        return self._hidden_text("template_id")

    @property
    def unit(self) -> str:
        """The hidden unit, when it looks like one of ours."""
        text = self._hidden_text("unit")
        return text if _UNIT.fullmatch(text) else ""

    @property
    def nothing(self) -> Cell | None:
        """The cell that says that nobody was referred."""
        cell = self.visible.get("lines")
        return cell if cell and codes("lines").get(fold(cell.text)) == "none" else None

    @property
    def status(self) -> DataStatus:
        cell = self.visible.get("status")
        hidden = self._hidden_text("data_status")
        chosen = codes("data_status").get(fold(cell.text)) if cell else hidden
        return "estimate" if chosen == "estimate" else "final"

    def stated(self, name: str) -> Cell | None:
        """The cell that says a fact: the officer's, or else the one of our hidden sheet."""
        return self.visible.get(name) or self.hidden.get(name)

    def others(self, name: str) -> list[Cell]:
        """The further cells beside one label."""
        return [cell for label, cell in self.further if label == name and cell.kind != "blank"]

    def _hidden_text(self, name: str) -> str:
        return self.hidden[name].text if name in self.hidden else ""


def facts_of(book: Book, table: Table, tables: list[Table]) -> Facts:
    """The facts of one table; the other tables of the workbook add what they say about the same."""
    visible: dict[str, Cell] = {}
    further: list[tuple[str, Cell]] = []
    titles: list[Cell] = []
    for one in [table, *(other for other in tables if other.sheet is not table.sheet)]:
        for name, cell in _block(one.sheet, one.header):
            if not name:
                titles.append(cell)
            elif name in visible or one.sheet is not table.sheet:
                further.append((name, cell))
            elif cell.kind != "blank" or name == "period":
                visible[name] = cell
    names = tuple(one.sheet.name for one in tables) if book.kind == "xlsx" else ()
    hidden = _identity_cells(book)
    return Facts(hidden, visible, tuple(further), tuple(titles), book.name, names)


def identity(book: Book) -> dict[str, str]:
    """The key and value rows of `_caunoi`; empty when the file is none of our templates."""
    return {name: cell.text for name, cell in _identity_cells(book).items()}


def _identity_cells(book: Book) -> dict[str, Cell]:
    sheet = book.sheet(IDENTITY)
    if sheet is None:
        return {}
    return {
        cell.text: value
        for (row, column), cell in sheet.cells.items()
        if column == 1 and cell.text in KEYS and (value := sheet.cells.get((row, 2))) and value.kind != "blank"
    }


@cache
def _labels() -> dict[str, str]:
    return {fold(word("heading", name)): name for name in _NAMES}


def _block(sheet: Sheet, header: int) -> Iterator[tuple[str, Cell]]:
    """The facts above a header with their labels' names, then the other texts without one."""
    used: set[tuple[int, int]] = set()
    above = [cell for (row, _), cell in sheet.cells.items() if row < header and cell.kind == "text"]
    for label in above:
        name, value = _fact(sheet, label)
        if name:
            used |= {(label.row, label.col), (value.row, value.col)}
            yield name, value
    for cell in above:
        if (cell.row, cell.col) not in used:
            yield "", cell


def _fact(sheet: Sheet, cell: Cell) -> tuple[str, Cell]:
    """The fact whose label a cell holds: its name and its value, behind a colon or to the right."""
    text = fold(cell.text)
    if name := _labels().get(text.rstrip(" :")):
        return name, _beside(sheet, cell)
    label, colon, _ = text.partition(":")
    name = _labels().get(label.strip(), "") if colon else ""
    value = cell.text.partition(":")[2].strip()
    return (name, cell._replace(value=value, text=value)) if name else ("", cell)


def _beside(sheet: Sheet, cell: Cell) -> Cell:
    """The first filled cell to the right of a label; the next one, blank, when there is none."""
    right = (sheet.at(cell.row, at) for at in range(cell.col + 1, cell.col + _REACH))
    found = next((one for one in right if one.kind != "blank"), None)
    is_label = found is not None and fold(found.text).rstrip(" :") in _labels()
    return sheet.at(cell.row, cell.col + 1) if found is None or is_label else found
