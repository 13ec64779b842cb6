"""Where a figure comes from: every cell or referral line it is made of, to be added again."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import quality, referrals
from pipelines.kpi.answers import answers
from pipelines.kpi.query import KpiTerm, find_queried_kpi, kpi_terms
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Span
from pipelines.warehouse.facts import SILENT_DAYS

_OWN = ["side", "reporter"]


def list_counted_cells(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """List the cells of a sum or ratio over measures, one row per cell.

    Adding `value` by side gives numerator and denominator. Columns: side, measure, over_time,
    place_group, reporter, period, value, qualifier, estimate, flagged, submission, file,
    file_sha256, sheet, cell, received. A ratio needs both sides (docs/domain.md 4.1).
    """
    terms = kpi_terms(kpi, about.span)
    parameters = {
        **_term_parameters(store, kpi, terms, about),
        **_time_parameters(about.span),
        **about.over.place_parameters(),
    }
    once = _count_once(store.query("cells", parameters))
    return _keep_both_sides(_keep_complete_reporters(once, terms), kpi)


def _term_parameters(
    store: WarehouseReader, kpi: Kpi, terms: Sequence[KpiTerm], about: ListQuery
) -> dict[str, list[object]]:
    measures = [term.measure for term in terms]
    return {
        "side": [term.side for term in terms],
        "measure": [measure.code for measure in measures],
        "measure_nr": [store.find_number(measure.code) for measure in measures],
        "over_time": [measure.over_time for measure in measures],
        "protected": [about.over.is_protected(kpi.protected)] * len(terms),
    }


def _time_parameters(span: Span) -> dict[str, list[object]]:
    return {
        "quarter": [*span.quarter_indexes],
        "is_last": [q == span.last for q in span.quarters],
    }


def _count_once(found: pl.DataFrame) -> pl.DataFrame:
    """Count a measure once that holds if it held in any quarter: by its first largest cell."""
    key = ["side", "measure", "reporter"]
    repeatable = found.filter(pl.col("over_time") != "any")
    largest = found.filter(pl.col("over_time") == "any").sort(
        "value", descending=True, maintain_order=True
    )
    return pl.concat([repeatable, largest.unique(key, keep="first", maintain_order=True)])


def _keep_complete_reporters(found: pl.DataFrame, terms: Sequence[KpiTerm]) -> pl.DataFrame:
    """Keep the reporters that gave every measure of a side: half a sum is no sum."""
    measures: dict[str, set[str]] = {"numerator": set(), "denominator": set()}
    for term in terms:
        measures[term.side].add(term.measure.code)
    needed = {side: len(codes) for side, codes in measures.items()}
    given = pl.col("measure").n_unique().alias("given")
    counts = found.group_by(_OWN).agg(given)
    expected = pl.col("side").replace_strict(needed, return_dtype=pl.UInt32)
    complete = counts.filter(pl.col("given") == expected)
    return found.join(complete, on=_OWN, how="semi", maintain_order="left")


def _keep_both_sides(found: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    """Keep the reporters on both sides of a ratio; a count keeps all."""
    if not kpi.denominator:
        return found
    sides = found.group_by("reporter").agg(pl.col("side").n_unique())
    on_both = sides.filter(pl.col("side") == 2)
    return found.join(on_both, on="reporter", how="semi", maintain_order="left")


def sum_by_reporter(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """Add a count by reporter: one row per contributing reporter, place_group, reporter, value."""
    return (
        list_counted_cells(store, kpi, about)
        .group_by("reporter", maintain_order=True)
        .agg(pl.col("place_group").first(), pl.col("value").sum())
    )


def list_referral_lines(store: WarehouseReader, kpi: Kpi, about: ListQuery) -> pl.DataFrame:
    """List the referrals that a figure about referrals may count, one row per referral."""
    parameters = {
        "service": list(kpi.services or catalog.choices("service")),
        "programme": kpi.programme,
        "quarter": _time_parameters(about.span)["quarter"],
        **about.over.place_parameters(),
    }
    return store.query("referral_lines", parameters)


PLACE = ["ward", "ward_name", "district", "district_name"]
_TRACE_FIRST = ["side", "measure", *PLACE, "reporter", "period", "value"]
#: What each step of the referral funnel asks of a line; the build sets these marks once.
_ASKS: dict[str, pl.Expr] = {
    "issued": pl.lit(True),
    "persons": pl.lit(True),
    "days_median": pl.col("attended"),
    "days_p90": pl.col("attended"),
}


@answers
def passport(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List what the figure counts: one row per cell (or return, or referral line).

    Σ value by `side` is the figure again. Columns: side, measure, ward, ward_name, district,
    district_name, reporter, period, value, submission, file, file_sha256, sheet, cell, received
    and, for cells, qualifier, estimate, flagged; for referrals the line. Cells of units outside the
    scope are not in it. Raises Refused (out_of_scope, no_lines) and what `values` raises.
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
    cells = add_place_names(list_counted_cells(store, base, about).drop("over_time"), about)
    order = pl.col("side").replace_strict({"numerator": 0, "denominator": 1}, return_dtype=pl.Int8)
    return cells.sort(order, maintain_order=True).select(*_TRACE_FIRST, pl.exclude(_TRACE_FIRST))


def _trace_referrals(
    store: WarehouseReader, kpi: Kpi, about: ListQuery, scope: Scope
) -> pl.DataFrame:
    """List referrals by side, one row each; a person counts once at a point, at the first line."""
    if not scope.sees_lines:
        raise Refused("single referrals are for the steward", code="no_lines", label=kpi.label)
    referrals.audit_line_access(store, "passport", kpi.code, about.span.code)
    every = add_place_names(list_referral_lines(store, kpi, about), about)
    sides = {"numerator": kpi.numerator}
    if kpi.denominator:
        sides["denominator"] = kpi.denominator
    parts = []
    for side, what in sides.items():
        counted = _select_referrals(every, what, about)
        parts.append(counted.with_columns(side=pl.lit(side), measure=pl.lit(what)))
    lines = pl.concat(parts).with_columns(value=pl.lit(1, pl.Int64))
    return lines.select(*_TRACE_FIRST, pl.exclude(_TRACE_FIRST))


def _select_referrals(every: pl.DataFrame, what: str, about: ListQuery) -> pl.DataFrame:
    """Select the lines that a step of the funnel counts."""
    if what == "open_over_30":
        old = pl.lit(about.span.end) - pl.col("referral_date") > timedelta(days=SILENT_DAYS)
        is_answered = pl.col("answered_date") <= pl.lit(about.span.end)
        answered = is_answered.fill_null(False)
        return every.filter(~answered & old)
    lines = every.filter(_ASKS.get(what, pl.col(what)))
    if what == "persons":
        return lines.unique(["reporter", "client"], keep="first", maintain_order=True)
    return lines


def _trace_returns(store: WarehouseReader, about: ListQuery) -> pl.DataFrame:
    """List returns by side, one row each: received ones in the numerator, expected ones below."""
    every = quality.list_coverage(store, about)
    above = every.filter(pl.col("received")).with_columns(
        side=pl.lit("numerator"), measure=pl.lit("received")
    )
    below = every.filter(pl.col("expected")).with_columns(
        side=pl.lit("denominator"), measure=pl.lit("expected")
    )
    both = pl.concat([above, below]).with_columns(value=pl.lit(1, pl.Int64))
    return both.select(*_TRACE_FIRST, "form", "submission", "state")


@answers
def receipt_days(*, store: WarehouseReader) -> pl.DataFrame:
    """List the office's days on which something was received or decided, oldest first.

    One row per day; column: day. Between two of them nothing changes in any figure.
    """
    found = store.query("receipt_times")
    day = pl.col("at").dt.convert_time_zone(store.settings.timezone).dt.date().alias("day")
    return found.select(day).unique().sort("day")


SIGNS = {0: "=", 1: ">", 2: "~"}


@answers
def reported(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List the values of forms A and B: one row per field and return owed or received.

    Columns: form, field, reporter, period, received, value (whole, in the field's unit; null when
    not reported or suppressed), qualifier (=, >, ~), estimate, state (reported, not_reported,
    suppressed).
    """
    about = read_list_query(store, period, place, scope)
    fields = list(catalog.fields().values())
    where = about.over.place_parameters()
    parameters = {
        "quarter": _time_parameters(about.span)["quarter"],
        "place": where["place"],
        "exact": where["exact"],
        "field": [f.code for f in fields],
        "form": [f.form for f in fields],
        "protected": [about.over.is_protected(f.protected) for f in fields],
    }
    found = store.query("reported", parameters)
    state = (
        pl.when("suppressed")
        .then(pl.lit("suppressed"))
        .when(pl.col("value").is_null())
        .then(pl.lit("not_reported"))
        .otherwise(pl.lit("reported"))
    )
    sign = pl.col("qualifier").replace_strict(SIGNS, return_dtype=pl.String, default=None)
    return found.with_columns(state=state, qualifier=sign).drop("suppressed")
