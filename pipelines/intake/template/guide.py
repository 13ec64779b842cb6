"""The sheet `Hướng dẫn`: how to fill in, what the colours mean, and what each line counts."""

from collections.abc import Iterable
from typing import Any

from pipelines.intake.template.heading import set_page
from pipelines.intake.template.words import word
from pipelines.intake.template.workbook import Book
from pipelines.settings import Settings

#: Code, label and explanation of one line or column.
Entry = tuple[str, str, str]


def write_guide(book: Book, form: str, how: Iterable[str], entries: Iterable[Entry], settings: Settings) -> None:
    """Adds the sheet; nothing in it is ever read back."""
    sheet = book.sheet(word("sheets", "guide"))
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 46)
    sheet.set_column(2, 2, 84)
    sheet.write_string(0, 0, word("guide", "title"), book.looks("title"))
    row = _how(book, sheet, how, settings)
    row = _colours(book, sheet, row + 1)
    _entries(book, sheet, row + 1, entries)
    set_page(book, sheet, form, header=(0, 0), wide=True)


def _how(book: Book, sheet: Any, how: Iterable[str], settings: Settings) -> int:
    sheet.write_string(2, 0, word("guide", "how"), book.looks("fact"))
    row = 3
    for number, text in enumerate(how, start=1):
        sheet.write_string(row, 0, f"{number}.", book.looks("key"))
        sheet.write_string(row, 1, text, book.looks())
        row += 1
    organisation = settings.organisation
    lines = [word("guide", "legal", law=organisation.legal_basis)] if organisation.legal_basis else []
    lines += [word("guide", "contact", contact=organisation.contact)] if organisation.contact else []
    for text in lines:
        sheet.write_string(row, 1, text, book.looks("sender"))
        row += 1
    return row


def _colours(book: Book, sheet: Any, row: int) -> int:
    sheet.write_string(row, 0, word("guide", "colours"), book.looks("fact"))
    for offset, (look, name) in enumerate((("choice", "input"), ("previous", "locked")), start=1):
        sheet.write_blank(row + offset, 0, None, book.looks(look))
        sheet.write_string(row + offset, 1, word("guide", name), book.looks())
    return row + 3


def _entries(book: Book, sheet: Any, row: int, entries: Iterable[Entry]) -> None:
    sheet.write_string(row, 0, word("guide", "fields"), book.looks("fact"))
    code, label, cell = book.looks("code"), book.looks("label"), book.looks("cell")
    for offset, (short, name, about) in enumerate(entries, start=1):
        sheet.write_string(row + offset, 0, short, code)
        sheet.write_string(row + offset, 1, name, label)
        sheet.write_string(row + offset, 2, about, cell)
