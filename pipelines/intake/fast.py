"""Sheets proved ordinary in, their cells out, read by calamine from an archive that holds judged parts only.

NOTE: calamine never sees the sent zip. The archive is written anew from the parts the gate inflated and proved, so
nothing that readers of zips disagree about is left in it.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from pipelines.intake.cells import Cell
from pipelines.intake.dates import shown, whole

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
#: 1 January 1980, the first day a zip knows; names are UTF-8.
_DAY, _UTF8 = 0x21, 0x800

Cells = dict[tuple[int, int], Cell]


class Unsure(Exception):  # noqa: N818
    """A value whose meaning the fast reader lost; the careful lane reads the file instead."""


def read(parts: Mapping[str, bytes], names: Iterable[str]) -> dict[str, Cells]:
    """Sheet name → cells, one for each that is not blank; raises Unsure when a value may have lost its meaning."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(archive(parts)))
        return {name: _cells(book, name) for name in names}
    except CalamineError:
        raise Unsure from None


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A zip of stored parts, in the order given."""
    body: list[bytes] = []
    central: list[bytes] = []
    at = 0
    for name, content in parts.items():
        called, crc, size = name.encode(), zlib.crc32(content), len(content)
        body += _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, 0, _DAY, crc, size, size, len(called), 0), called, content
        sizes = (crc, size, size, len(called), 0, 0, 0, 0, 0, at)
        central += _CENTRAL.pack(b"PK\x01\x02", 20, 20, _UTF8, 0, 0, _DAY, *sizes), called
        at += _LOCAL.size + len(called) + size
    length = sum(map(len, central))
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), length, at, 0)
    return b"".join((*body, *central, end))


def _cells(book: CalamineWorkbook, name: str) -> Cells:
    """NOTE: calamine's rows begin at the first used cell, not at A1."""
    sheet = book.get_sheet_by_name(name)
    top, left = sheet.start or (0, 0)
    cells: Cells = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1):
        for col, value in enumerate(values, start=left + 1):
            if value == "":
                continue
            made = _made(name, row, col, value)
            if made:
                cells[row, col] = made
    return cells


def _made(sheet: str, row: int, col: int, value: object) -> Cell | None:
    if isinstance(value, str):
        return Cell(sheet, row, col, "text", value, value) if value.strip() else None
    if isinstance(value, bool):
        return Cell(sheet, row, col, "bool", value, "TRUE" if value else "FALSE")
    if isinstance(value, float):
        number = whole(value)
        return Cell(sheet, row, col, "number", number, str(number))
    if isinstance(value, date):
        return Cell(sheet, row, col, "date", value, shown(value))
    raise Unsure
