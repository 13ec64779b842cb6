"""What a change is made of: new, same and missing reporters; opening and closing stocks."""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.kpi import lineage, quality
from pipelines.kpi.answers import answers
from pipelines.kpi.lineage import PLACE, passport
from pipelines.kpi.query import find_queried_kpi, parse_breakdown
from pipelines.kpi.query_grid import ListQuery, read_list_query
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Span
from pipelines.warehouse.facts import coverage_source

GROUPS = ("same", "new", "back", "missing", "closed")


@answers
def like_for_like(
    code: str,
    now: str,
    before: str,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Split the change of a count between two spans by group of reporters: one row per group.

    The differences of the groups add up to the whole exactly. Groups: same (counted in both), new
    (owed nothing before), back (owed before, sent nothing), missing (counted before, owes now, sent
    nothing), closed (counted before, owes nothing now). Columns: group, reporters, before, after,
    difference. Raises Refused for a ratio (no_sum_of): rates are not split like this; and for a
    protected count of places the scope may not see exactly (out_of_scope): a group may hold one
    reporter.
    """
    kpi = find_queried_kpi(code)
    if kpi.kind != "sum":
        raise Refused("only counts are split into new and same", code="no_sum_of", label=kpi.label)
    earlier = read_list_query(store, before, place, scope)
    later = read_list_query(store, now, place, scope)
    for about in (earlier, later):
        if not about.over.shows_all(kpi.protected):
            raise Refused("a part of the count is hidden", code="out_of_scope", label=kpi.label)
    old = lineage.sum_by_reporter(store, kpi, earlier).select("reporter", "value")
    new = lineage.sum_by_reporter(store, kpi, later).select("reporter", "value")
    source = coverage_source(catalog.find_measure(kpi.numerators[0]))
    owed_before = _list_owing(store, earlier, source)
    owed_now = _list_owing(store, later, source)
    both = old.join(new, on="reporter", how="full", coalesce=True, suffix="_now")
    return _sum_groups(both.with_columns(_group_expression(owed_before, owed_now)))


def _list_owing(store: WarehouseReader, about: ListQuery, source: str) -> pl.Series:
    """List who owed a return of the form in the span; for the registers, who stood on them."""
    expected = quality.list_coverage(store, about).filter(pl.col("expected"))
    return expected.filter(pl.col("form") == source)["reporter"].unique()


def _group_expression(owed_before: pl.Series, owed_now: pl.Series) -> pl.Expr:
    gone = pl.col("value_now").is_null()
    came = pl.col("value").is_null()
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
    groups = pl.DataFrame({"group": list(GROUPS)})
    every = groups.join(sums, on="group", how="left", maintain_order="left")
    filled = every.with_columns(pl.exclude("group").fill_null(0))
    return filled.with_columns(difference=pl.col("after") - pl.col("before"))


@answers
def growth(
    by: Sequence[str] = ("year",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Reconcile the stock of counselling points: one row per combination of `by`.

    `by` is a step of time, and district or ward. Columns: those of `by`, opening, founded, closed,
    other (points that came or went without a date of decision), closing.
    opening + founded - closed + other = closing, always. A step whose opening lies before the
    records has no opening and no other.
    """
    codes = ["P01", "P02", "P03"]
    rows = figures(codes, by, period, place, scope=scope, store=store)
    keys = rows.columns[1 : rows.columns.index("value")]
    wide = rows.pivot(
        on="kpi", index=keys, values="value", on_columns=codes, aggregate_function="first"
    )
    stock = _opening_stock(by, period, place, scope, store)
    opened = wide.join(stock, on=keys, how="left", maintain_order="left")
    typed = opened.with_columns(
        opening=pl.col("opening").cast(pl.Int64),
        closing=pl.col("P01").cast(pl.Int64),
        founded=pl.col("P02").cast(pl.Int64),
        closed=pl.col("P03").cast(pl.Int64),
    )
    dated = pl.col("founded").fill_null(0) - pl.col("closed").fill_null(0)
    complete = typed.with_columns(other=pl.col("closing") - pl.col("opening") - dated)
    return complete.select(*keys, "opening", "founded", "closed", "other", "closing")


def _opening_stock(
    by: Sequence[str],
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Read the closing stock of the quarter before each step, under the step's own name."""
    place_by, step, _ = parse_breakdown(by)
    about = read_list_query(store, period, place, scope, place_by, step)
    place_cuts: list[str] = []
    time_cuts: list[str] = []
    for cut in by:
        if cut in ("district", "ward"):
            place_cuts.append(cut)
        else:
            time_cuts.append(cut)
    parts = []
    for bucket in about.over.buckets:
        before = bucket.first.plus(-1)
        stock = figures(
            ["P01"], place_cuts, Span(before, before).code, place, scope=scope, store=store
        )
        if time_cuts:
            stock = stock.with_columns(pl.lit(bucket.code).alias(time_cuts[0]))
        parts.append(stock.drop("kpi", *_BESIDE_VALUE))
    return pl.concat(parts).rename({"value": "opening"})


#: Columns of `figures` that describe a value and are no key of it.
_BESIDE_VALUE = (
    "numerator",
    "denominator",
    "expected",
    "received",
    "state",
    "exactness",
    "qualifier",
)
_KEY = ["side", "measure", "reporter", "period"]
#: Columns of `bridge`, in their order.
_BRIDGE_COLUMNS = [
    "side",
    "measure",
    *PLACE,
    "reporter",
    "period",
    "before",
    "after",
    "difference",
    "cause",
    "submission",
    "sheet",
    "cell",
]


@answers
def bridge(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    before: WarehouseReader,
    after: WarehouseReader,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """List the cells that are new, gone or changed between two builds, one row per cell.

    Σ difference by side is the difference of the figure. Columns: side, measure, ward, ward_name,
    district, district_name, reporter, period, before, after, difference, cause (new, gone,
    corrected), submission, sheet, cell of the newer build. Raises Refused (no_cells) for
    figures that count returns or referrals, and what `passport` raises.
    """
    kpi = find_queried_kpi(code)
    if kpi.kind in ("returns", "referrals"):
        raise Refused("the figure counts no cells", code="no_cells", label=kpi.label)
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
    newest = [pl.coalesce(f"{c}_new", c).alias(c) for c in (*PLACE, "submission", "sheet", "cell")]
    compared = both.select(
        *_KEY, *newest, before="value", after="value_new", difference=difference, cause=cause
    )
    changed = compared.filter((pl.col("difference") != 0) | (pl.col("cause") != "corrected"))
    return changed.select(_BRIDGE_COLUMNS)
