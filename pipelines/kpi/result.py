"""The frame a reader gets: every asked combination with value, coverage, state and exactness."""

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi.evaluate import KEY, Asked
from pipelines.kpi.missing_cells import REASONS, UNPUBLISHED, find_coverage_source
from pipelines.kpi.query import TIMES
from pipelines.kpi.query_grid import Grid
from pipelines.kpi.released_numbers import add_released
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Span, parse_period

COLUMNS = [*KEY, "service", "numerator", "denominator", "qualifier", "estimate"]
_KINDS: dict[str, type[pl.DataType]] = {
    "figure": pl.Int32,
    "bucket": pl.Int32,
    "place_group": pl.Int32,
    "service": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "qualifier": pl.Int32,
    "estimate": pl.Int32,
}
#: A median of fewer would describe somebody (docs/domain.md 6.4).
SMALLEST_MEDIAN = 5
#: Days on which codes changed hands: a span across one compares different places.
BOUNDARIES = (date(2025, 1, 1), date(2025, 7, 1))


def empty_result() -> pl.DataFrame:
    return pl.DataFrame(schema=_KINDS)


def assemble_result(
    figures: Asked,
    rows: pl.DataFrame,
    returned: pl.DataFrame,
    missing: pl.DataFrame,
    over: Grid,
    by: Sequence[str],
    gate: float,
    *,
    released: pl.DataFrame | None = None,
    finer: bool = False,
    finish: Callable[[pl.DataFrame], pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Assemble one row per figure and asked combination.

    `released` holds what is shown of numbers that are hidden otherwise.
    The order is that in which figures, places, time and services were asked. `finish` adds lower
    and upper to the rows before columns are selected.
    """
    buckets = _bucket_frame(over, finer=finer)
    kpis = _kpi_frame(figures, over, by_service="service" in by)
    skeleton = kpis.join(buckets, how="cross", maintain_order="left_right")
    asked = over.groups.join(skeleton, how="cross").sort(
        "figure", "place_group", "bucket", maintain_order=True
    )
    answered = asked.join(rows, on=[*KEY, "service"], how="left", maintain_order="left")
    joined = answered.join(
        returned, on=["source", "bucket", "place_group"], how="left", maintain_order="left"
    )
    counted = joined.join(missing, on=KEY, how="left", maintain_order="left")
    covered = _add_missing(_add_coverage(counted), gate)
    if released is not None and released.height:
        covered = add_released(covered, released)
    complete = _add_values(assign_state(covered))
    limits = ["lower", "upper"] if finish else []
    return _select_breakdown(finish(complete) if finish else complete, by, limits)


def _bucket_frame(over: Grid, *, finer: bool) -> pl.DataFrame:
    """Return one row per bucket, with what is known of it beforehand."""
    rows = []
    for number, bucket in enumerate(over.buckets):
        ends_in = bucket.last.index
        is_long = len(bucket) > 1
        crossed = over.as_reported and _crosses_reform(bucket)
        rows.append((number, bucket.code, ends_in, is_long, crossed, finer))
    names = ["bucket", "bucket_code", "ends_in", "long", "crossed", "finer"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_columns(pl.col("bucket").cast(pl.Int32))


def _crosses_reform(bucket: Span) -> bool:
    return any(bucket.start < day <= bucket.end for day in BOUNDARIES)


def _kpi_frame(figures: Asked, over: Grid, *, by_service: bool) -> pl.DataFrame:
    """Return one row per figure (and service, when cut by it), with what the catalogue says."""
    every_service = tuple(catalog.choices("service")) if by_service else ()
    rows = []
    for number, kpi in figures.items():
        description = _describe_kpi(kpi)
        protected = over.is_protected(kpi.protected)
        services = (kpi.services or every_service) if by_service else ("",)
        for service in services:
            row = {"figure": number, "service": service, **description, "protected": protected}
            rows.append(row)
    return pl.DataFrame(rows, schema=_KPI_SCHEMA)


_KPI_SCHEMA: dict[str, type[pl.DataType]] = {
    "figure": pl.Int32,
    "service": pl.String,
    "kpi": pl.String,
    "source": pl.String,
    "rate": pl.Boolean,
    "counted": pl.Boolean,
    "about_returns": pl.Boolean,
    "median": pl.Boolean,
    "protected": pl.Boolean,
    "grows": pl.Boolean,
    "caveated": pl.Boolean,
    "last_only": pl.Boolean,
    "per": pl.Float64,
    "since": pl.Int64,
}


def _describe_kpi(kpi: Kpi) -> dict[str, object]:
    return {
        "kpi": kpi.code,
        "source": find_coverage_source(kpi),
        "last_only": _is_last_only(kpi),
        "rate": bool(kpi.denominator),
        "counted": kpi.kind == "referrals",
        "about_returns": kpi.kind == "returns",
        "median": kpi.numerator.startswith("days_"),
        "grows": kpi.kind == "growth",
        "caveated": "estimate" in kpi.caveats,
        "per": float(kpi.per),
        "since": parse_period(kpi.since).first.index if kpi.since else 0,
    }


def _is_last_only(kpi: Kpi) -> bool:
    """Does the figure stand on the returns of the last quarter only, as stocks do?"""
    if kpi.kind in ("sum", "ratio"):
        return catalog.measures()[kpi.numerators[0]].over_time == "last"
    return kpi.kind in ("growth", "progress")


def _add_coverage(rows: pl.DataFrame) -> pl.DataFrame:
    """Add returns expected and received: reporters times quarters.

    For stocks those of the last quarter.
    """
    too_early = pl.col("finer") | (pl.col("ends_in") < pl.col("since"))
    return rows.with_columns(
        _count_returns("expected"), _count_returns("received"), too_early=too_early
    )


def _count_returns(name: str) -> pl.Expr:
    last = pl.col("last_only") & pl.col("long")
    count = pl.when(last).then(pl.col(f"{name}_last")).otherwise(pl.col(name))
    return count.fill_null(0.0).cast(pl.Int64).alias(name)


def _add_missing(rows: pl.DataFrame, gate: float) -> pl.DataFrame:
    """Add the values missing by reason; a return without every cell counts as not received.

    Nothing is missing where no return is owed yet, and a figure about returns is whole.
    """
    owed = (pl.col("expected") > 0) & ~pl.col("too_early") & ~pl.col("about_returns")
    reasons = []
    for reason in REASONS:
        count = pl.when(owed).then(pl.col(reason)).fill_null(0.0).cast(pl.Int64)
        reasons.append(count.alias(reason))
    counted = rows.with_columns(*reasons)
    incomplete = pl.col("incomplete").fill_null(0.0).cast(pl.Int64)
    total = pl.sum_horizontal(REASONS)
    complete = pl.max_horizontal(pl.col("received") - incomplete, 0)
    return counted.with_columns(
        received=complete,
        missing=total,
        missing_by=pl.struct(*REASONS, pl.lit(0, pl.Int64).alias(UNPUBLISHED)),
        partial=total > 0,
        below_gate=(total > 0) & (complete < pl.col("expected") * gate),
    )


def assign_state(rows: pl.DataFrame) -> pl.DataFrame:
    """Assign the state of each row; the four kinds of nothing are told apart only here."""
    hidden = pl.col("protected") & ~pl.col("exact")
    received = pl.col("received") > 0
    base = pl.col("denominator").fill_null(0.0)
    # A register of referrals that came without a line reports a zero.
    no_lines = pl.col("counted") & pl.col("numerator").is_null() & ~pl.col("median") & received
    numerator = pl.when(no_lines).then(0.0).otherwise(pl.col("numerator"))
    none_below = pl.col("rate") & (base == 0) & received
    too_few = pl.col("median") & (base < SMALLEST_MEDIAN)
    # None of five returns received is a completeness of 0, and known.
    # A unit on the register counts also where its place is no more and owes the register no row.
    placed = (pl.col("source") == "register") & pl.col("numerator").is_not_null()
    silent = (pl.col("received") == 0) & ~pl.col("about_returns") & ~placed
    state = (
        pl.when(pl.col("too_early"))
        .then(pl.lit("not_applicable"))
        .when(hidden)
        .then(pl.lit("suppressed"))
        .when((pl.col("expected") == 0) & (pl.col("received") == 0) & ~placed)
        .then(pl.lit("not_applicable"))
        .when(silent | (pl.col("numerator").is_null() & ~none_below & ~too_few))
        .then(pl.lit("not_reported"))
        .when(none_below | too_few)
        .then(pl.lit("not_applicable"))
        .otherwise(pl.lit("reported"))
    )
    return rows.with_columns(numerator=numerator).with_columns(state=state)


def _add_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Add value, exactness and qualifier; only the state remains where there is no number."""
    shown = pl.col("state") == "reported"
    scaled = pl.col("numerator") / pl.col("denominator") * pl.col("per")
    ratio = pl.when(pl.col("rate")).then(scaled)
    exactness = (
        pl.when(pl.col("crossed") & (pl.col("label") != province_code()))
        .then(pl.lit("not_comparable"))
        .when(pl.col("caveated") | (pl.col("estimate") == 1))
        .then(pl.lit("estimate"))
        .otherwise(pl.lit("exact"))
    )
    sign = (
        pl.when(pl.col("qualifier") == 2)
        .then(pl.lit("~"))
        .when(pl.col("qualifier") == 1)
        .then(pl.lit(">"))
    )
    # NOTE: a median of too few is not applicable, and must not leave as the numerator either.
    visible = shown | (
        (pl.col("state") == "not_applicable") & ~pl.col("too_early") & ~pl.col("median")
    )
    has_base = visible & (pl.col("rate") | pl.col("median"))
    return rows.with_columns(
        value=pl.when(shown).then(ratio.otherwise(pl.col("numerator"))),
        numerator=pl.when(visible).then(pl.col("numerator")),
        denominator=pl.when(has_base).then(pl.col("denominator")),
        exactness=exactness,
        qualifier=pl.when(shown).then(sign.otherwise(pl.lit("="))),
    )


def _select_breakdown(rows: pl.DataFrame, by: Sequence[str], limits: Sequence[str]) -> pl.DataFrame:
    """Select the columns asked for, named as `by` names them."""
    district = [pl.col("district_code").alias("district"), pl.col("district_name")]
    cuts: list[pl.Expr] = []
    for name in by:
        if name == "district":
            cuts += district
        elif name == "ward":
            cuts += [pl.col("label").alias("ward"), pl.col("name").alias("ward_name")]
            if "district" not in by:
                cuts += district
        elif name == "service":
            cuts.append(pl.col("service"))
        else:
            cuts.append(pl.col("bucket_code").alias(name))
    return rows.select("kpi", *cuts, *_VALUE_COLUMNS, *limits)


_VALUE_COLUMNS = (
    "value",
    "numerator",
    "denominator",
    "expected",
    "received",
    "missing",
    "missing_by",
    "partial",
    "below_gate",
    "state",
    "exactness",
    "qualifier",
)


def add_dates(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Add the first and the last day of the step of time in `by`, behind it."""
    time = next((cut for cut in by if cut == "period" or cut in TIMES), "")
    if not time:
        raise Refused("no step of time to date", code="dates_need_time")
    spans = {code: parse_period(code) for code in rows[time].unique()}
    at = rows.columns.index(time) + 1
    for name, days in (
        ("last_day", {code: span.end for code, span in spans.items()}),
        ("first_day", {code: span.start for code, span in spans.items()}),
    ):
        rows = rows.insert_column(
            at, rows[time].replace_strict(days, return_dtype=pl.Date).alias(name)
        )
    return rows


def spread_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row per combination of cuts, and the values of each code in a column."""
    cuts = rows.columns[1 : rows.columns.index("value")]
    # NOTE: without cuts there is nothing to stand beside; a pivot wants something.
    keyed = rows.with_columns(pl.lit(0).alias("one"))
    wide = keyed.pivot(on="kpi", index=[*cuts, "one"], values="value", maintain_order=True)
    return wide.drop("one")
