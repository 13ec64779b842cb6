"""A table in, what is wrong with its shape out: moved headers, missing and repeated columns, merges, hidden rows."""

import re

from pipelines import catalog
from pipelines.intake.cells import Sheet, column_number
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.tables import TIDY, Table
from pipelines.intake.template.layout import COMMUNE, HEADER_ROW
from pipelines.intake.template.words import word

#: Columns without which the table is not the form.
NEEDED = ("code", "label", "value")
Bounds = tuple[int, int, int, int]
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def judge(table: Table, parts: Parts) -> bool:
    """Notes every T issue of the header; False when the table cannot be read by its columns."""
    expected = 1 if table.family == "tidy" else HEADER_ROW
    if table.header != expected:
        parts.add("T001", table.sheet.name, n=table.header)
    for key in table.repeated:
        parts.add("T004", table.sheet.name, name=title(table, key))
    missing = [key for key in _needed(table) if key not in table.columns]
    for key in missing:
        parts.add("T005", table.sheet.name, name=title(table, key))
    return not (missing or table.repeated)


def note_surface(table: Table, parts: Parts) -> None:
    """Merged cells and hidden rows among the data."""
    last = max((row for row, _ in table.sheet.cells), default=0)
    for text in table.sheet.merges:
        bounds = _bounds(text)
        if bounds and bounds[2] > table.header:
            parts.add("T003", table.sheet.name, text.split(":")[0], range=text)
    hidden = [row for row in sorted(table.sheet.hidden_rows) if table.header < row <= last]
    if hidden:
        parts.add("T006", table.sheet.name, n=", ".join(map(str, hidden[:20])))


def covered(sheet: Sheet) -> set[tuple[int, int]]:
    """Cells that a merge hides: all of each range but its first."""
    hidden: set[tuple[int, int]] = set()
    for text in sheet.merges:
        bounds = _bounds(text)
        if bounds:
            top, left, bottom, right = bounds
            block = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            # NOTE: a merge over the whole sheet is the gate's business; here only a table's worth is walked.
            hidden.update(at for _, at in zip(range(10_000), block, strict=False) if at != (top, left))
    return hidden


def title(table: Table, key: str) -> str:
    """A column's name as the officer knows it."""
    if table.family == "single":
        return word("columns", key)
    if table.family == "register":
        known = {c.code: c.label.vi for c in catalog.registers()[table.form].columns}
        return known.get(key, key)
    if table.family == "tidy":
        return TIDY[key][0]
    field = catalog.fields().get(key)
    return field.label.vi if field else word("district", "commune") if key == COMMUNE else key


def _needed(table: Table) -> tuple[str, ...]:
    if table.family == "single":
        return NEEDED
    if table.family == "tidy":
        return ("unit", "period", "code", "value")
    if table.family == "district":
        return (COMMUNE,)
    return tuple(c.code for c in catalog.registers()[table.form].columns if c.required)


def _bounds(text: str) -> Bounds | None:
    """`B2:D5` → top, left, bottom, right, counted from 1."""
    found = _RANGE.fullmatch(text)
    if not found or not found[3]:
        return None
    return int(found[2]), column_number(found[1]), int(found[4]), column_number(found[3])
