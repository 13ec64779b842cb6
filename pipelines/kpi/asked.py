"""What a list of lines is about: a period, places and a scope in, the grid they span out."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.kpi import where
from pipelines.kpi.grid import Grid, PlaceBy, grid
from pipelines.kpi.question import buckets
from pipelines.kpi.store import Store
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import Span, Step, parse


@dataclass(frozen=True)
class Asked:
    """One span and the units meant, in Vietnamese order; `over` is the same as the queries take it."""

    span: Span
    units: pl.DataFrame
    over: Grid


def asked(
    store: Store,
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    by: PlaceBy = "ward",
    step: Step | None = None,
) -> Asked:
    """Read the question; raises PeriodError and PlaceError."""
    span = parse(period) if period else store.span
    units = where.chosen(store, place, span.end)
    return Asked(span, units, grid(units, store.places, by, buckets(span, step), scope, named=bool(place)))


def placed(rows: pl.DataFrame, about: Asked) -> pl.DataFrame:
    """The rows with the names of their ward and district instead of `place_group`, in Vietnamese order."""
    named = about.over.groups.select(
        "place_group", ward="code", ward_name="name", district="district_code", district_name="district_name"
    ).with_row_index("place_order")
    found = rows.join(named, on="place_group", how="inner", maintain_order="left")
    return found.sort("place_order", maintain_order=True).drop("place_order", "place_group")
