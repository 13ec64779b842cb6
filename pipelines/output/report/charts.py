"""The pictures of a section: the same charts as on the screen, with their tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from pipelines import kpi
from pipelines.output.report import narrative
from pipelines.output.report.document import ReportChart
from pipelines.output.report.query import ReportQuery, kpi_label
from pipelines.present import charts
from pipelines.present.chart_data import (
    ChartWithTable,
    DataPoint,
    list_known_points,
    list_values,
    points_table,
    select_both_ends,
)
from pipelines.present.charts.figure import Figure
from pipelines.present.format import numbers
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import (
    KpiResult,
    points_by_place,
    points_over_time,
    sort_descending,
    unit_label,
)
from pipelines.present.panels import (
    comparison,
    event_notes,
    growth,
    headlines,
    referral_outcomes,
    team_sizes,
)
from pipelines.reference import targets

#: Pixels a picture is drawn in; paper and page scale it.
WIDE = 620
#: Pixels of a picture over time: three of them and a table stand on a page.
LOW, HIGH = 170, 250
#: Places a bar chart shows; all of them stand in the appendix.
PLACES = 8


def draw_chart(asked: ReportQuery, kind: str, codes: str) -> ReportChart | None:
    """Draw a chart of the kind; returns None when there is nothing to draw."""
    chart = _KINDS[kind](asked, codes.split())
    if chart is None or not chart.picture.figure["data"]:
        return None
    return chart


def _quarterly_points(asked: ReportQuery, code: str) -> tuple[list[KpiResult], list[DataPoint]]:
    period = comparison.trend_quarters(asked.period, asked.store.span.first)
    results = asked.results_by(code, "period", period=period)
    return results, points_over_time(results, asked.language)


def _draw_trend(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    def draw(points: list[DataPoint]) -> Figure:
        return charts.draw_line(points, lambda v: _format_value(v, asked), height=LOW, wide=WIDE)

    return _draw_over_time(asked, codes[0], draw, "line")


def _draw_columns(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    def draw(points: list[DataPoint]) -> Figure:
        return charts.draw_columns(points, height=LOW, wide=WIDE)

    return _draw_over_time(asked, codes[0], draw, "column")


def _draw_over_time(
    asked: ReportQuery,
    code: str,
    draw: Callable[[list[DataPoint]], Figure],
    kind: Literal["line", "column"],
) -> ReportChart | None:
    results, points = _quarterly_points(asked, code)
    if len(list_known_points(points)) < 2:
        return None
    title = narrative.write_change_title(asked, code)
    title = title or headlines.trend_title(results, asked.language)
    heads = translate("column.period", asked.language), kpi_label(code, asked.language)
    picture = ChartWithTable(draw(points), title, points_table(points, *heads))
    picture = _mark_events(asked, picture, points)
    return ReportChart(picture, _chart_values(points), kind, results[0].kpi.decimals)


def _mark_events(
    asked: ReportQuery, picture: ChartWithTable, points: list[DataPoint]
) -> ChartWithTable:
    """Return a picture over time with the events in it; the opening says them in a sentence."""
    codes = [point.code for point in points]
    drawn = event_notes.mark_events(picture, codes, asked.events, asked.language)
    return replace(drawn, table=picture.table)


def _format_value(value: float, asked: ReportQuery) -> str:
    return numbers.format_trimmed(value, asked.language, 3)


def _draw_places(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    code, level = codes[0], asked.level
    results = asked.results_by(code, level)
    points = sort_descending(points_by_place(results, asked.language, column=level))
    known = list_known_points(points)
    whole = asked.current_result(code)
    if len(known) < 2 or not whole.is_known:
        return None
    title = headlines.places_title(whole.kpi, points, level, asked.language)
    mean_text = translate("card.mean", asked.language, value=whole.format_value(asked.language))
    mean = whole.value if whole.kpi.denominator else None
    shown = select_both_ends(points, PLACES)
    if len(shown) < len(known):
        low = PLACES // 2
        values = {"n": PLACES - low, "m": low, "whole": len(known)}
        title = f"{title}. {translate('report.both_ends', asked.language, **values)}"
    figure = charts.draw_bars(shown, mean=mean, mean_text=mean_text)
    heads = translate(f"column.{level}", asked.language), kpi_label(code, asked.language)
    picture = ChartWithTable(figure, title, points_table(shown, *heads))
    return ReportChart(picture, _chart_values(shown), "bar", whole.kpi.decimals)


def _draw_parts(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    results = list(map(asked.current_result, codes))
    if not _has_any_value(results):
        return None
    language = asked.language
    points = team_sizes.kpi_points(results, language)
    first = max(results, key=lambda result: result.value_or_zero)
    number = first.format_with_unit(language)
    title = translate("report.parts", language, name=points[0].name, n=number)
    unit = unit_label(first.kpi, language)
    table = points_table(points, translate("report.head_label", language), unit)
    picture = ChartWithTable(charts.draw_bars(points), title, table)
    return ReportChart(picture, _chart_values(points), "bar")


def _has_any_value(results: Sequence[KpiResult]) -> bool:
    """Is any result known and not 0?"""
    return any(result.is_known and result.value for result in results)


def _chart_values(points: list[DataPoint]) -> tuple[tuple[float | None, ...], ...]:
    return (tuple(list_values(points)),)


def _draw_steps(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    code = codes[0]
    results, points = _quarterly_points(asked, code)
    if not _has_any_value(results):
        return None
    target = targets.find_target(code, asked.span.last.year, asked.places)
    aim = (target.value, target.year) if target else None
    picture = growth.draw_growth(results, [], aim, asked.language, wide=WIDE)
    title = narrative.write_change_title(asked, code) or picture.alt
    layout = {**picture.figure["layout"], "height": HIGH}
    figure = {**picture.figure, "layout": layout}
    resized = replace(picture, alt=title, figure=figure)
    resized = _mark_events(asked, resized, points)
    return ReportChart(resized, _chart_values(points), "line")


def _draw_outcomes(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    places = list(asked.places) or None
    outcomes = kpi.outcomes(["service"], asked.period, places, scope=asked.scope, store=asked.store)
    rows = referral_outcomes.prepare_rows(outcomes, asked.language)
    if not rows.height:
        return None
    head = translate("referrals.column_service", asked.language)
    picture = referral_outcomes.draw_outcomes(rows, head, asked.language, wide=WIDE)
    title = referral_outcomes.outcome_finding(rows, asked.language)
    values = []
    for tone in referral_outcomes.TONES:
        values.append(tuple(map(float, rows[tone])))
    first, _, *counts = picture.table.columns
    table = picture.table.select(first, *counts)
    return ReportChart(replace(picture, alt=title, table=table), tuple(values), "bar")


_KINDS: dict[str, Callable[[ReportQuery, Sequence[str]], ReportChart | None]] = {
    "trend": _draw_trend,
    "columns": _draw_columns,
    "places": _draw_places,
    "parts": _draw_parts,
    "steps": _draw_steps,
    "outcomes": _draw_outcomes,
}
