"""Whose return a table is and for which quarter: certain, or an issue that asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.cells import Cell
from pipelines.intake.forms import period
from pipelines.intake.forms.contradictions import Contradictions
from pipelines.intake.forms.facts import Facts
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.unit_names import strip_office
from pipelines.intake.forms.units import Asked, Found, Units
from pipelines.intake.template.subject import CITY
from pipelines.reference.periods import Quarter
from pipelines.reference.places import District, Places
from pipelines.reference.resolver import Resolved, agrees, resolve

_BLANK = Cell("", 1, 1, "blank", None, "")
_DISTRICT_DIGITS = 3


def read_period(cell: Cell, form: str, facts: Facts, today: date, parts: Parts) -> Quarter | None:
    """The quarter a cell names; None, with an issue that says what it may mean, when unsure."""
    quarter = period.read_cell(cell)
    if period.is_future(cell.text, today) or (quarter and quarter.start > today):
        parts.at("V012", cell)
        return None
    if quarter is None:
        _ask_period(cell, facts, parts)
        return None
    if quarter < (first := period.since(form)):
        parts.at("V031", cell, name=first.code)
        return None
    return quarter


def _ask_period(cell: Cell, facts: Facts, parts: Parts) -> None:
    """Note what stands in the cell and what it may mean, first what the form was issued for."""
    hidden = facts.hidden.get("period")
    issued = period.read_quarter(hidden.text) if hidden else None
    meant = [*([issued] if issued else []), *period.possible_quarters(cell)]
    names = ", ".join(dict.fromkeys(quarter.code for quarter in meant))
    if not cell.text.strip():
        parts.at("V035", cell)
    elif day := period.date_of(cell):
        parts.add("V033", cell.sheet, cell.address, f"{day:%d/%m/%Y}", name=names or "?")
    else:
        parts.at("V013" if names else "V034", cell, name=names)


@dataclass(frozen=True)
class Who:
    """Whose return this is, and for which quarter; nobody's where two places of the file differ."""

    facts: Facts
    form: str
    places: Places
    today: date
    parts: Parts
    aliases: Mapping[str, str] = field(default_factory=dict)

    def quarter(self) -> Quarter | None:
        """The report quarter; None, with an issue, when it is not certain or lies ahead."""
        cell = self.facts.stated("period") or _BLANK
        found = read_period(cell, self.form, self.facts, self.today, self.parts)
        if found is None or self._contradictions.has_other_period(cell, found):
            return None
        return found

    def reporter(self, quarter: Quarter, form: str) -> Found:
        """The team or point; nobody, with an issue, when two places of the file differ.

        When what is written is not understood, the hidden one is meant, its numbers not taken.
        """
        code, name = self._code_and_name()
        units = Units(self.places, quarter, self.aliases)
        found = units.of(Asked(code, name, ""), form, self.parts)
        if not found.reporter and self.facts.unit[1:2] == "-":
            return Found(self.facts.unit, sure=False)
        cell = code if code.kind != "blank" else name
        if not (found.sure and found.reporter):
            return found
        differs = self._contradictions.has_other_unit(cell, found.reporter, quarter)
        return Found() if differs else found

    def district(self, quarter: Quarter) -> str:
        """The district's code; empty, with an issue, when unknown or named differently elsewhere."""
        code, name = self._code_and_name()
        found = self._district_called(code, name, quarter)
        cell = code if code.kind != "blank" else name
        if found is None:
            self.parts.at("V014", cell, code=cell.text)
            return ""
        if code.kind != "blank" and code.text.strip() != found.code:
            self.parts.at("V016", code, code=found.code)
        agrees_with_name = name is cell or self._has_name(found, code, name, quarter)
        if not agrees_with_name or self._contradictions.has_other_unit(cell, found.code, quarter):
            return ""
        return found.code

    def is_city(self) -> bool:
        """True unless a register of the city is headed by the code of another unit."""
        for cell in (self.facts.visible.get("code"), self.facts.hidden.get("unit")):
            if cell and fold(cell.text) != fold(CITY):
                self.parts.at("T015", cell, name=CITY)
                return False
        return True

    @property
    def _contradictions(self) -> Contradictions:
        return Contradictions(self.facts, self.places, self.parts)

    def _code_and_name(self) -> tuple[Cell, Cell]:
        """What the officer sees; where that is nothing, the hidden unit."""
        code, name = (self.facts.visible.get(key, _BLANK) for key in ("code", "unit"))
        if code.kind == "blank" and name.kind == "blank" and self.facts.unit:
            return self.facts.hidden["unit"], _BLANK
        return code, name

    def _district_called(self, code: Cell, name: Cell, quarter: Quarter) -> District | None:
        """The district of a code, or of a name where no code stands."""
        if code.kind != "blank":
            wanted = code.text.strip().zfill(_DISTRICT_DIGITS)
            return next((d for d in self.places.districts(quarter.end) if d.code == wanted), None)
        found = resolve(strip_office(name.text, "district"), quarter.end, level="district")
        place = found.place if isinstance(found, Resolved) else None
        return place if isinstance(place, District) else None

    def _has_name(self, district: District, code: Cell, name: Cell, quarter: Quarter) -> bool:
        """False, with an issue, when the name beside a district's code is another district's."""
        text = strip_office(name.text, "district")
        if name.kind == "blank" or agrees(district, text):
            return True
        found = resolve(text, quarter.end, level="district")
        if isinstance(found, Resolved) and found.place != district:
            self.parts.at("V017", name, code=code.text, name=district.full_name)
            return False
        self.parts.at("V018", name, name=district.full_name)
        return True
