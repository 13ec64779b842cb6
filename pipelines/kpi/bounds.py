"""Least and greatest value of a figure in one geography, from what surely and possibly belongs."""

import polars as pl

from pipelines.kpi.evaluate import KEY
from pipelines.kpi.geography import UNASSIGNED, GeographyGrids
from pipelines.kpi.missing_cells import REASONS

_SERVICE = [*KEY, "service"]


def pair_answers(
    sure: pl.DataFrame, sure_missing: pl.DataFrame, possible: pl.DataFrame
) -> pl.DataFrame:
    """Return what possibly belongs to each group, with what surely does beside it.

    Adds sure_numerator, sure_denominator, sure_missing (values missing from it).
    """
    least = sure.select(*_SERVICE, sure_numerator="numerator", sure_denominator="denominator")
    total = pl.sum_horizontal(pl.col(*REASONS).fill_null(0.0))
    gaps = sure_missing.select(*KEY, sure_missing=total)
    paired = possible.join(least, on=_SERVICE, how="left", maintain_order="left")
    return paired.join(gaps, on=KEY, how="left", maintain_order="left")


def add_shared_parts(
    paired: pl.DataFrame, pieces: pl.DataFrame, grids: GeographyGrids
) -> pl.DataFrame:
    """Add the parts of split places whose people's shares are known.

    Adds shared_numerator and shared_denominator (by share), whole_numerator and whole_denominator
    (the same places counted whole).
    """
    parts = pieces.rename({"place_group": "piece"}).join(grids.shares, on="piece")
    columns = {}
    for name in ("numerator", "denominator"):
        known = pl.col(name).fill_null(0.0)
        columns[f"shared_{name}"] = (known * pl.col("share")).sum()
        columns[f"whole_{name}"] = known.filter(pl.col("share") > 0).sum()
    added = parts.group_by(_SERVICE, maintain_order=True).agg(**columns)
    return paired.join(added, on=_SERVICE, how="left", maintain_order="left")


def add_bounds(rows: pl.DataFrame) -> pl.DataFrame:
    """Add lower and upper, and set value, numerator, denominator and exactness by them.

    `rows` are those of `pair_answers` with state, value and exactness. A count that may be larger
    has its least value as `value`, so that the units and the row of what is not assigned add up to
    the city; a rate that is not exact has none.
    """
    named = rows
    for name in ("numerator", "denominator"):
        for kind in ("shared", "whole"):
            if f"{kind}_{name}" not in rows.columns:
                named = named.with_columns(pl.lit(0.0).alias(f"{kind}_{name}"))
    numbers = named.with_columns(
        n0=_known("sure_numerator"),
        d0=_known("sure_denominator"),
        n1=_known("numerator"),
        d1=_known("denominator"),
        ns=_known("shared_numerator"),
        ds=_known("shared_denominator"),
    )
    reported = pl.col("state") == "reported"
    is_rest = pl.col("label") == UNASSIGNED
    differs = (pl.col("n0") != pl.col("n1")) | (pl.col("d0") != pl.col("d1"))
    lacks = pl.col("missing") != pl.col("sure_missing").fill_null(0)
    marked = numbers.with_columns(
        bounded=reported & ~is_rest & (differs | lacks), rest=reported & is_rest
    )
    return _name_exactness(_set_values(_set_limits(marked)))


def _known(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0.0)


def _set_limits(rows: pl.DataFrame) -> pl.DataFrame:
    """Set lower and upper: both the value where it is exact, none for what is not assigned."""
    least, most = pl.col("n0"), pl.col("n1")
    # Growth divides closing less opening stock by opening stock: the closing one has limits.
    base = pl.when(pl.col("grows")).then(1.0).otherwise(0.0)
    low = (least + base * pl.col("d0")) / pl.col("d1") - base
    high = (most + base * pl.col("d1")) / pl.col("d0") - base
    per = pl.col("per")
    lower = pl.when(pl.col("rate")).then(low * per).otherwise(least)
    upper = pl.when(~pl.col("rate")).then(most).when(pl.col("d0") > 0).then(high * per)
    open_ended = pl.col("rest") | pl.col("median")
    return rows.with_columns(
        lower=pl.when(open_ended).then(None).when("bounded").then(lower).otherwise("value"),
        upper=pl.when(open_ended).then(None).when("bounded").then(upper).otherwise("value"),
    )


def _set_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Set what is shown: the exact part, and where every share is known the estimate."""
    # The exact part and the split places with known shares are all there is.
    is_estimate = (
        pl.col("bounded")
        & (pl.col("n0") + pl.col("whole_numerator") == pl.col("n1"))
        & (pl.col("d0") + pl.col("whole_denominator") == pl.col("d1"))
        & (pl.col("n1") + pl.col("d1") > 0)
        & ~pl.col("grows")
    )
    estimated = rows.with_columns(estimated=is_estimate.fill_null(False))
    # What is not assigned is what is left once the parts with known shares are taken out of it.
    numerator = pl.col("n0") + pl.col("ns")
    denominator = pl.col("d0") + pl.col("ds")
    ratio = pl.when(denominator > 0).then(numerator / denominator * pl.col("per"))
    left = pl.when("rate").then(ratio).otherwise(numerator)
    part = pl.when(pl.col("rate") & ~pl.col("estimated")).then(None).otherwise(left)
    changed = pl.col("bounded") | pl.col("rest")
    value = pl.when(pl.col("bounded") & pl.col("median")).then(None).when("bounded").then(part)
    return estimated.with_columns(
        value=value.when(pl.col("rest") & ~pl.col("median")).then(left).otherwise("value"),
        numerator=pl.when(changed).then(numerator).otherwise("numerator"),
        denominator=pl.when(changed & pl.col("rate")).then(denominator).otherwise("denominator"),
    )


def _name_exactness(rows: pl.DataFrame) -> pl.DataFrame:
    no_median = pl.col("bounded") & pl.col("median")
    exactness = (
        pl.when(pl.col("rest") | no_median)
        .then(pl.lit("not_assignable"))
        .when("estimated")
        .then(pl.lit("estimate"))
        .when("bounded")
        .then(pl.lit("bounds"))
        .otherwise("exactness")
    )
    state = pl.when(no_median).then(pl.lit("not_applicable")).otherwise("state")
    return rows.with_columns(exactness=exactness, state=state)
