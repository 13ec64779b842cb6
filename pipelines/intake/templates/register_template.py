"""Line lists: form C and the registers of form D, one line a record, chosen from drop-downs."""

from collections.abc import Iterable, Mapping, Sequence
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
    settings: Settings = Settings(home=Path()),  # noqa: B008 (frozen)
) -> None:
    """Write form C of a point and quarter, or a form D register of the city (`HN`, no period).

    A row maps column codes to codes of the enumerations (several joined by `;`), ISO dates, numbers or text;
    `nothing` says on form C that nobody was referred.
    Raises CatalogError for an unknown register, PeriodError and PlaceError for an unknown period or point.
    """
    book = open_register(target, register, unit, period, settings)
    lines = list(rows)
    fill_register(
        book,
        register,
        lines,
        settings,
        lines_status="none" if nil_return else "some" if lines else "",
    )
    known = catalog.registers()[register]
    entries = ((str(n), c.label.vi, c.definition.vi) for n, c in enumerate(known.columns, start=1))
    instructions.write_instructions(book, form_sheet_name(register), [], entries, settings)
    book.close()


def open_register(
    target: Target, register: str, unit: str, period: str | None, settings: Settings
) -> WorkbookWriter:
    """The workbook of one register, still without sheets."""
    catalog.find_definition(catalog.registers(), "register", register)
    subject = describe_reporter(unit, period, settings) if period else describe_city()
    identity = TemplateIdentity(
        register, REGISTER_VERSION, "register", unit, period or "", "final", ""
    )
    return WorkbookWriter(
        target, identity, subject, [*list_enums(register), *(["lines"] if register == "C" else [])]
    )


def list_enums(register: str) -> list[str]:
    """The enumerations a register's drop-downs need."""
    named = (column_enum(column) for column in catalog.registers()[register].columns)
    return [name for name in dict.fromkeys(named) if name]


def column_enum(column: RegisterColumn) -> str:
    """The enumeration a column chooses from; receiving facilities are a list of the reference data."""
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

    Form C alone asks whether anybody was referred (`said`); beside form B the counts of that form say so.
    """
    known = catalog.registers()[register]
    sheet = book.add_sheet(form_sheet_name(register), HEAD, height=19)
    for row in range(HEADER_ROW - 1):
        # NOTE: a row's format wins over the columns', which colour and unlock every empty cell below the header.
        sheet.set_row(row, None, book.looks())
    write_header(book, sheet, register, known.title.vi, settings)
    if register == "C" and book.identity.kind == "register":
        write_lines_status(book, sheet, lines_status)
    for at, column in enumerate(known.columns):
        _write_column(book, sheet, at, column, len(lines))
    top = HEADER_ROW - 1
    sheet.set_row(top, None, None, {"hidden": True})
    sheet.set_row(top + 1, 36)
    sheet.freeze_panes(top + 2, 1)
    for offset, line in enumerate(lines):
        _write_line(book, sheet, REGISTER_DATA - 1 + offset, known.columns, line)
    set_page(
        book, sheet, form_sheet_name(register), header=(top + 1, top + 1), landscape=True, pages=2
    )
    sheet.repeat_columns(0)


def _write_column(
    book: WorkbookWriter, sheet: Any, at: int, column: RegisterColumn, lines: int
) -> None:
    look = _LOOKS.get(column.type, "text")
    # NOTE: the column's own format unlocks its empty cells, so that no blank cell need be written for them.
    sheet.set_column(
        at, at, 30 if column_enum(column) == "facility" else _WIDTHS[column.type], book.looks(look)
    )
    sheet.write_string(HEADER_ROW - 1, at, column.code, book.looks())
    sheet.write_string(HEADER_ROW, at, column.label.vi, book.looks("header"))
    first = REGISTER_DATA - 1
    sheet.data_validation(
        first, at, first + lines + SPARE_ROWS, at, _column_validation(book, column)
    )


def _column_validation(book: WorkbookWriter, column: RegisterColumn) -> dict[str, Any]:
    about = column.definition.vi
    if column.required:
        about = f"{get_label('input', 'required')} {about}".strip()
    enum = column_enum(column)
    if enum:
        many = column.type == "multi"
        return choice_validation(
            book,
            enum,
            hint=f"{about} {get_label('input', 'many')}".strip() if many else about,
            allows_other=many,
        )
    shown = input_prompt(column.label.vi, about)
    if column.type == "date":
        errors = {
            "error_title": get_label("input", "date_title"),
            "error_message": get_label("input", "date_error"),
        }
        period = book.subject.period
        last = period.end if period else date(2100, 1, 1)
        between = {"criteria": "between", "minimum": date(1990, 1, 1), "maximum": last}
        return {"validate": "date", **between, **errors, **shown}
    if column.type == "int":
        errors = {
            "error_title": get_label("input", "count_title"),
            "error_message": get_label("input", "count_error"),
        }
        return {"validate": "integer", "criteria": ">=", "value": 0, **errors, **shown}
    return {"validate": "any", **shown}


def _write_line(
    book: WorkbookWriter,
    sheet: Any,
    row: int,
    columns: Sequence[RegisterColumn],
    line: Prefill | ValuesByCode,
) -> None:
    fill = line if isinstance(line, Prefill) else Prefill(line)
    for at, column in enumerate(columns):
        value, mark = fill.values.get(column.code), fill.marks.get(column.code)
        if value is not None or mark:
            write_cell(
                book,
                sheet,
                row,
                at,
                display_value(column, value),
                _LOOKS.get(column.type, "text"),
                mark,
            )


def display_value(column: RegisterColumn, value: FillValue) -> FillValue | date:
    """A stored value as the officer sees it: labels for codes, days for ISO dates; what is not understood as it is."""
    if not isinstance(value, str):
        return value
    enum = column_enum(column)
    if enum:
        return "; ".join(_choice_label(enum, part.strip()) for part in value.split(";"))
    if column.type == "date" and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _choice_label(enum: str, code: str) -> str:
    known: Mapping[str, str] = enum_labels(enum)
    return known.get(code, code)
