"""Where a figure comes from: a code, period and place in, every cell or line it is made of out, to be added again."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import quality, referrals
from pipelines.kpi.query import KpiTerm, find_queried_kpi, kpi_terms
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Span
from pipelines.warehouse.referral_facts import SILENT_DAYS

_OWN = ["side", "reporter"]


def list_counted_cells(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """One row per cell of a sum or ratio over measures; adding `value` by side gives numerator and denominator.

    Columns: side, measure, over_time, place_group, reporter, period, value, qualifier, estimate, flagged, submission,
    file, file_sha256, sheet, cell, received. A ratio needs both sides (docs/domain.md 4.1).
    """
    wanted = kpi_terms(kpi, about.span)
    found = store.query(
        "cells",
        {
            **_term_parameters(store, kpi, wanted, about),
            **_time_parameters(about.span),
            **about.over.place_parameters(),
        },
    )
    return _keep_both_sides(_keep_complete_reporters(_count_once(found), wanted), kpi)


def _term_parameters(
    store: WarehouseReader, kpi: Kpi, wanted: Sequence[KpiTerm], about: ListQuery
) -> dict[str, list[object]]:
    return {
        "side": [t.side for t in wanted],
        "measure": [t.measure.code for t in wanted],
        "measure_nr": [store.numbers[t.measure.code] for t in wanted],
        "over_time": [t.measure.over_time for t in wanted],
        "protected": [about.over.is_protected(kpi.protected)] * len(wanted),
    }


def _time_parameters(span: Span) -> dict[str, list[object]]:
    return {
        "quarter": [q.index for q in span.quarters],
        "is_last": [q == span.last for q in span.quarters],
    }


def _count_once(found: pl.DataFrame) -> pl.DataFrame:
    """A measure that holds if it held in any quarter counts once: its first largest cell."""
    key = ["side", "measure", "reporter"]
    often = found.filter(pl.col("over_time") != "any")
    largest = found.filter(pl.col("over_time") == "any").sort(
        "value", descending=True, maintain_order=True
    )
    return pl.concat([often, largest.unique(key, keep="first", maintain_order=True)])


def _keep_complete_reporters(found: pl.DataFrame, wanted: Sequence[KpiTerm]) -> pl.DataFrame:
    """Only reporters that gave every measure of a side: half a sum is no sum."""
    needed = {
        side: len({t.measure.code for t in wanted if t.side == side})
        for side in ("numerator", "denominator")
    }
    whole = found.group_by(_OWN).agg(pl.col("measure").n_unique().alias("given"))
    kept = whole.filter(
        pl.col("given") == pl.col("side").replace_strict(needed, return_dtype=pl.UInt32)
    )
    return found.join(kept, on=_OWN, how="semi", maintain_order="left")


def _keep_both_sides(found: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    if not kpi.denominator:
        return found
    sides = found.group_by("reporter").agg(pl.col("side").n_unique())
    return found.join(
        sides.filter(pl.col("side") == 2), on="reporter", how="semi", maintain_order="left"
    )


def sum_by_reporter(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """One row per reporter that contributes to a count: place_group, reporter, value."""
    return (
        list_counted_cells(store, kpi, about)
        .group_by("reporter", maintain_order=True)
        .agg(pl.col("place_group").first(), pl.col("value").sum())
    )


def list_referral_lines(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """One row per referral that a figure about referrals may count."""
    services = list(kpi.services or catalog.choices("service"))
    given = {
        "service": services,
        "programme": kpi.programme,
        "quarter": _time_parameters(about.span)["quarter"],
    }
    return store.query("referral_lines", {**given, **about.over.place_parameters()})


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
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per cell (or return, or referral line) that the figure counts; Σ value by `side` is the figure again.

    Columns: side, measure, ward, ward_name, district, district_name, reporter, period, value, submission, file,
    file_sha256, sheet, cell, received and, for cells, qualifier, estimate, flagged; for referrals the line.
    Cells of units outside the scope are not in it. Raises Refused (out_of_scope, no_lines) and what `values` raises.
    """
    kpi = find_queried_kpi(code)
    if not scope.sees_some:
        raise Refused(
            "cells are for those who see exact figures", code="out_of_scope", label=kpi.label
        )
    about = read_list_query(store, period, place, scope)
    if kpi.kind == "referrals":
        return _trace_referrals(store, kpi, about, scope)
    if kpi.kind == "returns":
        return _trace_returns(store, about)
    base = catalog.find_kpi(kpi.numerator) if kpi.kind in ("growth", "progress") else kpi
    found = add_place_names(list_counted_cells(store, base, about).drop("over_time"), about)
    order = pl.col("side").replace_strict({"numerator": 0, "denominator": 1}, return_dtype=pl.Int8)
    first = ["side", "measure", *PLACE, "reporter", "period", "value"]
    return found.sort(order, maintain_order=True).select(*first, pl.exclude(first))


def _trace_referrals(
    store: WarehouseReader, kpi: Kpi, about: ListQuery, scope: Scope
) -> pl.DataFrame:
    """One row per side and referral; a person counts once at a point, at the first line."""
    if not scope.sees_lines:
        raise Refused("single referrals are for the steward", code="no_lines", label=kpi.label)
    referrals.audit_line_access(store, "passport", kpi.code, about.span.code)
    every = add_place_names(list_referral_lines(store, kpi, about), about)
    sides = [
        ("numerator", kpi.numerator),
        *([("denominator", kpi.denominator)] if kpi.denominator else []),
    ]
    parts = [
        _select_asked(every, what, about).with_columns(side=pl.lit(side), measure=pl.lit(what))
        for side, what in sides
    ]
    first = ["side", "measure", *PLACE, "reporter", "period", "value"]
    return (
        pl.concat(parts).with_columns(value=pl.lit(1, pl.Int64)).select(*first, pl.exclude(first))
    )


def _select_asked(every: pl.DataFrame, what: str, about: ListQuery) -> pl.DataFrame:
    if what == "open_over_30":
        old = pl.lit(about.span.end) - pl.col("referral_date") > timedelta(days=SILENT_DAYS)
        return every.filter(pl.col("pending") & old)
    found = every.filter(_ASKS.get(what, pl.col(what)))
    return (
        found.unique(["reporter", "client"], keep="first", maintain_order=True)
        if what == "persons"
        else found
    )


def _trace_returns(store: WarehouseReader, about: ListQuery) -> pl.DataFrame:
    """One row per side and return: expected ones below, received ones above."""
    every = quality.list_coverage(store, about)
    above = every.filter(pl.col("received")).with_columns(
        side=pl.lit("numerator"), measure=pl.lit("received")
    )
    below = every.filter(pl.col("expected")).with_columns(
        side=pl.lit("denominator"), measure=pl.lit("expected")
    )
    first = ["side", "measure", *PLACE, "reporter", "period"]
    return pl.concat([above, below]).select(
        *first, pl.lit(1, pl.Int64).alias("value"), "form", "submission", "state"
    )


SIGNS = {0: "=", 1: ">", 2: "~"}


def reported(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per field of forms A and B and return owed or received.

    Columns: form, field, reporter, period, received, value (whole, in the field's unit; null when not reported or
    suppressed), qualifier (=, >, ~), estimate, state (reported, not_reported, suppressed).
    """
    about = read_list_query(store, period, place, scope)
    fields = list(catalog.fields().values())
    where = about.over.place_parameters()
    found = store.query(
        "reported",
        {
            "quarter": [q.index for q in about.span.quarters],
            "place": where["place"],
            "exact": where["exact"],
            "field": [f.code for f in fields],
            "form": [f.form for f in fields],
            "protected": [about.over.is_protected(f.protected) for f in fields],
        },
    )
    state = (
        pl.when("suppressed")
        .then(pl.lit("suppressed"))
        .when(pl.col("value").is_null())
        .then(pl.lit("not_reported"))
        .otherwise(pl.lit("reported"))
    )
    sign = pl.col("qualifier").replace_strict(SIGNS, return_dtype=pl.String, default=None)
    return found.with_columns(state=state, qualifier=sign).drop("suppressed")
