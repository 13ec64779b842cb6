"""Figures from an open build: a code, cuts, a period and places in; a frame with every number's standing out."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import evaluate, query_grid
from pipelines.kpi.evaluate import Asked
from pipelines.kpi.query import find_queried_kpi, kpi_terms, parse_breakdown, time_buckets
from pipelines.kpi.query_grid import Grid, make_grid
from pipelines.kpi.result import COLUMNS, assemble_result, empty_result
from pipelines.kpi.warehouse_reader import WarehouseReader, open_store
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Span, parse_period

_RATES = {
    "completeness": ("received", "expected"),
    "timeliness": ("on_time", "expected"),
    "elements": ("fields_received", "fields_expected"),
}
_EXACT = {"qualifier": pl.lit(0, pl.Int32), "estimate": pl.lit(0, pl.Int32)}


def values(
    code: str,
    by: Sequence[str] = (),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    as_of: datetime | None = None,
    store: WarehouseReader | None = None,
) -> pl.DataFrame:
    """One figure: one row per combination of the cuts in `by`.

    `code` is a KPI (T06 or volunteers_per_team), a field (a04) or a sum (K03+K04); `by` any of district, ward,
    quarter, half, year, so_far (the year up to each quarter), service; `period` such as 2022-H1 or 2021-Y..2023-Y
    (the whole build when left out); `place` codes or names. Columns: the cuts, then value (unrounded, in the KPI's
    unit), numerator, denominator, expected, received (returns), state, exactness, qualifier.

    Raises CatalogError, PeriodError, PlaceError, NoBuild, and Refused for a sum the contract forbids.
    """
    found = figures([code], by, period, place, scope=scope, as_of=as_of, store=store, strict=True)
    return found.drop("kpi")


def figures(
    codes: Sequence[str],
    by: Sequence[str] = (),
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    as_of: datetime | None = None,
    store: WarehouseReader | None = None,
    strict: bool = False,
) -> pl.DataFrame:
    """Many figures in one go, told apart by the column `kpi`; one that is refused has no rows unless `strict`."""
    if store is None:
        with open_store(as_of=as_of) as opened:
            return figures(codes, by, period, place, scope=scope, store=opened, strict=strict)
    span = parse_period(period) if period else store.span
    place_by, step, by_service = parse_breakdown(by)
    chosen = query_grid.select_units(store, place, span.end)
    over = make_grid(
        chosen, store.places, place_by, time_buckets(span, step), scope, named=bool(place)
    )
    asked = [
        _check_question(find_queried_kpi(c), over.buckets, by_service, strict=strict) for c in codes
    ]
    wanted = dict(enumerate({k.code: k for k in asked if k is not None}.values()))
    returned = evaluate.evaluate_coverage(store, over)
    kinds = {n: _kind_of_answer(k, over, by_service) for n, k in wanted.items()}
    asked_by = {
        kind: {n: k for n, k in wanted.items() if kinds[n] == kind} for kind in set(kinds.values())
    }
    parts = [
        _answer_kind(store, some, kind, over, returned, by_service)
        for kind, some in sorted(asked_by.items())
    ]
    rows = pl.concat([p for p in parts if p.height] or [empty_result()])
    return assemble_result(wanted, rows, returned, over, by, finer=span.finer)


def _check_question(
    kpi: Kpi, over: Sequence[Span], by_service: bool, *, strict: bool
) -> Kpi | None:
    """The figure when every bucket may be asked; refused, or left out when not strict."""
    try:
        if by_service and kpi.kind != "referrals":
            raise Refused(
                "only referrals are cut by service", code="not_by_service", label=kpi.label
            )
        if kpi.kind in ("sum", "ratio"):
            for bucket in over:
                kpi_terms(kpi, bucket)
    except Refused:
        if strict:
            raise
        return None
    return kpi


def _kind_of_answer(kpi: Kpi, over: Grid, by_service: bool) -> str:
    """Which figures are answered together."""
    if kpi.kind in ("growth", "progress"):
        return "stocks"
    if kpi.kind in ("sum", "ratio") or (
        kpi.kind == "referrals" and not by_service and evaluate.is_in_totals(kpi, over)
    ):
        return "measures"
    return kpi.kind


def _answer_kind(
    store: WarehouseReader,
    asked: Asked,
    kind: str,
    over: Grid,
    returned: pl.DataFrame,
    by_service: bool,
) -> pl.DataFrame:
    """The rows of all figures of one kind."""
    if kind == "measures":
        return _without_service(evaluate.evaluate_measures(store, asked, over))
    if kind == "stocks":
        return pl.concat(
            [
                _without_service(evaluate.evaluate_growth(store, n, k, over))
                for n, k in asked.items()
            ]
        )
    if kind == "returns":
        return _answer_return_rates(asked, returned)
    return _answer_funnel(
        asked, evaluate.evaluate_referrals(store, asked, over, by_service=by_service)
    )


def _without_service(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(service=pl.lit("")).select(COLUMNS)


def _answer_funnel(asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for n, k in asked.items():
        own = rows.filter(pl.col("figure") == n)
        # A median stands on the referrals that were attended.
        below = k.denominator or ("attended" if k.numerator.startswith("days_") else "")
        bottom = pl.col(below) if below else pl.lit(None, pl.Float64)
        parts.append(own.with_columns(numerator=pl.col(k.numerator), denominator=bottom))
    return pl.concat(parts).with_columns(**_EXACT).select(COLUMNS)


def _answer_return_rates(asked: Asked, returned: pl.DataFrame) -> pl.DataFrame:
    """Rates of forms A, B and C together, not clipped (docs/domain.md 7.9)."""
    sums = returned.filter(pl.col("source") == "all")
    parts = []
    for n, k in asked.items():
        top, bottom = _RATES[k.numerator]
        number = pl.lit(n, pl.Int32)
        parts.append(
            sums.with_columns(figure=number, numerator=pl.col(top), denominator=pl.col(bottom))
        )
    return pl.concat(parts).with_columns(service=pl.lit(""), **_EXACT).select(COLUMNS)


def list_kpis() -> pl.DataFrame:
    """One row per KPI: code, name, words in both languages, unit, story, formula and flags."""
    rows = [
        {
            "kpi": k.code,
            "name": k.name,
            "label_vi": k.label.vi,
            "label_en": k.label.en,
            "definition_vi": k.definition.vi,
            "definition_en": k.definition.en,
            "unit": catalog.units()[k.unit].label.vi,
            "story": k.story,
            "kind": k.kind,
            "numerator": k.numerator,
            "denominator": k.denominator,
            "decimals": k.decimals,
            "protected": bool(k.protected),
            "published": k.starred,
        }
        for k in catalog.kpis().values()
    ]
    return pl.DataFrame(rows)
