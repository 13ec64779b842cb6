"""The frame a reader gets: every asked combination with its value, coverage, state, exactness and qualifier."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.evaluate import KEY, Asked
from pipelines.kpi.query_grid import TOGETHER, Grid
from pipelines.reference.periods import Span, parse_period
from pipelines.warehouse.facts import coverage_source

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
    over: Grid,
    by: Sequence[str],
    *,
    finer: bool = False,
) -> pl.DataFrame:
    """One row per figure and asked combination, in the order figures, places, time, services were asked."""
    times = _bucket_frame(over, finer=finer)
    skeleton = _kpi_frame(figures, over, by_service="service" in by).join(
        times, how="cross", maintain_order="left_right"
    )
    asked = over.groups.join(skeleton, how="cross").sort(
        "figure", "place_group", "bucket", maintain_order=True
    )
    found = asked.join(rows, on=[*KEY, "service"], how="left", maintain_order="left")
    covered = found.join(
        returned, on=["source", "bucket", "place_group"], how="left", maintain_order="left"
    )
    return _select_breakdown(_add_values(assign_state(_add_coverage(covered))), by)


def _bucket_frame(over: Grid, *, finer: bool) -> pl.DataFrame:
    """One row per bucket, with what is known of it beforehand."""
    rows = [
        (i, b.code, b.last.index, len(b) > 1, _crosses_reform(b), finer)
        for i, b in enumerate(over.buckets)
    ]
    names = ["bucket", "bucket_code", "ends_in", "long", "crossed", "finer"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("bucket").cast(pl.Int32)
    )


def _crosses_reform(bucket: Span) -> bool:
    return any(bucket.start < day <= bucket.end for day in BOUNDARIES)


def _kpi_frame(figures: Asked, over: Grid, *, by_service: bool) -> pl.DataFrame:
    """One row per figure (and service, when cut by it), with what the catalogue says of it."""
    every = list(catalog.choices("service"))
    rows = [
        {
            "figure": n,
            "service": service,
            **_describe_kpi(k),
            "protected": over.is_protected(k.protected),
        }
        for n, k in figures.items()
        for service in ((k.services or every) if by_service else ("",))
    ]
    flags = dict.fromkeys(
        ("rate", "counted", "about_returns", "median", "protected", "caveated", "last_only"),
        pl.Boolean,
    )
    texts = dict.fromkeys(("service", "kpi", "source"), pl.String)
    return pl.DataFrame(
        rows, schema={"figure": pl.Int32, **texts, **flags, "per": pl.Float64, "since": pl.Int64}
    )


def _describe_kpi(kpi: Kpi) -> dict[str, object]:
    return {
        "kpi": kpi.code,
        "source": _coverage_source(kpi),
        "last_only": _is_last_only(kpi),
        "rate": bool(kpi.denominator),
        "counted": kpi.kind == "referrals",
        "about_returns": kpi.kind == "returns",
        "median": kpi.numerator.startswith("days_"),
        "caveated": "estimate" in kpi.caveats,
        "per": float(kpi.per),
        "since": parse_period(kpi.since).first.index if kpi.since else 0,
    }


def _coverage_source(kpi: Kpi) -> str:
    """Which returns a figure's coverage is counted over: those of its numerator."""
    if kpi.kind in ("sum", "ratio"):
        return coverage_source(catalog.measures()[kpi.numerators[0]])
    if kpi.kind == "referrals":
        return "C" if kpi.programme == "M3" else "B"
    return "all" if kpi.kind == "returns" else "register"


def _is_last_only(kpi: Kpi) -> bool:
    """Stocks stand on the returns of the last quarter only."""
    if kpi.kind in ("sum", "ratio"):
        return catalog.measures()[kpi.numerators[0]].over_time == "last"
    return kpi.kind in ("growth", "progress")


def _add_coverage(rows: pl.DataFrame) -> pl.DataFrame:
    """Returns expected and received: reporters times quarters, for stocks those of the last quarter."""
    last = pl.col("last_only") & pl.col("long")
    told = [
        pl.when(last)
        .then(pl.col(f"{name}_last"))
        .otherwise(pl.col(name))
        .fill_null(0.0)
        .cast(pl.Int64)
        .alias(name)
        for name in ("expected", "received")
    ]
    return rows.with_columns(
        *told, too_early=pl.col("finer") | (pl.col("ends_in") < pl.col("since"))
    )


def assign_state(rows: pl.DataFrame) -> pl.DataFrame:
    """The state of each row: the four kinds of nothing are told apart here and nowhere else."""
    hidden = pl.col("protected") & ~pl.col("exact")
    # A register of referrals that came without a line says none: that is a reported zero.
    numerator = (
        pl.when(
            pl.col("counted")
            & pl.col("numerator").is_null()
            & ~pl.col("median")
            & (pl.col("received") > 0)
        )
        .then(0.0)
        .otherwise(pl.col("numerator"))
    )
    none_below = (
        pl.col("rate") & (pl.col("denominator").fill_null(0.0) == 0) & (pl.col("received") > 0)
    )
    too_few = pl.col("median") & (pl.col("denominator").fill_null(0.0) < SMALLEST_MEDIAN)
    # None of five returns received is a completeness of 0, and known.
    silent = (pl.col("received") == 0) & ~pl.col("about_returns")
    state = (
        pl.when(pl.col("too_early"))
        .then(pl.lit("not_applicable"))
        .when(hidden)
        .then(pl.lit("suppressed"))
        .when((pl.col("expected") == 0) & (pl.col("received") == 0))
        .then(pl.lit("not_applicable"))
        .when(silent | (pl.col("numerator").is_null() & ~none_below & ~too_few))
        .then(pl.lit("not_reported"))
        .when(none_below | too_few)
        .then(pl.lit("not_applicable"))
        .otherwise(pl.lit("reported"))
    )
    return rows.with_columns(numerator=numerator).with_columns(state=state)


def _add_values(rows: pl.DataFrame) -> pl.DataFrame:
    """Value, exactness and qualifier; nothing but the state remains where there is no number to show."""
    shown = pl.col("state") == "reported"
    ratio = pl.when(pl.col("rate")).then(
        pl.col("numerator") / pl.col("denominator") * pl.col("per")
    )
    exactness = (
        pl.when(pl.col("crossed") & (pl.col("label") != TOGETHER))
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


def _select_breakdown(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
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
            cuts.append(pl.col("bucket_code").alias(name))
    rest = [
        "value",
        "numerator",
        "denominator",
        "expected",
        "received",
        "state",
        "exactness",
        "qualifier",
    ]
    return rows.select("kpi", *cuts, *rest)
