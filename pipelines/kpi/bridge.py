"""Why a figure differs between two builds: both in, one row per cell that makes the difference out."""

from collections.abc import Sequence

import polars as pl

from pipelines.kpi.passport import PLACE, passport
from pipelines.kpi.store import Store
from pipelines.privacy.scope import CITY, Scope

_KEY = ["side", "measure", "reporter", "period"]


def bridge(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    before: Store,
    after: Store,
    scope: Scope = CITY,
) -> pl.DataFrame:
    """One row per cell that is new, gone or changed: Σ difference by side is the difference of the figure.

    Columns: side, measure, ward, ward_name, district, district_name, reporter, period, before, after, difference,
    cause (new, gone, corrected), submission, sheet, cell of the newer build. For figures over measures; raises what
    `passport` raises.
    """
    old = passport(code, period, place, scope=scope, store=before)
    new = passport(code, period, place, scope=scope, store=after)
    both = old.join(new, on=_KEY, how="full", coalesce=True, suffix="_new", maintain_order="left_right")
    difference = pl.col("value_new").fill_null(0) - pl.col("value").fill_null(0)
    cause = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("new"))
        .when(pl.col("value_new").is_null())
        .then(pl.lit("gone"))
        .otherwise(pl.lit("corrected"))
    )
    own = [pl.coalesce(f"{c}_new", c).alias(c) for c in (*PLACE, "submission", "sheet", "cell")]
    moved = both.select(*_KEY, *own, before="value", after="value_new", difference=difference, cause=cause)
    changed = moved.filter((pl.col("difference") != 0) | (pl.col("cause") != "corrected"))
    first = ["side", "measure", *PLACE, "reporter", "period", "before", "after", "difference", "cause"]
    return changed.select(*first, "submission", "sheet", "cell")
