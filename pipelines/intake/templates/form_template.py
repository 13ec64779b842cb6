"""Write forms A and B: the workbook that an officer fills in for one reporter and period."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.templates import instructions
from pipelines.intake.templates.dropdowns import enum_labels
from pipelines.intake.templates.header import (
    choice_validation,
    input_prompt,
    set_page,
    write_header,
    write_status,
)
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import (
    HEADER_ROW,
    TemplateIdentity,
    form_columns,
    form_fields,
    form_rows,
    form_sheet_name,
    section_labels,
)
from pipelines.intake.templates.prefill import NO_TEXTS, NO_VALUES, Prefill, ValuesByCode
from pipelines.intake.templates.register_template import (
    DEFAULT_SETTINGS,
    fill_register,
    list_enums,
)
from pipelines.intake.templates.report_subject import describe_reporter
from pipelines.intake.templates.writer import HEAD, Target, WorkbookWriter, write_cell
from pipelines.reference.places import Place
from pipelines.settings import Settings

_WIDTHS = {
    "code": 13,
    "label": 56,
    "unit": 17,
    "previous": 13,
    "value": 14,
    "qualifier": 7,
    "note": 34,
}


def write_form(
    target: Target,
    form: str,
    unit: str,
    period: str,
    *,
    previous: ValuesByCode = NO_VALUES,
    values: ValuesByCode | None = None,
    signs: Mapping[str, str] = NO_TEXTS,
    notes: Mapping[str, str] = NO_TEXTS,
    registers: Mapping[str, Sequence[ValuesByCode]] | None = None,
    data_status: str = "final",
    settings: Settings = DEFAULT_SETTINGS,
    place: Place | None = None,
) -> None:
    """Write the return of team `D-…` or point `P-…` for a quarter, empty or filled.

    `values` are by field code, `signs` are `=`, `>` or `~`, `notes` the note column, `previous` the
    last period's values. Form B carries form C as its second sheet; `registers["C"]` holds its
    lines by column code. `place` is where the registers say the unit sits.
    Raises PeriodError and PlaceError for an unknown period or commune, CatalogError for an unknown
    form.
    """
    fill = Prefill(values or NO_VALUES, previous, signs, notes)
    book = open_form(target, form, unit, period, data_status, settings, place)
    lines = registers.get("C", ()) if registers else ()
    fill_form(book, form, fill, lines, settings)
    book.close()


def open_form(
    target: Target,
    form: str,
    unit: str,
    period: str,
    status: str,
    settings: Settings,
    place: Place | None = None,
) -> WorkbookWriter:
    """Open the workbook of one reporter's form, still without sheets."""
    known = catalog.find_definition(catalog.forms(), "form", form)
    subject = describe_reporter(unit, period, settings, place)
    identity = TemplateIdentity(form, known.version, "single", unit, period, status, "")
    enums = ["data_status"]
    if "qualifier" in form_columns(form):
        enums.append("qualifier")
    if form == "B":
        enums += list_enums("C")
    return WorkbookWriter(target, identity, subject, enums)


def fill_form(
    book: WorkbookWriter,
    form: str,
    fill: Prefill,
    lines: Sequence[Prefill | ValuesByCode],
    settings: Settings,
) -> None:
    """Add the form sheet, form C beside form B, and the guide."""
    known = catalog.forms()[form]
    sheet = book.add_sheet(form_sheet_name(form), HEAD, height=19)
    write_header(book, sheet, form, known.title.vi, settings)
    write_status(book, sheet)
    _write_table(book, sheet, form, fill)
    header = (HEADER_ROW - 1, HEADER_ROW - 1)
    set_page(book, sheet, form_sheet_name(form), header=header, landscape=False)
    if form == "B":
        fill_register(book, "C", lines, settings)
    instructions.write_form_instructions(book, form, settings)


def _write_table(book: WorkbookWriter, sheet: Any, form: str, fill: Prefill) -> None:
    columns = form_columns(form)
    for at, name in enumerate(columns):
        sheet.set_column(at, at, _WIDTHS[name])
        sheet.write_string(HEADER_ROW - 1, at, get_label("columns", name), book.looks("header"))
    sheet.set_row(HEADER_ROW - 1, 24)
    sheet.freeze_panes(HEADER_ROW, 2)
    section = ""
    for field in form_fields(form):
        row = form_rows(form)[field.code] - 1
        if field.section != section:
            section = field.section
            _write_section(book, sheet, form, section, row - 1, len(columns))
        _write_line(book, sheet, row, field, fill, columns)
    _add_sign_validation(book, sheet, form)


def _write_section(
    book: WorkbookWriter, sheet: Any, form: str, section: str, row: int, width: int
) -> None:
    sheet.set_row(row, 21)
    for at in range(width):
        sheet.write_blank(row, at, None, book.looks("section"))
    sheet.write_string(row, 1, section_labels(form)[section], book.looks("section"))


def _write_line(
    book: WorkbookWriter,
    sheet: Any,
    row: int,
    field: Field,
    fill: Prefill,
    columns: tuple[str, ...],
) -> None:
    looks, code = book.looks, field.code
    sheet.write_string(row, 0, code, looks("code"))
    sheet.write_string(row, 1, field.label.vi, looks("part" if field.part_of else "label"))
    sheet.write_string(row, 2, catalog.units()[field.unit].label.vi, looks("unit"))
    before = fill.previous.get(code)
    if isinstance(before, int):
        sheet.write_number(row, 3, before, looks("previous"))
    else:
        sheet.write_blank(row, 3, None, looks("previous"))
    write_cell(book, sheet, row, 4, fill.values.get(code), "count", fill.marks.get(code))
    sheet.data_validation(row, 4, row, 4, count_validation(field))
    if "qualifier" in columns:
        look = "sign" if field.qualifier else "none"
        write_cell(book, sheet, row, 5, sign_label(fill, code), look)
    write_cell(book, sheet, row, len(columns) - 1, fill.notes.get(code), "note")


def count_validation(field: Field) -> dict[str, Any]:
    """Build the validation of a count: whole, not negative.

    The definition is shown when the cell is entered.
    """
    return {
        "validate": "integer",
        "criteria": ">=",
        "value": 0,
        "error_title": get_label("input", "count_title"),
        "error_message": get_label("input", "count_error"),
        **input_prompt(field.label.vi, field.definition.vi),
    }


def _add_sign_validation(book: WorkbookWriter, sheet: Any, form: str) -> None:
    fields = [field for field in form_fields(form) if field.qualifier]
    if not fields:
        return
    column = form_columns(form).index("qualifier")
    first, *others = [form_rows(form)[field.code] - 1 for field in fields]
    validation = choice_validation(book, "qualifier", hint=get_label("input", "qualifier_about"))
    if others:
        validation["other_cells"] = [[row, column, row, column] for row in others]
    sheet.data_validation(first, column, first, column, validation)


def sign_label(fill: Prefill, code: str) -> str | None:
    """Return a field's sign in the words of the drop-down: `trên` for `>`."""
    return enum_labels("qualifier").get(fill.signs.get(code, ""))
