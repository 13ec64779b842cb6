"""The ways a text can name a place: the text in, its parts and its readings (a name, perhaps with a type) out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.reference.name_normalisation import Syllable, clean_name, split_syllables
from pipelines.reference.places import District, Place

_CODE = re.compile(r"\d{1,5}")
_CODE_AND_NAME = re.compile(r"(\d{5})\s*[-–:.]?\s*(\D.*)")
_PARTS = re.compile(r"[,;/|()\[\]]+")
_WORD = re.compile(r"[^\s.\-]+")
_CITY = ("hà nội", "tp hà nội", "thành phố hà nội", "hn", "tp hn")
#: Longest first: thị xã must not read as "thị" and xã.
_TYPES = (
    ("Thị trấn", ("thị trấn", "tt", "t t")),
    ("Thị xã", ("thị xã", "tx", "t x")),
    ("Phường", ("phường", "p", "ph", "f")),
    ("Xã", ("xã", "x")),
    ("Quận", ("quận", "q")),
    ("Huyện", ("huyện", "h")),
)


@dataclass(frozen=True)
class NameReading:
    """One reading of a text: the name meant, and the type that was written before it ('' when none was)."""

    text: str
    name: tuple[Syllable, ...]
    type: str = ""

    def matches_type(self, unit: Place | District) -> bool:
        return self.type in ("", unit.type)


def parse_code(text: str) -> str:
    """The digits when `text` is nothing but a code, else ''."""
    return text if _CODE.fullmatch(text) else ""


def split_code_and_name(text: str) -> tuple[str, str] | None:
    """A five-digit code and the name behind it: "00646 - Xã Thanh Liệt"."""
    found = _CODE_AND_NAME.fullmatch(text)
    return (found[1], found[2]) if found else None


def split_parts(text: str) -> list[str]:
    """The name and what stands behind commas or in brackets after it, without the city."""
    own, *above = [p.strip() for p in _PARTS.split(text) if p.strip()] or [""]
    return [own, *[p for p in above if not is_city(p)]]


def is_city(text: str) -> bool:
    return any(_are_same_syllables(split_syllables(text), split_syllables(city)) for city in _CITY)


def list_readings(text: str) -> Iterator[NameReading]:
    """The whole text as a name, then, when it begins with a type, the rest as a name of that type.

    NOTE: both are needed: "Phuong Lien" is phường Phương Liên, "Quan Hoa" a phường and no quận.
    """
    text = clean_name(text)
    yield NameReading(text, split_syllables(text))
    words = list(_WORD.finditer(text))
    for kind, forms in _TYPES:
        for form in forms:
            wanted = split_syllables(form)
            if 0 < len(wanted) < len(words) and _are_same_syllables(
                split_syllables(text[: words[len(wanted) - 1].end()]), wanted
            ):
                rest = text[words[len(wanted)].start() :]
                yield NameReading(rest, split_syllables(rest), kind)
                return


def _are_same_syllables(given: tuple[Syllable, ...], wanted: tuple[Syllable, ...]) -> bool:
    return len(given) == len(wanted) and all(
        a.misses_only_marks_of(b) for a, b in zip(given, wanted, strict=True)
    )
