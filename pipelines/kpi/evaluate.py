"""Numbers for figures: questions of one kind and a grid in, one row per figure, bucket and group out.

A figure is known here by its number in the question; its number, its bucket's and its group's are the key of a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field, Kpi
from pipelines.kpi.query import KpiTerm, kpi_terms
from pipelines.kpi.query_grid import TOGETHER, Grid
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.reference import targets
from pipelines.reference.periods import Span

#: Columns every evaluation gives; a figure without rows for a group has nothing reported there.
KEY = ["figure", "bucket", "place_group"]
_OVER_TIME = {"last": 1, "any": 2}
_SIDE = {"numerator": 0, "denominator": 1}

Asked = Mapping[int, Kpi]
#: One figure in one bucket with the measures it stands on there.
_Part = tuple[int, Kpi, int, list[KpiTerm]]


def evaluate_measures(store: WarehouseReader, figures: Asked, grid: Grid) -> pl.DataFrame:
    """Numerator, denominator, qualifier and estimate of sums and ratios over measures, and of what `in_totals` holds.

    Whole districts are read from the totals of the build where these hold the answer, the rest is added from cells.
    """
    parts = [
        (n, k, i, _terms_of(k, b)) for n, k in figures.items() for i, b in enumerate(grid.buckets)
    ]
    ready = [p for p in parts if _is_totalled(p, grid)]
    rest = [p for p in parts if not _is_totalled(p, grid)]
    found = [
        _add_totals(store, some, buckets, grid)
        for buckets, some in _group_alike(store, ready, grid).items()
    ]
    if rest:
        asked = {
            **_term_parameters_by_bucket(store, rest, grid),
            **grid.time_parameters("is_last"),
            **grid.place_parameters(),
        }
        found.append(store.query_numbers("measures", asked))
    return pl.concat(found)


def is_in_totals(kpi: Kpi, grid: Grid) -> bool:
    """Are a figure's referrals counted by quarter and district already? People and medians do not add over time."""
    return _has_single_quarters(kpi, grid) and not kpi.numerator.startswith("days_")


def _has_single_quarters(kpi: Kpi, grid: Grid) -> bool:
    return (
        grid.whole
        and all(len(b) == 1 for b in grid.buckets)
        and catalog.kpis().get(kpi.code) is kpi
    )


def _terms_of(kpi: Kpi, bucket: Span) -> list[KpiTerm]:
    return kpi_terms(kpi, bucket) if kpi.kind in ("sum", "ratio") else []


def _is_totalled(part: _Part, grid: Grid) -> bool:
    """Do the totals answer it: one quarter of anything, stocks, or any span of one measure that adds up."""
    _, kpi, bucket, stands_on = part
    if len(stands_on) == 1:
        return grid.whole and (
            len(grid.buckets[bucket]) == 1 or stands_on[0].measure.over_time != "any"
        )
    stock = (
        grid.whole
        and bool(stands_on)
        and _reads_last_only(stands_on)
        and catalog.kpis().get(kpi.code) is kpi
    )
    return stock or _has_single_quarters(kpi, grid)


#: What is read of the totals for one figure: its number, the total's, only the last quarter, hidden outside the scope.
_Total = tuple[int, int, bool, bool]


def _group_alike(
    store: WarehouseReader, parts: Iterable[_Part], grid: Grid
) -> dict[tuple[int, ...], tuple[_Total, ...]]:
    """Buckets that read the same totals are asked together: all of them, but where a twin stands in for some."""
    by_bucket: dict[int, list[_Total]] = {}
    for number, kpi, bucket, on in parts:
        total = store.numbers[on[0].measure.code if len(on) == 1 else kpi.code]
        by_bucket.setdefault(bucket, []).append(
            (number, total, _reads_last_only(on), grid.is_protected(kpi.protected))
        )
    by_totals: dict[tuple[_Total, ...], list[int]] = {}
    for bucket, totals in by_bucket.items():
        by_totals.setdefault(tuple(totals), []).append(bucket)
    return {tuple(buckets): totals for totals, buckets in by_totals.items()}


def _add_totals(
    store: WarehouseReader, totals: Sequence[_Total], buckets: Sequence[int], grid: Grid
) -> pl.DataFrame:
    names = ("term_figure", "term_total", "term_last", "term_protected")
    terms = dict(zip(names, map(list, zip(*totals, strict=True)), strict=True))
    return store.query_numbers(
        "totals",
        {**terms, **grid.time_parameters("is_last", buckets=buckets), **grid.district_parameters()},
    )


def _reads_last_only(on: Sequence[KpiTerm]) -> bool:
    """Nothing but stocks: only the bucket's last quarter is read."""
    return bool(on) and all(t.measure.over_time == "last" for t in on)


def _term_parameters_by_bucket(
    store: WarehouseReader, parts: Iterable[_Part], grid: Grid
) -> dict[str, Any]:
    rows = [
        (
            n,
            i,
            *_term(store, t),
            bit,
            _OVER_TIME.get(t.measure.over_time, 0),
            grid.is_protected(kpi.protected),
        )
        for n, kpi, i, on in parts
        for t, bit in _number_terms(on)
    ]
    names = ("figure", "bucket", "side", "measure", "bit", "time", "protected")
    return dict(zip([f"term_{n}" for n in names], map(list, zip(*rows, strict=True)), strict=True))


def _term(store: WarehouseReader, term: KpiTerm) -> tuple[int, int]:
    return _SIDE[term.side], store.numbers[term.measure.code]


def _number_terms(on: Iterable[KpiTerm]) -> Iterable[tuple[KpiTerm, int]]:
    """Every field of a side with a bit of its own: a reporter counts when all bits of a side are there.

    Registers have no blanks, and a club, a team and a point are reporters of their own: they share a bit.
    """
    seen = {"numerator": 0, "denominator": 0}
    for term in on:
        yield term, 1 << seen[term.side]
        seen[term.side] += isinstance(term.measure, Field)


def evaluate_referrals(
    store: WarehouseReader, figures: Asked, grid: Grid, *, by_service: bool = False
) -> pl.DataFrame:
    """Every count of the referral funnel, one row per figure, bucket, group (and service)."""
    services = list(catalog.choices("service"))
    wanted = [(n, s) for n, k in figures.items() for s in (k.services or services)]
    parameters = {
        "figure": list(figures),
        "programme": [k.programme for k in figures.values()],
        "wanted_figure": [w[0] for w in wanted],
        "wanted_service": [w[1] for w in wanted],
        "by_service": by_service,
    }
    return store.query_numbers(
        "referrals", {**parameters, **grid.time_parameters("ends"), **grid.place_parameters()}
    )


def evaluate_coverage(store: WarehouseReader, grid: Grid) -> pl.DataFrame:
    """Returns expected and received, one row per source, bucket and group; source `all` adds the forms."""
    where = (
        grid.district_parameters(exact=False) if grid.whole else grid.place_parameters(exact=False)
    )
    return store.query_cached(
        "owed" if grid.whole else "coverage",
        {**grid.time_parameters("is_last"), **where},
        _add_all_sources,
    )


def _add_all_sources(found: pl.DataFrame) -> pl.DataFrame:
    forms = found.filter(pl.col("source") != "register")
    sums = forms.group_by("bucket", "place_group", maintain_order=True).agg(
        pl.col(pl.Float64).sum()
    )
    return pl.concat([found, sums.with_columns(source=pl.lit("all")).select(found.columns)])


def evaluate_growth(store: WarehouseReader, number: int, kpi: Kpi, over: Grid) -> pl.DataFrame:
    """One row per bucket and group: growth is change over opening stock, progress is stock over target."""
    base = {number: catalog.find_kpi(kpi.numerator)}
    rows = (
        _evaluate_progress(store, base, over)
        if kpi.kind == "progress"
        else _evaluate_change(store, base, over)
    )
    return rows.select(*KEY, "numerator", "denominator", "qualifier", "estimate")


def _evaluate_change(store: WarehouseReader, base: Asked, over: Grid) -> pl.DataFrame:
    """Closing less opening stock over opening stock; the opening stock closes the quarter before the bucket."""
    closing = evaluate_measures(store, base, over)
    opening = evaluate_measures(
        store, base, replace(over, buckets=tuple(_quarter_before(b) for b in over.buckets))
    )
    opened = opening.select(*KEY, pl.col("numerator").alias("opening"))
    joined = closing.join(opened, on=KEY, how="inner")
    return joined.with_columns(
        numerator=pl.col("numerator") - pl.col("opening"), denominator=pl.col("opening")
    )


def _quarter_before(bucket: Span) -> Span:
    quarter = bucket.first.plus(-1)
    return Span(quarter, quarter)


def _evaluate_progress(store: WarehouseReader, base: Asked, over: Grid) -> pl.DataFrame:
    """The city's closing stock over its target; a target of the whole city says nothing about one district."""
    rows = evaluate_measures(store, base, over)
    code = next(iter(base.values())).code
    goals = {i: targets.target_value(code, b.last.year) for i, b in enumerate(over.buckets)}
    goal = pl.col("bucket").replace_strict(goals, return_dtype=pl.Float64)
    whole = over.groups.height == 1 and over.groups["label"].item() == TOGETHER
    return rows.with_columns(denominator=goal if whole else pl.lit(None, pl.Float64))
