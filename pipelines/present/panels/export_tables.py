"""The tables that accompany exported figures: what each means, and how many returns it needs."""

from collections.abc import Sequence

import polars as pl

from pipelines.catalog import Language
from pipelines.kpi.geography import REPORTED
from pipelines.present.chart_data import text_table
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, unit_label
from pipelines.present.panels import definitions
from pipelines.privacy.scope import Scope

#: An answer, and its period in words when it is not the page's.
Told = tuple[KpiResult, str]


def headline_table(found: list[Told], language: Language) -> pl.DataFrame:
    """Return one row a figure as its card shows it: name, value, unit, base.

    A period of the figure's own stands before the base.
    """
    heads = translate_each("take.column_", ("figure", "value", "unit", "base"), language)
    rows = []
    for a, period in found:
        base = " · ".join(filter(None, (period, a.format_base(language))))
        name, unit = a.kpi.label.of(language), unit_label(a.kpi, language)
        rows.append([name, a.format_value(language), unit, base])
    return text_table(heads, rows)


def meaning_table(codes: list[str], language: Language) -> pl.DataFrame:
    """Return one row a KPI: code, name, unit, definition with caveats, formula in words, form."""
    heads = translate_each(
        "take.column_", ("code", "figure", "unit", "means", "formula", "form"), language
    )
    rows = []
    for kpi in map(find_kpi_definition, codes):
        name, unit = kpi.label.of(language), unit_label(kpi, language)
        meaning = definitions.define_kpi(kpi, language)
        formula = definitions.format_formula(kpi, language)
        form = definitions.list_forms(kpi, language)
        rows.append([kpi.code, name, unit, meaning, formula, form])
    return text_table(heads, rows)


def coverage_table(found: list[Told], language: Language) -> pl.DataFrame:
    """Return one row a KPI over the whole selection.

    The columns are value, unit, numerator, denominator, returns received and expected, the values
    missing, a period of its own, and in one geography how exact each is. A missing value keeps its
    sign in every column; a count that a kind of figure does not have stays empty.
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
        "missing",
        "period",
    )
    rows = [[*_coverage_row(a, language), when] for a, when in found]
    named = list(translate_each("take.column_", heads, language))
    exactness = [a.format_exactness(language) for a, _ in found]
    if any(exactness):
        named.append(translate("geography.column", language))
        rows = [[*row, text] for row, text in zip(rows, exactness, strict=True)]
    return text_table(named, rows)


def _coverage_row(a: KpiResult, language: Language) -> list[str]:
    sign = "" if a.is_known else numbers.SIGNS.get(a.state, "")

    def count(value: float | None) -> str:
        if sign or value is None:
            return sign
        return numbers.format_trimmed(value, language, 4)

    received = expected = ""
    if a.expected:
        received = numbers.format_number(a.received, language)
        expected = numbers.format_number(a.expected, language)
    return [
        a.kpi.code,
        a.kpi.label.of(language),
        a.format_value(language),
        unit_label(a.kpi, language),
        count(a.numerator),
        count(a.denominator) if a.kpi.denominator else "",
        received,
        expected,
        a.format_reasons(language),
    ]


def contents_table(rows: list[tuple[str, str, str]], language: Language) -> pl.DataFrame:
    """Return one row a sheet of a workbook: number, finding, what and where."""
    heads = translate_each("take.column_", ("sheet", "finding", "about"), language)
    return text_table(heads, rows)


def query_code(
    codes: Sequence[str],
    by: Sequence[str],
    period: str,
    places: Sequence[str],
    build: str,
    scope: Scope,
    geography: str = REPORTED,
) -> str:
    """Return Python code that gives the same rows over the same home, and their hash."""
    arguments = [_format_list(codes), f"by={_format_list(by)}", f'period="{period}"']
    if places:
        arguments.append(f"place={_format_list(places)}")
    if geography != REPORTED:
        arguments.append(f'geography="{geography}"')
    imports = ["from pipelines import kpi"]
    if not scope.sees_all:
        imports.append("from pipelines.privacy.scope import Scope")
        arguments.append(f"scope=Scope({_rights(scope)})")
    arguments.append("store=store")
    lines = [f"    {argument}," for argument in arguments]
    opened = [f'store = kpi.open_store(build_name="{build}")', "answer = kpi.figures("]
    return "\n".join([*imports, "", *opened, *lines, ")", "print(kpi.digest(answer))", "answer"])


def _rights(scope: Scope) -> str:
    """Return the arguments that make this scope again."""
    districts = f", frozenset({_format_list(sorted(scope.districts))})" if scope.districts else ""
    return f'"{scope.role}"{districts}'


def _format_list(codes: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{c}"' for c in codes) + "]"
