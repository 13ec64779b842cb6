"""Find the place that somebody types to look at it: a name and its district in any order.

Reports are read by the resolver alone, which takes a district only where it is told apart; here
commas and order do not matter, since a reader sees at once which place was found.
"""

from collections.abc import Iterator
from datetime import date

from pipelines.reference import place_text
from pipelines.reference.name_normalisation import clean_name
from pipelines.reference.resolver import (
    AmbiguousPlace,
    Found,
    Level,
    ResolvedPlace,
    Unit,
    UnknownPlace,
    resolve_place,
)

#: Words of a text that are divided into a name and a district.
_MOST = 12


def search_place(text: str, day: date, level: Level = "any") -> Found:
    """Return the place that `text` means on `day`, as `resolve_place` does.

    Where the whole text is no place it is divided into a name and a district, whichever stands
    first: "Văn Quán Hà Đông", "Hà Đông, Văn Quán", "minh khai hai ba trung".
    """
    whole = resolve_place(text, day, level=level)
    words = " ".join(place_text.split_parts(clean_name(text))).split()
    if not isinstance(whole, UnknownPlace) or len(words) > _MOST:
        return whole
    hits: dict[str, ResolvedPlace] = {}
    for name, district in _divide(words):
        found = resolve_place(name, day, district=district, level=level)
        if isinstance(found, ResolvedPlace):
            hits.setdefault(found.place.code, found)
    if len(hits) > 1:
        units: tuple[Unit, ...] = tuple(hit.place for hit in hits.values())
        return AmbiguousPlace(units)
    return next(iter(hits.values()), whole)


def _divide(words: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the words as a name and a district, either of which may stand first."""
    for cut in range(1, len(words)):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        yield first, second
        yield second, first
