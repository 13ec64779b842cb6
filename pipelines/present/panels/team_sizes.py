"""The sizes of teams: their histogram, and the smallest and largest teams by name."""

from collections import Counter

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, find_common_state, sort_descending

Limits = tuple[int, int]


def draw_size_histogram(
    found: list[KpiResult], whole: KpiResult, limits: Limits, language: Language
) -> ChartWithTable:
    """Draw one column a size; sizes outside `limits` have the accent colour.

    The mean of all is a dotted line.
    """
    sizes = Counter(round(a.value_or_zero) for a in found)
    if not sizes:
        empty = charts.draw_histogram([], accents=set())
        name = whole.kpi.label.of(language)
        alt = whole.format_sentence(name, language).removesuffix(".")
        return ChartWithTable(empty, alt, pl.DataFrame())
    span = range(min(sizes), max(sizes) + 1)
    marks = [_size_point(size, sizes[size], language) for size in span]
    outside = {i for i, size in enumerate(span) if not _is_usual(size, limits)}
    mean = None if whole.value is None else whole.value - span[0]
    text = translate("card.mean", language, value=whole.format_value(language))
    figure = charts.draw_histogram(marks, accents=outside, mean=mean, mean_text=text)
    size_head, teams_head = translate_each("teams.column_", ("size", "teams"), language)
    table = points_table(marks, size_head, teams_head)
    return ChartWithTable(figure, size_finding(sizes, limits, language), table)


def _is_usual(size: float, limits: Limits) -> bool:
    return limits[0] <= size <= limits[1]


def _size_point(size: int, count: int, language: Language) -> DataPoint:
    text = numbers.format_number(count, language)
    return DataPoint(
        str(size),
        count,
        text,
        translate("teams.size_hover", language, n=count, count=text, size=size),
    )


def size_finding(sizes: Counter[int], limits: Limits, language: Language) -> str:
    """Write how many teams lie inside the usual range, and which size is the most frequent."""
    inside = sum(count for size, count in sizes.items() if _is_usual(size, limits))
    mode = max(sizes, key=lambda size: (sizes[size], -size))
    values = {
        "inside": numbers.format_number(inside, language),
        "whole": numbers.format_number(sizes.total(), language),
    }
    return translate("teams.sizes", language, **values, low=limits[0], high=limits[1], mode=mode)


def list_extremes(found: list[KpiResult], limits: Limits, language: Language, most: int) -> str:
    """Write the smallest and the largest teams by name; what does not fit is counted."""
    ascending = sorted(found, key=_size_of)
    descending = sorted(found, key=_size_of, reverse=True)
    small = [team for team in ascending if _size_of(team) < limits[0]]
    large = [team for team in descending if _size_of(team) > limits[1]]
    parts = (
        _format_names("teams.small", small, limits[0], most, language),
        _format_names("teams.large", large, limits[1], most, language),
    )
    return " ".join(filter(None, parts))


def _size_of(team: KpiResult) -> float:
    return team.value_or_zero


def _format_names(
    key: str, found: list[KpiResult], limit: int, most: int, language: Language
) -> str:
    if not found:
        return ""
    names = []
    for team in found[:most]:
        place = f"{team.at['ward_name']} ({team.at['district_name']})"
        names.append(f"{place} {round(team.value_or_zero)}")
    text = ", ".join(names)
    unnamed = len(found) - most
    if unnamed > 0:
        text += translate("card.and_more", language, n=unnamed)
    return translate(key, language, limit=limit, names=text)


def kpi_points(found: list[KpiResult], language: Language) -> list[DataPoint]:
    """Return one mark a KPI, largest first, named by the KPI."""
    names = distinct_names([result.kpi.label.of(language) for result in found])
    marks = [_kpi_point(a, name, language) for a, name in zip(found, names, strict=True)]
    return sort_descending(marks)


def distinct_names(names: list[str]) -> list[str]:
    """Return the names without the beginning and the end that all of them share.

    A beginning is like "New clients: ", an end like " (pilot)".
    """
    if len(names) > 1:
        names = _drop_shared_beginning(names)
        names = _drop_shared_end(names)
    return [name[:1].upper() + name[1:] for name in names]


def _drop_shared_beginning(names: list[str]) -> list[str]:
    parts = [name.partition(": ") for name in names]
    if len({(beginning, sign) for beginning, sign, _ in parts}) > 1 or not parts[0][1]:
        return names
    return [rest for _, _, rest in parts]


def _drop_shared_end(names: list[str]) -> list[str]:
    parts = [name.rpartition(" (") for name in names]
    if len({(sign, end) for _, sign, end in parts}) > 1 or not parts[0][1]:
        return names
    return [rest for rest, _, _ in parts]


def _kpi_point(a: KpiResult, name: str, language: Language) -> DataPoint:
    return DataPoint(
        name,
        a.value if a.is_known else None,
        a.format_value(language),
        a.format_sentence(name, language),
        a.state,
        a.kpi.code,
        a.below_gate,
        numbers.format_fraction(a.received, a.expected, language) if a.expected else "",
    )


def leading_finding(found: list[DataPoint], key: str, language: Language) -> str:
    """Write the sentence `key` about the leading mark, or why none leads.

    `key`_about names what the marks are; `key`_none says that all of them are zero.
    """
    about = translate(f"{key}_about", language)
    state = find_common_state(found)
    if state != "reported":
        return translate(f"nothing.{state}", language, name=about).removesuffix(".")
    top = found[0]
    if top.unfinished:
        text = translate("changes.partial", language, label=about, returns=top.coverage)
        return text.removesuffix(".")
    if not top.value:
        return translate(f"{key}_none", language)
    return translate(key, language, top=top.name, n=top.text)
