"""One input cell: a value, its look and its mark in, the cell with colour and comment out."""

from datetime import date
from typing import Any

from pipelines.intake.template.fill import Mark, Value
from pipelines.intake.template.marks import AUTHOR, comment
from pipelines.intake.template.workbook import Book


def put(
    book: Book, sheet: Any, row: int, column: int, value: Value | date, look: str, mark: Mark | None = None
) -> None:
    """Write one unlocked cell (0-based); text stays text, so nothing an officer typed becomes a formula."""
    made = book.looks(look, mark.severity) if mark else book.looks(look)
    if value is None or value == "":
        sheet.write_blank(row, column, None, made)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, made)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, made)
    else:
        sheet.write_number(row, column, value, made)
    if mark:
        sheet.write_comment(row, column, comment(mark.text), {"author": AUTHOR, "x_scale": 2.2, "y_scale": 1.2})
