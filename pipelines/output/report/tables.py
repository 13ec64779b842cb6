"""The tables of a report: one row per KPI, per place, or per definition."""

from collections.abc import Sequence

from pipelines.catalog import Language
from pipelines.output.report.document import ReportCell, ReportTable
from pipelines.output.report.narrative import add_partial_mark
from pipelines.output.report.query import ReportQuery, kpi_label, load_layout
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, read_results, unit_label


def section_table(asked: ReportQuery, name: str, codes: Sequence[str]) -> ReportTable:
    """Make the table of a section: one row per KPI.

    Columns: label, unit, this period, the same period before, difference, returns.
    """
    language = asked.language
    heads = (
        translate("report.head_label", language),
        translate("report.head_unit", language),
        periods.format_period(asked.span, language),
        periods.format_period(asked.before, language),
        translate("report.head_change", language),
        translate("report.head_returns", language),
    )
    rows = tuple(_kpi_row(asked, code) for code in codes)
    return ReportTable(translate(f"report.{name}_table", language), heads, rows, names=2)


def _kpi_row(asked: ReportQuery, code: str) -> tuple[ReportCell, ...]:
    now, then, language = asked.current_result(code), asked.earlier_result(code), asked.language
    returns = ""
    if now.expected:
        returns = numbers.format_fraction(now.received, now.expected, language)
    return (
        ReportCell(kpi_label(code, language)),
        ReportCell(_unit_of(now, then, language)),
        make_cell(now, asked),
        make_cell(then, asked),
        _change_cell(now, then, asked),
        ReportCell(returns),
    )


def _unit_of(now: KpiResult, then: KpiResult, language: Language) -> str:
    """Return the unit of a row; a share of too few is no percentage but a count."""
    unit = unit_label(now.kpi, language)
    if not any(result.below_min_denominator and result.is_share for result in (now, then)):
        return unit
    return translate("report.unit_or_count", language, unit=unit)


def make_cell(a: KpiResult, asked: ReportQuery) -> ReportCell:
    """Write a figure without its unit, which has a column; its sign when there is no figure."""
    text = a.format_value(asked.language)
    if a.kpi.unit == "percent":
        text = text.replace(numbers.format_percent(0, asked.language, 0)[1:], "")
    value = a.value if a.is_known else None
    return ReportCell(add_partial_mark(text, a), value, a.kpi.decimals, a.is_partial)


def _change_cell(now: KpiResult, then: KpiResult, asked: ReportQuery) -> ReportCell:
    """Write the difference of two known figures; empty when one of them has too small a base."""
    for result in (now, then):
        if not result.makes_headline or result.below_min_denominator:
            return ReportCell("")
    difference = now.shown_value - then.shown_value
    decimals = now.kpi.decimals
    text = numbers.format_difference(difference, asked.language, decimals)
    return ReportCell(text, difference, decimals)


def appendix_table(asked: ReportQuery) -> ReportTable:
    """List the headline figures of every ward of the district, or every district of the city."""
    language, level = asked.language, asked.level
    heads = [translate(f"column.{level}", language)]
    columns = []
    for code in load_layout().appendix:
        heads.append(kpi_label(code, language))
        columns.append(read_results(asked.by_place, code))
    rows = []
    for i, first in enumerate(columns[0]):
        name = ReportCell(str(first.at[f"{level}_name"]))
        values = [make_cell(results[i], asked) for results in columns]
        rows.append((name, *values))
    title = translate(f"report.appendix_{level}", language)
    return ReportTable(title, tuple(heads), tuple(rows))


def definitions_table(asked: ReportQuery) -> ReportTable:
    """List what each figure of the report counts."""
    language = asked.language
    columns = ("code", "label", "unit", "definition")
    heads = tuple(translate_each("report.head_", columns, language))
    rows = []
    for code in load_layout().codes:
        kpi = find_kpi_definition(code)
        texts = (
            kpi.code,
            kpi.label.of(language),
            unit_label(kpi, language),
            kpi.definition.of(language),
        )
        rows.append(tuple(map(ReportCell, texts)))
    return ReportTable(translate("report.definitions", language), heads, tuple(rows), names=4)
