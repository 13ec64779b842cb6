"""What happened in the city and shows in its figures, as an office writes it into events.toml.

A home without the file has no events. Each entry has a name of its own, such as [summer-2021].
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from annotated_types import MaxLen, MinLen

from pipelines.checked_files import is_checked, remember_check
from pipelines.definition_faults import DefinitionFault, name_allowed, translate_errors
from pipelines.reference.office_names import province_code
from pipelines.reference.periods import Quarter, Span
from pipelines.reference.places import load_places
from pipelines.settings import STRICT

FILE = "events.toml"
#: A period that holds every event there can be.
ALL_TIME = Span(Quarter.from_number(1900, 1), Quarter.from_number(2199, 4))
Sentence = Annotated[str, MinLen(1), MaxLen(300)]


@dataclass(frozen=True)
class Event:
    """A day or a span of days, where it was, and what is said of it in both languages."""

    __pydantic_config__ = STRICT

    first: date
    vi: Sentence
    en: Sentence
    #: The word drawn beside the chart's mark is the kind's.
    kind: Literal["restriction", "disaster", "organisation", "counting", "reform", "other"]
    #: The last day; without one the event is a single day.
    last: date | None = None
    #: The code of a district or commune, or that of the whole city.
    place: str = field(default_factory=province_code)
    #: Is it made up, as everything of the demonstration?
    invented: bool = False

    @property
    def span(self) -> Span:
        """Return the report quarters it lies in."""
        return Span(Quarter.containing(self.first), Quarter.containing(self.last or self.first))

    def concerns(self, period: Span) -> bool:
        """Does it lie, at least in part, in the quarters of a period?"""
        return self.span.first <= period.last and self.span.last >= period.first


def load_events(home: Path) -> tuple[Event, ...]:
    """Return the events of a home by their first day.

    Raises DefinitionError, which names file and key, when events.toml is not right.
    """
    file = home / FILE
    if not file.is_file():
        return ()
    content = file.read_bytes()
    try:
        given = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DefinitionFault("definition_file", FILE, "", str(error)).to_error() from error
    digest = hashlib.sha256(content).hexdigest()
    if not is_checked(home, FILE, digest):
        check_events(given)
        remember_check(home, FILE, digest)
    return tuple(sorted(map(_make_event, given.values()), key=_first_day))


def check_events(given: dict[str, Any]) -> None:
    """Raise DefinitionError for the first key or value of an events file that is not right."""
    from pydantic import TypeAdapter, ValidationError  # 0.3 s: imported where it is needed

    try:
        text = json.dumps(given, default=str)
        checked = TypeAdapter(dict[str, Event]).validate_json(text)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise translate_errors(FILE, dict[str, Event], errors)[0].to_error() from error
    known = _list_codes()
    for name, event in checked.items():
        if event.last and event.last < event.first:
            day, least = event.last.isoformat(), f">= {event.first.isoformat()}"
            raise DefinitionFault("definition_value", FILE, f"{name}.last", day, least).to_error()
        if event.place not in known:
            allowed = name_allowed(known, event.place)
            key = f"{name}.place"
            raise DefinitionFault(
                "definition_reference", FILE, key, event.place, allowed
            ).to_error()


def list_reforms() -> tuple[Event, ...]:
    """Return the days on which the city's communes were formed anew, as events of the city."""
    days = load_places().geographies
    names = list(days)
    reforms = []
    for before, after in pairwise(names):
        vietnamese = f"sắp xếp đơn vị hành chính, từ {before} còn {after} xã, phường, thị trấn"
        english = f"administrative units reformed, from {before} to {after} wards"
        reforms.append(Event(days[after], vietnamese, english, "reform"))
    return tuple(reforms)


def select_events(
    events: Iterable[Event], period: Span, places: Sequence[str] = ()
) -> tuple[Event, ...]:
    """Return the events in a period that concern these places; none mean the whole city.

    An event of a district concerns its communes; one of a commune does not concern the district.
    """
    around = {province_code(), *places}
    for code in places:
        around |= {place.district_code for place in load_places().all_versions(code)}
    return tuple(event for event in events if event.place in around and event.concerns(period))


def place_name(event: Event) -> str:
    """Return the name of the district or commune where it was; empty for the whole city."""
    if event.place == province_code():
        return ""
    known = load_places()
    for place in known.all_versions(event.place):
        if place.is_valid_on(event.first):
            return place.full_name
    for district in known.districts_on(event.first):
        if district.code == event.place:
            return district.full_name
    return event.place


def _make_event(entry: dict[str, Any]) -> Event:
    """Return a checked entry; its days may stand in quotes."""
    made = dict(entry)
    for key in ("first", "last"):
        if key in entry:
            made[key] = date.fromisoformat(str(entry[key])[:10])
    return Event(**made)


def _first_day(event: Event) -> date:
    return event.first


def _list_codes() -> list[str]:
    """Return every code that may stand as a place."""
    known = load_places()
    communes = {place.code for place in known.versions}
    return [
        province_code(),
        *sorted(code for code in known.district_codes if code),
        *sorted(communes),
    ]
