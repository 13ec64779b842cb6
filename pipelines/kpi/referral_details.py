"""Count referrals by what their slips say: verified result, reason for ending, receiver, person."""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from pipelines.errors import Refused
from pipelines.kpi.answers import answers
from pipelines.kpi.query import find_queried_kpi, parse_breakdown
from pipelines.kpi.query_grid import Grid, read_list_query
from pipelines.kpi.referrals import ISSUED, Programme
from pipelines.kpi.result import SMALLEST_MEDIAN
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope

Detail = Literal["outcome", "closed_reason", "facility", "sex", "age_band", "client_group"]
#: What a slip says about the referral, and what it says about the person.
ABOUT_REFERRAL = ("outcome", "closed_reason", "facility")
ABOUT_PERSON = ("sex", "age_band", "client_group")

#: What is counted of every value.
COUNTS = ("referrals", "followed", "issued", "issued_followed", "attended", "given_up")


@answers
def slip_details(
    detail: Detail,
    by: Sequence[str] = ("service",),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: Programme = "M4",
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Count referrals by a detail of their slips: one row per combination of `by` and its value.

    `by` may be what `outcomes` allows, and `facility`. Columns: those of `by`; the detail;
    referrals (with this value); followed (of these, followed for 90 days, which can be compared);
    issued and issued_followed (the same of all referrals of the combination of `by`); attended (of
    referrals, reached the receiver); given_up (of referrals, lost or dropped out); median, p90
    (days from referral to arrival, null on fewer than five arrivals). Values without a referral
    have no row, and neither has a combination whose exact number the reader may not see. A referral
    of a client of several groups counts in each. Details about the person are for those who may see
    single referrals. Raises Refused (unknown_split, out_of_scope), PeriodError and PlaceError.
    """
    _check_detail(detail, programme, scope)
    cuts = [cut for cut in by if cut != "facility"]
    place_by, step, by_service = parse_breakdown(cuts)
    over = read_list_query(store, period, place, scope, place_by, step).over
    parameters = {
        "detail": detail,
        "programme": programme,
        "by_service": by_service,
        "by_facility": "facility" in by,
        **over.time_parameters(),
        **over.place_parameters(reporter="reporter_id"),
    }
    counted = store.query_numbers("referral_details", parameters)
    rows = over.add_codes(counted.join(_list_exact_groups(over), on="place_group", how="semi"))
    return rows.select(_list_columns(detail, by))


def _list_exact_groups(over: Grid) -> pl.DataFrame:
    """Return the groups of which the reader may see every place exactly.

    NOTE: of the others only the reader's own places were counted: a part is not the group's number.
    """
    groups = over.places.group_by("place_group").agg(pl.col("exact").all())
    return groups.filter("exact").select("place_group")


def _list_columns(detail: Detail, by: Sequence[str]) -> list[pl.Expr]:
    sources = {"district": "group_code", "ward": "group_code"}
    sources |= {"service": "service", "facility": "facility"}
    enough = pl.col("attended") >= SMALLEST_MEDIAN
    # Of district and ward, only the finer one groups the rows.
    cuts = [cut for cut in by if cut != "district" or "ward" not in by]
    return [
        *(pl.col(sources.get(cut, "bucket_code")).alias(cut) for cut in cuts),
        pl.col("detail").alias(detail),
        *map(pl.col, COUNTS),
        pl.when(enough).then("days_median").alias("median"),
        pl.when(enough).then("days_p90").alias("p90"),
    ]


def _check_detail(detail: str, programme: Programme, scope: Scope) -> None:
    known = (*ABOUT_REFERRAL, *ABOUT_PERSON)
    if detail not in known:
        raise Refused(
            f"slips have no detail {detail!r}",
            code="unknown_split",
            text=detail,
            choices=", ".join(known),
        )
    if not scope.sees_some or (detail in ABOUT_PERSON and not scope.sees_lines):
        label = find_queried_kpi(ISSUED[programme]).label
        raise Refused("details are for those in charge", code="out_of_scope", label=label)
