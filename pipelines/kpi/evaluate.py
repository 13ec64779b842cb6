"""Numbers for figures: questions of one kind and a grid in, one row per figure, bucket and group out.

A figure is known here by its number in the question; its number, its bucket's and its group's are the key of a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Field, Kpi
from pipelines.kpi.grid import Grid
from pipelines.kpi.question import Term, terms
from pipelines.kpi.store import Store
from pipelines.reference.periods import Span

#: Columns every evaluation gives; a figure without rows for a group has nothing reported there.
KEY = ["figure", "bucket", "place_group"]
_OVER_TIME = {"last": 1, "any": 2}
_SIDE = {"numerator": 0, "denominator": 1}

Asked = Mapping[int, Kpi]
#: One figure in one bucket with the measures it stands on there.
_Part = tuple[int, Kpi, int, list[Term]]


def measured(store: Store, figures: Asked, grid: Grid) -> pl.DataFrame:
    """Numerator, denominator, qualifier and estimate of sums and ratios over measures, and of what `in_totals` holds.

    Whole districts are read from the totals of the build where these hold the answer, the rest is added from cells.
    """
    parts = [(n, k, i, _stands_on(k, b)) for n, k in figures.items() for i, b in enumerate(grid.buckets)]
    ready = [p for p in parts if _totalled(p, grid)]
    rest = [p for p in parts if not _totalled(p, grid)]
    found = [_added(store, some, buckets, grid) for buckets, some in _alike(store, ready, grid).items()]
    if rest:
        asked = {**_terms(store, rest, grid), **grid.time("is_last"), **grid.where()}
        found.append(store.numbers_of("measures", asked))
    return pl.concat(found)


def in_totals(kpi: Kpi, grid: Grid) -> bool:
    """Are a figure's referrals counted by quarter and district already? People and medians do not add over time."""
    return _single_quarters(kpi, grid) and not kpi.numerator.startswith("days_")


def _single_quarters(kpi: Kpi, grid: Grid) -> bool:
    return grid.whole and all(len(b) == 1 for b in grid.buckets) and catalog.kpis().get(kpi.code) is kpi


def _stands_on(kpi: Kpi, bucket: Span) -> list[Term]:
    return terms(kpi, bucket) if kpi.kind in ("sum", "ratio") else []


def _totalled(part: _Part, grid: Grid) -> bool:
    """Do the totals answer it: one quarter of anything, stocks, or any span of one measure that adds up."""
    _, kpi, bucket, stands_on = part
    if len(stands_on) == 1:
        return grid.whole and (len(grid.buckets[bucket]) == 1 or stands_on[0].measure.over_time != "any")
    stock = grid.whole and bool(stands_on) and _last(stands_on) and catalog.kpis().get(kpi.code) is kpi
    return stock or _single_quarters(kpi, grid)


#: What is read of the totals for one figure: its number, the total's, only the last quarter, hidden outside the scope.
_Total = tuple[int, int, bool, bool]


def _alike(store: Store, parts: Iterable[_Part], grid: Grid) -> dict[tuple[int, ...], tuple[_Total, ...]]:
    """Buckets that read the same totals are asked together: all of them, but where a twin stands in for some."""
    by_bucket: dict[int, list[_Total]] = {}
    for number, kpi, bucket, on in parts:
        total = store.numbers[on[0].measure.code if len(on) == 1 else kpi.code]
        by_bucket.setdefault(bucket, []).append((number, total, _last(on), grid.is_protected(kpi.protected)))
    by_totals: dict[tuple[_Total, ...], list[int]] = {}
    for bucket, totals in by_bucket.items():
        by_totals.setdefault(tuple(totals), []).append(bucket)
    return {tuple(buckets): totals for totals, buckets in by_totals.items()}


def _added(store: Store, totals: Sequence[_Total], buckets: Sequence[int], grid: Grid) -> pl.DataFrame:
    names = ("term_figure", "term_total", "term_last", "term_protected")
    terms = dict(zip(names, map(list, zip(*totals, strict=True)), strict=True))
    return store.numbers_of("totals", {**terms, **grid.time("is_last", buckets=buckets), **grid.districts()})


def _last(on: Sequence[Term]) -> bool:
    """Nothing but stocks: only the bucket's last quarter is read."""
    return bool(on) and all(t.measure.over_time == "last" for t in on)


def _terms(store: Store, parts: Iterable[_Part], grid: Grid) -> dict[str, Any]:
    rows = [
        (n, i, *_term(store, t), bit, _OVER_TIME.get(t.measure.over_time, 0), grid.is_protected(kpi.protected))
        for n, kpi, i, on in parts
        for t, bit in _marked(on)
    ]
    names = ("figure", "bucket", "side", "measure", "bit", "time", "protected")
    return dict(zip([f"term_{n}" for n in names], map(list, zip(*rows, strict=True)), strict=True))


def _term(store: Store, term: Term) -> tuple[int, int]:
    return _SIDE[term.side], store.numbers[term.measure.code]


def _marked(on: Iterable[Term]) -> Iterable[tuple[Term, int]]:
    """Every field of a side with a bit of its own: a reporter counts when all bits of a side are there.

    Registers have no blanks, and a club, a team and a point are reporters of their own: they share a bit.
    """
    seen = {"numerator": 0, "denominator": 0}
    for term in on:
        yield term, 1 << seen[term.side]
        seen[term.side] += isinstance(term.measure, Field)


def referred(store: Store, figures: Asked, grid: Grid, *, by_service: bool = False) -> pl.DataFrame:
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
    return store.numbers_of("referrals", {**parameters, **grid.time("ends"), **grid.where()})


def returned(store: Store, grid: Grid) -> pl.DataFrame:
    """Returns expected and received, one row per source, bucket and group; source `all` adds the forms."""
    where = grid.districts(exact=False) if grid.whole else grid.where(exact=False)
    return store.kept("owed" if grid.whole else "coverage", {**grid.time("is_last"), **where}, _with_all)


def _with_all(found: pl.DataFrame) -> pl.DataFrame:
    forms = found.filter(pl.col("source") != "register")
    sums = forms.group_by("bucket", "place_group", maintain_order=True).agg(pl.col(pl.Float64).sum())
    return pl.concat([found, sums.with_columns(source=pl.lit("all")).select(found.columns)])
