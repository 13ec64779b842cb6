"""Say where things stand in our workbooks, once for the writers and the parser.

Rows and columns count from 1.
"""

import hashlib
from dataclasses import astuple, dataclass
from functools import cache

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.templates.labels import get_label
from pipelines.spreadsheet.model import column_name

#: Hidden sheets of ours: key and value rows; drop-down lists.
IDENTITY_SHEET = "_caunoi"
LISTS_SHEET = "_danhmuc"
#: Rows of the block above the table: label in column 1, value in column 2.
UNIT_ROW, CODE_ROW, PERIOD_ROW, DUE_ROW, STATUS_ROW = 3, 4, 5, 6, 7
#: The row of headers on a form; on district workbooks and registers the hidden row of codes.
HEADER_ROW = 9
#: First row of data.
FORM_DATA, DISTRICT_DATA, REGISTER_DATA = HEADER_ROW + 1, HEADER_ROW + 3, HEADER_ROW + 2
#: Hidden codes of the district workbook's own columns.
COMMUNE, NAME, NOTE = "commune", "name", "note"
SIGN_SUFFIX = "_dau"


def form_sheet_name(code: str) -> str:
    """Name the sheet of a form: `A` is on `Mẫu A`."""
    return get_label("sheets", "form", code=code)


@cache
def form_fields(form: str) -> tuple[Field, ...]:
    """Return the fields one form asks for, in form order."""
    return tuple(f for f in catalog.fields().values() if f.form == form)


@cache
def section_labels(form: str) -> dict[str, str]:
    """Map the code of each section of a form to its label."""
    return {section.code: section.label.vi for section in catalog.forms()[form].sections}


@cache
def form_columns(form: str) -> tuple[str, ...]:
    """Return the keys of a form's columns, left to right.

    The sign column is there only where a field offers one.
    """
    columns = ("code", "label", "unit", "previous", "value")
    if any(field.qualifier for field in form_fields(form)):
        return (*columns, "qualifier", "note")
    return (*columns, "note")


@cache
def form_rows(form: str) -> dict[str, int]:
    """Map field code to its row in the untouched template; section rows stand between."""
    rows: dict[str, int] = {}
    row = FORM_DATA
    section = ""
    for field in form_fields(form):
        if field.section != section:
            section = field.section
            row += 1
        rows[field.code] = row
        row += 1
    return rows


@cache
def district_columns(form: str) -> tuple[str, ...]:
    """Return the codes of the hidden header row: commune, name, each field, note.

    A field that offers a sign is followed by the column of its sign.
    """
    codes = [COMMUNE, NAME]
    for field in form_fields(form):
        codes.append(field.code)
        if field.qualifier:
            codes.append(field.code + SIGN_SUFFIX)
    return (*codes, NOTE)


def cell_address(row: int, column: int) -> str:
    """Write an address: row 7, column 5 is `E7`."""
    return f"{column_name(column)}{row}"


#: Keys of the sheet, in row order.
IDENTITY_KEYS = ("form", "version", "kind", "unit", "period", "template_id", "data_status", "lists")


@dataclass(frozen=True)
class TemplateIdentity:
    """Hold one workbook's identity as the template wrote it."""

    form: str
    version: int
    kind: str
    unit: str
    period: str
    data_status: str
    lists: str

    @property
    def template_id(self) -> str:
        """Return twelve hex digits: equal for the same form, version, kind, unit and period."""
        parts = (self.form, str(self.version), self.kind, self.unit, self.period)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]

    @property
    def rows(self) -> list[tuple[str, str]]:
        form, version, kind, unit, period, status, lists = map(str, astuple(self))
        values = (form, version, kind, unit, period, self.template_id, status, lists)
        return list(zip(IDENTITY_KEYS, values, strict=True))
