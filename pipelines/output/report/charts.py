"""The pictures of a section: a kind and its figures in, the same charts as on the screen out, with their tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from pipelines import kpi
from pipelines.output.report.document import ReportChart
from pipelines.output.report.query import ReportQuery, kpi_label
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
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
from pipelines.present.panels import comparison, growth, headlines, referral_outcomes, team_sizes
from pipelines.reference import targets

#: Pixels a picture is drawn in; paper and page scale it.
WIDE = 620
#: Pixels of a picture over time: three of them and a table stand on a page.
LOW, HIGH = 170, 250
#: Places a bar chart shows; all of them stand in the appendix.
PLACES = 8


def draw_chart(asked: ReportQuery, kind: str, codes: str) -> ReportChart | None:
    """None when there is nothing to draw."""
    drawn = _KINDS[kind](asked, codes.split())
    return drawn if drawn and drawn.picture.figure["data"] else None


def _quarterly_points(asked: ReportQuery, code: str) -> tuple[list[KpiResult], list[DataPoint]]:
    period = comparison.trend_quarters(asked.period, asked.store.span.first)
    found = asked.results_by(code, "period", period=period)
    return found, points_over_time(found, asked.language)


def _draw_trend(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    def draw(marks: list[DataPoint]) -> Figure:
        return charts.draw_line(marks, lambda v: _format_value(v, asked), height=LOW, wide=WIDE)

    return _draw_over_time(asked, codes[0], draw, "line")


def _draw_columns(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    return _draw_over_time(
        asked, codes[0], lambda m: charts.draw_columns(m, height=LOW, wide=WIDE), "column"
    )


def _draw_over_time(
    asked: ReportQuery,
    code: str,
    draw: Callable[[list[DataPoint]], Figure],
    kind: Literal["line", "column"],
) -> ReportChart | None:
    found, marks = _quarterly_points(asked, code)
    shown = [m for m in marks if m.value is not None]
    if len(shown) < 2:
        return None
    title = headlines.trend_title(found, shown[0].name, shown[-1].name, asked.language)
    table = points_table(
        marks, translate("column.period", asked.language), kpi_label(code, asked.language)
    )
    return ReportChart(
        ChartWithTable(draw(marks), title, table), _chart_values(marks), kind, found[0].kpi.decimals
    )


def _format_value(value: float, asked: ReportQuery) -> str:
    return numbers.format_trimmed(value, asked.language, 3)


def _draw_places(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    code, level = codes[0], asked.level
    marks = sort_descending(
        points_by_place(asked.results_by(code, level), asked.language, column=level)
    )
    whole = asked.current_result(code)
    if sum(m.value is not None for m in marks) < 2 or not whole.is_known:
        return None
    title = headlines.places_title(whole.kpi, marks, level, asked.language)
    mean = translate("card.mean", asked.language, value=whole.format_value(asked.language))
    figure = charts.draw_bars(
        marks[:PLACES], mean=whole.value if whole.kpi.denominator else None, mean_text=mean
    )
    heads = translate(f"column.{level}", asked.language), kpi_label(code, asked.language)
    picture = ChartWithTable(figure, title, points_table(marks[:PLACES], *heads))
    return ReportChart(picture, _chart_values(marks[:PLACES]), "bar", whole.kpi.decimals)


def _draw_parts(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    rows = [asked.current_result(code) for code in codes]
    if not any(a.is_known and a.value for a in rows):
        return None
    marks = team_sizes.kpi_points(rows, asked.language)
    title = translate(
        "report.parts",
        asked.language,
        name=marks[0].name,
        n=marks[0].text,
        unit=unit_label(rows[0].kpi, asked.language),
    )
    table = points_table(
        marks,
        translate("report.head_label", asked.language),
        unit_label(rows[0].kpi, asked.language),
    )
    return ReportChart(
        ChartWithTable(charts.draw_bars(marks), title, table), _chart_values(marks), "bar"
    )


def _chart_values(marks: list[DataPoint]) -> tuple[tuple[float | None, ...], ...]:
    return (tuple(m.value for m in marks),)


def _draw_steps(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    found, marks = _quarterly_points(asked, codes[0])
    if not any(a.is_known and a.value for a in found):
        return None
    goal = targets.find_target(codes[0], asked.span.last.year) if not asked.places else None
    aim = (goal.value, goal.year) if goal else None
    drawn = growth.draw_growth(found, [], aim, asked.language, wide=WIDE)
    figure = {**drawn.figure, "layout": {**drawn.figure["layout"], "height": HIGH}}
    return ReportChart(replace(drawn, figure=figure), _chart_values(marks), "line")


def _draw_outcomes(asked: ReportQuery, codes: Sequence[str]) -> ReportChart | None:
    places = list(asked.places) or None
    found = kpi.outcomes(["service"], asked.period, places, scope=asked.scope, store=asked.store)
    told = referral_outcomes.prepare_rows(found, asked.language)
    if not told.height:
        return None
    picture = referral_outcomes.draw_outcomes(
        told, translate("referrals.column_service", asked.language), asked.language, wide=WIDE
    )
    values = tuple(tuple(map(float, told[tone].to_list())) for tone in referral_outcomes.TONES)
    kept = picture.table.select(picture.table.columns[0], *picture.table.columns[2:])
    return ReportChart(replace(picture, table=kept), values, "bar")


_KINDS: dict[str, Callable[[ReportQuery, Sequence[str]], ReportChart | None]] = {
    "trend": _draw_trend,
    "columns": _draw_columns,
    "places": _draw_places,
    "parts": _draw_parts,
    "steps": _draw_steps,
    "outcomes": _draw_outcomes,
}
