"""Frames become files a person opens: CSV that Excel reads in Vietnamese, and workbooks of several sheets."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
import xlsxwriter

from pipelines.output.safe import neutralised

#: Excel takes a sheet name of 31 characters without these.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook: its title, its rows, and the lines of small print under it."""

    title: str
    frame: pl.DataFrame
    notes: Sequence[str] = field(default_factory=tuple)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """The frame as UTF-8 CSV with a byte-order mark (Excel needs it for Vietnamese), formulas neutralised."""
    return b"\xef\xbb\xbf" + neutralised(frame).write_csv(line_terminator="\r\n").encode("utf-8")


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """One worksheet per table: title, header row, rows, small print; every text cell is typed as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "note": book.add_format({"font_color": "#5B6769", "font_size": 9}),
            "day": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        }
        names: set[str] = set()
        for sheet in sheets:
            _write(book.add_worksheet(_name(sheet.title, names)), sheet, styles)
    return buffer.getvalue()


def _name(title: str, taken: set[str]) -> str:
    base = " ".join(title.translate(_FORBIDDEN).split())[:28] or "Sheet"
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}", number + 1
    taken.add(name.casefold())
    return name


def _write(page: "xlsxwriter.worksheet.Worksheet", sheet: Sheet, styles: dict[str, object]) -> None:
    page.write_string(0, 0, sheet.title, styles["title"])
    for column, name in enumerate(sheet.frame.columns):
        page.write_string(2, column, name, styles["head"])
    for row, values in enumerate(sheet.frame.iter_rows(), 3):
        for column, value in enumerate(values):
            _cell(page, row, column, value, styles)
    for offset, note in enumerate(sheet.notes):
        page.write_string(sheet.frame.height + 4 + offset, 0, note, styles["note"])
    page.freeze_panes(3, 0)
    page.autofit()
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _cell(
    page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, value: object, styles: dict[str, object]
) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    elif isinstance(value, datetime | date):
        page.write_datetime(row, column, value, styles["day"])
    else:
        page.write_string(row, column, str(value))
