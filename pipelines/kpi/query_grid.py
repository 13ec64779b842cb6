"""What a question runs over, as parameters of queries: buckets of quarters and groups of places.

Buckets and groups are numbered in the order readers see them; queries speak in these numbers.
Groups also say whether the reader may see their exact figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import polars as pl

from pipelines.catalog import Protection
from pipelines.errors import PlaceError
from pipelines.kpi.query import time_buckets
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import Scope, is_protected
from pipelines.reference import place_search, resolver
from pipelines.reference.periods import Quarter, Span, Step, parse_period

PlaceBy = Literal["city", "district", "ward"]
#: The group of a question about all chosen places together.
TOGETHER = "HN"
_GROUPS = {"city": pl.lit(TOGETHER), "district": pl.col("district_code"), "ward": pl.col("code")}
_NAMES = ["code", "name", "district_code", "district_name"]


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

    def is_protected(self, protection: Protection) -> bool:
        """Are groups that are not `exact` hidden from the reader, for this figure or field?"""
        return is_protected(protection, below_district=not self.whole)

    def shows_all(self, protection: Protection) -> bool:
        """Is nothing of a figure hidden from the reader in any group?"""
        return not self.is_protected(protection) or bool(self.places["exact"].all())

    @cached_property
    def _quarters(self) -> list[list[Quarter]]:
        return [b.quarters for b in self.buckets]

    def place_parameters(self, *, exact: bool = True) -> dict[str, Any]:
        """Return parallel lists that say which unit belongs to which group.

        With `exact`, also whether the unit's exact numbers may be used.
        """
        return _to_lists(self.places, "place", "place_nr", exact=exact)

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
    versions along only under the same code, name and district: codes are recycled. A group may be
    seen exactly only when the scope sees each of its units.
    """
    district_codes = every["district_code"].unique()
    seen = [code for code in district_codes if scope.sees_exactly(code)]
    exact = pl.col("district_code").is_in(seen)
    label = _GROUPS[by].alias("label")
    versions = every
    if named:
        same = ["code", "name", "district_code"]
        versions = every.join(chosen.select(same).unique(), on=same, how="semi")
    groups = _group_places(chosen.with_columns(label, exact=exact))
    placed = versions.with_columns(label, exact=exact).join(
        groups.select("label", "place_group"), on="label", maintain_order="left"
    )
    columns = ["place_nr", "district_nr", "place_group", "exact"]
    whole = by != "ward" and (not named or _are_districts_whole(placed, every, buckets))
    return Grid(by, tuple(buckets), placed.select(columns), groups, whole)


def _group_places(chosen: pl.DataFrame) -> pl.DataFrame:
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


def select_units(store: WarehouseReader, places: Sequence[str] | None, day: date) -> pl.DataFrame:
    """Select the units in force on `day` that `places` mean, sorted for readers.

    One row per unit; all of them when no places are named. A district stands for its units. Raises
    PlaceError for a name nobody has, or that several have.
    """
    ended = pl.col("valid_to").fill_null(date.max) <= day
    in_force = store.places.filter((pl.col("valid_from") <= day) & ~ended)
    units = in_force.sort("district_sort_key", "sort_key", "code")
    if not places:
        return units
    codes = [parse_place_code(text, day) for text in places]
    return units.filter(pl.col("code").is_in(codes) | pl.col("district_code").is_in(codes))


def parse_place_code(text: str, day: date) -> str:
    """Return the code of the district (three digits) or unit (five) that `text` names.

    Raises PlaceError.
    """
    match = place_search.search_place(text, day)
    if isinstance(match, resolver.ResolvedPlace):
        return match.place.code
    if isinstance(match, resolver.AmbiguousPlace):
        names = "; ".join(f"{p.code} {p.label}" for p in match.candidates)
        raise PlaceError(
            f"{text!r} may be {names}", code="ambiguous_place", text=text, candidates=names
        )
    near = ", ".join(match.nearest)
    raise PlaceError(f"no place is called {text!r}", text=text, near=near)


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
    span = parse_period(period) if period else store.span
    units = select_units(store, place, span.end)
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
