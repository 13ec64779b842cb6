"""The shape of every catalogue file, for the check of definitions only.

A type is never converted, an unknown key never accepted. What the keys mean stands in `types.py`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from pipelines.catalog.types import (
    ComparisonModel,
    Effect,
    OverPlace,
    OverTime,
    Protection,
    Severity,
    Use,
)

Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
QuarterCode = Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")]


class Entry(BaseModel):
    """One entry of a file; every key it may have is named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class LabelEntry(Entry):
    """A label in both languages."""

    vi: Words
    en: Words


class DefinedEntry(LabelEntry):
    """A label with its definition."""

    about_vi: Words
    about_en: Words


class UnitEntry(LabelEntry):
    """units.toml: what is counted."""

    kind: Literal["people", "events", "stock", "money", "ratio"]
    #: Further words behind a number that mean this unit.
    spellings: list[Words] = []


class MeasureEntry(DefinedEntry):
    """measures.toml: what the build derives for a reporter and a quarter."""

    unit: Code
    over_time: OverTime
    over_place: OverPlace = "sum"
    protected: Protection = True


class FieldEntry(MeasureEntry):
    """fields_a.toml and fields_b.toml: a number that a form asks for."""

    name: Code
    section: Code
    required: bool = True
    qualifier: bool = False
    since: Annotated[int, Field(ge=1)] = 1
    twin: Code | None = None
    part_of: Code | None = None
    parts: list[Code] = []
    parts_kind: Literal["exact", "overlap"] | None = None
    splits: list[list[Code]] = []
    page: Code | None = None
    card: Code | None = None


class KpiEntry(DefinedEntry):
    """kpis.toml: a figure and its formula."""

    name: Code
    story: Code
    unit: Code
    kind: Literal["sum", "ratio", "referrals", "returns", "growth", "progress"]
    numerator: Words
    denominator: str = ""
    model: ComparisonModel = "count"
    per: Annotated[int, Field(ge=1)] = 1
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    direction: Literal["up", "down", "none"] = "none"
    min_denominator: Annotated[int, Field(ge=0)] = 0
    protected: Protection = True
    programme: str = ""
    services: list[Code] = []
    since: QuarterCode | Literal[""] = ""
    starred: bool = False
    core: bool = False
    caveats: list[Code] = []
    page: Code | None = None
    card: Code | None = None


class FormEntry(LabelEntry):
    """forms.toml: a form, who reports on it, and its sections."""

    reporter: Literal["team", "point", "city"]
    version: Annotated[int, Field(ge=1)]
    since: QuarterCode
    sections: dict[Code, LabelEntry]
    instructions: list[LabelEntry] = []


class ColumnEntry(LabelEntry):
    """A column of a register."""

    type: Literal["text", "code", "date", "int", "enum", "multi", "bool"]
    required: bool = False
    enum: Code | None = None
    about_vi: str = ""
    about_en: str = ""


class RegisterEntry(LabelEntry):
    """registers.toml: a line list and its columns."""

    key: Code
    columns: dict[Code, ColumnEntry]


class ChoiceEntry(LabelEntry):
    """One value of an enumeration of choices.toml."""

    group: str = ""


class CaseEntry(Entry):
    """A circumstance that changes what an issue means."""

    severity: Severity
    effect: Effect = "none"
    vi: Words | None = None
    en: Words | None = None


class RuleEntry(LabelEntry):
    """rules.toml: a check over a return."""

    severity: Severity
    fields: list[Code]
    wholes: list[Code] = []
    advice_vi: str
    advice_en: str
    version: Annotated[int, Field(ge=1)] = 1
    thresholds: dict[Code, float] = {}
    cases: dict[Code, CaseEntry] = {}


class MessageEntry(LabelEntry):
    """messages.toml: a sentence and what it stands for."""

    severity: Severity
    effect: Effect | Use
    cases: dict[Code, CaseEntry] = {}


BothLanguages = Annotated[list[Words], Field(min_length=2, max_length=2)]


class TableEntry(Entry):
    """A table of the warehouse in mart.toml."""

    grain: BothLanguages
    columns: list[Code]
    own: dict[Code, BothLanguages] = {}


class WarehouseFile(Entry):
    """mart.toml: the columns shared by tables, and the tables."""

    columns: dict[Code, BothLanguages]
    tables: dict[str, TableEntry]


Spellings = Annotated[list[Words], Field(min_length=1)]

#: What a key of template.toml holds, by section; "" stands for the others.
TEMPLATE_KINDS: dict[str, Any] = {"columns": Spellings, "counts": Spellings, "": Words}
#: The words of template.toml, section by section.
TEMPLATE_WORDS = {
    "sheets": "form guide previous fixes",
    "columns": "code label unit previous value qualifier note",
    "counts": "none",
    "district": "commune name qualifier note",
    "heading": "title sender unit code period due status lines dates team point invented",
    "input": """
        count_title count_error choice_title lines_about choice_error date_title date_error
        qualifier_title qualifier_about note_title note_about many required
    """,
    "guide": "title how colours input locked fields legal contact",
    "print": "footer page",
    "fixes": """
        title lead clean errors warnings severity where name text message more rest error warning
        info author
    """,
}
#: The cards that the views draw, page by page: pages.toml names figures for each.
PAGE_CARDS = {
    "shared": "headlines",
    "overview": "headline targets",
    "teams": "headline size_trend size_map size_places load_trend work notebook",
    "clients": """
        persons contacts new_clients contacts_trend topics modes groups women_and_ages
        new_places reach review outreach team_contacts notebook
    """,
    "referrals": "support pilot notebook",
    "points": "headline movement notebook",
    "activities": "rehab work clubs security communication models notebook",
    "quality": "headline notebook",
    "compare": "side_by_side",
    "place": "profile peers",
}


def _make_file_model(name: str, sections: dict[str, str], kinds: dict[str, Any]) -> type[BaseModel]:
    """Make the model of a file of sections whose keys are all required.

    `kinds` says what a key of a section holds; "" stands for every section it does not name.
    """
    fields: dict[str, Any] = {}
    for section, keys in sections.items():
        kind = kinds.get(section, kinds[""])
        of_section: dict[str, Any] = dict.fromkeys(keys.split(), (kind, ...))
        fields[section] = (create_model(f"{name}_{section}", __base__=Entry, **of_section), ...)
    return create_model(name, __base__=Entry, **fields)


#: The model of each file of the catalogue.
FILE_MODELS: dict[str, type[BaseModel]] = {
    "units": RootModel[dict[Code, UnitEntry]],
    "choices": RootModel[dict[Code, dict[str, ChoiceEntry]]],
    "forms": RootModel[dict[Code, FormEntry]],
    "fields_a": RootModel[dict[Code, FieldEntry]],
    "fields_b": RootModel[dict[Code, FieldEntry]],
    "measures": RootModel[dict[Code, MeasureEntry]],
    "registers": RootModel[dict[Code, RegisterEntry]],
    "kpis": RootModel[dict[Code, KpiEntry]],
    "pages": _make_file_model("PagesFile", PAGE_CARDS, {"": list[Code]}),
    "rules": RootModel[dict[Code, RuleEntry]],
    "messages": RootModel[dict[Code, MessageEntry]],
    "mart": WarehouseFile,
    "template": _make_file_model(
        "TemplateFile", TEMPLATE_WORDS, {"columns": Spellings, "counts": Spellings, "": Words}
    ),
}
