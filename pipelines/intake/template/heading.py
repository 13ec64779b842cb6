"""The block above a table and the page around it: whose return, which period, due when; A4, repeated header, footer."""

from typing import Any

from pipelines.intake.template.layout import CODE_ROW, DUE_ROW, PERIOD_ROW, STATUS_ROW, UNIT_ROW
from pipelines.intake.template.lists import labels
from pipelines.intake.template.subject import written
from pipelines.intake.template.words import word
from pipelines.intake.template.workbook import Book
from pipelines.settings import Settings


def write_heading(book: Book, sheet: Any, form: str, title: str, settings: Settings, *, at: int = 1) -> None:
    """Title, office, unit, code, period, due date and status; values stand in column `at` (0-based)."""
    office = f"{settings.organisation.subdepartment}, {settings.organisation.department}"
    sheet.write_string(0, 0, word("heading", "title", code=form, title=title), book.looks("title"))
    sheet.write_string(1, 0, word("heading", "sender", office=office), book.looks("sender"))
    sheet.set_row(0, 26, book.looks())
    subject = book.subject
    due = written(subject.due) if subject.due else ""
    facts = {
        UNIT_ROW: ("unit", subject.name),
        CODE_ROW: ("code", subject.code),
        PERIOD_ROW: ("period", subject.dates),
        DUE_ROW: ("due", due),
    }
    for row, (name, text) in facts.items():
        if text:
            sheet.write_string(row - 1, 0, word("heading", name), book.looks("key"))
            sheet.write_string(row - 1, at, text, book.looks("fact"))


def write_status(book: Book, sheet: Any, *, at: int = 1) -> None:
    """The drop-down that tells final figures from estimates."""
    row = STATUS_ROW - 1
    sheet.write_string(row, 0, word("heading", "status"), book.looks("key"))
    sheet.write_string(row, at, labels("data_status")[book.identity.data_status], book.looks("choice"))
    sheet.data_validation(row, at, row, at, choice(book, "data_status"))


def write_lines(book: Book, sheet: Any, said: str, *, at: int = 1) -> None:
    """The drop-down that tells a register without a line from one that was not filled in."""
    row = STATUS_ROW - 1
    sheet.write_string(row, 0, word("heading", "lines"), book.looks("key"))
    sheet.write(row, at, labels("lines").get(said, ""), book.looks("choice"))
    sheet.data_validation(row, at, row, at, choice(book, "lines", about=word("input", "lines_about")))


def choice(book: Book, enum: str, *, about: str = "", free: bool = False) -> dict[str, Any]:
    """A validation that offers the values of `enum`; `free` lets other text pass (several values in one cell)."""
    return {
        "validate": "list",
        "source": book.lists.source(enum),
        "error_title": word("input", "choice_title"),
        "error_message": word("input", "choice_error"),
        "show_error": not free,
        **prompt(word("input", "choice_title"), about),
    }


def prompt(title: str, about: str) -> dict[str, Any]:
    """The words Excel shows when a cell is entered, cut to what it allows."""
    if not about:
        return {}
    return {"input_title": shorten(title, 32), "input_message": shorten(about, 255)}


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def set_page(book: Book, sheet: Any, form: str, *, header: tuple[int, int], wide: bool, pages: int = 1) -> None:
    """A4, fitted to `pages` across, the header rows (0-based) repeated, pages numbered."""
    subject = book.subject
    period = subject.period.code if subject.period else ""
    left = word("print", "footer", form=form, unit=subject.name, period=period).rstrip(" ·").replace("&", "&&")
    sheet.set_paper(9)
    if wide:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(*header)
    sheet.set_footer(f"&L&9{left}&R&9{word('print', 'page')}")
