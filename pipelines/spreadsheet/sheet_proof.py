"""A sheet part in, its surface out (merges, hidden rows), with the proof that its cells are ordinary.

Ordinary: one regular expression matches all of sheetData. It has no formula, error, date or escape in it, every
address lies in its row and within 5 000 rows and 200 columns, so a fast reader can neither be led astray nor made to
ask for a rectangle larger than a million cells. Whatever it does not match is read by the careful lane instead.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.spreadsheet.excel_dates import BEYOND, FIRST
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
_ROW_NUMBER = re.compile(rb"<row r=\"([0-9]+)\"")
_ADDRESS = re.compile(rb"<c r=\"([A-Z0-9]+)\"")
_HIDDEN = re.compile(rb"<row r=\"([0-9]+)\"[^>]* hidden=\"(?:1|true)\"")
_MERGE = re.compile(rb"<(?:[A-Za-z0-9]+:)?mergeCell(?=[\s/>])([^<>]*)>")
_REF = re.compile(rb"\sref=\"([^\"]*)\"")
_DIMENSION = re.compile(rb"<dimension [^<>]*?/>|<dimension [^<>/]*?></dimension>")
#: What differs between two copies of a form; the rest is remembered. NOTE: each alternative is sound by itself.
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


class SimpleSheet(NamedTuple):
    """A sheet proved ordinary, with what Excel says of its size (often a lie) taken out."""

    layout: SheetLayout
    data: bytes
    #: How many cells have a value: a reader that finds fewer met one address twice. None when no address is.
    filled: int | None


@cached_small
def prove_sheet_simple(
    data: bytes, dates: frozenset[int], has_empty_texts: bool, limits: ReaderLimits
) -> SimpleSheet | None:
    """Return the sheet when it is ordinary, None when the careful lane must look.

    Raises FileRejected for what nobody may read.

    `has_empty_texts`: some shared text is empty, so that cells with a value may read as blank.
    """
    check_encoding(data)
    values = data.count(b"<v>") + data.count(b"<is>")
    if values > limits.cells or data.count(b"<c ") > limits.formatted_cells:
        raise FileRejected("S006")
    if limits.rows < LAST_ROW or limits.columns < LAST_COLUMN:
        return None
    opened = _OPEN.search(data)
    begin = opened.end() if opened else 0
    end = begin if opened and opened[1] else _find_rows_end(data, begin)
    if end is None:
        return None
    rows = data[begin:end]
    merges = _check_around_rows(_VARYING.sub(b"", data[:begin] + data[end:]), limits)
    if merges is None:
        return None
    inline = rows.count(b"<is>")
    if (
        not _is_ascending(rows)
        or not _are_dates_plausible(rows, dates)
        or (inline and has_long_text(rows))
    ):
        return None
    hidden = _find_hidden_rows(rows) if b' hidden="' in rows else ()
    uncounted = has_empty_texts or inline
    if uncounted and not _are_distinct(rows):
        return None
    filled = None if uncounted else rows.count(b"<v>")
    return SimpleSheet(SheetLayout(merges, hidden), _DIMENSION.sub(b"", data, count=1), filled)


def _find_rows_end(data: bytes, begin: int) -> int | None:
    found = _DATA.match(data, begin)
    return found.end() - len(b"</sheetData>") if found else None


def _is_ascending(rows: bytes) -> bool:
    """Rows ascend; readers differ on anything else."""
    numbers = [int(n) for n in _ROW_NUMBER.findall(rows)]
    return all(a < b for a, b in pairwise(numbers)) and numbers[:1] != [0]


def _are_distinct(rows: bytes) -> bool:
    addresses = _ADDRESS.findall(rows)
    return len(set(addresses)) == len(addresses)


def _are_dates_plausible(rows: bytes, dates: frozenset[int]) -> bool:
    """NOTE: calamine gives serial 60 as 28 February 1900 and -3 as midnight; the careful lane knows better."""
    if not dates:
        return True
    return all(
        FIRST <= float(serial) < BEYOND for serial in _date_cell_pattern(dates).findall(rows)
    )


@lru_cache(maxsize=64)
def _date_cell_pattern(dates: frozenset[int]) -> re.Pattern[bytes]:
    styles = b"|".join(b"%d" % style for style in sorted(dates))
    return re.compile(rb"<c r=\"[A-Z0-9]+\" s=\"0*+(?:" + styles + rb")\"(?: t=\"n\")?><v>([^<]+)")


def _find_hidden_rows(rows: bytes) -> tuple[int, ...]:
    return tuple(int(n) for n in _HIDDEN.findall(rows))


@cached_small
def _check_around_rows(without_rows: bytes, limits: ReaderLimits) -> tuple[str, ...] | None:
    """The merges of a sheet without its rows, or None when it is more than shallow XML with one place for rows."""
    if without_rows.count(b"<sheetData") != 1 or not is_well_formed_shallow(without_rows):
        return None
    if b"mergeCell" not in without_rows:
        return ()
    refs = (_REF.search(attributes) for attributes in _MERGE.findall(without_rows))
    return tuple(
        check_merge(ref[1].decode() if ref else "", at, limits) for at, ref in enumerate(refs)
    )


def check_merge(area: str, merge_count: int, limits: ReaderLimits) -> str:
    """The merged range when it is one; raises FileRejected S002 for no range, S003 for too many or too large ones."""
    size = count_area_cells(area)
    if size > limits.cells or merge_count >= MAX_MERGES:
        raise FileRejected("S003")
    return area


def count_area_cells(area: str) -> int:
    """Cells in a range such as A1:G1; raises FileRejected S002 when it is no range."""
    found = _AREA.fullmatch(area)
    if not found:
        raise FileRejected("S002")
    left, top, right, bottom = found[1], found[2], found[3] or found[1], found[4] or found[2]
    wide = column_number(right) - column_number(left) + 1
    return wide * (int(bottom) - int(top) + 1)
