"""Quarters and places as tables of a build."""

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
