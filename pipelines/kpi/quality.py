"""What is wrong or unusual in the returns: open issues, outliers, changes after a close."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import polars as pl

from pipelines import catalog, statistics
from pipelines.intake.validation.rules_across_periods import SERIES_FIELDS, is_unusual
from pipelines.kpi.answers import answers
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope

_FIRST = ["ward", "ward_name", "district", "district_name", "reporter"]
#: A value is compared with at most so many of its own earlier quarters, and with four at least.
PAST, LEAST = 12, 4


@answers
def issues(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List the errors and unanswered warnings of the newest return of each reporter and quarter.

    Columns: ward, ward_name, district, district_name, reporter, period, code, severity, field,
    sheet, cell, text, given (the values of its sentence, JSON), submission, file, received. Units
    outside the scope are not in it.
    """
    about = read_list_query(store, period, place, scope)
    return _arrange_columns(store.query("issues", _list_parameters(about)), about)


@answers
def revisions(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List the values that came after their period was closed and differ from what stood then.

    Columns: ward … reporter, period, field, before, after, closed, received, submission, sheet,
    cell, approved.
    """
    about = read_list_query(store, period, place, scope)
    return _arrange_columns(store.query("late", _list_parameters(about)), about)


@answers
def outliers(
    quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> pl.DataFrame:
    """List the values of a quarter that are unlike their own past, by the rule intake warns with.

    Columns: ward … reporter, measure, value, before (up to twelve earlier values, oldest first),
    last_year (the same quarter a year before, if any), score (modified z against the earlier ones),
    sheet, cell, submission.
    """
    about = read_list_query(store, quarter, place, scope)
    return _arrange_columns(_score_outliers(_read_series(store, about)), about)


@answers
def expected_outliers(
    quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> float:
    """Return how many values of a quarter `outliers` would list by chance alone.

    Each value of a series stands last in turn, and is held against all the others: where no quarter
    differs from the rest, each of them is as likely to be the newest (docs/domain.md 7.8).
    """
    series = _read_series(store, read_list_query(store, quarter, place, scope))
    expected = 0.0
    for value, before in series.select("value", "before").iter_rows():
        expected += _share_of_unusual([*before, value])
    return expected


def _share_of_unusual(values: list[int]) -> float:
    """Return for which share of the values `is_unusual` holds, each against all the others."""
    found = 0
    for at, value in enumerate(values):
        found += is_unusual(value, values[:at] + values[at + 1 :])
    return found / len(values)


def _read_series(store: WarehouseReader, about: ListQuery) -> pl.DataFrame:
    """Return one row per value of the quarter that has a past of its own, with that past."""
    every_code = chain.from_iterable(SERIES_FIELDS.values())
    codes = [code for code in every_code if code in store.numbers]
    fields = catalog.fields()
    parameters = {
        "measure": codes,
        "measure_nr": [store.numbers[code] for code in codes],
        "protected": [about.over.is_protected(fields[code].protected) for code in codes],
        "now": about.span.last.index,
        "past": PAST,
        "least": LEAST,
        **about.over.place_parameters(),
    }
    return store.query("series", parameters)


def _list_parameters(about: ListQuery) -> dict[str, Any]:
    return {"quarter": about.span.quarter_indexes, **about.over.place_parameters()}


def _arrange_columns(found: pl.DataFrame, about: ListQuery) -> pl.DataFrame:
    return add_place_names(found, about).select(*_FIRST, pl.exclude(_FIRST))


def _score_outliers(series: pl.DataFrame) -> pl.DataFrame:
    """Keep the values that are unlike those before them, with their score."""
    unusual: list[bool] = []
    scores: list[float | None] = []
    for value, before in series.select("value", "before").iter_rows():
        unusual.append(is_unusual(value, before))
        scores.append(statistics.modified_z(before, value) if unusual[-1] else None)
    scored = series.with_columns(score=pl.Series(scores, dtype=pl.Float64))
    return scored.filter(pl.Series(unusual, dtype=pl.Boolean))


@answers
def coverage(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    form: str | None = None,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> pl.DataFrame:
    """List all that owed or sent a return in any quarter asked.

    One row per reporter, form and quarter. Columns: ward, ward_name, district, district_name,
    reporter, form, period, state (reported, zero: every number of it is 0, not_reported,
    not_applicable: nothing owed that quarter), expected, received, on_time, fields_expected,
    fields_received, flagged (numbers kept from an earlier return, or named by an error),
    received_at, status, submission.
    Returns are no secret, but what stands in them may be: a return of zeros outside the scope is
    `reported`.
    """
    every = list_coverage(store, read_list_query(store, period, place, scope))
    return every.filter(pl.col("form") == form) if form else every


@answers
def missing(
    quarter: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> pl.DataFrame:
    """List the returns owed for a quarter (or any of several) and not received.

    One row per return, with the columns of `coverage`.
    """
    every = coverage(quarter, place, scope=scope, store=store)
    return every.filter(pl.col("expected") & ~pl.col("received"))


def list_coverage(store: WarehouseReader, about: ListQuery) -> pl.DataFrame:
    """Return the rows of `coverage` for a question already read."""
    fields = list(map(store.find_number, catalog.fields()))
    found = store.query("matrix", {**_list_parameters(about), "field": fields})
    state = (
        pl.when(pl.col("all_zero"))
        .then(pl.lit("zero"))
        .when(pl.col("received"))
        .then(pl.lit("reported"))
        .when(pl.col("expected"))
        .then(pl.lit("not_reported"))
        .otherwise(pl.lit("not_applicable"))
    )
    first = [*_FIRST, "form", "period", "state"]
    named = add_place_names(found.with_columns(state=state), about)
    return named.select(*first, pl.exclude(*first, "all_zero"))
