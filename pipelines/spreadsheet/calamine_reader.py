"""Read the cells of sheets that were proved simple, with calamine.

NOTE: calamine never sees the sent zip. The archive is written anew from the parts the gate inflated
and proved, so nothing that readers of zips disagree about is left in it.
"""

import struct
import zlib
from collections.abc import Mapping
from datetime import date
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from pipelines.spreadsheet.excel_dates import as_integer, to_iso_text
from pipelines.spreadsheet.model import CellGrid, CellKind, CellValue

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
#: 1 January 1980, the first day a zip knows; names are UTF-8.
_DAY, _UTF8 = 0x21, 0x800


class AmbiguousCell(Exception):
    """A value whose meaning the fast reader lost; the careful lane reads the file instead."""


def read_sheets(
    parts: Mapping[str, bytes], filled: Mapping[str, int | None]
) -> dict[str, CellGrid]:
    """Return the cells of each sheet that are not blank, by the sheet's name.

    `filled` names the sheets and says how many cells with a value each has, where that is known.
    Raises AmbiguousCell when a value may have lost its meaning.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(build_archive(parts)))
        return {name: _read_cells(book, name, expected) for name, expected in filled.items()}
    except CalamineError:
        raise AmbiguousCell from None


def build_archive(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of stored parts, in the order given."""
    body: list[bytes] = []
    central: list[bytes] = []
    at = 0
    for part_name, content in parts.items():
        name, crc, size = part_name.encode(), zlib.crc32(content), len(content)
        body += (
            _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, 0, _DAY, crc, size, size, len(name), 0),
            name,
            content,
        )
        sizes = (crc, size, size, len(name), 0, 0, 0, 0, 0, at)
        central += _CENTRAL.pack(b"PK\x01\x02", 20, 20, _UTF8, 0, 0, _DAY, *sizes), name
        at += _LOCAL.size + len(name) + size
    length = sum(map(len, central))
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), length, at, 0)
    return b"".join((*body, *central, end))


def _read_cells(book: CalamineWorkbook, name: str, expected: int | None) -> CellGrid:
    """Return the cells of a sheet that are not blank.

    Raises AmbiguousCell unless as many cells have a value as `expected`.

    NOTE: calamine's rows begin at the first used cell, not at A1.
    """
    sheet = book.get_sheet_by_name(name)
    top, left = sheet.start or (0, 0)
    rows = sheet.to_python(skip_empty_area=True)
    filled = sum(len(values) - values.count("") for values in rows)
    if expected is not None and filled != expected:
        raise AmbiguousCell
    return CellGrid(name, (top + 1, left + 1), rows, _convert_value)


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
