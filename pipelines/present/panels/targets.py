"""The city's targets and what has been reached of them: progress bars and a sentence."""

from pipelines.catalog import Language
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, list_known_points, text_table
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import KpiResult
from pipelines.reference.targets import Target

Held = tuple[Target, KpiResult]


def draw_targets(held: list[Held], language: Language, *, narrow: bool = False) -> ChartWithTable:
    """Draw one bar a target, in percent of it; the line at 100 is the target.

    `narrow` leaves the target's year out of the names.
    """
    marks = [_target_point(goal, now, language, narrow) for goal, now in held]
    figure: charts.Figure = {"data": [], "layout": {}}
    if list_known_points(marks):
        figure = charts.draw_bars(marks, mean=100.0, mean_text=translate("goals.line", language))
    heads = translate_each("goals.column_", ("target", "reach", "reached", "share"), language)
    rows = [_target_row(goal, now, language) for goal, now in held]
    return ChartWithTable(
        figure,
        target_finding(held, language),
        text_table(heads, rows),
    )


def share_of_target(goal: Target, now: KpiResult) -> float | None:
    """Return what has been reached in percent of the target; None when it is not known."""
    if not now.is_known or now.value is None or not goal.value:
        return None
    return 100 * now.value / goal.value


def _target_point(goal: Target, now: KpiResult, language: Language, narrow: bool) -> DataPoint:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share_of_target(goal, now)
    target, value = _format_target(goal, now, language), now.format_value(language)
    aim = translate("goals.aim", language, goal=target, year=goal.year)
    name = translate("goals.of", language, label=label, aim=aim)
    hover = f"{name}: {value}"
    if part is not None and part > 100:
        hover = f"{hover} ({_format_share(part, language)})"
    if narrow:
        name = translate("goals.of", language, label=label, aim=target)
    state = "reported" if part is not None else now.state
    return DataPoint(name, part, value, hover, state, goal.kpi)


def _format_target(goal: Target, now: KpiResult, language: Language) -> str:
    if now.kpi.unit == "percent":
        text = numbers.format_percent(goal.value, language, 0)
    else:
        text = numbers.format_number(goal.value, language)
    return numbers.add_qualifier(text, goal.qualifier, language)


def _target_row(goal: Target, now: KpiResult, language: Language) -> list[str]:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share_of_target(goal, now)
    share = numbers.SIGNS.get(now.state, numbers.NOT_REPORTED)
    if part is not None:
        share = _format_share(part, language)
    aim = translate("goals.aim", language, goal=_format_target(goal, now, language), year=goal.year)
    return [label, aim, now.format_value(language), share]


def _format_share(part: float, language: Language) -> str:
    """Write a share of the target; above it with the word, as 400 % alone looks like a slip."""
    share = numbers.format_percent(part, language, 0)
    return share if part <= 100 else translate("goals.share_over", language, share=share)


def target_finding(held: list[Held], language: Language) -> str:
    """Write what has been reached of the first target."""
    goal, now = held[0]
    part = share_of_target(goal, now)
    if part is None or not now.makes_headline:
        label = goal.label_vi if language == "vi" else goal.label_en
        if now.is_known:
            returns = numbers.format_fraction(now.received, now.expected, language)
            text = translate("changes.partial", language, label=label, returns=returns)
            return text.removesuffix(".")
        return now.format_sentence(label, language).removesuffix(".")
    values = {
        "share": numbers.format_percent(part, language, 0),
        "goal": numbers.format_number(goal.value, language),
    }
    key = "goals.finding_over" if part > 100 else "goals.finding"
    return translate(
        key, language, **values, reached=now.format_with_unit(language), year=goal.year
    )
