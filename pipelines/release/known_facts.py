"""What is known outside already: earlier releases, and figures published elsewhere.

Neither can be hidden any more, and both help whoever wants to work out a hidden number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines import catalog
from pipelines.errors import CauNoiError
from pipelines.kpi.released_numbers import is_count_of_referrals, name_referral_count
from pipelines.reference.periods import parse_period
from pipelines.reference.published_figures import PublishedFigure, load_published
from pipelines.release.families import CARRIED, Family, find_over_time, join_groups
from pipelines.release.ladder import Step, build_table
from pipelines.release.statistics_table import Link, State, Statistic, StatisticsTable

QUARTERS = 4
_KEY = ("measure", "place_id", "quarter_index")


@dataclass(frozen=True)
class EarlierRelease:
    """An earlier release of a family: its base cells then, its steps, and what it showed."""

    cells: pl.DataFrame
    steps: Step
    #: The state by figure, place and first period.
    states: Mapping[tuple[str, str, str], State]
    districts: Mapping[int, str]

    def choose_years(self, years: Sequence[int]) -> "EarlierRelease":
        """Return what it said of some report years."""
        steps = {key: step for key, step in self.steps.items() if key[1] in years}
        states = {key: state for key, state in self.states.items() if int(key[2][:4]) in years}
        return replace(self, cells=choose_years(self.cells, years), steps=steps, states=states)


def choose_years(cells: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """Return the base cells of some report years."""
    return cells.filter((pl.col("quarter_index") // QUARTERS).is_in(list(years)))


def group_years(family: Family, cells: pl.DataFrame) -> list[tuple[int, ...]]:
    """Return the report years of base cells, those together that something ties to each other.

    Stocks carried into the next year tie all years; a published figure ties those it adds up.
    """
    of_cell = (cells["quarter_index"] // QUARTERS).to_list()
    years = set(of_cell)
    ties = [{of_cell[cell] for cell in one.cells} for one, _ in list_published(family, cells)]
    carried = {opening for opening, _ in CARRIED}
    if carried & set(family.measures):
        ties.append(years)
    return sorted(tuple(sorted(group)) for group in join_groups(years, ties))


def add_known_facts(
    table: StatisticsTable,
    family: Family,
    cells: pl.DataFrame,
    earlier: Sequence[EarlierRelease],
) -> StatisticsTable:
    """Return the table with earlier releases and published figures added to its statistics.

    A base cell that was corrected between two releases counts as two, free of each other.
    """
    union = _Union(table, cells)
    for release in earlier:
        union.add_release(family, release)
    union.add_published(list_published(family, cells))
    return union.make_table()


class _Union:
    """Base cells and statistics of a table, growing by what else is known."""

    def __init__(self, table: StatisticsTable, cells: pl.DataFrame) -> None:
        self.table = table
        keys = [tuple(row) for row in cells.select(*_KEY, "value").iter_rows()]
        #: The number of the base cell for measure, ward, quarter and the value reported.
        self.at: dict[tuple[object, ...], int] = {key: n for n, key in enumerate(keys)}
        self.values = table.values.tolist()
        self.wards = table.wards.tolist()
        self.districts = table.districts.tolist()
        self.years = table.years.tolist()
        self.statistics = list(table.statistics)
        self.equal, self.at_most = list(table.equal), list(table.at_most)
        self.of_cells: dict[tuple[object, ...], int] = {}
        for number, statistic in enumerate(self.statistics):
            self.of_cells[statistic.cells, statistic.minus] = number

    def add_release(self, family: Family, release: EarlierRelease) -> None:
        """Add what a release showed and hid, over the base cells as they were then."""
        past = build_table(family, release.cells, release.districts, release.steps)
        numbers = [self._find_cell(row) for row in release.cells.iter_rows(named=True)]
        for statistic in past.statistics:
            state = release.states.get(statistic.key, State.UNSEEN)
            if statistic.state == State.UNSEEN:
                self._add_statistic(statistic, numbers, State.UNSEEN)
            elif state != State.UNSEEN:
                known = State.HIDDEN if state == State.HIDDEN else State.KNOWN
                self._add_statistic(statistic, numbers, known)
        self.equal += _renumber(past.equal, numbers)
        self.at_most += _renumber(past.at_most, numbers)

    def add_published(self, published: Iterable[tuple[Statistic, int]]) -> None:
        """Add the figures published elsewhere that our base cells add up to."""
        for statistic, value in published:
            if sum(self.values[number] for number in statistic.cells) == value:
                numbers = range(len(self.values))
                self._add_statistic(statistic, numbers, State.KNOWN, is_published=True)

    def make_table(self) -> StatisticsTable:
        return StatisticsTable(
            np.array(self.values, dtype=np.int64),
            np.array(self.wards, dtype=np.int64),
            np.array(self.districts, dtype=np.int64),
            np.array(self.years, dtype=np.int64),
            self.statistics,
            self.equal,
            self.at_most,
        )

    def _find_cell(self, row: Mapping[str, object]) -> int:
        """Return the base cell of a row as it was reported, a new one when it has changed."""
        key = (*(row[name] for name in _KEY), row["value"])
        if key not in self.at:
            self.at[key] = len(self.values)
            self.values.append(row["value"])
            self.wards.append(row["place_nr"])
            self.districts.append(row["district_nr"])
            self.years.append(int(str(row["quarter_index"])) // QUARTERS)
        return self.at[key]

    def _add_statistic(
        self,
        statistic: Statistic,
        numbers: Sequence[int],
        state: State,
        *,
        is_published: bool = False,
    ) -> None:
        cells = tuple(sorted(numbers[cell] for cell in statistic.cells))
        minus = tuple(sorted(numbers[cell] for cell in statistic.minus))
        known = self.of_cells.setdefault((cells, minus), len(self.statistics))
        if known == len(self.statistics):
            self.statistics.append(replace(statistic, cells=cells, minus=minus, state=state))
        elif self.statistics[known].state != State.KNOWN:
            self.statistics[known] = replace(self.statistics[known], state=state)
        if is_published:
            self.statistics[known] = replace(self.statistics[known], is_published=True)


def _renumber(links: Iterable[Link], numbers: Sequence[int]) -> list[Link]:
    found = []
    for link in links:
        left = tuple(numbers[cell] for cell in link.left)
        right = tuple(numbers[cell] for cell in link.right)
        found.append(Link(left, right))
    return found


def list_published(family: Family, cells: pl.DataFrame) -> list[tuple[Statistic, int]]:
    """List the published figures of a family as sums of base cells, each with its number."""
    measure_of: dict[str, str] = {}
    for kpi in catalog.kpis().values():
        if kpi.kind == "sum" and kpi.numerator in family.measures:
            measure_of[kpi.code] = kpi.numerator
        elif is_count_of_referrals(kpi) and not kpi.denominator:
            measure_of[kpi.code] = name_referral_count(kpi.numerator)
    found = []
    for figure in load_published():
        measure = measure_of.get(figure.kpi)
        if measure is None or figure.value is None or figure.qualifier != "=":
            continue
        numbers = _find_members(figure, measure, cells)
        if numbers:
            statistic = Statistic(measure, "city", figure.id, (figure.period,), numbers)
            found.append((statistic, int(figure.value)))
    return found


def _find_members(figure: PublishedFigure, measure: str, cells: pl.DataFrame) -> tuple[int, ...]:
    """Return the base cells a published figure adds up; none for a period that is not ours."""
    try:
        quarters = parse_period(figure.period).quarter_indexes
    except CauNoiError:
        return ()
    if find_over_time(measure) == "last":
        quarters = quarters[-1:]
    chosen = (pl.col("measure") == measure) & pl.col("quarter_index").is_in(list(quarters))
    if figure.places:
        code = pl.col("place_id").str.split("@").list.first()
        chosen &= code.is_in(list(figure.places))
    return tuple(cells.with_row_index("number").filter(chosen)["number"].to_list())
