"""Who reports, on which form, for which period: the block above a table and the sheet `_caunoi` in, Facts out."""

import re
from dataclasses import dataclass

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
    """What the officer sees above the table, and what our hidden sheet says; the visible wins."""

    hidden: dict[str, str]
    visible: dict[str, Cell]

    @property
    def version(self) -> int | None:
        text = self.hidden.get("version", "")
        return int(text) if text.isdigit() and len(text) < 4 else None

    @property
    def template_id(self) -> str:
        return self.hidden.get("template_id", "")

    @property
    def unit(self) -> str:
        """The hidden unit, when it looks like one of ours."""
        text = self.hidden.get("unit", "")
        return text if _UNIT.fullmatch(text) else ""

    @property
    def nothing(self) -> Cell | None:
        """The cell that says that nobody was referred."""
        cell = self.visible.get("lines")
        return cell if cell and codes("lines").get(fold(cell.text)) == "none" else None

    @property
    def status(self) -> DataStatus:
        cell = self.visible.get("status")
        chosen = codes("data_status").get(fold(cell.text)) if cell else self.hidden.get("data_status")
        return "estimate" if chosen == "estimate" else "final"


def facts_of(book: Book, table: Table) -> Facts:
    """The facts of one table."""
    return Facts(identity(book), _visible(table.sheet, table.header))


def identity(book: Book) -> dict[str, str]:
    """The key and value rows of `_caunoi`; empty when the file is none of our templates."""
    for sheet in book.sheets:
        if sheet.name == IDENTITY:
            return _pairs(sheet)
    return {}


def _pairs(sheet: Sheet) -> dict[str, str]:
    return {
        cell.text: value.text
        for (row, column), cell in sheet.cells.items()
        if column == 1 and cell.text in KEYS and (value := sheet.cells.get((row, 2))) and value.kind != "blank"
    }


def _visible(sheet: Sheet, header: int) -> dict[str, Cell]:
    labels = {fold(word("heading", name)): name for name in _NAMES}
    found: dict[str, Cell] = {}
    for (row, column), cell in sheet.cells.items():
        if row >= header or cell.kind != "text":
            continue
        name = labels.get(fold(cell.text).rstrip(" :"))
        value = _beside(sheet, row, column) if name else None
        if name and value:
            found.setdefault(name, value)
    return found


def _beside(sheet: Sheet, row: int, column: int) -> Cell | None:
    beside = (sheet.cells.get((row, at)) for at in range(column + 1, column + _REACH))
    return next((cell for cell in beside if cell and cell.kind != "blank"), None)
