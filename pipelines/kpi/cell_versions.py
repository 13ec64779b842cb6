"""How the cells behind a figure came to be: every version received, what is missing, what changed.

A figure's changes add up to it: first values in time and late, corrections, and the rest.
"""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import quality
from pipelines.kpi.answers import answers
from pipelines.kpi.evaluate import reads_last_only
from pipelines.kpi.lineage import PLACE, passport
from pipelines.kpi.query import KpiTerm, find_queried_kpi, kpi_terms
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import parse_period
from pipelines.warehouse.facts import DERIVED_FIELDS

_CELL = ["side", "field", "reporter", "period"]
#: Why a figure is what it is: first values in time and late, corrections, and what is not counted
#: any more or not yet (withdrawn, waiting for approval, half a formula) or stands on registers.
CAUSES = ("on_time", "late", "corrected", "other")


def _list_terms(kpi: Kpi, about: ListQuery) -> list[tuple[KpiTerm, str]]:
    """Return the terms of a figure that a form's field gives, each with the field."""
    found = []
    for term in kpi_terms(kpi, about.span) if kpi.kind in ("sum", "ratio") else []:
        field = DERIVED_FIELDS.get(term.measure.code, term.measure.code)
        if field in catalog.fields():
            found.append((term, field))
    return found


def _field_parameters(
    terms: list[tuple[KpiTerm, str]], kpi: Kpi, about: ListQuery
) -> dict[str, list[object]]:
    span = about.span
    return {
        "side": [term.side for term, _ in terms],
        "field": [field for _, field in terms],
        "last_only": [term.measure.over_time == "last" for term, _ in terms],
        "protected": [about.over.is_protected(kpi.protected)] * len(terms),
        "quarter": [*span.quarter_indexes],
        "is_last": [quarter == span.last for quarter in span.quarters],
        **about.over.place_parameters(),
    }


@answers
def versions(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List every version of the cells that a figure may stand on, oldest first.

    Columns: side, ward, ward_name, district, district_name, reporter, period, field, text (as
    sent), value, state, received, submission, file, file_sha256, sheet, cell, origin (inbox,
    upload, …), sender (whose file it was), withdrawn. No rows for what stands on registers, slips
    or returns. Raises Refused (out_of_scope) and what `values` raises.
    """
    kpi = find_queried_kpi(code)
    if not scope.sees_some:
        raise Refused(
            "cells are for those who see exact figures", code="out_of_scope", label=kpi.label
        )
    about = read_list_query(store, period, place, scope)
    terms = _list_terms(kpi, about)
    found = store.query("versions", _field_parameters(terms, kpi, about))
    return _arrange(found, about)


@answers
def gaps(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List what a figure lacks, newest quarter first: one row per cell, or return not sent.

    Columns: ward, ward_name, district, district_name, reporter, period, field (of a cell), form (of
    a return), reason (blank, blocked, not_sent). That something is missing is no secret. Raises
    what `values` raises.
    """
    kpi = find_queried_kpi(code)
    about = read_list_query(store, period, place, scope)
    terms = _list_terms(kpi, about)
    fields = [field for _, field in terms]
    parameters = _field_parameters(terms, kpi, about)
    parameters["measure_nr"] = [store.find_number(field) for field in fields]
    for name in ("side", "protected"):
        del parameters[name]
    found = _arrange(store.query("missing_list", parameters), about)
    cells = found.unique(maintain_order=True).with_columns(form=pl.lit(""))
    unsent = _list_unsent(store, kpi, about, fields)
    both = pl.concat([unsent, cells.select(unsent.columns)])
    return both.sort("period", descending=True, maintain_order=True)


def _list_unsent(
    store: WarehouseReader, kpi: Kpi, about: ListQuery, fields: list[str]
) -> pl.DataFrame:
    """List the returns owed and not received on the forms that a figure stands on."""
    forms = {catalog.fields()[field].form for field in fields}
    terms = [term for term, _ in _list_terms(kpi, about)]
    if kpi.kind == "referrals":
        forms = {"B", "C"}
    if kpi.kind == "returns":
        forms = set(catalog.forms())
    coverage = quality.list_coverage(store, about)
    is_unsent = pl.col("expected") & ~pl.col("received")
    is_counted = pl.col("form").is_in(list(forms))
    # NOTE: a stock stands on the last quarter of a span alone.
    is_read = pl.col("period") == about.span.last.code if reads_last_only(terms) else pl.lit(True)
    owed = coverage.filter(is_unsent & is_counted & is_read)
    reason = pl.lit("not_sent").alias("reason")
    return owed.select(*PLACE, "reporter", "period", "form", pl.lit("").alias("field"), reason)


@answers
def history(
    code: str,
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """Say how a figure came to be what it is: one row per side, cause and office's day of receipt.

    Σ difference by side is the figure, as `passport` adds it. Columns: side, cause (on_time, late,
    corrected; other without a day), day, cells, difference. Raises Refused (no_cells) for figures
    that count no cells of a form, and what `passport` raises.
    """
    kpi = find_queried_kpi(code)
    about = read_list_query(store, period, place, scope)
    terms = [term for term, _ in _list_terms(kpi, about)]
    if not terms or any(term.measure.over_time == "any" for term in terms):
        raise Refused("the figure counts no cells", code="no_cells", label=kpi.label)
    whole = passport(code, period, place, scope=scope, store=store)
    received = versions(code, period, place, scope=scope, store=store)
    zone, days = store.settings.timezone, store.settings.timely_days
    steps = _list_steps(received, zone, days)
    return pl.concat([steps, _list_rest(whole, steps)])


def _list_steps(received: pl.DataFrame, zone: str, timely_days: int) -> pl.DataFrame:
    """Return what each day's receipts changed: first values in time or late, and corrections."""
    taken = received.filter((pl.col("state") == "accepted") & ~pl.col("withdrawn"))
    before = pl.col("value").shift(1).over(_CELL)
    day = pl.col("received").dt.convert_time_zone(zone).dt.date()
    ends = {code: parse_period(code).end for code in taken["period"].unique()}
    # NOTE: without any receipt there is nothing to replace, and the periods would stay texts.
    end = pl.lit(None, pl.Date)
    if ends:
        end = pl.col("period").replace_strict(ends, return_dtype=pl.Date)
    cause = (
        pl.when(before.is_not_null())
        .then(pl.lit("corrected"))
        .when(day > end + timedelta(days=timely_days))
        .then(pl.lit("late"))
        .otherwise(pl.lit("on_time"))
    )
    steps = taken.with_columns(
        cause=cause, day=day, difference=pl.col("value") - before.fill_null(0)
    )
    changed = steps.filter((pl.col("cause") != "corrected") | (pl.col("difference") != 0))
    sums = changed.group_by("side", "cause", "day").agg(
        pl.len().cast(pl.Int64).alias("cells"), pl.col("difference").sum().cast(pl.Int64)
    )
    return sums.sort("side", "day", "cause", descending=[True, False, True])


def _list_rest(whole: pl.DataFrame, steps: pl.DataFrame) -> pl.DataFrame:
    """Return what the receipts do not explain: one row per side where there is something."""
    counted = whole.group_by("side", maintain_order=True).agg(pl.col("value").sum())
    explained = steps.group_by("side").agg(pl.col("difference").sum())
    both = counted.join(explained, on="side", how="full", coalesce=True).fill_null(0)
    rest = both.select(
        "side",
        cause=pl.lit("other"),
        day=pl.lit(None, pl.Date),
        cells=pl.lit(None, pl.Int64),
        difference=(pl.col("value") - pl.col("difference")).cast(pl.Int64),
    )
    return rest.filter(pl.col("difference") != 0)


def _arrange(found: pl.DataFrame, about: ListQuery) -> pl.DataFrame:
    """Put the names of places in front, in the order of the rows."""
    numbered = found.with_row_index("row_order")
    named = add_place_names(numbered, about).sort("row_order").drop("row_order")
    return named.select(*PLACE, pl.exclude(PLACE))
