"""The cells of a workbook with their kinds, values and texts, and the sheets they lie on.

Standard library only: the limited worker that reads untrusted files passes these on.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple

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


@dataclass(slots=True)
class Sheet:
    """One sheet and what Excel hides of it."""

    name: str
    hidden: bool = False
    #: Hidden so that Excel's own menu does not offer to show it.
    very_hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
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
        return self.cells.get((row, col)) or tuple.__new__(
            Cell, (self.name, row, col, "blank", None, "")
        )


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
