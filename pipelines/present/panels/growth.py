"""Answers about counselling points in, the pictures of their growth out: steps to the target, new points a year."""

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table, text_table
from pipelines.present.charts import ChartTarget
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, points_over_time, unit_label
from pipelines.present.panels.comparison import PeriodPair
from pipelines.reference.periods import Quarter, Span, parse_period, year_span


def draw_growth(
    found: list[KpiResult],
    working: list[KpiResult],
    goal: tuple[float, int] | None,
    language: Language,
    *,
    wide: int = 620,
) -> ChartWithTable:
    """Points at each quarter's end as a step line; points that had clients in grey; `goal` is a value and its year."""
    marks, grey = points_over_time(found, language), points_over_time(working, language)
    known = [a for a in sorted(found, key=_start_index) if a.is_known]
    if not known:
        return ChartWithTable(
            charts.draw_steps([], str), translate("points.none", language), points_table([], "", "")
        )
    target = _make_target(known[-1], goal, language) if goal else None
    grey = grey if len(grey) == len(marks) else _align_points(marks, grey)
    name = (
        translate("points.working", language, n=grey[-1].text)
        if grey and grey[-1].value is not None
        else ""
    )
    figure = charts.draw_steps(
        marks,
        lambda v: numbers.format_number(v, language),
        context=grey or None,
        name=name,
        target=target,
        wide=wide,
    )
    beside = [(working[0].kpi.label.of(language), grey)] if working else []
    table = points_table(
        marks, translate("column.period", language), known[0].kpi.label.of(language), *beside
    )
    return ChartWithTable(figure, growth_finding(known[0], known[-1], goal, language), table)


def _start_index(a: KpiResult) -> int:
    return parse_period(str(a.at["period"])).first.index


def _align_points(marks: list[DataPoint], other: list[DataPoint]) -> list[DataPoint]:
    """The other line at the same quarters; where it has none, nothing is drawn."""
    by_code = {m.code: m for m in other}
    return [
        by_code.get(m.code, DataPoint(m.name, None, "", m.hover, "not_applicable", m.code))
        for m in marks
    ]


def _make_target(
    last: KpiResult, goal: tuple[float, int], language: Language
) -> ChartTarget | None:
    """The ring at the end of the target's year, and the pace needed to get there."""
    now, then = Quarter(_start_index(last)), Quarter.from_number(goal[1], 4)
    ahead = then.index - now.index
    left = goal[0] - (last.value or 0)
    if ahead <= 0 or left <= 0:
        return None
    value = numbers.format_number(goal[0], language)
    pace = translate(
        "points.pace", language, n=numbers.format_trimmed(left * 4 / ahead, language, 1)
    )
    text = translate("points.target", language, value=f"<b>{value}</b>", year=goal[1])
    hover = translate(
        "points.target_hover",
        language,
        value=value,
        year=goal[1],
        left=numbers.format_number(left, language),
    )
    return ChartTarget(goal[0], ahead, text, pace, hover, periods.format_tick(then, language))


def growth_finding(
    first: KpiResult, last: KpiResult, goal: tuple[float, int] | None, language: Language
) -> str:
    """From … to … points, and how many are missing to the target."""
    if first.value == last.value:
        return translate("points.same", language, n=last.format_value(language))
    left = (goal[0] if goal else 0) - (last.value or 0)
    text = translate(
        "points.grown", language, a=first.format_value(language), b=last.format_value(language)
    )
    if goal is None or left <= 0:
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
    """The page's finding: growth, and its share of the target."""
    if not last.is_known:
        return translate("points.none", language)
    text = translate("points.same", language, n=last.format_value(language))
    if first.is_known and first.value != last.value:
        text = translate(
            "points.grown", language, a=first.format_value(language), b=last.format_value(language)
        )
    if goal is None:
        return text
    share = numbers.format_percent(100 * (last.value or 0) / goal[0], language, 0)
    return text + translate("points.share", language, share=share, year=goal[1])


def busiest_finding(found: list[KpiResult], language: Language) -> str:
    """Which ward's point has the most contacts, and how many points have any; `found` holds wards with a point."""
    known = sorted((a for a in found if a.is_known and a.value), key=lambda a: -(a.value or 0))
    if not known:
        return translate("points.none" if not found else "points.idle", language)
    values = {"name": known[0].at["ward_name"], "n": known[0].format_value(language)}
    held = {
        "held": numbers.format_number(len(known), language),
        "whole": numbers.format_number(len(found), language),
    }
    return translate("points.busiest", language, **values, **held)


def draw_founded(found: list[KpiResult], language: Language) -> ChartWithTable:
    """New points a year as columns; years without a register of foundings are n/a."""
    marks = points_over_time(found, language, column="year")
    known = [m for m in marks if m.value is not None]
    whole = sum(m.value or 0 for m in known)
    lead = max(range(len(marks)), key=lambda i: marks[i].value or 0, default=0)
    alt = translate("points.founded_none", language)
    if whole:
        values = {
            "n": marks[lead].text,
            "year": marks[lead].name,
            "whole": numbers.format_number(whole, language),
        }
        alt = translate("points.founded", language, **values)
    table = points_table(
        marks, translate("column.period", language), translate("points.founded_column", language)
    )
    return ChartWithTable(
        charts.draw_columns(marks, lead=lead if whole else None, height=360, wide=300), alt, table
    )


def draw_change(
    groups: pl.DataFrame, kpi: Kpi, pair: PeriodPair, language: Language
) -> ChartWithTable:
    """One bar a group that has anybody in it, then the raw change; `groups` as `kpi.like_for_like` gives them."""
    rows = [r for r in groups.to_dicts() if r["reporters"]]
    marks = [_change_point(r, language) for r in rows]
    total = float(groups["difference"].sum())
    whole = translate("growth.total", language)
    marks.append(
        DataPoint(
            whole,
            total,
            numbers.format_difference(total, language),
            f"{whole}: {numbers.format_difference(total, language)}",
        )
    )
    figure = charts.draw_moves(marks) if rows else {"data": [], "layout": {}}
    return ChartWithTable(
        figure, change_finding(groups, kpi, pair, language), change_table(groups, language)
    )


def describe_periods(kpi: Kpi, pair: PeriodPair, place: str, language: Language) -> str:
    """Between which periods, or for a stock from the end of which to the end of which, in which unit and where."""
    ends = (
        (pair.now, pair.before)
        if not pair.stock
        else (_end_period(pair.now), _end_period(pair.before))
    )
    now, before = (
        periods.format_period_in_sentence(p, language)
        if pair.stock
        else periods.format_period(p, language)
        for p in ends
    )
    key = "growth.unit_stock" if pair.stock else "growth.unit"
    return translate(
        key, language, now=now, before=before, place=place, unit=unit_label(kpi, language)
    )


def _end_period(period: Span) -> Span:
    """The year or quarter whose end is the period's."""
    return year_span(period.last.year) if period.whole_years else Span(period.last, period.last)


def _change_point(row: dict[str, object], language: Language) -> DataPoint:
    count, difference = int(str(row["reporters"])), float(str(row["difference"]))
    name = translate(f"growth.{row['group']}", language, n=numbers.format_number(count, language))
    text = numbers.format_difference(difference, language)
    return DataPoint(name, difference, text, f"{name}: {text}")


def change_finding(groups: pl.DataFrame, kpi: Kpi, pair: PeriodPair, language: Language) -> str:
    """Raw change beside the change of those counted both times."""
    before, after = (int(groups[side].sum()) for side in ("before", "after"))
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
    """Raw and like-for-like growth in percent, where there is something to grow from."""
    same = groups.filter(pl.col("group") == "same").row(0, named=True)
    before, after = int(groups["before"].sum()), int(groups["after"].sum())
    if not before or not same["before"]:
        return ""
    raw, like = (100 * (b - a) / a for a, b in ((before, after), (same["before"], same["after"])))
    return translate(
        "growth.rates",
        language,
        raw=_format_signed_percent(raw, language),
        like=_format_signed_percent(like, language),
    )


def _format_signed_percent(value: float, language: Language) -> str:
    return ("+" if value > 0 else "") + numbers.format_percent(value, language)


def change_table(groups: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a group and one of sums: reporters, before, after, difference."""
    rows = [(translate(f"growth.{r['group']}_short", language), r) for r in groups.to_dicts()]
    sums = {name: groups[name].sum() for name in ("reporters", "before", "after", "difference")}
    rows.append((translate("growth.total", language), sums))
    heads = translate_each(
        "growth.column_", ("group", "reporters", "before", "after", "difference"), language
    )
    written = [
        [
            name,
            *(numbers.format_number(r[c], language) for c in ("reporters", "before", "after")),
            _format_difference(r, language),
        ]
        for name, r in rows
    ]
    return text_table(heads, written)


def _format_difference(row: dict[str, float], language: Language) -> str:
    return numbers.format_difference(row["difference"], language)
