"""The bytes of a CSV file in, one sheet of cells out; a line with other columns or an open quote refuses the file."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from pipelines.spreadsheet.issues import ReadIssue, make_read_issue
from pipelines.spreadsheet.limits import ReaderLimits
from pipelines.spreadsheet.model import Cell, Sheet, is_blank
from pipelines.spreadsheet.ooxml import MAX_CELL_CHARS
from pipelines.spreadsheet.rejection import FileRejected
from pipelines.spreadsheet.text_cleaning import MIN_MOJIBAKE_WORDS, clean_text, count_mojibake

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_BINARY = bytes({*range(32), 127} - set(b"\t\n\r\x0b\x0c\x1a"))


def decode_text(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding.

    Raises FileRejected F002 (cut inside a letter), F003 (no text), U001 (old fonts) or U006 (`?`).
    """
    text, encoding = _decode_any(data)
    if count_mojibake(text) >= MIN_MOJIBAKE_WORDS:
        raise FileRejected("U006")
    return text, encoding


def _decode_any(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_strict(data[len(mark) :], encoding), encoding
    wide = _detect_utf16(data)
    if wide:
        return _decode_strict(data, wide), wide
    if len(data.translate(None, _BINARY)) != len(data):
        raise FileRejected("F003", kind="?")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_windows_1258(data), "windows-1258"


def _decode_strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise FileRejected("F002") from None


def _detect_utf16(data: bytes) -> str:
    """Every second byte of Latin text in UTF-16 is zero."""
    head = data[:512]
    if len(head) < 8 or b"\x00" not in head:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else ""


def _decode_windows_1258(data: bytes) -> str:
    """NOTE: Windows-1258 writes the tone as a letter of its own; after composing none may be left over."""
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        raise FileRejected("U001", case="whole") from None
    if any(unicodedata.combining(letter) for letter in text) or "U001" in clean_text(text).codes:
        raise FileRejected("U001", case="whole")
    return text


SHEET_NAME = "CSV"
#: A line may hold so many of the longest texts: more is no line of a table.
MAX_TEXTS_PER_LINE = 20
SEPARATORS = ";\t,|"
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: NOTE: 00646 stays text: a number would lose the zeros of a code.
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(data: bytes, limits: ReaderLimits) -> tuple[Sheet, list[ReadIssue]]:
    """The sheet and what is to be said of the file; raises FileRejected T010, S005, S006 and those of `decode`.

    NOTE: a CSV has no end mark; one cut inside its last value is only kept out by the inbox, which waits.
    """
    _check_size(data, limits)
    text, encoding = decode_text(data)
    issues = [make_read_issue("E001")] if encoding == "windows-1258" else []
    hint = _HINT.match(text)
    body = text[hint.end() :] if hint else text
    rows = list(_read_rows(body, hint[1] if hint else _find_separator(body), limits))
    _check_shape(rows)
    sheet = Sheet(SHEET_NAME)
    for number, row in enumerate(rows, start=1):
        for col, value in enumerate(row, start=1):
            if not is_blank(value):
                sheet.cells[number, col] = _make_cell(number, col, value)
    return sheet, issues


def _check_size(data: bytes, limits: ReaderLimits) -> None:
    """What no table of ours can be is refused before a letter of it is decoded: ten megabytes cost no time."""
    if data.count(b"\n") + data.count(b"\r") > 2 * limits.cells:
        raise FileRejected("S006", SHEET_NAME)
    if max(map(len, data.splitlines()), default=0) > MAX_CELL_CHARS * MAX_TEXTS_PER_LINE:
        raise FileRejected("S005", SHEET_NAME, "A1")


def _make_cell(row: int, col: int, value: str) -> Cell:
    plain = value.strip()
    if _WHOLE.fullmatch(plain):
        return Cell(SHEET_NAME, row, col, "number", int(plain), plain)
    return Cell(SHEET_NAME, row, col, "text", value, value)


def _find_separator(text: str) -> str:
    """The sign that stands most often in the first line that has any, outside quotes."""
    for line in text[:65_536].splitlines():
        seen = Counter(_QUOTED.sub("", line))
        best = max(SEPARATORS, key=lambda sign: seen[sign])
        if seen[best]:
            return best
    return ","


def _read_rows(text: str, separator: str, limits: ReaderLimits) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = cells = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise FileRejected("S005", SHEET_NAME, f"A{number}") from None
            raise FileRejected("T010", SHEET_NAME, n=number) from None
        filled = [
            column for column, value in enumerate(row, start=1) if value and not is_blank(value)
        ]
        cells += len(filled)
        last = filled[-1] if filled else 0
        if (filled and number > limits.rows + 1) or cells > limits.cells or last > limits.columns:
            raise FileRejected("S006", SHEET_NAME)
        if any(len(value) > MAX_CELL_CHARS for value in row):
            raise FileRejected("S005", SHEET_NAME, f"A{number}")
        yield row[: limits.columns]


def _check_shape(rows: list[list[str]]) -> None:
    """All lines have the columns of the first; empty ones at the end of a line and empty lines do not count."""
    width = max((len(row) for row in rows[:1]), default=0)
    for number, row in enumerate(rows, start=1):
        filled = (
            len(row)
            if not row or row[-1].strip()
            else max((i for i, v in enumerate(row, 1) if v.strip()), default=0)
        )
        if filled > width or (filled and len(row) < width):
            raise FileRejected("T010", SHEET_NAME, f"A{number}", n=number)
