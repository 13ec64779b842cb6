"""Hold what a rule is given: a reporter's values with their past, or a line of a register."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipelines.intake.validation.prior_values import (
    PriorValues,
    RegisterSnapshot,
    Report,
    Reports,
    Series,
)
from pipelines.reference.periods import Quarter


@dataclass(frozen=True)
class RegisterLine:
    """Hold one line of a register by column: dates are ISO, several choices joined by `;`."""

    register: str
    reporter: str
    record: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def get_text(self, column: str) -> str:
        return self.texts.get(column, "")

    def get_date(self, column: str) -> date | None:
        """Return the date of a column; None when blank or unreadable (the parser has said so)."""
        try:
            return date.fromisoformat(self.get_text(column))
        except ValueError:
            return None

    def get_integer(self, column: str) -> int | None:
        text = self.get_text(column)
        return int(text) if text.isdecimal() else None


@dataclass(frozen=True)
class ReportContext:
    """Hold a reporter's quarter: the values just sent and everything accepted before.

    `reporter` is the unit of the registers, `number` what the return calls it, if that differs.
    """

    reporter: str
    form: str
    quarter: Quarter
    values: Mapping[str, int | None]
    history: PriorValues = field(default_factory=PriorValues)
    registers: RegisterSnapshot = field(default_factory=RegisterSnapshot)
    team_size: tuple[int, int] = (5, 10)
    #: The Form C lines of this return; `has_form_c` tells no lines from no Form C.
    lines: Sequence[RegisterLine] = ()
    has_form_c: bool = False
    #: By field, how the whole district compares with the same quarter of earlier years; 1 where it
    #: is not known. The reports of one district share it: it is filled before the rules run.
    district_shift: Mapping[str, float] = field(default_factory=dict)
    number: str = ""

    @property
    def commune(self) -> str:
        """Return the commune code of the unit in this quarter: the register's, or its number's."""
        index = self.registers.index
        unit = index.units.get(self.reporter) if index else None
        if unit:
            return unit.find_seat(self.quarter.end).commune
        return (self.number or self.reporter)[2:7]

    def earlier_values(self, code: str) -> Series:
        """Map quarter index to value for the quarters before this one, in order."""
        return {index: own[code] for index, own in self.earlier_reports.items() if code in own}

    def list_earlier(self, codes: Sequence[str]) -> list[Sequence[int]]:
        """Return for each field its values in the quarters before this one, in order."""
        rows = [map(report.get, codes) for report in self.earlier_reports.values()]
        if not rows:
            return [()] * len(codes)
        series: list[Sequence[int]] = []
        for column in zip(*rows, strict=True):
            series.append([value for value in column if value is not None])
        return series

    @cached_property
    def earlier_reports(self) -> Reports:
        """Map quarter index to report for the quarters before this one, in order."""
        own, now = self._own_reports, self.quarter.index
        if not own or next(reversed(own)) < now:
            return own
        return {index: report for index, report in own.items() if index < now}

    def previous_value(self, code: str) -> int | None:
        """Return the value one quarter ago."""
        return self.previous_values.get(code)

    @cached_property
    def previous_values(self) -> Report:
        """Map each field reported one quarter ago to its value."""
        return self._own_reports.get(self.quarter.index - 1, {})

    def same_quarter_mean(self, code: str) -> float:
        """Return the mean of the quarter in up to three earlier years; 0 when none was reported."""
        return self.same_quarter_means.get(code, 0.0)

    def expected_value(self, code: str) -> float:
        """Return that mean, moved as the whole district moved."""
        return self.same_quarter_mean(code) * self.district_shift.get(code, 1.0)

    def sum_year_to_date(self, *codes: str) -> list[int] | None:
        """Return each field's sum since the start of the report year.

        None when a quarter of the unit's life in it is missing.
        """
        sums = []
        for code in codes:
            total = self._sum_field(code)
            if total is None:
                return None
            sums.append(total)
        return sums

    def _sum_field(self, code: str) -> int | None:
        value, earlier = self.values.get(code), self.sum_earlier_in_year(code)
        return None if value is None or earlier is None else value + earlier

    def sum_earlier_in_year(self, code: str) -> int | None:
        """Return the field's sum over the year's earlier quarters; None when one is missing."""
        return self._sums_in_year.get(code) if self._reports_of_year else 0

    @cached_property
    def _sums_in_year(self) -> Report:
        """Map each field reported in every earlier quarter of the year to its sum."""
        first, *others = self._reports_of_year
        sums = first
        for report in others:
            sums = {code: total + report[code] for code, total in sums.items() if code in report}
        return sums

    @cached_property
    def _own_reports(self) -> Reports:
        return self.history.reports.get(self.reporter, {})

    @cached_property
    def same_quarter_means(self) -> Mapping[str, float]:
        """Map each field reported in the quarter of up to three earlier years to the mean."""
        quarters = [self.quarter.index - 4 * years for years in (1, 2, 3)]
        values: dict[str, list[int]] = defaultdict(list)
        for index in quarters:
            for code, value in self._own_reports.get(index, {}).items():
                values[code].append(value)
        return {code: sum(past) / len(past) for code, past in values.items()}

    @cached_property
    def _reports_of_year(self) -> list[Report]:
        """Return the reports of the year's earlier quarters; an empty one where there is none."""
        own = self._own_reports
        return [own.get(index, {}) for index in range(self._year_start, self.quarter.index)]

    @cached_property
    def _year_start(self) -> int:
        """Return the index of the year's first quarter, or of the one the unit began in."""
        first = Quarter.from_number(self.quarter.year, 1).index
        unit = self.registers.units.get(self.reporter)
        if unit is None or unit.valid_from is None:
            return first
        return max(first, Quarter.containing(unit.valid_from).index)


#: A field's value in each report; None where it is missing.
Column = list[int | None]


class ReportColumns:
    """Hold reports of one form, their values field by field."""

    def __init__(self, contexts: Sequence[ReportContext]) -> None:
        self.contexts = contexts
        self._columns: dict[str, Column] = {}

    def get_column(self, code: str) -> Column:
        """Return a field's value in each report; None where it is missing."""
        column = self._columns.get(code)
        if column is None:
            column = self._columns[code] = [r.values.get(code) for r in self.contexts]
        return column

    def select_complete(self, codes: Sequence[str]) -> tuple[Sequence[int], list[Column]]:
        """Return the places of the reports that have all of these fields, and their columns."""
        columns = [self.get_column(code) for code in codes]
        if not any(None in column for column in columns):
            return range(len(self.contexts)), columns
        rows = zip(*columns, strict=True)
        places = [at for at, row in enumerate(rows) if None not in row]
        return places, [[column[at] for at in places] for column in columns]


@dataclass(frozen=True)
class RegisterContext:
    """Hold what a line stands in: its register's lines, the period's end, registers and ledger."""

    lines: Sequence[RegisterLine]
    end: date
    today: date
    history: PriorValues = field(default_factory=PriorValues)
    registers: RegisterSnapshot = field(default_factory=RegisterSnapshot)
