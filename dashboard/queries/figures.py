"""Read figures from the warehouse, cached by build and scope.

Nothing else of the dashboard asks for figures; words and charts are made elsewhere.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.queries import open_builds
from dashboard.queries.cache import cached
from dashboard.queries.period_batches import PeriodBatch, batch_periods
from dashboard.selection import FilterOptions
from pipelines import kpi, settings
from pipelines.catalog import fields, kpis, list_card_codes
from pipelines.errors import DefinitionError, NoBuild, PlaceError
from pipelines.kpi import WarehouseReader
from pipelines.kpi.geography import REPORTED, check_geography
from pipelines.kpi.query_grid import find_named_place
from pipelines.present.format.periods import is_within
from pipelines.privacy import sign_in as doors
from pipelines.privacy.scope import Scope
from pipelines.privacy.sign_in import SignInConfig
from pipelines.reference import csv_tables, events, place_search, resolver, targets
from pipelines.reference import places as reference
from pipelines.reference.events import Event
from pipelines.reference.periods import Quarter, Span, parse_period

#: Frames kept for all readers together; a frame of 579 wards and 16 quarters takes 0.8 MB a figure.
FRAMES = 400
#: More figures than this by ward are asked for one period at a time: 579 wards times 16 quarters.
WIDE = 3


@dataclass(frozen=True)
class ReadScope:
    """Which build answers, and to whom: part of every cache key."""

    build: str
    scope: Scope
    #: In which units places are asked, where a query can be: as reported, or one set such as 126.
    geography: str = REPORTED
    #: The day at whose end the figures stand (2022-07-20); empty: everything received.
    day: str = ""
    #: The release that answers for what the reader may not see exactly; empty where there is none.
    release: str = ""


def load_settings() -> settings.Settings:
    return open_builds.load_settings()


@st.cache_resource(max_entries=1)
def load_sign_in() -> SignInConfig:
    """Return the way people sign in; raises Refused when its secrets are too weak."""
    return doors.load_sign_in(load_settings())


def load_events(places: tuple[str, ...]) -> tuple[Event, ...]:
    """Return the reforms, and the home's events at these places while its file is right.

    NOTE: read in every run: an office edits the file without a new build. `caunoi doctor` names
    what is wrong in it, and `caunoi serve` does not start with it.
    """
    reforms = events.list_reforms()
    try:
        known = events.load_events(load_settings().home)
    except DefinitionError:
        return reforms
    return (*events.select_events(known, events.ALL_TIME, places), *reforms)


def current_build() -> str:
    """Return the name of the current build; empty in a home without a whole one."""
    try:
        return str(kpi.current(load_settings()))
    except NoBuild:
        return ""


def find_trouble() -> str:
    """Return the code of the error why there is no build; empty when there is one."""
    try:
        kpi.current(load_settings())
    except NoBuild as error:
        return error.code
    return ""


def open_store(key: ReadScope) -> WarehouseReader:
    """Return what answers a reader, open: the build, of the day asked for, and the release."""
    return open_builds.open_build(key.build, key.day, key.release)


def list_days(key: ReadScope) -> tuple[str, ...]:
    """Return the days with a receipt that a reader may look back to; none without exact figures."""
    return open_builds.list_receipt_days(key.build) if key.scope.sees_some else ()


@cached(FRAMES)
def load_figures(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Many KPIs in one query, with the column `kpi`; one that is refused has no rows."""
    if "ward" in by and len(codes) > WIDE:
        return _load_figures(key, codes, by, period, places)
    changes = unit_changes(key) if key.geography == REPORTED else ()
    batch = batch_periods(by, period, open_store(key).span, changes)
    if batch is not None:
        steps = _load_steps(key, codes, batch, places)
        if steps is not None:
            return steps[batch.buckets[0]] if batch.one else batch.select_rows(steps[""])
    return _load_figures(key, codes, by, period, places)


@cached(FRAMES)
def _load_steps(
    key: ReadScope, codes: tuple[str, ...], batch: PeriodBatch, places: tuple[str, ...]
) -> dict[str, pl.DataFrame] | None:
    """Return the rows of every step apart by its code, or all of them under no code.

    None when a figure is refused: refused for one step (such as one counted from the year's start)
    it has no rows for the others either.
    """
    found = _load_figures(key, codes, batch.by, batch.period, places)
    if found["kpi"].n_unique() < len(set(codes)):
        return None
    return batch.split_rows(found) if batch.one else {"": found}


@cached(FRAMES)
def _load_figures(
    key: ReadScope,
    codes: tuple[str, ...],
    by: tuple[str, ...],
    period: str,
    places: tuple[str, ...],
) -> pl.DataFrame:
    return kpi.figures(
        codes,
        by,
        period,
        list(places) or None,
        scope=key.scope,
        store=open_store(key),
        geography=key.geography,
    )


def list_ward_ids(key: ReadScope, wards: tuple[str, ...], period: str) -> tuple[str, ...]:
    """Return the wards of a period by their ids, once the data reach beyond a reform.

    NOTE: a ward's code is another ward's in other periods, which a card compares it with.
    """
    reforms = events.list_reforms()
    if key.geography == REPORTED and not any(r.first <= last_quarter(key).end for r in reforms):
        return wards
    ids = dict(load_places(key, period).select("code", "place_id").iter_rows())
    return tuple(ids.get(code, code) for code in wards)


@cached(4)
def unit_changes(key: ReadScope) -> tuple[date, ...]:
    """Return the days on which a place began or ended, in order."""
    places = open_store(key).places
    days = pl.concat([places["valid_from"], places["valid_to"]])
    return tuple(days.drop_nulls().unique().sort().to_list())


@cached(16)
def load_places(key: ReadScope, period: str = "") -> pl.DataFrame:
    """One row per ward in force in the period, with its district's code, name and type.

    Without a period those in force at the data's end. Of two wards that bore one code in the
    period, the later one. The district of a ward of today is its former one.
    """
    end = last_quarter(key).end
    known = open_store(key).places
    span = parse_period(period) if period else None
    day = check_geography(key.geography)
    if day is not None:
        ended = pl.col("valid_to").fill_null(date.max) <= day
        return known.filter((pl.col("valid_from") <= day) & ~ended)
    # NOTE: returns stand on the last day of their quarter.
    first, last = (span.first.end, span.end) if span else (end, end)
    ended = pl.col("valid_to").fill_null(date.max) <= first
    found = known.filter((pl.col("valid_from") <= last) & ~ended)
    newest = found.sort("valid_from").unique("code", keep="last", maintain_order=True)
    return newest.sort("place_nr")


@cached(16)
def load_options(key: ReadScope, period: str = "") -> FilterOptions:
    """Return what can be chosen in a period; where a reader starts, if it is none of the data's.

    Periods are those of the data, places stand in Vietnamese order, KPIs are those that have wards,
    the overview's stories among them.
    """
    offered = _list_periods(first_quarter(key), last_quarter(key))
    is_known = bool(period) and is_within(period, offered)
    places = load_places(key, period if is_known else offered[0])
    former = bool(places["former"].all())
    named = places.filter(pl.col("district_code") != "")
    district_rows = named.select("district_code", "district_name").unique().rows()
    districts = dict(sorted(district_rows, key=_name_key))
    wards = sorted(places.select("code", "name", "district_code").rows(), key=_name_key)
    stories = list_card_codes("overview.headline")
    codes = [
        k.code
        for k in kpis().values()
        if k.kind in ("sum", "ratio", "returns") or k.code in stories
    ]
    return FilterOptions(
        offered,
        tuple(districts.items()),
        tuple(wards),
        tuple(codes),
        former,
        geographies=tuple(reference.load_places().geographies),
        days=list_days(key),
        figures=(*kpis(), *fields()),
    )


def _name_key(row: tuple[str, ...]) -> str:
    return reference.sort_key(row[1])


def _list_periods(first: Quarter, last: Quarter) -> tuple[str, ...]:
    """Return ranges of years up to the last, then years, halves and quarters, newest first.

    The range of the last three years stands before all others: a reader starts there.
    """
    earlier = range(first.year, last.year)
    codes = [f"{year}-Y..{last.year}-Y" for year in earlier]
    start = f"{last.year - 2}-Y..{last.year}-Y"
    if start in codes:
        codes.insert(0, start)
    codes += [f"{year}-Y" for year in (last.year, *reversed(earlier))]
    span = Span(first, last)
    codes += [half.code for half in reversed(list(span.split_into("half")))]
    codes += reversed(span.quarter_codes)
    return tuple(dict.fromkeys(codes))


def first_quarter(key: ReadScope) -> Quarter:
    return open_store(key).span.first


def last_quarter(key: ReadScope) -> Quarter:
    return open_store(key).span.last


def place_names(key: ReadScope, codes: tuple[str, ...], period: str = "") -> list[str]:
    """Return the names of districts and wards of a period, in the given order."""
    options = load_options(key, period)
    names = {**dict(options.districts), **options.ward_names}
    plain = [code.partition("@")[0] for code in codes]
    return [names[code] for code in plain if code in names]


def place_label(code: str, period: str) -> str:
    """Return the full name of a district or ward, told apart from its namesakes."""
    try:
        return find_named_place(code, parse_period(period)).label
    except PlaceError:
        return code


@dataclass(frozen=True)
class SearchHits:
    """What a typed name may mean: codes with labels; `sure` when it can only be the one."""

    places: tuple[tuple[str, str], ...] = ()
    sure: bool = False


@cached(FRAMES)
def search_places(key: ReadScope, text: str, period: str) -> SearchHits:
    """Return the districts and wards called `text`, with or without tone marks and district.

    Where none is, the nearest names. Places are those in force at the period's end.
    """
    last = min(parse_period(period).end, last_quarter(key).end)
    day = check_geography(key.geography) or last
    found = place_search.search_place(text, day)
    if isinstance(found, resolver.ResolvedPlace):
        return SearchHits(((found.place.code, found.place.label),), sure=True)
    if isinstance(found, resolver.AmbiguousPlace):
        return SearchHits(tuple((p.code, p.label) for p in found.candidates))
    nearest: list[tuple[str, str]] = []
    for name in found.nearest:
        near = resolver.resolve_place(name, day)
        if isinstance(near, resolver.ResolvedPlace):
            nearest.append((near.place.code, near.place.label))
    return SearchHits(tuple(nearest))


def is_demo(key: ReadScope) -> bool:
    """Do submissions of the demonstration stand in the build?"""
    return bool(build_facts(key).get("demo"))


def find_target(
    key: ReadScope, code: str, places: tuple[str, ...] = (), year: int = 0
) -> targets.Target | None:
    """Return the target for a KPI in a year or later: the city's, or that of the one place.

    Without a year, the data's last.
    """
    return targets.find_target(code, year or last_quarter(key).year, places)


@cached(1)
def load_tile_grid() -> dict[str, tuple[int, int]]:
    """Return (row, column) on the schematic map by district code."""
    tiles = {}
    for tile in csv_tables.read_rows("tilegrid.csv"):
        tiles[tile["district_code"]] = (int(tile["row"]), int(tile["col"]))
    return tiles


@cached(4)
def inner_districts(key: ReadScope, period: str) -> frozenset[str]:
    """Return the codes of the urban districts (quận)."""
    found = load_places(key, period).filter(pl.col("district_type") == "Quận")
    return frozenset(found["district_code"].unique().to_list())


@cached(FRAMES)
def count_places(
    key: ReadScope, districts: tuple[str, ...], wards: tuple[str, ...], period: str
) -> dict[str, int]:
    """Count the wards and districts that are looked at; those of today under their own words."""
    found = load_places(key, period)
    if wards:
        found = found.filter(pl.col("code").is_in(wards))
    elif districts:
        found = found.filter(pl.col("district_code").is_in(districts))
    in_districts = found.filter(pl.col("district_code") != "")
    districts_seen = in_districts["district_code"].n_unique()
    is_today = found["former"].all()
    if is_today:
        return {"wards_today": found.height, "former_districts": districts_seen}
    return {"wards": found.height, "districts": districts_seen}


def team_size(key: ReadScope) -> tuple[int, int]:
    """Return the usual range of a team's size, as the office has set it."""
    return load_settings().team_size


def all_years(key: ReadScope) -> str:
    """Return the code of all report years of the data."""
    return f"{first_quarter(key).year}-Y..{last_quarter(key).year}-Y"


def build_facts(key: ReadScope) -> dict[str, Any]:
    """Return the facts of the build; empty in a home without one."""
    return open_store(key).meta if key.build else {}
