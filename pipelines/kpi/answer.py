"""The frame a reader gets: every asked combination with its value, coverage, state, exactness and qualifier."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.evaluate import KEY, coverage
from pipelines.kpi.grid import TOGETHER, Grid
from pipelines.privacy.scope import Scope
from pipelines.reference.periods import Span, parse

COLUMNS = [*KEY, "service", "numerator", "denominator", "qualifier", "estimate"]
_KINDS: dict[str, type[pl.DataType]] = {
    "figure": pl.String,
    "bucket": pl.String,
    "place_group": pl.String,
    "service": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "qualifier": pl.Int32,
    "estimate": pl.Int32,
}
#: A median of fewer would describe somebody (domain 9.3, P5).
SMALLEST_MEDIAN = 5
#: Days on which codes changed hands: a span across one compares different places.
BOUNDARIES = (date(2025, 1, 1), date(2025, 7, 1))


def empty() -> pl.DataFrame:
    return pl.DataFrame(schema=_KINDS)


def answer(
    figures: Sequence[Kpi],
    rows: pl.DataFrame,
    returned: pl.DataFrame,
    over: Grid,
    by: Sequence[str],
    scope: Scope,
    *,
    finer: bool = False,
) -> pl.DataFrame:
    """One row per figure and asked combination, in the order figures, places, time, services were asked."""
    by_service = "service" in by
    skeleton = pl.concat([_skeleton(k, over, by_service, finer=finer) for k in figures] or [_nothing()])
    found = skeleton.join(rows, on=[*KEY, "service"], how="left", maintain_order="left")
    covered = found.join(_coverage(figures, returned, over), on=KEY, how="left", maintain_order="left")
    told = covered.with_columns(
        pl.col("expected").fill_null(0.0).cast(pl.Int64), pl.col("received").fill_null(0.0).cast(pl.Int64)
    )
    return _cut(_spoken(_judged(told, scope)), by, over)


def _skeleton(kpi: Kpi, over: Grid, by_service: bool, *, finer: bool) -> pl.DataFrame:
    """Every bucket, group and service of one figure, with what is known of them beforehand."""
    services = list(kpi.services or catalog.choices("service")) if by_service else [""]
    since = parse(kpi.since).first.index if kpi.since else 0
    times = pl.DataFrame(
        {
            "bucket": [b.code for b in over.buckets],
            "too_early": [b.last.index < since or finer for b in over.buckets],
            "crossed": [_crosses(b) for b in over.buckets],
        }
    )
    return (
        over.groups.join(times, how="cross", maintain_order="left_right")
        .join(pl.DataFrame({"service": services}), how="cross", maintain_order="left_right")
        .with_columns(
            figure=pl.lit(kpi.code),
            kind=pl.lit(kpi.kind),
            rate=pl.lit(bool(kpi.denominator)),
            median=pl.lit(kpi.numerator.startswith("days_")),
            per=pl.lit(float(kpi.per)),
            protected=pl.lit(kpi.protected),
            caveated=pl.lit("estimate" in kpi.caveats),
        )
    )


def _nothing() -> pl.DataFrame:
    from_nothing = {**dict.fromkeys(("figure", "bucket", "place_group", "service", "kind"), pl.String)}
    flags = dict.fromkeys(("exact", "too_early", "crossed", "rate", "median", "protected", "caveated"), pl.Boolean)
    names = dict.fromkeys(("code", "name", "district_code", "district_name"), pl.String)
    return pl.DataFrame(schema={**names, **from_nothing, **flags, "per": pl.Float64})


def _crosses(bucket: Span) -> bool:
    return any(bucket.start < day <= bucket.end for day in BOUNDARIES)


def _coverage(figures: Sequence[Kpi], returned: pl.DataFrame, over: Grid) -> pl.DataFrame:
    """Returns expected and received, one row per figure, bucket and group."""
    lengths = {b.code: len(b) for b in over.buckets}
    forms = returned.filter(pl.col("source") != "register")
    whole = forms.group_by("bucket", "place_group").agg(pl.col("expected", "received").sum())
    parts = []
    for kpi in figures:
        for bucket, length in lengths.items():
            stands = coverage(kpi, length)
            own = whole if stands.source == "all" else returned.filter(pl.col("source") == stands.source)
            names = ("expected_last", "received_last") if stands.last_only else ("expected", "received")
            parts.append(
                own.filter(pl.col("bucket") == bucket).select(
                    pl.lit(kpi.code).alias("figure"),
                    "bucket",
                    "place_group",
                    pl.col(names[0]).alias("expected"),
                    pl.col(names[1]).alias("received"),
                )
            )
    kinds = {"figure": pl.String, "bucket": pl.String, "place_group": pl.String}
    return pl.concat(parts or [pl.DataFrame(schema={**kinds, "expected": pl.Float64, "received": pl.Float64})])


def _judged(rows: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """The state of each row: the four kinds of nothing are told apart here and nowhere else."""
    hidden = pl.col("protected") & ~pl.col("exact") if not scope.sees_all else pl.lit(False)
    counted = pl.col("kind") == "referrals"
    # A register of referrals that came without a line says none: that is a reported zero.
    numerator = (
        pl.when(counted & pl.col("numerator").is_null() & ~pl.col("median") & (pl.col("received") > 0))
        .then(0.0)
        .otherwise(pl.col("numerator"))
    )
    none_below = pl.col("rate") & (pl.col("denominator").fill_null(0.0) == 0) & (pl.col("received") > 0)
    too_few = pl.col("median") & (pl.col("denominator").fill_null(0.0) < SMALLEST_MEDIAN)
    state = (
        pl.when(pl.col("too_early"))
        .then(pl.lit("not_applicable"))
        .when(hidden)
        .then(pl.lit("suppressed"))
        .when((pl.col("expected") == 0) & (pl.col("received") == 0))
        .then(pl.lit("not_applicable"))
        .when((pl.col("received") == 0) | (pl.col("numerator").is_null() & ~none_below & ~too_few))
        .then(pl.lit("not_reported"))
        .when(none_below | too_few)
        .then(pl.lit("not_applicable"))
        .otherwise(pl.lit("reported"))
    )
    return rows.with_columns(numerator=numerator).with_columns(state=state)


def _spoken(rows: pl.DataFrame) -> pl.DataFrame:
    """Value, exactness and qualifier; nothing but the state remains where there is no number to show."""
    shown = pl.col("state") == "reported"
    ratio = pl.when(pl.col("rate")).then(pl.col("numerator") / pl.col("denominator") * pl.col("per"))
    exactness = (
        pl.when(pl.col("crossed") & (pl.col("place_group") != TOGETHER))
        .then(pl.lit("not_comparable"))
        .when(pl.col("caveated") | (pl.col("estimate") == 1))
        .then(pl.lit("estimate"))
        .otherwise(pl.lit("exact"))
    )
    sign = pl.col("qualifier").replace_strict({0: "=", 1: ">", 2: "~"}, default="=", return_dtype=pl.String)
    visible = pl.col("state").is_in(["reported", "not_applicable"])
    return rows.with_columns(
        value=pl.when(shown).then(ratio.otherwise(pl.col("numerator"))),
        numerator=pl.when(visible & ~pl.col("too_early")).then(pl.col("numerator")),
        denominator=pl.when(visible & ~pl.col("too_early")).then(pl.col("denominator")),
        exactness=exactness,
        qualifier=pl.when(shown).then(sign),
    )


def _cut(rows: pl.DataFrame, by: Sequence[str], over: Grid) -> pl.DataFrame:
    """The columns asked for, named as `by` names them."""
    cuts: list[pl.Expr] = []
    for name in by:
        if name == "district":
            cuts += [pl.col("district_code").alias("district"), pl.col("district_name")]
        elif name == "ward":
            cuts += [pl.col("code").alias("ward"), pl.col("name").alias("ward_name")]
            if "district" not in by:
                cuts += [pl.col("district_code").alias("district"), pl.col("district_name")]
        elif name == "service":
            cuts.append(pl.col("service"))
        else:
            cuts.append(pl.col("bucket").alias(name))
    rest = ["value", "numerator", "denominator", "expected", "received", "state", "exactness", "qualifier"]
    return rows.select(pl.col("figure").alias("kpi"), *cuts, *rest)
