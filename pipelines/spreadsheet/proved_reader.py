"""Read the cells of sheets that were proved simple.

Every byte of their rows matched the pattern of sheet_proof.py, so that cells are cut out of the
text where they begin, without a parser of XML. What needs more than that, such as a number whose
format shows another one, is left to the careful lane.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from pipelines.spreadsheet.excel_dates import as_integer, from_serial, to_iso_text
from pipelines.spreadsheet.model import CellGrid, CellKind, CellValue, column_number
from pipelines.spreadsheet.ooxml import unescape_entities

_ROW, _CELL, _VALUE, _INLINE = '<row r="', '<c r="', "<v>", "<is>"
_SHARED_TEXT = b't="s"><v>'
_NUMBER = re.compile(rb"<v>([0-9]+)</v>")
_CONTENT = re.compile(r"<(?:v|is)>(.*?)</(?:v|is)>", re.DOTALL)
_HEAD = re.compile(r'([A-Z]{1,2})[0-9]{1,4}"(?: s="([0-9]{1,5})")?(?: t="([a-zA-Z]+)")?')


class AmbiguousCell(Exception):
    """A cell that the fast reader may not judge; the careful lane reads the file instead."""


class ShownFormats(NamedTuple):
    """The styles whose cells may show another number than the stored one."""

    #: Percents, words, scales: any number.
    unusual: frozenset[int] = frozenset()
    #: No decimals: numbers that have a fraction.
    whole: frozenset[int] = frozenset()


class ProvedRows(NamedTuple):
    """The rows of each sheet, by its name, and what their cells refer to."""

    rows: Mapping[str, bytes]
    strings: tuple[str, ...]
    #: Cell styles that show a day.
    dates: frozenset[int]
    formats: ShownFormats


class _KindRun(NamedTuple):
    """Neighbouring values of one kind, a key of `_CONVERTERS`."""

    kind: str
    start: int
    stop: int


class _RowShape(NamedTuple):
    """What a row says of its values besides the values themselves, in their order."""

    row: int
    columns: tuple[int, ...]
    runs: tuple[_KindRun, ...]
    #: Places of numbers with a style, and the style.
    styles: tuple[tuple[int, int], ...]
    #: The row up to its last value, all blank; up to its first one where no column is left out.
    blank: tuple[str, ...]
    has_gaps: bool


def read_sheets(proved: ProvedRows) -> dict[str, CellGrid]:
    """Return the cells of each sheet that are not blank, by the sheet's name.

    Raises AmbiguousCell when the careful lane must look.
    """
    return {name: _read_grid(name, rows, proved) for name, rows in proved.rows.items()}


def _read_grid(name: str, rows: bytes, proved: ProvedRows) -> CellGrid:
    """Return the cells of a sheet; one of texts alone, as in every copy of a form, only once."""
    if rows.count(b"<v>") != rows.count(_SHARED_TEXT) or b"<is>" in rows:
        return _read_lines(name, rows, proved)
    return _read_texts(name, rows, _select_texts(rows, proved.strings)).copy()


def _select_texts(rows: bytes, strings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shared texts that a sheet of texts refers to, in the order of their numbers."""
    try:
        return tuple(map(strings.__getitem__, _list_text_numbers(rows)))
    except IndexError:
        raise AmbiguousCell from None


@lru_cache(maxsize=64)
def _list_text_numbers(rows: bytes) -> tuple[int, ...]:
    """Return the numbers of the shared texts that a sheet of texts refers to, each once."""
    return tuple(dict.fromkeys(map(int, _NUMBER.findall(rows))))


@lru_cache(maxsize=64)
def _read_texts(name: str, rows: bytes, texts: tuple[str, ...]) -> CellGrid:
    """Return the cells of a sheet of texts alone, given in the order of `_list_text_numbers`."""
    numbers = _list_text_numbers(rows)
    strings = [""] * (max(numbers, default=-1) + 1)
    for number, text in zip(numbers, texts, strict=True):
        strings[number] = text
    return _read_lines(name, rows, ProvedRows({}, tuple(strings), frozenset(), ShownFormats()))


def _read_lines(name: str, rows: bytes, proved: ProvedRows) -> CellGrid:
    lines: list[list[object]] = []
    for text in rows.decode().split(_ROW)[1:]:
        if _VALUE in text or _INLINE in text:
            row, line = _read_row(text, proved)
            if row <= len(lines):
                raise AmbiguousCell
            lines += [[] for _ in range(row - 1 - len(lines))]
            lines.append(line)
    return CellGrid(name, (1, 1), lines, _convert_value)


def _read_row(text: str, proved: ProvedRows) -> tuple[int, list[object]]:
    """Return the number of a row and its values, blank ones as empty texts."""
    pieces = _split_values(text)
    # NOTE: what stands between the values is the same in every copy of a form: it is parsed once.
    shape = _parse_shape(tuple(pieces[::2]))
    values = _convert_values(pieces[1::2], shape, proved)
    line: list[object] = list(shape.blank)
    if not shape.has_gaps:
        line += values
        return shape.row, line
    for column, value in zip(shape.columns, values, strict=True):
        line[column] = value
    return shape.row, line


def _split_values(text: str) -> list[str]:
    """Return what stands before, between and behind the values of a row, and they themselves."""
    if _INLINE in text:
        return _CONTENT.split(text)
    return text.replace("</v>", _VALUE).split(_VALUE)


def _convert_values(texts: list[str], shape: _RowShape, proved: ProvedRows) -> list[object]:
    """Return the values of a row."""
    values: list[object] = []
    try:
        for kind, start, stop in shape.runs:
            values += _CONVERTERS[kind](texts[start:stop], proved.strings)
    except IndexError:
        raise AmbiguousCell from None
    for place, style in shape.styles:
        number = float(texts[place])
        if style in proved.formats.unusual:
            raise AmbiguousCell
        if style in proved.formats.whole and not number.is_integer():
            raise AmbiguousCell
        if style in proved.dates:
            values[place] = _read_day(number)
    return values


@lru_cache(maxsize=4_096)
def _parse_shape(pieces: tuple[str, ...]) -> _RowShape:
    """Return the shape of a row from the texts before, between and behind its values."""
    heads: list[tuple[int, int, str]] = []
    for piece in pieces[:-1]:
        heads.append(_parse_head(piece.rpartition(_CELL)[2].removesuffix(">")))
    columns, styles, kinds = zip(*heads, strict=True)
    if len(set(columns)) < len(columns):
        raise AmbiguousCell
    styled = [(at, style) for at, style in enumerate(styles) if style and kinds[at] == "n"]
    has_gaps = columns != tuple(range(columns[0], columns[0] + len(columns)))
    blank = ("",) * (max(columns) + 1 if has_gaps else columns[0])
    row = int(pieces[0].partition('"')[0])
    return _RowShape(row, columns, _list_runs(kinds), tuple(styled), blank, has_gaps)


def _list_runs(kinds: Sequence[str]) -> tuple[_KindRun, ...]:
    """Return the runs of neighbouring values of one kind."""
    runs: list[_KindRun] = []
    for kind, places in groupby(range(len(kinds)), kinds.__getitem__):
        start, *others = places
        runs.append(_KindRun(kind, start, start + len(others) + 1))
    return tuple(runs)


def _parse_head(head: str) -> tuple[int, int, str]:
    """Return column from 0, style and kind of a cell, of what stands between `<c r="` and `>`."""
    match = _HEAD.fullmatch(head)
    if match is None:
        raise AmbiguousCell
    letters, style, kind = match.groups()
    return column_number(letters) - 1, int(style or 0), kind or "n"


def _read_inline(content: str) -> str:
    """Return the text of `<t>…</t>`; empty for `<t/>`."""
    return unescape_entities(content.partition(">")[2].partition("<")[0])


#: By the type of cells: numbers, numbers of shared texts, truths, texts of their own.
_CONVERTERS: Mapping[str, Callable[[list[str], tuple[str, ...]], Iterable[object]]] = {
    "n": lambda texts, strings: map(float, texts),
    "s": lambda texts, strings: map(strings.__getitem__, map(int, texts)),
    "b": lambda texts, strings: map("1".__eq__, texts),
    "inlineStr": lambda texts, strings: map(_read_inline, texts),
}


def _read_day(serial: float) -> CellValue:
    """Return the day of a cell whose style shows one; what is none goes to the careful lane."""
    day = from_serial(as_integer(serial))
    if day is None:
        raise AmbiguousCell
    return day


def _convert_value(value: object) -> tuple[CellKind, CellValue, str]:
    """Return kind, value and text of a cell that holds no text."""
    if value.__class__ is float:
        number = as_integer(value)
        return "number", number, str(number)
    if isinstance(value, bool):
        text = "TRUE" if value else "FALSE"
        return "bool", value, text
    if isinstance(value, date):
        return "date", value, to_iso_text(value)
    raise AmbiguousCell
