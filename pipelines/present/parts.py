"""Answers of several KPIs in, ranked marks named by their KPI and the sentence about the leading one out."""

from pipelines.catalog import Language
from pipelines.present.answers import Answer, ranked
from pipelines.present.marks import Mark
from pipelines.present.text import say


def marks(found: list[Answer], language: Language) -> list[Mark]:
    """One mark a KPI, largest first, named by the KPI."""
    names = distinct([a.kpi.label.of(language) for a in found])
    return ranked([_mark(a, name, language) for a, name in zip(found, names, strict=True)])


def distinct(names: list[str]) -> list[str]:
    """Names without the beginning ("New clients: ") and the end (" (pilot)") that all of them share."""
    heads, tails = {n.partition(": ")[0] for n in names}, {n.rpartition(" (")[2] for n in names}
    if len(names) > 1 and len(heads) == 1 and all(": " in n for n in names):
        names = [n.partition(": ")[2] for n in names]
    if len(names) > 1 and len(tails) == 1 and all(" (" in n for n in names):
        names = [n.rpartition(" (")[0] for n in names]
    return [n[:1].upper() + n[1:] for n in names]


def _mark(a: Answer, name: str, language: Language) -> Mark:
    return Mark(name, a.value if a.known else None, a.text(language), a.sentence(name, language), a.state, a.kpi.code)


def finding(found: list[Mark], key: str, language: Language) -> str:
    """The sentence `key` about the leading mark, or that there is nothing yet."""
    if not found or not found[0].value:
        return say(f"{key}_none", language)
    return say(key, language, top=found[0].name, n=found[0].text)
