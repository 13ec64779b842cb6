"""Read the tidy table `unit, period, code, value[, qualifier, note]`, one entry a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from pipelines import catalog
from pipelines.intake.model import FieldValues
from pipelines.intake.parsing.contradictions import Contradictions
from pipelines.intake.parsing.counts import FieldCell, read_entry
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.period_text import read_period
from pipelines.intake.parsing.reporters import ReporterClaim, ReporterResolver, is_code
from pipelines.intake.templates.report_subject import parse_quarter
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Places
from pipelines.spreadsheet.model import Cell


@dataclass
class LongTable:
    """Read a tidy table: every line names its own unit, period and field."""

    table: FormTable
    facts: WorkbookMetadata
    places: Places
    today: date
    result: ParseResult
    aliases: Mapping[str, str] = dataclass_field(default_factory=dict)
    #: Reporter, period and field → the row that named them first.
    first_rows: dict[tuple[str, str, str], int] = dataclass_field(default_factory=dict)
    #: Each quarter, and each reporter with its quarter, and whether the rest of the file agrees.
    agreeing: dict[str, bool] = dataclass_field(default_factory=dict)

    def read_lines(self) -> None:
        """Read every line; one whose unit, period or code is not known is not taken."""
        for row in self.table.rows:
            if self.table.is_filled(row, ("unit", "code", "value")):
                self._read_line(row)

    def _read_line(self, row: int) -> None:
        code = self.table.get_cell(row, "code")
        value = self.table.get_cell(row, "value")
        field = catalog.fields().get(fold_text(code.text))
        if field is None:
            self.result.add_issue_at("T012", code, case="empty" if value.kind == "blank" else "")
            return
        period = self.table.get_cell(row, "period")
        quarter = read_period(period, field.form, self.facts, self.today, self.result)
        if quarter is None:
            return
        units = ReporterResolver(self.places, quarter, self.aliases)
        match = units.resolve_reporter(self._read_claim(row), field.form, self.result)
        if not match.reporter or not self._agrees(row, match.reporter, quarter):
            return
        key = (match.reporter, quarter.code, field.code)
        line = FieldCell(
            field,
            match.reporter,
            quarter.code,
            value,
            self.table.get_cell(row, "qualifier"),
            self.table.get_cell(row, "note").text.strip(),
            match.is_certain and self._is_first(key, row),
        )
        self.result.entries.append(read_entry(line, self.result))

    def _read_claim(self, row: int) -> ReporterClaim:
        """Return what a line says about its unit.

        It names the unit by its code, or by the name of its commune, with the district where that
        is needed.
        """
        unit = self.table.get_cell(row, "unit")
        blank = Cell(unit.sheet, row, self.table.columns["unit"], "blank", None, "")
        if is_code(unit) or unit.kind != "text":
            return ReporterClaim(unit, blank, "")
        return ReporterClaim(blank, unit, "")

    def _is_first(self, key: tuple[str, str, str], row: int) -> bool:
        """Return False for a field that an earlier line holds, and take neither line."""
        first = self.first_rows.setdefault(key, row)
        if first == row:
            return True
        code = self.table.get_cell(row, "code")
        self.result.add_issue("C002", self.table.sheet.name, code.address, a=first, b=row)
        others = [e for e in self.result.entries if (e.reporter, e.period, e.field) != key]
        self.result.entries = FieldValues.from_entries(others)
        return False

    def _agrees(self, row: int, reporter: str, quarter: Quarter) -> bool:
        """False when the file's name, its sheet's or our hidden sheet names another period or unit.

        Each period and each unit of the file is compared once, at its first line.
        """
        unit = self.table.get_cell(row, "unit")
        period = self.table.get_cell(row, "period")
        check = Contradictions(self.facts, self.places, self.result)
        if quarter.code not in self.agreeing:
            self.agreeing[quarter.code] = not check.has_other_period(period, quarter)
        key = f"{reporter} {quarter.code}"
        if key not in self.agreeing:
            self.agreeing[key] = not check.has_other_unit(unit, reporter, quarter)
        return self.agreeing[quarter.code] and self.agreeing[key]


def find_common_unit(reporters: set[str], places: Places, period: str) -> str:
    """Return the unit a tidy file speaks for: its only reporter, their common district, the city.

    Empty when there is no reporter.
    """
    if len(reporters) < 2:
        return next(iter(reporters), "")
    day = parse_quarter(period).end
    above = {place.code: place.district_code for place in places.valid_on(day)}
    districts = {above.get(reporter[2:7], "") for reporter in reporters}
    return (districts.pop() if len(districts) == 1 else "") or province_code()
