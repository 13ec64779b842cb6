"""The fixed ladder of tables: which sums of base cells a release offers.

Fewer overlapping tables hide less and give away less: what may be filtered is chosen from these.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from pipelines.reference.periods import Quarter
from pipelines.release.families import CARRIED, Family, Relation, find_form, find_over_time
from pipelines.release.statistics_table import Level, Link, State, Statistic, StatisticsTable

#: Spans of a report year, named by their kind: the quarters they cover.
SPANS: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "quarter": ((1,), (2,), (3,), (4,)),
    "half": ((1, 2), (3, 4)),
    "so_far": ((1, 2), (1, 2, 3)),
    "year": ((1, 2, 3, 4),),
}
#: From the finest step to the coarsest; each says for every level which spans are offered.
STEPS: tuple[Mapping[Level, tuple[str, ...]], ...] = (
    {
        "city": ("quarter", "half", "so_far", "year"),
        "district": ("quarter", "half", "year"),
        "ward": ("year",),
    },
    {"city": ("quarter", "half", "so_far", "year"), "district": ("quarter", "half", "year")},
    {"city": ("quarter", "half", "so_far", "year"), "district": ("year",)},
    {"city": ("quarter", "half", "so_far", "year")},
    {"city": ("year",)},
    {},
)
#: Counselling points are few: they begin with districts by year.
FIRST_STEP = {"A": 0, "B": 2, "C": 2}
#: A city total below this in a year is too small for quarters of districts or for wards.
SMALL_CITY_TOTAL = 120

Step = Mapping[tuple[str, int], int]


class _Cell(NamedTuple):
    """Where one base cell stands: `number` is its position in the table."""

    number: int
    measure: str
    place: int
    place_id: str
    district: int
    year: int
    quarter: int


@dataclass
class _Collection:
    """Statistics found so far, each set of base cells once."""

    periods: dict[tuple[str, Level, str, tuple[int, ...]], list[str]]

    def add(self, figure: str, level: Level, place: str, cells: Iterable[int], code: str) -> None:
        key = (figure, level, place, tuple(sorted(cells)))
        self.periods.setdefault(key, []).append(code)

    def list_statistics(self) -> list[Statistic]:
        return [
            Statistic(figure, level, place, tuple(codes), cells)
            for (figure, level, place, cells), codes in self.periods.items()
        ]


def first_steps(family: Family, cells: pl.DataFrame) -> dict[tuple[str, int], int]:
    """Return the step every measure and year of a family begins with."""
    steps: dict[tuple[str, int], int] = {}
    years = cells.with_columns(year=_YEAR)
    totals = years.group_by("measure", "year").agg(pl.col("value").sum()).rows()
    for measure, year, total in totals:
        first = FIRST_STEP[find_form(measure)]
        steps[measure, year] = max(first, 2) if total < SMALL_CITY_TOTAL else first
    return dict(sorted(steps.items()))


_YEAR = pl.col("quarter_index").floordiv(4).cast(pl.Int64)


def build_table(
    family: Family, cells: pl.DataFrame, districts: Mapping[int, str], steps: Step
) -> StatisticsTable:
    """Build the table of a family from its base cells.

    `cells`: measure, place_nr, place_id, district_nr, quarter_index, value; `districts`: the code
    of each district's number.
    """
    found = [
        _Cell(number, measure, place, place_id, district, *_split_quarter(quarter))
        for number, (measure, place, place_id, district, quarter, _) in enumerate(cells.iter_rows())
    ]
    statistics = _list_offered(found, districts, steps)
    equal, at_most = _list_links(family.relations, found, cells["value"].to_numpy())
    shares = _list_rests(family.relations, statistics)
    return StatisticsTable(
        values=cells["value"].to_numpy().astype(np.int64),
        wards=cells["place_nr"].to_numpy().astype(np.int64),
        districts=cells["district_nr"].to_numpy().astype(np.int64),
        years=np.array([cell.year for cell in found], dtype=np.int64),
        statistics=[*statistics, *shares],
        equal=equal,
        at_most=at_most,
    )


def _split_quarter(index: int) -> tuple[int, int]:
    quarter = Quarter(index)
    return quarter.year, quarter.number


def _list_offered(cells: list[_Cell], districts: Mapping[int, str], steps: Step) -> list[Statistic]:
    """List the statistics that the step of each measure and year offers."""
    by_year: dict[tuple[str, int], list[_Cell]] = defaultdict(list)
    for cell in cells:
        by_year[cell.measure, cell.year].append(cell)
    place_of: dict[Level, Callable[[_Cell], str]] = {
        "city": lambda cell: "",
        "district": lambda cell: districts.get(cell.district, ""),
        "ward": lambda cell: cell.place_id,
    }
    collection = _Collection({})
    for (measure, year), own in by_year.items():
        for level, kinds in STEPS[steps[measure, year]].items():
            groups: dict[str, list[_Cell]] = defaultdict(list)
            for cell in own:
                groups[place_of[level](cell)].append(cell)
            for place, members in groups.items():
                # NOTE: after the districts were abolished a commune belongs to none.
                if place or level == "city":
                    _add_spans(collection, (measure, level, place), members, kinds, year)
    return collection.list_statistics()


def _add_spans(
    collection: _Collection,
    name: tuple[str, Level, str],
    members: list[_Cell],
    kinds: tuple[str, ...],
    year: int,
) -> None:
    over_time = find_over_time(name[0])
    for kind in kinds:
        for number, quarters in enumerate(SPANS[kind], start=1):
            if over_time == "none" and kind != "quarter":
                continue
            counted = quarters[-1:] if over_time == "last" else quarters
            own = [cell.number for cell in members if cell.quarter in counted]
            if own:
                collection.add(*name, own, name_span(year, kind, number, quarters))


def name_span(year: int, kind: str, number: int, quarters: tuple[int, ...]) -> str:
    """Return the code of a span of a report year: 2022-Q3, 2022-H1, 2022-Q1..2022-Q3, 2022-Y."""
    if kind == "year":
        return f"{year}-Y"
    if kind == "so_far":
        return f"{year}-Q1..{year}-Q{quarters[-1]}"
    return f"{year}-{'Q' if kind == 'quarter' else 'H'}{number}"


_At = dict[tuple[str, int, int, int], int]


def _list_links(
    relations: Iterable[Relation], cells: list[_Cell], values: np.ndarray
) -> tuple[list[Link], list[Link]]:
    """List what every return obeys; a relation that a return breaks says nothing of it."""
    at = _index_cells(cells)
    returns = sorted({(cell.place, cell.year, cell.quarter) for cell in cells})
    equal: list[Link] = []
    at_most: list[Link] = []
    for relation in relations:
        for one in returns:
            left, right = _find_cells(at, relation.left, one), _find_cells(at, relation.right, one)
            gap = int(values[list(right)].sum() - values[list(left)].sum())
            is_kept = gap == 0 if relation.is_equal else gap >= 0
            if left and right and is_kept:
                (equal if relation.is_equal else at_most).append(Link(left, right))
    return [*equal, *_list_carried(at, returns, values)], at_most


def _index_cells(cells: list[_Cell]) -> _At:
    at: _At = {}
    for cell in cells:
        at[cell.measure, cell.place, cell.year, cell.quarter] = cell.number
    return at


def _find_cells(at: _At, codes: Iterable[str], one: tuple[int, int, int]) -> tuple[int, ...]:
    """Return the base cells of some measures in one return."""
    return tuple(at[code, *one] for code in codes if (code, *one) in at)


def _list_carried(
    at: _At, returns: list[tuple[int, int, int]], values: np.ndarray
) -> Iterable[Link]:
    """Yield the stocks that open a quarter as they closed the one before."""
    for opening, closing in CARRIED:
        for ward, year, quarter in returns:
            before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
            now, past = at.get((opening, ward, year, quarter)), at.get((closing, ward, *before))
            if now is not None and past is not None and values[now] == values[past]:
                yield Link((now,), (past,))


def _list_rests(relations: Iterable[Relation], statistics: list[Statistic]) -> list[Statistic]:
    """List the rest of every whole without a part: never offered, small as a number can be."""
    at = {(one.figure, one.place, one.periods[-1]): one for one in statistics}
    rests = []
    for relation in relations:
        if relation.is_equal:
            continue
        part_code, whole_code = relation.left[0], relation.right[0]
        for (figure, place, period), part in at.items():
            whole = at.get((whole_code, place, period))
            if figure == part_code and whole is not None:
                rests.append(
                    Statistic(
                        f"{whole_code}-{part_code}",
                        part.level,
                        place,
                        (period,),
                        whole.cells,
                        part.cells,
                        State.UNSEEN,
                    )
                )
    return rests
