"""Answers of several KPIs in, ranked marks named by their KPI and the sentence about the leading one out."""

from pipelines.catalog import Language
from pipelines.present.answers import Answer, ranked
from pipelines.present.marks import Mark
from pipelines.present.text import say


def marks(found: list[Answer], language: Language) -> list[Mark]:
    """One mark a KPI, largest first, named by the KPI."""
    return ranked([_mark(a, language) for a in found])


def _mark(a: Answer, language: Language) -> Mark:
    name = a.kpi.label.of(language)
    return Mark(name, a.value if a.known else None, a.text(language), a.sentence(name, language), a.state, a.kpi.code)


def finding(found: list[Mark], key: str, language: Language) -> str:
    """The sentence `key` about the leading mark, or that there is nothing yet."""
    if not found or not found[0].value:
        return say(f"{key}_none", language)
    return say(key, language, top=found[0].name, n=found[0].text)
