"""Compare the places of a file that name its period and unit; two that differ are an error."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.intake.parsing import period_text
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.unit_names import find_codes, names_another
from pipelines.reference.periods import Quarter
from pipelines.reference.places import Place, Places
from pipelines.spreadsheet.model import Cell

#: A title that sets the report beside another quarter names that one too.
_COMPARISON = re.compile("so với|so sánh|(?:kỳ|quý) trước|cùng kỳ")


@dataclass(frozen=True)
class Contradictions:
    """Compare one cell with everything else in the file that says the same."""

    facts: WorkbookMetadata
    places: Places
    result: ParseResult

    def has_other_period(self, cell: Cell, quarter: Quarter) -> bool:
        """True, with an issue for each, when something in the file names another period."""
        before = len(self.result.issues)
        self._compare_hidden_period(cell, quarter)
        for other in self.facts.others("period"):
            if period_text.read_quarter_cell(other) != quarter:
                self._add_cell(cell, other, other.text)
        for title in self.facts.titles:
            self._compare_title(cell, title, quarter)
        for code, name in self._names():
            self._compare_name(cell, code, name, quarter)
        return len(self.result.issues) > before

    def _compare_name(self, cell: Cell, issue_code: str, name: str, quarter: Quarter) -> None:
        """Note when a file's or sheet's name mentions other quarters."""
        mentions = period_text.find_mentions(name)
        if not period_text.fits(mentions, quarter):
            self.result.add_issue_at(issue_code, cell, name=period_text.name_mentions(mentions))

    def _compare_hidden_period(self, cell: Cell, quarter: Quarter) -> None:
        hidden = self.facts.hidden.get("period")
        if hidden is None or hidden is cell:
            return
        if period_text.read_quarter(hidden.text) != quarter:
            self.result.add_issue_at("T015", cell, name=hidden.text)

    def _compare_title(self, cell: Cell, title: Cell, quarter: Quarter) -> None:
        if _COMPARISON.search(fold_text(title.text)):
            return
        mentions = period_text.find_mentions(title.text)
        if not period_text.fits(mentions, quarter):
            self._add_cell(cell, title, period_text.name_mentions(mentions))

    def has_other_unit(self, cell: Cell, unit: str, quarter: Quarter) -> bool:
        """True, with an issue for each, when something in the file names another unit than `unit`.

        `unit` is a reporter's id or a district's code; a file's name may also say the district of a
        commune, or a commune of the district.
        """
        before = len(self.result.issues)
        self._compare_hidden_unit(cell, unit)
        for other in self.facts.others("code"):
            if not _is_code_of(other.text, unit):
                self._add_cell(cell, other, other.text)
        self._compare_unit_names(cell, unit, quarter)
        for code, name in self._names():
            self._compare_codes(cell, code, name, unit, quarter)
        return len(self.result.issues) > before

    def _compare_hidden_unit(self, cell: Cell, unit: str) -> None:
        hidden = self.facts.hidden.get("unit")
        if hidden and hidden is not cell and hidden.text != unit:
            self.result.add_issue_at("T015", cell, name=hidden.text)

    def _compare_unit_names(self, cell: Cell, unit: str, quarter: Quarter) -> None:
        place = self._find_commune(unit, quarter)
        if place is None:
            return
        for other in self.facts.others("unit"):
            if names_another(other.text, place, quarter.end):
                self._add_cell(cell, other, other.text)

    def _compare_codes(
        self, cell: Cell, issue_code: str, name: str, unit: str, quarter: Quarter
    ) -> None:
        """Note when the codes in a file's or sheet's name are all far from the unit."""
        codes = list(dict.fromkeys(find_codes(name, self.places)))
        if not codes:
            return
        near = [code for code in codes if self._is_near(code, unit, quarter)]
        if not near:
            self.result.add_issue_at(issue_code, cell, name=", ".join(codes))

    def _names(self) -> Iterable[tuple[str, str]]:
        """Yield the code of the issue and the text of each name."""
        yield "T018", self.facts.file_name
        for name in self.facts.sheet_names:
            yield "T019", name

    def _add_cell(self, cell: Cell, other: Cell, name: str) -> None:
        where = f"{other.sheet}!{other.address}"
        self.result.add_issue_at("T020", cell, name=name, other=where)

    def _find_commune(self, unit: str, quarter: Quarter) -> Place | None:
        """Return the commune of a reporter; None for a district or the city."""
        code = unit.partition("-")[2]
        for place in self.places.valid_on(quarter.end):
            if place.code == code:
                return place
        return None

    def _is_near(self, code: str, unit: str, quarter: Quarter) -> bool:
        """True for the code of the unit, of its district or of a commune in it."""
        own = unit.partition("-")[2][:5] or unit
        above = {place.code: place.district_code for place in self.places.valid_on(quarter.end)}
        return code == own or above.get(own) == code or above.get(code) == own


def _is_code_of(text: str, unit: str) -> bool:
    """True when a code as typed is the unit's, with or without its letter and leading zeros."""
    typed, own = fold_text(text), unit.casefold()
    bare = own.partition("-")[2] or own
    if typed in (own, bare):
        return True
    return typed.isdigit() and typed.zfill(len(bare)) == bare
