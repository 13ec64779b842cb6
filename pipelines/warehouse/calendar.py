"""Quarters, places, and the registered units that were active in each quarter."""

from datetime import date

import polars as pl

from pipelines.reference import places
from pipelines.reference.periods import Quarter


def quarters_frame(first: Quarter, last: Quarter) -> pl.DataFrame:
    """Return one row per report quarter from `first` to `last`."""
    rows = []
    for index in range(first.index, last.index + 1):
        q = Quarter(index)
        half = f"{q.year}-H{(q.number + 1) // 2}"
        rows.append((q.code, index, q.year, half, q.number, q.start, q.end))
    names = ["period", "quarter_index", "year", "half", "quarter", "starts", "ends"]
    return pl.DataFrame(rows, schema=names, orient="row")


def places_frame() -> pl.DataFrame:
    """Return one row per version of a commune-level unit.

    Since July 2025 the district is the former one that the unit's main part lay in (`former`), and
    empty where there was no single one.
    """
    rows = list(map(_place_row, places.load_places().versions))
    return pl.DataFrame(rows, schema_overrides={"valid_to": pl.Date})


def _place_row(place: places.Place) -> dict[str, object]:
    is_today = not place.district_code
    former = places.load_places().find_former_district(place) if is_today else None
    code, name, kind = place.district_code, place.district_name, place.district_type
    if former:
        code, name, kind = former.code, former.name, former.type
    return {
        "place_id": place.id,
        "code": place.code,
        "name": place.name,
        "type": place.type,
        "district_code": code,
        "district_name": name,
        "district_type": kind,
        "former": is_today,
        "valid_from": place.valid_from,
        "valid_to": place.valid_to,
        "sort_key": places.sort_key(place.name),
        "district_sort_key": places.sort_key(name),
    }


def communes_by_quarter(calendar: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """Return one row per quarter and unit in force on the quarter's last day.

    Columns: quarter_index, ends, commune, place_id, district_code.
    """
    crossed = calendar.select("quarter_index", "ends").join(units, how="cross")
    begun = pl.col("valid_from") <= pl.col("ends")
    not_ended = pl.col("ends") < pl.col("valid_to").fill_null(pl.lit(date.max))
    return crossed.filter(begun & not_ended).select(
        "quarter_index", "ends", pl.col("code").alias("commune"), "place_id", "district_code"
    )


def units_by_quarter(
    register: pl.DataFrame, seats: pl.DataFrame, calendar: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per registered unit and quarter on whose last day it was active.

    With its place that day. An empty valid_from means "before our records"; valid_to is the last
    day of activity.
    """
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("ends"))
    not_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("ends"))
    return place_units(register, seats, calendar).filter(begun & not_ended)


def place_units(units: pl.DataFrame, seats: pl.DataFrame, calendar: pl.DataFrame) -> pl.DataFrame:
    """Return one row per unit and quarter, with the place on the quarter's last day.

    Adds quarter_index, ends, place_id and district_code; `units` has a column reporter_id.
    """
    days = calendar.select("quarter_index", "ends")
    arrived = pl.col("since").is_null() | (pl.col("since") <= pl.col("ends"))
    not_left = pl.col("until").is_null() | (pl.col("until") >= pl.col("ends"))
    seated = seats.join(days, how="cross").filter(arrived & not_left).drop("since", "until")
    return units.join(seated, on="reporter_id", how="inner", maintain_order="left")
