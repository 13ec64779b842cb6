"""A sheet part in, every cell of it out with its kind: formulas, errors, booleans, dates, runs, unordered rows.

Streams the part through expat, counts while it goes and never makes a cell that lies beyond the limits.
"""

import re
from dataclasses import dataclass, field

from pipelines.intake.cells import Cell, Kind, Sheet, Value, column_number, is_blank
from pipelines.intake.dates import from_iso, from_serial, shown, whole
from pipelines.intake.issues import Issue, issue
from pipelines.intake.reject import Reject
from pipelines.intake.xml_sheet import merge
from pipelines.intake.xml_strings import TextReader
from pipelines.intake.xml_walk import walk
from pipelines.settings import Limits

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
#: So many empty rows or columns before a cell make it stray, not the end of a long table.
STRAY = 100
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = frozenset({"nan", "inf", "-inf", "infinity", "-infinity", "+inf"})
_LITERAL = re.compile(r'"[^"]*"')
#: A bar outside quoted text is a DDE call: no operator of Excel is written so.
_COMMAND = re.compile(r"\||\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|DDE|RTD)\s*\(", re.IGNORECASE)
_OTHER_FILE = re.compile(r"\[[0-9]+\][^\],]*!|'[^']*\[[^\]]+\][^']*'!")


@dataclass(frozen=True)
class Context:
    """What the cells of a sheet refer to."""

    strings: list[str]
    dates: frozenset[int]
    date1904: bool
    limits: Limits


@dataclass(slots=True)
class _Draft:
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
    context: Context
    issues: list[Issue] = field(default_factory=list)
    _draft: _Draft | None = None
    _row: int = 0
    _col: int = 0
    #: Cells of the sheet, those without content included.
    _seen: int = 0
    _last: tuple[int, int] = (0, 0)
    _held: list[str] | None = None
    _inline: TextReader = field(default_factory=TextReader)
    _far: bool = False

    def read(self, data: bytes) -> None:
        """Fill the sheet; raises Reject F002, F008, S001, S002, S003, S005, S006 and those of `walk`."""
        walk(data, self.start, self.end, self.text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._open(attributes)
        elif tag == "row":
            self._open_row(attributes)
        elif tag == "mergeCell":
            merges = self.sheet.merges
            merges.append(merge(attributes.get("ref", ""), len(merges), self.context.limits))
        elif self._draft is not None:
            self._held = [] if tag in ("v", "f") else self._held
            self._inline.start(tag)

    def text(self, data: str) -> None:
        if self._held is not None:
            self._held.append(data)
        elif self._draft is not None:
            self._inline.text(data)

    def end(self, tag: str) -> None:
        draft = self._draft
        if draft is None:
            return
        if tag == "c":
            self._close(draft)
            self._draft = None
        elif tag == "is":
            draft.value = self._inline.take()
        elif tag == "v":
            draft.value, self._held = "".join(self._held or ()), None
        elif tag == "f":
            draft.formula, self._held = "".join(self._held or ()), None
        else:
            self._inline.end(tag)

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else _row_number(number, self.sheet.name)
        self._col = 0
        if attributes.get("hidden") in ("1", "true") and self._row <= self.context.limits.rows:
            self.sheet.hidden_rows.append(self._row)

    def _open(self, attributes: dict[str, str]) -> None:
        self._seen += 1
        if self._seen > self.context.limits.formatted_cells:
            raise Reject("S006", self.sheet.name)
        address = attributes.get("r")
        self._col = self._col + 1 if address is None else self._column(address)
        style = attributes.get("s", "0")
        self._draft = _Draft(
            self._row, self._col, attributes.get("t", "n"), int(style) if style.isascii() and style.isdigit() else 0
        )

    def _column(self, address: str) -> int:
        found = _ADDRESS.fullmatch(address)
        col = column_number(found[1]) if found else 0
        if not found or not 0 < col <= LAST_COLUMN or int(found[2]) != self._row:
            raise Reject("S002", self.sheet.name)
        return col

    def _close(self, draft: _Draft) -> None:
        kind, value, text = _content(draft, self.context, self.sheet.name)
        if kind == "blank":
            return
        at = (draft.row, draft.col)
        cell = Cell(self.sheet.name, *at, kind, value, text)
        if draft.formula:
            self._judge_formula(draft.formula, cell.address)
        if draft.row > self.context.limits.rows or draft.col > self.context.limits.columns:
            self._judge_stray(cell)
            return
        if at in self.sheet.cells:
            raise Reject("S002", self.sheet.name)
        if kind != "text" or not is_blank(text):
            self._keep(cell)

    def _keep(self, cell: Cell) -> None:
        """NOTE: only cells that hold something are counted: a frame drawn around blank rows is no table."""
        self.sheet.cells[cell.row, cell.col] = cell
        self._last = max(self._last[0], cell.row), max(self._last[1], cell.col)
        if len(self.sheet.cells) > self.context.limits.cells:
            raise Reject("S006", self.sheet.name)

    def _judge_stray(self, cell: Cell) -> None:
        """NOTE: blank-looking text far away is left out with a word; anything else may be half of a table."""
        if not is_blank(cell.text):
            near = cell.row - self._last[0] <= STRAY and cell.col - self._last[1] <= STRAY
            raise Reject("S006" if near else "S001", self.sheet.name, cell.address)
        if not self._far:
            self._far = True
            self.issues.append(issue("S001", self.sheet.name, cell.address, case="blank"))

    def _judge_formula(self, formula: str, where: str) -> None:
        bare = _LITERAL.sub("", formula)
        if _COMMAND.search(bare):
            raise Reject("F008", self.sheet.name, where)
        if _OTHER_FILE.search(bare):
            self.sheet.linked.append(where)


def _row_number(text: str, sheet: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 0 < int(text) <= LAST_ROW):
        raise Reject("S002", sheet)
    return int(text)


def _content(draft: _Draft, context: Context, sheet: str) -> tuple[Kind, Value, str]:
    """Kind, value and text of a cell; a formula keeps the kind `formula` unless its result is an error."""
    if draft.value is None or (draft.value == "" and draft.kind not in ("str", "inlineStr")):
        return ("formula", None, "") if draft.formula is not None else ("blank", None, "")
    kind, value, text = _saved(draft, context, sheet)
    return ("formula" if draft.formula is not None and kind != "error" else kind), value, text


def _saved(draft: _Draft, context: Context, sheet: str) -> tuple[Kind, Value, str]:
    text = draft.value or ""
    if draft.kind == "n":
        return number(text, draft.style in context.dates, context.date1904)
    if draft.kind == "s":
        if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text) < len(context.strings)):
            raise Reject("F002", sheet)
        text = context.strings[int(text)]
    if draft.kind in ("s", "str", "inlineStr"):
        return "text", text, text
    if draft.kind == "b" and text in ("0", "1", "true", "false"):
        return "bool", text in ("1", "true"), "TRUE" if text in ("1", "true") else "FALSE"
    if draft.kind == "e":
        return "error", text, text
    if draft.kind == "d":
        day = from_iso(text)
        return "date", day, shown(day) or text
    raise Reject("F002", sheet)


def number(text: str, is_date: bool, date1904: bool) -> tuple[Kind, Value, str]:
    """A number as it stands in the file; raises Reject F002 for what is none."""
    text = text.strip()
    if text.lower() in _NOT_FINITE:
        return "number", float(text), text
    if not _NUMBER.fullmatch(text):
        raise Reject("F002")
    value = whole(float(text))
    if is_date:
        day = from_serial(value, date1904)
        return "date", day, shown(day) or str(value)
    return "number", value, str(value)
