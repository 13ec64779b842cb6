"""The facts above a table in, the reporter or district and the quarter they name out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.cells import Cell
from pipelines.intake.forms.facts import Facts
from pipelines.intake.forms.parts import Parts
from pipelines.intake.forms.period import is_future, read_cell, read_quarter, since
from pipelines.intake.forms.units import Asked, Found, Units
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Places

_BLANK = Cell("", 1, 1, "blank", None, "")
_DISTRICT_DIGITS = 3


@dataclass(frozen=True)
class Who:
    """Whose return this is. What the officer sees wins over our hidden sheet, and the difference is named."""

    facts: Facts
    form: str
    places: Places
    today: date
    parts: Parts
    aliases: Mapping[str, str] = field(default_factory=dict)

    def quarter(self) -> Quarter | None:
        """The report quarter; None, with V012 or V013, when it lies ahead or is not understood."""
        cell = self.facts.visible.get("period")
        hidden = self.facts.hidden.get("period", "")
        text = cell.text if cell else hidden
        found = read_cell(cell) if cell else read_quarter(hidden)
        where = (cell.sheet, cell.address) if cell else ("", "")
        if is_future(text, self.today) or (found and found.start > self.today):
            self.parts.add("V012", *where, text)
            return None
        if found is None:
            self.parts.add("V013", *where, text)
        elif found < (first := since(self.form)):
            self.parts.add("V031", *where, text, name=first.code)
            return None
        elif cell and hidden and found != read_quarter(hidden):
            self.parts.at("T015", cell, name=hidden)
        return found

    def reporter(self, quarter: Quarter, form: str) -> Found:
        """The team or point; when what is written cannot be resolved, the hidden one, whose numbers are not taken."""
        code = self.facts.visible.get("code")
        units = Units(self.places, quarter, self.aliases)
        if code is None:
            hidden = Cell("", 1, 1, "text", self.facts.unit, self.facts.unit) if self.facts.unit else _BLANK
            return units.of(Asked(hidden, _BLANK, ""), form, self.parts)
        found = units.of(Asked(code, self.facts.visible.get("unit", _BLANK), ""), form, self.parts)
        if not found.reporter and self.facts.unit[1:2] == "-":
            return Found(self.facts.unit, sure=False)
        if self.facts.unit and found.reporter != self.facts.unit and found.sure:
            self.parts.at("T015", code, name=self.facts.unit)
        return found

    def district(self, quarter: Quarter) -> str:
        """The district's code; empty, with V014, when there is none of that code."""
        cell = self.facts.visible.get("code")
        text = cell.text.strip() if cell else self.facts.unit
        code = text.zfill(_DISTRICT_DIGITS)
        known = {d.code for d in self.places.districts(quarter.end)}
        if code in known:
            if cell and code != text:
                self.parts.at("V016", cell, code=code)
            return code
        where = (cell.sheet, cell.address) if cell else ("", "")
        self.parts.add("V014", *where, text, code=text)
        return ""
