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
    """Return one row per version of a commune-level unit."""
    rows = list(map(_place_row, places.load_places().versions))
    return pl.DataFrame(rows, schema_overrides={"valid_to": pl.Date})


def _place_row(place: places.Place) -> dict[str, object]:
    return {
        "place_id": place.id,
        "code": place.code,
        "name": place.name,
        "type": place.type,
        "district_code": place.district_code,
        "district_name": place.district_name,
        "district_type": place.district_type,
        "valid_from": place.valid_from,
        "valid_to": place.valid_to,
        "sort_key": places.sort_key(place.name),
        "district_sort_key": places.sort_key(place.district_name),
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


def units_by_quarter(register: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Return one row per registered unit and quarter on whose last day it was active.

    With its place that day. An empty valid_from means "before our records"; valid_to is the last
    day of activity.
    """
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("ends"))
    not_ended = pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("ends"))
    return register.join(placed, on="commune", how="inner").filter(begun & not_ended)
