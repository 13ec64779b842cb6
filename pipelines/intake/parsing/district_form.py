"""Read a consolidated workbook: one line a commune or unit, the group's totals as claims."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import cast

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.issues import make_issue
from pipelines.intake.model import CellState, FieldValue, FieldValues, StatedTotal
from pipelines.intake.parsing.counts import (
    FieldCell,
    are_ordinary,
    find_limit,
    is_ordinary,
    read_entry,
    read_stated_total,
)
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable, merged_cells
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.reporters import ReporterClaim, ReporterResolver
from pipelines.intake.parsing.single_form import find_labelled_field, is_total
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import COMMUNE, NAME, NOTE, SIGN_SUFFIX, form_fields
from pipelines.reference.office_names import province_code
from pipelines.spreadsheet.model import Cell, column_name


@dataclass(frozen=True)
class LineOwner:
    """Say whose line it is, and what stands in its note."""

    reporter: str
    period: str
    note: str
    #: False when it is in doubt: the numbers go back, not in.
    is_certain: bool


@dataclass
class DistrictParser:
    """Read a consolidated table, line by line."""

    table: FormTable
    #: Code of the district or the city, and of the quarter.
    code: str
    period: str
    version: int
    units: ReporterResolver
    result: ParseResult
    #: Reporter → the row that named it first.
    first_rows: dict[str, int] = dataclass_field(default_factory=dict)
    #: Fields whose column bears the label of another.
    doubtful: set[str] = dataclass_field(default_factory=set)

    def __post_init__(self) -> None:
        form = form_fields(self.table.form)
        self.fields = [f for f in form if f.code in self.table.columns]
        needed = [f for f in form if f.required and f.since <= self.version]
        self.missing = [f for f in needed if f.code not in self.table.columns]
        self.covered = merged_cells(self.table.sheet)
        columns = self.table.columns
        self.codes = [field.code for field in self.fields]
        self.value_columns = [columns[code] for code in self.codes]
        # NOTE: no sheet has a column 0: what has no sign reads as blank there.
        self.sign_columns = [self._find_sign_column(field) for field in self.fields]
        self.letters = list(map(column_name, self.value_columns))
        self.limits = list(map(find_limit, self.fields))
        self.equal_signs = ["=" if field.qualifier else None for field in self.fields]
        #: Fields whose blank is no word worth: nobody must fill them in.
        self.optional = [not field.required for field in self.fields]

    def _find_sign_column(self, field: Field) -> int:
        return self.table.columns.get(field.code + SIGN_SUFFIX, 0) if field.qualifier else 0

    def read_table(self) -> None:
        """Read every line; communes of other districts are refused, totals kept as claims."""
        for field in self.missing:
            sheet_name = self.table.sheet.name
            about = {"case": "column", "code": field.code}
            self.result.add_issue("T011", sheet_name, "", field.code, **about)
        for row in self.table.rows:
            self._read_row(row)

    def _read_row(self, row: int) -> None:
        code = self.table.get_cell(row, COMMUNE)
        name = self.table.get_cell(row, NAME)
        if _is_header(code):
            self._compare_labels(row)
            return
        if is_total(name.text):
            self._read_total_row(row, name)
        elif is_total(code.text):
            self._read_total_row(row, code)
        elif code.kind != "blank" or name.kind != "blank":
            district = "" if self.code == province_code() else self.code
            self._read_commune(row, ReporterClaim(code, name, district))
        else:
            self._read_nameless_row(row)

    def _compare_labels(self, row: int) -> None:
        """Note each column under another figure's label: whose numbers they are, nobody knows."""
        for field in self.fields:
            label = self.table.get_cell(row, field.code)
            named = find_labelled_field(self.table.form, label.text)
            if named is None or named.code == field.code:
                continue
            self.doubtful.add(field.code)
            about = {"code": field.code, "name": named.code}
            self.result.add_issue_at("T023", label, case="column", field=field.code, **about)

    def _read_commune(self, row: int, claim: ReporterClaim) -> None:
        values = self.table.sheet.read_values(row, self.value_columns)
        if values.count("") == len(values):
            self._note_blank_line(claim)
            return
        match = self.units.resolve_reporter(claim, self.table.form, self.result)
        if not match.reporter:
            return
        is_certain = match.is_certain and self._is_first(match.reporter, row, claim.code)
        note = self.table.get_cell(row, NOTE).text.strip()
        owner = LineOwner(match.reporter, self.period, note, is_certain)
        self.result.entries.extend(self._read_values(row, owner, values))

    def _read_values(self, row: int, owner: LineOwner, values: Sequence[object]) -> FieldValues:
        """Return the entries of a line: ordinary counts as they are, others one by one."""
        signs = self.table.sheet.read_values(row, self.sign_columns)
        has_signs = signs.count("") < len(signs)
        is_odd = has_signs or self.doubtful or not owner.is_certain
        counts = None if is_odd else self._convert_counts(values)
        if counts is None:
            return self._read_cells(row, owner, values, signs)
        line = self._make_line(row, owner, "accepted")
        line.text[:] = map(str, counts)
        line.value[:] = counts
        line.qualifier[:] = self.equal_signs
        return line

    def _make_line(self, row: int, owner: LineOwner, state: CellState) -> FieldValues:
        """Return a line whose cells say nothing yet."""
        count = len(self.codes)
        return FieldValues(
            [owner.reporter] * count,
            [owner.period] * count,
            list(self.codes),
            [None] * count,
            [None] * count,
            [None] * count,
            [state] * count,
            [self.table.sheet.name] * count,
            [f"{letters}{row}" for letters in self.letters],
            [owner.note] * count,
        )

    def _convert_counts(self, values: Sequence[object]) -> list[int] | None:
        """Return the counts of a line when all of its cells hold ordinary ones, else None."""
        if set(map(type, values)) != {float}:
            return None
        numbers = cast(Sequence[float], values)
        return list(map(int, numbers)) if are_ordinary(numbers, self.limits) else None

    def _read_cells(
        self, row: int, owner: LineOwner, values: Sequence[object], signs: Sequence[object]
    ) -> FieldValues:
        """Return the entries of a line, cell by cell."""
        line = self._make_line(row, owner, "blank")
        for at, value in enumerate(values):
            if signs[at] == "" and owner.is_certain and self.codes[at] not in self.doubtful:
                if value.__class__ is float and is_ordinary(value, self.limits[at]):
                    line.set_count(at, int(value), self.equal_signs[at])
                    continue
                if value == "" and self.optional[at]:
                    continue
            line.set_entry(at, self._read_odd(row, self.fields[at], owner))
        return line

    def _read_odd(self, row: int, field: Field, owner: LineOwner) -> FieldValue:
        """Read a cell that is no ordinary count, with an issue where one is due."""
        cell = self.table.get_cell(row, field.code)
        is_merged = (cell.row, cell.col) in self.covered
        sign = self._sign_cell(row, field)
        is_certain = owner.is_certain and field.code not in self.doubtful
        line = FieldCell(
            field, owner.reporter, owner.period, cell, sign, owner.note, is_certain, is_merged
        )
        return read_entry(line, self.result)

    def _note_blank_line(self, claim: ReporterClaim) -> None:
        """Note one issue for the commune, not one a field; a line left empty is no return."""
        place = claim.name if claim.name.kind != "blank" else claim.code
        # NOTE: what else is wrong with the unit of an empty line keeps nothing out.
        match = self.units.resolve_reporter(claim, self.table.form, ParseResult())
        issue = make_issue("V025", place.sheet, place.address, case="line_blank")
        self.result.issues.append(replace(issue, reporter=match.reporter or None))

    def _is_first(self, reporter: str, row: int, code: Cell) -> bool:
        """Return False for a commune that an earlier line named, and take neither line.

        NOTE: the file does not say which of the two lines is right.
        """
        first = self.first_rows.setdefault(reporter, row)
        if first == row:
            return True
        sheet_name = self.table.sheet.name
        self.result.add_issue("C002", sheet_name, code.address, a=first, b=row)
        untouched: list[FieldValue] = []
        withdrawn: list[FieldValue] = []
        for entry in self.result.entries:
            is_doubtful = entry.reporter == reporter and entry.state == "accepted"
            if is_doubtful:
                unread = replace(entry, value=None, qualifier=None, state="unread")
                withdrawn.append(unread)
            else:
                untouched.append(entry)
        self.result.entries = FieldValues.from_entries([*untouched, *withdrawn])
        return False

    def _read_total_row(self, row: int, label: Cell) -> None:
        self.result.add_issue("T009", self.table.sheet.name, label.address)
        totals = self._read_stated_totals(row)
        self.result.claims += totals
        sums, unread = self._sum_lines()
        for total in totals:
            if total.field not in unread:
                self._compare_total(total, sums[total.field])

    def _read_nameless_row(self, row: int) -> None:
        """Keep a row without a unit as a total; say so when it is not the sum of those above."""
        totals = self._read_stated_totals(row)
        self.result.claims += totals
        sums, unread = self._sum_lines()
        known = [total for total in totals if total.field not in unread]
        if any(total.value != sums[total.field] for total in known):
            self.result.add_issue("T024", self.table.sheet.name, known[0].cell, row=row)

    def _sum_lines(self) -> tuple[Mapping[str, int], set[str]]:
        """Return the sum of each field over the lines so far, and the fields not read in all."""
        sums: dict[str, int] = defaultdict(int)
        unread: set[str] = set()
        above = self.result.entries
        for code, value, state in zip(above.code, above.value, above.state, strict=True):
            sums[code] += value or 0
            if state == "unread":
                unread.add(code)
        return sums, unread

    def _compare_total(self, total: StatedTotal, added: int) -> None:
        """Note a total that differs from the sum of the lines above it."""
        if added == total.value:
            return
        self.result.add_issue(
            "C001",
            total.sheet,
            total.cell,
            total.text,
            name=catalog.find_field(total.field).label.vi,
            a=total.value,
            b=added,
        )

    def _read_stated_totals(self, row: int) -> list[StatedTotal]:
        totals: list[StatedTotal] = []
        values = self.table.sheet.read_values(row, self.value_columns)
        if values.count("") == len(values):
            return totals
        for field in self.fields:
            cell = self.table.get_cell(row, field.code)
            if cell.kind == "blank":
                continue
            total = read_stated_total(self.code, self.period, field.code, cell)
            if total:
                totals.append(total)
        return totals

    def _sign_cell(self, row: int, field: Field) -> Cell | None:
        return self.table.get_cell(row, field.code + SIGN_SUFFIX) if field.qualifier else None


def _is_header(code: Cell) -> bool:
    """Does the cell repeat the label of the column of codes?"""
    label = fold_text(get_label("district", "commune"))
    return code.kind == "text" and fold_text(code.text) == label
