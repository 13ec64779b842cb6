"""Write the block above a table (whose return, which period, due when) and set up its page."""

from typing import Any

from pipelines.intake.templates.dropdowns import enum_labels
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import CODE_ROW, DUE_ROW, PERIOD_ROW, STATUS_ROW, UNIT_ROW
from pipelines.intake.templates.report_subject import format_day
from pipelines.intake.templates.writer import WorkbookWriter
from pipelines.reference.office_names import find_office
from pipelines.settings import Settings


def write_header(
    book: WorkbookWriter, sheet: Any, form: str, title: str, settings: Settings, *, column: int = 1
) -> None:
    """Write title, office, unit, code, period and due date.

    Values stand in `column` (0-based).
    """
    names = find_office(settings.organisation, book.subject.day, form)
    office = ", ".join(names.list_offices())
    heading = get_label("heading", "title", code=form, title=title)
    sheet.write_string(0, 0, heading, book.looks("title"))
    sheet.write_string(1, 0, get_label("heading", "sender", office=office), book.looks("sender"))
    sheet.set_row(0, 26, book.looks())
    subject = book.subject
    due = format_day(subject.due) if subject.due else ""
    facts = {
        UNIT_ROW: ("unit", subject.name),
        CODE_ROW: ("code", subject.code),
        PERIOD_ROW: ("period", subject.dates),
        DUE_ROW: ("due", due),
    }
    for row, (name, text) in facts.items():
        if text:
            sheet.write_string(row - 1, 0, get_label("heading", name), book.looks("key"))
            sheet.write_string(row - 1, column, text, book.looks("fact"))


def write_status(book: WorkbookWriter, sheet: Any, *, column: int = 1) -> None:
    """Write the drop-down that tells final figures from estimates."""
    row = STATUS_ROW - 1
    sheet.write_string(row, 0, get_label("heading", "status"), book.looks("key"))
    status = enum_labels("data_status")[book.identity.data_status]
    sheet.write_string(row, column, status, book.looks("choice"))
    sheet.data_validation(row, column, row, column, choice_validation(book, "data_status"))


def write_lines_status(book: WorkbookWriter, sheet: Any, status: str, *, column: int = 1) -> None:
    """Write the drop-down that tells a register without lines from one not filled in."""
    row = STATUS_ROW - 1
    sheet.write_string(row, 0, get_label("heading", "lines"), book.looks("key"))
    sheet.write(row, column, enum_labels("lines").get(status, ""), book.looks("choice"))
    validation = choice_validation(book, "lines", hint=get_label("input", "lines_about"))
    sheet.data_validation(row, column, row, column, validation)


def choice_validation(
    book: WorkbookWriter, enum: str, *, hint: str = "", allows_other: bool = False
) -> dict[str, Any]:
    """Build a validation that offers the values of `enum`.

    `allows_other` lets other text pass, such as several values in one cell.
    """
    return {
        "validate": "list",
        "source": book.lists.range_formula(enum),
        "error_title": get_label("input", "choice_title"),
        "error_message": get_label("input", "choice_error"),
        "show_error": not allows_other,
        **input_prompt(get_label("input", "choice_title"), hint),
    }


def input_prompt(title: str, hint: str) -> dict[str, Any]:
    """Build the words Excel shows when a cell is entered, cut to what it allows."""
    if not hint:
        return {}
    return {"input_title": shorten_text(title, 32), "input_message": shorten_text(hint, 255)}


def shorten_text(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def set_page(
    book: WorkbookWriter,
    sheet: Any,
    form: str,
    *,
    header: tuple[int, int],
    landscape: bool,
    pages: int = 1,
) -> None:
    """Set A4, fitted to `pages` across, header rows (0-based) repeated, pages numbered."""
    subject = book.subject
    period = subject.period.code if subject.period else ""
    footer = get_label("print", "footer", form=form, unit=subject.name, period=period)
    left = footer.rstrip(" ·").replace("&", "&&")
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.7)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(*header)
    sheet.set_footer(f"&L&9{left}&R&9{get_label('print', 'page')}")
