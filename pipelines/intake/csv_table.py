"""The bytes of a CSV file in, one sheet of cells out; a line with other columns or an open quote refuses the file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from pipelines.intake.cells import Cell, Sheet, is_blank
from pipelines.intake.csv_text import decode
from pipelines.intake.issues import Issue, issue
from pipelines.intake.reject import Reject
from pipelines.intake.xml_strings import LONGEST
from pipelines.settings import Limits

NAME = "CSV"
#: A line may hold so many of the longest texts: more is no line of a table.
SEPARATED = 20
SEPARATORS = ";\t,|"
_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: NOTE: 00646 stays text: a number would lose the zeros of a code.
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_QUOTED = re.compile(r'"[^"]*"')


def read(data: bytes, limits: Limits) -> tuple[Sheet, list[Issue]]:
    """The sheet and what is to be said of the file; raises Reject T010, S005, S006 and those of `decode`.

    NOTE: a CSV has no end mark; one cut inside its last value is only kept out by the inbox, which waits.
    """
    _judge_size(data, limits)
    text, encoding = decode(data)
    issues = [issue("E001")] if encoding == "windows-1258" else []
    hint = _HINT.match(text)
    body = text[hint.end() :] if hint else text
    rows = list(_rows(body, hint[1] if hint else _separator(body), limits))
    _judge_shape(rows)
    sheet = Sheet(NAME)
    for number, row in enumerate(rows, start=1):
        for col, value in enumerate(row, start=1):
            if not is_blank(value):
                sheet.cells[number, col] = _cell(number, col, value)
    return sheet, issues


def _judge_size(data: bytes, limits: Limits) -> None:
    """What no table of ours can be is refused before a letter of it is decoded: ten megabytes cost no time."""
    if data.count(b"\n") + data.count(b"\r") > 2 * limits.cells:
        raise Reject("S006", NAME)
    if max(map(len, data.splitlines()), default=0) > LONGEST * SEPARATED:
        raise Reject("S005", NAME, "A1")


def _cell(row: int, col: int, value: str) -> Cell:
    plain = value.strip()
    if _WHOLE.fullmatch(plain):
        return Cell(NAME, row, col, "number", int(plain), plain)
    return Cell(NAME, row, col, "text", value, value)


def _separator(text: str) -> str:
    """The sign that stands most often in the first line that has any, outside quotes."""
    for line in text[:65_536].splitlines():
        seen = Counter(_QUOTED.sub("", line))
        best = max(SEPARATORS, key=lambda sign: seen[sign])
        if seen[best]:
            return best
    return ","


def _rows(text: str, separator: str, limits: Limits) -> Iterator[list[str]]:
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
                raise Reject("S005", NAME, f"A{number}") from None
            raise Reject("T010", NAME, n=number) from None
        filled = [column for column, value in enumerate(row, start=1) if value and not is_blank(value)]
        cells += len(filled)
        last = filled[-1] if filled else 0
        if (filled and number > limits.rows + 1) or cells > limits.cells or last > limits.columns:
            raise Reject("S006", NAME)
        if any(len(value) > LONGEST for value in row):
            raise Reject("S005", NAME, f"A{number}")
        yield row[: limits.columns]


def _judge_shape(rows: list[list[str]]) -> None:
    """All lines have the columns of the first; empty ones at the end of a line and empty lines do not count."""
    width = max((len(row) for row in rows[:1]), default=0)
    for number, row in enumerate(rows, start=1):
        filled = (
            len(row) if not row or row[-1].strip() else max((i for i, v in enumerate(row, 1) if v.strip()), default=0)
        )
        if filled > width or (filled and len(row) < width):
            raise Reject("T010", NAME, f"A{number}", n=number)
