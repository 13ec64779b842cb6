"""What a person wrote for a place in, the place out, or the candidates, or the nearest names; it never guesses.

A code wins; then the name as the official list writes it, then another spelling of it, then a confirmed alias, then
the name with marks left out, when only one place can be meant. A name that several places share is resolved by its
type (phường, xã, thị trấn) and district, else all candidates are listed. Everything is as of a day.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from pipelines.reference import place_text, places
from pipelines.reference.name_normalisation import clean_name, split_syllables, strip_marks
from pipelines.reference.place_text import NameReading
from pipelines.reference.places import DISTRICTS_END, District, Place

#: How a text was understood, surest first. `padded`: the zeros a spreadsheet took off a code were put back.
How = Literal["code", "exact", "spelling", "alias", "padded", "unaccented"]
Level = Literal["any", "district", "commune"]
Unit = Place | District

_ORDER: tuple[How, ...] = ("code", "exact", "spelling", "alias", "padded", "unaccented")
_NONE: Mapping[str, str] = MappingProxyType({})
_NEAREST = 3
_LIKE = 0.75


@dataclass(frozen=True)
class ResolvedPlace:
    """One place is meant, and how that was seen."""

    place: Unit
    how: How


@dataclass(frozen=True)
class AmbiguousPlace:
    """Several places may be meant: the officer has to say which."""

    candidates: tuple[Unit, ...]


@dataclass(frozen=True)
class UnknownPlace:
    """No place is meant that day; `nearest` are names to offer, `elsewhen` units of that code or name on other days."""

    nearest: tuple[str, ...] = ()
    elsewhen: tuple[Place, ...] = ()


Found = ResolvedPlace | AmbiguousPlace | UnknownPlace


def resolve_place(
    text: str,
    day: date,
    *,
    district: str = "",
    level: Level = "any",
    aliases: Mapping[str, str] = _NONE,
) -> Found:
    """The place that `text` means on `day`.

    `text` is a code (00646, 020), a name, or a name with type and district: "P. Chương Dương, Q. Hoàn Kiếm",
    "xã Chương Dương (Thường Tín)". `district`, when given, is the district of another cell. `aliases` maps texts a
    steward has confirmed to codes.
    """
    text = clean_name(text)
    if coded := place_text.parse_code(text):
        return _resolve_code(coded, day, level)
    if both := place_text.split_code_and_name(text):
        return _resolve_code_and_name(*both, day, level)
    own, *above = place_text.split_parts(text)
    if district or above:
        within = _find_district([district, *above], day)
        return (
            within
            if isinstance(within, UnknownPlace)
            else _resolve_name(own, day, "commune", within, text, aliases)
        )
    found = _resolve_name(own, day, level, None, text, aliases)
    name, dash, after = text.rpartition(" - ")
    if isinstance(found, UnknownPlace) and dash:
        again = resolve_place(name, day, district=after, level=level, aliases=aliases)
        return found if isinstance(again, UnknownPlace) else again
    return found


def match_place(place: Unit, text: str) -> How | None:
    """Whether `text` names `place`, and how; None when it names something else."""
    for read in place_text.list_readings(text):
        how = _match_reading(read, place)
        if how and read.matches_type(place):
            return how
    return None


def find_namesakes(name: str, day: date, level: Level = "any") -> list[tuple[Unit, How]]:
    """The units that a name without type or district may mean on `day`, and how it is spelt."""
    read = NameReading(clean_name(name), split_syllables(name))
    called = _find_by_bare_name(strip_marks(read.name), day, level)
    return [(unit, how) for unit in called if (how := _match_reading(read, unit))]


def _resolve_code(code: str, day: date, level: Level) -> Found:
    known = _units_on(day)
    if len(code) == 5 and level != "district":
        found = [u for u in known if u.code == code]
        return (
            ResolvedPlace(found[0], "code")
            if found
            else UnknownPlace(elsewhen=tuple(places.load_places().all_versions(code)))
        )
    if len(code) == 3 and level != "commune":
        found = [u for u in known if u.code == code]
        if found:
            return ResolvedPlace(found[0], "code")
    sizes = {"any": (3, 5), "district": (3,), "commune": (5,)}[level]
    padded = {code.zfill(size) for size in sizes if len(code) < size}
    return _resolve_single([u for u in known if u.code in padded], "padded") or UnknownPlace()


def _resolve_code_and_name(code: str, name: str, day: date, level: Level) -> Found:
    """A code with a name behind it: they must agree."""
    by_code, by_name = _resolve_code(code, day, level), resolve_place(name, day, level=level)
    if isinstance(by_code, ResolvedPlace) and any(
        match_place(by_code.place, part) for part in place_text.split_parts(name)[:1]
    ):
        return by_code
    met = [found.place for found in (by_code, by_name) if isinstance(found, ResolvedPlace)]
    return (
        AmbiguousPlace(tuple(met))
        if len(met) > 1
        else by_code
        if isinstance(by_code, UnknownPlace)
        else UnknownPlace()
    )


def _find_district(texts: Iterable[str], day: date) -> Found | None:
    """The district that stands behind a name; None when only the city does, or districts are no more."""
    seen = min(day, DISTRICTS_END - timedelta(days=1))
    named = [
        part
        for text in texts
        for part in place_text.split_parts(text)
        if part and not place_text.is_city(part)
    ]
    found = [resolve_place(part, seen, level="district") for part in named]
    if unsure := [f for f in found if not isinstance(f, ResolvedPlace)]:
        return unsure[0]
    sure = [f for f in found if isinstance(f, ResolvedPlace)]
    if len({f.place.code for f in sure}) > 1:
        return UnknownPlace()
    return (
        max(sure, key=lambda f: _ORDER.index(f.how), default=None) if day < DISTRICTS_END else None
    )


def _resolve_name(
    own: str, day: date, level: Level, within: Found | None, text: str, aliases: Mapping[str, str]
) -> Found:
    confirmed = _resolve_alias(text, day, level, within, aliases)
    least: How = within.how if isinstance(within, ResolvedPlace) else "exact"
    loose: list[Unit] = []
    for read in place_text.list_readings(own):
        asked = [
            u
            for u in _find_by_bare_name(strip_marks(read.name), day, level)
            if _is_inside(u, within) and read.matches_type(u)
        ]
        met = [(u, how) for u in asked if (how := _match_reading(read, u))]
        sure = [(u, how) for u, how in met if how != "unaccented"]
        if len(sure) == 1:
            return ResolvedPlace(sure[0][0], max(sure[0][1], least, key=_ORDER.index))
        if sure:
            return confirmed or AmbiguousPlace(tuple(u for u, _ in sure))
        # NOTE: Trung Tụ may be Trung Tự without its horn or Trung Tú with a wrong tone.
        like = asked if met and _has_marks(read) else [u for u, _ in met]
        loose += [u for u in like if u not in loose]
    return confirmed or _resolve_single(loose, "unaccented") or _suggest_names(own, day, level)


def _has_marks(read: NameReading) -> bool:
    return any(syllable.tone or syllable.letters != syllable.bare for syllable in read.name)


def _resolve_alias(
    text: str, day: date, level: Level, within: Found | None, aliases: Mapping[str, str]
) -> ResolvedPlace | None:
    meant = {
        code for name, code in aliases.items() if split_syllables(name) == split_syllables(text)
    }
    if not meant:
        return None
    found = [
        u
        for u in _units_on(day)
        if u.code in meant and _has_level(u, level) and _is_inside(u, within)
    ]
    return ResolvedPlace(found[0], "alias") if len(found) == 1 else None


def _resolve_single(units: list[Unit], how: How) -> Found | None:
    if not units:
        return None
    return ResolvedPlace(units[0], how) if len(units) == 1 else AmbiguousPlace(tuple(units))


def _match_reading(read: NameReading, unit: Unit) -> How | None:
    official = split_syllables(unit.name)
    if read.name == official:
        return "exact" if read.text.casefold() == unit.name.casefold() else "spelling"
    same = len(read.name) == len(official)
    missing = same and all(
        a.misses_only_marks_of(b) for a, b in zip(read.name, official, strict=True)
    )
    return "unaccented" if missing else None


def _suggest_names(own: str, day: date, level: Level) -> UnknownPlace:
    """Names to offer, those that differ by their type or marks only first."""
    names = {
        key: units
        for key, units in _index_by_name(_set_began_on(day)).items()
        if any(_has_level(u, level) for u in units)
    }
    asked = [strip_marks(read.name) for read in place_text.list_readings(own)]
    close = [
        c
        for name in reversed(asked)
        for c in difflib.get_close_matches(name, names, _NEAREST, _LIKE)
    ]
    nearest = [u for key in dict.fromkeys(close) for u in _find_by_bare_name(key, day, level)]
    return UnknownPlace(tuple(u.label for u in nearest[:_NEAREST]), _find_on_other_days(own, day))


def _find_on_other_days(own: str, day: date) -> tuple[Place, ...]:
    """Units that bore this name on other days only, oldest first."""
    reads = list(place_text.list_readings(own))
    gone = [p for p in places.load_places().versions if not p.is_valid_on(day)]
    return tuple(
        p
        for p in gone
        if any(r.matches_type(p) and r.name == split_syllables(p.name) for r in reads)
    )


def _has_level(unit: Unit, level: Level) -> bool:
    return level == "any" or isinstance(unit, District) == (level == "district")


def _is_inside(unit: Unit, within: Found | None) -> bool:
    if within is None:
        return True
    owners = (
        [within.place] if isinstance(within, ResolvedPlace) else getattr(within, "candidates", ())
    )
    return isinstance(unit, Place) and unit.district_code in {o.code for o in owners}


def _find_by_bare_name(name: str, day: date, level: Level) -> list[Unit]:
    """The units whose name without marks is `name`."""
    return [u for u in _index_by_name(_set_began_on(day)).get(name, ()) if _has_level(u, level)]


def _units_on(day: date) -> list[Unit]:
    return [*places.load_places().districts_on(day), *places.load_places().valid_on(day)]


def _set_began_on(day: date) -> date:
    """The day the set of units in force on `day` began."""
    return max((d for d in places.load_places().changes if d <= day), default=date.min)


@lru_cache(maxsize=8)
def _index_by_name(since: date) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in _units_on(since):
        found.setdefault(strip_marks(split_syllables(unit.name)), []).append(unit)
    return found
