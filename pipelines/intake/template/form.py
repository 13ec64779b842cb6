"""Forms A and B: a reporter, a period and values in, the workbook an officer fills in out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.template import guide
from pipelines.intake.template.cells import put
from pipelines.intake.template.fill import EMPTY, SILENT, Fill, Row
from pipelines.intake.template.formats import HEAD
from pipelines.intake.template.heading import choice, prompt, set_page, write_heading, write_status
from pipelines.intake.template.identity import Identity
from pipelines.intake.template.layout import HEADER_ROW, form_columns, form_fields, form_rows, form_sheet
from pipelines.intake.template.lists import labels
from pipelines.intake.template.register import enums, fill_register
from pipelines.intake.template.subject import of_reporter
from pipelines.intake.template.words import word
from pipelines.intake.template.workbook import Book, Target
from pipelines.settings import Settings

_WIDTHS = {"code": 13, "label": 56, "unit": 17, "previous": 13, "value": 14, "qualifier": 7, "note": 34}
DEFAULT = Settings(home=Path())


def write_form(
    target: Target,
    form: str,
    unit: str,
    period: str,
    *,
    previous: Row = EMPTY,
    values: Row | None = None,
    signs: Mapping[str, str] = SILENT,
    notes: Mapping[str, str] = SILENT,
    registers: Mapping[str, Sequence[Row]] | None = None,
    data_status: str = "final",
    settings: Settings = DEFAULT,
) -> None:
    """Write the return of team `D-…` or point `P-…` for a quarter; empty, or filled with `values` by field code.

    `signs` are `=`, `>` or `~` by field code, `notes` the note column, `previous` the last period's values.
    Form B carries form C as its second sheet; `registers["C"]` holds its lines by column code.
    Raises PeriodError, PlaceError for an unknown period or commune, CatalogError for an unknown form.
    """
    fill = Fill(values or EMPTY, previous, signs, notes)
    book = open_form(target, form, unit, period, data_status, settings)
    fill_form(book, form, fill, (registers or {}).get("C", ()), settings)
    book.close()


def open_form(target: Target, form: str, unit: str, period: str, status: str, settings: Settings) -> Book:
    """The workbook of one reporter's form, still without sheets."""
    known = catalog.find(catalog.forms(), "form", form)
    subject = of_reporter(unit, period, settings)
    identity = Identity(form, known.version, "single", unit, period, status, "")
    signs = ["qualifier"] if "qualifier" in form_columns(form) else []
    lines = enums("C") if form == "B" else []
    return Book(target, identity, subject, ["data_status", *signs, *lines])


def fill_form(book: Book, form: str, fill: Fill, lines: Sequence[Fill | Row], settings: Settings) -> None:
    """Add the form sheet, form C beside form B, and the guide."""
    known = catalog.forms()[form]
    sheet = book.sheet(form_sheet(form), HEAD, height=19)
    write_heading(book, sheet, form, known.title.vi, settings)
    write_status(book, sheet)
    _table(book, sheet, form, fill)
    set_page(book, sheet, form_sheet(form), header=(HEADER_ROW - 1, HEADER_ROW - 1), wide=False)
    if form == "B":
        fill_register(book, "C", lines, settings)
    entries = ((f.code, f.label.vi, f.definition.vi) for f in form_fields(form))
    guide.write_guide(book, form_sheet(form), [i.vi for i in known.instructions], entries, settings)


def _table(book: Book, sheet: Any, form: str, fill: Fill) -> None:
    columns = form_columns(form)
    for at, name in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS[name])
        sheet.write_string(HEADER_ROW - 1, at, word("columns", name), book.looks("header"))
    sheet.set_row(HEADER_ROW - 1, 24)
    sheet.freeze_panes(HEADER_ROW, 2)
    section = ""
    for field in form_fields(form):
        row = form_rows(form)[field.code] - 1
        if field.section != section:
            section = field.section
            _section(book, sheet, form, section, row - 1, len(columns))
        _line(book, sheet, row, field, fill, columns)
    _sign_choice(book, sheet, form)


def _section(book: Book, sheet: Any, form: str, section: str, row: int, width: int) -> None:
    label = next(s.label.vi for s in catalog.forms()[form].sections if s.code == section)
    sheet.set_row(row, 21)
    for at in range(width):
        sheet.write_blank(row, at, None, book.looks("section"))
    sheet.write_string(row, 1, label, book.looks("section"))


def _line(book: Book, sheet: Any, row: int, field: Field, fill: Fill, columns: tuple[str, ...]) -> None:
    looks, code = book.looks, field.code
    sheet.write_string(row, 0, code, looks("code"))
    sheet.write_string(row, 1, field.label.vi, looks("part" if field.part_of else "label"))
    sheet.write_string(row, 2, catalog.units()[field.unit].label.vi, looks("unit"))
    before = fill.previous.get(code)
    if isinstance(before, int):
        sheet.write_number(row, 3, before, looks("previous"))
    else:
        sheet.write_blank(row, 3, None, looks("previous"))
    put(book, sheet, row, 4, fill.values.get(code), "count", fill.marks.get(code))
    sheet.data_validation(row, 4, row, 4, count(field))
    if "qualifier" in columns:
        put(book, sheet, row, 5, sign(fill, code), "sign" if field.qualifier else "none")
    put(book, sheet, row, len(columns) - 1, fill.notes.get(code), "note")


def count(field: Field) -> dict[str, Any]:
    """The validation of a count: whole, not negative; the definition is shown when the cell is entered."""
    return {
        "validate": "integer",
        "criteria": ">=",
        "value": 0,
        "error_title": word("input", "count_title"),
        "error_message": word("input", "count_error"),
        **prompt(field.label.vi, field.definition.vi),
    }


def _sign_choice(book: Book, sheet: Any, form: str) -> None:
    rows = [form_rows(form)[f.code] - 1 for f in form_fields(form) if f.qualifier]
    if not rows:
        return
    at = form_columns(form).index("qualifier")
    offer = choice(book, "qualifier", about=word("input", "qualifier_about"))
    cells = [[row, at, row, at] for row in rows[1:]]
    sheet.data_validation(rows[0], at, rows[0], at, {**offer, "other_cells": cells} if cells else offer)


def sign(fill: Fill, code: str) -> str | None:
    """A field's sign in the words of the drop-down: `trên` for `>`."""
    return labels("qualifier").get(fill.signs.get(code, ""))
