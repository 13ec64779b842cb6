"""The same figures by quarter and district, added once a build: facts in, one row per figure, quarter, district out.

What a city or district page shows over time is read from here; whatever is finer is added from the cells. Both ways
give the same numbers (a test compares them figure by figure).
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
    """One row per measure (or KPI of several, or of referrals), quarter and district: numerator, denominator, marks."""
    marked = facts.with_columns(pl.col("estimate").cast(pl.Int8)).filter(
        pl.col("place_id").is_not_null()
    )
    single = marked.rename({"measure": "figure", "value": "numerator"}).with_columns(
        denominator=pl.lit(0, pl.Int64)
    )
    parts = [_add_up(single)]
    parts += [_add_up(_pair_sides(k, marked)) for k in catalog.kpis().values() if is_composite(k)]
    counted = referral_facts.total_referrals(lines, calendar, list(catalog.kpis().values()))
    blank = {"qualifier": pl.lit(0, pl.Int8), "estimate": pl.lit(0, pl.Int8)}
    parts.append(counted.with_columns(**blank).select(parts[0].columns))
    return pl.concat(parts).sort(_KEY)


def is_composite(kpi: Kpi) -> bool:
    """A figure over several measures: a ratio, or a sum of fields."""
    return kpi.kind in ("sum", "ratio") and len(kpi.numerators + kpi.denominators) > 1


def _add_up(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(_KEY).agg(*_NUMBERS)


def _pair_sides(kpi: Kpi, facts: pl.DataFrame) -> pl.DataFrame:
    """One row per reporter and quarter that gave every measure of every side."""
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
    needed = max(sum(m in catalog.fields() for m in measures), 1)
    return sums.filter(pl.col("len") >= needed).drop("len")
