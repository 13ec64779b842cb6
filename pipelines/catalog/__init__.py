"""The catalogue: fields, KPIs, forms, registers, services, rules and the sentences about them."""

import os
from functools import cache

from pipelines.catalog.load import (
    choices,
    digest_files,
    fields,
    find_definition,
    forms,
    kpis,
    list_card_codes,
    list_pages_of,
    measures,
    messages,
    pages,
    registers,
    rules,
    tables,
    units,
)
from pipelines.catalog.severity import choose_text, decide_consequence, list_cases, list_issue_codes
from pipelines.catalog.types import (
    LANGUAGES,
    Case,
    Choice,
    ComparisonModel,
    Consequence,
    Effect,
    Field,
    Form,
    Kpi,
    Language,
    Measure,
    MessageDefinition,
    Protection,
    Register,
    RegisterColumn,
    RuleDefinition,
    Severity,
    TableDefinition,
    Text,
    Unit,
)


def reader_language() -> Language:
    """Return the language of terminal and notebooks: `CAUNOI_LANG`, Vietnamese unless `en`."""
    return "en" if os.environ.get("CAUNOI_LANG", "vi").startswith("en") else "vi"


def find_field(code: str) -> Field:
    """Return the field `a04` or `a04_vol_close`; raises CatalogError with the nearest code."""
    return find_definition(fields(), "field", _named_field(code))


def find_measure(code: str) -> Measure:
    """Return the field or derived measure `code`; raises CatalogError with the nearest code."""
    return find_definition(measures(), "measure", _named_field(code))


@cache
def find_kpi(code: str) -> Kpi:
    """Return the KPI `T06` or `volunteers_per_team`; raises CatalogError with the nearest code.

    NOTE: the field b01 is never read as the KPI B01.
    """
    named = {k.name: k for k in kpis().values()}
    return find_definition({**kpis(), **named}, "KPI", code, folded=code not in measures())


def find_figure(code: str) -> Kpi | Measure:
    """Return whatever `code` names: a KPI, a field or a derived measure.

    Its own spelling wins over another case.
    """
    if code in measures():
        return measures()[code]
    if _named_field(code) != code:
        return find_measure(code)
    return find_kpi(code)


def _named_field(code: str) -> str:
    return next((f.code for f in fields().values() if f.name == code), code)


def format_sentence(code: str, language: Language, /, **values: object) -> str:
    """Return the sentence of an input code, rule or refusal with its values filled in.

    A Text among the values is said in `language`.
    """
    if code.startswith("rule-"):
        text = find_definition(rules(), "rule", code).message
    else:
        text = find_definition(messages(), "message", code).text
    return fill_sentence(text, language, **values)


def fill_sentence(text: Text, language: Language, /, **values: object) -> str:
    """Return a sentence with its values filled in; a Text among them is said in `language`."""
    spoken: dict[str, object] = {}
    for name, value in values.items():
        spoken[name] = value.of(language) if isinstance(value, Text) else value
    return text.of(language).format_map(_MissingValue(spoken))


class _MissingValue(dict[str, object]):
    """A value nobody gave reads as an ellipsis instead of failing an officer's message."""

    def __missing__(self, key: str) -> str:
        return "…"


__all__ = [
    "LANGUAGES",
    "Case",
    "Choice",
    "ComparisonModel",
    "Consequence",
    "Effect",
    "Field",
    "Form",
    "Kpi",
    "Language",
    "Measure",
    "MessageDefinition",
    "Protection",
    "Register",
    "RegisterColumn",
    "RuleDefinition",
    "Severity",
    "TableDefinition",
    "Text",
    "Unit",
    "choices",
    "choose_text",
    "decide_consequence",
    "digest_files",
    "fields",
    "fill_sentence",
    "find_definition",
    "find_field",
    "find_figure",
    "find_kpi",
    "find_measure",
    "format_sentence",
    "forms",
    "kpis",
    "list_card_codes",
    "list_cases",
    "list_issue_codes",
    "list_pages_of",
    "measures",
    "messages",
    "pages",
    "reader_language",
    "registers",
    "rules",
    "tables",
    "units",
]
