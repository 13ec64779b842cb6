"""What a change is made of: two spans in, new and same and missing reporters, opening and closing stocks out."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.kpi import lineage, quality
from pipelines.kpi.lineage import PLACE, passport
from pipelines.kpi.query import find_queried_kpi, parse_breakdown
from pipelines.kpi.query_grid import ListQuery, read_list_query
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Span
from pipelines.warehouse.facts import coverage_source

GROUPS = ("same", "new", "back", "missing", "closed")


def like_for_like(
    code: str,
    now: str,
    before: str,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """How a count moved between two spans: one row per group, whose differences add up to the whole exactly.

    Groups: same (counted in both), new (owed nothing before), back (owed before, sent nothing), missing (counted
    before, owes now, sent nothing), closed (counted before, owes nothing now). Columns: group, reporters, before,
    after, difference. Raises Refused for a ratio (no_sum_of): rates are not split like this; and for a protected count
    of places the scope may not see exactly (out_of_scope): a group may hold one reporter.
    """
    kpi = find_queried_kpi(code)
    if kpi.kind != "sum":
        raise Refused("only counts are split into new and same", code="no_sum_of", label=kpi.label)
    spans = [read_list_query(store, span, place, scope) for span in (before, now)]
    if not all(about.over.shows_all(kpi.protected) for about in spans):
        raise Refused("a part of the count is hidden", code="out_of_scope", label=kpi.label)
    old, new = (
        lineage.sum_by_reporter(store, kpi, about).select("reporter", "value") for about in spans
    )
    owed = [
        _list_owing(store, about, coverage_source(catalog.find_measure(kpi.numerators[0])))
        for about in spans
    ]
    both = old.join(new, on="reporter", how="full", coalesce=True, suffix="_now")
    return _sum_groups(both.with_columns(_group_expression(*owed)))


def _list_owing(store: WarehouseReader, about: ListQuery, source: str) -> pl.Series:
    """Who owed a return of the form in the span; for the registers, who stood on them."""
    found = quality.list_coverage(store, about).filter(pl.col("expected"))
    return found.filter(pl.col("form") == source)["reporter"].unique()


def _group_expression(owed_before: pl.Series, owed_now: pl.Series) -> pl.Expr:
    gone, came = pl.col("value_now").is_null(), pl.col("value").is_null()
    return (
        pl.when(came & pl.col("reporter").is_in(owed_before.implode()))
        .then(pl.lit("back"))
        .when(came)
        .then(pl.lit("new"))
        .when(gone & pl.col("reporter").is_in(owed_now.implode()))
        .then(pl.lit("missing"))
        .when(gone)
        .then(pl.lit("closed"))
        .otherwise(pl.lit("same"))
        .alias("group")
    )


def _sum_groups(both: pl.DataFrame) -> pl.DataFrame:
    sums = both.group_by("group").agg(
        pl.len().cast(pl.Int64).alias("reporters"),
        pl.col("value").sum().alias("before"),
        pl.col("value_now").sum().alias("after"),
    )
    every = pl.DataFrame({"group": list(GROUPS)}).join(
        sums, on="group", how="left", maintain_order="left"
    )
    return every.with_columns(pl.exclude("group").fill_null(0)).with_columns(
        difference=pl.col("after") - pl.col("before")
    )


def growth(
    by: Sequence[str] = ("year",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Counselling points: one row per combination of `by` (a step of time, and district or ward).

    Columns: those of `by`, opening, founded, closed, other (points that came or went without a date of decision),
    closing. opening + founded - closed + other = closing, always. A step whose opening lies before the records has
    no opening and no other.
    """
    rows = figures(["P01", "P02", "P03"], by, period, place, scope=scope, store=store)
    keys = rows.columns[1 : rows.columns.index("value")]
    wide = rows.pivot(
        on="kpi",
        index=keys,
        values="value",
        on_columns=["P01", "P02", "P03"],
        aggregate_function="first",
    )
    opened = wide.join(
        _opening_stock(by, period, place, scope, store), on=keys, how="left", maintain_order="left"
    )
    opening = pl.col("opening").cast(pl.Int64)
    counts = {"closing": "P01", "founded": "P02", "closed": "P03"}
    typed = opened.with_columns(opening, **{n: pl.col(c).cast(pl.Int64) for n, c in counts.items()})
    moved = pl.col("founded").fill_null(0) - pl.col("closed").fill_null(0)
    told = typed.with_columns(other=pl.col("closing") - pl.col("opening") - moved)
    return told.select(*keys, "opening", "founded", "closed", "other", "closing")


def _opening_stock(
    by: Sequence[str],
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    store: WarehouseReader,
) -> pl.DataFrame:
    """The closing stock of the quarter before each step, under the step's own name."""
    place_by, step, _ = parse_breakdown(by)
    about = read_list_query(store, period, place, scope, place_by, step)
    places = [b for b in by if b in ("district", "ward")]
    column = next((b for b in by if b not in places), None)
    parts = []
    for bucket in about.over.buckets:
        before = Span(bucket.first.plus(-1), bucket.first.plus(-1))
        found = figures(["P01"], places, before.code, place, scope=scope, store=store)
        named = found.with_columns(pl.lit(bucket.code).alias(column)) if column else found
        parts.append(
            named.drop(
                "kpi",
                "numerator",
                "denominator",
                "expected",
                "received",
                "state",
                "exactness",
                "qualifier",
            )
        )
    return pl.concat(parts).rename({"value": "opening"})


_KEY = ["side", "measure", "reporter", "period"]


def bridge(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    before: WarehouseReader,
    after: WarehouseReader,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """One row per cell that is new, gone or changed: Σ difference by side is the difference of the figure.

    Columns: side, measure, ward, ward_name, district, district_name, reporter, period, before, after, difference,
    cause (new, gone, corrected), submission, sheet, cell of the newer build. For figures over measures; raises what
    `passport` raises.
    """
    old = passport(code, period, place, scope=scope, store=before)
    new = passport(code, period, place, scope=scope, store=after)
    both = old.join(
        new, on=_KEY, how="full", coalesce=True, suffix="_new", maintain_order="left_right"
    )
    difference = pl.col("value_new").fill_null(0) - pl.col("value").fill_null(0)
    cause = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("new"))
        .when(pl.col("value_new").is_null())
        .then(pl.lit("gone"))
        .otherwise(pl.lit("corrected"))
    )
    own = [pl.coalesce(f"{c}_new", c).alias(c) for c in (*PLACE, "submission", "sheet", "cell")]
    moved = both.select(
        *_KEY, *own, before="value", after="value_new", difference=difference, cause=cause
    )
    changed = moved.filter((pl.col("difference") != 0) | (pl.col("cause") != "corrected"))
    first = [
        "side",
        "measure",
        *PLACE,
        "reporter",
        "period",
        "before",
        "after",
        "difference",
        "cause",
    ]
    return changed.select(*first, "submission", "sheet", "cell")
