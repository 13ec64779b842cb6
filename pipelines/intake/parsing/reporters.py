"""A code and a name as written in, the reporter they mean out; what does not agree becomes an issue at its cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from pipelines.errors import PlaceError
from pipelines.intake.parsing import metadata
from pipelines.intake.parsing.contradictions import Contradictions
from pipelines.intake.parsing.fold_text import fold_text
from pipelines.intake.parsing.metadata import WorkbookMetadata
from pipelines.intake.parsing.parse_result import ParseResult
from pipelines.intake.parsing.unit_names import names_another, strip_office
from pipelines.intake.templates.report_subject import CITY, format_day
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

_CODE = re.compile(r"(?:([DP])-)?(\d{1,5})", re.IGNORECASE)
_DIGITS = 5
_SHOWN = 40


@dataclass(frozen=True)
class ReporterClaim:
    """What a line says about its unit; `district` is empty where any unit of the city may stand."""

    code: Cell
    name: Cell
    district: str


@dataclass(frozen=True)
class ReporterMatch:
    """The reporter meant; `sure` is False when the numbers may be shown back but not taken."""

    reporter: str = ""
    is_certain: bool = True


@dataclass(frozen=True)
class ReporterResolver:
    """The units of one report quarter: a place is looked up on the quarter's last day."""

    places: Places
    quarter: Quarter
    #: Spellings a steward has confirmed, and the codes they mean.
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve_reporter(
        self, claim: ReporterClaim, form: str, result: ParseResult
    ) -> ReporterMatch:
        """The reporter of one line, with every V014–V018, V029 and V030 noted."""
        if self._is_other_kind(claim.code, form, result):
            return ReporterMatch()
        place = self._place_by_code(claim.code, result) if claim.code.kind != "blank" else None
        if place is None:
            # NOTE: a code that is not understood is not outvoted by the name: the numbers go back, not in.
            named = self._place_by_name(claim, result, report_issues=claim.code.kind == "blank")
            return self._match_place(
                named, form, claim, result, is_certain=claim.code.kind == "blank"
            )
        return self._match_place(
            place, form, claim, result, is_certain=self._is_name_consistent(place, claim, result)
        )

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
        """A point's number on a team's form, or the other way round: nobody can say which of the two is meant."""
        found = _CODE.fullmatch(fold_text(cell.text))
        other = (
            bool(found and found[1])
            and found is not None
            and found[1].upper() != _reporter_letter(form)
        )
        if other:
            result.add_issue_at("V032", cell, code=cell.text[:_SHOWN])
        return other

    def _place_by_code(self, cell: Cell, result: ParseResult) -> Place | None:
        found = _CODE.fullmatch(fold_text(cell.text))
        code = found[2].zfill(_DIGITS) if found else ""
        versions = self.places.all_versions(code)
        if not found or not versions:
            result.add_issue_at("V014", cell, code=cell.text[:_SHOWN])
            return None
        try:
            place = self.places.find_place(code, self.quarter.end)
        except PlaceError:
            last = versions[-1]
            until = format_day(last.valid_to) if last.valid_to else ""
            result.add_issue_at("V015", cell, name=last.full_name, date=until)
            return None
        if len(found[2]) < _DIGITS:
            result.add_issue_at("V016", cell, code=code)
        return place

    def _is_name_consistent(self, place: Place, claim: ReporterClaim, result: ParseResult) -> bool:
        """True when the name written, if any, is the name of the code's place."""
        if claim.name.kind == "blank":
            return True
        if set(clean_text(claim.name.text).codes) - {"U002"}:
            return False
        name = strip_office(claim.name.text)
        if name in _exact_spellings(place):
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
        """The place a name alone means; `aloud` is False when an issue about the code says enough."""
        name = strip_office(claim.name.text)
        found = self._resolve_name(name, claim.district) if name else UnknownPlace()
        if isinstance(found, ResolvedPlace) and isinstance(found.place, Place):
            if report_issues and name not in _exact_spellings(found.place):
                result.add_issue_at("V018", claim.name, name=found.place.full_name)
            return found.place
        if report_issues and isinstance(found, AmbiguousPlace):
            result.add_issue_at(
                "V029", claim.name, name="; ".join(c.label for c in found.candidates)
            )
        elif report_issues and isinstance(found, UnknownPlace):
            near = ", ".join(found.nearest)
            result.add_issue_at("V036" if near else "V037", claim.name, name=near)
        return None


def _reporter_letter(form: str) -> str:
    return "P" if form == "B" else "D"


def is_code(cell: Cell) -> bool:
    """Does the cell look like a unit's code?"""
    return bool(_CODE.fullmatch(fold_text(cell.text)))


@lru_cache(maxsize=2_048)
def _exact_spellings(place: Place) -> frozenset[str]:
    """The spellings of a place that need no word."""
    above = f"{place.district_type} {place.district_name}"
    own = (place.name, place.full_name)
    return frozenset(fold_text(text) for name in own for text in (name, f"{name}, {above}"))


_BLANK = Cell("", 1, 1, "blank", None, "")
_DISTRICT_DIGITS = 3


def read_period(
    cell: Cell, form: str, facts: WorkbookMetadata, today: date, parts: ParseResult
) -> Quarter | None:
    """The quarter a cell names; None, with an issue that says what it may mean, when unsure."""
    quarter = metadata.read_quarter_cell(cell)
    if metadata.is_future(cell.text, today) or (quarter and quarter.start > today):
        parts.add_issue_at("V012", cell)
        return None
    if quarter is None:
        _ask_period(cell, facts, parts)
        return None
    if quarter < (first := metadata.first_quarter(form)):
        parts.add_issue_at("V031", cell, name=first.code)
        return None
    return quarter


def _ask_period(cell: Cell, facts: WorkbookMetadata, parts: ParseResult) -> None:
    """Note what stands in the cell and what it may mean, first what the form was issued for."""
    hidden = facts.hidden.get("period")
    issued = metadata.read_quarter(hidden.text) if hidden else None
    meant = [*([issued] if issued else []), *metadata.possible_quarters(cell)]
    names = ", ".join(dict.fromkeys(quarter.code for quarter in meant))
    if not cell.text.strip():
        parts.add_issue_at("V035", cell)
    elif day := metadata.date_of(cell):
        parts.add_issue("V033", cell.sheet, cell.address, f"{day:%d/%m/%Y}", name=names or "?")
    else:
        parts.add_issue_at("V013" if names else "V034", cell, name=names)


@dataclass(frozen=True)
class HeaderResolver:
    """Whose return this is, and for which quarter; nobody's where two places of the file differ."""

    metadata: WorkbookMetadata
    form: str
    places: Places
    today: date
    result: ParseResult
    aliases: Mapping[str, str] = field(default_factory=dict)

    def resolve_quarter(self) -> Quarter | None:
        """The report quarter; None, with an issue, when it is not certain or lies ahead."""
        cell = self.metadata.find_statement("period") or _BLANK
        found = read_period(cell, self.form, self.metadata, self.today, self.result)
        if found is None or self._contradictions.has_other_period(cell, found):
            return None
        return found

    def resolve_reporter(self, quarter: Quarter, form: str) -> ReporterMatch:
        """The team or point; nobody, with an issue, when two places of the file differ.

        When what is written is not understood, the hidden one is meant, its numbers not taken.
        """
        code, name = self._code_and_name()
        units = ReporterResolver(self.places, quarter, self.aliases)
        found = units.resolve_reporter(ReporterClaim(code, name, ""), form, self.result)
        if not found.reporter and self.metadata.unit[1:2] == "-":
            return ReporterMatch(self.metadata.unit, is_certain=False)
        cell = code if code.kind != "blank" else name
        if not (found.is_certain and found.reporter):
            return found
        differs = self._contradictions.has_other_unit(cell, found.reporter, quarter)
        return ReporterMatch() if differs else found

    def resolve_district(self, quarter: Quarter) -> str:
        """The district's code; empty, with an issue, when unknown or named differently elsewhere."""
        code, name = self._code_and_name()
        found = self._district_called(code, name, quarter)
        cell = code if code.kind != "blank" else name
        if found is None:
            self.result.add_issue_at("V014", cell, code=cell.text)
            return ""
        if code.kind != "blank" and code.text.strip() != found.code:
            self.result.add_issue_at("V016", code, code=found.code)
        agrees_with_name = name is cell or self._has_name(found, code, name, quarter)
        if not agrees_with_name or self._contradictions.has_other_unit(cell, found.code, quarter):
            return ""
        return found.code

    def is_city(self) -> bool:
        """True unless a register of the city is headed by the code of another unit."""
        for cell in (self.metadata.visible.get("code"), self.metadata.hidden.get("unit")):
            if cell and fold_text(cell.text) != fold_text(CITY):
                self.result.add_issue_at("T015", cell, name=CITY)
                return False
        return True

    @property
    def _contradictions(self) -> Contradictions:
        return Contradictions(self.metadata, self.places, self.result)

    def _code_and_name(self) -> tuple[Cell, Cell]:
        """What the officer sees; where that is nothing, the hidden unit."""
        code, name = (self.metadata.visible.get(key, _BLANK) for key in ("code", "unit"))
        if code.kind == "blank" and name.kind == "blank" and self.metadata.unit:
            return self.metadata.hidden["unit"], _BLANK
        return code, name

    def _district_called(self, code: Cell, name: Cell, quarter: Quarter) -> District | None:
        """The district of a code, or of a name where no code stands."""
        if code.kind != "blank":
            wanted = code.text.strip().zfill(_DISTRICT_DIGITS)
            return next(
                (d for d in self.places.districts_on(quarter.end) if d.code == wanted), None
            )
        found = resolve_place(strip_office(name.text, "district"), quarter.end, level="district")
        place = found.place if isinstance(found, ResolvedPlace) else None
        return place if isinstance(place, District) else None

    def _has_name(self, district: District, code: Cell, name: Cell, quarter: Quarter) -> bool:
        """False, with an issue, when the name beside a district's code is another district's."""
        text = strip_office(name.text, "district")
        if name.kind == "blank" or match_place(district, text):
            return True
        found = resolve_place(text, quarter.end, level="district")
        if isinstance(found, ResolvedPlace) and found.place != district:
            self.result.add_issue_at("V017", name, code=code.text, name=district.full_name)
            return False
        self.result.add_issue_at("V018", name, name=district.full_name)
        return True
