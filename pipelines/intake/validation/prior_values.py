"""Hold what rules look back on: newest accepted values, referral lines and the registers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
#: Field → value of one quarter.
Report = dict[str, int]
#: Quarter index → report, in the order of the quarters.
Reports = dict[int, Report]


@cache
def parse_quarter(code: str) -> Quarter:
    """Parse the quarter `2022-Q3`; raises PeriodError."""
    return periods.parse_period(code).first


@dataclass(frozen=True)
class PriorValues:
    """Hold the newest accepted values report by report, and the referral lines by point.

    Whoever adds values does it by `add_report`, so that a unit's reports stand in order.
    """

    reports: Mapping[str, Reports] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, LineTexts]] = field(default_factory=dict)
    #: Whom a number on a return of a quarter means; the keys of `reports` are units.
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
        reports: dict[str, Reports] = defaultdict(dict)
        for reporter, period, code, value in rows:
            if value is not None:
                add_report(reports[reporter], parse_quarter(period).index, {code: value})
        lines: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for reporter, record, column, text in cells:
            lines[reporter][record][column] = text
        return cls(dict(reports), {point: dict(records) for point, records in lines.items()})

    def get_value(self, number: str, period: str, code: str) -> int | None:
        """Return the newest accepted value under a number; None when nothing was reported."""
        quarter = parse_quarter(period)
        return self.get_report(number, quarter).get(code)

    def get_report(self, number: str, quarter: Quarter) -> Report:
        """Return the newest accepted values under a number; empty when nothing was reported."""
        reports = self.reports.get(self.identify(number, quarter), {})
        return reports.get(quarter.index, {})


def add_report(reports: Reports, index: int, values: Mapping[str, int]) -> None:
    """Set values of a quarter; the reports stay in the order of the quarters."""
    known = reports.get(index)
    if known is not None:
        known.update(values)
        return
    is_between = bool(reports) and index < next(reversed(reports))
    reports[index] = dict(values)
    if is_between:
        ordered = sorted(reports.items())
        reports.clear()
        reports.update(ordered)


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
        if self.index is None:
            return number
        known = self._identified.get((number, quarter))
        if known is None:
            known = self._identified[number, quarter] = self.index.identify(number, quarter)
        return known

    def list_numbers(self, unit: str, quarter: Quarter) -> set[str]:
        """Return the numbers that mean the unit on a return of the quarter."""
        numbers = self.index.list_numbers(unit) if self.index else {unit}
        return {number for number in numbers if self.identify(number, quarter) == unit}

    def has_register(self, reporter: str) -> bool:
        """Is there a register for this kind of reporter at all?"""
        return reporter[:2] in self._letters

    def has_club(self, commune: str, start: date, end: date) -> bool:
        """Had the commune a club on any day from `start` to `end`?"""
        clubs = self._clubs_by_commune.get(commune, ())
        return any(club.is_active_between(start, end) for club in clubs)

    def list_active(self, letter: str, day: date) -> Mapping[str, Sequence[str]]:
        """Map the code of each commune to its teams (D) or points (P) in being on a day."""
        known = self._active.get((letter, day))
        if known is None:
            known = self._active[letter, day] = self._find_active(letter, day)
        return known

    def _find_active(self, letter: str, day: date) -> dict[str, Sequence[str]]:
        if self.index is None:
            return self._find_unplaced(letter, day)
        seated = self.index.list_seated(letter, day)
        by_id = self.index.places.by_id
        # NOTE: a code of a commune that is no more may be another's today.
        return {by_id[p].code: own for p, own in seated.items() if by_id[p].is_valid_on(day)}

    def _find_unplaced(self, letter: str, day: date) -> dict[str, Sequence[str]]:
        active: dict[str, list[str]] = defaultdict(list)
        for reporter, unit in self.units.items():
            if reporter.startswith(f"{letter}-") and unit.is_active_between(day, day):
                active[unit.commune].append(reporter)
        return dict(active)

    @cached_property
    def _active(self) -> dict[tuple[str, date], dict[str, Sequence[str]]]:
        """Keep what `list_active` has found: every workbook of a quarter asks for the same."""
        return {}

    @cached_property
    def _identified(self) -> dict[tuple[str, Quarter], str]:
        """Keep what `identify` has found: every rule between periods asks for the same."""
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
