"""Numbers for figures: questions of one kind and a grid in, one row per figure, bucket and group out.

A figure is known here by its number in the question; its number, its bucket's and its group's are the key of a row.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.grid import Grid
from pipelines.kpi.question import Term, terms
from pipelines.kpi.store import Store

#: Columns every evaluation gives; a figure without rows for a group has nothing reported there.
KEY = ["figure", "bucket", "place_group"]
_OVER_TIME = {"last": 1, "any": 2}
_SIDE = {"numerator": 0, "denominator": 1}

Asked = Mapping[int, Kpi]
#: One figure in one bucket with the measures it stands on there.
_Part = tuple[int, Kpi, int, list[Term]]


def measured(store: Store, figures: Asked, grid: Grid) -> pl.DataFrame:
    """Numerator, denominator, qualifier and estimate of sums and ratios over measures.

    Whole districts are read from the totals of the build where these hold the answer, the rest is added from cells.
    """
    parts = [(n, k, i, terms(k, b)) for n, k in figures.items() for i, b in enumerate(grid.buckets)]
    ready = [p for p in parts if grid.whole and _totalled(p, grid)]
    rest = [p for p in parts if not (grid.whole and _totalled(p, grid))]
    found = []
    if ready:
        found.append(store.query("totals", {**_ready(store, ready), **grid.time("is_last"), **grid.districts()}))
    if rest:
        found.append(store.query("measures", {**_terms(store, rest), **grid.time("is_last"), **grid.where()}))
    return pl.concat(found)


def _totalled(part: _Part, grid: Grid) -> bool:
    """Do the totals answer it: one quarter of anything, or any span of a single measure that adds up."""
    _, kpi, bucket, stands_on = part
    if len(stands_on) > 1:
        return len(grid.buckets[bucket]) == 1 and catalog.kpis().get(kpi.code) is kpi
    return len(grid.buckets[bucket]) == 1 or stands_on[0].measure.over_time != "any"


def _ready(store: Store, parts: Iterable[_Part]) -> dict[str, Any]:
    rows = [
        (n, i, store.numbers[kpi.code if len(on) > 1 else on[0].measure.code], _last(on[0]), kpi.protected)
        for n, kpi, i, on in parts
    ]
    names = ("term_figure", "term_bucket", "term_total", "term_last", "term_protected")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _last(term: Term) -> bool:
    return term.measure.over_time == "last"


def _terms(store: Store, parts: Iterable[_Part]) -> dict[str, Any]:
    rows = [
        (n, i, _SIDE[t.side], store.numbers[t.measure.code], bit, _OVER_TIME.get(t.measure.over_time, 0), kpi.protected)
        for n, kpi, i, on in parts
        for t, bit in _marked(on)
    ]
    names = ("figure", "bucket", "side", "measure", "bit", "time", "protected")
    return dict(zip([f"term_{n}" for n in names], map(list, zip(*rows, strict=True)), strict=True))


def _marked(on: Iterable[Term]) -> Iterable[tuple[Term, int]]:
    """Every measure of a side with a bit of its own: a reporter counts when all bits of a side are there."""
    seen = {"numerator": 0, "denominator": 0}
    for term in on:
        yield term, 1 << seen[term.side]
        seen[term.side] += 1


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
    return store.query("referrals", {**parameters, **grid.time("ends"), **grid.where()})


def returned(store: Store, grid: Grid) -> pl.DataFrame:
    """Returns expected and received, one row per source, bucket and group; source `all` adds the forms."""
    if grid.whole:
        found = store.query("owed", {**grid.time("is_last"), **grid.districts(exact=False)})
    else:
        found = store.query("coverage", {**grid.time("is_last"), **grid.where(exact=False)})
    forms = found.filter(pl.col("source") != "register")
    sums = forms.group_by("bucket", "place_group", maintain_order=True).agg(pl.col(pl.Float64).sum())
    return pl.concat([found, sums.with_columns(source=pl.lit("all")).select(found.columns)])
