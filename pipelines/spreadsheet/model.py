"""The cells of a workbook with their kinds, values and texts, and the sheets they lie on.

Standard library only: the limited worker that reads untrusted files passes these on.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

#: `formula`: the cell has a formula; its value is the saved one, None when nothing was saved.
#: `scaled`: the number format shows another number than the stored one, such as 100% for 1; the
#: text is what is shown.
CellKind = Literal["number", "text", "blank", "bool", "error", "date", "formula", "scaled"]
#: A date cell whose serial is no date (60, 9e9) has the value None and the serial as its text.
CellValue = int | float | str | bool | datetime | date | None


class Cell(NamedTuple):
    """One cell; rows and columns count from 1."""

    sheet: str
    row: int
    col: int
    kind: CellKind
    value: CellValue
    #: As sent: `67.642`, `12 người`, `#REF!`, a date as ISO text.
    text: str

    @property
    def address(self) -> str:
        """The address of the cell, such as E7."""
        return f"{column_name(self.col)}{self.row}"


_ADDRESS = re.compile(r"[A-Z]{1,3}([0-9]{1,7})")
#: What Unicode calls letters or marks and that shows nothing: fillers, the blank Braille cell,
#: joiners.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


#: Row and column.
Position = tuple[int, int]
#: Whole numbers between these have fewer than nine digits: counts, never numbers of persons.
_LOW, _HIGH = -(10.0**7), 10.0**8


class CellGrid(MutableMapping[Position, Cell]):
    """The filled cells of a rectangle, kept as the rows of values that a fast reader gives.

    Nearly all cells of a form are ordinary counts, and one becomes a Cell only when it is asked
    for; the others, `notable`, are Cells from the start.
    """

    def __init__(
        self,
        sheet: str,
        corner: Position,
        rows: Sequence[list[Any]],
        convert: Callable[[object], tuple[CellKind, CellValue, str]],
    ) -> None:
        """Take rows of values, "" for a blank, whose first stands at `corner`.

        `convert` returns kind, value and text of what is no text.
        """
        self._sheet = sheet
        self._top, self._left = corner
        self._rows = rows
        self._convert = convert
        #: Texts, dates, truths and numbers that are no ordinary counts, row by row.
        self.notable: list[Cell] = []
        #: The numbers of the rows that hold anything.
        self.filled_rows: list[int] = []
        self._scan()

    def _scan(self) -> None:
        self.notable.clear()
        self.filled_rows.clear()
        for row, values in enumerate(self._rows, start=self._top):
            blanks = values.count("")
            odd = _find_odd(values)
            if len(odd) > blanks:
                blanks += self._note_cells(row, odd)
            if blanks < len(values):
                self.filled_rows.append(row)

    def _note_cells(self, row: int, places: Sequence[int]) -> int:
        """Make what stands at these places of a row Cells, blanks left out.

        A text that shows nothing becomes a blank; returns how many did.
        """
        values, found = self._rows[row - self._top], 0
        for at in places:
            value = values[at]
            if value == "":
                continue
            if value.__class__ is str and is_blank(value):
                values[at] = ""
                found += 1
            else:
                self.notable.append(self._make_cell(row, at + self._left, value))
        return found

    def copy(self) -> "CellGrid":
        """Return a grid of its own with the same cells."""
        twin = copy(self)
        twin._rows = list(map(list, self._rows))
        twin.notable = list(self.notable)
        twin.filled_rows = list(self.filled_rows)
        return twin

    def list_cells(self) -> list[Cell]:
        """Return every filled cell, row by row."""
        cells: list[Cell] = []
        for row, values in enumerate(self._rows, start=self._top):
            for col, value in enumerate(values, start=self._left):
                if value != "":
                    cells.append(self._make_cell(row, col, value))
        return cells

    @property
    def last_column(self) -> int:
        return self._left + max(map(len, self._rows), default=0) - 1

    def read_values(self, row: int, columns: Sequence[int]) -> list[object]:
        """Return the values of a row in these columns, "" for a blank."""
        at = row - self._top
        values = self._rows[at] if 0 <= at < len(self._rows) else []
        left, width = self._left, len(values)
        return [values[c - left] if left <= c < left + width else "" for c in columns]

    def drop(self, positions: Sequence[Position]) -> None:
        """Leave out the cells at these positions."""
        for row, col in positions:
            self._rows[row - self._top][col - self._left] = ""
        self._scan()

    def _make_cell(self, row: int, col: int, value: object) -> Cell:
        # NOTE: a third of the time of `Cell(…)`.
        if isinstance(value, str):
            return tuple.__new__(Cell, (self._sheet, row, col, "text", value, value))
        return tuple.__new__(Cell, (self._sheet, row, col, *self._convert(value)))

    def get_cell(self, row: int, col: int) -> Cell | None:
        """Return one cell; None for a blank."""
        below, right = row - self._top, col - self._left
        if below < 0 or right < 0 or below >= len(self._rows) or right >= len(self._rows[below]):
            return None
        value = self._rows[below][right]
        return None if value == "" else self._make_cell(row, col, value)

    def __getitem__(self, at: Position) -> Cell:
        cell = self.get_cell(*at)
        if cell is None:
            raise KeyError(at)
        return cell

    def __iter__(self) -> Iterator[Position]:
        for row, values in enumerate(self._rows, start=self._top):
            for col, value in enumerate(values, start=self._left):
                if value != "":
                    yield row, col

    def __len__(self) -> int:
        return sum(len(values) - values.count("") for values in self._rows)

    def __setitem__(self, at: Position, cell: Cell) -> None:
        raise TypeError("a grid holds what was read")

    def __delitem__(self, at: Position) -> None:
        self.drop([at])


def _find_odd(values: Sequence[Any]) -> list[int]:
    """Return the places of a row's values that are no ordinary counts, those of blanks too."""
    return [
        at
        for at, value in enumerate(values)
        if value.__class__ is not float or not _LOW < value < _HIGH or not value.is_integer()
    ]


@dataclass(slots=True)
class Sheet:
    """One sheet and what Excel hides of it."""

    name: str
    hidden: bool = False
    #: Hidden so that Excel's own menu does not offer to show it.
    very_hidden: bool = False
    cells: MutableMapping[Position, Cell] = field(default_factory=dict)
    #: Ranges such as A1:G1.
    merges: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    #: First and last column of each hidden range.
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    #: Address to the comment's whole text.
    comments: dict[str, str] = field(default_factory=dict)
    #: Addresses of cells whose formula takes its number from another file.
    linked: list[str] = field(default_factory=list)

    def get_cell(self, row: int, col: int) -> Cell:
        """Return the cell, blank when nothing was written there."""
        if isinstance(self.cells, CellGrid):
            cell = self.cells.get_cell(row, col)
        else:
            cell = self.cells.get((row, col))
        return cell or tuple.__new__(Cell, (self.name, row, col, "blank", None, ""))

    @property
    def notable_cells(self) -> Sequence[Cell]:
        """Return the cells row by row, ordinary counts left out where that is cheaper."""
        if isinstance(self.cells, CellGrid):
            return self.cells.notable
        return list(self.cells.values())

    @property
    def all_cells(self) -> list[Cell]:
        """Return every filled cell, row by row."""
        if isinstance(self.cells, CellGrid):
            return self.cells.list_cells()
        return list(self.cells.values())

    @property
    def text_cells(self) -> list[Cell]:
        """Return the cells that hold a text, row by row."""
        return [cell for cell in self.notable_cells if cell.kind == "text"]

    @property
    def filled_rows(self) -> list[int]:
        """Return the numbers of the rows that hold anything, top down."""
        if isinstance(self.cells, CellGrid):
            return self.cells.filled_rows
        return sorted({row for row, _ in self.cells})

    @property
    def last_column(self) -> int:
        """Return the number of the last column that holds anything; 0 when none does."""
        if isinstance(self.cells, CellGrid):
            return self.cells.last_column
        return max((column for _, column in self.cells), default=0)

    def read_values(self, row: int, columns: Sequence[int]) -> list[object]:
        """Return what stands in a row in these columns: a bare value or a Cell, "" for a blank."""
        if isinstance(self.cells, CellGrid):
            return self.cells.read_values(row, columns)
        return [self.cells.get((row, column), "") for column in columns]

    def drop_cells(self, cells: Sequence[Cell]) -> None:
        """Leave these cells out."""
        positions = [(cell.row, cell.col) for cell in cells]
        if isinstance(self.cells, CellGrid):
            self.cells.drop(positions)
            return
        for at in positions:
            del self.cells[at]


@dataclass(slots=True)
class Workbook:
    """A file, read: sheets in the order of the tabs."""

    sheets: list[Sheet]
    kind: Literal["xlsx", "csv"]
    lane: Literal["fast", "careful", "csv"]
    #: True when days are counted from 1904, as Excel for Mac did.
    date1904: bool = False
    #: True when the file holds a link to another file or a data connection, used or not.
    has_links: bool = False
    #: The file's name as it was sent; it may say whose figures these are.
    name: str = ""

    def find_sheet(self, name: str) -> Sheet | None:
        """Return the sheet of that name."""
        return next((s for s in self.sheets if s.name == name), None)


@lru_cache(maxsize=16_384)
def is_blank(text: str) -> bool:
    """True for a text that shows nothing: spaces of any kind, zero-width and format characters."""
    stripped = text.strip()
    if not stripped or stripped.isascii():
        return not stripped
    return all(c.isspace() or unicodedata.category(c) == "Cf" or c in _UNSEEN for c in stripped)


def read_row(address: str) -> int:
    """Return the row of an address such as E7; 0 when it is none."""
    found = _ADDRESS.fullmatch(address)
    return int(found[1]) if found else 0


@cache
def column_name(col: int) -> str:
    """Return the letters of a column: A for 1, AA for 27."""
    name = ""
    while col:
        col, letter = divmod(col - 1, 26)
        name = chr(65 + letter) + name
    return name


@cache
def column_number(name: str) -> int:
    """Return the number of a column given in capital letters: 1 for A, 16384 for XFD."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
