"""Small tables with answers one can add in the head, and published ones with known answers."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from pipelines.release.statistics_table import State, Statistic, StatisticsTable


def make_table(
    values: Sequence[int],
    sums: Mapping[str, Sequence[int]],
    hidden: Collection[str] = (),
    *,
    districts: Sequence[int] | None = None,
    cities: Collection[str] = (),
) -> StatisticsTable:
    """Make a table of named sums over base cells, each a ward of its own in one year."""
    statistics = []
    for name, cells in sums.items():
        state = State.HIDDEN if name in hidden else State.SHOWN
        level = "city" if name in cities else "ward" if len(cells) == 1 else "district"
        statistics.append(Statistic("f", level, name, ("y",), tuple(cells), state=state))
    count = len(values)
    return StatisticsTable(
        values=np.array(values),
        wards=np.arange(count),
        districts=np.array(districts or [0] * count),
        years=np.zeros(count, dtype=np.int64),
        statistics=statistics,
    )


def number_of(table: StatisticsTable, name: str) -> int:
    """The number of the statistic with a name."""
    return next(n for n, one in enumerate(table.statistics) if one.place == name)


def geurts() -> StatisticsTable:
    """Rows 7 and 3, columns 6 and 4, all four cells hidden (Handbook on SDC, 4, example 3)."""
    sums = {"x11": [0], "x12": [1], "x21": [2], "x22": [3]}
    margins = {"r1": [0, 1], "r2": [2, 3], "c1": [0, 2], "c2": [1, 3]}
    return make_table([5, 2, 1, 2], {**sums, **margins}, sums)


def linked_tables(hidden: str, *, by_size: bool) -> StatisticsTable:
    """The linked tables of sdcTable's tests: regions in two counties, and by size."""
    sums: dict[str, Sequence[int]] = {name: [n] for n, name in enumerate("ABIJKLMN")}
    sums |= {"county-1": range(4), "county-2": range(4, 8), "all": range(8)}
    if by_size:
        sums |= {"small": [0, 1, 2, 3, 4, 7], "big": [5, 6]}
    return make_table([2, 2, 8, 8, 3, 3, 3, 7], sums, hidden, cities=["all"])


def age_by_country(hidden: Collection[str]) -> StatisticsTable:
    """The first table of GaussSuppression's vignette on small counts: age by country, 20 people."""
    names = [f"{age}-{land}" for age in ("young", "old") for land in ("is", "pt", "es")]
    sums: dict[str, Sequence[int]] = {name: [n] for n, name in enumerate(names)}
    sums |= {"young": [0, 1, 2], "old": [3, 4, 5], "is": [0, 3], "pt": [1, 4], "es": [2, 5]}
    return make_table([2, 0, 5, 3, 4, 6], {**sums, "all": range(6)}, hidden, cities=["all"])


def districts_of_wards(seed: int) -> StatisticsTable:
    """Six districts of six wards with few people each: wards, districts and the city."""
    chance = np.random.default_rng(seed)
    values = chance.choice([0, 1, 2, 3, 6, 8, 12, 20], size=36).tolist()
    sums: dict[str, Sequence[int]] = {f"ward-{n}": [n] for n in range(36)}
    for district in range(6):
        sums[f"district-{district}"] = range(6 * district, 6 * district + 6)
    places = [n // 6 for n in range(36)]
    return make_table(values, {**sums, "all": range(36)}, districts=places, cities=["all"])
