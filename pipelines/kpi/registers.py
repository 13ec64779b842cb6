"""Who stands on the registers: a day and places in, one row per counselling point or pilot ward out."""

from collections.abc import Sequence

import polars as pl

from pipelines.kpi.query_grid import add_place_names, read_list_query
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY


def points(
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    programme: str = "M4",
    store: WarehouseReader,
) -> pl.DataFrame:
    """One row per point of a programme that has stood by the period's end, in Vietnamese order of places.

    Columns: ward, ward_name, district, district_name, reporter, founded (decision date, null: before the records),
    launched, valid_from, valid_to, status, confidence, facility, board_members, seconded_counsellors, location.
    """
    about = read_list_query(store, period, place, CITY)
    found = store.query(
        "points", {"day": about.span.end, **about.over.place_parameters(exact=False)}
    )
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= about.span.end)
    first = ["ward", "ward_name", "district", "district_name", "reporter"]
    own = found.filter((pl.col("programme") == programme) & begun).drop("programme")
    return add_place_names(own, about).select(*first, pl.exclude(first))


def units(
    period: str | None = None, place: Sequence[str] | None = None, *, store: WarehouseReader
) -> pl.DataFrame:
    """One row per team, point, pilot ward or club that has stood in the places by the period's end.

    Columns: ward, ward_name, district, district_name, reporter, kind (team, point, pilot, club), founded (the decision
    or founding day, null: before the records), launched, valid_from, valid_to, confidence, facility, people (of its
    board). Registers are no secret.
    """
    about = read_list_query(store, period, place, CITY)
    found = store.query(
        "units", {"day": about.span.end, **about.over.place_parameters(exact=False)}
    )
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= about.span.end)
    first = ["ward", "ward_name", "district", "district_name", "reporter"]
    return add_place_names(found.filter(begun), about).select(*first, pl.exclude(first))
