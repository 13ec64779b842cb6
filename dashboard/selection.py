"""Hold what the reader chose as one frozen value of codes, and resolve links to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.catalog.types import LANGUAGES, Language

#: Every number stands in the place it was reported in.
REPORTED = "reported"
#: The names in the query string, in their order.
NAMES = ("period", "district", "ward", "geo", "day", "kpi", "figure", "rows", "lang")
#: What a row of the worklist may be; the first is where a reader starts.
ROWS = ("ward", "team", "point")


@dataclass(frozen=True)
class Selection:
    """The whole state of a page: codes of period, places and KPI, and the reader's language."""

    period: str = "2021-Y..2023-Y"
    districts: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    kpi: str = "O04"
    language: Language = "vi"
    #: In which units places are asked: as reported, or one set such as 126.
    geography: str = REPORTED
    #: The wards by ids such as 00070@2025-07-01, where a code alone is not enough.
    ward_ids: tuple[str, ...] = ()
    #: Only what was received by the end of this day (2022-07-20); empty: everything.
    day: str = ""
    #: The figure whose sources are looked at; empty: `kpi`.
    figure: str = ""
    #: What a row of the worklist is, one of ROWS.
    rows: str = ROWS[0]

    @property
    def places(self) -> tuple[str, ...]:
        """Return the codes to ask for: wards, else districts, else none for the whole city."""
        return self.ward_ids or self.wards or self.districts

    def to_query(self, start: "Selection") -> dict[str, str]:
        """Return the query string that leads back here; what equals the start is left out."""
        query: dict[str, str] = {}
        if self.period != start.period:
            query["period"] = self.period
        query["district"] = ",".join(self.districts)
        query["ward"] = ",".join(self.wards)
        if self.geography != REPORTED:
            query["geo"] = self.geography
        query["day"] = self.day
        if self.kpi != start.kpi:
            query["kpi"] = self.kpi
        query["figure"] = self.figure
        if self.rows != ROWS[0]:
            query["rows"] = self.rows
        if self.language != "vi":
            query["lang"] = self.language
        return {name: code for name, code in query.items() if code}


@dataclass(frozen=True)
class FilterOptions:
    """What can be chosen, for one reader and one build."""

    #: Period codes in the order they are offered; the first is where a reader starts.
    periods: tuple[str, ...] = ()
    #: District code → name, in Vietnamese order.
    districts: tuple[tuple[str, str], ...] = ()
    #: Ward code, name, district code, in Vietnamese order within districts.
    wards: tuple[tuple[str, str, str], ...] = ()
    kpis: tuple[str, ...] = ()
    #: Are the districts those of before July 2025, which only group the wards of today?
    former: bool = False
    #: The sets of units that places can be asked in, beside those reported in.
    geographies: tuple[str, ...] = ()
    #: Codes of all figures whose sources can be looked at.
    figures: tuple[str, ...] = ()
    #: The days on which something was received, oldest first; none for who may not look back.
    days: tuple[str, ...] = ()

    @property
    def default_selection(self) -> Selection:
        """Return where a reader starts: the first period on offer, the whole city."""
        return replace(Selection(), period=self.periods[0]) if self.periods else Selection()

    @property
    def ward_names(self) -> dict[str, str]:
        """Return the name of each ward by its code."""
        return {code: name for code, name, _ in self.wards}

    def wards_of(self, districts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the wards of districts, with those that lay in several and have none."""
        return tuple(code for code, _, own in self.wards if own in districts or not own)


@dataclass(frozen=True)
class LinkProblem:
    """A code of the link that was not taken: `kind` is a name of the query string."""

    kind: str
    code: str


@dataclass
class _AskedCodes:
    """The codes that a link asks for, and those that had to be left out."""

    asked: dict[str, str]
    problems: list[LinkProblem] = field(default_factory=list)

    def keep_offered(self, name: str, offered: tuple[str, ...]) -> tuple[str, ...]:
        """Return the codes under this name that are offered."""
        possible, refused = _split_codes(self.asked.get(name, "").split(","), offered)
        self.problems += _list_problems(name, refused)
        return possible

    def keep_if(self, name: str, is_right: bool, otherwise: str) -> str:
        """Return the code under this name when it is right, else what stands for none."""
        given = self.asked.get(name, "")
        if given and is_right:
            return given
        if given:
            self.problems.append(LinkProblem(name, given))
        return otherwise


def resolve_selection(
    asked: dict[str, str], start: Selection, offer: FilterOptions, *, is_period: bool
) -> tuple[Selection, tuple[LinkProblem, ...]]:
    """Return the nearest possible choice to what a link asks, and every code that was left out.

    `is_period` says whether the asked period can be read and lies within the data.
    """
    link = _AskedCodes(asked)
    districts = link.keep_offered("district", tuple(dict(offer.districts)))
    wards = link.keep_offered("ward", tuple(offer.ward_names))
    kpis = link.keep_offered("kpi", offer.kpis)
    asked_figures = link.keep_offered("figure", offer.figures)
    geographies = link.keep_offered("geo", (REPORTED, *offer.geographies))
    languages = link.keep_offered("lang", LANGUAGES)
    rows = link.keep_offered("rows", ROWS)
    day = link.keep_if("day", is_offered_day(asked.get("day", ""), offer.days), "")
    period = link.keep_if("period", is_period, start.period)
    districts = districts or _districts_of(wards, offer)
    wards, outside = _split_codes(wards, offer.wards_of(districts))
    link.problems += _list_problems("outside", outside)
    selection = replace(
        start,
        period=period,
        districts=districts,
        wards=wards,
        kpi=next(iter(kpis), start.kpi),
        geography=next(iter(geographies), REPORTED),
        language="en" if languages[:1] == ("en",) else "vi",
        day=day,
        figure=next(iter(asked_figures), ""),
        rows=next(iter(rows), ROWS[0]),
    )
    return selection, tuple(link.problems)


def is_offered_day(day: str, days: tuple[str, ...]) -> bool:
    """Is this the ISO code of a day since the first of `days`?"""
    try:
        return bool(days) and date.fromisoformat(day).isoformat() == day >= days[0]
    except ValueError:
        return False


def _split_codes(
    codes: Iterable[str], offered: tuple[str, ...]
) -> tuple[tuple[str, ...], list[str]]:
    """Split codes into those on offer, each once, and those that are not."""
    possible: dict[str, None] = {}
    refused: list[str] = []
    for code in filter(None, codes):
        if code in offered:
            possible[code] = None
        else:
            refused.append(code)
    return tuple(possible), refused


def _list_problems(kind: str, codes: list[str]) -> list[LinkProblem]:
    return [LinkProblem(kind, code) for code in codes]


def _districts_of(wards: tuple[str, ...], offer: FilterOptions) -> tuple[str, ...]:
    """Return the districts of wards: a link that names only wards opens their districts too."""
    own = [district for code, _, district in offer.wards if code in wards and district]
    return tuple(dict.fromkeys(own))
