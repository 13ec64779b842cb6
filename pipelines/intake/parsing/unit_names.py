"""Read the names and codes by which officers call a unit: `Đội tình nguyện xã Thanh Liệt`."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from pipelines.errors import PlaceError
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.reference.name_normalisation import split_syllables, strip_marks
from pipelines.reference.places import District, Place, Places
from pipelines.reference.resolver import (
    AmbiguousPlace,
    UnknownPlace,
    find_namesakes,
    match_place,
    resolve_place,
)
from pipelines.spreadsheet.text_cleaning import clean_text

UnitLevel = Literal["commune", "district"]

#: Words before a name that say what kind of unit it is, with marks and without.
_TYPES: dict[UnitLevel, str] = {
    # NOTE: "xã hội" is no commune, and "thị xã" is a district.
    "commune": r"(?<!thị )(?<!thi )(?:(?:xã(?! hội)|xa(?! hoi)|phường|phuong|thị trấn|thi tran|tt) "
    r"|(?:[xp]|tt)\. ?)",
    "district": r"(?:(?:quận|quan|huyện|huyen|thị xã|thi xa|tx) |(?:[qh]|tx)\. ?)",
}
#: Offices and teams whose name may follow without the unit's type: `UBND Thanh Liệt`.
_OFFICE = re.compile(
    r"(?:(?:ubnd|[uủ][yỷ] ban nhân dân|trạm y tế|tyt|công an|mặt trận tổ quốc|mttq|đoàn thanh niên"
    r"|hội (?:liên hiệp phụ nữ|lhpn|phụ nữ|cựu chiến binh)|ban chỉ đạo"
    r"|đội(?: (?:công tác xã hội|ctxh|hoạt động xã hội|xã hội|xh))?"
    r" ?(?:tình nguyện|tn)?(?: số \d+)?"
    r"|đội (?:ctxhtn|xhtn)|điểm tư vấn(?:,? chăm sóc[\w ,]*? cộng đồng)?)\b[ :-]*)+"
)
#: A district named behind a commune without a comma.
_DISTRICT_BEHIND = re.compile(r"(?<=[^\s,;(–-]) (?=(?:huyện|quận|thị xã|q\.|h\.|tx\.) ?\w)")
NO_ALIASES: Mapping[str, str] = MappingProxyType({})
_WORD = re.compile(r"[^\W\d_]+")
#: Words before a name that say that it is a district's, or a commune's.
_DISTRICT_TYPES = ("huyện", "quận", "huyen", "quan", "h", "q", "tx")
_COMMUNE_TYPES = ("xã", "phường", "trấn", "xa", "phuong", "x", "p")
_AND = re.compile(r"[+&]")
#: How a name must be spelt to count without such a word before it.
_SURE = ("exact", "spelling")
#: No name is longer.
_LONGEST_TEXT = 300
#: A text is looked through so far, and a name has at most so many words.
_WORDS_READ, _LONGEST_NAME = 40, 4
#: From this likeness on two names count as one misspelt.
_ALIKE = 0.75
#: NOTE: three digits alone may be any number; five are a code when a commune bears it.
_COMMUNE_CODE = re.compile(r"(?<![^\W_])(?:[dp]-?)?(\d{5})(?![^\W_])", re.ASCII)
_DISTRICT_CODE = re.compile(
    r"(?<![^\W_])(?:(?:mau|mẫu)[\W_]*[abc][\W_]+"
    r"|(?:quận|huyện|thị xã|quan|huyen|mã|ma|district)[\W_]+)"
    r"(\d{3})(?![^\W_])"
)


def strip_office(text: str, level: UnitLevel = "commune") -> str:
    """Strip `UBND xã Thanh Liệt huyện Thanh Trì` to `xã thanh liệt, huyện thanh trì`."""
    readable = text[:_LONGEST_TEXT]
    plain = fold_text(readable)
    if level == "commune":
        plain = _DISTRICT_BEHIND.sub(", ", plain)
    word_start = rf"(?<!\w){_TYPES[level]}(?=\w)"
    typed = re.search(word_start, plain)
    office = _OFFICE.match(plain)
    begin = 0
    if typed:
        begin = typed.start()
    elif office:
        begin = office.end()
    return plain[begin:].strip(" :-")


def names_another(
    text: str, place: Place, day: date, aliases: Mapping[str, str] = NO_ALIASES
) -> bool:
    """True when the text is the name of another unit than `place`, of this day or of another.

    A misspelt name is nobody's, and a name that several units bear is not another's while it fits.
    """
    name = strip_office(text)
    resolved = resolve_place(name, day, level="commune", aliases=aliases)
    if match_place(place, name) or _is_own_district(name, place):
        return False
    if isinstance(resolved, AmbiguousPlace):
        return place not in resolved.candidates
    if not isinstance(resolved, UnknownPlace):
        return resolved.place != place
    if _is_same_name(name, place):
        return False
    return bool(resolved.elsewhen) or _holds_another(text, place, day)


def _is_own_district(name: str, place: Place) -> bool:
    """True for the bare name of the unit's own district, which a commune elsewhere may bear too."""
    above = place.district_name
    return name in (fold_text(above), fold_text(f"{place.district_type} {above}"))


def _is_same_name(text: str, unit: Place | District) -> bool:
    """True when the text is the unit's name, whatever type stands before it."""
    untyped = re.sub(rf"^{_TYPES['commune']}(?=\w)", "", text)
    own = _plain_syllables(unit.name)
    return own in (_plain_syllables(text), _plain_syllables(untyped))


def _plain_syllables(text: str) -> str:
    """Return the syllables of a name without marks."""
    return strip_marks(split_syllables(text))


@lru_cache(maxsize=4_096)
def _holds_another(text: str, unit: Place, day: date) -> bool:
    """True when a free text holds the name of another commune.

    Beside the unit's own name, or one like it, only a further one after a word such as `xã` or
    `và` counts.
    """
    words = _WORD.findall(_AND.sub(" và ", fold_text(text)))[:_WORDS_READ]
    own = _plain_syllables(unit.name)
    spans = _list_spans(len(words))
    communes = [span for span in spans if _names_commune(words, span, day)]
    if not communes:
        return False
    if not any(_names_own(words, span, own, communes) for span in spans):
        return True
    return any(_names_further(words, span, own, communes) for span in communes)


def _names_further(words: list[str], span: range, own: str, communes: list[range]) -> bool:
    """Is a span, after a word such as `xã` or `và`, another commune than the unit's own?"""
    if not _is_typed(words, span, (*_COMMUNE_TYPES, "và")) or _is_inside(span, communes):
        return False
    return not _is_like(_join(words, span), own)


def names_another_district(text: str, district: District, day: date) -> bool:
    """True when a free text holds another district's name, or a commune's of another district."""
    words = _WORD.findall(fold_text(text[:_LONGEST_TEXT]))[:_WORDS_READ]
    found = {span: _list_districts(words, span, day) for span in _list_spans(len(words))}
    named = [span for span, codes in found.items() if codes]
    longest = [span for span in named if not _is_inside(span, named)]
    return any(district.code not in found[span] for span in longest)


def _list_districts(words: list[str], span: range, day: date) -> set[str]:
    """Return the codes of the districts a span may name, by a commune after a word such as `xã`."""
    name = _join(words, span)
    if _is_typed(words, span, _COMMUNE_TYPES):
        communes = [unit for unit, _ in find_namesakes(name, day, "commune")]
        return {unit.district_code for unit in communes if isinstance(unit, Place)}
    is_typed = _is_typed(words, span, _DISTRICT_TYPES)
    named = find_namesakes(name, day, "district")
    return {unit.code for unit, how in named if is_typed or how in _SURE}


def _names_own(words: list[str], span: range, own: str, communes: list[range]) -> bool:
    """Does a span hold the unit's own name `own`, or one like it, beside the `communes` named?"""
    name = _join(words, span)
    if _plain_syllables(name) == own and not _is_inside(span, communes):
        return True
    return span not in communes and _is_like(name, own)


def _list_spans(words: int) -> list[range]:
    """Return every run of one to four words."""
    spans: list[range] = []
    for size in range(1, _LONGEST_NAME + 1):
        spans += [range(at, at + size) for at in range(words - size + 1)]
    return spans


def _join(words: list[str], span: range) -> str:
    return " ".join(words[span.start : span.stop])


def _is_inside(span: range, others: list[range]) -> bool:
    """True when a longer span holds this one: `thanh xuân` in `thanh xuân bắc`."""
    for other in others:
        holds = other.start <= span.start and span.stop <= other.stop
        if holds and len(other) > len(span):
            return True
    return False


def _names_commune(words: list[str], span: range, day: date) -> bool:
    """True for a commune's name: with its marks, or after a word such as `phường` also without."""
    if _is_typed(words, span, _DISTRICT_TYPES):
        return False
    is_typed = _is_typed(words, span, _COMMUNE_TYPES)
    if len(span) == 1 and not is_typed:
        return False
    namesakes = find_namesakes(_join(words, span), day, "commune")
    if is_typed:
        return bool(namesakes)
    return any(how in _SURE for _, how in namesakes)


def _is_typed(words: list[str], span: range, types: tuple[str, ...]) -> bool:
    """True when a word of these types stands before the span; `thị xã` is a district's."""
    before = words[max(0, span.start - 2) : span.start]
    if before in (["thị", "xã"], ["thi", "xa"]):
        return types is _DISTRICT_TYPES
    return bool(before) and before[-1] in types


def _is_like(text: str, own: str) -> bool:
    """True when a text of as many words is a name, misspelt."""
    name = _plain_syllables(text)
    if len(name.split()) != len(own.split()):
        return False
    return SequenceMatcher(None, name, own).ratio() >= _ALIKE


def find_codes(name: str, places: Places) -> Iterator[str]:
    """Yield the codes of communes and districts that a file's or sheet's name holds."""
    plain = fold_text(name[:_LONGEST_TEXT])
    communes = _COMMUNE_CODE.findall(plain)
    yield from filter(places.all_versions, communes)
    districts = places.district_codes
    yield from (code for code in _DISTRICT_CODE.findall(plain) if code in districts)


_CODE_DIGITS = 5
#: How the type of a unit is shortened before its name.
_SHORT_TYPES = {"xã": "x", "phường": "p", "thị trấn": "tt"}


@lru_cache(maxsize=2_048)
def list_exact_spellings(place: Place) -> frozenset[str]:
    """Return the spellings of a place that need no issue."""
    above = f"{place.district_type} {place.district_name}"
    short = _SHORT_TYPES.get(fold_text(place.type), "")
    names = [place.name, place.full_name]
    if short:
        names += [f"{short}.{place.name}", f"{short}. {place.name}", f"{short} {place.name}"]
    spellings = [*names, *(f"{name}, {above}" for name in names)]
    return frozenset(map(fold_text, spellings))


@lru_cache(maxsize=16_384)
def find_exact_place(places: Places, code: str, name: str, day: date) -> Place | None:
    """Return the place in force whose whole code this is, where its name is spelt exactly.

    None for any other code or name; a blank name is none.
    """
    is_whole = len(code) == _CODE_DIGITS and code.isascii() and code.isdigit()
    if not is_whole or (name and set(clean_text(name).codes) - {"U002"}):
        return None
    try:
        place = places.find_place(code, day)
    except PlaceError:
        return None
    is_spelt = not name or strip_office(name) in list_exact_spellings(place)
    return place if is_spelt else None
