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

from pipelines.reference import places, written
from pipelines.reference.places import DISTRICTS_END, District, Place
from pipelines.reference.spelling import bare, plain, syllables
from pipelines.reference.written import Written

#: How a text was understood, surest first. `padded`: the zeros a spreadsheet took off a code were put back.
How = Literal["code", "exact", "spelling", "alias", "padded", "unaccented"]
Level = Literal["any", "district", "commune"]
Unit = Place | District

_ORDER: tuple[How, ...] = ("code", "exact", "spelling", "alias", "padded", "unaccented")
_NONE: Mapping[str, str] = MappingProxyType({})
_NEAREST = 3
_LIKE = 0.75


@dataclass(frozen=True)
class Resolved:
    """One place is meant, and how that was seen."""

    place: Unit
    how: How


@dataclass(frozen=True)
class Ambiguous:
    """Several places may be meant: the officer has to say which."""

    candidates: tuple[Unit, ...]


@dataclass(frozen=True)
class Unknown:
    """No place is meant that day; `nearest` are names to offer, `elsewhen` units of that code or name on other days."""

    nearest: tuple[str, ...] = ()
    elsewhen: tuple[Place, ...] = ()


Found = Resolved | Ambiguous | Unknown


def resolve(
    text: str, day: date, *, district: str = "", level: Level = "any", aliases: Mapping[str, str] = _NONE
) -> Found:
    """The place that `text` means on `day`.

    `text` is a code (00646, 020), a name, or a name with type and district: "P. Chương Dương, Q. Hoàn Kiếm",
    "xã Chương Dương (Thường Tín)". `district`, when given, is the district of another cell. `aliases` maps texts a
    steward has confirmed to codes.
    """
    text = plain(text)
    if coded := written.code(text):
        return _coded(coded, day, level)
    if both := written.code_and_name(text):
        return _both(*both, day, level)
    own, *above = written.parts(text)
    if district or above:
        within = _above([district, *above], day)
        return within if isinstance(within, Unknown) else _named(own, day, "commune", within, text, aliases)
    found = _named(own, day, level, None, text, aliases)
    name, dash, after = text.rpartition(" - ")
    if isinstance(found, Unknown) and dash:
        again = resolve(name, day, district=after, level=level, aliases=aliases)
        return found if isinstance(again, Unknown) else again
    return found


def agrees(place: Unit, text: str) -> How | None:
    """Whether `text` names `place`, and how; None when it names something else."""
    for read in written.readings(text):
        how = _how(read, place)
        if how and read.fits(place):
            return how
    return None


def find_namesakes(name: str, day: date, level: Level = "any") -> list[tuple[Unit, How]]:
    """The units that a name without type or district may mean on `day`, and how it is spelt."""
    read = Written(plain(name), syllables(name))
    called = _called(bare(read.name), day, level)
    return [(unit, how) for unit in called if (how := _how(read, unit))]


def _coded(code: str, day: date, level: Level) -> Found:
    known = _units(day)
    if len(code) == 5 and level != "district":
        found = [u for u in known if u.code == code]
        return Resolved(found[0], "code") if found else Unknown(elsewhen=tuple(places.load().ever(code)))
    if len(code) == 3 and level != "commune":
        found = [u for u in known if u.code == code]
        if found:
            return Resolved(found[0], "code")
    sizes = {"any": (3, 5), "district": (3,), "commune": (5,)}[level]
    padded = {code.zfill(size) for size in sizes if len(code) < size}
    return _only([u for u in known if u.code in padded], "padded") or Unknown()


def _both(code: str, name: str, day: date, level: Level) -> Found:
    """A code with a name behind it: they must agree."""
    by_code, by_name = _coded(code, day, level), resolve(name, day, level=level)
    if isinstance(by_code, Resolved) and any(agrees(by_code.place, part) for part in written.parts(name)[:1]):
        return by_code
    met = [found.place for found in (by_code, by_name) if isinstance(found, Resolved)]
    return Ambiguous(tuple(met)) if len(met) > 1 else by_code if isinstance(by_code, Unknown) else Unknown()


def _above(texts: Iterable[str], day: date) -> Found | None:
    """The district that stands behind a name; None when only the city does, or districts are no more."""
    seen = min(day, DISTRICTS_END - timedelta(days=1))
    named = [part for text in texts for part in written.parts(text) if part and not written.is_city(part)]
    found = [resolve(part, seen, level="district") for part in named]
    if unsure := [f for f in found if not isinstance(f, Resolved)]:
        return unsure[0]
    sure = [f for f in found if isinstance(f, Resolved)]
    if len({f.place.code for f in sure}) > 1:
        return Unknown()
    return max(sure, key=lambda f: _ORDER.index(f.how), default=None) if day < DISTRICTS_END else None


def _named(own: str, day: date, level: Level, within: Found | None, text: str, aliases: Mapping[str, str]) -> Found:
    confirmed = _alias(text, day, level, within, aliases)
    least: How = within.how if isinstance(within, Resolved) else "exact"
    loose: list[Unit] = []
    for read in written.readings(own):
        asked = [u for u in _called(bare(read.name), day, level) if _inside(u, within) and read.fits(u)]
        met = [(u, how) for u in asked if (how := _how(read, u))]
        sure = [(u, how) for u, how in met if how != "unaccented"]
        if len(sure) == 1:
            return Resolved(sure[0][0], max(sure[0][1], least, key=_ORDER.index))
        if sure:
            return confirmed or Ambiguous(tuple(u for u, _ in sure))
        loose += [u for u, _ in met if u not in loose]
    return confirmed or _only(loose, "unaccented") or _unknown(own, day, level)


def _alias(text: str, day: date, level: Level, within: Found | None, aliases: Mapping[str, str]) -> Resolved | None:
    meant = {code for name, code in aliases.items() if syllables(name) == syllables(text)}
    if not meant:
        return None
    found = [u for u in _units(day) if u.code in meant and _at(u, level) and _inside(u, within)]
    return Resolved(found[0], "alias") if len(found) == 1 else None


def _only(units: list[Unit], how: How) -> Found | None:
    if not units:
        return None
    return Resolved(units[0], how) if len(units) == 1 else Ambiguous(tuple(units))


def _how(read: Written, unit: Unit) -> How | None:
    official = syllables(unit.name)
    if read.name == official:
        return "exact" if read.text.casefold() == unit.name.casefold() else "spelling"
    same = len(read.name) == len(official)
    missing = same and all(a.misses_only_marks_of(b) for a, b in zip(read.name, official, strict=True))
    return "unaccented" if missing else None


def _unknown(own: str, day: date, level: Level) -> Unknown:
    """Names to offer, those that differ by their type or marks only first."""
    names = {key: units for key, units in _by_name(_since(day)).items() if any(_at(u, level) for u in units)}
    asked = [bare(read.name) for read in written.readings(own)]
    close = [c for name in reversed(asked) for c in difflib.get_close_matches(name, names, _NEAREST, _LIKE)]
    nearest = [u for key in dict.fromkeys(close) for u in _called(key, day, level)]
    return Unknown(tuple(u.label for u in nearest[:_NEAREST]), _elsewhen(own, day))


def _elsewhen(own: str, day: date) -> tuple[Place, ...]:
    """Units that bore this name on other days only, oldest first."""
    reads = list(written.readings(own))
    gone = [p for p in places.load().versions if not p.on(day)]
    return tuple(p for p in gone if any(r.fits(p) and r.name == syllables(p.name) for r in reads))


def _at(unit: Unit, level: Level) -> bool:
    return level == "any" or isinstance(unit, District) == (level == "district")


def _inside(unit: Unit, within: Found | None) -> bool:
    if within is None:
        return True
    owners = [within.place] if isinstance(within, Resolved) else getattr(within, "candidates", ())
    return isinstance(unit, Place) and unit.district_code in {o.code for o in owners}


def _called(name: str, day: date, level: Level) -> list[Unit]:
    """The units whose name without marks is `name`."""
    return [u for u in _by_name(_since(day)).get(name, ()) if _at(u, level)]


def _units(day: date) -> list[Unit]:
    return [*places.load().districts(day), *places.load().on(day)]


def _since(day: date) -> date:
    """The day the set of units in force on `day` began."""
    return max((d for d in places.load().changes if d <= day), default=date.min)


@lru_cache(maxsize=8)
def _by_name(since: date) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    for unit in _units(since):
        found.setdefault(bare(syllables(unit.name)), []).append(unit)
    return found
