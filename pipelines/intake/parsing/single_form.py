"""Read forms A and B: a table with one line a field becomes entries at their cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache, lru_cache
from typing import NamedTuple

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.parsing.counts import (
    FieldCell,
    find_limit,
    is_ordinary,
    read_entry,
    read_stated_total,
)
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable, merged_cells
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.templates.layout import form_fields
from pipelines.spreadsheet.model import Cell, column_name

#: How the label of a row of totals begins.
_TOTAL_LABELS = (
    "tổng cộng",
    "tổng số",
    "tổng:",
    "cộng",
    "toàn quận",
    "toàn huyện",
    "toàn thị xã",
)


@dataclass(frozen=True)
class ReturnOwner:
    """Say whose numbers these are."""

    reporter: str
    period: str
    #: False when it is in doubt: the numbers go back, not in.
    is_certain: bool = True


def detect_form(table: FormTable) -> str:
    """Return `A` or `B` by the codes in the column `Mã`; empty when none of them is a field's.

    Where both have as many codes, the topmost one decides.
    """
    forms = list(filter(None, map(_find_form, table.list_texts("code"))))
    # NOTE: of equal counts `max` takes the first, which must not depend on the order of a set.
    return max(dict.fromkeys(forms), key=forms.count, default="")


@lru_cache(maxsize=4_096)
def _find_form(text: str) -> str:
    """Return the form of the field whose code a text is; empty for any other text."""
    field = catalog.fields().get(fold_text(text))
    return field.form if field else ""


def read_single_form(
    table: FormTable, form: str, owner: ReturnOwner, version: int, result: ParseResult
) -> None:
    """Read every line of the table; a bad cell never stops the rest."""
    lines = _read_lines(table, form, owner, result)
    cells: list[Iterable[object]] = []
    for field in form_fields(form):
        if field.code in lines.counts:
            cells.append(lines.counts[field.code].members)
        elif field.code in lines.others:
            cells.append(vars(read_entry(lines.others[field.code], result)).values())
        elif field.since <= version and field.required:
            result.add_issue("T011", table.sheet.name, "", field.code, code=field.code)
    result.entries.extend_members(cells)


class LineValues(NamedTuple):
    """Hold what stands in a line's columns: a bare value or a Cell, "" for a blank."""

    row: int
    code: object
    label: object
    value: object
    qualifier: object
    note: object


#: The columns of a line's values, in their order.
_LINE_KEYS = LineValues._fields[1:]


class CountLine(NamedTuple):
    """Hold a line whose cell is a bare count: nearly every line is one."""

    row: int
    #: Those of its FieldValue, in their order.
    members: tuple[object, ...]


@dataclass(frozen=True)
class FormLines:
    """Hold the lines of a form by field: those of bare counts, and the others."""

    counts: dict[str, CountLine] = dataclass_field(default_factory=dict)
    others: dict[str, FieldCell] = dataclass_field(default_factory=dict)


def _read_lines(table: FormTable, form: str, owner: ReturnOwner, result: ParseResult) -> FormLines:
    lines = FormLines()
    hidden = merged_cells(table.sheet)
    for line in _iter_lines(table):
        row = line.row
        field = _find_own_field(table, line, form)
        if field is None:
            _read_other_line(table, row, owner, result)
            continue
        is_first = field.code not in lines.counts and field.code not in lines.others
        is_own = line.label == field.label.vi or not _is_other_label(table, row, field, result)
        members = _read_bare_count(table, line, field, owner) if is_first and is_own else None
        if members:
            lines.counts[field.code] = CountLine(row, members)
            continue
        before = lines.counts.pop(field.code, None)
        if before:
            lines.others[field.code] = _read_line(table, before.row, field, owner, hidden)
        read = _read_line(table, row, field, owner, hidden)
        cell = read if is_own else read.mark_uncertain()
        _add_line(lines.others, cell, table.get_cell(row, "code"), result)
    return lines


def _find_own_field(table: FormTable, line: LineValues, form: str) -> Field | None:
    """Return the field of this form whose code stands in a line; None for any other line."""
    field = catalog.fields().get(fold_text(_read_text(table, line, "code")))
    return field if field is not None and field.form == form else None


def _iter_lines(table: FormTable) -> Iterator[LineValues]:
    """Yield the lines below the header that hold anything."""
    # NOTE: no sheet has a column 0: what the table has no column for reads as blank there.
    columns = [table.columns.get(key, 0) for key in _LINE_KEYS]
    for row in table.rows:
        yield LineValues(row, *table.sheet.read_values(row, columns))


def _read_text(table: FormTable, line: LineValues, key: str) -> str:
    value = getattr(line, key)
    return value if isinstance(value, str) else table.get_text(line.row, key)


def _read_other_line(table: FormTable, row: int, owner: ReturnOwner, result: ParseResult) -> None:
    """Note a code that the form has not, and keep what stands in a line without one."""
    code = table.get_cell(row, "code")
    if _is_signature(table, row):
        return
    if code.kind == "blank" or _is_total_row(table, row):
        _read_uncoded_line(table, row, owner, result)
        return
    case = "" if table.is_filled(row, ("value", "qualifier", "note")) else "empty"
    result.add_issue_at("T012", code, case=case)


def _read_bare_count(
    table: FormTable, line: LineValues, field: Field, owner: ReturnOwner
) -> tuple[object, ...] | None:
    """Return the members of the FieldValue of a line with a bare number and no sign beside it.

    None for any other line.
    """
    value = line.value
    if not owner.is_certain or line.qualifier != "" or not isinstance(value, float):
        return None
    if not is_ordinary(value, find_limit(field)):
        return None
    count = int(value)
    return (
        owner.reporter,
        owner.period,
        field.code,
        str(count),
        count,
        "=" if field.qualifier else None,
        "accepted",
        table.sheet.name,
        f"{column_name(table.columns['value'])}{line.row}",
        _read_text(table, line, "note").strip(),
    )


def find_labelled_field(form: str, label: str) -> Field | None:
    """Return the field that bears a label, with its unit behind it or not; None for other words."""
    return _fields_by_label(form).get(fold_text(label.partition("\n")[0]))


@cache
def _fields_by_label(form: str) -> dict[str, Field]:
    """Map the labels of a form to their fields, without those that several fields bear."""
    labels = [fold_text(field.label.vi) for field in form_fields(form)]
    pairs = zip(labels, form_fields(form), strict=True)
    return {label: field for label, field in pairs if labels.count(label) == 1}


def _is_other_label(table: FormTable, row: int, field: Field, result: ParseResult) -> bool:
    """Does the line bear the label of another field? Say so: whose number it is, nobody knows."""
    label = table.get_cell(row, "label")
    named = find_labelled_field(field.form, label.text)
    if named is None or named.code == field.code:
        return False
    result.add_issue_at("T023", label, field=field.code, code=field.code, name=named.code)
    return True


def _is_signature(table: FormTable, row: int) -> bool:
    """True for words under the table such as `Người lập biểu`; no digit is in such a line."""
    words = table.get_cell(row, "code").text.split()
    texts = [*words, table.get_cell(row, "value").text]
    return len(words) > 1 and not any(letter.isdigit() for text in texts for letter in text)


def _read_line(
    table: FormTable, row: int, field: Field, owner: ReturnOwner, hidden: set[tuple[int, int]]
) -> FieldCell:
    value = table.get_cell(row, "value")
    sign = table.get_cell(row, "qualifier")
    note = table.get_text(row, "note").strip()
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
    """Add a line by its code; of two lines with the same code neither is taken.

    NOTE: a code twice with two numbers is nobody's number.
    """
    field_code = line.field.code
    known = lines.get(field_code)
    if known is None:
        lines[field_code] = line
    elif line.value.kind != "blank":
        result.add_issue_at("T013", code, field=field_code, reporter=line.reporter)
        lines[field_code] = known.mark_uncertain()


def _is_total_row(table: FormTable, row: int) -> bool:
    return any(is_total(table.get_cell(row, key).text) for key in ("code", "label"))


def is_total(text: str) -> bool:
    """Does a label say that its row is a total, as `Tổng cộng`, `Tổng số` and `Cộng` do?"""
    plain = fold_text(text)
    return plain == "tổng" or plain.startswith(_TOTAL_LABELS)


def _read_uncoded_line(table: FormTable, row: int, owner: ReturnOwner, result: ParseResult) -> None:
    """Keep the value of a line without a code as a claim: to compare, never counted."""
    value = table.get_cell(row, "value")
    if value.kind == "blank":
        return
    if _is_total_row(table, row):
        result.add_issue("T009", table.sheet.name, value.address)
    total = read_stated_total(owner.reporter, owner.period, "", value)
    if total:
        result.claims.append(total)
