"""The heading and the table of a figure for the terminal, in either language."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi, Language, Measure
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.reference.periods import Span

#: Columns of a result that say where and when it is; those of places have their names beside them.
PLACES = ("district", "ward")
TIMES = ("quarter", "half", "year", "so_far")


def format_heading(code: str, period: Span, language: Language) -> str:
    """Write a heading such as `T06 · Số tình nguyện viên mỗi đội · 2020`."""
    figures = list(map(_find_figure, code.split("+")))
    label = " + ".join(figure.label.of(language) for figure in figures)
    unit = _unit_label(figures[0], language)
    return " · ".join((code, label, unit, periods.format_period(period, language)))


def answer_table(frame: pl.DataFrame, code: str, language: Language) -> pl.DataFrame:
    """Return one row a result: where it is, the figure, its base, returns, and a remark.

    Columns that are empty in every row are left out.
    """
    figure = _find_figure(code.split("+")[0])
    rows = [_answer_row(row, figure, language) for row in frame.to_dicts()]
    columns: dict[str, list[str]] = {}
    for name in rows[0] if rows else ():
        texts = [row[name] for row in rows]
        if any(texts):
            columns[translate(f"cli.column_{name}", language)] = texts
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def kpi_table(kpis: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a figure of `list_kpis`: code, name, unit, pages and definition."""
    heads = translate_each("cli.column_", ("code", "kpi", "unit", "pages", "definition"), language)
    rows = [_kpi_row(catalog.kpis()[code], pages, language) for code, pages in _pages_of(kpis)]
    return pl.DataFrame(rows, schema=heads, orient="row")


def _pages_of(kpis: pl.DataFrame) -> list[tuple[str, list[str]]]:
    return kpis.select("kpi", "pages").rows()


def _kpi_row(kpi: Kpi, pages: list[str], language: Language) -> list[str]:
    """Name the pages with a card for the figure; the page of definitions has them all."""
    names = translate_each("menu.", pages or ["definitions"], language)
    return [
        kpi.code,
        kpi.label.of(language),
        _unit_label(kpi, language),
        ", ".join(names),
        kpi.definition.of(language),
    ]


def numeric_heads(language: Language) -> frozenset[str]:
    """Return the heads of the columns of numbers."""
    return frozenset(translate_each("cli.column_", ("value", "base", "returns"), language))


def _answer_row(
    row: Mapping[str, Any], figure: Kpi | Measure, language: Language
) -> dict[str, str]:
    returns = ""
    if row["expected"]:
        returns = numbers.format_fraction(row["received"], row["expected"], language)
    return {
        **_place_and_time(row, language),
        "value": _format_value(row, figure, language),
        "base": _format_base(row, figure, language),
        "returns": returns,
        "remark": _format_remark(row, language),
    }


def _place_and_time(row: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Return the texts of the columns that say where, when and for which service a result is."""
    texts = {}
    for place in PLACES:
        if place in row:
            texts[f"{place}_code"] = str(row[place])
            named = row[f"{place}_name"] or row[place]
            texts[place] = str(named or translate("place.unassigned", language))
    for time in TIMES:
        if time in row:
            texts[time] = periods.format_period(str(row[time]), language)
    if "service" in row:
        texts["service"] = catalog.choices("service")[row["service"]].label.of(language)
    return texts


def _format_value(row: Mapping[str, Any], figure: Kpi | Measure, language: Language) -> str:
    if row["state"] != "reported":
        return numbers.SIGNS[row["state"]]
    if row["exactness"] == "bounds":
        kpi = figure if isinstance(figure, Kpi) else None
        return numbers.format_bounds(kpi, row["lower"], row["upper"], language)
    if isinstance(figure, Kpi):
        text = numbers.format_kpi_value(figure, row["value"], language)
    else:
        text = numbers.format_number(row["value"], language)
    return numbers.add_qualifier(text, row["qualifier"], language)


def _format_base(row: Mapping[str, Any], figure: Kpi | Measure, language: Language) -> str:
    """Write what a ratio is made of; nothing for a sum."""
    if not isinstance(figure, Kpi) or not figure.denominator or row["numerator"] is None:
        return ""
    return numbers.format_fraction(row["numerator"], row["denominator"], language)


def _format_remark(row: Mapping[str, Any], language: Language) -> str:
    """Write why there is no figure, or that it is not exact."""
    if row["state"] != "reported":
        return translate(f"cli.{row['state']}", language)
    remarks = []
    if row["exactness"] != "exact":
        remarks.append(translate(f"cli.{row['exactness']}", language))
    if row["partial"]:
        missing = numbers.format_number(row["missing"], language)
        reasons = numbers.format_missing_reasons(row["missing_by"], language)
        remarks.append(translate("cli.partial", language, n=missing, reasons=reasons))
    return "; ".join(remarks)


def _unit_label(figure: Kpi | Measure, language: Language) -> str:
    return catalog.units()[figure.unit].label.of(language)


def _find_figure(code: str) -> Kpi | Measure:
    return catalog.find_figure(code.strip())
