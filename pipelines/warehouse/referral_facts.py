"""What became of each referral: lines of form C with a mark for every step and end."""

from collections.abc import Sequence

import polars as pl

from pipelines.catalog import Kpi

#: Days after which a referral without an answer is named.
SILENT_DAYS = 30
_STATUS = pl.col("status")
#: Steps reached (each may hold the next) and where the referral stands now (exactly one of them).
MARKS: dict[str, pl.Expr] = {
    "attended": pl.col("attended_date").is_not_null(),
    "started": pl.col("start_date").is_not_null(),
    "completed": _STATUS == "completed",
    "going": _STATUS == "started",
    "arrived": _STATUS == "attended",
    "pending": _STATUS.is_in(["issued", "pending"]),
    "refused": _STATUS.is_in(["refused_client", "refused_provider"]),
    "lost": _STATUS == "lost",
    "dropped": _STATUS == "dropped",
    "transferred": _STATUS == "transferred",
}


def mark_referral_steps(lines: pl.DataFrame) -> pl.DataFrame:
    """Add one Boolean column for every step and end."""
    return lines.with_columns(**{name: mark.fill_null(False) for name, mark in MARKS.items()})


def total_referrals(
    lines: pl.DataFrame, calendar: pl.DataFrame, figures: Sequence[Kpi]
) -> pl.DataFrame:
    """Add up the figures about referrals: one row per figure, quarter and district that has any.

    Medians are left out: they do not add up.
    """
    placed = lines.filter(pl.col("place_id").is_not_null()).drop("ends", strict=False)
    quarter_ends = calendar.select("quarter_index", "ends")
    dated = placed.join(quarter_ends, on="quarter_index")
    days_open = (pl.col("ends") - pl.col("referral_date")).dt.total_days()
    silent = days_open > SILENT_DAYS
    marked = dated.with_columns(open_over_30=pl.col("pending") & silent)
    parts = []
    for kpi in figures:
        if kpi.kind == "referrals" and not kpi.numerator.startswith("days_"):
            parts.append(_total_figure(kpi, marked))
    return pl.concat(parts)


def _total_figure(kpi: Kpi, lines: pl.DataFrame) -> pl.DataFrame:
    own = lines.filter(pl.col("programme") == kpi.programme)
    if kpi.services:
        own = own.filter(pl.col("service").is_in(list(kpi.services)))
    numerator = _count_expression(kpi.numerator)
    denominator = pl.lit(0, pl.Int64)
    if kpi.denominator:
        denominator = _count_expression(kpi.denominator)
    # People are distinct within a point and added over points.
    points = own.group_by("quarter_index", "district_code", "reporter_id").agg(
        numerator.alias("numerator"), denominator.alias("denominator")
    )
    added = points.group_by("quarter_index", "district_code").agg(
        pl.col("numerator", "denominator").sum()
    )
    return added.with_columns(figure=pl.lit(kpi.code))


def _count_expression(what: str) -> pl.Expr:
    if what == "persons":
        return pl.col("client").n_unique().cast(pl.Int64)
    if what == "issued":
        return pl.len().cast(pl.Int64)
    marks = {"lost_or_dropped": pl.col("lost") | pl.col("dropped")}
    return marks.get(what, pl.col(what)).sum().cast(pl.Int64)
