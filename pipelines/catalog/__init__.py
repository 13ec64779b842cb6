"""What is counted, said once: fields, KPIs, forms, registers, services, rules and every sentence about them."""

from pipelines.catalog.load import choices, fields, find, forms, kpis, measures, messages, registers, rules, units
from pipelines.catalog.types import (
    LANGUAGES,
    Choice,
    Column,
    Field,
    Form,
    Kpi,
    Language,
    Measure,
    Message,
    Register,
    Rule,
    Severity,
    Text,
    Unit,
)


def field(code: str) -> Field:
    """The field `a04`; raises CatalogError with the nearest code."""
    return find(fields(), "field", code)


def measure(code: str) -> Measure:
    """The field or derived measure `code`; raises CatalogError with the nearest code."""
    return find(measures(), "measure", code)


def kpi(code: str) -> Kpi:
    """The KPI `T06` or `volunteers_per_team`; raises CatalogError with the nearest code."""
    named = {k.name: k for k in kpis().values()}
    return named[code] if code in named else find(kpis(), "KPI", code)


def sentence(code: str, language: Language, /, **values: object) -> str:
    """The sentence of an input code, rule or refusal with its values filled in."""
    rule = code.startswith("rule-")
    text = find(rules(), "rule", code).message if rule else find(messages(), "message", code).text
    return text.of(language).format_map(_Blank(values))


class _Blank(dict[str, object]):
    """A value nobody gave reads as an ellipsis instead of failing an officer's message."""

    def __missing__(self, key: str) -> str:
        return "…"


__all__ = [
    "LANGUAGES",
    "Choice",
    "Column",
    "Field",
    "Form",
    "Kpi",
    "Language",
    "Measure",
    "Message",
    "Register",
    "Rule",
    "Severity",
    "Text",
    "Unit",
    "choices",
    "field",
    "fields",
    "find",
    "forms",
    "kpi",
    "kpis",
    "measure",
    "measures",
    "messages",
    "registers",
    "rules",
    "sentence",
    "units",
]
