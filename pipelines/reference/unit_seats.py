"""Register units over time: where a team or point sits, and whom a number on a return means.

A team, point, pilot ward or club keeps the number it was given once. Commune codes are recycled,
so a number such as D-00008 on a return means the unit of the commune that bears the code in that
quarter: Liễu Giai's team until June 2025, Ngọc Hà's after (docs/domain.md 5.2).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from pipelines.errors import PlaceError
from pipelines.reference.periods import Quarter
from pipelines.reference.places import DISTRICTS_END, PLACES_BEGIN, Place, Places

_NUMBER = re.compile(r"([A-Z]\d?)-(\d{5})(?:-(\d{1,2}))?")
#: Behind a number: its first bearer, also where the number alone means a later commune's unit.
FIRST = "1"

#: How a place is known: by a register line, by the whole commune going into one other, or not at
#: all after its commune ended, so that the last place stands.
Basis = Literal["register", "crosswalk", "ended"]


@dataclass(frozen=True)
class Seat:
    """A commune code from a day on; no day means since the unit began."""

    commune: str
    since: date | None = None


@dataclass(frozen=True)
class Placement:
    """The place of a unit on a day, and how it is known."""

    place: Place
    basis: Basis


@dataclass(frozen=True)
class PlacedSpan:
    """A stretch of days, the last included, that a unit stays in one place; None: no such end."""

    place: Place
    since: date | None
    until: date | None


@dataclass(frozen=True)
class SeatedUnit:
    """A team (D), point (P), pilot ward or club with its seats, oldest first."""

    id: str
    seats: tuple[Seat, ...]
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def letter(self) -> str:
        return _split_number(self.id)[0]

    def is_active_between(self, start: date, end: date) -> bool:
        began, ended = self.valid_from or start, self.valid_to or end
        return began <= end and ended >= start

    def find_seat(self, day: date) -> Seat:
        """Return the seat on a day; the first one before that."""
        seat = self.seats[0]
        for later in self.seats[1:]:
            if later.since and later.since <= day:
                seat = later
        return seat


class UnitIndex:
    """The units of the registers, found by the number on a return and its quarter."""

    def __init__(self, units: Iterable[SeatedUnit], places: Places) -> None:
        self.places = places
        self.units: Mapping[str, SeatedUnit] = {unit.id: unit for unit in units}
        self._identified: dict[tuple[str, int], str] = {}

    def identify(self, number: str, quarter: Quarter) -> str:
        """Return the id of the unit that a number on a return of the quarter means.

        A unit no register names gets the number itself, with the day its commune began where that
        number may be an older unit's: D-00070@2025-07-01.
        """
        key = (number, quarter.index)
        if key not in self._identified:
            self._identified[key] = self._find_bearer(number, quarter)
        return self._identified[key]

    def list_bearers(self, number: str, quarter: Quarter) -> list[str]:
        """List the units that sit in the commune a number names, where it alone is not enough."""
        letter, code, turn = _split_number(number)
        place = _find_version(self.places, code, quarter.end)
        if place is None or turn:
            return []
        return [unit.id for unit in self._list_seated(letter, place, quarter)]

    def list_numbers(self, number: str) -> set[str]:
        """Return every number that returns of the unit, or units, with this number may bear."""
        letter, code, _ = _split_number(number)
        numbers = {number}
        for unit in [*self._by_code[letter, code], self.units.get(number)]:
            if unit:
                numbers |= {unit.id, f"{unit.id}-{FIRST}"}
                numbers |= {f"{letter}-{seat.commune}" for seat in unit.seats}
        return numbers

    def choose_number(self, unit: str, quarter: Quarter) -> str:
        """Return the number by which a return of the quarter names the unit."""
        known = self.units.get(unit)
        if known is None:
            return unit.partition("@")[0]
        seat = f"{known.letter}-{known.find_seat(quarter.end).commune}"
        for number in (unit, seat):
            if self.identify(number, quarter) == unit:
                return number
        return f"{unit}-{FIRST}"

    def find_placement(self, unit: SeatedUnit, day: date) -> Placement | None:
        """Return where a unit sits on a day; None for a commune code nobody ever bore."""
        seat = unit.find_seat(day)
        start = seat.since or unit.valid_from or PLACES_BEGIN
        place = _find_version(self.places, seat.commune, max(start, PLACES_BEGIN))
        if place is None:
            versions = self.places.all_versions(seat.commune)
            place = versions[0] if versions else None
        return self._follow(place, day) if place else None

    def list_spans(self, unit: SeatedUnit) -> list[PlacedSpan]:
        """List the stretches of days that a unit stays in one place, oldest first."""
        moves = [seat.since for seat in unit.seats if seat.since]
        days = sorted({*moves, *self.places.changes} - {min(self.places.changes)})
        spans: list[PlacedSpan] = []
        for since in (None, *days):
            placement = self.find_placement(unit, since or date.min)
            if placement is None:
                return []
            if not spans or spans[-1].place != placement.place:
                spans.append(PlacedSpan(placement.place, since, None))
        return _close_spans(spans)

    def list_seated(self, letter: str, day: date) -> dict[str, list[str]]:
        """Map the id of each place to its teams (D), points (P) or clubs in being on a day.

        A unit that no line moved after its commune was split stands in that commune.
        """
        seated: dict[str, list[str]] = defaultdict(list)
        for unit in self.units.values():
            if unit.letter == letter and unit.is_active_between(day, day):
                placement = self.find_placement(unit, day)
                if placement:
                    seated[placement.place.id].append(unit.id)
        return seated

    def _follow(self, place: Place, day: date) -> Placement:
        """Follow a place to the one its people went to, as long as that is a single one."""
        basis: Basis = "register"
        while place.valid_to and place.valid_to <= day:
            target = self.places.find_successor(place)
            if target is None:
                return Placement(place, "ended")
            if not self.places.is_continued(place, target):
                basis = "crosswalk"
            place = target
        return Placement(place, basis)

    def _find_bearer(self, number: str, quarter: Quarter) -> str:
        letter, code, turn = _split_number(number)
        first = f"{letter}-{code}"
        if turn:
            return first if turn == FIRST and first in self.units else number
        place = _find_version(self.places, code, quarter.end)
        return self._find_seated(number, letter, place, quarter) if place else number

    def _find_seated(self, number: str, letter: str, place: Place, quarter: Quarter) -> str:
        """Return the unit that a number means while its code is that of `place`."""
        known = self.units.get(number)
        is_own = known is not None and self._is_first_place(known, place)
        if known and is_own and known.is_active_between(quarter.start, quarter.end):
            return number
        seated = self._list_seated(letter, place, quarter)
        if len(seated) == 1:
            return seated[0].id
        is_free = is_own or (known is None and place.valid_from < DISTRICTS_END)
        return number if is_free else f"{number}@{place.valid_from}"

    def _is_first_place(self, unit: SeatedUnit, place: Place) -> bool:
        """Did this commune, or what it was before it grew, give the unit its number?"""
        first = self.find_placement(unit, date.min)
        while first and first.place != place:
            target = self.places.find_successor(first.place)
            if target is None or not self.places.is_continued(first.place, target):
                return False
            first = Placement(target, "register")
        return first is not None and _split_number(unit.id)[1] == place.code

    def _list_seated(self, letter: str, place: Place, quarter: Quarter) -> list[SeatedUnit]:
        """List the units that a register line has put into this version of a commune."""
        seated: list[SeatedUnit] = []
        for unit in self._by_code[letter, place.code]:
            if not unit.is_active_between(quarter.start, quarter.end):
                continue
            last = min(quarter.end, unit.valid_to or quarter.end)
            if self.find_placement(unit, last) == Placement(place, "register"):
                seated.append(unit)
        return seated

    @cached_property
    def _by_code(self) -> Mapping[tuple[str, str], list[SeatedUnit]]:
        """Map letter and code to the units that sit or sat there."""
        found: dict[tuple[str, str], list[SeatedUnit]] = defaultdict(list)
        for unit in self.units.values():
            codes = dict.fromkeys(seat.commune for seat in unit.seats)
            for code in codes:
                found[unit.letter, code].append(unit)
        return found


class UnitLines:
    """Gather register lines in the order received; a move adds a seat and rewrites none."""

    def __init__(self) -> None:
        self._base: dict[str, str] = {}
        self._moves: dict[str, dict[date, str]] = defaultdict(dict)
        self._dates: dict[str, dict[str, date | None]] = defaultdict(dict)

    def add_line(self, record: str, texts: Mapping[str, str | None]) -> None:
        """Add one line by column: commune, effective_from, valid_from, valid_to.

        A line without `effective_from` says where the unit sat from its beginning, until the first
        that has one.
        """
        commune = texts.get("commune")
        since = _parse_day(texts.get("effective_from"))
        if commune and since and record in self._base:
            self._moves[record][since] = commune
        elif commune and not self._moves[record]:
            self._base[record] = commune
        for column in ("valid_from", "valid_to"):
            if column in texts:
                self._dates[record][column] = _parse_day(texts[column])

    def list_units(self) -> Iterator[SeatedUnit]:
        """Yield the units that have a commune."""
        for record, commune in self._base.items():
            moves = sorted(self._moves[record].items())
            seats = [Seat(commune), *(Seat(code, since) for since, code in moves)]
            dates = self._dates[record]
            yield SeatedUnit(record, tuple(seats), dates.get("valid_from"), dates.get("valid_to"))


def _split_number(number: str) -> tuple[str, str, str]:
    """Split `P-00070-2` into letter, code and turn; three empty texts for anything else."""
    match = _NUMBER.fullmatch(number)
    return (match[1], match[2], match[3] or "") if match else ("", "", "")


def _find_version(places: Places, code: str, day: date) -> Place | None:
    try:
        return places.find_place(code, day)
    except PlaceError:
        return None


def _close_spans(spans: list[PlacedSpan]) -> list[PlacedSpan]:
    """Let each stretch end the day before the next begins."""
    closed: list[PlacedSpan] = []
    for span, following in zip(spans, [*spans[1:], None], strict=True):
        begins = following.since if following else None
        until = date.fromordinal(begins.toordinal() - 1) if begins else None
        closed.append(PlacedSpan(span.place, span.since, until))
    return closed


def _parse_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
