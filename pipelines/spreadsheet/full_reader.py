"""Read every cell of a sheet part with its kind, however the part is written.

Formulas, errors, booleans, dates, rich text and unordered rows are all understood. The part is
streamed through expat and counted on the way; a cell that lies beyond the limits is never made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.spreadsheet.excel_dates import as_integer, from_iso, from_serial, to_iso_text
from pipelines.spreadsheet.issues import ReadIssue, make_read_issue
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import Cell, CellKind, CellValue, Sheet, column_number, is_blank
from pipelines.spreadsheet.number_format import show_number
from pipelines.spreadsheet.ooxml import TextReader, parse_xml_safely
from pipelines.spreadsheet.rejection import FileRejected
from pipelines.spreadsheet.sheet_proof import (
    check_merge,
    make_blank_rows_rejection,
    parse_hidden_columns,
)

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: So many empty rows or columns before a cell make it stray, not the end of a long table.
STRAY_DISTANCE = 100
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = frozenset({"nan", "inf", "-inf", "infinity", "-infinity", "+inf"})
_BOOLEANS = {"0": False, "1": True, "false": False, "true": True}
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
    #: The number formats of the styles that have one.
    formats: Mapping[int, str]
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
        """Fill the sheet.

        Raises FileRejected F002, F008, S001, S002, S003, S005, S006 and those of
        `parse_xml_safely`.
        """
        parse_xml_safely(data, self.start, self.end, self.text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "mergeCell":
            self._add_merge(attributes.get("ref", ""))
        elif tag == "col":
            self.sheet.hidden_columns.extend(parse_hidden_columns(attributes))
        elif self._draft is not None:
            if tag in ("v", "f"):
                self._buffer = []
            self._inline.start(tag)

    def _add_merge(self, area: str) -> None:
        merges = self.sheet.merges
        merges.append(check_merge(area, len(merges), self.context.limits))

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
            draft.value = self._take_buffer()
        elif tag == "f":
            draft.formula = self._take_buffer()
        else:
            self._inline.end(tag)

    def _take_buffer(self) -> str:
        text = "".join(self._buffer or ())
        self._buffer = None
        return text

    def _start_row(self, attributes: dict[str, str]) -> None:
        """Open a row; one without a number follows the one before it."""
        number = attributes.get("r")
        if number is None:
            self._row += 1
        else:
            self._row = _parse_row_number(number, self.sheet.name)
        self._col = 0
        is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") in (
            "0",
            "0.0",
        )
        if is_hidden and self._row <= self.context.limits.rows:
            self.sheet.hidden_rows.append(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        """Open a cell; one without an address follows the one before it."""
        self._seen += 1
        if self._seen > self.context.limits.formatted_cells:
            raise make_blank_rows_rejection(self._last[0] + 1, self._row)

        address = attributes.get("r")
        if address is None:
            self._col += 1
        else:
            self._col = self._check_address(address)

        style = attributes.get("s", "0")
        is_number = style.isascii() and style.isdigit()
        style_number = 0
        if is_number:
            style_number = int(style)
        kind = attributes.get("t", "n")
        self._draft = _OpenCell(self._row, self._col, kind, style_number)

    def _check_address(self, address: str) -> int:
        """Return the column of an address; raises FileRejected S002 unless it lies in this row."""
        match = _ADDRESS.fullmatch(address)
        if not match or int(match[2]) != self._row:
            raise FileRejected("S002", self.sheet.name)
        col = column_number(match[1])
        if not 0 < col <= LAST_COLUMN:
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

        limits = self.context.limits
        if draft.row > limits.rows or draft.col > limits.columns:
            self._judge_stray(cell)
            return
        if at in self.sheet.cells:
            raise FileRejected("S002", self.sheet.name)
        if kind != "text" or not is_blank(text):
            self._keep(cell)

    def _keep(self, cell: Cell) -> None:
        """Add a cell to the sheet; raises FileRejected S006 when there are too many.

        NOTE: only cells that hold something are counted: a frame drawn around blank rows is no
        table.
        """
        self.sheet.cells[cell.row, cell.col] = cell
        self._last = max(self._last[0], cell.row), max(self._last[1], cell.col)
        if len(self.sheet.cells) > self.context.limits.cells:
            raise FileRejected("S006", self.sheet.name)

    def _judge_stray(self, cell: Cell) -> None:
        """Note or refuse a cell beyond the limits.

        NOTE: blank-looking text far away is left out with a word; anything else may be half of a
        table.
        """
        if not is_blank(cell.text):
            rows_away, columns_away = cell.row - self._last[0], cell.col - self._last[1]
            is_near = max(rows_away, columns_away) <= STRAY_DISTANCE
            raise FileRejected("S006" if is_near else "S001", self.sheet.name, cell.address)

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
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise FileRejected("S002", sheet)
    number = int(text)
    if not 0 < number <= LAST_ROW:
        raise FileRejected("S002", sheet)
    return number


def _cell_content(
    draft: _OpenCell, context: SheetContext, sheet: str
) -> tuple[CellKind, CellValue, str]:
    """Return kind, value and text of a cell.

    One with a formula has the kind `formula`, unless its result is an error.
    """
    has_formula = draft.formula is not None
    may_be_empty = draft.kind in ("str", "inlineStr")
    if draft.value is None or (draft.value == "" and not may_be_empty):
        kind: CellKind = "formula" if has_formula else "blank"
        return kind, None, ""

    kind, value, text = _saved_value(draft, context, sheet)
    if has_formula and kind not in ("error", "scaled"):
        kind = "formula"
    return kind, value, text


def _saved_value(
    draft: _OpenCell, context: SheetContext, sheet: str
) -> tuple[CellKind, CellValue, str]:
    """Return kind, value and text of a saved value; raises FileRejected F002 for an unknown one."""
    text = draft.value or ""
    if draft.kind == "n":
        number = parse_number(text, draft.style in context.dates, context.date1904)
        return _show_number(number, context.formats.get(draft.style, ""))
    if draft.kind == "s":
        text = _find_string(text, context.strings, sheet)
        return "text", text, text
    if draft.kind in ("str", "inlineStr"):
        return "text", text, text
    if draft.kind == "e":
        return "error", text, text
    if draft.kind == "d":
        day = from_iso(text)
        return "date", day, to_iso_text(day) or text
    if draft.kind == "b" and text in _BOOLEANS:
        value = _BOOLEANS[text]
        return "bool", value, str(value).upper()
    raise FileRejected("F002", sheet)


def _show_number(
    number: tuple[CellKind, CellValue, str], code: str
) -> tuple[CellKind, CellValue, str]:
    """Return the number as `scaled` where its format shows another one."""
    kind, value, _ = number
    if kind != "number" or not code or not isinstance(value, int | float):
        return number
    shown = show_number(code, value)
    return number if shown is None else ("scaled", value, shown)


def _find_string(index: str, strings: list[str], sheet: str) -> str:
    """Return a shared string by its number; raises FileRejected F002 when there is none."""
    if not (index.isascii() and index.isdigit() and len(index) < 8):
        raise FileRejected("F002", sheet)
    number = int(index)
    if number >= len(strings):
        raise FileRejected("F002", sheet)
    return strings[number]


def parse_number(text: str, is_date: bool, date1904: bool) -> tuple[CellKind, CellValue, str]:
    """Return kind, value and text of a number; raises FileRejected F002 for what is none."""
    text = text.strip()
    if text.lower() in _NOT_FINITE:
        return "number", float(text), text
    if not _NUMBER.fullmatch(text):
        raise FileRejected("F002")

    value = as_integer(float(text))
    if is_date:
        day = from_serial(value, date1904)
        # A serial that is no date is shown as it stands.
        return "date", day, to_iso_text(day) or str(value)
    return "number", value, str(value)
