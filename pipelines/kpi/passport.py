"""Where a figure comes from: a code, period and place in, every cell or line it is made of out, to be added again."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import cells, looked, matrix
from pipelines.kpi.asked import Asked, asked, placed
from pipelines.kpi.question import figure
from pipelines.kpi.store import Store
from pipelines.privacy.scope import CITY, Scope
from pipelines.warehouse.referrals import SILENT_DAYS

PLACE = ["ward", "ward_name", "district", "district_name"]
#: What each counted thing of the referral funnel asks of a line; the marks are set once, by the build.
_ASKS: dict[str, pl.Expr] = {
    "issued": pl.lit(True),
    "persons": pl.lit(True),
    "lost_or_dropped": pl.col("lost") | pl.col("dropped"),
    "days_median": pl.col("attended"),
    "days_p90": pl.col("attended"),
}


def passport(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: Store,
) -> pl.DataFrame:
    """One row per cell (or return, or referral line) that the figure counts; Σ value by `side` is the figure again.

    Columns: side, measure, ward, ward_name, district, district_name, reporter, period, value, submission, file,
    file_sha256, sheet, cell, received and, for cells, qualifier, estimate, flagged; for referrals the line.
    Cells of units outside the scope are not in it. Raises Refused (out_of_scope, no_lines) and what `values` raises.
    """
    kpi = figure(code)
    if not scope.sees_some:
        raise Refused("cells are for those who see exact figures", code="out_of_scope", label=kpi.label)
    about = asked(store, period, place, scope)
    if kpi.kind == "referrals":
        return _lines(store, kpi, about, scope)
    if kpi.kind == "returns":
        return _returns(store, about)
    base = catalog.kpi(kpi.numerator) if kpi.kind in ("growth", "progress") else kpi
    found = placed(cells.counted(store, base, about).drop("over_time"), about)
    order = pl.col("side").replace_strict({"numerator": 0, "denominator": 1}, return_dtype=pl.Int8)
    first = ["side", "measure", *PLACE, "reporter", "period", "value"]
    return found.sort(order, maintain_order=True).select(*first, pl.exclude(first))


def _lines(store: Store, kpi: Kpi, about: Asked, scope: Scope) -> pl.DataFrame:
    """One row per side and referral; a person counts once at a point, at the first line."""
    if not scope.sees_lines:
        raise Refused("single referrals are for the steward", code="no_lines", label=kpi.label)
    looked.lines(store, "passport", kpi.code, about.span.code)
    every = placed(cells.lines(store, kpi, about), about)
    sides = [("numerator", kpi.numerator), *([("denominator", kpi.denominator)] if kpi.denominator else [])]
    parts = [
        _asked_for(every, what, about).with_columns(side=pl.lit(side), measure=pl.lit(what)) for side, what in sides
    ]
    first = ["side", "measure", *PLACE, "reporter", "period", "value"]
    return pl.concat(parts).with_columns(value=pl.lit(1, pl.Int64)).select(*first, pl.exclude(first))


def _asked_for(every: pl.DataFrame, what: str, about: Asked) -> pl.DataFrame:
    if what == "open_over_30":
        old = pl.lit(about.span.end) - pl.col("referral_date") > timedelta(days=SILENT_DAYS)
        return every.filter(pl.col("pending") & old)
    found = every.filter(_ASKS.get(what, pl.col(what)))
    return found.unique(["reporter", "client"], keep="first", maintain_order=True) if what == "persons" else found


def _returns(store: Store, about: Asked) -> pl.DataFrame:
    """One row per side and return: expected ones below, received ones above."""
    every = matrix.returns(store, about)
    above = every.filter(pl.col("received")).with_columns(side=pl.lit("numerator"), measure=pl.lit("received"))
    below = every.filter(pl.col("expected")).with_columns(side=pl.lit("denominator"), measure=pl.lit("expected"))
    first = ["side", "measure", *PLACE, "reporter", "period"]
    return pl.concat([above, below]).select(*first, pl.lit(1, pl.Int64).alias("value"), "form", "submission", "state")
