"""Numbers for figures: questions of one kind and a grid in, one row per figure, bucket and group out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.grid import Grid
from pipelines.kpi.question import Term, terms
from pipelines.kpi.store import Store
from pipelines.warehouse.facts import source

#: Columns every evaluation gives; a figure without rows for a group has nothing reported there.
KEY = ["figure", "bucket", "place_group"]


@dataclass(frozen=True)
class Coverage:
    """Which returns a figure stands on, and whether only the bucket's last quarter counts."""

    source: str
    last_only: bool


def measured(store: Store, figures: Sequence[Kpi], grid: Grid) -> pl.DataFrame:
    """Numerator, denominator, qualifier and estimate of sums and ratios over measures."""
    rows = [(k, b.code, t) for k in figures for b in grid.buckets for t in terms(k, b)]
    return store.query("measures", {**_terms(rows), **_without(grid.time(), "ends"), **grid.where()})


def _terms(rows: Sequence[tuple[Kpi, str, Term]]) -> dict[str, Any]:
    return {
        "term_figure": [k.code for k, _, _ in rows],
        "term_bucket": [b for _, b, _ in rows],
        "term_side": [t.side for _, _, t in rows],
        "term_measure": [t.measure.code for _, _, t in rows],
        "term_time": [t.measure.over_time for _, _, t in rows],
        "term_protected": [k.protected for k, _, _ in rows],
    }


def referred(store: Store, figures: Sequence[Kpi], grid: Grid, *, by_service: bool = False) -> pl.DataFrame:
    """Every count of the referral funnel, one row per figure, bucket, group (and service)."""
    services = list(catalog.choices("service"))
    wanted = [(k.code, s) for k in figures for s in (k.services or services)]
    parameters = {
        "figure": [k.code for k in figures],
        "programme": [k.programme for k in figures],
        "wanted_figure": [w[0] for w in wanted],
        "wanted_service": [w[1] for w in wanted],
        "by_service": by_service,
    }
    return store.query("referrals", {**parameters, **_without(grid.time(), "is_last"), **grid.where()})


def returned(store: Store, grid: Grid) -> pl.DataFrame:
    """Returns expected and received, one row per source, bucket and group."""
    return store.query("coverage", {**_without(grid.time(), "ends"), **grid.where(exact=False)})


def coverage(kpi: Kpi, bucket_length: int) -> Coverage:
    """Which returns a figure's coverage is counted over: those of its numerator."""
    if kpi.kind == "referrals":
        return Coverage("C" if kpi.programme == "M3" else "B", last_only=False)
    if kpi.kind == "returns":
        return Coverage("all", last_only=False)
    if kpi.kind in ("growth", "progress"):
        return Coverage("register", last_only=True)
    first = catalog.measure(kpi.numerators[0])
    return Coverage(source(first), last_only=first.over_time == "last" and bucket_length > 1)


def _without(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    return {k: v for k, v in parameters.items() if k != name}
