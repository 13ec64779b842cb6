"""Who stands on the registers: counselling points, pilot wards, teams and clubs."""

from collections.abc import Sequence

import polars as pl

from pipelines.kpi.answers import answers
from pipelines.kpi.query_grid import ListQuery, add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY


@answers
def points(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: str = "M4",
    store: WarehouseReader,
) -> pl.DataFrame:
    """List the points of a programme that have stood by the period's end, one row per point.

    In Vietnamese order of places. Columns: ward, ward_name, district, district_name, reporter,
    founded (decision date, null: before the records), launched, valid_from, valid_to, status,
    confidence, facility, board_members, seconded_counsellors, location.
    """
    about = read_list_query(store, period, place, CITY)
    rows = _read_register(store, "points", about)
    return rows.filter(pl.col("programme") == programme).drop("programme")


@answers
def units(
    period: str | None = None, place: Sequence[str] | None = None, *, store: WarehouseReader
) -> pl.DataFrame:
    """List the teams, points, pilot wards and clubs that have stood in the places, one row each.

    Those that began by the period's end. Columns: ward, ward_name, district, district_name,
    reporter, kind (team, point, pilot, club), founded (the decision or founding day, null: before
    the records), launched, valid_from, valid_to, confidence, facility, people (of its board).
    Registers are no secret.
    """
    about = read_list_query(store, period, place, CITY)
    return _read_register(store, "units", about)


def _read_register(store: WarehouseReader, query: str, about: ListQuery) -> pl.DataFrame:
    """Read the units of a register that began by the span's end, with the names of their places."""
    day = about.span.end
    units = store.query(query, {"day": day, **about.over.place_parameters(exact=False)})
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    first = ["ward", "ward_name", "district", "district_name", "reporter"]
    return add_place_names(units.filter(begun), about).select(*first, pl.exclude(first))
