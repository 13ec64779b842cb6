"""Places, quarters and who stood where in each: reference data and registers in, reporters by quarter out."""

from datetime import date

import polars as pl

from pipelines.reference import places
from pipelines.reference.periods import Quarter


def quarters_frame(first: Quarter, last: Quarter) -> pl.DataFrame:
    """One row per report quarter."""
    quarters = [Quarter(i) for i in range(first.index, last.index + 1)]
    rows = [
        (q.code, q.index, q.year, f"{q.year}-H{(q.number + 1) // 2}", q.number, q.start, q.end)
        for q in quarters
    ]
    names = ["period", "quarter_index", "year", "half", "quarter", "starts", "ends"]
    return pl.DataFrame(rows, schema=names, orient="row")


def places_frame() -> pl.DataFrame:
    """One row per version of a commune-level unit."""
    rows = [
        {
            "place_id": p.id,
            "code": p.code,
            "name": p.name,
            "type": p.type,
            "district_code": p.district_code,
            "district_name": p.district_name,
            "district_type": p.district_type,
            "valid_from": p.valid_from,
            "valid_to": p.valid_to,
            "sort_key": places.sort_key(p.name),
            "district_sort_key": places.sort_key(p.district_name),
        }
        for p in places.load_places().versions
    ]
    return pl.DataFrame(rows, schema_overrides={"valid_to": pl.Date})


def communes_by_quarter(calendar: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """One row per unit in force on a quarter's last day: commune, quarter_index, place_id, district_code."""
    crossed = calendar.select("quarter_index", "ends").join(units, how="cross")
    far = pl.lit(date.max)
    return crossed.filter(
        (pl.col("valid_from") <= pl.col("ends"))
        & (pl.col("ends") < pl.col("valid_to").fill_null(far))
    ).select("quarter_index", "ends", pl.col("code").alias("commune"), "place_id", "district_code")


def units_by_quarter(register: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """One row per registered unit and quarter on whose last day it was active, with its place that day.

    An empty valid_from means "before our records"; valid_to is the last day of activity.
    """
    active = (pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("ends"))) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= pl.col("ends"))
    )
    return register.join(placed, on="commune", how="inner").filter(active)
