"""Write the first sheet of a marked workbook: one row an issue, with links to its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from pipelines.catalog import Severity
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.writer import WorkbookWriter

_COLUMNS = {"severity": 12, "where": 16, "name": 38, "text": 20, "message": 96}
#: Links to further cells stand to the right of the table.
_MORE = 12
_TOP = 5
#: Points a line of text takes; rows are made high enough for what they say, as no program does on
#: opening.
_LINE = 15


@dataclass(frozen=True)
class Correction:
    """Hold one row of the sheet; `targets` are sheet and address in the same workbook."""

    severity: Severity
    targets: tuple[tuple[str, str], ...]
    name: str
    text: str
    #: What is wrong and what to do about it.
    message: str


def write_corrections(book: WorkbookWriter, fixes: Sequence[Correction], left_out: int) -> None:
    """Add the sheet `Cần sửa`; `left_out` counts the issues that found no room."""
    sheet = book.add_sheet(get_label("sheets", "fixes"), "#C0392B", height=19)
    title = get_label("fixes", "title")
    sheet.write_string(0, 0, title, book.looks("title"))
    lead = get_label("fixes", "lead" if fixes else "clean")
    sheet.write_string(1, 0, lead, book.looks())
    sheet.write_string(2, 0, _count_severities(fixes), book.looks("key"))
    _write_columns(book, sheet, has_headers=bool(fixes))
    for row, fix in enumerate(fixes, start=_TOP):
        _write_row(book, sheet, row, fix)
    if left_out:
        text = get_label("fixes", "rest", n=left_out)
        sheet.write_string(_TOP + len(fixes), 0, text, book.looks("key"))
    _set_view(sheet)


def _write_columns(book: WorkbookWriter, sheet: Any, *, has_headers: bool) -> None:
    for at, (name, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(at, at, width)
        if has_headers:
            sheet.write_string(_TOP - 1, at, get_label("fixes", name), book.looks("header"))
    sheet.set_row(0, 26)
    sheet.set_row(_TOP - 1, 24)
    sheet.set_column(len(_COLUMNS), len(_COLUMNS) + _MORE, 8)


def _set_view(sheet: Any) -> None:
    """Freeze and repeat the header, fit the sheet to A4, and show it first."""
    sheet.freeze_panes(_TOP, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TOP - 1)
    sheet.activate()


def _count_severities(fixes: Sequence[Correction]) -> str:
    """Say how many errors and warnings there are; empty when there are none."""
    severities = [fix.severity for fix in fixes]
    texts = []
    for severity in ("error", "warning"):
        count = severities.count(severity)
        if count:
            texts.append(get_label("fixes", f"{severity}s", n=count))
    return " · ".join(texts)


def _write_row(book: WorkbookWriter, sheet: Any, row: int, fix: Correction) -> None:
    severity = get_label("fixes", fix.severity)
    texts = (severity, "", fix.name, fix.text, fix.message)
    sheet.set_row(row, _row_height(texts))
    sheet.write_string(row, 0, severity, book.looks("cell", fix.severity))
    for at, text in enumerate(texts[1:], start=1):
        sheet.write_string(row, at, text, book.looks("cell"))
    # The first link stands in the column of places, the others to the right of the table.
    columns = (1, *range(len(_COLUMNS), len(_COLUMNS) + _MORE))
    for at, (name, cell) in zip(columns, fix.targets, strict=False):
        sheet.write_url(row, at, f"internal:'{name}'!{cell}", book.looks("link"), cell)
    left = len(fix.targets) - len(columns)
    if left > 0:
        text = get_label("fixes", "more", n=left)
        sheet.write_string(row, len(_COLUMNS) + _MORE, text, book.looks("key"))


def _row_height(texts: Sequence[str]) -> int:
    """Return the height in points that shows every text in its column."""
    lines = 1
    for text, width in zip(texts, _COLUMNS.values(), strict=True):
        lines = max(lines, ceil(len(text) / width))
    return _LINE * lines + 6
