"""What a question runs over, as parameters of queries: buckets of quarters and groups of places.

Buckets and groups are numbered in the order readers see them; queries speak in these numbers.
Groups also say whether the reader may see their exact figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

import polars as pl

from pipelines.catalog import Protection
from pipelines.errors import PlaceError
from pipelines.kpi.query import time_buckets
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import Scope, is_protected
from pipelines.reference import place_search, resolver
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter, Span, Step, read_period
from pipelines.reference.places import DISTRICTS_END, District, Place, load_places

PlaceBy = Literal["city", "district", "ward"]
_NAMES = ["code", "name", "district_code", "district_name"]
#: Versions of a unit that are one for readers: it grew, but is the same office.
_SAME = ["code", "name", "district_code", "former"]


@dataclass(frozen=True)
class Grid:
    """Buckets of time and groups of places.

    `groups` holds one row per group: place_group (its number), label, names, exact. `places` one
    row per unit version that counts: place_nr, district_nr, place_group, exact. `whole`: every
    group is made of whole districts.
    """

    by: PlaceBy
    buckets: tuple[Span, ...]
    places: pl.DataFrame
    groups: pl.DataFrame
    whole: bool
    #: Do the groups hold the places that values were reported in, or those of one geography?
    as_reported: bool = True

    def time_parameters(
        self, *more: Literal["is_last", "ends"], buckets: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """Return parallel lists that say which quarter belongs to which bucket.

        `more` adds which quarter is the bucket's last (`is_last`) and its last day (`ends`).
        """
        numbers = range(len(self.buckets)) if buckets is None else buckets
        lists: dict[str, list[object]] = {"bucket": [], "quarter": [], "is_last": [], "ends": []}
        for number in numbers:
            bucket = self.buckets[number]
            for quarter in self._quarters[number]:
                lists["bucket"].append(number)
                lists["quarter"].append(quarter.index)
                lists["is_last"].append(quarter == bucket.last)
                lists["ends"].append(bucket.end)
        return {name: lists[name] for name in ("bucket", "quarter", *more)}

    @property
    def has_totals(self) -> bool:
        """Does the build hold totals of the groups?"""
        return self.whole and self.as_reported

    def is_protected(self, protection: Protection) -> bool:
        """Are groups that are not `exact` hidden from the reader, for this figure or field?"""
        return is_protected(protection, below_district=not self.whole)

    def shows_all(self, protection: Protection) -> bool:
        """Is nothing of a figure hidden from the reader in any group?"""
        return not self.is_protected(protection) or bool(self.places["exact"].all())

    @cached_property
    def _quarters(self) -> list[list[Quarter]]:
        return [b.quarters for b in self.buckets]

    def place_parameters(
        self, *, exact: bool = True, reporter: Literal["", "reporter_id", "reporter_nr"] = ""
    ) -> dict[str, Any]:
        """Return parallel lists that say which unit belongs to which group.

        With `exact`, also whether the unit's exact numbers may be used; with `reporter`, whose
        values alone the row is about (None: everybody's).
        """
        lists = _to_lists(self.places, "place", "place_nr", exact=exact)
        if reporter:
            is_named = reporter in self.places.columns
            none = [None] * self.places.height
            lists["reporter"] = self.places[reporter].to_list() if is_named else none
        return lists

    def district_parameters(self, *, exact: bool = True) -> dict[str, Any]:
        """Return the same by district, for groups of whole districts."""
        columns = self.places.select("district_nr", "place_group", "exact")
        districts = columns.unique(maintain_order=True)
        return _to_lists(districts, "district", "district_nr", exact=exact)

    def add_codes(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the codes of bucket and group to each row (`bucket_code`, `group_code`)."""
        codes = pl.DataFrame({"bucket_code": [b.code for b in self.buckets]})
        numbered = codes.with_row_index("bucket")
        times = numbered.with_columns(pl.col("bucket").cast(pl.Int32))
        labels = self.groups.select("place_group", group_code="label")
        timed = rows.join(times, on="bucket", maintain_order="left")
        return timed.join(labels, on="place_group", maintain_order="left")


def _to_lists(frame: pl.DataFrame, name: str, column: str, *, exact: bool) -> dict[str, Any]:
    lists = {name: frame[column].to_list(), "place_group": frame["place_group"].to_list()}
    if exact:
        lists["exact"] = frame["exact"].to_list()
    return lists


def make_grid(
    chosen: pl.DataFrame,
    every: pl.DataFrame,
    by: PlaceBy,
    buckets: Sequence[Span],
    scope: Scope,
    *,
    named: bool,
) -> Grid:
    """Make the grid for the chosen units, grouped as `by` says.

    Without `named` places it covers every unit that ever was. A named unit brings its earlier
    versions along only under the same code, name and district: codes are recycled. By ward, units
    that were not in force in the span are no group, whatever their code. A group may be seen
    exactly only when the scope sees each of its units.
    """
    every, chosen = _label_wards(every, chosen), _label_wards(chosen, chosen)
    district_codes = every["district_code"].unique()
    seen = [code for code in district_codes if sees_exactly(scope, code, buckets[-1])]
    exact = pl.col("district_code").is_in(seen)
    label = label_places(by).alias("label")
    versions = every
    if named:
        versions = every.join(chosen.select(_SAME).unique(), on=_SAME, how="semi")
    if by == "ward" and not named and buckets[-1].end >= DISTRICTS_END:
        chosen = pl.concat([chosen, _list_unassigned(every, chosen)])
    groups = group_places(chosen.with_columns(label, exact=exact))
    if not named:
        in_group = pl.col("ward").is_in(chosen["ward"].unique().implode())
        versions = versions.with_columns(ward=pl.when(in_group).then("ward").otherwise(pl.lit("")))
    placed = versions.with_columns(label, exact=exact).join(
        groups.select("label", "place_group"), on="label", maintain_order="left"
    )
    columns = ["place_nr", "district_nr", "place_group", "exact"]
    whole = by != "ward" and (not named or _are_districts_whole(placed, every, buckets))
    return Grid(by, tuple(buckets), placed.select(columns), groups, whole)


def label_places(by: PlaceBy) -> pl.Expr:
    """Return what groups the places: a code of each, or the city's for all of them together."""
    if by == "city":
        return pl.lit(province_code())
    return pl.col("district_code" if by == "district" else "ward")


def sees_exactly(scope: Scope, district: str, last: Span) -> bool:
    """May the exact figures of a district be seen up to the end of a bucket?

    NOTE: the rights of a district ended with it: after June 2025 its name only groups the units of
    today, whose people were not all its own.
    """
    return scope.sees_exactly(district) and (scope.sees_all or last.end < DISTRICTS_END)


def _label_wards(units: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Label each unit by its code, where an older one of the chosen bears it by its id (`ward`).

    NOTE: 00070 was Hàng Trống and is Hoàn Kiếm; neither may stand under the other's name.
    """
    newest = chosen.group_by("code").agg(pl.struct(_SAME).sort_by("valid_from").last().alias("own"))
    labelled = units.join(newest, on="code", how="left", maintain_order="left")
    is_newest = pl.struct(_SAME) == pl.col("own")
    ward = pl.when(is_newest.fill_null(False)).then("code").otherwise("place_id")
    return labelled.with_columns(ward=ward).drop("own")


def _list_unassigned(every: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the units that are no more as one nameless unit (`ward` is empty).

    Teams and points that no register line has put into a unit of today stand there, so that the
    wards add up to the city.
    """
    blank = [pl.lit("").alias(name) for name in ("ward", *_NAMES)]
    rest = every.join(chosen.select("ward").unique(), on="ward", how="anti")
    return rest.with_columns(*blank).select(chosen.columns)


def group_places(chosen: pl.DataFrame) -> pl.DataFrame:
    """Number the groups by their label, in the order of the units; seen when each unit is."""
    order = chosen.group_by("label", maintain_order=True).agg(
        *[pl.col(c).first() for c in _NAMES], pl.col("exact").all()
    )
    return order.with_row_index("place_group").with_columns(pl.col("place_group").cast(pl.Int32))


def _are_districts_whole(
    placed: pl.DataFrame, every: pl.DataFrame, buckets: Sequence[Span]
) -> bool:
    """Are all units that were in force in the span placed, for every district that is?"""
    ended = pl.col("valid_to").fill_null(date.max) <= buckets[0].start
    alive = every.filter((pl.col("valid_from") <= buckets[-1].end) & ~ended)
    mine = alive.filter(pl.col("district_nr").is_in(placed["district_nr"].unique().implode()))
    return mine.join(placed, on="place_nr", how="anti").is_empty()


def select_units(store: WarehouseReader, places: Sequence[str] | None, span: Span) -> pl.DataFrame:
    """Select the units in force in the span that `places` mean, sorted for readers.

    One row per unit version; all of them when no places are named. A district stands for its
    units; since July 2025 for those whose main part lay in it. Raises PlaceError for a name nobody
    has, or that several have.
    """
    # NOTE: returns stand on the last day of their quarter.
    ended = pl.col("valid_to").fill_null(date.max) <= span.first.end
    in_force = store.places.filter((pl.col("valid_from") <= span.end) & ~ended)
    units = in_force.sort("district_sort_key", "sort_key", "code", "valid_from")
    if not places:
        return units
    found = [find_named_place(text, span) for text in places]
    districts = [place.code for place in found if isinstance(place, District)]
    ids = [place.id for place in found if isinstance(place, Place)]
    wards = store.places.filter(pl.col("place_id").is_in(ids)).select(_SAME)
    of_district = pl.col("district_code").is_in(districts)
    is_ward = pl.struct(_SAME).is_in(wards.to_struct().implode())
    return units.filter(of_district | is_ward)


def find_named_place(text: str, span: Span) -> Place | District:
    """Return the district or unit that `text` names at the span's end, else at its beginning.

    `text` may also be a unit's id, such as 00070@2008-08-01.
    A district is found after June 2025 too: it groups the units of today. Raises PlaceError.
    """
    by_id = load_places().by_id.get(text)
    if by_id:
        return by_id
    start = span.first.end
    eve = DISTRICTS_END - timedelta(days=1)
    found = place_search.search_place(text, span.end)
    for day in (start, eve):
        if isinstance(found, resolver.UnknownPlace):
            level: Literal["any", "district"] = "any" if day == start else "district"
            again = place_search.search_place(text, day, level=level)
            found = found if isinstance(again, resolver.UnknownPlace) else again
    if isinstance(found, resolver.ResolvedPlace):
        return found.place
    if isinstance(found, resolver.AmbiguousPlace):
        names = "; ".join(f"{p.code} {p.label}" for p in found.candidates)
        raise PlaceError(
            f"{text!r} may be {names}", code="ambiguous_place", text=text, candidates=names
        )
    near = ", ".join(found.nearest)
    raise PlaceError(f"no place is called {text!r}", text=text, near=near)


def name_in_span(text: str, span: Span) -> str:
    """Return the code of a place, or its id where another place bears the code at the span's end.

    Raises PlaceError.
    """
    place = find_named_place(text, span)
    is_meant = find_named_place(place.code, span) == place
    return place.code if is_meant or isinstance(place, District) else place.id


@dataclass(frozen=True)
class ListQuery:
    """One span and the units meant, in Vietnamese order; `over` is the same as a grid."""

    span: Span
    units: pl.DataFrame
    over: Grid


def read_list_query(
    store: WarehouseReader,
    period: str | None,
    place: Sequence[str] | None,
    scope: Scope,
    by: PlaceBy = "ward",
    step: Step | None = None,
) -> ListQuery:
    """Read the question; raises PeriodError and PlaceError."""
    span = read_period(period) if period else store.span
    units = select_units(store, place, span)
    buckets = time_buckets(span, step)
    grid = make_grid(units, store.places, by, buckets, scope, named=bool(place))
    return ListQuery(span, units, grid)


def add_place_names(rows: pl.DataFrame, about: ListQuery) -> pl.DataFrame:
    """Replace `place_group` by the names of ward and district, in Vietnamese order."""
    named = about.over.groups.select(
        "place_group",
        ward="code",
        ward_name="name",
        district="district_code",
        district_name="district_name",
    ).with_row_index("place_order")
    placed = rows.join(named, on="place_group", how="inner", maintain_order="left")
    return placed.sort("place_order", maintain_order=True).drop("place_order", "place_group")
