"""The fair comparison of places: the funnel, the ranks and the sentences about them."""

from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language, Measure, Text, measures
from pipelines.kpi.comparison import PlaceComparison
from pipelines.kpi.query import join_labels
from pipelines.kpi.trend import TrendYears
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, text_table
from pipelines.present.charts import FunnelLimits, FunnelPoint, PlaceInterval
from pipelines.present.format import numbers
from pipelines.present.i18n import has_text, translate, translate_each
from pipelines.present.kpi_result import (
    KpiResult,
    list_places,
    points_by_place,
    read_result,
    unit_label,
)
from pipelines.present.panels.comparison import list_numerators

#: How far out a place is drawn: only what the correction for many places leaves is flagged.
FAR = {"far_above": 2, "far_below": 2}
#: Outside the 95 % limits, flagged or not.
OUTSIDE = ("above", "below", "far_above", "far_below")
#: Places a picture of intervals shows; more stand in the table only.
MOST = 32
YEARS = 5
#: Places named in a title.
NAMED = 3


def place_results(fair: PlaceComparison) -> list[KpiResult]:
    """Return every place's result, with its position among `at`."""
    return [read_result(row, fair.kpi.code) for row in fair.places.to_dicts()]


def draw_place_funnel(fair: PlaceComparison, level: str, language: Language) -> ChartWithTable:
    """Draw every place by its base and value inside the limits of chance.

    There is nothing to draw when places are not compared for a reason.
    """
    rows = [a for a in place_results(fair) if a.is_known and a.at["position"]]
    table = rank_table(fair, level, language)
    if fair.reason or not rows:
        return ChartWithTable({"data": [], "layout": {}}, format_reason(fair, language), table)
    dots = []
    for mark, result in zip(points_by_place(rows, language, column=level), rows, strict=True):
        dots.append(FunnelPoint(mark, result.denominator or 0, _distance_of(result)))
    figure = charts.draw_funnel(
        dots,
        _make_limits(fair.edges, language),
        fair.common,
        lambda value: _format_tick(fair.kpi, value, language),
        (base_label(fair.kpi, language), _common_words(fair, language)),
        counts=lambda value: numbers.format_number(value, language),
    )
    return ChartWithTable(figure, list_outside(fair, level, language), table)


def _make_limits(edges: pl.DataFrame, language: Language) -> FunnelLimits:
    columns = {name: tuple(edges[name].to_list()) for name in edges.columns}
    near, far = (columns["low"], columns["high"]), (columns["far_low"], columns["far_high"])
    return FunnelLimits(
        columns["base"],
        near,
        far,
        (numbers.format_percent(95, language, 0), numbers.format_percent(99.8, language)),
    )


def _format_value(kpi: Kpi, value: float, language: Language) -> str:
    return numbers.format_kpi_value(kpi, value, language)


def _format_tick(kpi: Kpi, value: float, language: Language) -> str:
    """Write a value at the axis: without zeros at its end, with the percent sign."""
    text = numbers.format_trimmed(value, language, 3)
    if kpi.unit != "percent":
        return text
    return f"{text}{numbers.NBSP}%" if language == "vi" else f"{text}%"


def _common_words(fair: PlaceComparison, language: Language) -> str:
    """Name the common level of all places."""
    value = _format_value(fair.kpi, fair.common, language)
    return translate("card.mean", language, value=value)


def base_label(kpi: Kpi, language: Language) -> str:
    """Name what the sizes under the funnel count."""
    return " + ".join(_measure_label(code, language) for code in kpi.denominators)


def _measure_label(code: str, language: Language) -> str:
    if code in measures():
        return measures()[code].label.of(language)
    key = f"definitions.counted_{code}"
    return translate(key, language) if has_text(key) else code


def counted_label(kpi: Kpi) -> Text:
    """Name what is counted above the line; the figure itself where it has no base."""
    counted = _list_counted(kpi)
    if not counted:
        return kpi.label
    return join_labels(counted)


def counted_unit(kpi: Kpi) -> str:
    """Return the unit of what is counted above the line."""
    counted = _list_counted(kpi)
    return counted[0].unit if counted else kpi.unit


def _list_counted(kpi: Kpi) -> list[Measure]:
    """Return the measures above the line; none for a sum."""
    if kpi.kind == "sum":
        return []
    return list_numerators(kpi)


def funnel_finding(fair: PlaceComparison, level: str, language: Language) -> str:
    """Write how many places differ clearly, else how many lie outside the 95 % limits."""
    if fair.reason:
        return format_reason(fair, language)
    positions = _list_positions(fair)
    flagged = sum(position in FAR for position in positions)
    outside = _count_outside(positions)
    values = {
        "kpi": fair.kpi.label.of(language),
        "whole": numbers.format_number(len(positions), language),
        "level": translate(f"level.{level}", language),
        "expected": numbers.format_number(fair.by_chance, language, 1),
    }
    if flagged:
        n = numbers.format_number(flagged, language)
        return translate("fair.finding_far", language, **values, n=n)
    if outside:
        n = numbers.format_number(outside, language)
        return translate("fair.finding_near", language, **values, n=n)
    return translate("fair.finding_none", language, **values)


def _list_positions(fair: PlaceComparison) -> list[str]:
    positions: list[str] = fair.places["position"].drop_nulls().to_list()
    return positions


def _count_outside(positions: list[str]) -> int:
    return sum(position in OUTSIDE for position in positions)


def list_outside(fair: PlaceComparison, level: str, language: Language) -> str:
    """Write the places that differ clearly by name and value, the farthest first."""
    if fair.reason:
        return format_reason(fair, language)
    common = _format_value(fair.kpi, fair.common, language)
    outside = _sort_outside(fair)
    if not outside:
        return translate("fair.all_inside", language, common=common)
    named = [f"{a.at[f'{level}_name']} ({a.format_value(language)})" for a in outside[:NAMED]]
    names = ", ".join(named)
    if len(outside) > NAMED:
        names += translate("fair.and_more", language, n=len(outside) - NAMED)
    return translate("fair.outside", language, names=names, common=common)


def _sort_outside(fair: PlaceComparison) -> list[KpiResult]:
    """Return the places that differ clearly, the farthest first."""
    outside = [a for a in place_results(fair) if _distance_of(a)]
    return sorted(outside, key=lambda a: -abs(a.value_or_zero - fair.common))


def _distance_of(result: KpiResult) -> int:
    return FAR.get(str(result.at["position"]), 0)


def list_striking(fair: PlaceComparison, level: str, most: int) -> tuple[str, ...]:
    """Return the codes of the places worth comparing, in the order of ranks.

    These are the places that differ clearly, else the first and the last of the ranks.
    """
    if fair.reason:
        return ()
    ranked = _list_ranked(fair)
    striking = _sort_outside(fair)[:most]
    if len(striking) < 2:
        striking = [ranked[0], ranked[-1]]
    wanted = set(list_places(striking, level))
    return tuple(filter(wanted.__contains__, list_places(ranked, level)))


def _list_ranked(fair: PlaceComparison) -> list[KpiResult]:
    """Return the places that have a rank, in its order."""
    return [result for result in _sort_by_rank(fair) if result.at["rank"]]


def _sort_by_rank(fair: PlaceComparison) -> list[KpiResult]:
    """Return every place's result by its rank, those without one last."""
    return sorted(place_results(fair), key=lambda a: (a.at["rank"] is None, a.at["rank"] or 0))


def format_reason(fair: PlaceComparison, language: Language) -> str:
    """Write why places are not compared."""
    values = {"kpi": fair.kpi.label.of(language), "need": fair.fewest}
    return translate(f"fair.reason_{fair.reason}", language, **values)


def list_notes(fair: PlaceComparison, language: Language) -> list[str]:
    """Return the notes on the limits: by what they are drawn, and how many chance puts outside."""
    if fair.reason:
        return []
    positions = _list_positions(fair)
    method = f"{fair.kpi.model}_spread" if fair.spread.is_applied else fair.kpi.model
    notes = [
        translate(
            f"fair.method_{method}",
            language,
            phi=numbers.format_number(fair.spread.phi, language, 1),
        ),
        translate(
            "fair.expected",
            language,
            whole=numbers.format_number(len(positions), language),
            expected=numbers.format_number(fair.by_chance, language, 1),
            n=numbers.format_number(_count_outside(positions), language),
        ),
    ]
    missing = fair.places["position"].null_count()
    if missing:
        notes.append(translate("fair.missing", language, n=missing))
    return notes


def rank_table(fair: PlaceComparison, level: str, language: Language) -> pl.DataFrame:
    """Return one row a place, highest first.

    The columns are rank, place, value, base, 95 % interval, the ranks it may have, its group.
    """
    heads = [
        *translate_each("fair.column_", ("rank",), language),
        translate(f"column.{level}", language),
        *translate_each("fair.column_", ("value", "base", "interval", "span", "group"), language),
    ]
    return text_table(heads, [_rank_row(a, level, language) for a in _sort_by_rank(fair)])


def ranked_codes(fair: PlaceComparison, level: str) -> list[str]:
    """Return the codes of the places in the order of `rank_table`."""
    return list_places(_sort_by_rank(fair), level)


def _rank_row(a: KpiResult, level: str, language: Language) -> list[str]:
    at: dict[str, Any] = a.at
    name = str(at[f"{level}_name"])
    if at["rank"] is None:
        return ["", name, a.format_value(language), a.format_base(language), "", "", ""]
    interval = ""
    if at["low"] is not None:
        low = _format_value(a.kpi, at["low"], language)
        interval = f"{low}–{_format_value(a.kpi, at['high'], language)}"
    first = numbers.format_number(at["first"], language)
    last = numbers.format_number(at["last"], language)
    span = first if first == last else f"{first}–{last}"
    group = translate(f"fair.group_{at['position']}", language)
    return [
        numbers.format_number(at["rank"], language),
        name,
        a.format_value(language),
        a.format_base(language),
        interval,
        span,
        group,
    ]


def draw_place_intervals(
    fair: PlaceComparison, level: str, language: Language, *, left: int = 130
) -> ChartWithTable:
    """Draw values with their intervals, highest first; more than MOST places only as a table."""
    rows = _list_ranked(fair)
    table = rank_table(fair, level, language)
    if fair.reason or len(rows) > MOST:
        alt = funnel_finding(fair, level, language)
        return ChartWithTable({"data": [], "layout": {}}, alt, table)
    intervals = []
    for mark, result in zip(points_by_place(rows, language, column=level), rows, strict=True):
        low, high = result.at["low"], result.at["high"]
        if low is None:
            low = high = result.value_or_zero
        intervals.append(PlaceInterval(mark, low, high, _distance_of(result) > 0))
    words = _common_words(fair, language)
    figure = charts.draw_intervals(intervals, fair.common, words, left=left)
    return ChartWithTable(figure, rank_finding(fair, language), table)


def rank_finding(fair: PlaceComparison, language: Language) -> str:
    """Write how many places may hold the first rank."""
    if fair.reason:
        return format_reason(fair, language)
    firsts = fair.places["first"].drop_nulls().to_list()
    return translate(
        "fair.ranks",
        language,
        n=numbers.format_number(firsts.count(1), language),
        whole=numbers.format_number(len(firsts), language),
    )


def format_trend(trend: TrendYears, kpi: Kpi, language: Language) -> str:
    """Write the trend in words, or why there is none."""
    years = trend.years
    values: dict[str, object] = {
        "kpi": kpi.label.of(language),
        "unit": unit_label(kpi, language),
        "need": YEARS,
        "first": years[0] if years else "",
        "last": years[-1] if years else "",
        "n": len(years),
        "years": f"{years[0]}–{years[-1]}" if len(years) > 1 else "".join(map(str, years)),
    }
    if not years:
        return translate("trend.no_years", language, **values)
    if trend.reason:
        return translate(f"trend.{trend.reason}", language, **values)
    values["p"] = numbers.format_number(trend.p_value, language, 3)
    if trend.change is None:
        return translate(f"trend.{trend.direction}_share", language, **values)
    values["change"] = numbers.format_percent(abs(trend.change), language)
    return translate(f"trend.{trend.direction}", language, **values)
