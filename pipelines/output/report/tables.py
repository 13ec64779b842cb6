"""The tables of a report: one row per KPI, per place, or per definition."""

from collections.abc import Sequence

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
    rows = tuple(_kpi_row(asked, code) for code in codes if _has_row(asked, code))
    return ReportTable(translate(f"report.{name}_table", language), heads, rows, names=2)


def _has_row(asked: ReportQuery, code: str) -> bool:
    """Is there a row for the figure? Not where it never applied, nor for a target of the city."""
    now, then = asked.current_result(code), asked.earlier_result(code)
    if now.kpi.kind == "progress" and asked.places:
        return False
    return now.expected > 0 or now.state != "not_applicable" or then.state != "not_applicable"


def _kpi_row(asked: ReportQuery, code: str) -> tuple[ReportCell, ...]:
    now, then, language = asked.current_result(code), asked.earlier_result(code), asked.language
    returns = ""
    if now.expected:
        returns = numbers.format_fraction(now.received, now.expected, language)
    # NOTE: a rate on too few is written as its counts, which are no percentages.
    has_counts = now.below_min_denominator or then.below_min_denominator
    return (
        ReportCell(kpi_label(code, language)),
        ReportCell("" if has_counts else unit_label(now.kpi, language)),
        make_cell(now, asked, has_unit=has_counts),
        make_cell(then, asked, has_unit=has_counts),
        _change_cell(code, asked),
        ReportCell(returns),
    )


def make_cell(a: KpiResult, asked: ReportQuery, *, has_unit: bool = False) -> ReportCell:
    """Write a figure without its unit, which has a column; its sign when there is no figure.

    A percentage keeps its sign with `has_unit`.
    """
    text = a.format_value(asked.language)
    if a.kpi.unit == "percent" and not has_unit:
        text = text.replace(numbers.format_percent(0, asked.language, 0)[1:], "")
    # NOTE: what is known between two values only is no number of a workbook either.
    value = a.value if a.is_known and not a.has_bounds else None
    return ReportCell(add_partial_mark(text, a), value, a.kpi.decimals, a.is_partial)


def _change_cell(code: str, asked: ReportQuery) -> ReportCell:
    """Write the difference of two known figures; empty when one of them has too small a base."""
    change = asked.compare(code)
    if change is None:
        return ReportCell("")
    decimals = change.now.kpi.decimals
    text = numbers.format_difference(change.difference, asked.language, decimals)
    return ReportCell(text, change.difference, decimals)


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
        named = str(first.at[f"{level}_name"]) or translate("place.unassigned", language)
        name = ReportCell(named)
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
