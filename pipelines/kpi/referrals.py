"""What became of referrals and how long they took, by service or quarter of referral."""

from collections.abc import Sequence
from getpass import getuser
from typing import Literal

import polars as pl

from pipelines.kpi import evaluate
from pipelines.kpi.answers import answers
from pipelines.kpi.query import find_queried_kpi, parse_breakdown
from pipelines.kpi.query_grid import read_list_query
from pipelines.kpi.result import SMALLEST_MEDIAN
from pipelines.kpi.values import values
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.store.state_db import StateDatabase

Programme = Literal["M4", "M3"]
#: The figure that counts referrals in each programme.
ISSUED: dict[Programme, str] = {"M4": "R01", "M3": "L07"}
#: Steps reached so far, each holding the next (STEPS), and where each referral stands now, which
#: adds up to `issued` (ENDS).
STEPS = ("issued", "attended", "started", "completed")
KEYS = ("figure", "bucket", "place_group", "bucket_code", "group_code", "service", "pending")
ENDS = ("completed", "going", "arrived", "waiting", "refused", "lost", "dropped", "transferred")


@answers
def outcomes(
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Count the steps of referrals: one row per combination of `by`, zeros included.

    `by` may be service, quarter of referral, district and so on. Columns: those of `by`, persons,
    issued, attended, started, completed, and where the referrals stand: going (service started),
    arrived, waiting (no answer yet), refused, lost, dropped, transferred; over_30 (without
    feedback for more than 30 days at the period's end, by the dates on the slips), expected,
    received, state.
    completed + going + … + transferred = issued. Out of scope every count is null and the state
    `suppressed`. Raises what `values` raises.
    """
    code = ISSUED[programme]
    keys, rows = _join_funnel(code, by, period, place, scope, store)
    names = ["persons", *STEPS, *ENDS[1:], "over_30"]
    counts = [_known_count(name).alias(name) for name in names]
    return rows.select(*keys, *counts, "expected", "received", "state")


@answers
def waiting(
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Compute the days from referral to arrival: one row per combination of `by`.

    Columns: those of `by`, n (arrived), median, p90, state. Fewer than five arrivals have no median
    and no p90: they would describe somebody (docs/domain.md 6.4).
    """
    code = ISSUED[programme]
    keys, rows = _join_funnel(code, by, period, place, scope, store)
    counted = rows.with_columns(n=_known_count("attended"))
    enough = pl.col("n") >= SMALLEST_MEDIAN
    median = pl.when(enough).then(pl.col("days_median")).alias("median")
    p90 = pl.when(enough).then(pl.col("days_p90")).alias("p90")
    return counted.select(*keys, "n", median, p90, "state")


def _known_count(name: str) -> pl.Expr:
    """Return a count of the funnel, null where the row is not reported."""
    known = pl.col("state") == "reported"
    return pl.when(known).then(pl.col(name).fill_null(0.0).cast(pl.Int64))


def _join_funnel(
    code: str,
    by: Sequence[str],
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    store: WarehouseReader,
) -> tuple[list[str], pl.DataFrame]:
    """Return the columns of `by`, and the rows of `values` with every count of the funnel."""
    base = values(code, by, period, place, scope=scope, store=store)
    counts = _count_funnel(code, by, period, place, scope, store)
    keys = base.columns[: base.columns.index("value")]
    shared = [key for key in keys if key in counts.columns]
    return keys, base.join(counts, on=shared, how="left", maintain_order="left")


def _count_funnel(
    code: str,
    by: Sequence[str],
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Return every count of the funnel, with the columns that `by` names."""
    place_by, step, by_service = parse_breakdown(by)
    over = read_list_query(store, period, place, scope, place_by, step).over
    figures = {0: find_queried_kpi(code)}
    counts = evaluate.evaluate_referrals(store, figures, over, by_service=by_service)
    rows = over.add_codes(counts)
    named = rows.with_columns(waiting=pl.col("pending"), over_30=pl.col("open_over_30"))
    sources = {"district": "group_code", "ward": "group_code", "service": "service"}
    columns = []
    for cut in by:
        # Of district and ward, only the finer one groups the rows.
        if cut == place_by or cut not in ("district", "ward"):
            columns.append(pl.col(sources.get(cut, "bucket_code")).alias(cut))
    return named.select(*columns, pl.exclude(*KEYS, *by))


def audit_line_access(store: WarehouseReader, *codes: str) -> None:
    """Record that this user is about to read single referrals; `codes` say of what, never a value.

    NOTE: where nothing can be recorded, nothing is read either: the trail's error is raised.
    """
    StateDatabase(store.settings.home).record_event(getuser(), "lines", *codes)
