"""Tables as statistics over base cells: what is counted, what is offered, what is known.

A base cell is one measure, one ward and one quarter: a whole number of people, at least 0. A
statistic is the sum of a set of base cells that the ladder offers, with all the periods it answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

#: All of a whole up to this say something of each of them (9 of 9).
SMALL_WHOLE = 20
#: Wards that stand for a district in a search.
STANDING_WARDS = 3
Level = Literal["city", "district", "ward"]
LEVELS: tuple[Level, ...] = ("city", "district", "ward")
#: The years and districts of a region (None: all), and whether only cells looked at first.
_RegionKey = tuple[frozenset[int] | None, frozenset[int] | None, bool]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class State(IntEnum):
    """What an outsider sees of a statistic."""

    SHOWN = 0
    HIDDEN = 1
    #: Shown before, or published elsewhere: it cannot be hidden any more.
    KNOWN = 2
    #: Never offered, but known to exist: the rest of a whole without one of its parts.
    UNSEEN = 3


@dataclass(frozen=True)
class Statistic:
    """One sum over base cells, `minus` taken away; `periods` are all it answers."""

    figure: str
    level: Level
    #: The code and first day of a ward, the code of a district, nothing for the city.
    place: str
    periods: tuple[str, ...]
    cells: tuple[int, ...]
    minus: tuple[int, ...] = ()
    state: State = State.SHOWN
    #: Known from a figure published elsewhere: it was small before any release was made.
    is_published: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names it in every release: figure, place, and its first period."""
        return self.figure, self.place, self.periods[0]


@dataclass(frozen=True)
class Link:
    """What the form says of one return: the sums of two sets of base cells."""

    left: tuple[int, ...]
    right: tuple[int, ...]


@dataclass(frozen=True)
class Region:
    """Base cells that may differ from the true ones, and everything that binds them.

    A table like the true one is told by its *change*: what is added to each base cell.
    """

    #: The numbers of the base cells, and their true values.
    cells: Integers
    values: Integers
    #: The statistics that touch them: the first rows of `matrix`.
    statistics: Integers
    totals: Integers
    #: Rows over the base cells: the statistics, the equal links, the links of the second kind.
    matrix: Any
    equal_links: int
    #: How far each link of the second kind may rise.
    slack: Integers

    @cached_property
    def split_matrix(self) -> Any:
        """Return the rows over the rise, then over the fall of every base cell."""
        return sparse.hstack([self.matrix, -self.matrix], format="csc")

    @cached_property
    def program_matrix(self) -> Any:
        """Return the same rows, then what is taken from and given back to every statistic."""
        extra = sparse.eye(self.matrix.shape[0], len(self.statistics), format="csc")
        return sparse.hstack([self.split_matrix, -extra, extra], format="csc")

    def bound_rows(self, least: Floats, most: Floats) -> tuple[Floats, Floats]:
        """Return the bounds of all rows: those given for the statistics, then the links'."""
        equal = np.zeros(self.equal_links)
        below = np.full(len(self.slack), -np.inf)
        return (
            np.concatenate([least, equal, below]),
            np.concatenate([most, equal, self.slack.astype(float)]),
        )


@dataclass
class StatisticsTable:
    """All statistics that must be protected together, with the base cells they are sums of."""

    #: The true number of people in each base cell.
    values: Integers
    #: For each base cell the number of its ward, its district and its report year.
    wards: Integers
    districts: Integers
    years: Integers
    statistics: Sequence[Statistic]
    #: Links whose two sides are equal, and links whose left side is at most the right.
    equal: Sequence[Link] = field(default_factory=tuple)
    at_most: Sequence[Link] = field(default_factory=tuple)
    _regions: dict[_RegionKey, Region] = field(default_factory=dict)

    @cached_property
    def matrix(self) -> Any:
        """Return the sparse matrix of statistics over base cells, entries 1 and -1."""
        pairs = [(statistic.cells, statistic.minus) for statistic in self.statistics]
        return make_matrix(pairs, len(self.values)).tocsr()

    @cached_property
    def totals(self) -> Integers:
        """Return the true number of every statistic."""
        return np.asarray(self.matrix @ self.values, dtype=np.int64)

    @cached_property
    def columns(self) -> Any:
        """Return the same matrix by columns, to take out the base cells of a region."""
        return self.matrix.tocsc()

    @cached_property
    def equal_matrix(self) -> Any:
        pairs = [(link.left, link.right) for link in self.equal]
        return make_matrix(pairs, len(self.values)).tocsc()

    @cached_property
    def at_most_matrix(self) -> Any:
        pairs = [(link.left, link.right) for link in self.at_most]
        return make_matrix(pairs, len(self.values)).tocsc()

    def initial_states(self) -> Integers:
        """Return the state every statistic begins with."""
        return np.array([statistic.state for statistic in self.statistics], dtype=np.int64)

    def find_zero_cells(self, states: Integers) -> Flags:
        """Return for every base cell whether a number shown as 0 says that it is 0."""
        is_zero = (self.totals == 0) & ((states == State.SHOWN) | (states == State.KNOWN))
        touched = self.matrix[np.flatnonzero(is_zero)]
        found = np.zeros(len(self.values), dtype=bool)
        found[touched.indices] = True
        is_none: Flags = self.values == 0
        return np.logical_and(found, is_none)

    def list_insiders(self, target: int) -> list[tuple[Integers, set[int]]]:
        """List whose exact figures may be known: districts, then wards of the target's own.

        A ward of another district is left out: whoever knows that district knows the ward. So is
        the unit whose own number the target is.
        """
        members = self.matrix[target].indices
        own_wards = set(self.wards[members].tolist())
        own_districts = set(self.districts[members].tolist())
        districts = set(np.unique(self.districts).tolist())
        if len(own_districts) > 1:
            return [(self.districts, districts)]
        near = self.wards[np.isin(self.districts, list(own_districts))]
        wards = set(np.unique(near).tolist())
        if len(own_wards) == 1:
            wards -= own_wards
        return [(self.districts, districts - own_districts), (self.wards, wards)]

    def list_regions(self, target: int) -> Iterator[Region]:
        """Yield ever larger regions in which a table like the true one may be found.

        The district and year of a statistic, its year, and all: what a smaller region proves,
        a larger one proves as well. A district's own number cannot move inside the district.
        """
        cells = self.matrix[target].indices
        years = frozenset(self.years[cells].tolist())
        districts = frozenset(self.districts[cells].tolist())
        keys: list[_RegionKey] = [(years, None, True), (years, None, False), (None, None, False)]
        if self.statistics[target].level == "ward":
            keys.insert(0, (years, districts, True))
        seen = 0
        for key in keys:
            region = self.find_region(key)
            size = len(region.cells)
            if size > seen:
                seen = size
                yield region

    def find_region(self, key: _RegionKey) -> Region:
        """Return the region of years and districts (None: of all), kept for the next question.

        The third part of the key: only the base cells that are looked at first.
        """
        if key not in self._regions:
            years, districts, only_movable = key
            mask = np.ones(len(self.values), dtype=bool)
            if years is not None:
                mask &= np.isin(self.years, list(years))
            if districts is not None:
                mask &= np.isin(self.districts, list(districts))
            if only_movable:
                mask &= self.movable
            self._regions[key] = self._make_region(np.flatnonzero(mask))
        return self._regions[key]

    @property
    def everywhere(self) -> Region:
        """Return the region of all base cells."""
        return self.find_region((None, None, False))

    def _make_region(self, cells: Integers) -> Region:
        part = self.columns[:, cells]
        statistics = np.unique(part.indices)
        equal = _drop_empty(self.equal_matrix[:, cells])
        at_most = self.at_most_matrix[:, cells].tocsr()
        bound = np.flatnonzero(np.diff(at_most.indptr))
        return Region(
            cells=cells,
            values=self.values[cells],
            statistics=statistics,
            totals=self.totals[statistics],
            matrix=sparse.vstack([part.tocsr()[statistics], equal, at_most[bound]], format="csc"),
            equal_links=equal.shape[0],
            slack=-(self.at_most_matrix @ self.values)[bound],
        )

    @cached_property
    def movable(self) -> Flags:
        """Return the base cells that are looked at first: all wards that are offered, else a few.

        Where no number of a ward is offered, three wards of a district stand for all of it.
        """
        by_ward = [number for number, one in enumerate(self.statistics) if one.level == "ward"]
        found = np.zeros(len(self.values), dtype=bool)
        found[self.matrix[by_ward].indices] = True
        sums: dict[tuple[int, int, int], int] = {}
        keys = list(
            zip(self.districts.tolist(), self.years.tolist(), self.wards.tolist(), strict=True)
        )
        for key, value in zip(keys, self.values.tolist(), strict=True):
            sums[key] = sums.get(key, 0) + value
        taken: dict[tuple[int, int], list[int]] = {}
        for district, year, ward in sorted(sums, key=lambda key: -sums[key]):
            wards = taken.setdefault((district, year), [])
            if len(wards) < STANDING_WARDS:
                wards.append(ward)
        for number, (district, year, ward) in enumerate(keys):
            found[number] |= ward in taken[district, year]
        return found


def make_matrix(pairs: Sequence[tuple[Sequence[int], Sequence[int]]], width: int) -> Any:
    """Make a sparse matrix with a row for each pair: 1 at the first cells, -1 at the second."""
    rows: list[int] = []
    columns: list[int] = []
    signs: list[int] = []
    for number, (plus, minus) in enumerate(pairs):
        rows += [number] * (len(plus) + len(minus))
        columns += [*plus, *minus]
        signs += [1] * len(plus) + [-1] * len(minus)
    return sparse.coo_matrix((signs, (rows, columns)), shape=(len(pairs), width))


def is_small(totals: Integers, threshold: int | Integers) -> Flags:
    """Return which numbers of people are too small to be shown: 1 up to below the threshold."""
    return np.logical_and(totals >= 1, totals < threshold)


def _drop_empty(rows: Any) -> Any:
    """Return the rows that are not empty."""
    over = rows.tocsr()
    return over[np.flatnonzero(np.diff(over.indptr))]


def list_revealing(table: StatisticsTable, threshold: int) -> list[tuple[int, int]]:
    """List the rests that are 0, each with its part: all of a small whole are in the part."""
    at = {statistic.cells: number for number, statistic in enumerate(table.statistics)}
    found = []
    for number, statistic in enumerate(table.statistics):
        if statistic.state != State.UNSEEN or table.totals[number] != 0:
            continue
        part = at.get(statistic.minus)
        if part is not None and threshold <= table.totals[part] <= SMALL_WHOLE:
            found.append((number, part))
    return found
