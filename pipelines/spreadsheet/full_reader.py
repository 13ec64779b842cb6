"""A sheet part in, every cell of it out with its kind: formulas, errors, booleans, dates, runs, unordered rows.

Streams the part through expat, counts while it goes and never makes a cell that lies beyond the limits.
"""

import re
from dataclasses import dataclass, field

from pipelines.spreadsheet.excel_dates import as_integer, from_iso, from_serial, to_iso_text
from pipelines.spreadsheet.issues import ReadIssue, make_read_issue
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import Cell, CellKind, CellValue, Sheet, column_number, is_blank
from pipelines.spreadsheet.ooxml import TextReader, parse_xml_safely
from pipelines.spreadsheet.rejection import FileRejected
from pipelines.spreadsheet.sheet_proof import check_merge

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: So many empty rows or columns before a cell make it stray, not the end of a long table.
STRAY_DISTANCE = 100
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = frozenset({"nan", "inf", "-inf", "infinity", "-infinity", "+inf"})
_LITERAL = re.compile(r'"[^"]*"')
#: A bar outside quoted text is a DDE call: no operator of Excel is written so.
_COMMAND = re.compile(
    r"\||\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|DDE|RTD)\s*\(", re.IGNORECASE
)
_OTHER_FILE = re.compile(r"\[[0-9]+\][^\],]*!|'[^']*\[[^\]]+\][^']*'!")


@dataclass(frozen=True)
class SheetContext:
    """What the cells of a sheet refer to."""

    strings: list[str]
    dates: frozenset[int]
    date1904: bool
    limits: ReaderLimits


@dataclass(slots=True)
class _OpenCell:
    """The cell being read."""

    row: int
    col: int
    kind: str = "n"
    style: int = 0
    value: str | None = None
    #: None when there is no formula; a shared formula may be empty.
    formula: str | None = None


@dataclass(slots=True)
class SheetReader:
    """The callbacks of one sheet and what they found."""

    sheet: Sheet
    context: SheetContext
    issues: list[ReadIssue] = field(default_factory=list)
    _draft: _OpenCell | None = None
    _row: int = 0
    _col: int = 0
    #: Cells of the sheet, those without content included.
    _seen: int = 0
    _last: tuple[int, int] = (0, 0)
    _buffer: list[str] | None = None
    _inline: TextReader = field(default_factory=TextReader)
    _is_stray_noted: bool = False

    def read_cells(self, data: bytes) -> None:
        """Fill the sheet; raises FileRejected F002, F008, S001, S002, S003, S005, S006 and those of `walk`."""
        parse_xml_safely(data, self.start, self.end, self.text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "mergeCell":
            merges = self.sheet.merges
            merges.append(check_merge(attributes.get("ref", ""), len(merges), self.context.limits))
        elif self._draft is not None:
            self._buffer = [] if tag in ("v", "f") else self._buffer
            self._inline.start(tag)

    def text(self, data: str) -> None:
        if self._buffer is not None:
            self._buffer.append(data)
        elif self._draft is not None:
            self._inline.text(data)

    def end(self, tag: str) -> None:
        draft = self._draft
        if draft is None:
            return
        if tag == "c":
            self._finish_cell(draft)
            self._draft = None
        elif tag == "is":
            draft.value = self._inline.take_text()
        elif tag == "v":
            draft.value, self._buffer = "".join(self._buffer or ()), None
        elif tag == "f":
            draft.formula, self._buffer = "".join(self._buffer or ()), None
        else:
            self._inline.end(tag)

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else _parse_row_number(number, self.sheet.name)
        self._col = 0
        if attributes.get("hidden") in ("1", "true") and self._row <= self.context.limits.rows:
            self.sheet.hidden_rows.append(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._seen += 1
        if self._seen > self.context.limits.formatted_cells:
            raise FileRejected("S006", self.sheet.name)
        address = attributes.get("r")
        self._col = self._col + 1 if address is None else self._check_address(address)
        style = attributes.get("s", "0")
        self._draft = _OpenCell(
            self._row,
            self._col,
            attributes.get("t", "n"),
            int(style) if style.isascii() and style.isdigit() else 0,
        )

    def _check_address(self, address: str) -> int:
        found = _ADDRESS.fullmatch(address)
        col = column_number(found[1]) if found else 0
        if not found or not 0 < col <= LAST_COLUMN or int(found[2]) != self._row:
            raise FileRejected("S002", self.sheet.name)
        return col

    def _finish_cell(self, draft: _OpenCell) -> None:
        kind, value, text = _cell_content(draft, self.context, self.sheet.name)
        if kind == "blank":
            return
        at = (draft.row, draft.col)
        cell = Cell(self.sheet.name, *at, kind, value, text)
        if draft.formula:
            self._check_formula(draft.formula, cell.address)
        if draft.row > self.context.limits.rows or draft.col > self.context.limits.columns:
            self._judge_stray(cell)
            return
        if at in self.sheet.cells:
            raise FileRejected("S002", self.sheet.name)
        if kind != "text" or not is_blank(text):
            self._keep(cell)

    def _keep(self, cell: Cell) -> None:
        """NOTE: only cells that hold something are counted: a frame drawn around blank rows is no table."""
        self.sheet.cells[cell.row, cell.col] = cell
        self._last = max(self._last[0], cell.row), max(self._last[1], cell.col)
        if len(self.sheet.cells) > self.context.limits.cells:
            raise FileRejected("S006", self.sheet.name)

    def _judge_stray(self, cell: Cell) -> None:
        """NOTE: blank-looking text far away is left out with a word; anything else may be half of a table."""
        if not is_blank(cell.text):
            near = (
                cell.row - self._last[0] <= STRAY_DISTANCE
                and cell.col - self._last[1] <= STRAY_DISTANCE
            )
            raise FileRejected("S006" if near else "S001", self.sheet.name, cell.address)
        if not self._is_stray_noted:
            self._is_stray_noted = True
            self.issues.append(make_read_issue("S001", self.sheet.name, cell.address, case="blank"))

    def _check_formula(self, formula: str, where: str) -> None:
        bare = _LITERAL.sub("", formula)
        if _COMMAND.search(bare):
            raise FileRejected("F008", self.sheet.name, where)
        if _OTHER_FILE.search(bare):
            self.sheet.linked.append(where)


def _parse_row_number(text: str, sheet: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 0 < int(text) <= LAST_ROW):
        raise FileRejected("S002", sheet)
    return int(text)


def _cell_content(
    draft: _OpenCell, context: SheetContext, sheet: str
) -> tuple[CellKind, CellValue, str]:
    """Kind, value and text of a cell; a formula keeps the kind `formula` unless its result is an error."""
    if draft.value is None or (draft.value == "" and draft.kind not in ("str", "inlineStr")):
        return ("formula", None, "") if draft.formula is not None else ("blank", None, "")
    kind, value, text = _saved_value(draft, context, sheet)
    return ("formula" if draft.formula is not None and kind != "error" else kind), value, text


def _saved_value(
    draft: _OpenCell, context: SheetContext, sheet: str
) -> tuple[CellKind, CellValue, str]:
    text = draft.value or ""
    if draft.kind == "n":
        return parse_number(text, draft.style in context.dates, context.date1904)
    if draft.kind == "s":
        if not (
            text.isascii() and text.isdigit() and len(text) < 8 and int(text) < len(context.strings)
        ):
            raise FileRejected("F002", sheet)
        text = context.strings[int(text)]
    if draft.kind in ("s", "str", "inlineStr"):
        return "text", text, text
    if draft.kind == "b" and text in ("0", "1", "true", "false"):
        return "bool", text in ("1", "true"), "TRUE" if text in ("1", "true") else "FALSE"
    if draft.kind == "e":
        return "error", text, text
    if draft.kind == "d":
        day = from_iso(text)
        return "date", day, to_iso_text(day) or text
    raise FileRejected("F002", sheet)


def parse_number(text: str, is_date: bool, date1904: bool) -> tuple[CellKind, CellValue, str]:
    """A number as it stands in the file; raises FileRejected F002 for what is none."""
    text = text.strip()
    if text.lower() in _NOT_FINITE:
        return "number", float(text), text
    if not _NUMBER.fullmatch(text):
        raise FileRejected("F002")
    value = as_integer(float(text))
    if is_date:
        day = from_serial(value, date1904)
        return "date", day, to_iso_text(day) or str(value)
    return "number", value, str(value)
