"""The tidy table `unit, period, code, value[, qualifier, note]` in, one entry a line out."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from pipelines import catalog
from pipelines.intake.parsing.contradictions import Contradictions
from pipelines.intake.parsing.counts import FieldCell, read_entry
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.layout import FormTable
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.reporters import ReporterClaim, ReporterResolver, is_code, read_period
from pipelines.intake.templates.report_subject import CITY, parse_quarter
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Places
from pipelines.spreadsheet.model import Cell


@dataclass
class LongTable:
    """A tidy table being read: every line names its own unit, period and field."""

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
        """Every line; a line whose unit, period or code is not known is not taken, the others are."""
        for row in self.table.rows:
            if any(
                self.table.get_cell(row, key).kind != "blank" for key in ("unit", "code", "value")
            ):
                self._read_line(row)

    def _read_line(self, row: int) -> None:
        code, value = self.table.get_cell(row, "code"), self.table.get_cell(row, "value")
        field = catalog.fields().get(fold_text(code.text))
        if field is None:
            self.result.add_issue_at("T012", code, case="empty" if value.kind == "blank" else "")
            return
        period = self.table.get_cell(row, "period")
        quarter = read_period(period, field.form, self.facts, self.today, self.result)
        if quarter is None:
            return
        found = ReporterResolver(self.places, quarter, self.aliases).resolve_reporter(
            self._read_claim(row), field.form, self.result
        )
        if not found.reporter or not self._agrees(row, found.reporter, quarter):
            return
        sure = found.is_certain and self._is_first((found.reporter, quarter.code, field.code), row)
        note = self.table.get_cell(row, "note").text.strip()
        line = FieldCell(
            field,
            found.reporter,
            quarter.code,
            value,
            self.table.get_cell(row, "qualifier"),
            note,
            sure,
        )
        self.result.entries.append(read_entry(line, self.result))

    def _read_claim(self, row: int) -> ReporterClaim:
        """A line names its unit by its code, or by the name of its commune with the district where that is needed."""
        unit = self.table.get_cell(row, "unit")
        blank = Cell(unit.sheet, row, self.table.columns["unit"], "blank", None, "")
        return (
            ReporterClaim(unit, blank, "")
            if is_code(unit) or unit.kind != "text"
            else ReporterClaim(blank, unit, "")
        )

    def _is_first(self, key: tuple[str, str, str], row: int) -> bool:
        first = self.first_rows.setdefault(key, row)
        if first != row:
            self.result.add_issue(
                "C002",
                self.table.sheet.name,
                self.table.get_cell(row, "code").address,
                a=first,
                b=row,
            )
            self.result.entries[:] = [
                e for e in self.result.entries if (e.reporter, e.period, e.field) != key
            ]
        return first == row

    def _agrees(self, row: int, reporter: str, quarter: Quarter) -> bool:
        """False when the file's name, its sheet's or our hidden sheet names another period or unit.

        Each period and each unit of the file is compared once, at its first line.
        """
        unit, period = self.table.get_cell(row, "unit"), self.table.get_cell(row, "period")
        check = Contradictions(self.facts, self.places, self.result)
        if quarter.code not in self.agreeing:
            self.agreeing[quarter.code] = not check.has_other_period(period, quarter)
        key = f"{reporter} {quarter.code}"
        if key not in self.agreeing:
            self.agreeing[key] = not check.has_other_unit(unit, reporter, quarter)
        return self.agreeing[quarter.code] and self.agreeing[key]


def find_common_unit(reporters: set[str], places: Places, period: str) -> str:
    """The unit a tidy file speaks for: its only reporter, their common district, else the city."""
    if len(reporters) < 2:
        return next(iter(reporters), "")
    day = parse_quarter(period).end
    districts = {
        places.find_place(reporter.partition("-")[2], day).district_code for reporter in reporters
    }
    return districts.pop() if len(districts) == 1 else CITY
