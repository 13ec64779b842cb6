"""Forms A and B: a table with one line a field in, entries at their cells out."""

from dataclasses import dataclass

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.model import StatedTotal
from pipelines.intake.parsing.counts import FieldCell, read_entry, read_stated_total
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable, merged_cells
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.layout import form_fields
from pipelines.spreadsheet.model import Cell


@dataclass(frozen=True)
class ReturnOwner:
    """Whose numbers these are."""

    reporter: str
    period: str
    #: False when it is in doubt: the numbers go back, not in.
    is_certain: bool = True


def detect_form(table: FormTable) -> str:
    """`A` or `B`, by the codes in the column `Mã`; empty when most of them are no field's."""
    column = table.columns["code"]
    texts = [
        fold_text(c.text)
        for (row, at), c in table.sheet.cells.items()
        if at == column and row > table.header
    ]
    known = [catalog.fields()[t].form for t in texts if t in catalog.fields()]
    return max(set(known), key=known.count) if known else ""


def read_single_form(
    table: FormTable, form: str, owner: ReturnOwner, version: int, result: ParseResult
) -> None:
    """Every line of the table; a bad cell never stops the rest."""
    lines = _read_lines(table, form, owner, result)
    for field in form_fields(form):
        if field.code in lines:
            result.entries.append(read_entry(lines[field.code], result))
        elif field.since <= version and field.required:
            result.add_issue("T011", table.sheet.name, "", field.code, code=field.code)


def _read_lines(
    table: FormTable, form: str, owner: ReturnOwner, result: ParseResult
) -> dict[str, FieldCell]:
    lines: dict[str, FieldCell] = {}
    hidden = merged_cells(table.sheet)
    for row in table.rows:
        code = table.get_cell(row, "code")
        field = catalog.fields().get(fold_text(code.text))
        if field and field.form == form:
            _add_line(lines, _read_line(table, row, field, owner, hidden), code, result)
        elif code.kind != "blank" and not _is_total_row(table, row):
            result.add_issue_at("T012", code, case="" if _holds_value(table, row) else "empty")
        else:
            _read_uncoded_line(table, row, owner, result)
    return lines


def _holds_value(table: FormTable, row: int) -> bool:
    return any(table.get_cell(row, key).kind != "blank" for key in ("value", "qualifier", "note"))


def _read_line(
    table: FormTable, row: int, field: Field, owner: ReturnOwner, hidden: set[tuple[int, int]]
) -> FieldCell:
    value = table.get_cell(row, "value")
    sign = table.get_cell(row, "qualifier")
    note = table.get_cell(row, "note").text.strip()
    return FieldCell(
        field,
        owner.reporter,
        owner.period,
        value,
        sign,
        note,
        owner.is_certain,
        (value.row, value.col) in hidden,
    )


def _add_line(
    lines: dict[str, FieldCell], line: FieldCell, code: Cell, result: ParseResult
) -> None:
    """NOTE: a code twice with two numbers is nobody's number: neither is taken."""
    known = lines.get(line.field.code)
    if known is None:
        lines[line.field.code] = line
    elif line.value.kind != "blank":
        result.add_issue_at("T013", code, field=line.field.code, reporter=line.reporter)
        lines[line.field.code] = known.mark_uncertain()


def _is_total_row(table: FormTable, row: int) -> bool:
    return any(is_total(table.get_cell(row, key).text) for key in ("code", "label"))


def is_total(text: str) -> bool:
    """`Tổng cộng`, `Tổng số`, `Cộng` and the like."""
    plain = fold_text(text)
    return plain.startswith(
        ("tổng cộng", "tổng số", "tổng:", "cộng", "toàn quận", "toàn huyện", "toàn thị xã")
    ) or (plain == "tổng")


def _read_uncoded_line(table: FormTable, row: int, owner: ReturnOwner, result: ParseResult) -> None:
    """A line without a code is a claim: kept to compare, never counted."""
    value = table.get_cell(row, "value")
    if value.kind == "blank":
        return
    if _is_total_row(table, row):
        result.add_issue("T009", table.sheet.name, value.address)
    made: StatedTotal | None = read_stated_total(owner.reporter, owner.period, "", value)
    if made:
        result.claims.append(made)
