"""A code and a name as written in, the reporter they mean out; what does not agree becomes an issue at its cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.errors import PlaceError
from pipelines.intake.cells import Cell
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.unit_names import names_another, strip_office
from pipelines.intake.template.subject import written
from pipelines.intake.text import clean
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place, Places
from pipelines.reference.resolver import Ambiguous, Resolved, Unknown, resolve

_CODE = re.compile(r"(?:([DP])-)?(\d{1,5})", re.IGNORECASE)
_DIGITS = 5
_SHOWN = 40


@dataclass(frozen=True)
class Asked:
    """What a line says about its unit; `district` is empty where any unit of the city may stand."""

    code: Cell
    name: Cell
    district: str


@dataclass(frozen=True)
class Found:
    """The reporter meant; `sure` is False when the numbers may be shown back but not taken."""

    reporter: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Units:
    """The units of one report quarter: a place is looked up on the quarter's last day."""

    places: Places
    quarter: Quarter
    #: Spellings a steward has confirmed, and the codes they mean.
    aliases: Mapping[str, str] = field(default_factory=dict)

    def of(self, asked: Asked, form: str, parts: Parts) -> Found:
        """The reporter of one line, with every V014–V018, V029 and V030 noted."""
        if self._of_another(asked.code, form, parts):
            return Found()
        place = self._coded(asked.code, parts) if asked.code.kind != "blank" else None
        if place is None:
            # NOTE: a code that is not understood is not outvoted by the name: the numbers go back, not in.
            named = self._named(asked, parts, aloud=asked.code.kind == "blank")
            return self._found(named, form, asked, parts, sure=asked.code.kind == "blank")
        return self._found(place, form, asked, parts, sure=self._agrees(place, asked, parts))

    def _found(self, place: Place | None, form: str, asked: Asked, parts: Parts, *, sure: bool) -> Found:
        if place is None:
            return Found()
        if asked.district and place.district_code != asked.district:
            parts.at("V030", asked.code, name=place.full_name, district=asked.district)
            return Found()
        return Found(f"{_letter(form)}-{place.code}", sure)

    def _of_another(self, cell: Cell, form: str, parts: Parts) -> bool:
        """A point's number on a team's form, or the other way round: nobody can say which of the two is meant."""
        found = _CODE.fullmatch(fold(cell.text))
        other = bool(found and found[1]) and found is not None and found[1].upper() != _letter(form)
        if other:
            parts.at("V032", cell, code=cell.text[:_SHOWN])
        return other

    def _coded(self, cell: Cell, parts: Parts) -> Place | None:
        found = _CODE.fullmatch(fold(cell.text))
        code = found[2].zfill(_DIGITS) if found else ""
        versions = self.places.ever(code)
        if not found or not versions:
            parts.at("V014", cell, code=cell.text[:_SHOWN])
            return None
        try:
            place = self.places.get(code, self.quarter.end)
        except PlaceError:
            last = versions[-1]
            until = written(last.valid_to) if last.valid_to else ""
            parts.at("V015", cell, name=last.full_name, date=until)
            return None
        if len(found[2]) < _DIGITS:
            parts.at("V016", cell, code=code)
        return place

    def _agrees(self, place: Place, asked: Asked, parts: Parts) -> bool:
        """True when the name written, if any, is the name of the code's place."""
        if asked.name.kind == "blank":
            return True
        if set(clean(asked.name.text).codes) - {"U002"}:
            return False
        name = strip_office(asked.name.text)
        if name in _silent(place):
            return True
        if names_another(asked.name.text, place, self.quarter.end, self.aliases):
            parts.at("V017", asked.name, code=place.code, name=place.full_name)
            return False
        parts.at("V018", asked.name, name=place.full_name)
        return True

    def _resolved(self, name: str, district: str) -> object:
        return resolve(name, self.quarter.end, district=district, level="commune", aliases=self.aliases)

    def _named(self, asked: Asked, parts: Parts, *, aloud: bool) -> Place | None:
        """The place a name alone means; `aloud` is False when an issue about the code says enough."""
        name = strip_office(asked.name.text)
        found = self._resolved(name, asked.district) if name else Unknown()
        if isinstance(found, Resolved) and isinstance(found.place, Place):
            if aloud and name not in _silent(found.place):
                parts.at("V018", asked.name, name=found.place.full_name)
            return found.place
        if aloud and isinstance(found, Ambiguous):
            parts.at("V029", asked.name, name="; ".join(c.label for c in found.candidates))
        elif aloud and isinstance(found, Unknown):
            near = ", ".join(found.nearest)
            parts.at("V036" if near else "V037", asked.name, name=near)
        return None


def _letter(form: str) -> str:
    return "P" if form == "B" else "D"


def is_code(cell: Cell) -> bool:
    """Does the cell look like a unit's code?"""
    return bool(_CODE.fullmatch(fold(cell.text)))


@lru_cache(maxsize=2_048)
def _silent(place: Place) -> frozenset[str]:
    """The spellings of a place that need no word."""
    above = f"{place.district_type} {place.district_name}"
    own = (place.name, place.full_name)
    return frozenset(fold(text) for name in own for text in (name, f"{name}, {above}"))
