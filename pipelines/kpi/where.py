"""The places a question is about: names or codes and a day in, the rows of places in force out."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.errors import PlaceError
from pipelines.kpi.store import Store
from pipelines.reference import resolver

_FAR = date.max


def chosen(store: Store, places: Sequence[str] | None, day: date) -> pl.DataFrame:
    """One row per unit in force on `day` and meant by `places` (all of them when none are named), sorted for readers.

    A district stands for its units. Raises PlaceError for a name nobody has, or that several have.
    """
    units = store.places.filter(
        (pl.col("valid_from") <= day) & (pl.lit(day) < pl.col("valid_to").fill_null(_FAR))
    ).sort("district_sort_key", "sort_key", "code")
    if not places:
        return units
    codes = [code(text, day) for text in places]
    return units.filter(pl.col("code").is_in(codes) | pl.col("district_code").is_in(codes))


def code(text: str, day: date) -> str:
    """The code of a district (three digits) or unit (five) named by `text`; raises PlaceError."""
    found = resolver.resolve(text, day)
    if isinstance(found, resolver.Resolved):
        return found.place.code
    if isinstance(found, resolver.Ambiguous):
        names = "; ".join(f"{p.code} {p.label}" for p in found.candidates)
        raise PlaceError(f"{text!r} may be {names}", code="ambiguous_place", text=text, candidates=names)
    near = ", ".join(found.nearest)
    raise PlaceError(f"no place is called {text!r}", text=text, near=near)
