"""Numbers for figures: one row per figure, bucket of time and group of places.

A figure is known here by its number in the question; its number, its bucket's and its group's are
the key of a row.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field, Kpi
from pipelines.kpi.query import KpiTerm, kpi_terms
from pipelines.kpi.query_grid import Grid
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.reference import targets
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Span

#: Columns every evaluation gives; a figure without rows for a group has nothing reported there.
KEY = ["figure", "bucket", "place_group"]
_OVER_TIME = {"last": 1, "any": 2}
_SIDE = {"numerator": 0, "denominator": 1}

Asked = Mapping[int, Kpi]
#: One figure in one bucket with the measures it stands on there.
_Part = tuple[int, Kpi, int, list[KpiTerm]]


def evaluate_measures(store: WarehouseReader, figures: Asked, grid: Grid) -> pl.DataFrame:
    """Evaluate sums and ratios over measures, and referrals that `is_in_totals`.

    Columns: KEY, numerator, denominator, qualifier, estimate. Whole districts are read from the
    totals of the build where these hold the answer, the rest is added from cells.
    """
    totalled: list[_Part] = []
    rest: list[_Part] = []
    for part in _list_parts(figures, grid.buckets):
        parts = totalled if _is_totalled(part, grid) else rest
        parts.append(part)
    answers = []
    for buckets, totals in _group_alike(store, totalled, grid).items():
        answers.append(_add_totals(store, totals, buckets, grid))
    if rest:
        parameters = {
            **_term_parameters_by_bucket(store, rest, grid),
            **grid.time_parameters("is_last"),
            **grid.place_parameters(reporter="reporter_nr"),
        }
        answers.append(store.query_numbers("measures", parameters))
    return pl.concat(answers)


def _list_parts(figures: Asked, buckets: Sequence[Span]) -> Iterator[_Part]:
    for number, kpi in figures.items():
        for index, bucket in enumerate(buckets):
            terms = kpi_terms(kpi, bucket) if kpi.kind in ("sum", "ratio") else []
            yield number, kpi, index, terms


def is_in_totals(kpi: Kpi, grid: Grid) -> bool:
    """Are a figure's referrals counted by quarter and district already?

    People and medians do not add over time.
    """
    return _has_single_quarters(kpi, grid) and not kpi.numerator.startswith("days_")


def _has_single_quarters(kpi: Kpi, grid: Grid) -> bool:
    single = all(len(bucket) == 1 for bucket in grid.buckets)
    return single and _has_own_total(kpi, grid)


def _has_own_total(kpi: Kpi, grid: Grid) -> bool:
    """Does the build hold a total of the KPI itself for every group of the grid?"""
    return grid.has_totals and catalog.kpis().get(kpi.code) is kpi


def _is_totalled(part: _Part, grid: Grid) -> bool:
    """Do the totals of the build answer the part?

    They hold one quarter of anything, stocks, and any span of one measure that adds up.
    """
    _, kpi, bucket, terms = part
    if len(terms) == 1:
        adds_up = terms[0].measure.over_time != "any"
        return grid.has_totals and (adds_up or len(grid.buckets[bucket]) == 1)
    if reads_last_only(terms) and _has_own_total(kpi, grid):
        return True
    return _has_single_quarters(kpi, grid)


#: What is read of the totals for one figure: its number, the total's, whether only the last quarter
#: counts, and whether it is hidden outside the scope.
_Total = tuple[int, int, bool, bool]


def _group_alike(
    store: WarehouseReader, parts: Iterable[_Part], grid: Grid
) -> dict[tuple[int, ...], tuple[_Total, ...]]:
    """Group the buckets that read the same totals, to ask for them together.

    These are all buckets, except where a twin stands in for some.
    """
    by_bucket: dict[int, list[_Total]] = defaultdict(list)
    for number, kpi, bucket, terms in parts:
        code = terms[0].measure.code if len(terms) == 1 else kpi.code
        protected = grid.is_protected(kpi.protected)
        total = (number, store.find_number(code), reads_last_only(terms), protected)
        by_bucket[bucket].append(total)
    by_totals: dict[tuple[_Total, ...], list[int]] = defaultdict(list)
    for bucket, totals in by_bucket.items():
        by_totals[tuple(totals)].append(bucket)
    return {tuple(buckets): totals for totals, buckets in by_totals.items()}


def _add_totals(
    store: WarehouseReader, totals: Sequence[_Total], buckets: Sequence[int], grid: Grid
) -> pl.DataFrame:
    figures, numbers, last, protected = zip(*totals, strict=True)
    parameters = {
        "term_figure": list(figures),
        "term_total": list(numbers),
        "term_last": list(last),
        "term_protected": list(protected),
        **grid.time_parameters("is_last", buckets=buckets),
        **grid.district_parameters(),
    }
    return store.query_numbers("totals", parameters)


def reads_last_only(terms: Sequence[KpiTerm]) -> bool:
    """Are all terms stocks, so that only the bucket's last quarter is read?"""
    return bool(terms) and all(term.measure.over_time == "last" for term in terms)


def _term_parameters_by_bucket(
    store: WarehouseReader, parts: Iterable[_Part], grid: Grid
) -> dict[str, Any]:
    """Return parallel lists with one entry per term of each part."""
    parameters: dict[str, Any] = defaultdict(list)
    for number, kpi, bucket, terms in parts:
        protected = grid.is_protected(kpi.protected)
        for term, bit in _number_terms(terms):
            measure = term.measure
            parameters["term_figure"].append(number)
            parameters["term_bucket"].append(bucket)
            parameters["term_side"].append(_SIDE[term.side])
            parameters["term_measure"].append(store.find_number(measure.code))
            parameters["term_bit"].append(bit)
            parameters["term_time"].append(_OVER_TIME.get(measure.over_time, 0))
            parameters["term_protected"].append(protected)
    return parameters


def _number_terms(terms: Iterable[KpiTerm]) -> Iterator[tuple[KpiTerm, int]]:
    """Give every field of a side a bit: a reporter counts when all bits of a side are there.

    Registers have no blanks, and a club, a team and a point are reporters of their own: they share
    a bit.
    """
    fields_before = {"numerator": 0, "denominator": 0}
    for term in terms:
        yield term, 1 << fields_before[term.side]
        fields_before[term.side] += isinstance(term.measure, Field)


def evaluate_referrals(
    store: WarehouseReader, figures: Asked, grid: Grid, *, by_service: bool = False
) -> pl.DataFrame:
    """Count every step of the referral funnel: one row per figure, bucket, group (and service)."""
    every_service = list(catalog.choices("service"))
    programmes: list[str] = []
    wanted_figures: list[int] = []
    wanted_services: list[str] = []
    for number, kpi in figures.items():
        services = kpi.services or every_service
        programmes.append(kpi.programme)
        wanted_figures += [number] * len(services)
        wanted_services += services
    parameters = {
        "figure": list(figures),
        "programme": programmes,
        "wanted_figure": wanted_figures,
        "wanted_service": wanted_services,
        "by_service": by_service,
        **grid.time_parameters("ends"),
        **grid.place_parameters(reporter="reporter_id"),
    }
    return store.query_numbers("referrals", parameters)


def evaluate_growth(store: WarehouseReader, number: int, kpi: Kpi, over: Grid) -> pl.DataFrame:
    """Evaluate growth (change over opening stock) or progress (stock over target).

    One row per bucket and group.
    """
    base = {number: catalog.find_kpi(kpi.numerator)}
    evaluate = _evaluate_progress if kpi.kind == "progress" else _evaluate_change
    rows = evaluate(store, base, over)
    return rows.select(*KEY, "numerator", "denominator", "qualifier", "estimate")


def _evaluate_change(store: WarehouseReader, base: Asked, over: Grid) -> pl.DataFrame:
    """Divide closing less opening stock by opening stock.

    The opening stock is the one that closes the quarter before the bucket.
    """
    closing = evaluate_measures(store, base, over)
    buckets_before = tuple(map(_quarter_before, over.buckets))
    opening = evaluate_measures(store, base, replace(over, buckets=buckets_before))
    opened = opening.select(*KEY, pl.col("numerator").alias("opening"))
    joined = closing.join(opened, on=KEY, how="inner")
    return joined.with_columns(
        numerator=pl.col("numerator") - pl.col("opening"), denominator=pl.col("opening")
    )


def _quarter_before(bucket: Span) -> Span:
    quarter = bucket.first.plus(-1)
    return Span(quarter, quarter)


def _evaluate_progress(store: WarehouseReader, base: Asked, over: Grid) -> pl.DataFrame:
    """Divide the closing stock of each group by its own target.

    A target of the whole city says nothing about one district.
    """
    rows = evaluate_measures(store, base, over)
    code = next(iter(base.values())).code
    goals: list[tuple[int, int, float | None]] = []
    for group, label in over.groups.select("place_group", "label").iter_rows():
        places = () if label == province_code() else (label,)
        for number, bucket in enumerate(over.buckets):
            value = targets.target_value(code, bucket.last.year, places)
            goals.append((number, group, value))
    schema = {"bucket": rows.schema["bucket"], "place_group": rows.schema["place_group"]}
    known = pl.DataFrame(goals, {**schema, "denominator": pl.Float64}, orient="row")
    return rows.drop("denominator", strict=False).join(
        known, on=["bucket", "place_group"], how="left", maintain_order="left"
    )
