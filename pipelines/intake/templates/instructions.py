"""Write the sheet `Hướng dẫn`: how to fill in, what colours mean, what each line counts."""

from collections.abc import Iterable
from typing import Any

from pipelines import catalog
from pipelines.intake.templates.header import set_page
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import form_fields, form_sheet_name
from pipelines.intake.templates.writer import WorkbookWriter
from pipelines.reference.office_names import OfficeNames, find_office
from pipelines.settings import Settings

#: Code, label and explanation of one line or column.
GuideEntry = tuple[str, str, str]


def write_form_instructions(book: WorkbookWriter, form: str, settings: Settings) -> None:
    """Add the sheet about form A or B: its steps, and what each of its fields counts."""
    steps = [step.vi for step in catalog.forms()[form].instructions]
    entries = [(f.code, f.label.vi, f.definition.vi) for f in form_fields(form)]
    write_instructions(book, form_sheet_name(form), steps, entries, settings)


def write_instructions(
    book: WorkbookWriter,
    form: str,
    steps: Iterable[str],
    entries: Iterable[GuideEntry],
    settings: Settings,
) -> None:
    """Add the sheet; nothing in it is ever read back."""
    sheet = book.add_sheet(get_label("sheets", "guide"))
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 46)
    sheet.set_column(2, 2, 84)
    sheet.write_string(0, 0, get_label("guide", "title"), book.looks("title"))
    lines = _list_sender_lines(
        find_office(settings.organisation, book.subject.day, book.identity.form)
    )
    row = _write_steps(book, sheet, steps, lines)
    row = _write_colours(book, sheet, row + 1)
    _write_entries(book, sheet, row + 1, entries)
    set_page(book, sheet, form, header=(0, 0), landscape=True)


def _write_steps(
    book: WorkbookWriter, sheet: Any, steps: Iterable[str], lines: Iterable[str]
) -> int:
    sheet.write_string(2, 0, get_label("guide", "how"), book.looks("fact"))
    row = 3
    for number, text in enumerate(steps, start=1):
        sheet.write_string(row, 0, f"{number}.", book.looks("key"))
        sheet.write_string(row, 1, text, book.looks())
        row += 1
    for text in lines:
        sheet.write_string(row, 1, text, book.looks("sender"))
        row += 1
    return row


def _list_sender_lines(names: OfficeNames) -> list[str]:
    """List the legal basis and the contact, as far as they are known."""
    lines = []
    if names.legal_basis.vi:
        lines.append(get_label("guide", "legal", law=names.legal_basis.vi))
    if names.contact:
        lines.append(get_label("guide", "contact", contact=names.contact))
    return lines


def _write_colours(book: WorkbookWriter, sheet: Any, row: int) -> int:
    sheet.write_string(row, 0, get_label("guide", "colours"), book.looks("fact"))
    for offset, (look, name) in enumerate((("choice", "input"), ("previous", "locked")), start=1):
        sheet.write_blank(row + offset, 0, None, book.looks(look))
        sheet.write_string(row + offset, 1, get_label("guide", name), book.looks())
    return row + 3


def _write_entries(
    book: WorkbookWriter, sheet: Any, row: int, entries: Iterable[GuideEntry]
) -> None:
    sheet.write_string(row, 0, get_label("guide", "fields"), book.looks("fact"))
    code, label, cell = book.looks("code"), book.looks("label"), book.looks("cell")
    for offset, (short, name, about) in enumerate(entries, start=1):
        sheet.write_string(row + offset, 0, short, code)
        sheet.write_string(row + offset, 1, name, label)
        sheet.write_string(row + offset, 2, about, cell)
