"""Prove that the cells of a sheet part are simple, and find what lies around them.

Simple means: one regular expression matches all of sheetData. It has no formula, error, date or
escape in it, every address lies in its row and within 5 000 rows and 200 columns, so a fast reader
can neither be led astray nor made to ask for a rectangle larger than a million cells. Whatever it
does not match is read by the careful lane instead.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import column_number
from pipelines.spreadsheet.ooxml import (
    PLAIN_TEXT_PATTERN,
    cached_small,
    check_encoding,
    has_long_text,
    is_well_formed_shallow,
)
from pipelines.spreadsheet.rejection import FileRejected

#: The last row and column that the pattern of a cell knows.
LAST_ROW, LAST_COLUMN = 4_999, 200
#: No cell is shorter.
_CELL_BYTES = len("<c >")
#: No form of ours has a thousand merges; Excel writes one element for each.
MAX_MERGES = 2_000
_ROW = rb"<row r=\"([1-4]?[0-9]{1,3})\"(?: [A-Za-z0-9:]{1,20}=\"[^\"<>&]*+\"){0,19}+"
_VALUE = (
    rb"(?: t=\"n\")?><v>-?[0-9]{1,20}(?:\.[0-9]{1,25})?(?:[eE][-+]?[0-9]{1,3})?</v></c>"
    rb"|(?: t=\"n\")? ?/>"
    rb"| t=\"s\"><v>[0-9]{1,6}</v></c>"
    rb"| t=\"b\"><v>[01]</v></c>"
    rb"| t=\"inlineStr\"><is>" + PLAIN_TEXT_PATTERN + rb"</is></c>"
)
_CELL = rb"<c r=\"(?:[A-Z]|[A-F][A-Z]|G[A-R])\1\"(?: s=\"[0-9]{1,5}\")?(?:" + _VALUE + rb")"
_DATA = re.compile(rb"(?:" + _ROW + rb" ?(?:/>|>(?:" + _CELL + rb")*+</row>)\s*+)*+</sheetData>")
_OPEN = re.compile(rb"<sheetData ?(/?)>\s*+")
_ANY_ROW_NUMBER = re.compile(rb"<row (?:[^<>]{0,200}?\s)?r=\"([0-9]{1,7})\"")
_HIDDEN = re.compile(rb"<row r=\"([0-9]+)\"[^>]* (?:hidden=\"(?:1|true)\"|ht=\"0(?:\.0)?\")")
_MERGE = re.compile(rb"<(?:[A-Za-z0-9]+:)?mergeCell(?=[\s/>])([^<>]*)>")
_COLUMN = re.compile(rb"<(?:[A-Za-z0-9]+:)?col(?=[\s/>])([^<>]*)>")
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)=\"([A-Za-z0-9.]*)\"")
_REF = re.compile(rb"\sref=\"([^\"]*)\"")
#: What differs between two copies of a form; the rest is cached.
#: NOTE: each alternative is sound by itself.
_VARYING = re.compile(
    rb"<dimension ref=\"[A-Za-z0-9:]*\"/>"
    rb"|<headerFooter(?: [A-Za-z]+=\"[a-z0-9]*\"){0,4}>"
    rb"(?:<(odd|even|first)(Header|Footer)>(?:[^<>&]++|&amp;)*+</\1\2>)*+</headerFooter>"
)
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


class SheetLayout(NamedTuple):
    """What lies on a sheet besides its values."""

    merges: tuple[str, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[tuple[int, int], ...]


class SimpleSheet(NamedTuple):
    """A sheet proved simple: what lies around its values, and the bytes of its rows."""

    layout: SheetLayout
    rows: bytes


@cached_small
def prove_sheet_simple(data: bytes, limits: ReaderLimits) -> SimpleSheet | None:
    """Return the sheet when it is simple, None when the careful lane must look.

    Raises FileRejected for what nobody may read.
    """
    check_encoding(data)
    _check_cell_counts(data, limits)
    if limits.rows < LAST_ROW or limits.columns < LAST_COLUMN:
        return None
    bounds = _find_rows(data)
    if bounds is None:
        return None

    begin, end = bounds
    rows = data[begin:end]
    around = _check_around_rows(_VARYING.sub(b"", data[:begin] + data[end:]), limits)
    if around is None or not _are_rows_plausible(rows):
        return None
    return SimpleSheet(around._replace(hidden_rows=_find_hidden_rows(rows)), rows)


def _check_cell_counts(data: bytes, limits: ReaderLimits) -> None:
    """Raise FileRejected S006 for a sheet of too many cells."""
    if len(data) < _CELL_BYTES * min(limits.cells, limits.formatted_cells):
        return
    values = data.count(b"<v>") + data.count(b"<is>")
    if values > limits.cells:
        raise FileRejected("S006")
    if data.count(b"<c ") > limits.formatted_cells:
        raise _reject_blank_rows(data)


def _reject_blank_rows(data: bytes) -> FileRejected:
    """Return the refusal of a sheet of too many cells, naming the rows below its last value."""
    last_value = max(data.rfind(b"<v>"), data.rfind(b"<is>"), 0)
    first = _read_last_row(data, last_value) + 1
    return make_blank_rows_rejection(first, _read_last_row(data, len(data)))


def make_blank_rows_rejection(first: int, last: int) -> FileRejected:
    """Return the refusal of a sheet whose rows from `first` to `last` hold formats only."""
    if first > last:
        return FileRejected("S006")
    return FileRejected("S006", "", f"A{first}", "blank_rows", first=first, last=last)


def _read_last_row(data: bytes, end: int) -> int:
    """Return the number of the last row that begins before `end`; 0 when none says one."""
    start = data.rfind(b"<row ", 0, end)
    number = _ANY_ROW_NUMBER.match(data, start) if start >= 0 else None
    return int(number[1]) if number else 0


def _find_rows(data: bytes) -> tuple[int, int] | None:
    """Return where the rows begin and end, None when they are not simple."""
    opening = _OPEN.search(data)
    begin = opening.end() if opening else 0
    if opening and opening[1]:
        return begin, begin
    rows = _DATA.match(data, begin)
    if rows is None:
        return None
    return begin, rows.end() - len(b"</sheetData>")


def _are_rows_plausible(rows: bytes) -> bool:
    """True when no row has the number 0 and no text is too long."""
    return b'<row r="0' not in rows and (b"<is>" not in rows or not has_long_text(rows))


def _find_hidden_rows(rows: bytes) -> tuple[int, ...]:
    if b' hidden="' not in rows and b' ht="0' not in rows:
        return ()
    return tuple(map(int, _HIDDEN.findall(rows)))


@cached_small
def _check_around_rows(without_rows: bytes, limits: ReaderLimits) -> SheetLayout | None:
    """Return the merges and hidden columns of a sheet without its rows.

    None when it is more than shallow XML with one place for rows.
    """
    if without_rows.count(b"<sheetData") != 1 or not is_well_formed_shallow(without_rows):
        return None
    merges: list[str] = []
    for attributes in _MERGE.findall(without_rows):
        ref = _REF.search(attributes)
        area = ref[1].decode() if ref else ""
        merges.append(check_merge(area, len(merges), limits))
    columns: list[tuple[int, int]] = []
    for attributes in _COLUMN.findall(without_rows):
        named = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(attributes)}
        columns += parse_hidden_columns(named)
    return SheetLayout(tuple(merges), (), tuple(columns))


def parse_hidden_columns(attributes: Mapping[str, str]) -> list[tuple[int, int]]:
    """Return the range of columns that a `col` element hides, counted from 1; empty for most.

    A column without any width is as good as hidden.
    """
    if attributes.get("hidden") not in ("1", "true") and attributes.get("width") not in (
        "0",
        "0.0",
    ):
        return []
    bounds = attributes.get("min", ""), attributes.get("max", "")
    if not all(bound.isascii() and bound.isdigit() and len(bound) < 6 for bound in bounds):
        return []
    return [(int(bounds[0]), int(bounds[1]))]


def check_merge(area: str, merge_count: int, limits: ReaderLimits) -> str:
    """Return the merged range when it is one.

    Raises FileRejected S002 for no range, S003 for too many or too large ones.
    """
    size = count_area_cells(area)
    if size > limits.cells or merge_count >= MAX_MERGES:
        raise FileRejected("S003")
    return area


def count_area_cells(area: str) -> int:
    """Return how many cells a range such as A1:G1 has; raises FileRejected S002 for no range."""
    match = _AREA.fullmatch(area)
    if not match:
        raise FileRejected("S002")
    left, top, right, bottom = match.groups()
    width = column_number(right or left) - column_number(left) + 1
    return width * (int(bottom or top) - int(top) + 1)
