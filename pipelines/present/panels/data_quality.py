"""The panels of data quality: open issues, unusual values, changes after a close, returns."""

import json
import re
from typing import Any

import polars as pl

from pipelines.catalog import Language, fields, messages, rules
from pipelines.intake.issues import Issue
from pipelines.present import charts
from pipelines.present.chart_data import (
    ChartWithTable,
    DataPoint,
    list_names,
    points_table,
    tabulate_items,
    text_table,
)
from pipelines.present.charts import HeatmapRow, StackedRow, StagePart, Tone
from pipelines.present.format import numbers, periods
from pipelines.present.format.text import capitalise_first
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult, points_over_time

#: Rules a bar chart shows before it stops being read.
RULES = 8
#: Earlier values written beside an unusual one.
SHOWN = 6
#: A bar's name is cut to so many letters; the whole sentence is in the table.
LETTERS = 96


def draw_rules(
    found: pl.DataFrame, language: Language, *, letters: int = LETTERS
) -> ChartWithTable:
    """Draw how often each rule is still broken, the most frequent first, with the rule in words."""
    counted = found.group_by("code").len().sort("len", "code", descending=[True, False]).rows()
    marks = [_rule_point(code, n, language, letters) for code, n in counted]
    rule_head, count_head = translate_each("troubles.column_", ("rule", "count"), language)
    table = points_table(marks, rule_head, count_head)
    if not marks:
        alt = translate("troubles.none", language)
        return ChartWithTable({"data": [], "layout": {}}, alt, table)
    alt = translate(
        "troubles.rules",
        language,
        n=numbers.format_number(found.height, language),
        rules=len(marks),
        top=rule_name(counted[0][0], language),
    )
    return ChartWithTable(charts.draw_bars(marks[:RULES]), alt, table)


def _rule_point(code: str, n: int, language: Language, letters: int) -> DataPoint:
    name, count = rule_name(code, language), numbers.format_number(n, language)
    short = name if len(name) <= letters else f"{name[:letters].rsplit(' ', 1)[0]} …"
    return DataPoint(
        f"{code.removeprefix('rule-')}: {short}", n, count, f"{name}: {count}", code=code
    )


def rule_name(code: str, language: Language) -> str:
    """Return the rule's sentence without its values; the code itself when it has none."""
    if code in messages():
        return _without_values(messages()[code].text.of(language))
    if code in rules():
        return _without_values(rules()[code].message.of(language))
    return code


def _without_values(text: str) -> str:
    """Return the sentence with "…" where a value would stand.

    Values in brackets and at the start are dropped.
    """
    bare = re.sub(r"\s*[(“][^()“”]*\{[^()“”]*[)”]", "", text)
    bare = re.sub(r"^(\{\w+\}[:,]?\s*)+", "", bare)
    words = re.sub(r"\{\w+\}", "…", bare).strip().removesuffix(".")
    return words[:1].upper() + words[1:]


def issue_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row an issue: place, district, quarter, what is wrong, where, what to do."""
    heads = translate_each(
        "troubles.column_", ("place", "district", "period", "what", "cell", "todo"), language
    )
    return tabulate_items(heads, found.to_dicts(), _issue_row, language)


def _issue_row(row: dict[str, Any], language: Language) -> list[str]:
    values = json.loads(row["given"]) if row["given"] else {}
    case = values.pop("case", "")
    text = row["text"] or ""
    issue = Issue(row["code"], row["sheet"], row["cell"], text, values, row["field"], case=case)
    where = "!".join(part for part in (row["sheet"], row["cell"]) if part)
    period = periods.format_quarter_tick(row["period"], language)
    return [
        row["ward_name"],
        row["district_name"],
        period,
        issue.build_message(language),
        where,
        issue.build_advice(language),
    ]


def outlier_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row an unusual value: place, field, value, earlier values, last year's value."""
    heads = translate_each(
        "troubles.column_", ("place", "district", "field", "value", "before", "year"), language
    )
    return tabulate_items(heads, _sort_by_score(found).to_dicts(), _outlier_row, language)


def _sort_by_score(found: pl.DataFrame) -> pl.DataFrame:
    return found.sort(pl.col("score").abs(), descending=True, maintain_order=True)


def outlier_codes(found: pl.DataFrame) -> tuple[str, ...]:
    """Return the codes of the wards in the order of `outlier_table`."""
    return tuple(_sort_by_score(found)["ward"].to_list())


def _outlier_row(row: dict[str, Any], language: Language) -> list[str]:
    last = [numbers.format_number(value, language) for value in row["before"][-SHOWN:]]
    year = ""
    if row["last_year"] is not None:
        year = numbers.format_number(row["last_year"], language)
    label = fields()[row["measure"]].label.of(language)
    value = numbers.format_number(row["value"], language)
    return [row["ward_name"], row["district_name"], label, value, " · ".join(last), year]


def revision_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a value changed after the close.

    The columns are place, period, field, before, after, when, and whether it is approved.
    """
    names = ("place", "period", "field", "stood", "after", "received", "state")
    heads = translate_each("troubles.column_", names, language)
    return tabulate_items(heads, found.to_dicts(), _revision_row, language)


def _revision_row(row: dict[str, Any], language: Language) -> list[str]:
    label = row["field"]
    if label in fields():
        label = fields()[label].label.of(language)
    state = translate("troubles.approved" if row["approved"] else "troubles.waiting", language)
    period = periods.format_quarter_tick(row["period"], language)
    return [
        row["ward_name"],
        period,
        label,
        numbers.format_number(row["before"], language),
        numbers.format_number(row["after"], language),
        periods.format_day(row["received"].date(), language),
        state,
    ]


def revision_finding(found: pl.DataFrame, language: Language) -> str:
    """Write how many values changed after a close, and how many wait for approval."""
    if found.is_empty():
        return translate("troubles.no_revisions", language)
    waiting = found.filter(~pl.col("approved")).height
    values = {
        "n": numbers.format_number(found.height, language),
        "waiting": numbers.format_number(waiting, language),
    }
    return translate("troubles.revisions", language, **values)


#: Share received and its class of colour: a full square is pale and without words, the more is
#: missing the deeper it is.
LEVELS = ((1.0, 0), (0.95, 2), (0.9, 3), (0.75, 4), (0.0, 6))


def draw_return_heatmap(
    found: list[KpiResult],
    column: str,
    language: Language,
    *,
    left: int = 120,
    written: bool = True,
) -> ChartWithTable:
    """Draw one line a place in the order given and one square a period.

    `column` is district or ward; squares carry counts if `written`.
    """
    results_of: dict[tuple[str, str], list[KpiResult]] = {}
    for result in found:
        place = (str(result.at[column]), str(result.at[f"{column}_name"]))
        results_of.setdefault(place, []).append(result)
    lines = [_heatmap_row(name, results, language) for (_, name), results in results_of.items()]
    table = {translate(f"column.{column}", language): list_names(lines)}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        table[mark.name] = [_square_text(line.marks[i]) for line in lines if i < len(line.marks)]
    return ChartWithTable(
        charts.draw_heatmap(lines, left=left, written=written),
        coverage_finding(found, column, language),
        pl.DataFrame(table),
    )


def _heatmap_row(name: str, found: list[KpiResult], language: Language) -> HeatmapRow:
    results = sorted(found, key=lambda result: periods.start_index(str(result.at["period"])))
    marks = []
    for mark, result in zip(points_over_time(found, language), results, strict=True):
        marks.append(_heatmap_point(mark, result, name, language))
    return HeatmapRow(name, tuple(marks), tuple(map(_coverage_level, results)))


def _heatmap_point(mark: DataPoint, a: KpiResult, name: str, language: Language) -> DataPoint:
    """Return one square; it carries words only when something is missing."""
    counts = numbers.format_fraction(a.numerator, a.denominator, language)
    when = periods.format_period(mark.code, language)
    if a.state != "reported" or not a.denominator:
        state = "not_applicable" if not a.denominator else a.state
        return DataPoint(
            mark.name,
            None,
            "",
            translate(f"nothing.{state}", language, name=f"{name}, {when}"),
            state,
            mark.code,
        )
    if not a.numerator:
        sentence = translate(
            "quality.hover_none",
            language,
            name=name,
            period=when,
            n=numbers.format_number(a.denominator, language),
        )
        return DataPoint(mark.name, None, numbers.NOT_REPORTED, sentence, "not_reported", mark.code)
    text = "" if a.numerator == a.denominator else counts
    return DataPoint(
        mark.name,
        a.value,
        text,
        translate("quality.hover", language, name=name, period=when, n=counts),
        code=mark.code,
    )


def _coverage_level(a: KpiResult) -> int | None:
    """Return the class of colour of the share received; None when nothing was expected."""
    if not a.denominator:
        return None
    share = (a.numerator or 0) / a.denominator
    return next(level for least, level in LEVELS if share >= least)


def _square_text(mark: DataPoint) -> str:
    return numbers.SIGNS.get(mark.state, mark.text or "✓")


def coverage_finding(found: list[KpiResult], column: str, language: Language) -> str:
    """Write how many of the places that owe returns have all of them in, in every period."""
    owing = {a.at[column] for a in found if a.denominator}
    if not owing:
        return translate("quality.title_none", language)
    incomplete = {a.at[column] for a in found if (a.numerator or 0) < (a.denominator or 0)}
    return translate(
        "quality.finding",
        language,
        n=numbers.format_number(len(owing) - len(incomplete), language),
        whole=numbers.format_number(len(owing), language),
        level=translate(f"level.{column}", language),
    )


def format_quarter(quarter: str, language: Language) -> str:
    """Return the quarter in words."""
    return periods.format_period(quarter, language)


def missing_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a return that has not come: quarter, place, district, form."""
    heads = translate_each("quality.column_", ("period", "place", "district", "form"), language)
    return tabulate_items(heads, found.to_dicts(), _missing_row, language)


def _missing_row(row: dict[str, Any], language: Language) -> list[str]:
    form = translate(f"form.{row['form']}", language)
    quarter = periods.format_quarter_tick(row["period"], language)
    return [quarter, row["ward_name"], row["district_name"], form]


#: In time, late, not received.
STAGES: tuple[tuple[Tone, str], ...] = (
    ("going", "on_time"),
    ("arrived", "late"),
    ("waiting", "missing"),
)
#: Quarters drawn; more stand in the table.
QUARTERS = 6


def draw_timeliness(
    received: list[KpiResult], timely: list[KpiResult], language: Language, *, wide: int = 620
) -> ChartWithTable:
    """Draw one bar a quarter, newest first; both lists hold the same quarters."""
    rows = []
    for all_received, in_time in zip(received, timely, strict=True):
        if all_received.denominator:
            rows.append(_timeliness_row(all_received, in_time, language))
    rows.sort(key=lambda row: periods.start_index(row[0]), reverse=True)
    stages = {tone: translate(f"timely.{name}", language) for tone, name in STAGES}
    bars = [row for _, row in rows]
    figure = charts.draw_stacked(bars[:QUARTERS], stages, wide=wide)
    heads = [translate("column.period", language), *stages.values()]
    return ChartWithTable(
        figure,
        timeliness_finding(rows, language),
        _timeliness_table(bars, heads, language),
    )


def _timeliness_table(rows: list[StackedRow], heads: list[str], language: Language) -> pl.DataFrame:
    table = []
    for row in rows:
        counts = [numbers.format_number(part.value, language) for part in row.parts]
        table.append([row.name, *counts])
    return text_table(heads, table)


def _timeliness_row(
    received: KpiResult, timely: KpiResult, language: Language
) -> tuple[str, StackedRow]:
    """Return the period and the bar of one quarter."""
    owed = round(received.denominator or 0)
    came = round(received.numerator or 0)
    early = round(timely.numerator or 0)
    counts = {"on_time": early, "late": max(0, came - early), "missing": max(0, owed - came)}
    period = str(received.at["period"])
    name = capitalise_first(periods.format_period(period, language))
    parts = tuple(
        _timeliness_part(tone, key, counts[key], owed, name, language) for tone, key in STAGES
    )
    return period, StackedRow(name, numbers.format_fraction(came, owed, language), parts)


def _timeliness_part(
    tone: Tone, key: str, n: int, owed: int, name: str, language: Language
) -> StagePart:
    text = numbers.format_number(n, language)
    values = {"name": name, "part": text, "whole": numbers.format_number(owed, language)}
    return StagePart(
        tone,
        n,
        text,
        translate("timely.hover", language, **values, stage=translate(f"timely.{key}", language)),
    )


def timeliness_finding(rows: list[tuple[str, StackedRow]], language: Language) -> str:
    """Write the counts of the newest quarter."""
    if not rows:
        return translate("quality.title_none", language)
    newest = rows[0][1]
    early, late, missing = [part.text for part in newest.parts]
    return translate(
        "timely.finding", language, period=newest.name, early=early, late=late, missing=missing
    )
