"""Figures by quarter and district, added once per build.

What a city or district page shows over time is read from here; whatever is finer is added from the
cells. Both ways give the same numbers (a test compares them figure by figure).
"""

from collections.abc import Sequence

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.warehouse import referral_facts

_UNIT = ["reporter_id", "quarter_index"]
_KEY = ["figure", "quarter_index", "district_code"]
_NUMBERS = [
    pl.col("numerator").sum(),
    pl.col("denominator").sum(),
    pl.col("qualifier", "estimate").max(),
]


def build_totals(facts: pl.DataFrame, lines: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Add up every measure, KPI of several measures and KPI of referrals.

    One row per figure, quarter and district: numerator, denominator, qualifier, estimate.
    """
    kpis = list(catalog.kpis().values())
    placed = facts.filter(pl.col("place_id").is_not_null())
    marked = placed.with_columns(pl.col("estimate").cast(pl.Int8))
    single = marked.rename({"measure": "figure", "value": "numerator"})
    parts = [_add_up(single.with_columns(denominator=pl.lit(0, pl.Int64)))]
    for kpi in kpis:
        if is_composite(kpi):
            parts.append(_add_up(_pair_sides(kpi, marked)))
    counted = referral_facts.total_referrals(lines, calendar, kpis)
    blank = {"qualifier": pl.lit(0, pl.Int8), "estimate": pl.lit(0, pl.Int8)}
    parts.append(counted.with_columns(**blank).select(parts[0].columns))
    return pl.concat(parts).sort(_KEY)


def is_composite(kpi: Kpi) -> bool:
    """Does the figure stand on several measures, as a ratio or a sum of fields does?"""
    return kpi.kind in ("sum", "ratio") and len(kpi.numerators + kpi.denominators) > 1


def _add_up(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(_KEY).agg(*_NUMBERS)


def _pair_sides(kpi: Kpi, facts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per reporter and quarter that gave every measure of every side."""
    above = _sum_side(facts, kpi.numerators).rename({"value": "numerator"})
    if not kpi.denominators:
        return above.with_columns(figure=pl.lit(kpi.code), denominator=pl.lit(0, pl.Int64))
    below = _sum_side(facts, kpi.denominators).select(*_UNIT, pl.col("value").alias("denominator"))
    return above.join(below, on=_UNIT, how="inner").with_columns(figure=pl.lit(kpi.code))


def _sum_side(facts: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    own = facts.filter(pl.col("measure").is_in(list(measures)))
    sums = own.group_by(_UNIT).agg(
        pl.col("value").sum(),
        pl.col("district_code").first(),
        pl.col("qualifier", "estimate").max(),
        pl.len(),
    )
    # NOTE: registers have no blanks, and a club, a team and a point are reporters of their own.
    field_count = sum(code in catalog.fields() for code in measures)
    return sums.filter(pl.col("len") >= max(field_count, 1)).drop("len")
