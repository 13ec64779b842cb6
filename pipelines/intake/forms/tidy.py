"""The tidy table `unit, period, code, value[, qualifier, note]` in, one entry a line out."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from pipelines import catalog
from pipelines.intake.cells import Cell
from pipelines.intake.forms.contradictions import Contradictions
from pipelines.intake.forms.counts import Line, read_entry
from pipelines.intake.forms.facts import Facts
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.tables import Table
from pipelines.intake.forms.units import Asked, Units, is_code
from pipelines.intake.forms.who import read_period
from pipelines.intake.template.subject import CITY, quarter
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Places


@dataclass
class Tidy:
    """A tidy table being read: every line names its own unit, period and field."""

    table: Table
    facts: Facts
    places: Places
    today: date
    parts: Parts
    aliases: Mapping[str, str] = dataclass_field(default_factory=dict)
    #: Reporter, period and field → the row that named them first.
    first: dict[tuple[str, str, str], int] = dataclass_field(default_factory=dict)
    #: Each quarter, and each reporter with its quarter, and whether the rest of the file agrees.
    agreeing: dict[str, bool] = dataclass_field(default_factory=dict)

    def read(self) -> None:
        """Every line; a line whose unit, period or code is not known is not taken, the others are."""
        for row in self.table.rows:
            if any(self.table.cell(row, key).kind != "blank" for key in ("unit", "code", "value")):
                self._line(row)

    def _line(self, row: int) -> None:
        code, value = self.table.cell(row, "code"), self.table.cell(row, "value")
        field = catalog.fields().get(fold(code.text))
        if field is None:
            self.parts.at("T012", code, case="empty" if value.kind == "blank" else "")
            return
        period = self.table.cell(row, "period")
        quarter = read_period(period, field.form, self.facts, self.today, self.parts)
        if quarter is None:
            return
        found = Units(self.places, quarter, self.aliases).of(self._asked(row), field.form, self.parts)
        if not found.reporter or not self._agrees(row, found.reporter, quarter):
            return
        sure = found.sure and self._is_first((found.reporter, quarter.code, field.code), row)
        note = self.table.cell(row, "note").text.strip()
        line = Line(field, found.reporter, quarter.code, value, self.table.cell(row, "qualifier"), note, sure)
        self.parts.entries.append(read_entry(line, self.parts))

    def _asked(self, row: int) -> Asked:
        """A line names its unit by its code, or by the name of its commune with the district where that is needed."""
        unit = self.table.cell(row, "unit")
        blank = Cell(unit.sheet, row, self.table.columns["unit"], "blank", None, "")
        return Asked(unit, blank, "") if is_code(unit) or unit.kind != "text" else Asked(blank, unit, "")

    def _is_first(self, key: tuple[str, str, str], row: int) -> bool:
        first = self.first.setdefault(key, row)
        if first != row:
            self.parts.add("C002", self.table.sheet.name, self.table.cell(row, "code").address, a=first, b=row)
            self.parts.entries[:] = [e for e in self.parts.entries if (e.reporter, e.period, e.field) != key]
        return first == row

    def _agrees(self, row: int, reporter: str, quarter: Quarter) -> bool:
        """False when the file's name, its sheet's or our hidden sheet names another period or unit.

        Each period and each unit of the file is compared once, at its first line.
        """
        unit, period = self.table.cell(row, "unit"), self.table.cell(row, "period")
        check = Contradictions(self.facts, self.places, self.parts)
        if quarter.code not in self.agreeing:
            self.agreeing[quarter.code] = not check.has_other_period(period, quarter)
        key = f"{reporter} {quarter.code}"
        if key not in self.agreeing:
            self.agreeing[key] = not check.has_other_unit(unit, reporter, quarter)
        return self.agreeing[quarter.code] and self.agreeing[key]


def unit_of(reporters: set[str], places: Places, period: str) -> str:
    """The unit a tidy file speaks for: its only reporter, their common district, else the city."""
    if len(reporters) < 2:
        return next(iter(reporters), "")
    day = quarter(period).end
    districts = {places.get(reporter.partition("-")[2], day).district_code for reporter in reporters}
    return districts.pop() if len(districts) == 1 else CITY
