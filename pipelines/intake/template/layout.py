"""Where things stand in our workbooks, said once for the writers and the reader. Rows and columns count from 1."""

from functools import cache

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.cells import column_name
from pipelines.intake.template.words import word

#: Hidden sheets of ours: key and value rows; drop-down lists.
IDENTITY = "_caunoi"
LISTS = "_danhmuc"
#: Rows of the block above the table: label in column 1, value in column 2.
UNIT_ROW, CODE_ROW, PERIOD_ROW, DUE_ROW, STATUS_ROW = 3, 4, 5, 6, 7
#: The row of headers on a form; on district workbooks and registers the hidden row of codes.
HEADER_ROW = 9
#: First row of data.
FORM_DATA, DISTRICT_DATA, REGISTER_DATA = HEADER_ROW + 1, HEADER_ROW + 3, HEADER_ROW + 2
#: Hidden codes of the district workbook's own columns.
COMMUNE, NAME, NOTE = "commune", "name", "note"
QUALIFIER = "_dau"


def form_sheet(code: str) -> str:
    """`A` → `Mẫu A`."""
    return word("sheets", "form", code=code)


@cache
def form_fields(form: str) -> tuple[Field, ...]:
    """The fields one form asks for, in form order."""
    return tuple(f for f in catalog.fields().values() if f.form == form)


@cache
def form_columns(form: str) -> tuple[str, ...]:
    """Keys of a form's columns, left to right; the sign column only where a field offers one."""
    signed = any(f.qualifier for f in form_fields(form))
    middle = ("qualifier",) if signed else ()
    return ("code", "label", "unit", "previous", "value", *middle, "note")


@cache
def form_rows(form: str) -> dict[str, int]:
    """Field code → row of the untouched template; section rows stand between."""
    rows: dict[str, int] = {}
    row, section = FORM_DATA, ""
    for field in form_fields(form):
        if field.section != section:
            section, row = field.section, row + 1
        rows[field.code] = row
        row += 1
    return rows


@cache
def district_columns(form: str) -> tuple[str, ...]:
    """Codes of the hidden header row: commune, name, each field (and its sign where offered), note."""
    cells = [c for f in form_fields(form) for c in ((f.code, f.code + QUALIFIER) if f.qualifier else (f.code,))]
    return (COMMUNE, NAME, *cells, NOTE)


def address(row: int, column: int) -> str:
    """Row 7, column 5 → `E7`."""
    return f"{column_name(column)}{row}"
