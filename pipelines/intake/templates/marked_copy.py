"""Find where each issue of a return lands in the fresh workbook, and what its cells hold."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from pipelines import catalog
from pipelines.catalog import Severity
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, RegisterCell, Return
from pipelines.intake.templates.district_template import plain_lines
from pipelines.intake.templates.layout import (
    DISTRICT_DATA,
    REGISTER_DATA,
    cell_address,
    district_columns,
    form_columns,
    form_rows,
    form_sheet_name,
)
from pipelines.intake.templates.prefill import CellMark, FillValue, Prefill, ValuesByCode
from pipelines.reference import periods
from pipelines.reference.office_names import province_code
from pipelines.reference.places import Place

CopyLayout = Literal["single", "district", "register", "none"]
CellPlace = tuple[str, str]
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
#: Longer numbers lose digits as a number of Excel.
_MOST_DIGITS = 16
_ROW = re.compile(r"([A-Z]+)(\d+)")
#: Register, sheet and row of a line in the file as sent.
OldRow = tuple[str, str, int]


class MarkedReturn:
    """Map a return's entries and records by their old cells, and its issues to the new ones."""

    def __init__(self, ret: Return | None, issues: Sequence[Issue]) -> None:
        self._ret = ret
        self._issues = issues
        self._entries = {(e.sheet, e.cell): e for e in ret.entries} if ret else {}
        self.reporters = ret.reporters if ret else ()
        self.layout, self.unit = _choose_layout(ret, self.reporters)

    @property
    def sheets(self) -> set[str]:
        """Return the sheets links may point to."""
        if self._ret is None or self.layout == "none":
            return set()
        codes = {self._ret.form, *(record.register for record in self._ret.records)}
        return set(map(form_sheet_name, codes))

    def relocate_issues(self) -> list[Issue]:
        """Return every issue with the sheet and cells it has in the fresh workbook.

        One whose cells the fresh workbook has not keeps its old place in its sentence, and points
        to no cell.
        """
        return list(map(self._relocate_issue, self._issues))

    def _relocate_issue(self, one: Issue) -> Issue:
        targets = self._find_targets(one)
        if not targets:
            return replace(one, sheet="", cell="", cells=(), values={**one.values, **one.where})
        cells = tuple(dict.fromkeys(cell for _, cell in targets))
        return replace(one, sheet=targets[0][0], cell=cells[0], cells=cells)

    def _find_targets(self, one: Issue) -> list[CellPlace]:
        """Return the new places of an issue's cells, or else of the field it is about."""
        if self.layout == "none":
            return []
        places = [self._find_target(one.sheet, cell) for cell in one.cells]
        if not any(places) and one.field:
            places = [self._entry_cell(one.reporter or self.unit, one.field)]
        return list(filter(None, places))

    def _find_target(self, sheet: str, cell: str) -> CellPlace | None:
        entry = self._entries.get((sheet, cell))
        if entry:
            return self._entry_cell(entry.reporter, entry.field)
        return self._record_cells.get((sheet, cell))

    def _entry_cell(self, reporter: str, field: str) -> CellPlace | None:
        """Return the cell of one reporter's field; None where the fresh workbook has none."""
        form = self._ret.form if self._ret else ""
        if form not in catalog.forms() or field not in form_rows(form):
            return None
        if self.layout == "single":
            row = form_rows(form)[field]
            column = form_columns(form).index("value")
        else:
            row = self._commune_rows.get(reporter, 0)
            column = district_columns(form).index(field)
        if not row:
            return None
        return form_sheet_name(form), cell_address(row, column + 1)

    @cached_property
    def _commune_rows(self) -> dict[str, int]:
        """Map each reporter of a district to its row in the fresh workbook."""
        if self.layout != "district" or self._ret is None:
            return {}
        return {reporter: row for row, reporter in enumerate(self.lines, start=DISTRICT_DATA)}

    @cached_property
    def lines(self) -> dict[str, Place]:
        """Map each reporter of a fresh consolidated workbook to its commune."""
        assert self._ret
        quarter = periods.parse_period(self._ret.period).first
        return plain_lines(self._ret.form, self.unit, quarter, self.reporters)

    @cached_property
    def _old_rows(self) -> list[tuple[str, str, int]]:
        """Return register, sheet and row of every line, in file order."""
        rows = list(map(_old_row, self._records))
        return list(dict.fromkeys(rows))

    @property
    def _records(self) -> Sequence[RegisterCell]:
        return self._ret.records if self._ret else ()

    @cached_property
    def _record_cells(self) -> dict[CellPlace, CellPlace]:
        """Map the old cell of every register value to its new one."""
        lines = {old: number for number, old in enumerate(self._old_rows)}
        cells: dict[CellPlace, CellPlace] = {}
        for record in self._records:
            columns = [column.code for column in catalog.registers()[record.register].columns]
            row = REGISTER_DATA + lines[_old_row(record)]
            address = cell_address(row, columns.index(record.field) + 1)
            cells[record.sheet, record.cell] = (form_sheet_name(record.register), address)
        return cells

    def build_fill(self, reporter: str, previous: ValuesByCode) -> Prefill:
        """Return one reporter's values, signs, notes and marks."""
        values: dict[str, FillValue] = {}
        signs: dict[str, str] = {}
        notes: dict[str, str] = {}
        marks: dict[str, CellMark] = {}
        for entry in self._entries.values():
            if entry.reporter != reporter:
                continue
            values[entry.field] = _restore_value(entry)
            if entry.qualifier and entry.qualifier != "=":
                signs[entry.field] = entry.qualifier
            if entry.note:
                notes[entry.field] = entry.note
            mark = self._find_mark(self._entry_cell(reporter, entry.field))
            if mark:
                marks[entry.field] = mark
        # A district's workbook has one note for all fields of a reporter.
        notes["note"] = next(iter(notes.values()), "")
        return Prefill(values, previous, signs, notes, marks)

    def build_lines(self) -> list[Prefill]:
        """Return the register's lines in file order, with their marks."""
        values: dict[OldRow, dict[str, FillValue]] = defaultdict(dict)
        marks: dict[OldRow, dict[str, CellMark]] = defaultdict(dict)
        for record in self._records:
            row = _old_row(record)
            values[row][record.field] = record.text or None
            mark = self._find_mark(self._record_cells[record.sheet, record.cell])
            if mark:
                marks[row][record.field] = mark
        return [Prefill(values[row], marks=marks[row]) for row in self._old_rows]

    def _find_mark(self, place: CellPlace | None) -> CellMark | None:
        return self._marks.get(place) if place else None

    @cached_property
    def _marks(self) -> dict[CellPlace, CellMark]:
        """Map every marked cell of the fresh workbook to its mark."""
        issues: dict[CellPlace, list[Issue]] = {}
        for issue in self.relocate_issues():
            if issue.severity == "info":
                continue
            for cell in issue.cells:
                at_cell = replace(issue, cell=cell, cells=(cell,))
                issues.setdefault((issue.sheet, cell), []).append(at_cell)
        return {place: _build_mark(found) for place, found in issues.items()}


def _build_mark(issues: Sequence[Issue]) -> CellMark:
    """Mark a cell with the worst severity of its issues and all their sentences."""
    severities = [issue.severity for issue in issues]
    worst = min(severities, key=_RANK.__getitem__)
    texts = [f"{one.build_message('vi')} {one.build_advice('vi')}".strip() for one in issues]
    return CellMark(worst, "\n".join(dict.fromkeys(texts)))


def _restore_value(entry: FieldValue) -> FillValue:
    """Return what the cell holds again: the number understood, else the officer's text.

    NOTE: a fraction goes back as a number, for as text `67.642` would come in again as 67,642.
    """
    if entry.value is not None or entry.text is None:
        return entry.value
    text = entry.text.strip()
    if not _NUMBER.fullmatch(text) or len(text) >= _MOST_DIGITS:
        return entry.text
    return float(text) if "." in text else int(text)


def _old_row(record: RegisterCell) -> OldRow:
    """Return register, sheet and row of the line a value came from."""
    match = _ROW.fullmatch(record.cell)
    return record.register, record.sheet, int(match[2]) if match else 0


def _choose_layout(ret: Return | None, reporters: tuple[str, ...]) -> tuple[CopyLayout, str]:
    """Choose how the return can be written afresh, and for which unit."""
    if ret is None or not (ret.entries or ret.records):
        return "none", ""
    if ret.kind == "tidy":
        return _choose_tidy_layout(ret, reporters)
    return ret.kind, ret.unit


def _choose_tidy_layout(ret: Return, reporters: tuple[str, ...]) -> tuple[CopyLayout, str]:
    """Choose the layout of a tidy file: of one period and form, for a reporter or a district."""
    forms = {(entry.period, entry.field[0]) for entry in ret.entries}
    if len(forms) != 1:
        return "none", ""
    if len(reporters) == 1:
        return "single", reporters[0]
    is_city = ret.unit == province_code()
    return ("district", ret.unit) if len(ret.unit) == 3 or is_city else ("none", "")
