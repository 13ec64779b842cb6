"""The one door to the figures: cached reads, keyed by build and scope; words and pictures are made elsewhere."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.choice import Offer
from dashboard.remembered import remembered
from dashboard.steps import steps
from pipelines import kpi, settings
from pipelines.catalog import kpis
from pipelines.errors import NoBuild, Refused
from pipelines.kpi import Fair, Store, Years
from pipelines.present import spans
from pipelines.privacy import entrance as doors
from pipelines.privacy.entrance import Entrance
from pipelines.privacy.scope import Scope
from pipelines.reference import places as reference
from pipelines.reference import resolver, targets
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.published import published

#: Frames kept for all readers together; a frame of 579 wards and 16 quarters takes 0.8 MB a figure.
FRAMES = 400
#: More figures than this by ward are asked for one period at a time: 579 wards times 16 quarters add up.
WIDE = 3


@dataclass(frozen=True)
class Key:
    """Which build answers, and to whom: part of every cache key."""

    build: str
    scope: Scope


@st.cache_resource(max_entries=1)
def configured() -> settings.Settings:
    return settings.load()


@st.cache_resource(max_entries=1)
def entrance() -> Entrance:
    """The way people come in; Refused when its secrets are not worth the name."""
    return doors.entrance(configured())


def current() -> str:
    """The name of the build the pointer names now; empty in a home without a whole one."""
    try:
        return str(kpi.current(configured()))
    except NoBuild:
        return ""


def trouble() -> str:
    """Why there is no build to answer from, as the code of an error; empty when there is one."""
    try:
        kpi.current(configured())
    except NoBuild as error:
        return error.code
    return ""


@remembered(2)
def _store(build: str) -> Store:
    """An open build; a third one takes the place of the oldest, which closes when nobody reads it any more."""
    return kpi.open_store(configured(), build_name=build)


def store(key: Key) -> Store:
    """The open build, for the lists beside this door; cached answers only."""
    return _store(key.build)


@remembered(FRAMES)
def figures(
    key: Key, codes: tuple[str, ...], by: tuple[str, ...], period: str, places: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Many KPIs in one query, with the column `kpi`; one that is refused has no rows."""
    found = None if "ward" in by and len(codes) > WIDE else steps(by, period, _store(key.build).span, changes(key))
    if found:
        every = _figures(key, codes, found.by, found.period, places)
        # NOTE: a figure refused for one step (asked from the year's start only) has no rows for the others either.
        if every["kpi"].n_unique() == len(set(codes)):
            return found.cut(every)
    return _figures(key, codes, by, period, places)


@remembered(FRAMES)
def _figures(
    key: Key, codes: tuple[str, ...], by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    return kpi.figures(codes, by, period, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(4)
def changes(key: Key) -> tuple[date, ...]:
    """The days on which a unit began or ended."""
    found = _store(key.build).places
    return tuple(pl.concat([found["valid_from"], found["valid_to"]]).drop_nulls().unique().sort().to_list())


@remembered(4)
def places(key: Key) -> pl.DataFrame:
    """One row per ward in force at the data's end: code, name, district_code, district_name, district_type."""
    day = last_quarter(key).end
    ended = pl.col("valid_to").fill_null(date.max) <= day
    return _store(key.build).places.filter((pl.col("valid_from") <= day) & ~ended)


@remembered(4)
def offer(key: Key) -> Offer:
    """What can be chosen: periods of the data, places in Vietnamese order, KPIs that have wards."""
    found = places(key)
    districts = dict(sorted(found.select("district_code", "district_name").unique().rows(), key=_by_name))
    wards = sorted(found.select("code", "name", "district_code").rows(), key=_by_name)
    codes = [k.code for k in kpis().values() if k.kind in ("sum", "ratio", "returns")]
    return Offer(_periods(first_quarter(key), last_quarter(key)), tuple(districts.items()), tuple(wards), tuple(codes))


def _by_name(row: tuple[str, ...]) -> str:
    return reference.sort_key(row[1])


def _periods(first: Quarter, last: Quarter) -> tuple[str, ...]:
    """Ranges of years ending last, then years, halves and quarters, newest first."""
    years = range(first.year, last.year + 1)
    ranges = [f"{y}-Y..{last.year}-Y" for y in years if y < last.year]
    start = f"{last.year - 2}-Y..{last.year}-Y"
    whole = [f"{y}-Y" for y in reversed(years)]
    halves = [s.code for s in reversed(list(Span(first, last).steps("half")))]
    quarters = [q.code for q in reversed(Span(first, last).quarters)]
    return tuple(dict.fromkeys([*([start] if start in ranges else []), *ranges, *whole, *halves, *quarters]))


def first_quarter(key: Key) -> Quarter:
    return _store(key.build).span.first


def last_quarter(key: Key) -> Quarter:
    return _store(key.build).span.last


def names(key: Key, codes: tuple[str, ...]) -> list[str]:
    """The names of districts and wards, in the given order."""
    listed = offer(key)
    known = {**dict(listed.districts), **{code: name for code, name, _ in listed.wards}}
    return [known[c] for c in codes if c in known]


def label(key: Key, code: str) -> str:
    """The full name of a district or ward, told apart from its namesakes."""
    found = resolver.resolve(code, last_quarter(key).end)
    return found.place.label if isinstance(found, resolver.Resolved) else code


@dataclass(frozen=True)
class Hits:
    """What a typed name may mean: codes with labels; `sure` when it can only be the one."""

    places: tuple[tuple[str, str], ...] = ()
    sure: bool = False


@remembered(FRAMES)
def search(key: Key, text: str) -> Hits:
    """Districts and wards of the data's end called `text`, with or without tone marks; else the nearest names."""
    day = last_quarter(key).end
    found = resolver.resolve(text, day)
    if isinstance(found, resolver.Resolved):
        return Hits(((found.place.code, found.place.label),), sure=True)
    if isinstance(found, resolver.Ambiguous):
        return Hits(tuple((p.code, p.label) for p in found.candidates))
    near = [resolver.resolve(name, day) for name in found.nearest]
    return Hits(tuple((f.place.code, f.place.label) for f in near if isinstance(f, resolver.Resolved)))


def is_demo(key: Key) -> bool:
    """Do submissions of the demonstration stand in the build?"""
    return bool(meta(key).get("demo"))


def target(key: Key, code: str, year: int = 0) -> targets.Target | None:
    """What the city has set itself to reach with a KPI in a year (the data's last, when none is given) or later."""
    return targets.target(code, year or last_quarter(key).year)


@remembered(1)
def grid() -> dict[str, tuple[int, int]]:
    """District code → (row, column) on the schematic map."""
    rows = pl.read_csv(settings.REFERENCE / "tilegrid.csv", schema_overrides={"district_code": pl.String})
    return {r["district_code"]: (r["row"], r["col"]) for r in rows.to_dicts()}


@remembered(4)
def inner_districts(key: Key) -> frozenset[str]:
    """Codes of the urban districts (quận)."""
    found = places(key).filter(pl.col("district_type") == "Quận")
    return frozenset(found["district_code"].unique().to_list())


@remembered(FRAMES)
def counted(key: Key, districts: tuple[str, ...], wards: tuple[str, ...]) -> dict[str, int]:
    """How many wards and districts are looked at."""
    found = places(key)
    if wards:
        found = found.filter(pl.col("code").is_in(wards))
    elif districts:
        found = found.filter(pl.col("district_code").is_in(districts))
    return {"wards": found.height, "districts": found["district_code"].n_unique()}


def team_size(key: Key) -> tuple[int, int]:
    """The usual range of a team's size, as the office has set it."""
    return configured().team_size


def all_years(key: Key) -> str:
    """Every report year of the data."""
    return f"{first_quarter(key).year}-Y..{last_quarter(key).year}-Y"


@remembered(FRAMES)
def outcomes(key: Key, by: str, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service or quarter of referral: the steps reached, and where the slips stand now."""
    found = steps((by,), period, _store(key.build).span, changes(key))
    if found:
        return found.cut(_outcomes(key, found.by, found.period, places))
    return _outcomes(key, (by,), period, places)


@remembered(FRAMES)
def _outcomes(key: Key, by: tuple[str, ...], period: str, places: tuple[str, ...]) -> pl.DataFrame:
    return kpi.outcomes(by, period, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(FRAMES)
def waiting(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service: arrivals (n), days to arrival (median, p90)."""
    return kpi.waiting(["service"], period, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(FRAMES)
def points(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per point on the register by the period's end: place, date, confidence, supporting facility."""
    return kpi.points(period, list(places) or None, store=_store(key.build))


@remembered(FRAMES)
def missing(key: Key, quarter: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per return owed and not received: ward_name, district_name, form."""
    return kpi.missing(quarter, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(FRAMES)
def fair(key: Key, code: str, by: str, period: str, places: tuple[str, ...]) -> Fair:
    """Districts or wards side by side on one figure, or why they are not compared."""
    return kpi.fair(code, by, period, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(FRAMES)
def trend(key: Key, code: str, places: tuple[str, ...]) -> Years:
    """Whether a figure goes anywhere over the whole years of the data, or why that is not said."""
    return kpi.trend(code, list(places) or None, scope=key.scope, store=_store(key.build))


@remembered(FRAMES)
def like_for_like(key: Key, code: str, now: str, before: str, places: tuple[str, ...]) -> pl.DataFrame:
    """How a count moved between two spans, one row a group; no rows for what cannot be split."""
    try:
        return kpi.like_for_like(code, now, before, list(places) or None, scope=key.scope, store=_store(key.build))
    except Refused:
        return pl.DataFrame()


@remembered(4)
def computed(key: Key) -> dict[str, float | None]:
    """Ours beside every published figure that a KPI answers, by the published figure's id."""
    answered = [p for p in published() if p.kpi and spans.readable(p.period)]
    asked: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for p in answered:
        asked.setdefault((p.period, p.places), []).append(p.kpi)
    answers = {at: _values(key, codes, *at) for at, codes in asked.items()}
    return {p.id: answers[p.period, p.places].get(p.kpi) for p in answered}


def _values(key: Key, codes: list[str], period: str, places: tuple[str, ...]) -> dict[str, float | None]:
    found = figures(key, tuple(codes), (), period, places)
    return dict(found.select("kpi", "value").rows())


def meta(key: Key) -> dict[str, Any]:
    """The facts of the build; empty in a home without one."""
    return _store(key.build).meta if key.build else {}
