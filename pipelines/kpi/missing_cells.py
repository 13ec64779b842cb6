"""What a figure stands on: returns owed and received, and missing cells of its formula.

A reporter counts as received for a figure when the cells of the figure's formula are accepted, not
when its file came (docs/domain.md 4.3).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.kpi.evaluate import KEY, Asked
from pipelines.kpi.query import KpiTerm, kpi_terms
from pipelines.kpi.query_grid import Grid
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.reference.periods import Span
from pipelines.warehouse.facts import DERIVED_FIELDS, coverage_source

REASONS = ("blank", "blocked", "not_sent")
#: Values that a release does not show, left out of a sum of chosen places.
UNPUBLISHED = "unpublished"
_TERMS: dict[str, type[pl.DataType]] = {
    "figure": pl.Int32,
    "bucket": pl.Int32,
    "source": pl.String,
    "last_only": pl.Boolean,
    "count": pl.Float64,
}


def find_coverage_source(kpi: Kpi) -> str:
    """Return the form (or register) whose returns a figure's coverage is counted over."""
    if kpi.kind in ("sum", "ratio"):
        return coverage_source(catalog.measures()[kpi.numerators[0]])
    if kpi.kind == "referrals":
        return "C" if kpi.programme == "M3" else "B"
    return "all" if kpi.kind == "returns" else "register"


def evaluate_coverage(store: WarehouseReader, grid: Grid) -> pl.DataFrame:
    """Count returns expected and received: one row per source, bucket and group.

    Source `all` adds the forms.
    """
    times = grid.time_parameters("is_last")
    if grid.has_totals:
        districts = grid.district_parameters(exact=False)
        return store.query_cached("owed", {**times, **districts}, _add_all_sources)
    places = grid.place_parameters(exact=False, reporter="reporter_id")
    return store.query_cached("coverage", {**times, **places}, _add_all_sources)


def _add_all_sources(found: pl.DataFrame) -> pl.DataFrame:
    forms = found.filter(pl.col("source") != "register")
    sums = forms.group_by("bucket", "place_group", maintain_order=True).agg(
        pl.col(pl.Float64).sum()
    )
    return pl.concat([found, sums.with_columns(source=pl.lit("all")).select(found.columns)])


def evaluate_missing(
    store: WarehouseReader, kpis: Asked, grid: Grid, returned: pl.DataFrame
) -> pl.DataFrame:
    """Count the values missing from each figure: one row per figure, bucket and group.

    Columns: KEY, blank and blocked (values of returns that came), not_sent (values of returns that
    did not), incomplete (returns that came without every value of the formula).
    """
    fields = list(_list_fields(kpis, grid))
    parameters = {
        **_field_parameters(store, fields),
        **grid.time_parameters("is_last"),
        **grid.place_parameters(exact=False, reporter="reporter_nr"),
    }
    gaps = store.query_numbers("missing", parameters)
    unsent = _count_unsent(kpis, fields, returned, grid)
    joined = unsent.join(gaps, on=KEY, how="left", maintain_order="left")
    return joined.with_columns(pl.col("blank", "blocked", "incomplete").fill_null(0))


#: A field of a figure's formula in one bucket: figure, bucket, field, form, last quarter only.
_FormulaField = tuple[int, int, str, str, bool]


def _list_fields(kpis: Asked, grid: Grid) -> Iterator[_FormulaField]:
    """List the form fields that each figure stands on in each bucket; registers owe none."""
    for number, kpi in kpis.items():
        for index, bucket in enumerate(grid.buckets):
            for term in _terms_of(kpi, bucket):
                measure = term.measure
                code = DERIVED_FIELDS.get(measure.code, measure.code)
                if code in catalog.fields():
                    form = catalog.fields()[code].form
                    yield number, index, code, form, measure.over_time == "last"


def _terms_of(kpi: Kpi, bucket: Span) -> list[KpiTerm]:
    if kpi.kind in ("growth", "progress"):
        return kpi_terms(catalog.find_kpi(kpi.numerator), bucket)
    return kpi_terms(kpi, bucket) if kpi.kind in ("sum", "ratio") else []


def _field_parameters(store: WarehouseReader, fields: list[_FormulaField]) -> dict[str, Any]:
    parameters: dict[str, Any] = defaultdict(list)
    for figure, bucket, code, _, last_only in fields:
        parameters["term_figure"].append(figure)
        parameters["term_bucket"].append(bucket)
        parameters["term_measure"].append(store.find_number(code))
        parameters["term_last"].append(last_only)
    names = ("term_figure", "term_bucket", "term_measure", "term_last")
    return {name: parameters[name] for name in names}


def _count_unsent(
    kpis: Asked, fields: list[_FormulaField], returned: pl.DataFrame, grid: Grid
) -> pl.DataFrame:
    """Count the values of returns not sent: one row per figure, bucket and group."""
    counts = Counter((figure, bucket, form, last) for figure, bucket, _, form, last in fields)
    rows: list[tuple[object, ...]] = [(*key, count) for key, count in counts.items()]
    for number, kpi in kpis.items():
        if kpi.kind == "referrals":
            form = find_coverage_source(kpi)
            rows += [(number, index, form, False, 1) for index in range(len(grid.buckets))]
    terms = pl.DataFrame(rows, schema=_TERMS, orient="row")
    owed = returned.select("source", "bucket", "place_group", "unsent", "unsent_last")
    joined = terms.join(owed, on=["source", "bucket"])
    unsent = pl.when("last_only").then("unsent_last").otherwise("unsent")
    values = joined.with_columns(not_sent=unsent * pl.col("count"))
    return values.group_by(KEY).agg(pl.col("not_sent").sum())
