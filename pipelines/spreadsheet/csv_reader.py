"""Read a CSV file as one sheet of cells.

A line with other columns than the first, or a quote that is never closed, refuses the file.
"""

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
    """Return the text and its encoding, by its byte order mark, its zeros, or by trial."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_strict(data[len(mark) :], encoding), encoding
    encoding = _detect_utf16(data)
    if encoding:
        return _decode_strict(data, encoding), encoding

    is_binary = len(data.translate(None, _BINARY)) != len(data)
    if is_binary:
        raise FileRejected("F003", kind="?")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # NOTE: Western Windows keeps é and writes ? for ế: such bytes are no old Vietnamese font.
        if count_mojibake(data.decode("latin-1")) >= MIN_MOJIBAKE_WORDS:
            raise FileRejected("U006") from None
        return _decode_windows_1258(data), "windows-1258"


def _decode_strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise FileRejected("F002") from None


def _detect_utf16(data: bytes) -> str:
    """Return the encoding of UTF-16 text without a mark, empty when the bytes are something else.

    Every second byte of Latin text in UTF-16 is zero.
    """
    head = data[:512]
    if len(head) < 8 or b"\x00" not in head:
        return ""

    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 4
    if odd > half > even:
        return "utf-16-le"
    if even > half > odd:
        return "utf-16-be"
    return ""


def _decode_windows_1258(data: bytes) -> str:
    """Decode text of Windows-1258; raises FileRejected U001 for any other old code page.

    NOTE: Windows-1258 writes the tone as a letter of its own; after composing none may be left
    over.
    """
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        raise FileRejected("U001", case="whole") from None

    has_loose_tone = any(map(unicodedata.combining, text))
    if has_loose_tone or "U001" in clean_text(text).codes:
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
    """Return the sheet and the issues of the file.

    Raises FileRejected T010, S005, S006 and those of `decode_text`.

    NOTE: a CSV has no end mark; one cut inside its last value is only kept out by the inbox, which
    waits.
    """
    _check_size(data, limits)
    text, encoding = decode_text(data)
    issues = []
    if encoding == "windows-1258":
        issues.append(make_read_issue("E001"))

    separator, body = _split_hint(text)
    rows = list(_read_rows(body, separator, limits))
    _check_shape(rows)

    sheet = Sheet(SHEET_NAME)
    for number, row in enumerate(rows, start=1):
        for col, value in enumerate(row, start=1):
            if not is_blank(value):
                sheet.cells[number, col] = _make_cell(number, col, value)
    return sheet, issues


def _split_hint(text: str) -> tuple[str, str]:
    """Return the separator and the text without the `sep=` line that may name it."""
    hint = _HINT.match(text)
    if hint:
        return hint[1], text[hint.end() :]
    return _find_separator(text), text


def _check_size(data: bytes, limits: ReaderLimits) -> None:
    """Raise FileRejected S005 or S006 for what no table of ours can be, before it is decoded.

    Ten megabytes of it cost no time.
    """
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
    """Return the sign that stands most often, outside quotes, in the first line that has any."""
    for line in text[:65_536].splitlines():
        counts = Counter(_QUOTED.sub("", line))
        best = max(SEPARATORS, key=lambda sign: counts[sign])
        if counts[best]:
            return best
    return ","


def _read_rows(text: str, separator: str, limits: ReaderLimits) -> Iterator[list[str]]:
    """Yield the values of each line; raises FileRejected S005, S006 or T010."""
    cell_count = 0
    for number, row in enumerate(_split_lines(text, separator), start=1):
        filled = _find_filled_columns(row)
        cell_count += len(filled)
        if filled:
            is_outside = number > limits.rows + 1 or filled[-1] > limits.columns
            if is_outside or cell_count > limits.cells:
                raise FileRejected("S006", SHEET_NAME)

        longest = max(map(len, row), default=0)
        if longest > MAX_CELL_CHARS:
            raise FileRejected("S005", SHEET_NAME, f"A{number}")
        yield row[: limits.columns]


def _find_filled_columns(row: list[str]) -> list[int]:
    """Return the numbers of the columns that hold something."""
    return [col for col, value in enumerate(row, 1) if value and not is_blank(value)]


def _split_lines(text: str, separator: str) -> Iterator[list[str]]:
    """Yield each line as the CSV reader splits it; raises FileRejected S005 or T010."""
    lines = StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            yield row
    except csv.Error as error:
        place = number + 1
        is_too_long = "field limit" in str(error)
        if is_too_long:
            raise FileRejected("S005", SHEET_NAME, f"A{place}") from None
        raise FileRejected("T010", SHEET_NAME, n=place) from None


def _check_shape(rows: list[list[str]]) -> None:
    """Raise FileRejected T010 unless all lines have the columns of the first.

    Empty columns at the end of a line and empty lines do not count.
    """
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, start=1):
        filled_width = _find_filled_width(row)
        is_short = len(row) < width and filled_width > 0
        if is_short or filled_width > width:
            raise FileRejected("T010", SHEET_NAME, f"A{number}", n=number)


def _find_filled_width(row: list[str]) -> int:
    """Return how many columns a line has up to its last value that is not blank."""
    for width in range(len(row), 0, -1):
        if row[width - 1].strip():
            return width
    return 0
