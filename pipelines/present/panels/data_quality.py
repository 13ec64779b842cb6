"""Open issues, unusual values and changes after a close in, their tables, bars and sentences out."""

import json
import re
from typing import Any

import polars as pl

from pipelines.catalog import Language, fields, messages, rules
from pipelines.intake.issues import Issue
from pipelines.intake.reminders import Reminder
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table, text_table
from pipelines.present.charts import HeatmapRow, StackedRow, StagePart, Tone
from pipelines.present.format import numbers, periods
from pipelines.present.format import numbers as format_numbers
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
    """How often each rule is still broken, the most frequent first, with the rule in words."""
    counted = found.group_by("code").len().sort("len", "code", descending=[True, False]).rows()
    marks = [_rule_point(code, n, language, letters) for code, n in counted]
    alt = translate("troubles.none", language)
    if marks:
        values = {"n": format_numbers.format_number(found.height, language), "rules": len(marks)}
        alt = translate(
            "troubles.rules", language, **values, top=rule_name(counted[0][0], language)
        )
    table = points_table(
        marks,
        translate("troubles.column_rule", language),
        translate("troubles.column_count", language),
    )
    figure = charts.draw_bars(marks[:RULES]) if marks else {"data": [], "layout": {}}
    return ChartWithTable(figure, alt, table)


def _rule_point(code: str, n: int, language: Language, letters: int) -> DataPoint:
    name, count = rule_name(code, language), format_numbers.format_number(n, language)
    short = name if len(name) <= letters else f"{name[:letters].rsplit(' ', 1)[0]} …"
    return DataPoint(
        f"{code.removeprefix('rule-')}: {short}", n, count, f"{name}: {count}", code=code
    )


def rule_name(code: str, language: Language) -> str:
    """The rule's sentence with its values left out."""
    texts = {
        **{c: r.message for c, r in rules().items()},
        **{c: m.text for c, m in messages().items()},
    }
    return _without_values(texts[code].of(language)) if code in texts else code


def _without_values(text: str) -> str:
    """The sentence with "…" where a value would stand; brackets of values and values at the start are dropped."""
    bare = re.sub(r"\s*[(“][^()“”]*\{[^()“”]*[)”]", "", text)
    bare = re.sub(r"^(\{\w+\}[:,]?\s*)+", "", bare)
    words = re.sub(r"\{\w+\}", "…", bare).strip().removesuffix(".")
    return words[:1].upper() + words[1:]


def issue_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row an issue: place, quarter, what is wrong, where, what to do."""
    heads = translate_each(
        "troubles.column_", ("place", "period", "what", "cell", "todo"), language
    )
    rows = [_issue_row(row, language) for row in found.to_dicts()]
    return text_table(heads, rows)


def _issue_row(row: dict[str, Any], language: Language) -> list[str]:
    given = json.loads(row["given"]) if row["given"] else {}
    case = given.pop("case", "")
    one = Issue(
        row["code"], row["sheet"], row["cell"], row["text"] or "", given, row["field"], case=case
    )
    where = "!".join(part for part in (row["sheet"], row["cell"]) if part)
    period = periods.format_quarter_tick(row["period"], language)
    return [
        row["ward_name"],
        period,
        one.build_message(language),
        where,
        one.build_advice(language),
    ]


def outlier_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a value unlike its past: place, field, value, its last values, the same quarter last year."""
    heads = translate_each(
        "troubles.column_", ("place", "district", "field", "value", "before", "year"), language
    )
    rows = [_outlier_row(row, language) for row in _sort_by_score(found).to_dicts()]
    return text_table(heads, rows)


def _sort_by_score(found: pl.DataFrame) -> pl.DataFrame:
    return found.sort(pl.col("score").abs(), descending=True, maintain_order=True)


def outlier_codes(found: pl.DataFrame) -> tuple[str, ...]:
    """The wards in the order of `outliers`."""
    return tuple(_sort_by_score(found)["ward"].to_list())


def _outlier_row(row: dict[str, Any], language: Language) -> list[str]:
    last = [format_numbers.format_number(v, language) for v in row["before"][-SHOWN:]]
    year = (
        "" if row["last_year"] is None else format_numbers.format_number(row["last_year"], language)
    )
    label = fields()[row["measure"]].label.of(language)
    value = format_numbers.format_number(row["value"], language)
    return [row["ward_name"], row["district_name"], label, value, " · ".join(last), year]


def revision_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a value changed after the close: place, period, field, before, after, when, approved or waiting."""
    names = ("place", "period", "field", "stood", "after", "received", "state")
    heads = translate_each("troubles.column_", names, language)
    rows = [_revision_row(row, language) for row in found.to_dicts()]
    return text_table(heads, rows)


def _revision_row(row: dict[str, Any], language: Language) -> list[str]:
    label = fields()[row["field"]].label.of(language) if row["field"] in fields() else row["field"]
    numbers = [format_numbers.format_number(row[side], language) for side in ("before", "after")]
    state = translate("troubles.approved" if row["approved"] else "troubles.waiting", language)
    period = periods.format_quarter_tick(row["period"], language)
    return [
        row["ward_name"],
        period,
        label,
        *numbers,
        periods.format_day(row["received"].date(), language),
        state,
    ]


def revision_finding(found: pl.DataFrame, language: Language) -> str:
    """How many values changed after a close, and how many wait for approval."""
    if found.is_empty():
        return translate("troubles.no_revisions", language)
    waiting = found.filter(~pl.col("approved")).height
    values = {
        "n": format_numbers.format_number(found.height, language),
        "waiting": format_numbers.format_number(waiting, language),
    }
    return translate("troubles.revisions", language, **values)


#: Share received → class of colour: a full square is pale and silent, the more is missing the deeper it is.
LEVELS = ((1.0, 0), (0.95, 2), (0.9, 3), (0.75, 4), (0.0, 6))


def draw_return_heatmap(
    found: list[KpiResult],
    column: str,
    language: Language,
    *,
    left: int = 120,
    written: bool = True,
) -> ChartWithTable:
    """One line a place in the order given, one square a period; `column` is district or ward; counts if `written`."""
    places = list(dict.fromkeys((str(a.at[column]), str(a.at[f"{column}_name"])) for a in found))
    lines = [
        _heatmap_row(name, [a for a in found if a.at[column] == code], language)
        for code, name in places
    ]
    table = {translate(f"column.{column}", language): [line.name for line in lines]}
    for i, mark in enumerate(lines[0].marks if lines else ()):
        table[mark.name] = [_square_text(line.marks[i]) for line in lines if i < len(line.marks)]
    return ChartWithTable(
        charts.draw_heatmap(lines, left=left, written=written),
        coverage_finding(found, len(lines), column, language),
        pl.DataFrame(table),
    )


def _heatmap_row(name: str, found: list[KpiResult], language: Language) -> HeatmapRow:
    marks = [
        _heatmap_point(m, a, name, language)
        for m, a in zip(points_over_time(found, language), _sort_by_time(found), strict=True)
    ]
    return HeatmapRow(name, tuple(marks), tuple(_coverage_level(a) for a in _sort_by_time(found)))


def _sort_by_time(found: list[KpiResult]) -> list[KpiResult]:
    return sorted(found, key=lambda a: periods.start_index(str(a.at["period"])))


def _heatmap_point(mark: DataPoint, a: KpiResult, name: str, language: Language) -> DataPoint:
    """A square carries words only when something is missing."""
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
    share = (a.numerator or 0) / a.denominator if a.denominator else None
    return None if share is None else next(level for least, level in LEVELS if share >= least)


def _square_text(mark: DataPoint) -> str:
    return numbers.SIGNS.get(mark.state, mark.text or "✓")


def coverage_finding(found: list[KpiResult], places: int, column: str, language: Language) -> str:
    """How many places have all their returns in, for every period shown."""
    short = {a.at[column] for a in found if (a.numerator or 0) < (a.denominator or 0)}
    values = {
        "n": numbers.format_number(places - len(short), language),
        "whole": numbers.format_number(places, language),
    }
    return translate(
        "quality.finding", language, **values, level=translate(f"level.{column}", language)
    )


def format_quarter(quarter: str, language: Language) -> str:
    """The quarter in words."""
    return periods.format_period(quarter, language)


def missing_table(found: pl.DataFrame, language: Language) -> pl.DataFrame:
    """One row a reporter that has not reported: place, district, form."""
    heads = translate_each("quality.column_", ("place", "district", "form"), language)
    rows = [
        [r["ward_name"], r["district_name"], translate(f"form.{r['form']}", language)]
        for r in found.to_dicts()
    ]
    return text_table(heads, rows)


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
    """One bar a quarter, newest first; both lists hold the same quarters."""
    rows = [
        _timeliness_row(a, b, language)
        for a, b in zip(received, timely, strict=True)
        if a.denominator
    ]
    rows.sort(key=lambda r: periods.start_index(r[0]), reverse=True)
    stages = {tone: translate(f"timely.{name}", language) for tone, name in STAGES}
    figure = charts.draw_stacked([row for _, row in rows[:QUARTERS]], stages, wide=wide)
    heads = [translate("column.period", language), *stages.values()]
    table = [
        [row.name, *(numbers.format_number(p.value, language) for p in row.parts)]
        for _, row in rows
    ]
    return ChartWithTable(
        figure,
        timeliness_finding(rows, language),
        text_table(heads, table),
    )


def _timeliness_row(
    received: KpiResult, timely: KpiResult, language: Language
) -> tuple[str, StackedRow]:
    owed, came, early = (
        round(v or 0) for v in (received.denominator, received.numerator, timely.numerator)
    )
    counts = {"on_time": early, "late": max(0, came - early), "missing": max(0, owed - came)}
    period = str(received.at["period"])
    name = capitalise_first(periods.format_period(period, language))
    parts = tuple(
        _timeliness_part(tone, key, counts[key], owed, name, language) for tone, key in STAGES
    )
    return period, StackedRow(name, numbers.format_fraction(came, owed, language), parts)


def capitalise_first(text: str) -> str:
    """The words as they begin a sentence."""
    return text[:1].upper() + text[1:]


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
    """The newest quarter in counts."""
    if not rows:
        return translate("quality.title_none", language)
    newest = rows[0][1]
    early, late, missing = (p.text for p in newest.parts)
    return translate(
        "timely.finding", language, period=newest.name, early=early, late=late, missing=missing
    )


def reminder_table(found: tuple[Reminder, ...], language: Language) -> pl.DataFrame:
    """One row a district: returns missing, returns to mend, the deadline."""
    heads = translate_each("timely.column_", ("district", "missing", "mend", "deadline"), language)
    rows = [
        [
            c.district_name or c.district,
            numbers.format_number(len(c.missing), language),
            numbers.format_number(len(c.to_correct), language),
            periods.format_day(c.deadline, language),
        ]
        for c in found
    ]
    return text_table(heads, rows)


def reminder_finding(found: tuple[Reminder, ...], language: Language) -> str:
    """How many districts are to be reminded, and of how many returns."""
    missing, mend = sum(len(c.missing) for c in found), sum(len(c.to_correct) for c in found)
    if not found:
        return translate("timely.nobody", language)
    values = {
        "n": len(found),
        "missing": numbers.format_number(missing, language),
        "mend": numbers.format_number(mend, language),
    }
    return translate("timely.chase", language, **values)
