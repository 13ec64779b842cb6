"""The first sheet of a marked workbook: issues in, one row each with links to the cells out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.catalog import Severity
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.writer import WorkbookWriter

_COLUMNS = {"severity": 12, "where": 16, "name": 38, "text": 20, "message": 96}
#: Links to further cells stand to the right of the table.
_MORE = 12
_TOP = 5
#: Points a line of text takes; rows are made high enough for what they say, as no program does on opening.
_LINE = 15


@dataclass(frozen=True)
class Correction:
    """One row of the sheet; `targets` are sheet and address in the same workbook."""

    severity: Severity
    targets: tuple[tuple[str, str], ...]
    name: str
    text: str
    #: What is wrong and what to do about it.
    message: str


def write_corrections(book: WorkbookWriter, fixes: Sequence[Correction], left_out: int) -> None:
    """Add the sheet `Cần sửa`; `rest` counts the issues that found no room."""
    sheet = book.add_sheet(get_label("sheets", "fixes"), "#C0392B", height=19)
    sheet.write_string(0, 0, get_label("fixes", "title"), book.looks("title"))
    lead = get_label("fixes", "lead") if fixes else get_label("fixes", "clean")
    sheet.write_string(1, 0, lead, book.looks())
    sheet.write_string(2, 0, _count_severities(fixes), book.looks("key"))
    for at, (name, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(at, at, width)
        if fixes:
            sheet.write_string(_TOP - 1, at, get_label("fixes", name), book.looks("header"))
    sheet.set_row(0, 26)
    sheet.set_row(_TOP - 1, 24)
    sheet.set_column(len(_COLUMNS), len(_COLUMNS) + _MORE, 8)
    for row, fix in enumerate(fixes, start=_TOP):
        _write_row(book, sheet, row, fix)
    if left_out:
        sheet.write_string(
            _TOP + len(fixes), 0, get_label("fixes", "rest", n=left_out), book.looks("key")
        )
    sheet.freeze_panes(_TOP, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TOP - 1)
    sheet.activate()


def _count_severities(fixes: Sequence[Correction]) -> str:
    count = {s: sum(f.severity == s for f in fixes) for s in ("error", "warning")}
    return " · ".join(get_label("fixes", f"{s}s", n=n) for s, n in count.items() if n)


def _write_row(book: WorkbookWriter, sheet: Any, row: int, fix: Correction) -> None:
    texts = (get_label("fixes", fix.severity), "", fix.name, fix.text, fix.message)
    sheet.set_row(
        row,
        _LINE * max(1, *(-(-len(t) // w) for t, w in zip(texts, _COLUMNS.values(), strict=True)))
        + 6,
    )
    for at, text in enumerate(texts):
        sheet.write_string(
            row, at, text, book.looks("cell", fix.severity) if at == 0 else book.looks("cell")
        )
    for number, (name, cell) in enumerate(fix.targets[: _MORE + 1]):
        at = 1 if number == 0 else len(_COLUMNS) + number - 1
        sheet.write_url(row, at, f"internal:'{name}'!{cell}", book.looks("link"), cell)
    left = len(fix.targets) - _MORE - 1
    if left > 0:
        sheet.write_string(
            row, len(_COLUMNS) + _MORE, get_label("fixes", "more", n=left), book.looks("key")
        )
