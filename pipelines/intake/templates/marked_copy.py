"""A return and its issues in; where each finding lands in the fresh workbook, and what its cells hold, out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from pipelines import catalog
from pipelines.catalog import Severity
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, Return
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
from pipelines.reference import periods, places

CopyLayout = Literal["single", "district", "register", "none"]
CellPlace = tuple[str, str]
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ROW = re.compile(r"([A-Z]+)(\d+)")


class MarkedReturn:
    """One return on its way back: entries and records by their old cells, issues by their new ones."""

    def __init__(self, ret: Return | None, issues: Sequence[Issue]) -> None:
        self._ret = ret
        self._issues = issues
        self._entries = {(e.sheet, e.cell): e for e in ret.entries} if ret else {}
        self.reporters = tuple(dict.fromkeys(e.reporter for e in ret.entries)) if ret else ()
        self.layout, self.unit = _choose_layout(ret, self.reporters)

    @property
    def sheets(self) -> set[str]:
        """The sheets links may point to."""
        codes = {self._ret.form, *(r.register for r in self._ret.records)} if self._ret else set()
        return {form_sheet_name(code) for code in codes} if self.layout != "none" else set()

    def relocate_issues(self) -> list[Issue]:
        """Every issue with the sheet and cells it has in the fresh workbook.

        One whose cells the fresh workbook has not keeps its old place in its sentence, and points to no cell.
        """
        return [self._relocate_issue(one) for one in self._issues]

    def _relocate_issue(self, one: Issue) -> Issue:
        targets = self._find_targets(one)
        if not targets:
            return replace(one, sheet="", cell="", cells=(), values={**one.values, **one.where})
        cells = tuple(dict.fromkeys(cell for _, cell in targets))
        return replace(one, sheet=targets[0][0], cell=cells[0], cells=cells)

    def _find_targets(self, one: Issue) -> list[CellPlace]:
        if self.layout == "none":
            return []
        old = one.cells or ((one.cell,) if one.cell else ())
        found = [at for cell in old if (at := self._find_target(one.sheet, cell))]
        if not found and one.field:
            reporter = one.reporter or self.unit
            found = [at] if (at := self._entry_cell(reporter, one.field)) else []
        return found

    def _find_target(self, sheet: str, cell: str) -> CellPlace | None:
        entry = self._entries.get((sheet, cell))
        return (
            self._entry_cell(entry.reporter, entry.field)
            if entry
            else self._record_cells.get((sheet, cell))
        )

    def _entry_cell(self, reporter: str, field: str) -> CellPlace | None:
        if (
            self._ret is None
            or self._ret.form not in catalog.forms()
            or field not in form_rows(self._ret.form)
        ):
            return None
        form = self._ret.form
        if self.layout == "single":
            return form_sheet_name(form), cell_address(
                form_rows(form)[field], form_columns(form).index("value") + 1
            )
        row = self._commune_rows.get(reporter)
        return (
            (form_sheet_name(form), cell_address(row, district_columns(form).index(field) + 1))
            if row
            else None
        )

    @cached_property
    def _commune_rows(self) -> dict[str, int]:
        if self.layout != "district" or self._ret is None:
            return {}
        day = periods.parse_period(self._ret.period).end
        communes = places.load_places().communes_of(self.unit, day)
        letter = "D" if self._ret.form == "A" else "P"
        return {
            f"{letter}-{place.code}": row for row, place in enumerate(communes, start=DISTRICT_DATA)
        }

    @cached_property
    def _old_rows(self) -> list[tuple[str, str, int]]:
        """Register, sheet and row of every line, in file order."""
        records = self._ret.records if self._ret else []
        rows = ((r.register, r.sheet, _row_of(r.cell)) for r in records)
        return list(dict.fromkeys(rows))

    @cached_property
    def _record_cells(self) -> dict[CellPlace, CellPlace]:
        found: dict[CellPlace, CellPlace] = {}
        for record in self._ret.records if self._ret else ():
            at = self._old_rows.index((record.register, record.sheet, _row_of(record.cell)))
            columns = [c.code for c in catalog.registers()[record.register].columns]
            cell = cell_address(REGISTER_DATA + at, columns.index(record.field) + 1)
            found[record.sheet, record.cell] = (form_sheet_name(record.register), cell)
        return found

    def build_fill(self, reporter: str, previous: ValuesByCode) -> Prefill:
        """One reporter's values, signs, notes and marks."""
        mine = [e for e in self._entries.values() if e.reporter == reporter]
        signs = {e.field: e.qualifier for e in mine if e.qualifier and e.qualifier != "="}
        notes = {e.field: e.note for e in mine if e.note}
        whole = next(iter(notes.values()), "")
        marks = {
            e.field: mark
            for e in mine
            if (at := self._entry_cell(reporter, e.field)) and (mark := self._marks.get(at))
        }
        return Prefill(
            {e.field: _restore_value(e) for e in mine},
            previous,
            signs,
            {**notes, "note": whole},
            marks,
        )

    def build_lines(self) -> list[Prefill]:
        """The register's lines in file order, with their marks."""
        values: dict[tuple[str, str, int], dict[str, FillValue]] = {
            old: {} for old in self._old_rows
        }
        marks: dict[tuple[str, str, int], dict[str, CellMark]] = {old: {} for old in self._old_rows}
        for record in self._ret.records if self._ret else ():
            old = (record.register, record.sheet, _row_of(record.cell))
            values[old][record.field] = record.text or None
            mark = self._marks.get(self._record_cells[record.sheet, record.cell])
            if mark:
                marks[old][record.field] = mark
        return [Prefill(values[old], marks=marks[old]) for old in self._old_rows]

    @cached_property
    def _marks(self) -> dict[CellPlace, CellMark]:
        """Every marked cell of the fresh workbook: its worst severity and all its sentences."""
        found: dict[CellPlace, list[Issue]] = {}
        for one in self.relocate_issues():
            for cell in one.cells:
                if one.severity != "info":
                    found.setdefault((one.sheet, cell), []).append(
                        replace(one, cell=cell, cells=(cell,))
                    )
        return {
            at: CellMark(
                min((i.severity for i in known), key=_RANK.__getitem__), _join_messages(known)
            )
            for at, known in found.items()
        }


def _join_messages(issues: Iterable[Issue]) -> str:
    texts = (f"{one.build_message('vi')} {one.build_advice('vi')}".strip() for one in issues)
    return "\n".join(dict.fromkeys(texts))


def _restore_value(entry: FieldValue) -> FillValue:
    """What the cell holds again: the number understood, else the officer's text.

    NOTE: a fraction goes back as a number, for as text `67.642` would come in again as 67,642.
    """
    if entry.value is not None or entry.text is None:
        return entry.value
    text = entry.text.strip()
    return (
        (float(text) if "." in text else int(text))
        if _NUMBER.fullmatch(text) and len(text) < 16
        else entry.text
    )


def _row_of(cell: str) -> int:
    found = _ROW.fullmatch(cell)
    return int(found[2]) if found else 0


def _choose_layout(ret: Return | None, reporters: tuple[str, ...]) -> tuple[CopyLayout, str]:
    """How the return can be written afresh, and for which unit."""
    if ret is None or not (ret.entries or ret.records):
        return "none", ""
    if ret.kind == "register":
        return "register", ret.unit
    if ret.kind == "tidy":
        return _choose_tidy_layout(ret, reporters)
    return ret.kind, ret.unit


def _choose_tidy_layout(ret: Return, reporters: tuple[str, ...]) -> tuple[CopyLayout, str]:
    if len({(e.period, e.field[0]) for e in ret.entries}) != 1:
        return "none", ""
    if len(reporters) == 1:
        return "single", reporters[0]
    return ("district", ret.unit) if len(ret.unit) == 3 else ("none", "")
