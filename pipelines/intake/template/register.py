"""Line lists: form C and the registers of form D, one line a record, chosen from drop-downs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines import catalog
from pipelines.catalog import Column
from pipelines.intake.template import guide
from pipelines.intake.template.cells import put
from pipelines.intake.template.fill import Fill, Row, Value
from pipelines.intake.template.formats import HEAD
from pipelines.intake.template.heading import choice, prompt, set_page, write_heading, write_lines
from pipelines.intake.template.identity import Identity
from pipelines.intake.template.layout import HEADER_ROW, REGISTER_DATA, form_sheet
from pipelines.intake.template.lists import labels
from pipelines.intake.template.subject import of_city, of_reporter
from pipelines.intake.template.words import word
from pipelines.intake.template.workbook import Book, Target
from pipelines.settings import Settings

VERSION = 1
#: Lines ready to be written on, below those that are filled in.
SPARE = 1_000
_LOOKS = {"date": "date", "enum": "choice", "multi": "choice", "bool": "choice", "int": "count"}
_WIDTHS = {"date": 13, "enum": 22, "multi": 30, "bool": 11, "int": 12, "code": 15, "text": 22}


def write_register(
    target: Target,
    register: str,
    unit: str,
    period: str | None,
    *,
    rows: Iterable[Row] = (),
    nothing: bool = False,
    settings: Settings = Settings(home=Path()),  # noqa: B008 (frozen)
) -> None:
    """Write form C of a point and quarter, or a form D register of the city (`HN`, no period).

    A row maps column codes to codes of the enumerations (several joined by `;`), ISO dates, numbers or text;
    `nothing` says on form C that nobody was referred.
    Raises CatalogError for an unknown register, PeriodError and PlaceError for an unknown period or point.
    """
    book = open_register(target, register, unit, period, settings)
    lines = list(rows)
    fill_register(book, register, lines, settings, said="none" if nothing else "some" if lines else "")
    known = catalog.registers()[register]
    entries = ((str(n), c.label.vi, c.definition.vi) for n, c in enumerate(known.columns, start=1))
    guide.write_guide(book, form_sheet(register), [], entries, settings)
    book.close()


def open_register(target: Target, register: str, unit: str, period: str | None, settings: Settings) -> Book:
    """The workbook of one register, still without sheets."""
    catalog.find(catalog.registers(), "register", register)
    subject = of_reporter(unit, period, settings) if period else of_city()
    identity = Identity(register, VERSION, "register", unit, period or "", "final", "")
    return Book(target, identity, subject, [*enums(register), *(["lines"] if register == "C" else [])])


def enums(register: str) -> list[str]:
    """The enumerations a register's drop-downs need."""
    named = (enum_of(column) for column in catalog.registers()[register].columns)
    return [name for name in dict.fromkeys(named) if name]


def enum_of(column: Column) -> str:
    """The enumeration a column chooses from; receiving facilities are a list of the reference data."""
    return "facility" if column.code == "facility" else column.enum


def fill_register(
    book: Book, register: str, lines: Sequence[Fill | Row], settings: Settings, *, said: str = ""
) -> None:
    """Add the register's sheet with `lines`; the cells below stay open for more.

    Form C alone asks whether anybody was referred (`said`); beside form B the counts of that form say so.
    """
    known = catalog.registers()[register]
    sheet = book.sheet(form_sheet(register), HEAD, height=19)
    for row in range(HEADER_ROW - 1):
        # NOTE: a row's format wins over the columns', which colour and unlock every empty cell below the header.
        sheet.set_row(row, None, book.looks())
    write_heading(book, sheet, register, known.title.vi, settings)
    if register == "C" and book.identity.kind == "register":
        write_lines(book, sheet, said)
    for at, column in enumerate(known.columns):
        _column(book, sheet, at, column, len(lines))
    top = HEADER_ROW - 1
    sheet.set_row(top, None, None, {"hidden": True})
    sheet.set_row(top + 1, 36)
    sheet.freeze_panes(top + 2, 1)
    for offset, line in enumerate(lines):
        _line(book, sheet, REGISTER_DATA - 1 + offset, known.columns, line)
    set_page(book, sheet, form_sheet(register), header=(top + 1, top + 1), wide=True, pages=2)
    sheet.repeat_columns(0)


def _column(book: Book, sheet: Any, at: int, column: Column, lines: int) -> None:
    look = _LOOKS.get(column.type, "text")
    # NOTE: the column's own format unlocks its empty cells, so that no blank cell need be written for them.
    sheet.set_column(at, at, 30 if enum_of(column) == "facility" else _WIDTHS[column.type], book.looks(look))
    sheet.write_string(HEADER_ROW - 1, at, column.code, book.looks())
    sheet.write_string(HEADER_ROW, at, column.label.vi, book.looks("header"))
    first = REGISTER_DATA - 1
    sheet.data_validation(first, at, first + lines + SPARE, at, _validation(book, column))


def _validation(book: Book, column: Column) -> dict[str, Any]:
    about = column.definition.vi
    if column.required:
        about = f"{word('input', 'required')} {about}".strip()
    enum = enum_of(column)
    if enum:
        many = column.type == "multi"
        return choice(book, enum, about=f"{about} {word('input', 'many')}".strip() if many else about, free=many)
    shown = prompt(column.label.vi, about)
    if column.type == "date":
        errors = {"error_title": word("input", "date_title"), "error_message": word("input", "date_error")}
        period = book.subject.period
        last = period.end if period else date(2100, 1, 1)
        between = {"criteria": "between", "minimum": date(1990, 1, 1), "maximum": last}
        return {"validate": "date", **between, **errors, **shown}
    if column.type == "int":
        errors = {"error_title": word("input", "count_title"), "error_message": word("input", "count_error")}
        return {"validate": "integer", "criteria": ">=", "value": 0, **errors, **shown}
    return {"validate": "any", **shown}


def _line(book: Book, sheet: Any, row: int, columns: Sequence[Column], line: Fill | Row) -> None:
    fill = line if isinstance(line, Fill) else Fill(line)
    for at, column in enumerate(columns):
        value, mark = fill.values.get(column.code), fill.marks.get(column.code)
        if value is not None or mark:
            put(book, sheet, row, at, shown(column, value), _LOOKS.get(column.type, "text"), mark)


def shown(column: Column, value: Value) -> Value | date:
    """A stored value as the officer sees it: labels for codes, days for ISO dates; what is not understood as it is."""
    if not isinstance(value, str):
        return value
    enum = enum_of(column)
    if enum:
        return "; ".join(_label(enum, part.strip()) for part in value.split(";"))
    if column.type == "date" and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _label(enum: str, code: str) -> str:
    known: Mapping[str, str] = labels(enum)
    return known.get(code, code)
