"""Figures in, the tables of a report out: one row a KPI, one row a place, one row a definition."""

from collections.abc import Sequence

from pipelines.output.report.document import ReportCell, ReportTable
from pipelines.output.report.narrative import add_partial_mark, is_partial
from pipelines.output.report.query import ReportQuery, kpi_label, load_layout
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, read_results, unit_label


def section_table(asked: ReportQuery, name: str, codes: Sequence[str]) -> ReportTable:
    """Label, unit, this period, the same period before, difference, returns."""
    language = asked.language
    before = periods.format_period(asked.before, language)
    heads = [translate(f"report.head_{h}", language) for h in ("label", "unit")]
    heads += [
        periods.format_period(asked.span, language),
        before,
        translate("report.head_change", language),
    ]
    heads.append(translate("report.head_returns", language))
    rows = tuple(_kpi_row(asked, code) for code in codes)
    return ReportTable(translate(f"report.{name}_table", language), tuple(heads), rows, names=2)


def _kpi_row(asked: ReportQuery, code: str) -> tuple[ReportCell, ...]:
    now, then, language = asked.current_result(code), asked.earlier_result(code), asked.language
    returns = numbers.format_fraction(now.received, now.expected, language) if now.expected else ""
    words = ReportCell(kpi_label(code, language)), ReportCell(unit_label(now.kpi, language))
    return (
        *words,
        make_cell(now, asked),
        make_cell(then, asked),
        _change_cell(now, then, asked),
        ReportCell(returns),
    )


def make_cell(a: KpiResult, asked: ReportQuery) -> ReportCell:
    """A figure as written, without its unit where the unit has a column; its sign when there is none."""
    text = a.format_value(asked.language)
    if a.kpi.unit == "percent":
        text = text.replace(numbers.format_percent(0, asked.language, 0)[1:], "")
    return ReportCell(
        add_partial_mark(text, a), a.value if a.is_known else None, a.kpi.decimals, is_partial(a)
    )


def _change_cell(now: KpiResult, then: KpiResult, asked: ReportQuery) -> ReportCell:
    if (
        not (now.is_known and then.is_known)
        or now.below_min_denominator
        or then.below_min_denominator
    ):
        return ReportCell("")
    difference = (now.value or 0) - (then.value or 0)
    decimals = now.kpi.decimals
    return ReportCell(
        numbers.format_difference(difference, asked.language, decimals), difference, decimals
    )


def appendix_table(asked: ReportQuery) -> ReportTable:
    """Every ward of the district, or every district of the city, with the headline figures."""
    codes = load_layout().appendix
    found = {code: read_results(asked.by_place, code) for code in codes}
    level = asked.level
    heads = (
        translate(f"column.{level}", asked.language),
        *(kpi_label(c, asked.language) for c in codes),
    )
    rows = tuple(
        (
            ReportCell(str(first.at[f"{level}_name"])),
            *(make_cell(found[code][i], asked) for code in codes),
        )
        for i, first in enumerate(found[codes[0]])
    )
    return ReportTable(translate(f"report.appendix_{level}", asked.language), heads, rows)


def definitions_table(asked: ReportQuery) -> ReportTable:
    """What each figure of the report counts."""
    heads = tuple(
        translate(f"report.head_{h}", asked.language)
        for h in ("code", "label", "unit", "definition")
    )
    kpis = [find_kpi_definition(code) for code in load_layout().codes]
    rows = tuple(
        (
            ReportCell(k.code),
            ReportCell(k.label.of(asked.language)),
            ReportCell(unit_label(k, asked.language)),
            ReportCell(k.definition.of(asked.language)),
        )
        for k in kpis
    )
    return ReportTable(translate("report.definitions", asked.language), heads, rows, names=4)
