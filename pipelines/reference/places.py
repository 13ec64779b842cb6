"""Hanoi's commune-level units with their dates, looked up by code and day.

Codes are recycled and names are not keys: a place is a code together with the day its version began
(docs/domain.md 5.1). Dates are half-open: a version is in force when valid_from <= day < valid_to.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pipelines.errors import PlaceError
from pipelines.reference.csv_tables import cache_by_folder, read_rows

#: From this day local government has two levels: no district stands above a commune.
DISTRICTS_END = date(2025, 7, 1)
#: Our records of places begin here.
PLACES_BEGIN = date(2020, 3, 1)

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")


@dataclass(frozen=True)
class Place:
    """One version of one commune-level unit: xã, phường or thị trấn."""

    code: str
    name: str
    type: str
    district_code: str
    district_name: str
    district_type: str
    valid_from: date
    valid_to: date | None

    @property
    def id(self) -> str:
        """The key of a place: its code and the first day of this version."""
        return f"{self.code}@{self.valid_from.isoformat()}"

    @property
    def full_name(self) -> str:
        return f"{self.type} {self.name}"

    @property
    def label(self) -> str:
        """Told apart from its namesakes: "Phường Chương Dương (Quận Hoàn Kiếm)"."""
        above = f" ({self.district_type} {self.district_name})" if self.district_code else ""
        return f"{self.full_name}{above}"

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class District:
    """A quận, huyện or thị xã; a level of government until 2025-06-30, a grouping after."""

    code: str
    name: str
    type: str

    @property
    def full_name(self) -> str:
        return f"{self.type} {self.name}"

    @property
    def label(self) -> str:
        return self.full_name


@dataclass(frozen=True)
class CrosswalkStep:
    """One unit version that went, whole or in part, into another."""

    from_id: str
    to_id: str
    whole: bool
    #: `all` or a `part` of its people, `none` (land only), '' where that is not known.
    people: str
    main_target: bool

    @property
    def takes_all(self) -> bool:
        """Did all people of the unit, if not all its land, go along?"""
        return self.whole or self.people == "all"


class Places:
    """Every version of every unit; look-ups by day."""

    def __init__(self, versions: list[Place], steps: list[CrosswalkStep]) -> None:
        self.versions = sorted(versions, key=lambda p: (p.code, p.valid_from))
        self.steps = steps
        self.by_id = {place.id: place for place in versions}
        self._by_code: dict[str, list[Place]] = {}
        self._steps_from: dict[str, list[CrosswalkStep]] = {}
        self._steps_into: dict[str, list[CrosswalkStep]] = {}
        for step in steps:
            self._steps_from.setdefault(step.from_id, []).append(step)
            self._steps_into.setdefault(step.to_id, []).append(step)
        for place in self.versions:
            self._by_code.setdefault(place.code, []).append(place)
        #: Days on which some unit began, oldest first: between two of them the set stands still.
        self.changes = sorted({p.valid_from for p in versions})
        #: The code of every district there is or was; empty for a unit in no district.
        self.district_codes = frozenset(p.district_code for p in versions)
        ends = {p.valid_to for p in versions if p.valid_to}
        #: Days on which some unit began or ended, and what stood between two of them.
        self._bounds = sorted({*self.changes, *ends})
        #: The day each set of units began, by the number of its units: 579, 526, 126.
        self.geographies = self._name_geographies()
        self._valid_by_span: dict[int, tuple[Place, ...]] = {}
        self._districts_by_span: dict[int, list[District]] = {}

    def valid_on(self, day: date) -> list[Place]:
        """Return the units in force on `day`, in code order."""
        return list(self._find_valid(day))

    def _find_valid(self, day: date) -> tuple[Place, ...]:
        """Return the units in force on `day`; looked up once for all days between two changes."""
        span = bisect_right(self._bounds, day)
        known = self._valid_by_span.get(span)
        if known is None:
            known = tuple(p for p in self.versions if p.is_valid_on(day))
            self._valid_by_span[span] = known
        return known

    def find_place(self, code: str, day: date) -> Place:
        """Return the unit with `code` in force on `day`; raises PlaceError when there is none."""
        for place in self._by_code.get(code, ()):
            if place.is_valid_on(day):
                return place
        raise PlaceError(f"no unit has the code {code!r} on {day}", text=code, day=day.isoformat())

    def all_versions(self, code: str) -> list[Place]:
        """Return every version that bore `code`, oldest first."""
        return self._by_code.get(code, [])

    def districts_on(self, day: date) -> list[District]:
        """Return the districts in force on `day`, in code order; none after June 2025."""
        span = bisect_right(self._bounds, day)
        known = self._districts_by_span.get(span)
        if known is None:
            known = self._districts_by_span[span] = _list_districts(self._find_valid(day))
        return list(known)

    def communes_of(self, district: str, day: date) -> list[Place]:
        """Return the units of one district on `day`, in code order."""
        return [p for p in self._find_valid(day) if p.district_code == district]

    def find_successor(self, place: Place) -> Place | None:
        """Return the one unit that all people of an ended unit went to; None when it was split."""
        for step in self._steps_from.get(place.id, ()):
            if step.takes_all:
                return self.by_id[step.to_id]
        return None

    def list_successors(self, place: Place) -> list[Place]:
        """List the units that people of an ended unit went to, the main one first."""
        steps = [s for s in self._steps_from.get(place.id, ()) if s.people != "none"]
        steps.sort(key=lambda step: not step.main_target)
        return [self.by_id[step.to_id] for step in steps]

    def list_places_after(self, place: Place, day: date) -> list[Place]:
        """List the units in force on `day` that an ended unit's people went to, main one first."""
        if place.is_valid_on(day):
            return [place]
        found: dict[str, Place] = {}
        for target in self.list_successors(place):
            for last in self.list_places_after(target, day):
                found.setdefault(last.id, last)
        return list(found.values())

    def list_places_before(self, place: Place, day: date) -> list[Place]:
        """List the units of `day` that people of a later unit came from, main one first."""
        if place.is_valid_on(day):
            return [place]
        steps = [s for s in self._steps_into.get(place.id, ()) if s.people != "none"]
        steps.sort(key=lambda step: not step.main_target)
        found: dict[str, Place] = {}
        for step in steps:
            for first in self.list_places_before(self.by_id[step.from_id], day):
                found.setdefault(first.id, first)
        return list(found.values())

    def list_counterparts(self, place: Place, day: date) -> list[Place]:
        """List the units in force on `day` that a unit of any day shares people with.

        One only where all of its people are in that one.
        """
        if place.valid_from > day:
            return self.list_places_before(place, day)
        return self.list_places_after(place, day)

    def list_related(self, code: str, day: date) -> list[Place]:
        """List the units that bore a code, newest first, and those of `day` they went into."""
        versions = self.all_versions(code)[::-1]
        after = [place for version in versions for place in self.list_places_after(version, day)]
        return [*versions, *after]

    def is_continued(self, place: Place, target: Place) -> bool:
        """Is `target` the same office grown by its neighbours?

        Until June 2025 a commune that took in another kept code, name and staff; on 1 July 2025
        every commune was set up anew (resolution 1656/NQ-UBTVQH15).
        """
        same = (place.code, place.name) == (target.code, target.name)
        return same and target.valid_from < DISTRICTS_END

    def find_former_district(self, place: Place) -> District | None:
        """Return the district most of a unit of today lay in.

        That is the district of all the units whose main part went into it; None where they lay in
        several.
        """
        districts: set[District] = set()
        for step in self._steps_into.get(place.id, ()):
            source = self.by_id[step.from_id]
            if step.main_target and source.district_code:
                own = (source.district_code, source.district_name, source.district_type)
                districts.add(District(*own))
        return districts.pop() if len(districts) == 1 else None

    def compose_crosswalk(self) -> Iterator[tuple[Place, Place, bool]]:
        """Yield the units our records begin with against those of today: from, to, whole."""
        for place in self.valid_on(PLACES_BEGIN):
            reached: dict[str, bool] = {}
            for target, is_whole in self._follow_steps(place.id):
                reached[target] = reached.get(target, True) and is_whole
            for target, is_whole in sorted(reached.items()):
                yield place, self.by_id[target], is_whole

    def _follow_steps(self, place_id: str) -> Iterator[tuple[str, bool]]:
        """Yield what a unit, or a part of it, is in the end, by every way through the reforms."""
        steps = self._steps_from.get(place_id)
        if not steps:
            yield place_id, True
        for step in steps or ():
            for target, is_whole in self._follow_steps(step.to_id):
                yield target, step.whole and is_whole

    def _name_geographies(self) -> dict[str, date]:
        days = dict.fromkeys(max(day, PLACES_BEGIN) for day in self.changes)
        return {str(sum(p.is_valid_on(day) for p in self.versions)): day for day in days}


def _list_districts(communes: Iterable[Place]) -> list[District]:
    """Return the districts of these units, in code order."""
    districts: dict[str, District] = {}
    for place in communes:
        code = place.district_code
        if code:
            districts[code] = District(code, place.district_name, place.district_type)
    return [districts[code] for code in sorted(districts)]


@cache_by_folder
def load_places(folder: Path) -> Places:
    """Return the units and crosswalk of the province, read once."""
    versions = list(map(_make_place, read_rows("units.csv", folder)))
    return Places(versions, list(map(_make_step, read_rows("crosswalk.csv", folder))))


def _make_place(row: dict[str, str]) -> Place:
    start, end = date.fromisoformat(row["valid_from"]), row["valid_to"]
    named = (
        row["code"],
        row["name"],
        row["type"],
        row["district_code"],
        row["district_name"],
        row["district_type"],
    )
    return Place(*named, start, date.fromisoformat(end) if end else None)


def _make_step(row: dict[str, str]) -> CrosswalkStep:
    from_id = f"{row['from_code']}@{row['from_valid_from']}"
    to_id = f"{row['to_code']}@{row['to_valid_from']}"
    return CrosswalkStep(
        from_id, to_id, row["relation"] == "whole", row["people"], row["main_target"] == "1"
    )


@lru_cache(4_096)
def sort_key(name: str) -> str:
    """Return a key that sorts Vietnamese names as a dictionary does.

    Letters come first (a ă â … d đ), then tones.

    NOTE: code-point order puts Đống Đa after Yên; Python's locale support is not to be relied on.
    """
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", name).casefold():
        base, tone = _split_tone(char)
        letters.append(_letter_key(base))
        tones.append(str(_TONES.index(tone)))
    return "".join(letters) + " " + "".join(tones)


def _split_tone(char: str) -> tuple[str, str]:
    """Return a letter without its tone, and the tone ('' for none)."""
    decomposed = unicodedata.normalize("NFD", char)
    for tone in _TONES[1:]:
        if tone in decomposed:
            return unicodedata.normalize("NFC", decomposed.replace(tone, "")), tone
    return char, ""


def _letter_key(letter: str) -> str:
    """Return a key that puts signs first, then other letters and digits, then the alphabet."""
    if letter in _LETTERS:
        return f"{_LETTERS.index(letter) + 10:02d}"
    return f"01{letter}" if letter.isalnum() else f"00{letter}"
