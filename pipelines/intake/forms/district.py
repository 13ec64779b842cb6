"""The consolidated workbook: a table with one line a commune in, entries, the district's totals as claims out."""

from dataclasses import dataclass, field, replace

from pipelines import catalog
from pipelines.catalog import Field
from pipelines.intake.cells import Cell
from pipelines.intake.forms.counts import Line, claim, read_entry
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.shape import covered
from pipelines.intake.forms.single import is_total
from pipelines.intake.forms.tables import Table
from pipelines.intake.forms.units import Asked, Units
from pipelines.intake.returns import Claim, Entry
from pipelines.intake.template.layout import COMMUNE, NAME, NOTE, QUALIFIER, form_fields
from pipelines.intake.template.words import word


@dataclass
class District:
    """A consolidated table being read, line by line."""

    table: Table
    #: District code and quarter code.
    code: str
    period: str
    version: int
    units: Units
    parts: Parts
    #: Reporter → the row that named it first.
    first: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = form_fields(self.table.form)
        self.fields = [f for f in asked if f.code in self.table.columns]
        self.missing = [f for f in asked if f.required and f.since <= self.version and f not in self.fields]
        self.covered = covered(self.table.sheet)

    def read(self) -> None:
        """Every line; communes of other districts are refused, totals kept as claims."""
        for lost in self.missing:
            self.parts.add("T011", self.table.sheet.name, "", lost.code, code=lost.code)
        for row in self.table.rows:
            self._row(row)

    def _row(self, row: int) -> None:
        code, name = self.table.cell(row, COMMUNE), self.table.cell(row, NAME)
        if code.kind == "text" and fold(code.text) == fold(word("district", "commune")):
            return
        if is_total(code.text) or is_total(name.text):
            self._total(row, name if is_total(name.text) else code)
        elif code.kind != "blank" or name.kind != "blank":
            self._commune(row, Asked(code, name, self.code))
        else:
            self.parts.claims += self._claims(row)

    def _commune(self, row: int, asked: Asked) -> None:
        cells = [(f, self.table.cell(row, f.code)) for f in self.fields]
        if all(cell.kind == "blank" for _, cell in cells):
            # NOTE: one issue for the commune, not one a field; a line left empty is no return at all.
            self.parts.add("V025", self.table.sheet.name, self.table.cell(row, NAME).address)
            return
        found = self.units.of(asked, self.table.form, self.parts)
        if not found.reporter:
            return
        sure = found.sure and self._is_first(found.reporter, row, asked.code)
        note = self.table.cell(row, NOTE).text.strip()
        for known, cell in cells:
            line = Line(known, found.reporter, self.period, cell, self._sign(row, known), note, sure)
            hidden = (cell.row, cell.col) in self.covered
            self.parts.entries.append(read_entry(replace(line, covered=hidden), self.parts))

    def _is_first(self, reporter: str, row: int, code: Cell) -> bool:
        """NOTE: two lines for one commune: the file does not say which is right, so neither is taken."""
        first = self.first.setdefault(reporter, row)
        if first == row:
            return True
        self.parts.add("C002", self.table.sheet.name, code.address, a=first, b=row)
        mine = (
            replace(e, value=None, qualifier=None, state="unread") for e in self.parts.entries if _took(e, reporter)
        )
        others = [e for e in self.parts.entries if not _took(e, reporter)]
        self.parts.entries[:] = [*others, *mine]
        return False

    def _total(self, row: int, label: Cell) -> None:
        self.parts.add("T009", self.table.sheet.name, label.address)
        made = self._claims(row)
        self.parts.claims += made
        for one in made:
            above = [e for e in self.parts.entries if e.field == one.field]
            added = sum(e.value or 0 for e in above)
            if added != one.value and all(e.state != "unread" for e in above):
                name = catalog.field(one.field).label.vi
                self.parts.add("C001", one.sheet, one.cell, one.text, name=name, a=one.value, b=added)

    def _claims(self, row: int) -> list[Claim]:
        filled = ((f.code, self.table.cell(row, f.code)) for f in self.fields)
        made = (claim(self.code, self.period, code, cell) for code, cell in filled if cell.kind != "blank")
        return [one for one in made if one]

    def _sign(self, row: int, known: Field) -> Cell | None:
        return self.table.cell(row, known.code + QUALIFIER) if known.qualifier else None


def _took(entry: Entry, reporter: str) -> bool:
    return entry.reporter == reporter and entry.state == "accepted"
