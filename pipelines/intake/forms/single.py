"""Forms A and B: a table with one line a field in, entries at their cells out."""

from dataclasses import dataclass

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.cells import Cell
from pipelines.intake.forms.counts import Line, claim, read_entry
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.shape import covered
from pipelines.intake.forms.tables import Table
from pipelines.intake.returns import Claim
from pipelines.intake.template.layout import form_fields


@dataclass(frozen=True)
class Owner:
    """Whose numbers these are."""

    reporter: str
    period: str
    #: False when it is in doubt: the numbers go back, not in.
    sure: bool = True


def form_of(table: Table) -> str:
    """`A` or `B`, by the codes in the column `Mã`; empty when most of them are no field's."""
    column = table.columns["code"]
    texts = [fold(c.text) for (row, at), c in table.sheet.cells.items() if at == column and row > table.header]
    known = [catalog.fields()[t].form for t in texts if t in catalog.fields()]
    return max(set(known), key=known.count) if known else ""


def read_single(table: Table, form: str, owner: Owner, version: int, parts: Parts) -> None:
    """Every line of the table; a bad cell never stops the rest."""
    lines = _lines(table, form, owner, parts)
    for field in form_fields(form):
        if field.code in lines:
            parts.entries.append(read_entry(lines[field.code], parts))
        elif field.since <= version and field.required:
            parts.add("T011", table.sheet.name, "", field.code, code=field.code)


def _lines(table: Table, form: str, owner: Owner, parts: Parts) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    hidden = covered(table.sheet)
    for row in table.rows:
        code = table.cell(row, "code")
        field = catalog.fields().get(fold(code.text))
        if field and field.form == form:
            _keep(lines, _line(table, row, field, owner, hidden), code, parts)
        elif code.kind != "blank" and not _is_total(table, row):
            parts.at("T012", code, case="" if _holds_value(table, row) else "empty")
        else:
            _uncoded(table, row, owner, parts)
    return lines


def _holds_value(table: Table, row: int) -> bool:
    return any(table.cell(row, key).kind != "blank" for key in ("value", "qualifier", "note"))


def _line(table: Table, row: int, field: Field, owner: Owner, hidden: set[tuple[int, int]]) -> Line:
    value = table.cell(row, "value")
    sign = table.cell(row, "qualifier")
    note = table.cell(row, "note").text.strip()
    return Line(field, owner.reporter, owner.period, value, sign, note, owner.sure, (value.row, value.col) in hidden)


def _keep(lines: dict[str, Line], line: Line, code: Cell, parts: Parts) -> None:
    """NOTE: a code twice with two numbers is nobody's number: neither is taken."""
    known = lines.get(line.field.code)
    if known is None:
        lines[line.field.code] = line
    elif line.value.kind != "blank":
        parts.at("T013", code, field=line.field.code, reporter=line.reporter)
        lines[line.field.code] = known.doubted()


def _is_total(table: Table, row: int) -> bool:
    return any(is_total(table.cell(row, key).text) for key in ("code", "label"))


def is_total(text: str) -> bool:
    """`Tổng cộng`, `Tổng số`, `Cộng` and the like."""
    plain = fold(text)
    return plain.startswith(("tổng cộng", "tổng số", "tổng:", "cộng", "toàn quận", "toàn huyện", "toàn thị xã")) or (
        plain == "tổng"
    )


def _uncoded(table: Table, row: int, owner: Owner, parts: Parts) -> None:
    """A line without a code is a claim: kept to compare, never counted."""
    value = table.cell(row, "value")
    if value.kind == "blank":
        return
    if _is_total(table, row):
        parts.add("T009", table.sheet.name, value.address)
    made: Claim | None = claim(owner.reporter, owner.period, "", value)
    if made:
        parts.claims.append(made)
