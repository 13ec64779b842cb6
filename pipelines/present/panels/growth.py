"""The growth of counselling points: steps to the target, new points a year, what a change is."""

from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table, text_table
from pipelines.present.charts import ChartTarget
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import (
    KpiResult,
    find_common_state,
    list_known_results,
    points_over_time,
    unit_label,
)
from pipelines.present.panels.comparison import PeriodPair
from pipelines.reference.periods import Quarter, Span, year_span


def draw_growth(
    found: list[KpiResult],
    working: list[KpiResult],
    goal: tuple[float, int] | None,
    language: Language,
    *,
    wide: int = 620,
) -> ChartWithTable:
    """Draw points at each quarter's end as a step line, and points that had clients in grey.

    `goal` is a value and its year.
    """
    ordered = sorted(found, key=_start_index)
    known = list_known_results(ordered)
    if not known:
        alt = translate("points.none", language)
        if ordered:
            alt = explain_points(ordered[-1], language)
        return ChartWithTable(charts.draw_steps([], str), alt, points_table([], "", ""))
    marks, grey = points_over_time(found, language), points_over_time(working, language)
    if len(grey) != len(marks):
        grey = _align_points(marks, grey)
    name = ""
    if grey and grey[-1].value is not None:
        name = translate("points.working", language, n=grey[-1].text)
    figure = charts.draw_steps(
        marks,
        lambda v: numbers.format_number(v, language),
        context=grey,
        name=name,
        target=_make_target(known[-1], goal, language),
        wide=wide,
    )
    beside = [(working[0].kpi.label.of(language), grey)] if working else []
    label = known[0].kpi.label.of(language)
    table = points_table(marks, translate("column.period", language), label, *beside)
    return ChartWithTable(figure, growth_finding(known[0], known[-1], goal, language), table)


def _start_index(a: KpiResult) -> int:
    return periods.start_index(str(a.at["period"]))


def _align_points(marks: list[DataPoint], other: list[DataPoint]) -> list[DataPoint]:
    """Return the other line at the same quarters; where it has none, nothing is drawn."""
    by_code = {mark.code: mark for mark in other}
    aligned = []
    for mark in marks:
        gap = DataPoint(mark.name, None, "", mark.hover, "not_applicable", mark.code)
        aligned.append(by_code.get(mark.code, gap))
    return aligned


def _make_target(
    last: KpiResult, goal: tuple[float, int] | None, language: Language
) -> ChartTarget | None:
    """Return the ring at the end of the target's year, with the pace needed to get there.

    Returns None without a goal, and when it has been reached or its year is over.
    """
    if goal is None:
        return None
    value, year = goal
    end = Quarter.from_number(year, 4)
    ahead = end.index - _start_index(last)
    left = value - last.value_or_zero
    if ahead <= 0 or left <= 0:
        return None
    number = numbers.format_number(value, language)
    per_year = numbers.format_trimmed(left * 4 / ahead, language, 1)
    pace = translate("points.pace", language, n=per_year)
    text = translate("points.target", language, value=f"<b>{number}</b>", year=year)
    missing = numbers.format_number(left, language)
    hover = translate("points.target_hover", language, value=number, year=year, left=missing)
    return ChartTarget(value, ahead, text, pace, hover, periods.format_tick(end, language))


def growth_finding(
    first: KpiResult, last: KpiResult, goal: tuple[float, int] | None, language: Language
) -> str:
    """Write from how many points to how many, and how many are missing to the target."""
    text = _format_step(first, last, language)
    if goal is None:
        return text
    left = goal[0] - last.value_or_zero
    if left <= 0:
        return text
    return text + translate(
        "points.left",
        language,
        n=numbers.format_number(left, language),
        goal=numbers.format_number(goal[0], language),
    )


def growth_title(
    first: KpiResult, last: KpiResult, goal: tuple[float, int] | None, language: Language
) -> str:
    """Write the page's finding: growth, and its share of the target."""
    if not last.is_known:
        return explain_points(last, language)
    text = _format_step(first, last, language)
    if goal is None:
        return text
    share = numbers.format_percent(100 * last.value_or_zero / goal[0], language, 0)
    return text + translate("points.share", language, share=share, year=goal[1])


def _format_step(first: KpiResult, last: KpiResult, language: Language) -> str:
    """Write from how many points to how many, up or down; the last number where they agree."""
    now = last.format_value(language)
    if not last.value and not first.value_or_zero:
        return translate("points.none", language)
    if not first.is_known or first.value == last.value:
        return translate("points.same", language, n=now)
    key = "points.grown" if last.value_or_zero > first.value_or_zero else "points.shrunk"
    return translate(key, language, a=first.format_value(language), b=now)


def explain_points(result: KpiResult, language: Language) -> str:
    """Write why nothing is said of the points: their state, not that there are none."""
    if result.state == "not_applicable":
        return translate("points.not_applicable", language)
    name = result.kpi.label.of(language)
    return result.format_sentence(name, language).removesuffix(".")


def busiest_finding(found: list[KpiResult], whole: KpiResult, language: Language) -> str:
    """Write which ward's point has the most contacts, and how many points have any.

    `found` holds the wards with a point, `whole` is the figure of all of them together.
    """
    if not found:
        return translate("points.none", language)
    seen = [result for result in found if result.state != "suppressed"]
    if 0 < len(seen) < len(found):
        finding = busiest_finding(seen, whole, language)
        return translate("rights.own", language, finding=finding)
    busy = [result for result in found if result.is_known and result.value]
    if not busy:
        state = find_common_state(found)
        if state == "reported":
            return translate("points.idle", language)
        name = whole.kpi.label.of(language)
        return translate(f"nothing.{state}", language, name=name).removesuffix(".")
    busiest = max(busy, key=lambda result: result.value_or_zero)
    return translate(
        "points.busiest",
        language,
        name=busiest.at["ward_name"],
        n=busiest.format_value(language),
        held=numbers.format_number(len(busy), language),
        whole=numbers.format_number(len(found), language),
    )


def draw_founded(found: list[KpiResult], language: Language) -> ChartWithTable:
    """Draw new points a year as columns; years without a register of foundings are n/a."""
    marks = points_over_time(found, language, column="year")
    values = [mark.value_or_zero for mark in marks]
    lead, alt = None, translate("points.founded_none", language)
    if find_common_state(found) != "reported" and found:
        alt = explain_points(found[-1], language)
    if any(values):
        lead = values.index(max(values))
        alt = translate(
            "points.founded",
            language,
            n=marks[lead].text,
            year=marks[lead].name,
            whole=numbers.format_number(sum(values), language),
        )
    head = translate("points.founded_column", language)
    table = points_table(marks, translate("column.period", language), head)
    return ChartWithTable(charts.draw_columns(marks, lead=lead, height=360, wide=300), alt, table)


def draw_change(
    groups: pl.DataFrame, kpi: Kpi, pair: PeriodPair, language: Language
) -> ChartWithTable:
    """Draw one bar a group that has anybody in it, then the raw change.

    `groups` are what `kpi.like_for_like` returns.
    """
    alt = change_finding(groups, kpi, pair, language)
    table = change_table(groups, language)
    marks = [_change_point(row, language) for row in groups.to_dicts() if row["reporters"]]
    if not marks:
        return ChartWithTable({"data": [], "layout": {}}, alt, table)
    total = float(groups["difference"].sum())
    name = translate("growth.total", language)
    text = numbers.format_difference(total, language)
    whole = DataPoint(name, total, text, f"{name}: {text}")
    marks.append(whole)
    return ChartWithTable(charts.draw_moves(marks), alt, table)


def describe_periods(kpi: Kpi, pair: PeriodPair, place: str, language: Language) -> str:
    """Write between which periods, in which unit and where; a stock is compared at their ends."""
    if pair.stock:
        key = "growth.unit_stock"
        now = periods.format_period_in_sentence(_end_period(pair.now), language)
        before = periods.format_period_in_sentence(_end_period(pair.before), language)
    else:
        key = "growth.unit"
        now = periods.format_period(pair.now, language)
        before = periods.format_period(pair.before, language)
    unit = unit_label(kpi, language)
    return translate(key, language, now=now, before=before, place=place, unit=unit)


def _end_period(period: Span) -> Span:
    """Return the year or quarter that ends with the period."""
    if period.whole_years:
        return year_span(period.last.year)
    return Span(period.last, period.last)


def _change_point(row: dict[str, object], language: Language) -> DataPoint:
    count, difference = int(str(row["reporters"])), float(str(row["difference"]))
    name = translate(f"growth.{row['group']}", language, n=numbers.format_number(count, language))
    text = numbers.format_difference(difference, language)
    return DataPoint(name, difference, text, f"{name}: {text}")


def change_finding(groups: pl.DataFrame, kpi: Kpi, pair: PeriodPair, language: Language) -> str:
    """Write the raw change beside the change of those counted both times."""
    before, after = int(groups["before"].sum()), int(groups["after"].sum())
    same = groups.filter(pl.col("group") == "same").row(0, named=True)
    if not groups["reporters"].sum():
        return translate("growth.none", language, kpi=kpi.label.of(language))
    values = {
        "kpi": kpi.label.of(language),
        "raw": numbers.format_difference(after - before, language),
        "unit": unit_label(kpi, language),
        "like": numbers.format_difference(same["difference"], language),
        "n": numbers.format_number(same["reporters"], language),
        "now": periods.format_period(pair.now, language),
        "before": periods.format_period(pair.before, language),
    }
    return translate("growth.finding", language, **values)


def format_rates(groups: pl.DataFrame, language: Language) -> str:
    """Write raw and like-for-like growth in percent; empty when there is nothing to grow from."""
    same = groups.filter(pl.col("group") == "same").row(0, named=True)
    before, after = int(groups["before"].sum()), int(groups["after"].sum())
    if not before or not same["before"]:
        return ""
    raw = _format_growth(before, after, language)
    like = _format_growth(same["before"], same["after"], language)
    return translate("growth.rates", language, raw=raw, like=like)


def _format_growth(before: float, after: float, language: Language) -> str:
    """Write the growth in percent of `before`, with its sign."""
    growth = 100 * (after - before) / before
    sign = "+" if growth > 0 else ""
    return sign + numbers.format_percent(growth, language)


def change_table(groups: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a group and one of sums: reporters, before, after, difference."""
    columns = ("reporters", "before", "after", "difference")
    rows = []
    for row in groups.to_dicts():
        name = translate(f"growth.{row['group']}_short", language)
        rows.append(_change_row(name, row, language))
    sums = {column: groups[column].sum() for column in columns}
    rows.append(_change_row(translate("growth.total", language), sums, language))
    heads = translate_each("growth.column_", ("group", *columns), language)
    return text_table(heads, rows)


def _change_row(name: str, row: dict[str, Any], language: Language) -> list[str]:
    counts = [
        numbers.format_number(row[column], language) for column in ("reporters", "before", "after")
    ]
    return [name, *counts, numbers.format_difference(row["difference"], language)]
