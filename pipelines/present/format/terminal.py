"""A figure's answer in, the heading and the table that a terminal prints out, as each language writes them."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines import catalog
from pipelines.catalog import Kpi, Language, Measure
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate
from pipelines.reference.periods import Span

#: Columns of an answer that say where and when it is; those of places have their names beside them.
PLACES = ("district", "ward")
TIMES = ("quarter", "half", "year", "so_far")


def format_heading(code: str, period: Span, language: Language) -> str:
    """`T06 · Số tình nguyện viên mỗi đội · 2020`."""
    names = [_find_figure(part) for part in code.split("+")]
    label = " + ".join(named.label.of(language) for named in names)
    return " · ".join(
        (code, label, _unit_label(names[0], language), periods.format_period(period, language))
    )


def answer_table(frame: pl.DataFrame, code: str, language: Language) -> pl.DataFrame:
    """One row as the answer has; where it is, the figure, what it is made of, returns, and what must be said of it."""
    figure = _find_figure(code.split("+")[0])
    rows = [_answer_row(row, figure, language) for row in frame.to_dicts()]
    columns = [name for name in (rows[0] if rows else {}) if any(row[name] for row in rows)]
    heads = {
        translate(f"cli.column_{name}", language): [row[name] for row in rows] for name in columns
    }
    return pl.DataFrame(heads, schema=dict.fromkeys(heads, pl.String))


def numeric_heads(language: Language) -> frozenset[str]:
    """Heads of the columns of numbers."""
    return frozenset(
        translate(f"cli.column_{name}", language) for name in ("value", "base", "returns")
    )


def _answer_row(
    row: Mapping[str, Any], figure: Kpi | Measure, language: Language
) -> dict[str, str]:
    at: dict[str, str] = {}
    for place in PLACES:
        if place in row:
            at |= {f"{place}_code": str(row[place]), place: str(row[f"{place}_name"])}
    at |= {time: periods.format_period(str(row[time]), language) for time in TIMES if time in row}
    if "service" in row:
        at["service"] = catalog.choices("service")[row["service"]].label.of(language)
    return at | {
        "value": _format_value(row, figure, language),
        "base": _format_base(row, figure, language),
        "returns": numbers.format_fraction(row["received"], row["expected"], language)
        if row["expected"]
        else "",
        "remark": _format_remark(row, language),
    }


def _format_value(row: Mapping[str, Any], figure: Kpi | Measure, language: Language) -> str:
    if row["state"] != "reported":
        return numbers.SIGNS[row["state"]]
    if not isinstance(figure, Kpi):
        return numbers.add_qualifier(
            numbers.format_number(row["value"], language), row["qualifier"], language
        )
    return numbers.add_qualifier(
        numbers.format_kpi_value(figure, row["value"], language), row["qualifier"], language
    )


def _format_base(row: Mapping[str, Any], figure: Kpi | Measure, language: Language) -> str:
    """What a ratio is made of; nothing for a sum."""
    if not isinstance(figure, Kpi) or not figure.denominator or row["numerator"] is None:
        return ""
    return numbers.format_fraction(row["numerator"], row["denominator"], language)


def _format_remark(row: Mapping[str, Any], language: Language) -> str:
    """Why there is no figure, or what it is not."""
    if row["state"] != "reported":
        return translate(f"cli.{row['state']}", language)
    return "" if row["exactness"] == "exact" else translate(f"cli.{row['exactness']}", language)


def _unit_label(figure: Kpi | Measure, language: Language) -> str:
    return catalog.units()[figure.unit].label.of(language)


def _find_figure(code: str) -> Kpi | Measure:
    return catalog.find_figure(code.strip())
