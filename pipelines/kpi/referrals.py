"""What became of referrals: by service or by quarter of referral, each slip in one place; how long it took."""

from collections.abc import Sequence
from getpass import getuser
from typing import Literal

import polars as pl

from pipelines.kpi import evaluate
from pipelines.kpi.query import find_queried_kpi, parse_breakdown
from pipelines.kpi.query_grid import read_list_query
from pipelines.kpi.result import SMALLEST_MEDIAN
from pipelines.kpi.values import values
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.store.state_db import StateDatabase

Programme = Literal["M4", "M3"]
#: The figure that counts slips in each programme.
ISSUED: dict[Programme, str] = {"M4": "R01", "M3": "L07"}
#: Steps reached so far, each holding the next, and where each slip stands now, which add up to `issued`.
STEPS = ("issued", "attended", "started", "completed")
KEYS = ("figure", "bucket", "place_group", "bucket_code", "group_code", "service", "pending")
ENDS = ("completed", "going", "arrived", "waiting", "refused", "lost", "dropped", "transferred")


def outcomes(
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per combination of `by` (service, quarter of referral, district …), zeros included.

    Columns: those of `by`, persons, issued, attended, started, completed, and where the slips stand: going (service
    started), arrived, waiting (no answer yet), refused, lost, dropped, transferred; over_30 (waiting for more than 30
    days at the period's end), expected, received, state. completed + going + … + transferred = issued.
    Out of scope every count is null and the state `suppressed`. Raises what `values` raises.
    """
    code = ISSUED[programme]
    base = values(code, by, period, place, scope=scope, store=store)
    counts = _count_funnel(code, by, period, place, scope, store)
    keys = base.columns[: base.columns.index("value")]
    found = base.join(
        counts, on=[k for k in keys if k in counts.columns], how="left", maintain_order="left"
    )
    known = pl.col("state") == "reported"
    names = ["persons", *STEPS, *ENDS[1:], "over_30"]
    told = [pl.when(known).then(pl.col(n).fill_null(0.0).cast(pl.Int64)).alias(n) for n in names]
    return found.select(*keys, *told, "expected", "received", "state")


def waiting(
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Days from referral to arrival: one row per combination of `by`: n (arrived), median, p90.

    Fewer than five arrivals have neither: they would describe somebody (docs/domain.md 6.4).
    """
    code = ISSUED[programme]
    base = values(code, by, period, place, scope=scope, store=store)
    counts = _count_funnel(code, by, period, place, scope, store)
    keys = base.columns[: base.columns.index("value")]
    found = base.join(
        counts, on=[k for k in keys if k in counts.columns], how="left", maintain_order="left"
    )
    arrived = (
        pl.when(pl.col("state") == "reported")
        .then(pl.col("attended").fill_null(0.0).cast(pl.Int64))
        .alias("n")
    )
    enough = pl.col("n") >= SMALLEST_MEDIAN
    days = [pl.when(enough).then(pl.col(f"days_{c}")).alias(c) for c in ("median", "p90")]
    return found.with_columns(arrived).select(*keys, "n", *days, "state")


def _count_funnel(
    code: str,
    by: Sequence[str],
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Every count of the funnel under the names of `by`."""
    place_by, step, by_service = parse_breakdown(by)
    over = read_list_query(store, period, place, scope, place_by, step).over
    rows = over.add_codes(
        evaluate.evaluate_referrals(store, {0: find_queried_kpi(code)}, over, by_service=by_service)
    )
    named = rows.with_columns(waiting=pl.col("pending"), over_30=pl.col("open_over_30"))
    cut = {"district": "group_code", "ward": "group_code", "service": "service"}
    columns = [
        pl.col(cut.get(b, "bucket_code")).alias(b)
        for b in by
        if b == place_by or b not in ("district", "ward")
    ]
    return named.select(*columns, pl.exclude(*KEYS, *by))


def audit_line_access(store: WarehouseReader, *codes: str) -> None:
    """Whoever runs this is about to read single referrals; `codes` say of what, never a value.

    NOTE: where nothing can be written down, nothing is read either: the error of the trail goes up.
    """
    StateDatabase(store.settings.home).record_event(getuser(), "lines", *codes)
