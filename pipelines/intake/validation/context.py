"""Hold what a rule is given: a reporter's values with their past, or a line of a register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipelines.intake.validation.prior_values import PriorValues, RegisterSnapshot
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
    #: is not known.
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

    def earlier_values(self, code: str) -> dict[int, int]:
        """Map quarter index to value for the quarters before this one, in order."""
        known = self._earlier_cache.get(code)
        if known is None:
            series = self.history.get_series(self.reporter, code)
            known = {index: series[index] for index in sorted(series) if index < self.quarter.index}
            self._earlier_cache[code] = known
        return known

    def previous_value(self, code: str) -> int | None:
        """Return the value one quarter ago."""
        return self.history.get_series(self.reporter, code).get(self.quarter.index - 1)

    def same_quarter_mean(self, code: str) -> float:
        """Return the mean of the quarter in up to three earlier years; 0 when none was reported."""
        series = self.history.get_series(self.reporter, code)
        indices = [self.quarter.index - 4 * years for years in (1, 2, 3)]
        past = [series[index] for index in indices if index in series]
        return sum(past) / len(past) if past else 0.0

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
        total = self.values.get(code)
        series = self.history.get_series(self.reporter, code)
        for index in range(self._year_start, self.quarter.index):
            term = series.get(index)
            if total is None or term is None:
                return None
            total += term
        return total

    @cached_property
    def _earlier_cache(self) -> dict[str, dict[int, int]]:
        """Keep what `earlier_values` has looked up: several rules ask for the same series."""
        return {}

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
