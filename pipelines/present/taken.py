"""What goes with figures that leave the page: what each means, and how many returns stand behind it."""

import polars as pl

from pipelines.catalog import Language
from pipelines.present import definitions, display
from pipelines.present.answers import Answer, caveats, definition, unit_of
from pipelines.present.text import say

#: An answer, and its period in words when it is not the page's.
Told = tuple[Answer, str]


def headlines(found: list[Told], language: Language) -> pl.DataFrame:
    """One row a figure as its card shows it: name, value, unit, base after a period of its own."""
    heads = [say(f"take.column_{h}", language) for h in ("figure", "value", "unit", "base")]
    bases = [" · ".join(p for p in (when, a.base(language)) if p) for a, when in found]
    rows = [
        [a.kpi.label.of(language), a.text(language), unit_of(a.kpi, language), base]
        for (a, _), base in zip(found, bases, strict=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def meanings(codes: list[str], language: Language) -> pl.DataFrame:
    """One row a KPI: code, name, unit, definition with what must be said beside it, formula in words, form."""
    heads = [say(f"take.column_{h}", language) for h in ("code", "figure", "unit", "means", "formula", "form")]
    rows = []
    for kpi in map(definition, codes):
        means = " ".join(p for p in (kpi.definition.of(language), caveats(kpi, language)) if p)
        formula, form = definitions.formula(kpi, language), definitions.form(kpi, language)
        rows.append([kpi.code, kpi.label.of(language), unit_of(kpi, language), means, formula, form])
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def coverage(found: list[Told], language: Language) -> pl.DataFrame:
    """One row a KPI over the whole choice: value, numerator, denominator, returns received and expected, own period.

    A nothing keeps its sign in every column; a count that a kind of figure does not have stays empty.
    """
    heads = ("code", "figure", "value", "unit", "numerator", "denominator", "received", "expected", "period")
    rows = [[*_covered(a, language), when] for a, when in found]
    named = [say(f"take.column_{h}", language) for h in heads]
    return pl.DataFrame(rows, schema=dict.fromkeys(named, pl.String), orient="row")


def _covered(a: Answer, language: Language) -> list[str]:
    sign = "" if a.known else display.SIGNS.get(a.state, "")

    def count(value: float | None) -> str:
        return sign or ("" if value is None else display.trimmed(value, language, 4))

    returns = [display.number(n, language) if a.expected else "" for n in (a.received, a.expected)]
    base = [count(a.numerator), count(a.denominator) if a.kpi.denominator else ""]
    return [a.kpi.code, a.kpi.label.of(language), a.text(language), unit_of(a.kpi, language), *base, *returns]


def contents(rows: list[tuple[str, str, str]], language: Language) -> pl.DataFrame:
    """One row a sheet of a workbook: number, finding, what and where."""
    heads = [say(f"take.column_{h}", language) for h in ("sheet", "finding", "about")]
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
