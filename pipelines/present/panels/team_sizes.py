"""Team sizes in, their histogram and the names of the smallest and largest teams out."""

from collections import Counter

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint
from pipelines.present.format import numbers
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, sort_descending

Limits = tuple[int, int]


def draw_size_histogram(
    found: list[KpiResult], whole: KpiResult, limits: Limits, language: Language
) -> ChartWithTable:
    """One column a size; sizes outside `limits` wear the accent; the mean of all is a dotted line."""
    sizes = Counter(round(a.value or 0) for a in found)
    if not sizes:
        return ChartWithTable(
            charts.draw_histogram([], accents=set()),
            translate("teams.sizes_none", language),
            pl.DataFrame(),
        )
    span = range(min(sizes), max(sizes) + 1)
    marks = [_size_point(size, sizes[size], language) for size in span]
    outside = {i for i, size in enumerate(span) if not limits[0] <= size <= limits[1]}
    mean = None if whole.value is None else whole.value - span[0]
    text = translate("card.mean", language, value=whole.format_value(language))
    figure = charts.draw_histogram(marks, accents=outside, mean=mean, mean_text=text)
    columns = translate("teams.column_size", language), translate("teams.column_teams", language)
    table = pl.DataFrame({columns[0]: [m.name for m in marks], columns[1]: [m.text for m in marks]})
    return ChartWithTable(figure, size_finding(sizes, limits, language), table)


def _size_point(size: int, count: int, language: Language) -> DataPoint:
    text = numbers.format_number(count, language)
    return DataPoint(
        str(size),
        count,
        text,
        translate("teams.size_hover", language, n=count, count=text, size=size),
    )


def size_finding(sizes: Counter[int], limits: Limits, language: Language) -> str:
    """How many teams lie inside the usual range, and which size is the most frequent."""
    inside = sum(n for size, n in sizes.items() if limits[0] <= size <= limits[1])
    mode = max(sizes, key=lambda size: (sizes[size], -size))
    values = {
        "inside": numbers.format_number(inside, language),
        "whole": numbers.format_number(sizes.total(), language),
    }
    return translate("teams.sizes", language, **values, low=limits[0], high=limits[1], mode=mode)


def list_extremes(found: list[KpiResult], limits: Limits, language: Language, most: int) -> str:
    """The smallest and the largest teams by name; what does not fit is counted."""
    small = sorted((a for a in found if (a.value or 0) < limits[0]), key=lambda a: a.value or 0)
    large = sorted((a for a in found if (a.value or 0) > limits[1]), key=lambda a: -(a.value or 0))
    parts = [
        _format_names("teams.small", small, limits[0], most, language),
        _format_names("teams.large", large, limits[1], most, language),
    ]
    return " ".join(p for p in parts if p)


def _format_names(
    key: str, found: list[KpiResult], limit: int, most: int, language: Language
) -> str:
    if not found:
        return ""
    names = [
        f"{a.at['ward_name']} ({a.at['district_name']}) {round(a.value or 0)}" for a in found[:most]
    ]
    more = translate("card.and_more", language, n=len(found) - most) if len(found) > most else ""
    return translate(key, language, limit=limit, names=", ".join(names) + more)


def kpi_points(found: list[KpiResult], language: Language) -> list[DataPoint]:
    """One mark a KPI, largest first, named by the KPI."""
    names = distinct_names([a.kpi.label.of(language) for a in found])
    return sort_descending(
        [_kpi_point(a, name, language) for a, name in zip(found, names, strict=True)]
    )


def distinct_names(names: list[str]) -> list[str]:
    """Names without the beginning ("New clients: ") and the end (" (pilot)") that all of them share."""
    heads, tails = {n.partition(": ")[0] for n in names}, {n.rpartition(" (")[2] for n in names}
    if len(names) > 1 and len(heads) == 1 and all(": " in n for n in names):
        names = [n.partition(": ")[2] for n in names]
    if len(names) > 1 and len(tails) == 1 and all(" (" in n for n in names):
        names = [n.rpartition(" (")[0] for n in names]
    return [n[:1].upper() + n[1:] for n in names]


def _kpi_point(a: KpiResult, name: str, language: Language) -> DataPoint:
    return DataPoint(
        name,
        a.value if a.is_known else None,
        a.format_value(language),
        a.format_sentence(name, language),
        a.state,
        a.kpi.code,
    )


def leading_finding(found: list[DataPoint], key: str, language: Language) -> str:
    """The sentence `key` about the leading mark, or that there is nothing yet."""
    if not found or not found[0].value:
        return translate(f"{key}_none", language)
    return translate(key, language, top=found[0].name, n=found[0].text)
