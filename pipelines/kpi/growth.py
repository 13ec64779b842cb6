"""Growth and progress of a count that is a stock: two closing days compared, or a closing day and a target."""

from dataclasses import replace

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi import evaluate
from pipelines.kpi.evaluate import KEY
from pipelines.kpi.grid import TOGETHER, Grid
from pipelines.kpi.store import Store
from pipelines.reference import targets
from pipelines.reference.periods import Span


def evaluated(store: Store, number: int, kpi: Kpi, over: Grid) -> pl.DataFrame:
    """One row per bucket and group: growth is change over opening stock, progress is stock over target."""
    base = {number: catalog.kpi(kpi.numerator)}
    rows = _progress(store, base, over) if kpi.kind == "progress" else _growth(store, base, over)
    return rows.select(*KEY, "numerator", "denominator", "qualifier", "estimate")


def _growth(store: Store, base: evaluate.Asked, over: Grid) -> pl.DataFrame:
    """Closing less opening stock over opening stock; the opening stock closes the quarter before the bucket."""
    closing = evaluate.measured(store, base, over)
    opening = evaluate.measured(store, base, replace(over, buckets=tuple(_before(b) for b in over.buckets)))
    opened = opening.select(*KEY, pl.col("numerator").alias("opening"))
    joined = closing.join(opened, on=KEY, how="inner")
    return joined.with_columns(numerator=pl.col("numerator") - pl.col("opening"), denominator=pl.col("opening"))


def _before(bucket: Span) -> Span:
    quarter = bucket.first.plus(-1)
    return Span(quarter, quarter)


def _progress(store: Store, base: evaluate.Asked, over: Grid) -> pl.DataFrame:
    """The city's closing stock over its target; a target of the whole city says nothing about one district."""
    rows = evaluate.measured(store, base, over)
    code = next(iter(base.values())).code
    goals = {i: targets.goal(code, b.last.year) for i, b in enumerate(over.buckets)}
    goal = pl.col("bucket").replace_strict(goals, return_dtype=pl.Float64)
    whole = over.groups.height == 1 and over.groups["label"].item() == TOGETHER
    return rows.with_columns(denominator=goal if whole else pl.lit(None, pl.Float64))
