"""Targets of the city and what has been reached in, progress bars with the target's line and a sentence out."""

from pipelines.catalog import Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, text_table
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult
from pipelines.reference.targets import Target

#: Figures the city has set itself targets for.
CODES = ("P01", "O07")
Held = tuple[Target, KpiResult]


def draw_targets(held: list[Held], language: Language, *, narrow: bool = False) -> ChartWithTable:
    """One bar a target, in percent of it; the line at 100 is the target. `narrow`: names without the target's year."""
    marks = [_target_point(goal, now, language, narrow) for goal, now in held]
    line = translate("goals.line", language)
    figure = (
        charts.draw_bars(marks, mean=100.0, mean_text=line)
        if any(m.value is not None for m in marks)
        else _NOTHING
    )
    heads = translate_each("goals.column_", ("target", "reach", "reached", "share"), language)
    rows = [_target_row(goal, now, language) for goal, now in held]
    return ChartWithTable(
        figure,
        target_finding(held, language),
        text_table(heads, rows),
    )


_NOTHING: charts.Figure = {"data": [], "layout": {}}


def share_of_target(goal: Target, now: KpiResult) -> float | None:
    """What has been reached in percent of the target."""
    return (
        100 * now.value / goal.value
        if now.is_known and now.value is not None and goal.value
        else None
    )


def _target_point(goal: Target, now: KpiResult, language: Language, narrow: bool) -> DataPoint:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share_of_target(goal, now)
    aim = translate("goals.aim", language, goal=_format_target(goal, now, language), year=goal.year)
    name = translate("goals.of", language, label=label, aim=aim)
    state = "reported" if part is not None else now.state
    shown = (
        translate("goals.of", language, label=label, aim=_format_target(goal, now, language))
        if narrow
        else name
    )
    return DataPoint(
        shown,
        part,
        now.format_value(language),
        f"{name}: {now.format_value(language)}",
        state,
        goal.kpi,
    )


def _format_target(goal: Target, now: KpiResult, language: Language) -> str:
    written = (
        numbers.format_percent(goal.value, language, 0)
        if now.kpi.unit == "percent"
        else numbers.format_number(goal.value, language)
    )
    return numbers.add_qualifier(written, goal.qualifier, language)


def _target_row(goal: Target, now: KpiResult, language: Language) -> list[str]:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share_of_target(goal, now)
    told = (
        numbers.format_percent(part, language, 0)
        if part is not None
        else numbers.SIGNS.get(now.state, numbers.NOT_REPORTED)
    )
    aim = translate("goals.aim", language, goal=_format_target(goal, now, language), year=goal.year)
    return [label, aim, now.format_value(language), told]


def target_finding(held: list[Held], language: Language) -> str:
    """How far towards the first target, and the pace still needed."""
    goal, now = held[0]
    part = share_of_target(goal, now)
    if part is None:
        return translate("goals.none", language)
    values = {
        "share": numbers.format_percent(part, language, 0),
        "goal": numbers.format_number(goal.value, language),
    }
    return translate(
        "goals.finding", language, **values, reached=now.format_with_unit(language), year=goal.year
    )
