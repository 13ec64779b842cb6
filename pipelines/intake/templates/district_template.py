"""Write the consolidated workbook of a district, or of the city: one row a commune or unit."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines import catalog
from pipelines.intake.templates import instructions
from pipelines.intake.templates.form_template import count_validation, sign_label
from pipelines.intake.templates.header import (
    choice_validation,
    input_prompt,
    set_page,
    write_header,
    write_status,
)
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import (
    DISTRICT_DATA,
    HEADER_ROW,
    SIGN_SUFFIX,
    TemplateIdentity,
    district_columns,
    form_fields,
    form_sheet_name,
    section_labels,
)
from pipelines.intake.templates.prefill import Prefill, ValuesByCode
from pipelines.intake.templates.register_template import DEFAULT_SETTINGS
from pipelines.intake.templates.report_subject import (
    describe_group,
    find_place_now,
    list_communes,
)
from pipelines.intake.templates.writer import GREY, HEAD, Target, WorkbookWriter, write_cell
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place
from pipelines.settings import Settings

ValuesByReporter = Mapping[str, ValuesByCode]
#: The reporter of each row, such as `D-00646`, and its commune.
Lines = Mapping[str, Place]
_NONE: ValuesByReporter = {}
_UNFILLED = Prefill()


def write_district(
    target: Target,
    form: str,
    district: str,
    period: str,
    *,
    lines: Lines | None = None,
    previous: ValuesByReporter = _NONE,
    values: ValuesByReporter = _NONE,
    signs: Mapping[str, Mapping[str, str]] = {},
    notes: Mapping[str, str] = {},
    data_status: str = "final",
    settings: Settings = DEFAULT_SETTINGS,
) -> None:
    """Write a district's returns of one quarter; those of the city where there are no districts.

    `lines` are the rows; without them every commune has one. `values` and `signs` are by reporter
    id (`D-00646`), then field code; `notes` hold one text a reporter. Last period's
    values stand on a sheet of their own when given.
    Raises PeriodError and PlaceError for an unknown period or district.
    """
    book = open_district(target, form, district, period, data_status, settings)
    fills: dict[str, Prefill] = {}
    for reporter in {*values, *signs, *notes}:
        note = {"note": notes.get(reporter, "")}
        fills[reporter] = Prefill(
            values.get(reporter, {}), signs=signs.get(reporter, {}), notes=note
        )
    quarter = book.subject.period
    assert quarter is not None
    fill_district(
        book, form, lines or plain_lines(form, district, quarter), fills, previous, settings
    )
    book.close()


def open_district(
    target: Target, form: str, district: str, period: str, status: str, settings: Settings
) -> WorkbookWriter:
    """Open the consolidated workbook of a district or the city, still without sheets."""
    version = catalog.find_definition(catalog.forms(), "form", form).version
    identity = TemplateIdentity(form, version, "district", district, period, status, "")
    subject = describe_group(district, period, settings)
    return WorkbookWriter(target, identity, subject, ["data_status", "qualifier"])


def fill_district(
    book: WorkbookWriter,
    form: str,
    lines: Lines,
    fills: Mapping[str, Prefill],
    previous: ValuesByReporter,
    settings: Settings,
) -> None:
    """Add the sheet of communes, the sheet of previous values when there are any, and the guide."""
    sheet = book.add_sheet(form_sheet_name(form), HEAD, height=19)
    _write_head(book, sheet, form, settings)
    for row, reporter in enumerate(lines, start=DISTRICT_DATA - 1):
        fill = fills.get(reporter, _UNFILLED)
        _write_commune(book, sheet, row, form, (reporter, lines[reporter]), fill)
    _add_validations(book, sheet, form, len(lines))
    if previous:
        _write_previous(book, form, lines, previous, settings)
    instructions.write_form_instructions(book, form, settings)


def reporter_id(form: str, place: Place) -> str:
    """Return the id of a commune's team or point: `D-00646` on form A."""
    return f"{'D' if form == 'A' else 'P'}-{place.code}"


def plain_lines(
    form: str, unit: str, quarter: Quarter, reporters: Iterable[str] = ()
) -> dict[str, Place]:
    """Return a line for every commune of a district or the city, and for `reporters` beside them.

    Raises PlaceError for a reporter whose code no commune ever had.
    """
    communes = list_communes(unit, quarter.end)
    lines = {reporter_id(form, place): place for place in communes}
    for reporter in sorted(reporters):
        if reporter not in lines:
            lines[reporter] = find_place_now(reporter[2:7], quarter.end)
    return lines


def _line_code(reporter: str, place: Place) -> str:
    """Return the code of a row: the commune's, or the number of one of several units in it."""
    return place.code if reporter[2:] == place.code else reporter


def _write_head(book: WorkbookWriter, sheet: Any, form: str, settings: Settings) -> None:
    code = form_sheet_name(form).split()[-1]
    write_header(book, sheet, code, catalog.forms()[form].title.vi, settings)
    write_status(book, sheet)
    codes = district_columns(form)
    top = HEADER_ROW - 1
    for at, code in enumerate(codes):
        sheet.write_string(top, at, code)
    sheet.set_row(top, None, None, {"hidden": True})
    _write_groups(book, sheet, form, top + 1)
    _write_labels(book, sheet, form, top + 2)
    sheet.set_row(top + 2, 112)
    sheet.freeze_panes(top + 3, 2)
    set_page(book, sheet, form_sheet_name(form), header=(top + 1, top + 2), landscape=True, pages=3)
    sheet.repeat_columns(0, 1)


def _write_groups(book: WorkbookWriter, sheet: Any, form: str, row: int) -> None:
    """Write the name of each section above its fields."""
    names = section_labels(form)
    look = book.looks("group")
    section = ""
    for at, code in enumerate(district_columns(form)[2:-1], start=2):
        field = catalog.fields()[code.removesuffix(SIGN_SUFFIX)]
        if field.section != section:
            section = field.section
            sheet.write_string(row, at, names[section], look)
        else:
            sheet.write_blank(row, at, None, book.looks("section"))


def _write_labels(book: WorkbookWriter, sheet: Any, form: str, row: int) -> None:
    look = book.looks("header")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 30)
    sheet.write_string(row, 0, get_label("district", "commune"), look)
    sheet.write_string(row, 1, get_label("district", "name"), look)
    at = 2
    for field in form_fields(form):
        unit = catalog.units()[field.unit].label.vi
        sheet.write_string(row, at, f"{field.label.vi}\n({unit})", look)
        at += 1
        if field.qualifier:
            sheet.write_string(row, at, get_label("columns", "qualifier"), look)
            sheet.set_column(at, at, 6)
            at += 1
    sheet.write_string(row, at, get_label("district", "note"), look)
    sheet.set_column(at, at, 40)


def _write_commune(
    book: WorkbookWriter, sheet: Any, row: int, form: str, line: tuple[str, Place], fill: Prefill
) -> None:
    place = line[1]
    sheet.write_string(row, 0, _line_code(*line), book.looks("code"))
    sheet.write_string(row, 1, place.full_name, book.looks("label"))
    at = 2
    for field in form_fields(form):
        value, mark = fill.values.get(field.code), fill.marks.get(field.code)
        write_cell(book, sheet, row, at, value, "count", mark)
        at += 1
        if field.qualifier:
            write_cell(book, sheet, row, at, sign_label(fill, field.code), "sign")
            at += 1
    write_cell(book, sheet, row, at, fill.notes.get("note"), "note")


def _add_validations(book: WorkbookWriter, sheet: Any, form: str, communes: int) -> None:
    first = DISTRICT_DATA - 1
    last = DISTRICT_DATA + communes - 2
    for at, code in enumerate(district_columns(form)[2:], start=2):
        field = catalog.fields().get(code)
        if field:
            is_money = catalog.units()[field.unit].kind == "money"
            sheet.set_column(at, at, 19 if is_money else 12)
            validation = count_validation(field)
        elif code.endswith(SIGN_SUFFIX):
            hint = get_label("input", "qualifier_about")
            validation = choice_validation(book, "qualifier", hint=hint)
        else:
            title = get_label("input", "note_title")
            hint = get_label("input", "note_about")
            validation = {"validate": "any", **input_prompt(title, hint)}
        sheet.data_validation(first, at, last, at, validation)


def _write_previous(
    book: WorkbookWriter,
    form: str,
    lines: Lines,
    previous: ValuesByReporter,
    settings: Settings,
) -> None:
    sheet = book.add_sheet(get_label("sheets", "previous"), GREY)
    sheet.write_string(0, 0, get_label("sheets", "previous"), book.looks("title"))
    row = HEADER_ROW + 1
    _write_groups(book, sheet, form, row - 1)
    _write_labels(book, sheet, form, row)
    sheet.set_row(row, 112)
    sheet.freeze_panes(row + 1, 2)
    for reporter in lines:
        row += 1
        line = (reporter, lines[reporter])
        _write_previous_commune(book, sheet, row, form, line, previous.get(reporter, {}))


def _write_previous_commune(
    book: WorkbookWriter,
    sheet: Any,
    row: int,
    form: str,
    line: tuple[str, Place],
    values: ValuesByCode,
) -> None:
    look = book.looks("previous")
    sheet.write_string(row, 0, _line_code(*line), book.looks("code"))
    sheet.write_string(row, 1, line[1].full_name, book.looks("label"))
    for at, code in enumerate(district_columns(form)[2:-1], start=2):
        value = values.get(code)
        if isinstance(value, int):
            sheet.write_number(row, at, value, look)
        else:
            sheet.write_blank(row, at, None, look)
