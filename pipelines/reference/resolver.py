"""Resolve what a person wrote for a place to the place, its candidates or the nearest names.

It never guesses. A code wins; then the name as the official list writes it, then another spelling
of it, then a confirmed alias, then the name with marks left out, when only one place can be meant.
A name that several places share is resolved by its type (phường, xã, thị trấn) and district, else
all candidates are listed. Everything is as of a day.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pipelines.reference import place_text, places
from pipelines.reference.csv_tables import active_folder
from pipelines.reference.name_normalisation import clean_name, split_syllables, strip_marks
from pipelines.reference.place_text import NameReading
from pipelines.reference.places import DISTRICTS_END, District, Place

#: How a text was understood, surest first.
#: `padded`: the zeros that a spreadsheet took off a code were put back.
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
    """No place is meant that day.

    `nearest` are names to offer, `elsewhen` units of that code or name on other days.
    """

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
    """Return the place that `text` means on `day`.

    `text` is a code (00646, 020), a name, or a name with type and district: "P. Chương Dương, Q.
    Hoàn Kiếm", "xã Chương Dương (Thường Tín)". `district`, when given, is the district of another
    cell. `aliases` maps texts a steward has confirmed to codes.
    """
    text = clean_name(text)
    code = place_text.parse_code(text)
    if code:
        return _resolve_code(code, day, level)
    code_and_name = place_text.split_code_and_name(text)
    if code_and_name:
        return _resolve_code_and_name(*code_and_name, day, level)

    own, *above = place_text.split_parts(text)
    if district or above:
        within = _find_district([district, *above], day)
        if isinstance(within, UnknownPlace):
            return within
        return _resolve_name(own, day, "commune", within, text, aliases)

    found = _resolve_name(own, day, level, None, text, aliases)
    name, dash, after = text.rpartition(" - ")
    if dash and isinstance(found, UnknownPlace):
        # What stands behind a dash may be the district.
        again = resolve_place(name, day, district=after, level=level, aliases=aliases)
        return found if isinstance(again, UnknownPlace) else again
    return found


def match_place(place: Unit, text: str) -> How | None:
    """Return how `text` names `place`; None when it names something else."""
    for reading in place_text.list_readings(text):
        how = _match_reading(reading, place)
        if how and reading.matches_type(place):
            return how
    return None


def find_namesakes(name: str, day: date, level: Level = "any") -> list[tuple[Unit, How]]:
    """Return the units that a name without type or district may mean on `day`.

    Each stands with how its name is spelt.
    """
    reading = NameReading(clean_name(name), split_syllables(name))
    units = _find_by_bare_name(strip_marks(reading.name), day, level)
    return _match_units(reading, units)


def _match_units(reading: NameReading, units: list[Unit]) -> list[tuple[Unit, How]]:
    """Return those units that the reading names, each with how it is spelt."""
    matches: list[tuple[Unit, How]] = []
    for unit in units:
        how = _match_reading(reading, unit)
        if how:
            matches.append((unit, how))
    return matches


def _resolve_code(code: str, day: date, level: Level) -> Found:
    sizes = {"any": (3, 5), "district": (3,), "commune": (5,)}[level]
    by_code = {unit.code: unit for unit in _units_on(day)}
    if len(code) in sizes:
        if code in by_code:
            return ResolvedPlace(by_code[code], "code")
        if len(code) == 5:
            return UnknownPlace(elsewhen=tuple(places.load_places().all_versions(code)))

    # A spreadsheet takes the zeros off a code.
    padded = [code.zfill(size) for size in sizes if len(code) < size]
    candidates = [by_code[full] for full in padded if full in by_code]
    return _resolve_single(candidates, "padded") or UnknownPlace()


def _resolve_code_and_name(code: str, name: str, day: date, level: Level) -> Found:
    """Resolve a code with a name behind it: they must agree."""
    by_code = _resolve_code(code, day, level)
    by_name = resolve_place(name, day, level=level)
    if isinstance(by_code, UnknownPlace):
        return by_code

    if isinstance(by_code, ResolvedPlace):
        own_name = place_text.split_parts(name)[0]
        if match_place(by_code.place, own_name):
            return by_code
        if isinstance(by_name, ResolvedPlace):
            return AmbiguousPlace((by_code.place, by_name.place))
    return UnknownPlace()


def _find_district(texts: Iterable[str], day: date) -> Found | None:
    """Return the district that stands behind a name.

    None when only the city does, or districts are no more.
    """
    last_day = DISTRICTS_END - timedelta(days=1)
    resolved: list[ResolvedPlace] = []
    for part in _list_district_names(texts):
        found = resolve_place(part, min(day, last_day), level="district")
        if not isinstance(found, ResolvedPlace):
            return found
        resolved.append(found)

    if len({found.place.code for found in resolved}) > 1:
        return UnknownPlace()
    if not resolved or day > last_day:
        return None
    return max(resolved, key=lambda found: _ORDER.index(found.how))


def _list_district_names(texts: Iterable[str]) -> list[str]:
    """Return the parts of texts that may name a district."""
    parts = [part for text in texts for part in place_text.split_parts(text)]
    return [part for part in parts if part and not place_text.is_city(part)]


def _resolve_name(
    own: str, day: date, level: Level, within: Found | None, text: str, aliases: Mapping[str, str]
) -> Found:
    confirmed = _resolve_alias(text, day, level, within, aliases)
    loose: list[Unit] = []
    for reading in place_text.list_readings(own):
        namesakes = _list_namesakes(reading, day, level, within)
        sure, like = _split_matches(reading, namesakes)
        if len(sure) == 1:
            return _resolve_sure(*sure[0], within)
        if sure:
            return confirmed or AmbiguousPlace(tuple(unit for unit, _ in sure))
        loose.extend(unit for unit in like if unit not in loose)
    return confirmed or _resolve_single(loose, "unaccented") or _suggest_names(own, day, level)


def _resolve_sure(unit: Unit, how: How, within: Found | None) -> ResolvedPlace:
    """Return the only unit a name means; it is no surer than the district beside it."""
    if isinstance(within, ResolvedPlace):
        how = max(how, within.how, key=_ORDER.index)
    return ResolvedPlace(unit, how)


def _split_matches(
    reading: NameReading, namesakes: list[Unit]
) -> tuple[list[tuple[Unit, How]], list[Unit]]:
    """Return the units a reading names for sure, and those it may mean with marks left out.

    NOTE: Trung Tụ may be Trung Tự without its horn or Trung Tú with a wrong tone.
    """
    sure: list[tuple[Unit, How]] = []
    like: list[Unit] = []
    for unit, how in _match_units(reading, namesakes):
        like.append(unit)
        if how != "unaccented":
            sure.append((unit, how))

    if like and _has_marks(reading):
        like = namesakes
    return sure, like


def _list_namesakes(
    reading: NameReading, day: date, level: Level, within: Found | None
) -> list[Unit]:
    """Return the units whose name differs by marks only, of the type and district written."""
    units = _find_by_bare_name(strip_marks(reading.name), day, level)
    return [unit for unit in units if reading.matches_type(unit) and _is_inside(unit, within)]


def _has_marks(reading: NameReading) -> bool:
    return any(syllable.tone or syllable.letters != syllable.bare for syllable in reading.name)


def _resolve_alias(
    text: str, day: date, level: Level, within: Found | None, aliases: Mapping[str, str]
) -> ResolvedPlace | None:
    """Return the place of a confirmed alias, None when there is none or it is not alone."""
    asked = split_syllables(text)
    codes = {code for name, code in aliases.items() if split_syllables(name) == asked}
    if not codes:
        return None

    allowed: list[Unit] = []
    for unit in _units_on(day):
        if unit.code not in codes:
            continue
        if _has_level(unit, level) and _is_inside(unit, within):
            allowed.append(unit)
    if len(allowed) != 1:
        return None
    return ResolvedPlace(allowed[0], "alias")


def _resolve_single(units: list[Unit], how: How) -> Found | None:
    if not units:
        return None
    return ResolvedPlace(units[0], how) if len(units) == 1 else AmbiguousPlace(tuple(units))


def _match_reading(reading: NameReading, unit: Unit) -> How | None:
    """Return how a reading spells the name of a unit, None when it is another name."""
    official = split_syllables(unit.name)
    if reading.name == official:
        is_exact = reading.text.casefold() == unit.name.casefold()
        return "exact" if is_exact else "spelling"
    if len(reading.name) != len(official):
        return None

    for syllable, full in zip(reading.name, official, strict=True):
        if not syllable.misses_only_marks_of(full):
            return None
    return "unaccented"


def _suggest_names(own: str, day: date, level: Level) -> UnknownPlace:
    """Return names to offer, those that differ by their type or marks only first."""
    names: dict[str, list[Unit]] = {}
    for name, namesakes in _index_by_name(_set_began_on(day), active_folder()).items():
        units = _select_level(namesakes, level)
        if units:
            names[name] = units

    bare_names = [strip_marks(reading.name) for reading in place_text.list_readings(own)]
    close: dict[str, None] = {}
    for bare_name in reversed(bare_names):
        similar = difflib.get_close_matches(bare_name, names, _NEAREST, _LIKE)
        close.update(dict.fromkeys(similar))
    nearest = [unit.label for name in close for unit in names[name]]
    return UnknownPlace(tuple(nearest[:_NEAREST]), _find_on_other_days(own, day))


def _find_on_other_days(own: str, day: date) -> tuple[Place, ...]:
    """Return the units that bore this name on other days only, oldest first."""
    readings = list(place_text.list_readings(own))
    found: list[Place] = []
    for place in places.load_places().versions:
        if place.is_valid_on(day):
            continue
        official = split_syllables(place.name)
        if any(reading.name == official and reading.matches_type(place) for reading in readings):
            found.append(place)
    return tuple(found)


def _select_level(units: Iterable[Unit], level: Level) -> list[Unit]:
    return [unit for unit in units if _has_level(unit, level)]


def _has_level(unit: Unit, level: Level) -> bool:
    return level == "any" or isinstance(unit, District) == (level == "district")


def _is_inside(unit: Unit, within: Found | None) -> bool:
    """True when a unit lies in the district, or in one of the districts, written beside it."""
    if within is None:
        return True
    districts: tuple[Unit, ...] = ()
    if isinstance(within, ResolvedPlace):
        districts = (within.place,)
    elif isinstance(within, AmbiguousPlace):
        districts = within.candidates
    codes = [district.code for district in districts]
    return isinstance(unit, Place) and unit.district_code in codes


def _find_by_bare_name(name: str, day: date, level: Level) -> list[Unit]:
    """Return the units whose name without marks is `name`."""
    units = _index_by_name(_set_began_on(day), active_folder()).get(name, ())
    return _select_level(units, level)


def _units_on(day: date) -> list[Unit]:
    return [*places.load_places().districts_on(day), *places.load_places().valid_on(day)]


def _set_began_on(day: date) -> date:
    """Return the day the set of units in force on `day` began."""
    earlier = [change for change in places.load_places().changes if change <= day]
    return max(earlier, default=date.min)


@lru_cache(maxsize=8)
def _index_by_name(since: date, _province: Path) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in _units_on(since):
        found.setdefault(strip_marks(split_syllables(unit.name)), []).append(unit)
    return found
