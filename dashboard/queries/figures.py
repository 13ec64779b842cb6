"""The one door to the figures: cached reads, keyed by build and scope; words and pictures are made elsewhere."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.queries.cache import cached
from dashboard.queries.period_batches import batch_periods
from dashboard.selection import FilterOptions
from pipelines import kpi, settings
from pipelines.catalog import kpis
from pipelines.errors import NoBuild, Refused
from pipelines.kpi import PlaceComparison, TrendYears, WarehouseReader
from pipelines.present.format import periods
from pipelines.privacy import sign_in as doors
from pipelines.privacy.scope import Scope
from pipelines.privacy.sign_in import SignInConfig
from pipelines.reference import places as reference
from pipelines.reference import resolver, targets
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.published_figures import load_published

#: Frames kept for all readers together; a frame of 579 wards and 16 quarters takes 0.8 MB a figure.
FRAMES = 400
#: More figures than this by ward are asked for one period at a time: 579 wards times 16 quarters add up.
WIDE = 3


@dataclass(frozen=True)
class ReadScope:
    """Which build answers, and to whom: part of every cache key."""

    build: str
    scope: Scope


@st.cache_resource(max_entries=1)
def load_settings() -> settings.Settings:
    return settings.load_settings()


@st.cache_resource(max_entries=1)
def load_sign_in() -> SignInConfig:
    """The way people come in; Refused when its secrets are not worth the name."""
    return doors.load_sign_in(load_settings())


def current_build() -> str:
    """The name of the build the pointer names now; empty in a home without a whole one."""
    try:
        return str(kpi.current(load_settings()))
    except NoBuild:
        return ""


def find_trouble() -> str:
    """Why there is no build to answer from, as the code of an error; empty when there is one."""
    try:
        kpi.current(load_settings())
    except NoBuild as error:
        return error.code
    return ""


@cached(2)
def _open_store(build: str) -> WarehouseReader:
    """An open build; a third one takes the place of the oldest, which closes when nobody reads it any more."""
    return kpi.open_store(load_settings(), build_name=build)


def open_store(key: ReadScope) -> WarehouseReader:
    """The open build, for the lists beside this door; cached answers only."""
    return _open_store(key.build)


@cached(FRAMES)
def load_figures(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Many KPIs in one query, with the column `kpi`; one that is refused has no rows."""
    found = (
        None
        if "ward" in by and len(codes) > WIDE
        else batch_periods(by, period, _open_store(key.build).span, unit_changes(key))
    )
    if found:
        every = _load_figures(key, codes, found.by, found.period, places)
        # NOTE: a figure refused for one step (asked from the year's start only) has no rows for the others either.
        if every["kpi"].n_unique() == len(set(codes)):
            return found.select_rows(every)
    return _load_figures(key, codes, by, period, places)


@cached(FRAMES)
def _load_figures(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...],
) -> pl.DataFrame:
    return kpi.figures(
        codes, by, period, list(places) or None, scope=key.scope, store=_open_store(key.build)
    )


@cached(4)
def unit_changes(key: ReadScope) -> tuple[date, ...]:
    """The days on which a unit began or ended."""
    found = _open_store(key.build).places
    return tuple(
        pl.concat([found["valid_from"], found["valid_to"]]).drop_nulls().unique().sort().to_list()
    )


@cached(4)
def load_places(key: ReadScope) -> pl.DataFrame:
    """One row per ward in force at the data's end: code, name, district_code, district_name, district_type."""
    day = last_quarter(key).end
    ended = pl.col("valid_to").fill_null(date.max) <= day
    return _open_store(key.build).places.filter((pl.col("valid_from") <= day) & ~ended)


@cached(4)
def load_options(key: ReadScope) -> FilterOptions:
    """What can be chosen: periods of the data, places in Vietnamese order, KPIs that have wards."""
    found = load_places(key)
    districts = dict(
        sorted(found.select("district_code", "district_name").unique().rows(), key=_name_key)
    )
    wards = sorted(found.select("code", "name", "district_code").rows(), key=_name_key)
    codes = [k.code for k in kpis().values() if k.kind in ("sum", "ratio", "returns")]
    return FilterOptions(
        _list_periods(first_quarter(key), last_quarter(key)),
        tuple(districts.items()),
        tuple(wards),
        tuple(codes),
    )


def _name_key(row: tuple[str, ...]) -> str:
    return reference.sort_key(row[1])


def _list_periods(first: Quarter, last: Quarter) -> tuple[str, ...]:
    """Ranges of years ending last, then years, halves and quarters, newest first."""
    years = range(first.year, last.year + 1)
    ranges = [f"{y}-Y..{last.year}-Y" for y in years if y < last.year]
    start = f"{last.year - 2}-Y..{last.year}-Y"
    whole = [f"{y}-Y" for y in reversed(years)]
    halves = [s.code for s in reversed(list(Span(first, last).split_into("half")))]
    quarters = [q.code for q in reversed(Span(first, last).quarters)]
    return tuple(
        dict.fromkeys([*([start] if start in ranges else []), *ranges, *whole, *halves, *quarters])
    )


def first_quarter(key: ReadScope) -> Quarter:
    return _open_store(key.build).span.first


def last_quarter(key: ReadScope) -> Quarter:
    return _open_store(key.build).span.last


def place_names(key: ReadScope, codes: tuple[str, ...]) -> list[str]:
    """The names of districts and wards, in the given order."""
    listed = load_options(key)
    known = {**dict(listed.districts), **{code: name for code, name, _ in listed.wards}}
    return [known[c] for c in codes if c in known]


def place_label(key: ReadScope, code: str) -> str:
    """The full name of a district or ward, told apart from its namesakes."""
    found = resolver.resolve_place(code, last_quarter(key).end)
    return found.place.label if isinstance(found, resolver.ResolvedPlace) else code


@dataclass(frozen=True)
class SearchHits:
    """What a typed name may mean: codes with labels; `sure` when it can only be the one."""

    places: tuple[tuple[str, str], ...] = ()
    sure: bool = False


@cached(FRAMES)
def search_places(key: ReadScope, text: str) -> SearchHits:
    """Districts and wards of the data's end called `text`, with or without tone marks; else the nearest names."""
    day = last_quarter(key).end
    found = resolver.resolve_place(text, day)
    if isinstance(found, resolver.ResolvedPlace):
        return SearchHits(((found.place.code, found.place.label),), sure=True)
    if isinstance(found, resolver.AmbiguousPlace):
        return SearchHits(tuple((p.code, p.label) for p in found.candidates))
    near = [resolver.resolve_place(name, day) for name in found.nearest]
    return SearchHits(
        tuple((f.place.code, f.place.label) for f in near if isinstance(f, resolver.ResolvedPlace))
    )


def is_demo(key: ReadScope) -> bool:
    """Do submissions of the demonstration stand in the build?"""
    return bool(build_facts(key).get("demo"))


def find_target(key: ReadScope, code: str, year: int = 0) -> targets.Target | None:
    """What the city has set itself to reach with a KPI in a year (the data's last, when none is given) or later."""
    return targets.find_target(code, year or last_quarter(key).year)


@cached(1)
def load_tile_grid() -> dict[str, tuple[int, int]]:
    """District code → (row, column) on the schematic map."""
    rows = pl.read_csv(
        settings.REFERENCE / "tilegrid.csv", schema_overrides={"district_code": pl.String}
    )
    return {r["district_code"]: (r["row"], r["col"]) for r in rows.to_dicts()}


@cached(4)
def inner_districts(key: ReadScope) -> frozenset[str]:
    """Codes of the urban districts (quận)."""
    found = load_places(key).filter(pl.col("district_type") == "Quận")
    return frozenset(found["district_code"].unique().to_list())


@cached(FRAMES)
def count_places(
    key: ReadScope, districts: tuple[str, ...], wards: tuple[str, ...]
) -> dict[str, int]:
    """How many wards and districts are looked at."""
    found = load_places(key)
    if wards:
        found = found.filter(pl.col("code").is_in(wards))
    elif districts:
        found = found.filter(pl.col("district_code").is_in(districts))
    return {"wards": found.height, "districts": found["district_code"].n_unique()}


def team_size(key: ReadScope) -> tuple[int, int]:
    """The usual range of a team's size, as the office has set it."""
    return load_settings().team_size


def all_years(key: ReadScope) -> str:
    """Every report year of the data."""
    return f"{first_quarter(key).year}-Y..{last_quarter(key).year}-Y"


@cached(FRAMES)
def load_outcomes(key: ReadScope, by: str, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service or quarter of referral: the steps reached, and where the slips stand now."""
    found = batch_periods((by,), period, _open_store(key.build).span, unit_changes(key))
    if found:
        return found.select_rows(_load_outcomes(key, found.by, found.period, places))
    return _load_outcomes(key, (by,), period, places)


@cached(FRAMES)
def _load_outcomes(
    key: ReadScope, by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    return kpi.outcomes(
        by, period, list(places) or None, scope=key.scope, store=_open_store(key.build)
    )


@cached(FRAMES)
def load_waiting(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service: arrivals (n), days to arrival (median, p90)."""
    return kpi.waiting(
        ["service"], period, list(places) or None, scope=key.scope, store=_open_store(key.build)
    )


@cached(FRAMES)
def load_points(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per point on the register by the period's end: place, date, confidence, supporting facility."""
    return kpi.points(period, list(places) or None, store=_open_store(key.build))


@cached(FRAMES)
def load_missing(key: ReadScope, quarter: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per return owed and not received: ward_name, district_name, form."""
    return kpi.missing(quarter, list(places) or None, scope=key.scope, store=_open_store(key.build))


@cached(FRAMES)
def load_comparison(
    key: ReadScope, code: str, by: str, period: str, places: tuple[str, ...]
) -> PlaceComparison:
    """Districts or wards side by side on one figure, or why they are not compared."""
    return kpi.fair(
        code, by, period, list(places) or None, scope=key.scope, store=_open_store(key.build)
    )


@cached(FRAMES)
def load_trend(key: ReadScope, code: str, places: tuple[str, ...]) -> TrendYears:
    """Whether a figure goes anywhere over the whole years of the data, or why that is not said."""
    return kpi.trend(code, list(places) or None, scope=key.scope, store=_open_store(key.build))


@cached(FRAMES)
def load_like_for_like(
    key: ReadScope, code: str, now: str, before: str, places: tuple[str, ...]
) -> pl.DataFrame:
    """How a count moved between two spans, one row a group; no rows for what cannot be split."""
    try:
        return kpi.like_for_like(
            code, now, before, list(places) or None, scope=key.scope, store=_open_store(key.build)
        )
    except Refused:
        return pl.DataFrame()


@cached(4)
def load_computed(key: ReadScope) -> dict[str, float | None]:
    """Ours beside every published figure that a KPI answers, by the published figure's id."""
    answered = [p for p in load_published() if p.kpi and periods.is_period_code(p.period)]
    asked: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for p in answered:
        asked.setdefault((p.period, p.places), []).append(p.kpi)
    answers = {at: _load_values(key, codes, *at) for at, codes in asked.items()}
    return {p.id: answers[p.period, p.places].get(p.kpi) for p in answered}


def _load_values(
    key: ReadScope, codes: list[str], period: str, places: tuple[str, ...]
) -> dict[str, float | None]:
    found = load_figures(key, tuple(codes), (), period, places)
    return dict(found.select("kpi", "value").rows())


def build_facts(key: ReadScope) -> dict[str, Any]:
    """The facts of the build; empty in a home without one."""
    return _open_store(key.build).meta if key.build else {}
