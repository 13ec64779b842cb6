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


#: Days from issue within which a step counts. The return of the quarter after the referral's own
#: covers 90 days of every one of them; no longer span is observed for all.
EARLY_DAYS, LATE_DAYS = 30, 90


def mark_referral_steps(
    lines: pl.DataFrame, returned: pl.DataFrame, calendar: pl.DataFrame
) -> pl.DataFrame:
    """Add one Boolean column for every step and end, and what equal follow-up has shown.

    `answered_date`: the first day with any feedback; where a line has an end without a date, the
    last day of the period it was reported for. `followed`: the return of the next quarter was
    accepted, which gives the course of at least 90 days. attended_30 to lost_90: followed, and the
    step reached within so many days of issue.
    """
    marks = {name: mark.fill_null(False) for name, mark in MARKS.items()}
    ends = calendar.select(pl.col("period").alias("last_period"), pl.col("ends").alias("last_day"))
    marked = lines.with_columns(**marks).join(ends, on="last_period", how="left")
    dates = pl.min_horizontal("attended_date", "start_date", "outcome_date")
    undated_end = pl.when(~pl.col("pending")).then(pl.col("last_day"))
    ended = pl.coalesce("outcome_date", "last_day")
    left = pl.col("lost") | pl.col("dropped")
    followed = _add_followed(marked, returned)
    return followed.with_columns(
        answered_date=pl.coalesce(dates, undated_end),
        attended_30=_is_within(EARLY_DAYS, pl.col("attended_date")),
        attended_90=_is_within(LATE_DAYS, pl.col("attended_date")),
        started_90=_is_within(LATE_DAYS, pl.col("start_date")),
        completed_90=pl.col("completed") & _is_within(LATE_DAYS, ended),
        lost_90=left & _is_within(LATE_DAYS, ended),
    ).drop("last_day")


def _add_followed(lines: pl.DataFrame, returned: pl.DataFrame) -> pl.DataFrame:
    """Mark the referrals whose point (or pilot ward) sent an accepted return a quarter later."""
    came = returned.filter(pl.col("received")).select(
        "reporter_id",
        "form",
        pl.col("quarter_index").cast(pl.Int64) - 1,
        followed=pl.lit(True),
    )
    form = pl.when(pl.col("programme") == "M3").then(pl.lit("C")).otherwise(pl.lit("B"))
    key = ["reporter_id", "form", "quarter_index"]
    joined = lines.with_columns(form=form).join(
        came.unique(key), on=key, how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col("followed").fill_null(False)).drop("form")


def _is_within(days: int, day: pl.Expr) -> pl.Expr:
    """Was the referral followed and the day at most so many days after its issue?"""
    waited = (day - pl.col("referral_date")).dt.total_days()
    return (pl.col("followed") & (waited <= days)).fill_null(False)


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
    answered = (pl.col("answered_date") <= pl.col("ends")).fill_null(False)
    marked = dated.with_columns(open_over_30=~answered & (days_open > SILENT_DAYS))
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
    return pl.col(what).sum().cast(pl.Int64)
