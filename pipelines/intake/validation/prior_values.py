"""Hold what rules look back on: newest accepted values, referral lines and the registers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from pipelines.reference import periods
from pipelines.reference.periods import Quarter
from pipelines.reference.unit_seats import UnitIndex

#: Texts of one register line by column.
LineTexts = Mapping[str, str]
#: Quarter index → value, in the order of the quarters.
Series = dict[int, int]
_NO_SERIES: Series = {}


@cache
def parse_quarter(code: str) -> Quarter:
    """Parse the quarter `2022-Q3`; raises PeriodError."""
    return periods.parse_period(code).first


@dataclass(frozen=True)
class PriorValues:
    """Hold the newest accepted values by reporter and field, and the referral lines by point.

    Whoever adds a value does it by `add_to_series`, so that every series stands in order.
    """

    values: Mapping[str, Mapping[str, Series]] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, LineTexts]] = field(default_factory=dict)
    #: Whom a number on a return of a quarter means; the keys of `values` are units.
    identify: Callable[[str, Quarter], str] = lambda number, quarter: number

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[str, str, str, int | None]],
        cells: Iterable[tuple[str, str, str, str]] = (),
    ) -> "PriorValues":
        """Build the values of past returns and their referral lines.

        `rows` hold reporter, period, field and value; `cells`, of form C, reporter, record, column
        and text.
        """
        values: dict[str, dict[str, Series]] = defaultdict(dict)
        for reporter, period, code, value in rows:
            if value is not None:
                series = values[reporter].setdefault(code, {})
                add_to_series(series, parse_quarter(period).index, value)
        lines: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for reporter, record, column, text in cells:
            lines[reporter][record][column] = text
        return cls(dict(values), {point: dict(records) for point, records in lines.items()})

    def get_value(self, number: str, period: str, code: str) -> int | None:
        """Return the newest accepted value under a number; None when nothing was reported."""
        quarter = parse_quarter(period)
        return self.get_series(self.identify(number, quarter), code).get(quarter.index)

    def get_series(self, unit: str, code: str) -> Series:
        """Map quarter index to value, for every quarter the unit reported."""
        return self.values.get(unit, {}).get(code, _NO_SERIES)


def add_to_series(series: Series, index: int, value: int) -> None:
    """Set the value of a quarter; the series stays in the order of the quarters."""
    is_between = bool(series) and index not in series and index < next(reversed(series))
    series[index] = value
    if is_between:
        ordered = sorted(series.items())
        series.clear()
        series.update(ordered)


@dataclass(frozen=True)
class RegisteredUnit:
    """Describe a team, point or club; no valid_from means "before our records"."""

    commune: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_active_between(self, start: date, end: date) -> bool:
        """Was it in being on any day from `start` to `end`?"""
        began = self.valid_from or start
        ended = self.valid_to or end
        return began <= end and ended >= start


@dataclass(frozen=True)
class RegisterSnapshot:
    """Hold the registers as of the ledger; an empty register is not yet loaded."""

    #: Teams and points by reporter id.
    units: Mapping[str, RegisteredUnit] = field(default_factory=dict)
    clubs: tuple[RegisteredUnit, ...] = ()
    #: Is this commune code in force on this day?
    is_commune_in_force: Callable[[str, date], bool] = lambda code, day: True
    #: Whom numbers mean and where units sat, for every register; None where none is loaded.
    index: UnitIndex | None = None

    def identify(self, number: str, quarter: Quarter) -> str:
        """Return the unit that a number on a return of the quarter means."""
        return self.index.identify(number, quarter) if self.index else number

    def has_register(self, reporter: str) -> bool:
        """Is there a register for this kind of reporter at all?"""
        return reporter[:2] in self._letters

    def has_club(self, commune: str, start: date, end: date) -> bool:
        """Had the commune a club on any day from `start` to `end`?"""
        clubs = self._clubs_by_commune.get(commune, ())
        return any(club.is_active_between(start, end) for club in clubs)

    def list_active(self, letter: str, day: date) -> Mapping[str, str]:
        """Map the commune of each team (D) or point (P) in being on a day to its id."""
        known = self._active.get((letter, day))
        if known is None:
            known = self._active[letter, day] = self._find_active(f"{letter}-", day)
        return known

    def _find_active(self, beginning: str, day: date) -> dict[str, str]:
        active: dict[str, str] = {}
        for reporter, unit in self.units.items():
            if reporter.startswith(beginning) and unit.is_active_between(day, day):
                active[unit.commune] = reporter
        return active

    @cached_property
    def _active(self) -> dict[tuple[str, date], dict[str, str]]:
        """Keep what `list_active` has found: every workbook of a quarter asks for the same."""
        return {}

    @cached_property
    def _letters(self) -> frozenset[str]:
        return frozenset(unit[:2] for unit in self.units)

    @cached_property
    def _clubs_by_commune(self) -> dict[str, list[RegisteredUnit]]:
        clubs: dict[str, list[RegisteredUnit]] = defaultdict(list)
        for club in self.clubs:
            clubs[club.commune].append(club)
        return clubs
