"""Growth and progress of a count that is a stock: two closing days compared, or a closing day and a target."""

from dataclasses import replace

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi import evaluate
from pipelines.kpi.grid import TOGETHER, Grid
from pipelines.kpi.store import Store
from pipelines.reference import targets
from pipelines.reference.periods import Span


def evaluated(store: Store, kpi: Kpi, over: Grid) -> pl.DataFrame:
    """One row per bucket and group: growth is change over opening stock, progress is stock over target."""
    base = catalog.kpi(kpi.numerator)
    rows = _progress(store, base, over) if kpi.kind == "progress" else _growth(store, base, over)
    blanks = {"qualifier": pl.lit(0, pl.Int32), "estimate": pl.lit(0, pl.Int32), "service": pl.lit("")}
    return rows.with_columns(figure=pl.lit(kpi.code), **blanks).select(
        "figure", "bucket", "place_group", "service", "numerator", "denominator", "qualifier", "estimate"
    )


def _growth(store: Store, base: Kpi, over: Grid) -> pl.DataFrame:
    """Closing less opening stock over opening stock; the opening stock closes the quarter before the bucket."""
    closing = evaluate.measured(store, [base], over)
    before = {_before(b).code: b.code for b in over.buckets}
    opening = evaluate.measured(store, [base], replace(over, buckets=tuple(_before(b) for b in over.buckets)))
    opened = opening.select(
        pl.col("bucket").replace_strict(before, return_dtype=pl.String),
        "place_group",
        pl.col("numerator").alias("opening"),
    )
    joined = closing.join(opened, on=["bucket", "place_group"], how="inner")
    return joined.with_columns(numerator=pl.col("numerator") - pl.col("opening"), denominator=pl.col("opening"))


def _before(bucket: Span) -> Span:
    quarter = bucket.first.plus(-1)
    return Span(quarter, quarter)


def _progress(store: Store, base: Kpi, over: Grid) -> pl.DataFrame:
    """The city's closing stock over its target; a target of the whole city says nothing about one district."""
    rows = evaluate.measured(store, [base], over)
    goals = {b.code: targets.goal(base.code, b.last.year) for b in over.buckets}
    goal = pl.col("bucket").replace_strict(goals, return_dtype=pl.Float64)
    whole = over.groups.height == 1 and over.groups["place_group"].item() == TOGETHER
    return rows.with_columns(denominator=goal if whole else pl.lit(None, pl.Float64))
