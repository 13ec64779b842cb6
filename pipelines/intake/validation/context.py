"""Hold what a rule is given: a reporter's values with their past, or a line of a register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot, Series
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
        series = self._own_series.get(code)
        if not series:
            return {}
        if next(reversed(series)) < self.quarter.index:
            return series
        return {index: value for index, value in series.items() if index < self.quarter.index}

    def previous_value(self, code: str) -> int | None:
        """Return the value one quarter ago."""
        return self.previous_values.get(code)

    @cached_property
    def previous_values(self) -> dict[str, int]:
        """Map each field reported one quarter ago to its value."""
        before = self.quarter.index - 1
        return {code: own[before] for code, own in self._own_series.items() if before in own}

    def same_quarter_mean(self, code: str) -> float:
        """Return the mean of the quarter in up to three earlier years; 0 when none was reported."""
        return self._same_quarter_means.get(code, 0.0)

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
        series = self._own_series.get(code) or {}
        total = 0
        for index in self._earlier_in_year:
            term = series.get(index)
            if term is None:
                return None
            total += term
        return total

    @cached_property
    def _own_series(self) -> Mapping[str, Series]:
        return self.history.values.get(self.reporter, {})

    @cached_property
    def _same_quarter_means(self) -> dict[str, float]:
        """Map each field reported in the quarter of up to three earlier years to the mean."""
        quarters = [self.quarter.index - 4 * years for years in (1, 2, 3)]
        means: dict[str, float] = {}
        for code, series in self._own_series.items():
            past = [series[index] for index in quarters if index in series]
            if past:
                means[code] = sum(past) / len(past)
        return means

    @cached_property
    def _earlier_in_year(self) -> range:
        return range(self._year_start, self.quarter.index)

    @cached_property
    def _year_start(self) -> int:
        """Return the index of the year's first quarter, or of the one the unit began in."""
        first = Quarter.from_number(self.quarter.year, 1).index
        unit = self.registers.units.get(self.reporter)
        if unit is None or unit.valid_from is None:
            return first
        return max(first, Quarter.containing(unit.valid_from).index)


@dataclass(frozen=True)
class RegisterContext:
    """Hold what a line stands in: its register's lines, the period's end, registers and ledger."""

    lines: Sequence[RegisterLine]
    end: date
    today: date
    history: PriorValues = field(default_factory=PriorValues)
    registers: RegisterSnapshot = field(default_factory=RegisterSnapshot)
