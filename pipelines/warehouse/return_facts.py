"""Which returns were expected and which came: one row per reporter, form and quarter."""

from datetime import timedelta

import polars as pl

from pipelines import catalog
from pipelines.reference.periods import parse_period
from pipelines.settings import Settings

#: Digits of a commune's code, behind the letter and hyphen of a reporter's number.
CODE_LENGTH = 5
_KEY = ["reporter_id", "form", "quarter_index"]
_COLUMNS = [
    "place_id",
    "district_code",
    "expected",
    "received",
    "received_at",
    "on_time",
    "status",
    "submission",
    "fields_expected",
    "fields_received",
]


def expected_returns(teams: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """List the returns owed: A by active teams, B by active points from 2021, C by pilot wards.

    A pilot ward sends under the number its point has: referrals are numbered by the point
    (`P-00046-2020-1`).
    """
    form_a = teams.with_columns(form=pl.lit("A"))
    form_b = points.filter(pl.col("kind") == "point").with_columns(form=pl.lit("B"))
    pilots = points.filter(pl.col("kind") == "pilot")
    own_number = pl.col("reporter_id").str.split_exact("-", 1).struct.field("field_1")
    form_c = pilots.with_columns(form=pl.lit("C"), reporter_id="P-" + own_number)
    columns = [*_KEY, "place_id", "district_code"]
    rows = pl.concat([form.select(columns) for form in (form_a, form_b, form_c)])
    since = {code: parse_period(form.since).first.index for code, form in catalog.forms().items()}
    first = pl.col("form").replace_strict({**since, "C": 0}, return_dtype=pl.Int64)
    return rows.filter(pl.col("quarter_index") >= first)


def received_returns(
    newest: pl.DataFrame, submissions: pl.DataFrame, calendar: pl.DataFrame
) -> pl.DataFrame:
    """List the returns that came with content, one row each.

    With when each first came, its status, and how many required fields it gave. Form C alone (a
    pilot ward's) counts as received with its submission: a register without lines is a return of
    none.
    """
    quarters = calendar.select("period", "quarter_index")
    required = [field.code for field in catalog.fields().values() if field.required]
    required_given = pl.col("field").filter(pl.col("field").is_in(required))
    accepted = newest.filter(pl.col("form").is_in(["A", "B"]))
    forms = accepted.group_by(pl.col("reporter").alias("reporter_id"), "form", "period").agg(
        pl.col("received").min().alias("received_at"),
        pl.col("submission").sort_by("order").last(),
        required_given.n_unique().cast(pl.Int64).alias("fields_received"),
    )
    alone = (
        submissions.filter((pl.col("form") == "C") & (pl.col("status") != "returned"))
        .group_by(pl.col("unit").alias("reporter_id"), "form", "period")
        .agg(
            pl.col("received").min().alias("received_at"),
            pl.col("submission").last(),
            pl.lit(1, pl.Int64).alias("fields_received"),
        )
    )
    status = submissions.select("submission", "status")
    return (
        pl.concat([forms, alone])
        .join(quarters, on="period")
        .join(status, on="submission", how="left")
    )


def find_missing_values(
    standing: pl.DataFrame,
    newest: pl.DataFrame,
    returns: pl.DataFrame,
    submissions: pl.DataFrame,
    calendar: pl.DataFrame,
) -> pl.DataFrame:
    """List the values that the returns received owe and do not have.

    One row per field, reporter and quarter: `blocked` where an error keeps out what was sent,
    `blank` where nothing was. Nothing is missing of an optional field left blank, and of a field
    that the version of the form sent did not have yet.
    """
    asked = pl.DataFrame(
        [(f.form, f.code, f.required, f.since) for f in catalog.fields().values()],
        schema=["form", "field", "required", "since"],
        orient="row",
    )
    came = returns.filter("received", pl.col("form").is_in(["A", "B"]))
    quarters = calendar.select("period", "quarter_index")
    versions = submissions.select("submission", "version")
    sent = came.join(quarters, on="quarter_index").join(versions, on="submission", how="left")
    owed = sent.join(asked, on="form").filter(pl.col("version").fill_null(1) >= pl.col("since"))
    key = ["reporter_id", "period", "field"]
    absent = owed.join(newest.rename({"reporter": "reporter_id"}), on=key, how="anti")
    last_state = standing.group_by(pl.col("reporter").alias("reporter_id"), "period", "field").agg(
        pl.col("state").sort_by("order").last()
    )
    was_sent = pl.col("state").is_in(["blocked", "unread"]).fill_null(False)
    reasons = absent.join(last_state, on=key, how="left").with_columns(
        reason=pl.when(was_sent).then(pl.lit("blocked")).otherwise(pl.lit("blank"))
    )
    missing = reasons.filter(pl.col("required") | (pl.col("reason") == "blocked"))
    return missing.select("field", "reporter_id", "quarter_index", "place_id", "reason")


def match_returns(
    owed: pl.DataFrame,
    came: pl.DataFrame,
    placed: pl.DataFrame,
    calendar: pl.DataFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Match returns owed with those that came: one row per reporter, form and quarter of either.

    A return is on time until the end of the office's day `timely_days` after its period.
    """
    known = came.select(*_KEY, "received_at", "submission", "status", "fields_received")
    rows = owed.with_columns(expected=pl.lit(True)).join(known, on=_KEY, how="full", coalesce=True)
    ends = calendar.select("quarter_index", "ends")
    dated = _place_unexpected(rows, placed).join(ends, on="quarter_index", how="left")
    required = pl.col("form").replace_strict(_count_required_fields(), return_dtype=pl.Int64)
    matched = dated.with_columns(
        expected=pl.col("expected").fill_null(False),
        received=pl.col("received_at").is_not_null(),
        on_time=_is_in_time(settings).fill_null(False),
        fields_expected=required,
        fields_received=pl.col("fields_received").fill_null(0),
    )
    return matched.select(*_KEY, *_COLUMNS).sort(_KEY)


def _count_required_fields() -> dict[str, int]:
    """Count the fields each form has to give; form C gives its submission alone."""
    counts = {"A": 0, "B": 0}
    for field in catalog.fields().values():
        if field.required and field.form in counts:
            counts[field.form] += 1
    return {**counts, "C": 1}


def _place_unexpected(rows: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Place a return that nobody expected where its reporter's code says."""
    commune = pl.col("reporter_id").str.slice(len("D-"), CODE_LENGTH)
    now = placed.drop("ends")
    located = rows.with_columns(commune=commune).join(
        now, on=["commune", "quarter_index"], how="left", suffix="_now"
    )
    return located.with_columns(
        place_id=pl.coalesce("place_id", "place_id_now"),
        district_code=pl.coalesce("district_code", "district_code_now"),
    )


def _is_in_time(settings: Settings) -> pl.Expr:
    """Say whether a return came before the office's midnight after the last day of grace."""
    days = timedelta(days=settings.timely_days + 1)
    midnight = (pl.col("ends") + days).cast(pl.Datetime("us"))
    deadline = midnight.dt.replace_time_zone(settings.timezone)
    return pl.col("received_at").dt.convert_time_zone(settings.timezone) < deadline
