"""Places of one geography: the units as reported, or those of one set, such as the 579 or the 126.

A place belongs to one unit where all of its people do; a split one may belong to each of several,
so that its numbers give bounds (docs/domain.md 5.5). What a point or register says is placed with
its unit, as the register's lines place that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi
from pipelines.errors import PlaceError, Refused
from pipelines.kpi.query_grid import (
    Grid,
    PlaceBy,
    find_named_place,
    group_places,
    label_places,
    sees_exactly,
)
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import Scope
from pipelines.reference.people_shares import PeopleShares
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.places import Place, load_places
from pipelines.warehouse.facts import coverage_source

#: Every number stands in the place it was reported in.
REPORTED = "reported"
#: How exact a row is that has no value of its own: a range, or what belongs to no one place.
NO_SINGLE_VALUE = ("bounds", "not_assignable")
#: The share that takes a place out of what is not assigned.
TAKEN_OUT = -1.0
#: The label of the row of what no unit can be given alone.
UNASSIGNED = ""
_PLACED: dict[str, pl.DataType | type[pl.DataType]] = {
    "place_nr": pl.Int16,
    "district_nr": pl.Int16,
    "label": pl.String,
    "exact": pl.Boolean,
    "reporter_id": pl.String,
    "reporter_nr": pl.Int32,
}
#: A row of a grid's places, with the label of its group.
_Row = tuple[int, int, str, bool, str | None, int | None]


@dataclass(frozen=True)
class GeographyGrids:
    """One question over one geography, as three grids with the same buckets."""

    #: Every place in one group; a split place in the group of what is not assigned.
    sure: Grid
    #: Every place in each group it may belong to.
    possible: Grid
    #: Every split place with shares of its people as a group of its own.
    shared: Grid
    #: Columns: piece (group of `shared`), place_group, share.
    shares: pl.DataFrame


@dataclass
class _Placing:
    """Gather the rows of the grids, place by place."""

    #: The label of each unit of the geography; a unit that was not asked for has none.
    labels: Mapping[str, str]
    has_rest: bool
    sure: list[_Row] = field(default_factory=list)
    possible: list[_Row] = field(default_factory=list)

    def list_labels(self, units: Sequence[Place]) -> list[str | None]:
        """List the different labels of units; None stands for all that were not asked for."""
        return list(dict.fromkeys(self.labels.get(unit.id) for unit in units))

    def add(
        self,
        source: tuple[int, int, bool],
        labels: Sequence[str | None],
        reporter: tuple[str | None, int | None] = (None, None),
    ) -> None:
        """Add a place, or what one reporter sent from it, that belongs to one of these labels."""
        place_nr, district_nr, exact = source
        asked = [label for label in labels if label is not None]
        for label in asked:
            self.possible.append((place_nr, district_nr, label, exact, *reporter))
        if len(labels) == 1:
            self.sure += self.possible[len(self.possible) - len(asked) :]
        elif self.has_rest:
            rest = (place_nr, district_nr, UNASSIGNED, exact, *reporter)
            self.sure.append(rest)
            if UNASSIGNED not in asked:
                self.possible.append(rest)


def check_geography(name: str) -> date | None:
    """Return the day the units of a geography began, None as reported; raises Refused."""
    if name == REPORTED:
        return None
    known = load_places().geographies
    if name not in known:
        choices = ", ".join((REPORTED, *known))
        raise Refused(
            f"no geography is called {name!r}",
            code="unknown_geography",
            text=name,
            choices=choices,
        )
    return known[name]


def is_placed_by_unit(kpi: Kpi) -> bool:
    """Is a figure about teams and points, or what points report, and not about a team's area?"""
    if kpi.kind in ("growth", "progress"):
        return is_placed_by_unit(catalog.find_kpi(kpi.numerator))
    if kpi.kind in ("sum", "ratio"):
        measures = catalog.measures()
        sources = [coverage_source(measures[c]) for c in (*kpi.numerators, *kpi.denominators)]
        return "A" not in sources
    return True


def select_geography_units(
    store: WarehouseReader, day: date, places: Sequence[str] | None
) -> pl.DataFrame:
    """Select the units of a geography that `places` mean, sorted for readers; all without any.

    Raises PlaceError for a name that none or several of them bear.
    """
    begun = pl.col("valid_from") <= day
    ended = pl.col("valid_to").fill_null(date.max) <= day
    units = store.places.filter(begun & ~ended)
    units = units.sort("district_sort_key", "sort_key", "code").with_columns(ward="code")
    if not places:
        return units
    quarter = Quarter.containing(day)
    found = [find_named_place(text, Span(quarter, quarter)) for text in places]
    for text, place in zip(places, found, strict=True):
        if isinstance(place, Place) and not place.is_valid_on(day):
            raise PlaceError(f"{text!r} is no unit of {day}", text=text, near=place.label)
    codes = [place.code for place in found if not isinstance(place, Place)]
    ids = [place.id for place in found if isinstance(place, Place)]
    return units.filter(pl.col("district_code").is_in(codes) | pl.col("place_id").is_in(ids))


def make_geography_grids(
    store: WarehouseReader,
    day: date,
    places: Sequence[str] | None,
    by: PlaceBy,
    buckets: Sequence[Span],
    scope: Scope,
    *,
    by_unit: bool,
    shares: PeopleShares,
) -> GeographyGrids:
    """Make the grids over the units in force on `day`.

    `by_unit`: what a team or point sent from a split place stands where the register puts it.
    Raises PlaceError.
    """
    chosen = select_geography_units(store, day, places)
    chosen = chosen.with_columns(label_places(by).alias("label"))
    has_rest = not places and by != "city"
    labels = dict(chosen.select("place_id", "label").iter_rows())
    placing = _Placing(labels, has_rest)
    split: list[tuple[int, str]] = []
    stays = _find_stays(store, day) if by_unit else {}
    columns = ("place_nr", "district_nr", "place_id", "district_code")
    for number, district_nr, place_id, district in store.places.select(columns).iter_rows():
        source = (number, district_nr, sees_exactly(scope, district, buckets[-1]))
        units = list_units_of(place_id, day)
        labels_of = placing.list_labels(units)
        if len(labels_of) < 2 or not by_unit:
            placing.add(source, labels_of)
            if len(labels_of) > 1:
                split.append((number, place_id))
        for reporter, seat in stays.get(number, ()) if len(labels_of) > 1 else ():
            own = [labels.get(seat)] if seat else labels_of
            placing.add(source, own, reporter)
    groups = _list_groups(chosen, placing)
    sure = _make_grid(by, buckets, placing.sure, groups)
    possible = _make_grid(by, buckets, placing.possible, groups)
    shared, weights = _share_places(split, placing, possible, shares, day)
    return GeographyGrids(sure, possible, shared, weights)


@cache
def list_units_of(place_id: str, day: date) -> tuple[Place, ...]:
    """List the units in force on `day` that a place's numbers may belong to, main one first."""
    places = load_places()
    return tuple(places.list_counterparts(places.by_id[place_id], day))


def _find_stays(
    store: WarehouseReader, day: date
) -> Mapping[int, list[tuple[tuple[str, int | None], str]]]:
    """Map each place to the reporters that sent from it, with the unit the register puts each in.

    An empty unit: no line says which of several.
    """
    seats = _list_seats(store, day)
    ids: dict[int, str] = dict(store.places.select("place_nr", "place_id").iter_rows())
    found: dict[int, list[tuple[tuple[str, int | None], str]]] = defaultdict(list)
    stays = store.query_cached("stays", {}, lambda rows: rows)
    for number, reporter, reporter_nr in stays.iter_rows():
        possible = {unit.id for unit in list_units_of(ids[number], day)}
        is_later = load_places().by_id[ids[number]].valid_from > day
        own = [seat for seat in seats.get(reporter, ()) if seat in possible]
        seat = own[-1 if is_later else 0] if own else ""
        found[number].append(((reporter, reporter_nr), seat))
    return found


def _list_seats(store: WarehouseReader, day: date) -> Mapping[str, list[str]]:
    """List the units in force on `day` that each reporter sat in, as long as that set stood."""
    ids: dict[int, str] = dict(store.places.select("place_nr", "place_id").iter_rows())
    later = [change for change in load_places().changes if change > day]
    until = min(later, default=date.max)
    found: dict[str, list[str]] = defaultdict(list)
    for reporter, number, first, last in store.query("seats").iter_rows():
        is_during = (first or date.min) < until and (last or date.max) >= day
        if is_during:
            found[reporter].append(ids[number])
    return found


def _list_groups(chosen: pl.DataFrame, placing: _Placing) -> pl.DataFrame:
    """Number the groups; one is seen exactly where every place that may belong to it is."""
    labelled = chosen.with_columns(exact=pl.lit(True))
    if placing.has_rest and UNASSIGNED not in labelled["label"]:
        names = ("label", "ward", "code", "name", "district_code", "district_name")
        rest = labelled.head(1).with_columns(*[pl.lit("").alias(name) for name in names])
        labelled = pl.concat([labelled, rest])
    groups = group_places(labelled).drop("exact")
    hidden = {label for _, _, label, exact, *_ in placing.possible if not exact}
    return groups.with_columns(exact=~pl.col("label").is_in(list(hidden)))


def _make_grid(
    by: PlaceBy, buckets: Sequence[Span], rows: list[_Row], groups: pl.DataFrame
) -> Grid:
    placed = pl.DataFrame(rows, schema=_PLACED, orient="row")
    numbered = placed.join(
        groups.select("label", "place_group"), on="label", maintain_order="left"
    ).drop("label")
    return Grid(by, tuple(buckets), numbered, groups, whole=False, as_reported=False)


def _share_places(
    split: Sequence[tuple[int, str]],
    placing: _Placing,
    possible: Grid,
    shares: PeopleShares,
    day: date,
) -> tuple[Grid, pl.DataFrame]:
    """Return split places whose people's shares are known, each a group, and their shares."""
    numbers = dict(possible.groups.select("label", "place_group").iter_rows())
    weights: list[tuple[int, int, float]] = []
    pieces: list[tuple[int, int]] = []
    for number, place_id in split:
        known = shares.find_shares(place_id, day)
        if not known:
            continue
        piece = len(pieces)
        pieces.append((number, piece))
        for unit, share in known.items():
            label = placing.labels.get(unit)
            if label is not None:
                weights.append((piece, numbers[label], share))
        if placing.has_rest:
            weights.append((piece, numbers[UNASSIGNED], TAKEN_OUT))
    schema = {"piece": pl.Int32, "place_group": pl.Int32, "share": pl.Float64}
    places = pl.DataFrame(pieces, schema={"place_nr": pl.Int16, "piece": pl.Int32}, orient="row")
    own = possible.places.unique("place_nr", maintain_order=True).drop("place_group")
    rows = own.join(places, on="place_nr").rename({"piece": "place_group"})
    shared = Grid(possible.by, possible.buckets, rows, possible.groups, False, False)
    return shared, pl.DataFrame(weights, schema=schema, orient="row")
