"""Figures from an open build, by code, cuts, period and places, with the state of every number.

Columns of an answer: the cuts, then value (unrounded, in the KPI's unit), numerator, denominator,
expected, received (returns whose cells of the formula were accepted), missing (values), missing_by
(a struct: blank, blocked, not_sent, unpublished), partial, below_gate (too few returns for a
headline, a change or a rank; the setting `publishing_gate`), state, exactness, qualifier. In the
units of one geography exactness may be bounds or not_assignable, and the columns lower and upper
follow (docs/domain.md 5.5).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import Refused
from pipelines.kpi import bounds, evaluate, missing_cells, query_grid
from pipelines.kpi.answers import answers, split_texts
from pipelines.kpi.evaluate import Asked
from pipelines.kpi.geography import (
    REPORTED,
    UNASSIGNED,
    check_geography,
    is_placed_by_unit,
    make_geography_grids,
)
from pipelines.kpi.query import find_queried_kpi, kpi_terms, parse_breakdown, time_buckets
from pipelines.kpi.query_grid import Grid, PlaceBy, make_grid
from pipelines.kpi.released_numbers import find_released
from pipelines.kpi.result import (
    COLUMNS,
    add_dates,
    assemble_result,
    empty_result,
    spread_codes,
)
from pipelines.kpi.warehouse_reader import WarehouseReader, open_store
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.people_shares import load_people_shares
from pipelines.reference.periods import Span, read_period

_RATES = {
    "completeness": ("received", "expected"),
    "timeliness": ("on_time", "expected"),
    "elements": ("fields_received", "fields_expected"),
}
_EXACT = {"qualifier": pl.lit(0, pl.Int32), "estimate": pl.lit(0, pl.Int32)}


@answers
def values(
    code: str | Sequence[str],
    by: Sequence[str] = (),
    period: str | int | None = None,
    place: Sequence[str] | None = None,
    *,
    wide: bool = False,
    dates: bool = False,
    scope: Scope = CITY,
    as_of: datetime | None = None,
    store: WarehouseReader | None = None,
    geography: str = REPORTED,
) -> pl.DataFrame:
    """Compute a figure, or several: one row per combination of the cuts in `by`.

    `code` is a KPI (T06 or volunteers_per_team), a field (a04) or a sum (K03+K04); several, in a
    list or with commas, stand one under the other with the column `kpi`, or with `wide` side by
    side, a column of values a code. `by` is any of district, ward, quarter, half, year, so_far (the
    year up to each quarter), service; `period` such as 2023, Q3/2022, 2022-H1 or 2021..2023 (the
    whole build when left out); `place` codes or names; `dates` adds first_day and last_day of each
    quarter, half or year. One text is enough where a list may stand: by="ward,quarter".
    `geography` asks in the 579, 526 or 126 units instead of those reported in. The columns stand at
    the head of this module.

    Raises CatalogError, PeriodError, PlaceError, NoBuild, and Refused for a sum the contract
    forbids.
    """
    codes = split_texts(code)
    ask = partial(figures, scope=scope, as_of=as_of, store=store, strict=True, geography=geography)
    rows = ask(codes, by, period, place)
    if dates:
        rows = add_dates(rows, by)
    if wide:
        return spread_codes(rows)
    return rows.drop("kpi") if isinstance(code, str) and len(codes) == 1 else rows


@answers
def figures(
    codes: Sequence[str],
    by: Sequence[str] = (),
    period: str | int | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    as_of: datetime | None = None,
    store: WarehouseReader | None = None,
    strict: bool = False,
    geography: str = REPORTED,
) -> pl.DataFrame:
    """Compute many figures at once; the column `kpi` tells them apart.

    A figure that is refused has no rows, or raises Refused when `strict`.
    """
    day = check_geography(geography)
    if store is None:
        with open_store(as_of=as_of, scope=scope) as opened:
            return figures(
                codes,
                by,
                period,
                place,
                scope=scope,
                store=opened,
                strict=strict,
                geography=geography,
            )
    span = read_period(period) if period else store.span
    _, step, by_service = parse_breakdown(by)
    buckets = time_buckets(span, step)
    kpis = _list_answerable(codes, buckets, by_service, strict=strict)
    query = _Query(store, tuple(by), buckets, tuple(place or ()), scope, span.finer)
    if day is None:
        return _answer_as_reported(query, dict(enumerate(kpis)), span)
    return _answer_in_geography(query, kpis, span, day)


@dataclass(frozen=True)
class _Query:
    """What all figures of one question are asked over."""

    store: WarehouseReader
    by: tuple[str, ...]
    buckets: tuple[Span, ...]
    places: tuple[str, ...]
    scope: Scope
    finer: bool

    @property
    def place_by(self) -> PlaceBy:
        return parse_breakdown(self.by)[0]

    @property
    def by_service(self) -> bool:
        return "service" in self.by


@dataclass(frozen=True)
class _Answers:
    """The rows of figures over one grid, and the returns they stand on."""

    rows: pl.DataFrame
    returned: pl.DataFrame
    missing: pl.DataFrame


def _answer_as_reported(query: _Query, asked: Asked, span: Span) -> pl.DataFrame:
    grid = _make_reported_grid(query, span)
    answers = _answer_over(query, asked, grid)
    return _assemble(query, asked, answers.rows, answers, grid)


def _make_reported_grid(query: _Query, span: Span) -> Grid:
    store, is_named = query.store, bool(query.places)
    chosen = query_grid.select_units(store, query.places, span)
    return make_grid(
        chosen, store.places, query.place_by, query.buckets, query.scope, named=is_named
    )


def _assemble(
    query: _Query,
    asked: Asked,
    rows: pl.DataFrame,
    answers: _Answers,
    grid: Grid,
    *,
    bounded: bool = False,
) -> pl.DataFrame:
    return assemble_result(
        asked,
        rows,
        answers.returned,
        answers.missing,
        grid,
        query.by,
        query.store.settings.publishing_gate,
        released=find_released(query.store, asked, grid, named=bool(query.places)),
        finer=query.finer,
        finish=bounds.add_bounds if bounded else None,
    )


def _answer_over(query: _Query, asked: Asked, grid: Grid) -> _Answers:
    """Answer every figure over one grid."""
    store = query.store
    returned = missing_cells.evaluate_coverage(store, grid)
    missing = missing_cells.evaluate_missing(store, asked, grid, returned)
    parts = []
    for kind, same_kind in sorted(_group_by_kind(asked, grid, query.by_service).items()):
        rows = _answer_kind(store, same_kind, kind, grid, returned, query.by_service)
        if rows.height:
            parts.append(rows)
    return _Answers(pl.concat(parts or [empty_result()]), returned, missing)


def _answer_in_geography(query: _Query, kpis: Sequence[Kpi], span: Span, day: date) -> pl.DataFrame:
    """Answer over the units in force on `day`; teams and points stand where the register says."""
    parts = []
    for by_unit in (False, True):
        own = [kpi for kpi in kpis if is_placed_by_unit(kpi) == by_unit]
        if own or not (kpis or by_unit):
            asked = dict(enumerate(own))
            parts.append(_answer_in_units(query, asked, span, day, by_unit=by_unit))
    order = [kpi.code for kpi in kpis]
    position = pl.col("kpi").replace_strict(order, range(len(order)), return_dtype=pl.Int32)
    rows = pl.concat(parts).sort(position, maintain_order=True)
    return _drop_empty_rest(rows, query.place_by)


def _answer_in_units(
    query: _Query, asked: Asked, span: Span, day: date, *, by_unit: bool
) -> pl.DataFrame:
    if query.place_by == "city" and not query.places:
        grid = _make_reported_grid(query, span)
        whole = _answer_over(query, asked, grid)
        paired = bounds.pair_answers(whole.rows, whole.missing, whole.rows)
        return _assemble(query, asked, paired, whole, grid, bounded=True)
    grids = make_geography_grids(
        query.store,
        day,
        query.places,
        query.place_by,
        query.buckets,
        query.scope,
        by_unit=by_unit,
        shares=load_people_shares(query.store.settings.home),
    )
    sure = _answer_over(query, asked, grids.sure)
    possible = _answer_over(query, asked, grids.possible)
    paired = bounds.pair_answers(sure.rows, sure.missing, possible.rows)
    if grids.shares.height:
        pieces = _answer_over(query, asked, grids.shared)
        paired = bounds.add_shared_parts(paired, pieces.rows, grids)
    return _assemble(query, asked, paired, possible, grids.possible, bounded=True)


def _drop_empty_rest(rows: pl.DataFrame, by: PlaceBy) -> pl.DataFrame:
    """Drop the rows of what is not assigned when there is nothing in any of them."""
    if by == "city":
        return rows
    rest = pl.col(by) == UNASSIGNED
    if rows.filter(rest & (pl.col("state") != "not_applicable")).height:
        return rows
    return rows.filter(~rest)


def _list_answerable(
    codes: Sequence[str], buckets: Sequence[Span], by_service: bool, *, strict: bool
) -> list[Kpi]:
    """List the KPIs that may be asked over every bucket, each once, in the order of `codes`.

    Raises Refused for any other when `strict`; leaves it out otherwise.
    """
    kpis: dict[str, Kpi] = {}
    for code in codes:
        kpi = find_queried_kpi(code)
        try:
            _check_question(kpi, buckets, by_service)
        except Refused:
            if strict:
                raise
        else:
            kpis[kpi.code] = kpi
    return list(kpis.values())


def _check_question(kpi: Kpi, buckets: Sequence[Span], by_service: bool) -> None:
    """Raise Refused for a figure that may not be asked by service, or over one of the buckets."""
    if by_service and kpi.kind != "referrals":
        raise Refused("only referrals are cut by service", code="not_by_service", label=kpi.label)
    if kpi.kind in ("sum", "ratio"):
        for bucket in buckets:
            kpi_terms(kpi, bucket)


def _group_by_kind(asked: Asked, over: Grid, by_service: bool) -> dict[str, dict[int, Kpi]]:
    """Group the figures that are answered together."""
    groups: dict[str, dict[int, Kpi]] = defaultdict(dict)
    for number, kpi in asked.items():
        groups[_kind_of_answer(kpi, over, by_service)][number] = kpi
    return groups


def _kind_of_answer(kpi: Kpi, over: Grid, by_service: bool) -> str:
    if kpi.kind in ("growth", "progress"):
        return "stocks"
    if kpi.kind in ("sum", "ratio"):
        return "measures"
    if kpi.kind == "referrals" and not by_service and evaluate.is_in_totals(kpi, over):
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
    """Return the rows of all figures of one kind."""
    if kind == "measures":
        return _without_service(evaluate.evaluate_measures(store, asked, over))
    if kind == "stocks":
        parts = [evaluate.evaluate_growth(store, n, k, over) for n, k in asked.items()]
        return _without_service(pl.concat(parts))
    if kind == "returns":
        return _answer_return_rates(asked, returned)
    counts = evaluate.evaluate_referrals(store, asked, over, by_service=by_service)
    return _answer_funnel(asked, counts)


def _without_service(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(service=pl.lit("")).select(COLUMNS)


def _answer_funnel(asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for number, kpi in asked.items():
        own = rows.filter(pl.col("figure") == number)
        below = _funnel_base(kpi)
        denominator = pl.col(below) if below else pl.lit(None, pl.Float64)
        parts.append(own.with_columns(numerator=pl.col(kpi.numerator), denominator=denominator))
    return pl.concat(parts).with_columns(**_EXACT).select(COLUMNS)


def _funnel_base(kpi: Kpi) -> str:
    """Return the count that a referral figure stands on; empty for a plain count."""
    if kpi.denominator:
        return kpi.denominator
    return "attended" if kpi.numerator.startswith("days_") else ""


def _answer_return_rates(asked: Asked, returned: pl.DataFrame) -> pl.DataFrame:
    """Answer rates of forms A, B and C together, not clipped (docs/domain.md 7.9)."""
    sums = returned.filter(pl.col("source") == "all")
    parts = []
    for number, kpi in asked.items():
        above, below = _RATES[kpi.numerator]
        rate = sums.with_columns(
            figure=pl.lit(number, pl.Int32), numerator=pl.col(above), denominator=pl.col(below)
        )
        parts.append(rate)
    return pl.concat(parts).with_columns(service=pl.lit(""), **_EXACT).select(COLUMNS)


def list_kpis() -> pl.DataFrame:
    """List the KPIs, one row each: code, name, words in both languages, unit, story and flags.

    `pages` are those with a card for it; every KPI stands on the page of definitions besides.
    """
    rows = [_kpi_row(kpi) for kpi in catalog.kpis().values()]
    return pl.DataFrame(rows, schema_overrides={"pages": pl.List(pl.String)})


def _kpi_row(kpi: Kpi) -> dict[str, object]:
    return {
        "kpi": kpi.code,
        "name": kpi.name,
        "label_vi": kpi.label.vi,
        "label_en": kpi.label.en,
        "definition_vi": kpi.definition.vi,
        "definition_en": kpi.definition.en,
        "unit": catalog.units()[kpi.unit].label.vi,
        "story": kpi.story,
        "kind": kpi.kind,
        "numerator": kpi.numerator,
        "denominator": kpi.denominator,
        "decimals": kpi.decimals,
        "protected": bool(kpi.protected),
        "published": kpi.starred,
        "pages": list(catalog.list_pages_of(kpi.code)),
    }
