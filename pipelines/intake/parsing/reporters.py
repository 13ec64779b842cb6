"""Resolve a code and a name as written to the reporter; what disagrees becomes an issue."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.errors import PlaceError
from pipelines.intake.parsing.contradictions import Contradictions
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.period_text import read_period
from pipelines.intake.parsing.unit_names import (
    find_exact_place,
    list_exact_spellings,
    names_another,
    names_another_district,
    strip_office,
)
from pipelines.intake.templates.report_subject import format_day
from pipelines.reference.office_names import list_spellings, province_code
from pipelines.reference.periods import Quarter
from pipelines.reference.places import District, Place, Places
from pipelines.reference.resolver import (
    AmbiguousPlace,
    ResolvedPlace,
    UnknownPlace,
    match_place,
    resolve_place,
)
from pipelines.spreadsheet.model import Cell
from pipelines.spreadsheet.text_cleaning import clean_text

_CODE = re.compile(r"(?:([DP])-)?(\d{1,5})(-\d{1,2})?", re.IGNORECASE)
_DIGITS = 5
_SHOWN = 40


@dataclass(frozen=True)
class ReporterClaim:
    """Hold what a line says about its unit; `district` is empty where any unit may stand.

    That is on a form of one unit, and in the workbook of the city.
    """

    code: Cell
    name: Cell
    district: str


@dataclass(frozen=True)
class ReporterMatch:
    """Name the reporter meant; `is_certain` is False when the numbers may only be shown back."""

    reporter: str = ""
    is_certain: bool = True


@dataclass(frozen=True)
class ReporterResolver:
    """Resolve the units of one quarter: a place is looked up on the quarter's last day."""

    places: Places
    quarter: Quarter
    #: Spellings a steward has confirmed, and the codes they mean.
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve_reporter(
        self, claim: ReporterClaim, form: str, result: ParseResult
    ) -> ReporterMatch:
        """Return the reporter of one line; note every V014–V018, V029, V030 and V032."""
        place = self._find_exact(claim)
        if place is not None:
            return self._match_place(place, form, claim, result, is_certain=True)
        if self._is_other_kind(claim.code, form, result):
            return ReporterMatch()
        number = self._read_unit_number(claim.code, form)
        if number:
            return self._match_number(number, claim, result)
        has_code = claim.code.kind != "blank"
        place = self._place_by_code(claim.code, result) if has_code else None
        if place is not None:
            is_certain = self._is_name_consistent(place, claim, result)
            return self._match_place(place, form, claim, result, is_certain=is_certain)
        # NOTE: a code that is not understood is not outvoted by the name: the numbers go back, not
        # in.
        place = self._place_by_name(claim, result, report_issues=not has_code)
        return self._match_place(place, form, claim, result, is_certain=not has_code)

    def _find_exact(self, claim: ReporterClaim) -> Place | None:
        """Return the place of a code and name about which nothing is said: nearly every line's."""
        if claim.name.kind not in ("text", "blank"):
            return None
        return find_exact_place(self.places, claim.code.text, claim.name.text, self.quarter.end)

    def _read_unit_number(self, cell: Cell, form: str) -> str:
        """Return a number that only the registers know: `P-00070-2`, or of a commune that ended.

        Empty for anything else.
        """
        match = _CODE.fullmatch(fold_text(cell.text))
        letter, digits, turn = match.groups("") if match else ("", "", "")
        if not (letter or turn):
            return ""
        code = digits.zfill(_DIGITS)
        versions = self.places.all_versions(code)
        is_ended = not any(version.is_valid_on(self.quarter.end) for version in versions)
        if not versions or not (turn or is_ended):
            return ""
        return f"{letter.upper() or _reporter_letter(form)}-{code}{turn}"

    def _match_number(
        self, number: str, claim: ReporterClaim, result: ParseResult
    ) -> ReporterMatch:
        """Match a unit by its own number; a name beside it is one its commune has or had."""
        names = self.places.list_related(number[2:7], self.quarter.end)
        name = strip_office(claim.name.text).partition(",")[0]
        is_named = claim.name.kind == "blank" or any(match_place(place, name) for place in names)
        if not is_named:
            result.add_issue_at("V017", claim.name, code=number, name=names[0].full_name)
        if claim.district and claim.district not in {place.district_code for place in names}:
            name = names[0].full_name
            result.add_issue_at("V030", claim.code, name=name, district=claim.district)
            return ReporterMatch()
        return ReporterMatch(number, is_named)

    def _match_place(
        self,
        place: Place | None,
        form: str,
        claim: ReporterClaim,
        result: ParseResult,
        *,
        is_certain: bool,
    ) -> ReporterMatch:
        if place is None:
            return ReporterMatch()
        if claim.district and place.district_code != claim.district:
            result.add_issue_at("V030", claim.code, name=place.full_name, district=claim.district)
            return ReporterMatch()
        return ReporterMatch(f"{_reporter_letter(form)}-{place.code}", is_certain)

    def _is_other_kind(self, cell: Cell, form: str, result: ParseResult) -> bool:
        """True, with an issue, for a point's number on a team's form or the other way round.

        Nobody can say which of the two is meant.
        """
        match = _CODE.fullmatch(fold_text(cell.text))
        if match is None or not match[1]:
            return False
        if match[1].upper() == _reporter_letter(form):
            return False
        result.add_issue_at("V032", cell, code=cell.text[:_SHOWN])
        return True

    def _place_by_code(self, cell: Cell, result: ParseResult) -> Place | None:
        match = _CODE.fullmatch(fold_text(cell.text))
        digits = match[2] if match else ""
        code = digits.zfill(_DIGITS)
        versions = self.places.all_versions(code) if match else ()
        if not versions:
            result.add_issue_at("V014", cell, code=cell.text[:_SHOWN])
            return None
        try:
            place = self.places.find_place(code, self.quarter.end)
        except PlaceError:
            self._note_ended(cell, versions[-1], result)
            return None
        if len(digits) < _DIGITS:
            result.add_issue_at("V016", cell, code=code)
        return place

    def _note_ended(self, cell: Cell, last: Place, result: ParseResult) -> None:
        """Note that a commune is no more, and which ones its people belong to."""
        day = format_day(last.valid_to) if last.valid_to else ""
        after = self.places.list_places_after(last, self.quarter.end) if day else []
        targets = "; ".join(f"{place.full_name} ({place.code})" for place in after)
        if after:
            name = f"{last.full_name} ({last.code})"
            result.add_issue_at("V040", cell, name=name, targets=targets, date=day)
        else:
            result.add_issue_at("V015", cell, name=last.full_name, date=day)

    def _is_name_consistent(self, place: Place, claim: ReporterClaim, result: ParseResult) -> bool:
        """True when the name written, if any, is the name of the code's place."""
        if claim.name.kind == "blank":
            return True
        if set(clean_text(claim.name.text).codes) - {"U002"}:
            return False
        name = strip_office(claim.name.text)
        if name in list_exact_spellings(place):
            return True
        if names_another(claim.name.text, place, self.quarter.end, self.aliases):
            result.add_issue_at("V017", claim.name, code=place.code, name=place.full_name)
            return False
        result.add_issue_at("V018", claim.name, name=place.full_name)
        return True

    def _resolve_name(self, name: str, district: str) -> object:
        return resolve_place(
            name, self.quarter.end, district=district, level="commune", aliases=self.aliases
        )

    def _place_by_name(
        self, claim: ReporterClaim, result: ParseResult, *, report_issues: bool
    ) -> Place | None:
        """Return the place a name alone means, else None.

        `report_issues` is False when an issue about the code says enough.
        """
        name = strip_office(claim.name.text)
        resolved = self._resolve_name(name, claim.district) if name else UnknownPlace()
        if report_issues:
            _note_name(claim.name, name, resolved, result)
        if isinstance(resolved, ResolvedPlace) and isinstance(resolved.place, Place):
            return resolved.place
        return None


def _note_name(cell: Cell, name: str, resolved: object, result: ParseResult) -> None:
    """Note how a name that stands without a code was resolved.

    V018: not spelt exactly; V029: several places bear it; V036, V037: none does, with names to
    offer or without.
    """
    if isinstance(resolved, ResolvedPlace):
        place = resolved.place
        if isinstance(place, Place) and name not in list_exact_spellings(place):
            result.add_issue_at("V018", cell, name=place.full_name)
    elif isinstance(resolved, AmbiguousPlace):
        labels = [candidate.label for candidate in resolved.candidates]
        result.add_issue_at("V029", cell, name="; ".join(labels))
    elif isinstance(resolved, UnknownPlace):
        near = ", ".join(resolved.nearest)
        result.add_issue_at("V036" if near else "V037", cell, name=near)


def _reporter_letter(form: str) -> str:
    return "P" if form == "B" else "D"


def is_code(cell: Cell) -> bool:
    """Does the cell look like a unit's code?"""
    return bool(_CODE.fullmatch(fold_text(cell.text)))


_BLANK = Cell("", 1, 1, "blank", None, "")
_DISTRICT_DIGITS = 3


@dataclass(frozen=True)
class HeaderResolver:
    """Find whose return this is, and for which quarter; nobody's where two places differ."""

    metadata: WorkbookMetadata
    form: str
    places: Places
    today: date
    result: ParseResult
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve_quarter(self) -> Quarter | None:
        """Return the report quarter; None, with an issue, when it is not certain or lies ahead."""
        cell = self.metadata.find_statement("period") or _BLANK
        quarter = read_period(cell, self.form, self.metadata, self.today, self.result)
        if quarter is None or self._contradictions.has_other_period(cell, quarter):
            return None
        return quarter

    def resolve_reporter(self, quarter: Quarter, form: str) -> ReporterMatch:
        """Return the team or point; nobody, with an issue, when two places of the file differ.

        When what is written is not understood, the hidden one is meant, its numbers not taken.
        """
        code, name = self._code_and_name()
        units = ReporterResolver(self.places, quarter, self.aliases)
        match = units.resolve_reporter(ReporterClaim(code, name, ""), form, self.result)
        if not match.reporter and self.metadata.unit[1:2] == "-":
            return ReporterMatch(self.metadata.unit, is_certain=False)
        if not match.reporter or not match.is_certain:
            return match
        cell = code if code.kind != "blank" else name
        differs = self._contradictions.has_other_unit(cell, match.reporter, quarter)
        return ReporterMatch() if differs else match

    def resolve_group(self, quarter: Quarter) -> str:
        """Return the code of the district, or of the city where a quarter has no districts.

        Empty, with an issue, when it is not certain: unknown, or named differently elsewhere in
        the file.
        """
        code, name = self._code_and_name()
        if self._names_city(code, name) and not self.places.districts_on(quarter.end):
            cell = code if code.kind != "blank" else name
            differs = self._contradictions.has_other_unit(cell, province_code(), quarter)
            return "" if differs else province_code()
        return self._resolve_district(code, name, quarter)

    def _names_city(self, code: Cell, name: Cell) -> bool:
        """Is it the city's code, or its name where no code stands?"""
        if code.kind != "blank":
            return fold_text(code.text) == fold_text(province_code())
        return fold_text(name.text) in map(fold_text, list_spellings())

    def _resolve_district(self, code: Cell, name: Cell, quarter: Quarter) -> str:
        district = self._find_district(code, name, quarter)
        has_code = code.kind != "blank"
        cell = code if has_code else name
        if district is None:
            self.result.add_issue_at("V014", cell, code=cell.text)
            return ""
        if has_code and code.text.strip() != district.code:
            self.result.add_issue_at("V016", code, code=district.code)
        if name is not cell and not self._has_name(district, code, name, quarter):
            return ""
        differs = self._contradictions.has_other_unit(cell, district.code, quarter)
        return "" if differs else district.code

    def is_city(self) -> bool:
        """True unless a register of the city is headed by the code of another unit."""
        for cell in (self.metadata.visible.get("code"), self.metadata.hidden.get("unit")):
            if cell and fold_text(cell.text) != fold_text(province_code()):
                self.result.add_issue_at("T015", cell, name=province_code())
                return False
        return True

    @property
    def _contradictions(self) -> Contradictions:
        return Contradictions(self.metadata, self.places, self.result)

    def _code_and_name(self) -> tuple[Cell, Cell]:
        """Return the cells the officer sees; where they are blank, the hidden unit."""
        code = self.metadata.visible.get("code", _BLANK)
        name = self.metadata.visible.get("unit", _BLANK)
        if code.kind == "blank" and name.kind == "blank" and self.metadata.unit:
            return self.metadata.hidden["unit"], _BLANK
        return code, name

    def _find_district(self, code: Cell, name: Cell, quarter: Quarter) -> District | None:
        """Return the district of a code, or of a name where no code stands."""
        if code.kind == "blank":
            return _find_district_by_name(name, quarter)
        wanted = code.text.strip().zfill(_DISTRICT_DIGITS)
        for district in self.places.districts_on(quarter.end):
            if district.code == wanted:
                return district
        return None

    def _has_name(self, district: District, code: Cell, name: Cell, quarter: Quarter) -> bool:
        """False, with an issue, when the name beside a district's code is another district's."""
        text = strip_office(name.text, "district")
        if name.kind == "blank" or match_place(district, text):
            return True
        resolved = resolve_place(text, quarter.end, level="district")
        is_other = isinstance(resolved, ResolvedPlace) and resolved.place != district
        if is_other or names_another_district(name.text, district, quarter.end):
            self.result.add_issue_at("V017", name, code=code.text, name=district.full_name)
            return False
        self.result.add_issue_at("V018", name, name=district.full_name)
        return True


def _find_district_by_name(name: Cell, quarter: Quarter) -> District | None:
    text = strip_office(name.text, "district")
    resolved = resolve_place(text, quarter.end, level="district")
    place = resolved.place if isinstance(resolved, ResolvedPlace) else None
    return place if isinstance(place, District) else None
