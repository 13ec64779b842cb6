"""The frozen types of the catalogue, one for each kind of definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.errors import CatalogError

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

#: What happens to a measure over time (docs/domain.md 1.2). `any`: 1 if it was 1 in any quarter.
OverTime = Literal["sum", "last", "year", "none", "any"]
OverPlace = Literal["sum", "none"]
#: Whom exact numbers are kept from: nobody; outsiders below the district; outsiders everywhere. An
#: outsider of a place is a reader who is neither of the city nor of that district.
Protection = Literal[False, "below_district", True]
Severity = Literal["error", "warning", "info"]
#: What an issue keeps out of the figures. `discard`: nothing of the file is taken, and the file
#: itself is not kept; `reject`: nothing of the file is taken; `line`: nothing in the line of the
#: named cell is; `cells`: the named cells are not; `none`: everything is taken.
Effect = Literal["discard", "reject", "line", "cells", "none"]
EFFECTS: tuple[Effect, ...] = ("discard", "reject", "line", "cells", "none")
#: What a sentence is for that is no issue of a file: a question is refused, or something is noted.
Use = Literal["refuse", "note"]
#: What a figure is by its nature, so how its places and years are compared (docs/domain.md 9.1).
#: `count`: no base; `share`: cases that are part of the trials; `unit_spread`: a mean over units,
#: judged by the spread between these; `place_spread`: a rate without a law of chance, judged by the
#: spread between places; `none`: not compared.
ComparisonModel = Literal["count", "share", "unit_spread", "place_spread", "none"]


@dataclass(frozen=True)
class Consequence:
    """How grave an issue is and what it keeps out.

    An error always keeps something out, nothing else ever does.
    """

    severity: Severity
    effect: Effect

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS or (self.severity == "error") == (self.effect == "none"):
            raise CatalogError(
                f"{self.severity!r} cannot have the effect {self.effect!r}", code="internal"
            )


@dataclass(frozen=True)
class Text:
    """A label, definition or sentence in both languages."""

    vi: str
    en: str

    def of(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True)
class Unit:
    """What is counted. Persons, contacts, services and stocks never add up to each other."""

    code: str
    label: Text
    #: `people` never add without a contract; `events` of one unit do; `stock`, `money` and `ratio`
    #: are their own.
    kind: Literal["people", "events", "stock", "money", "ratio"]
    #: Words that an officer may write behind a number of this unit, besides the labels.
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """Something with a value for one reporter and one quarter.

    It is a form's field, or derived from registers.
    """

    code: str
    label: Text
    definition: Text
    unit: str
    over_time: OverTime
    over_place: OverPlace = "sum"
    protected: Protection = True


@dataclass(frozen=True)
class Field(Measure):
    """A number that form A or B asks for."""

    #: The full name, such as a04_vol_close.
    name: str = ""
    form: str = ""
    section: str = ""
    required: bool = True
    #: The form offers "=", ">" or "~" beside the number.
    qualifier: bool = False
    #: First form version that asks for it.
    since: int = 1
    #: "of whom for the first time this report year": the `_year` field that stands beside a `none`
    #: field.
    twin: str | None = None
    #: The field this one is a part of, indented under it on the form.
    part_of: str | None = None
    #: `exact`: the parts add up to this field; `overlap`: one event may stand in several parts.
    parts: tuple[str, ...] = ()
    parts_kind: Literal["exact", "overlap"] | None = None
    #: Further ways to cut this field (by status, by mode, by age): each adds up exactly when all of
    #: its parts are given.
    splits: tuple[tuple[str, ...], ...] = ()
    #: The page and card of pages.toml it is added to.
    page: str = ""
    card: str = ""


@dataclass(frozen=True)
class Kpi:
    """A figure: a formula over measures, or over referrals or returns."""

    code: str
    name: str
    label: Text
    definition: Text
    unit: str
    story: str
    #: sum, ratio: over measures. referrals: over Form C. returns: over expected returns.
    #: growth, progress: of another KPI.
    kind: Literal["sum", "ratio", "referrals", "returns", "growth", "progress"]
    #: Measure codes joined with " + ", or what a referrals/returns KPI counts, or the base KPI.
    numerator: str
    denominator: str = ""
    per: int = 1
    decimals: int = 0
    direction: Literal["up", "down", "none"] = "none"
    #: Smallest denominator a rate is worth showing for; below it the count is shown ("3 trên 4").
    min_denominator: int = 0
    protected: Protection = True
    #: Only referrals of this programme (M3 pilot, M4 points) and these services are counted.
    programme: str = ""
    services: tuple[str, ...] = ()
    #: Before this quarter the answer is not_applicable.
    since: str = ""
    starred: bool = False
    core: bool = False
    caveats: tuple[str, ...] = ()
    #: The page and card of pages.toml it is added to; a figure named there needs neither.
    page: str = ""
    card: str = ""
    model: ComparisonModel = "count"

    @property
    def numerators(self) -> tuple[str, ...]:
        return tuple(self.numerator.split(" + "))

    @property
    def denominators(self) -> tuple[str, ...]:
        return tuple(self.denominator.split(" + ")) if self.denominator else ()


@dataclass(frozen=True)
class Section:
    code: str
    label: Text


@dataclass(frozen=True)
class Form:
    """One form: who reports on it, from when, in which sections."""

    code: str
    title: Text
    reporter: Literal["team", "point", "city"]
    version: int
    since: str
    sections: tuple[Section, ...]
    instructions: tuple[Text, ...] = ()


@dataclass(frozen=True)
class RegisterColumn:
    """One column of a register (Form C lines, Form D rows)."""

    code: str
    label: Text
    type: Literal["text", "code", "date", "int", "enum", "multi", "bool"]
    required: bool = False
    #: The codes allowed, and the enumeration of choices.toml they come from.
    choices: tuple[str, ...] = ()
    enum: str = ""
    definition: Text = Text("", "")


@dataclass(frozen=True)
class Register:
    """A line list: one record a row, found again by its key column."""

    code: str
    title: Text
    key: str
    columns: tuple[RegisterColumn, ...]


@dataclass(frozen=True)
class Choice:
    """One value of an enumeration (service, referral state, sex, sector …)."""

    code: str
    label: Text
    #: For services: referral, topic, on_site, support. For states: open, ended, excluded. For
    #: outcomes: their services.
    group: str = ""


@dataclass(frozen=True)
class Case:
    """A circumstance that changes what an issue code means.

    It has a consequence, and a sentence of its own where that differs.
    """

    consequence: Consequence
    text: Text | None = None


@dataclass(frozen=True)
class RuleDefinition:
    """A check over a return; the function in intake/validation begins with the same code."""

    code: str
    severity: Severity
    #: What the rule points at and an error blocks; empty when the check itself finds out which.
    fields: tuple[str, ...]
    message: Text
    advice: Text
    version: int = 1
    cases: Mapping[str, Case] = field(default_factory=dict)
    #: Those of `fields` the others are parts of: flagged, and blocked only when a second rule
    #: speaks against them too.
    wholes: tuple[str, ...] = ()
    #: Numbers by which the check itself decides.
    thresholds: Mapping[str, float] = field(default_factory=dict)

    @property
    def consequence(self) -> Consequence:
        """A broken rule blocks the cells it names; a doubtful value is asked about and taken."""
        return Consequence(self.severity, "cells" if self.severity == "error" else "none")


@dataclass(frozen=True)
class MessageDefinition:
    """The sentence of an input code, of a refusal, or of something that is only said."""

    code: str
    severity: Severity
    effect: Effect | Use
    text: Text
    cases: Mapping[str, Case] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _ = self.consequence

    @property
    def consequence(self) -> Consequence | None:
        """What the code does to a file; None when it is no issue of a file."""
        if self.effect == "refuse" or self.effect == "note":
            return None
        return Consequence(self.severity, self.effect)


@dataclass(frozen=True)
class TableDefinition:
    """One table analysts read: its name with schema, what a row is, and every column in order."""

    name: str
    grain: Text
    columns: Mapping[str, Text]
