"""Who has reported when: periods and places in, one row per reporter and quarter with its kind of nothing out."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.kpi.asked import Asked, asked, placed
from pipelines.kpi.store import Store
from pipelines.privacy.scope import CITY, Scope


def coverage(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    form: str | None = None,
    scope: Scope = CITY,
    store: Store,
) -> pl.DataFrame:
    """One row per reporter, form and quarter, for all that owed or sent a return in any quarter asked.

    Columns: ward, ward_name, district, district_name, reporter, form, period, state (reported, zero: every number of
    it is 0, not_reported, not_applicable: nothing owed that quarter), expected, received, on_time, fields_expected,
    fields_received, flagged (numbers kept from an earlier return), received_at, status, submission.
    Returns are no secret, but what stands in them may be: a return of zeros outside the scope is `reported`.
    """
    found = returns(store, asked(store, period, place, scope))
    return found.filter(pl.col("form") == form) if form else found


def missing(quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store) -> pl.DataFrame:
    """One row per return owed for a quarter (or any of several) and not received; the columns of `coverage`."""
    found = coverage(quarter, place, scope=scope, store=store)
    return found.filter(pl.col("expected") & ~pl.col("received"))


def returns(store: Store, about: Asked) -> pl.DataFrame:
    """The rows of `coverage` for a question already read."""
    where = about.over.where()
    asked_for = {
        "quarter": [q.index for q in about.span.quarters],
        "field": [store.numbers[f] for f in catalog.fields()],
    }
    found = store.query("matrix", {**asked_for, **where})
    state = (
        pl.when(pl.col("all_zero"))
        .then(pl.lit("zero"))
        .when(pl.col("received"))
        .then(pl.lit("reported"))
        .when(pl.col("expected"))
        .then(pl.lit("not_reported"))
        .otherwise(pl.lit("not_applicable"))
    )
    first = ["ward", "ward_name", "district", "district_name", "reporter", "form", "period", "state"]
    return placed(found.with_columns(state=state), about).select(*first, pl.exclude(*first, "all_zero"))
