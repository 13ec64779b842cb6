"""What referrals led to, as verified, and why others failed: by service, receiver, place or time.

Who drops out (by sex, age band, client group) is for stewards alone: these groups are small.
"""

from collections.abc import Sequence

import polars as pl

from pipelines.catalog import choices
from pipelines.errors import Refused
from pipelines.kpi.answers import answers
from pipelines.kpi.query import parse_breakdown
from pipelines.kpi.query_grid import Grid, read_list_query
from pipelines.kpi.referrals import Programme
from pipelines.kpi.result import SMALLEST_MEDIAN
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope

#: Cuts by what the slip says of the client.
PERSONAL = ("sex", "age_band", "client_group")
#: Cuts that a slip answers itself; the others are those of every figure.
OWN_CUTS = ("service", "facility", *PERSONAL)
#: Where a slip stands now, and what equal follow-up has shown: one column each.
MARKS = ("attended", "completed", "refused", "lost", "dropped", "transferred", "waiting")
FOLLOWED = ("followed", "attended_30", "attended_90", "started_90", "completed_90", "lost_90")


@answers
def results(
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Count the verified results and failures of referrals dated in the period.

    One row per combination of `by` that has a referral: service, facility (empty: none named),
    district, ward, quarter, half or year of referral; sex, age_band, client_group for stewards.
    Columns: those of `by`, issued, attended, completed, refused, lost, dropped, transferred,
    waiting (no feedback), one for each outcome and each reason of the catalogue (`outcome_…`,
    `reason_…`), then of equal follow-up: followed, attended_30 to lost_90; median and p90 (days to
    arrival; null below five arrivals); state. All are referrals. A client of two groups counts in
    both, so these rows do not add up. A place out of scope has one row, null and `suppressed`.
    Raises Refused (unknown_split; no_lines for a cut by persons without the right to see lines),
    PeriodError and PlaceError.
    """
    if not scope.sees_lines and set(by) & set(PERSONAL):
        raise Refused("who drops out is for stewards", code="no_lines", label=PERSONAL[0])
    shared = [cut for cut in by if cut not in OWN_CUTS]
    place_by, step, _ = parse_breakdown(shared)
    over = read_list_query(store, period, place, scope, place_by, step).over
    keys = [cut for cut in by if not (cut == "district" and place_by == "ward")]
    slips = _read_slips(store, over, keys, programme)
    counted = slips.group_by(keys).agg(_list_counts()).with_columns(state=pl.lit("reported"))
    return pl.concat([counted.sort(keys), _list_hidden(over, keys)], how="diagonal_relaxed")


def _read_slips(
    store: WarehouseReader, over: Grid, keys: Sequence[str], programme: str
) -> pl.DataFrame:
    """Read one row per referral with the columns `keys`; a client's groups are a row each."""
    personal = any(cut in PERSONAL for cut in keys)
    parameters = {
        "programme": programme,
        "personal": personal,
        **over.time_parameters(),
        **over.place_parameters(),
    }
    found = store.query("referral_results", parameters)
    # NOTE: of a group that is seen in part only, no count is shown: it would pass for the whole.
    whole = over.groups.filter(pl.col("exact"))
    rows = over.add_codes(found.join(whole, on="place_group", how="semi"))
    if "client_group" in keys:
        rows = rows.with_columns(pl.col("client_group").str.split(";")).explode("client_group")
    codes = {"district": "group_code", "ward": "group_code"}
    named = []
    for cut in keys:
        if cut not in OWN_CUTS:
            named.append(pl.col(codes.get(cut, "bucket_code")).alias(cut))
    return rows.with_columns(named)


def _list_counts() -> list[pl.Expr]:
    """List the counts of a group of referrals, and its days to arrival."""
    counts = [pl.len().cast(pl.Int64).alias("issued")]
    for mark in (*MARKS, *FOLLOWED):
        counts.append(pl.col(mark).sum().cast(pl.Int64))
    for column, prefix in (("outcome", "outcome_"), ("closed_reason", "reason_")):
        for code in choices(column):
            is_code = pl.col(column) == code
            counts.append(is_code.sum().cast(pl.Int64).alias(f"{prefix}{code}"))
    enough = pl.col("days").count() >= SMALLEST_MEDIAN
    for name, part in (("median", 0.5), ("p90", 0.9)):
        days = pl.col("days").quantile(part, "linear")
        counts.append(pl.when(enough).then(days).alias(name))
    return counts


def _list_hidden(over: Grid, keys: Sequence[str]) -> pl.DataFrame:
    """List the places that the reader may not see exactly, one row each."""
    hidden = over.groups.filter(~pl.col("exact")).with_columns(state=pl.lit("suppressed"))
    for cut in keys:
        shown = pl.col("label") if cut in ("district", "ward") else pl.lit(None, pl.String)
        hidden = hidden.with_columns(shown.alias(cut))
    return hidden.select(*keys, "state")
