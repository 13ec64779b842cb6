"""What is wrong or unusual in the returns: issues still open, values unlike their own past, changes after a close."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog, statistics
from pipelines.intake.validation.rules_across_periods import SERIES_FIELDS, is_unusual
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope

_FIRST = ["ward", "ward_name", "district", "district_name", "reporter"]
#: A value is set beside so many of its own earlier ones, and judged by four at least.
PAST, LEAST = 12, 4


def issues(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per error or unanswered warning of the newest return of each reporter and quarter.

    Columns: ward, ward_name, district, district_name, reporter, period, code, severity, field, sheet, cell, text,
    given (the values of its sentence, JSON), submission, file, received. Units outside the scope are not in it.
    """
    about = read_list_query(store, period, place, scope)
    return _arrange_columns(
        store.query(
            "issues", {"quarter": _quarter_indexes(about), **about.over.place_parameters()}
        ),
        about,
    )


def revisions(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per value that came after its period was closed and differs from what stood then.

    Columns: ward … reporter, period, field, before, after, closed, received, submission, sheet, cell, approved.
    """
    about = read_list_query(store, period, place, scope)
    return _arrange_columns(
        store.query("late", {"quarter": _quarter_indexes(about), **about.over.place_parameters()}),
        about,
    )


def outliers(
    quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> pl.DataFrame:
    """One row per value of a quarter that is unlike its own past, by the rule intake warns with.

    Columns: ward … reporter, measure, value, before (up to twelve earlier values, oldest first), last_year (the same
    quarter a year before, if any), score (modified z against the earlier ones), sheet, cell, submission.
    """
    about = read_list_query(store, quarter, place, scope)
    codes = [code for codes in SERIES_FIELDS.values() for code in codes if code in store.numbers]
    now = about.span.last.index
    terms = {
        "measure": codes,
        "measure_nr": [store.numbers[c] for c in codes],
        "protected": [about.over.is_protected(catalog.fields()[c].protected) for c in codes],
    }
    quarters = list(range(now - PAST, now + 1))
    found = store.query("series", {**terms, "quarter": quarters, **about.over.place_parameters()})
    return _arrange_columns(_score_outliers(found, now), about)


def _quarter_indexes(about: ListQuery) -> list[int]:
    return [q.index for q in about.span.quarters]


def _arrange_columns(found: pl.DataFrame, about: ListQuery) -> pl.DataFrame:
    return add_place_names(found, about).select(*_FIRST, pl.exclude(_FIRST))


def _score_outliers(found: pl.DataFrame, now: int) -> pl.DataFrame:
    key = ["measure", "reporter"]
    past = (
        found.filter(pl.col("quarter_index") < now)
        .group_by(key)
        .agg(
            pl.col("value").sort_by("quarter_index").alias("before"),
            pl.col("value").filter(pl.col("quarter_index") == now - 4).first().alias("last_year"),
        )
    )
    both = found.filter(pl.col("quarter_index") == now).join(
        past, on=key, how="inner", maintain_order="left"
    )
    enough = both.filter(pl.col("before").list.len() >= LEAST)
    pairs = enough.select("value", "before").rows()
    kept = enough.filter(
        pl.Series([is_unusual(value, before) for value, before in pairs], dtype=pl.Boolean)
    )
    scores = [
        statistics.modified_z(before, value)
        for value, before in kept.select("value", "before").rows()
    ]
    return kept.with_columns(score=pl.Series(scores, dtype=pl.Float64)).drop("quarter_index")


def coverage(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    form: str | None = None,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per reporter, form and quarter, for all that owed or sent a return in any quarter asked.

    Columns: ward, ward_name, district, district_name, reporter, form, period, state (reported, zero: every number of
    it is 0, not_reported, not_applicable: nothing owed that quarter), expected, received, on_time, fields_expected,
    fields_received, flagged (numbers kept from an earlier return), received_at, status, submission.
    Returns are no secret, but what stands in them may be: a return of zeros outside the scope is `reported`.
    """
    found = list_coverage(store, read_list_query(store, period, place, scope))
    return found.filter(pl.col("form") == form) if form else found


def missing(
    quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> pl.DataFrame:
    """One row per return owed for a quarter (or any of several) and not received; the columns of `coverage`."""
    found = coverage(quarter, place, scope=scope, store=store)
    return found.filter(pl.col("expected") & ~pl.col("received"))


def list_coverage(store: WarehouseReader, about: ListQuery) -> pl.DataFrame:
    """The rows of `coverage` for a question already read."""
    where = about.over.place_parameters()
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
    first = [
        "ward",
        "ward_name",
        "district",
        "district_name",
        "reporter",
        "form",
        "period",
        "state",
    ]
    return add_place_names(found.with_columns(state=state), about).select(
        *first, pl.exclude(*first, "all_zero")
    )
