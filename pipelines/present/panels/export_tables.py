"""What goes with figures that leave the page: what each means, and how many returns stand behind it."""

from collections.abc import Sequence

import polars as pl

from pipelines.catalog import Language
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers
from pipelines.present.i18n import translate_each
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, list_caveats, unit_label
from pipelines.present.panels import definitions
from pipelines.privacy.scope import Scope

#: An answer, and its period in words when it is not the page's.
Told = tuple[KpiResult, str]


def headline_table(found: list[Told], language: Language) -> pl.DataFrame:
    """One row a figure as its card shows it: name, value, unit, base after a period of its own."""
    heads = translate_each("take.column_", ("figure", "value", "unit", "base"), language)
    bases = [" · ".join(p for p in (when, a.format_base(language)) if p) for a, when in found]
    rows = [
        [a.kpi.label.of(language), a.format_value(language), unit_label(a.kpi, language), base]
        for (a, _), base in zip(found, bases, strict=True)
    ]
    return text_table(heads, rows)


def meaning_table(codes: list[str], language: Language) -> pl.DataFrame:
    """One row a KPI: code, name, unit, definition with what must be said beside it, formula in words, form."""
    heads = translate_each(
        "take.column_", ("code", "figure", "unit", "means", "formula", "form"), language
    )
    rows = []
    for kpi in map(find_kpi_definition, codes):
        means = " ".join(p for p in (kpi.definition.of(language), list_caveats(kpi, language)) if p)
        formula, form = (
            definitions.format_formula(kpi, language),
            definitions.list_forms(kpi, language),
        )
        rows.append(
            [kpi.code, kpi.label.of(language), unit_label(kpi, language), means, formula, form]
        )
    return text_table(heads, rows)


def coverage_table(found: list[Told], language: Language) -> pl.DataFrame:
    """One row a KPI over the whole choice: value, numerator, denominator, returns received and expected, own period.

    A nothing keeps its sign in every column; a count that a kind of figure does not have stays empty.
    """
    heads = (
        "code",
        "figure",
        "value",
        "unit",
        "numerator",
        "denominator",
        "received",
        "expected",
        "period",
    )
    rows = [[*_coverage_row(a, language), when] for a, when in found]
    named = translate_each("take.column_", heads, language)
    return text_table(named, rows)


def _coverage_row(a: KpiResult, language: Language) -> list[str]:
    sign = "" if a.is_known else numbers.SIGNS.get(a.state, "")

    def count(value: float | None) -> str:
        return sign or ("" if value is None else numbers.format_trimmed(value, language, 4))

    returns = [
        numbers.format_number(n, language) if a.expected else "" for n in (a.received, a.expected)
    ]
    base = [count(a.numerator), count(a.denominator) if a.kpi.denominator else ""]
    return [
        a.kpi.code,
        a.kpi.label.of(language),
        a.format_value(language),
        unit_label(a.kpi, language),
        *base,
        *returns,
    ]


def contents_table(rows: list[tuple[str, str, str]], language: Language) -> pl.DataFrame:
    """One row a sheet of a workbook: number, finding, what and where."""
    heads = translate_each("take.column_", ("sheet", "finding", "about"), language)
    return text_table(heads, rows)


def query_code(
    codes: Sequence[str],
    by: Sequence[str],
    period: str,
    places: Sequence[str],
    build: str,
    scope: Scope,
) -> str:
    """Python text; run over the same home it gives the same rows, and their hash."""
    asked = [
        _format_list(codes),
        f"by={_format_list(by)}",
        f'period="{period}"',
        *([f"place={_format_list(places)}"] if places else []),
    ]
    imports = ["from pipelines import kpi"]
    if not scope.sees_all:
        imports.append("from pipelines.privacy.scope import Scope")
        asked.append(f"scope=Scope({_rights(scope)})")
    lines = [f"    {argument}," for argument in [*asked, "store=store"]]
    opened = [f'store = kpi.open_store(build_name="{build}")', "answer = kpi.figures("]
    return "\n".join([*imports, "", *opened, *lines, ")", "print(kpi.digest(answer))", "answer"])


def _rights(scope: Scope) -> str:
    """The arguments that make this scope again."""
    districts = f", frozenset({_format_list(sorted(scope.districts))})" if scope.districts else ""
    return f'"{scope.role}"{districts}'


def _format_list(codes: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{c}"' for c in codes) + "]"
