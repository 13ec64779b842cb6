"""Write line lists: form C and the registers of form D, one line a record."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines import catalog
from pipelines.catalog import RegisterColumn
from pipelines.intake.templates import instructions
from pipelines.intake.templates.dropdowns import enum_labels
from pipelines.intake.templates.header import (
    choice_validation,
    input_prompt,
    set_page,
    write_header,
    write_lines_status,
)
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import (
    HEADER_ROW,
    REGISTER_DATA,
    TemplateIdentity,
    form_sheet_name,
)
from pipelines.intake.templates.prefill import FillValue, Prefill, ValuesByCode
from pipelines.intake.templates.report_subject import describe_city, describe_reporter
from pipelines.intake.templates.writer import HEAD, Target, WorkbookWriter, write_cell
from pipelines.settings import Settings

DEFAULT_SETTINGS = Settings(home=Path())
REGISTER_VERSION = 1
#: Lines ready to be written on, below those that are filled in.
SPARE_ROWS = 1_000
_LOOKS = {"date": "date", "enum": "choice", "multi": "choice", "bool": "choice", "int": "count"}
_WIDTHS = {"date": 13, "enum": 22, "multi": 30, "bool": 11, "int": 12, "code": 15, "text": 22}


def write_register(
    target: Target,
    register: str,
    unit: str,
    period: str | None,
    *,
    rows: Iterable[ValuesByCode] = (),
    nil_return: bool = False,
    settings: Settings = DEFAULT_SETTINGS,
    day: date | None = None,
) -> None:
    """Write form C of a point and quarter, or a form D register of the city (no period).

    A register of the city carries the names of `day`, of today without one.

    A row maps column codes to codes of the enumerations (several joined by `;`), ISO dates, numbers
    or text; `nil_return` says on form C that nobody was referred.
    Raises CatalogError for an unknown register, PeriodError and PlaceError for an unknown period or
    point.
    """
    book = open_register(target, register, unit, period, settings, day)
    lines = list(rows)
    lines_status = "some" if lines else ""
    if nil_return:
        lines_status = "none"
    fill_register(book, register, lines, settings, lines_status=lines_status)
    columns = catalog.registers()[register].columns
    entries = [(str(n), c.label.vi, c.definition.vi) for n, c in enumerate(columns, start=1)]
    instructions.write_instructions(book, form_sheet_name(register), [], entries, settings)
    book.close()


def open_register(
    target: Target,
    register: str,
    unit: str,
    period: str | None,
    settings: Settings,
    day: date | None = None,
) -> WorkbookWriter:
    """Open the workbook of one register, still without sheets."""
    registers = catalog.registers()
    catalog.find_definition(registers, "register", register)
    if period:
        subject = describe_reporter(unit, period, settings)
    else:
        subject = describe_city(day or settings.today())
    period_code = period or ""
    identity = TemplateIdentity(
        register, REGISTER_VERSION, "register", unit, period_code, "final", ""
    )
    enums = list_enums(register)
    if register == "C":
        enums.append("lines")
    return WorkbookWriter(target, identity, subject, enums)


def list_enums(register: str) -> list[str]:
    """List the enumerations a register's drop-downs need."""
    names = map(column_enum, catalog.registers()[register].columns)
    return list(dict.fromkeys(filter(None, names)))


def column_enum(column: RegisterColumn) -> str:
    """Return the enumeration a column chooses from, else an empty text.

    Receiving facilities are a list of the reference data.
    """
    return "facility" if column.code == "facility" else column.enum


def fill_register(
    book: WorkbookWriter,
    register: str,
    lines: Sequence[Prefill | ValuesByCode],
    settings: Settings,
    *,
    lines_status: str = "",
) -> None:
    """Add the register's sheet with `lines`; the cells below stay open for more.

    Form C alone asks whether anybody was referred (`lines_status`); beside form B the counts of
    that form say so.
    """
    definition = catalog.registers()[register]
    sheet = book.add_sheet(form_sheet_name(register), HEAD, height=19)
    for row in range(HEADER_ROW - 1):
        # NOTE: a row's format wins over the columns', which colour and unlock every empty cell
        # below the header.
        sheet.set_row(row, None, book.looks())
    write_header(book, sheet, register, definition.title.vi, settings)
    if register == "C" and book.identity.kind == "register":
        write_lines_status(book, sheet, lines_status)
    for at, column in enumerate(definition.columns):
        _write_column(book, sheet, at, column, len(lines))
    top = HEADER_ROW - 1
    sheet.set_row(top, None, None, {"hidden": True})
    sheet.set_row(top + 1, 36)
    sheet.freeze_panes(top + 2, 1)
    for offset, line in enumerate(lines):
        _write_line(book, sheet, REGISTER_DATA - 1 + offset, definition.columns, line)
    set_page(
        book, sheet, form_sheet_name(register), header=(top + 1, top + 1), landscape=True, pages=2
    )
    sheet.repeat_columns(0)


def _write_column(
    book: WorkbookWriter, sheet: Any, at: int, column: RegisterColumn, lines: int
) -> None:
    width = 30 if column_enum(column) == "facility" else _WIDTHS[column.type]
    # NOTE: the column's own format unlocks its empty cells, so that no blank cell need be written
    # for them.
    sheet.set_column(at, at, width, book.looks(_LOOKS.get(column.type, "text")))
    sheet.write_string(HEADER_ROW - 1, at, column.code, book.looks())
    sheet.write_string(HEADER_ROW, at, column.label.vi, book.looks("header"))
    first = REGISTER_DATA - 1
    last = first + lines + SPARE_ROWS
    sheet.data_validation(first, at, last, at, _column_validation(book, column))


def _column_validation(book: WorkbookWriter, column: RegisterColumn) -> dict[str, Any]:
    """Build the validation of one column, with its hint."""
    hint = column.definition.vi
    if column.required:
        hint = f"{get_label('input', 'required')} {hint}".strip()
    enum = column_enum(column)
    if enum and column.type == "multi":
        hint = f"{hint} {get_label('input', 'many')}".strip()
        return choice_validation(book, enum, hint=hint, allows_other=True)
    if enum:
        return choice_validation(book, enum, hint=hint)
    prompt = input_prompt(column.label.vi, hint)
    if column.type == "date":
        return {**_date_validation(book), **prompt}
    if column.type == "int":
        return {**_count_validation(), **prompt}
    return {"validate": "any", **prompt}


def _date_validation(book: WorkbookWriter) -> dict[str, Any]:
    """Build the validation of a day: from 1990 to the end of the period."""
    period = book.subject.period
    return {
        "validate": "date",
        "criteria": "between",
        "minimum": date(1990, 1, 1),
        "maximum": period.end if period else date(2100, 1, 1),
        "error_title": get_label("input", "date_title"),
        "error_message": get_label("input", "date_error"),
    }


def _count_validation() -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": ">=",
        "value": 0,
        "error_title": get_label("input", "count_title"),
        "error_message": get_label("input", "count_error"),
    }


def _write_line(
    book: WorkbookWriter,
    sheet: Any,
    row: int,
    columns: Sequence[RegisterColumn],
    line: Prefill | ValuesByCode,
) -> None:
    fill = line if isinstance(line, Prefill) else Prefill(line)
    for at, column in enumerate(columns):
        value = fill.values.get(column.code)
        mark = fill.marks.get(column.code)
        if value is not None or mark:
            shown = display_value(column, value)
            look = _LOOKS.get(column.type, "text")
            write_cell(book, sheet, row, at, shown, look, mark)


def display_value(column: RegisterColumn, value: FillValue) -> FillValue | date:
    """Return a stored value as the officer sees it: labels for codes, days for ISO dates.

    What is not understood stays as it is.
    """
    if not isinstance(value, str):
        return value
    enum = column_enum(column)
    if enum:
        codes = map(str.strip, value.split(";"))
        labels = enum_labels(enum)
        return "; ".join(labels.get(code, code) for code in codes)
    return _display_day(value) if column.type == "date" else value


def _display_day(text: str) -> str | date:
    """Return the day of `2022-12-31`, and any other text as it is."""
    if len(text) != 10 or not text[4] == text[7] == "-":
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
