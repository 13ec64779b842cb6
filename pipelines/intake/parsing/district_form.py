"""The consolidated workbook: a table with one line a commune in, entries, the district's totals as claims out."""

from dataclasses import dataclass, field, replace

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.model import FieldValue, StatedTotal
from pipelines.intake.parsing.counts import FieldCell, read_entry, read_stated_total
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable, merged_cells
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.reporters import ReporterClaim, ReporterResolver
from pipelines.intake.parsing.single_form import is_total
from pipelines.intake.templates.labels import get_label
from pipelines.intake.templates.layout import COMMUNE, NAME, NOTE, SIGN_SUFFIX, form_fields
from pipelines.spreadsheet.model import Cell


@dataclass
class DistrictParser:
    """A consolidated table being read, line by line."""

    table: FormTable
    #: District code and quarter code.
    code: str
    period: str
    version: int
    units: ReporterResolver
    result: ParseResult
    #: Reporter → the row that named it first.
    first_rows: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = form_fields(self.table.form)
        self.fields = [f for f in asked if f.code in self.table.columns]
        self.missing = [
            f for f in asked if f.required and f.since <= self.version and f not in self.fields
        ]
        self.covered = merged_cells(self.table.sheet)

    def read_table(self) -> None:
        """Every line; communes of other districts are refused, totals kept as claims."""
        for lost in self.missing:
            self.result.add_issue("T011", self.table.sheet.name, "", lost.code, code=lost.code)
        for row in self.table.rows:
            self._read_row(row)

    def _read_row(self, row: int) -> None:
        code, name = self.table.get_cell(row, COMMUNE), self.table.get_cell(row, NAME)
        if code.kind == "text" and fold_text(code.text) == fold_text(
            get_label("district", "commune")
        ):
            return
        if is_total(code.text) or is_total(name.text):
            self._read_total_row(row, name if is_total(name.text) else code)
        elif code.kind != "blank" or name.kind != "blank":
            self._read_commune(row, ReporterClaim(code, name, self.code))
        else:
            self.result.claims += self._read_stated_totals(row)

    def _read_commune(self, row: int, claim: ReporterClaim) -> None:
        cells = [(f, self.table.get_cell(row, f.code)) for f in self.fields]
        if all(cell.kind == "blank" for _, cell in cells):
            # NOTE: one issue for the commune, not one a field; a line left empty is no return at all.
            self.result.add_issue(
                "V025", self.table.sheet.name, self.table.get_cell(row, NAME).address
            )
            return
        found = self.units.resolve_reporter(claim, self.table.form, self.result)
        if not found.reporter:
            return
        sure = found.is_certain and self._is_first(found.reporter, row, claim.code)
        note = self.table.get_cell(row, NOTE).text.strip()
        for known, cell in cells:
            line = FieldCell(
                known, found.reporter, self.period, cell, self._sign_cell(row, known), note, sure
            )
            hidden = (cell.row, cell.col) in self.covered
            self.result.entries.append(read_entry(replace(line, is_merged=hidden), self.result))

    def _is_first(self, reporter: str, row: int, code: Cell) -> bool:
        """NOTE: two lines for one commune: the file does not say which is right, so neither is taken."""
        first = self.first_rows.setdefault(reporter, row)
        if first == row:
            return True
        self.result.add_issue("C002", self.table.sheet.name, code.address, a=first, b=row)
        mine = (
            replace(e, value=None, qualifier=None, state="unread")
            for e in self.result.entries
            if _is_taken_entry(e, reporter)
        )
        others = [e for e in self.result.entries if not _is_taken_entry(e, reporter)]
        self.result.entries[:] = [*others, *mine]
        return False

    def _read_total_row(self, row: int, label: Cell) -> None:
        self.result.add_issue("T009", self.table.sheet.name, label.address)
        made = self._read_stated_totals(row)
        self.result.claims += made
        for one in made:
            above = [e for e in self.result.entries if e.field == one.field]
            added = sum(e.value or 0 for e in above)
            if added != one.value and all(e.state != "unread" for e in above):
                name = catalog.find_field(one.field).label.vi
                self.result.add_issue(
                    "C001", one.sheet, one.cell, one.text, name=name, a=one.value, b=added
                )

    def _read_stated_totals(self, row: int) -> list[StatedTotal]:
        filled = ((f.code, self.table.get_cell(row, f.code)) for f in self.fields)
        made = (
            read_stated_total(self.code, self.period, code, cell)
            for code, cell in filled
            if cell.kind != "blank"
        )
        return [one for one in made if one]

    def _sign_cell(self, row: int, known: Field) -> Cell | None:
        return self.table.get_cell(row, known.code + SIGN_SUFFIX) if known.qualifier else None


def _is_taken_entry(entry: FieldValue, reporter: str) -> bool:
    return entry.reporter == reporter and entry.state == "accepted"
