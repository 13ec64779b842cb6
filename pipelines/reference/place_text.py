"""The ways a text can name a place: its parts, and its readings as a name, perhaps with a type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import filterfalse

from pipelines.reference.name_normalisation import Syllable, clean_name, split_syllables
from pipelines.reference.office_names import list_spellings
from pipelines.reference.places import District, Place

_CODE = re.compile(r"\d{1,5}")
_CODE_AND_NAME = re.compile(r"(\d{5})\s*[-–:.]?\s*(\D.*)")
_PARTS = re.compile(r"[,;/|()\[\]]+")
_WORD = re.compile(r"[^\s.\-]+")
#: Longest first: thị xã must not read as "thị" and xã.
_TYPES = (
    ("Thành phố", ("thành phố", "tp", "t p")),
    ("Thị trấn", ("thị trấn", "tt", "t t")),
    ("Thị xã", ("thị xã", "tx", "t x")),
    ("Phường", ("phường", "p", "ph", "f")),
    ("Xã", ("xã", "x")),
    ("Quận", ("quận", "q")),
    ("Huyện", ("huyện", "h")),
)
_FORMS = tuple((kind, form) for kind, forms in _TYPES for form in forms)


@dataclass(frozen=True)
class NameReading:
    """One reading of a text: the name meant, and the type written before it ('' for none)."""

    text: str
    name: tuple[Syllable, ...]
    type: str = ""

    def matches_type(self, unit: Place | District) -> bool:
        return self.type in ("", unit.type)


def parse_code(text: str) -> str:
    """Return the digits when `text` is nothing but a code, else ''."""
    return text if _CODE.fullmatch(text) else ""


def split_code_and_name(text: str) -> tuple[str, str] | None:
    """Return a five-digit code and the name behind it: "00646 - Xã Thanh Liệt"."""
    found = _CODE_AND_NAME.fullmatch(text)
    return (found[1], found[2]) if found else None


def split_parts(text: str) -> list[str]:
    """Return the name, then what stands behind commas or in brackets after it but for the city."""
    parts = map(str.strip, _PARTS.split(text))
    own, *above = list(filter(None, parts)) or [""]
    return [own, *filterfalse(is_city, above)]


def is_city(text: str) -> bool:
    syllables = split_syllables(text)
    return any(_are_same_syllables(syllables, split_syllables(city)) for city in list_spellings())


def list_readings(text: str) -> Iterator[NameReading]:
    """Yield the whole text as a name, then the rest behind a type as a name of that type.

    NOTE: both are needed: "Phuong Lien" is phường Phương Liên, "Quan Hoa" a phường and no quận.
    """
    text = clean_name(text)
    yield NameReading(text, split_syllables(text))
    words = list(_WORD.finditer(text))
    for kind, form in _FORMS:
        type_name = split_syllables(form)
        size = len(type_name)
        if not 0 < size < len(words):
            continue
        opening = split_syllables(text[: words[size - 1].end()])
        if _are_same_syllables(opening, type_name):
            rest = text[words[size].start() :]
            yield NameReading(rest, split_syllables(rest), kind)
            return


def _are_same_syllables(given: tuple[Syllable, ...], wanted: tuple[Syllable, ...]) -> bool:
    """True when the given syllables are the wanted ones, perhaps with marks left out."""
    if len(given) != len(wanted):
        return False
    pairs = zip(given, wanted, strict=True)
    return all(syllable.misses_only_marks_of(full) for syllable, full in pairs)
