"""What the reader chose: one frozen value made of codes only, and the way it stands in a link."""

from dataclasses import dataclass, replace

from pipelines.catalog.types import LANGUAGES, Language

#: The names in the query string, in their order.
NAMES = ("period", "district", "ward", "kpi", "lang")


@dataclass(frozen=True)
class Selection:
    """Codes of a period, districts, wards and a KPI, and the reader's language; the whole state of a page."""

    period: str = "2021-Y..2023-Y"
    districts: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    kpi: str = "O04"
    language: Language = "vi"

    @property
    def places(self) -> tuple[str, ...]:
        """What to ask for: the wards, else the districts, else (nothing) the whole city."""
        return self.wards or self.districts

    def to_query(self, start: "Selection") -> dict[str, str]:
        """The query string that leads back here; what equals the start is left out."""
        whole = {
            "period": self.period if self.period != start.period else "",
            "district": ",".join(self.districts),
            "ward": ",".join(self.wards),
            "kpi": self.kpi if self.kpi != start.kpi else "",
            "lang": self.language if self.language != "vi" else "",
        }
        return {name: code for name, code in whole.items() if code}


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

    @property
    def default_selection(self) -> Selection:
        """Where a reader starts."""
        return replace(Selection(), period=self.periods[0]) if self.periods else Selection()

    def wards_of(self, districts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(code for code, _, district in self.wards if district in districts)


@dataclass(frozen=True)
class LinkProblem:
    """A code of the link that was not taken: `kind` is a name of the query string."""

    kind: str
    code: str


def resolve_selection(
    asked: dict[str, str], start: Selection, offer: FilterOptions, *, is_period: bool
) -> tuple[Selection, tuple[LinkProblem, ...]]:
    """The nearest possible choice to what a link asks, and every code that had to be left out.

    `is_period` says whether the asked period can be read and lies within the data.
    """
    problems: list[LinkProblem] = []

    def keep_offered(name: str, offered: tuple[str, ...]) -> tuple[str, ...]:
        codes = [c for c in asked.get(name, "").split(",") if c]
        problems.extend(LinkProblem(name, c) for c in codes if c not in offered)
        return tuple(dict.fromkeys(c for c in codes if c in offered))

    districts = keep_offered("district", tuple(code for code, _ in offer.districts))
    wards = keep_offered("ward", tuple(code for code, _, _ in offer.wards))
    kpi = keep_offered("kpi", offer.kpis)
    lang = keep_offered("lang", LANGUAGES)
    if asked.get("period") and not is_period:
        problems.append(LinkProblem("period", asked["period"]))
    chosen = replace(
        start,
        period=asked["period"] if asked.get("period") and is_period else start.period,
        districts=districts or _districts_of(wards, offer),
        kpi=kpi[0] if kpi else start.kpi,
        language="en" if lang and lang[0] == "en" else "vi",
    )
    inside = offer.wards_of(chosen.districts)
    problems.extend(LinkProblem("outside", w) for w in wards if w not in inside)
    return replace(chosen, wards=tuple(w for w in wards if w in inside)), tuple(problems)


def _districts_of(wards: tuple[str, ...], offer: FilterOptions) -> tuple[str, ...]:
    """A link that names only wards opens their districts too."""
    return tuple(dict.fromkeys(district for code, _, district in offer.wards if code in wards))
