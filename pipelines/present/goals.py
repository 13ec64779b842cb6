"""Targets of the city and what has been reached in, progress bars with the target's line and a sentence out."""

import polars as pl

from pipelines.catalog import Language
from pipelines.present import charts, display
from pipelines.present.answers import Answer
from pipelines.present.marks import Mark, Picture
from pipelines.present.text import say
from pipelines.reference.targets import Target

#: Figures the city has set itself targets for.
CODES = ("P01", "O07")
Held = tuple[Target, Answer]


def picture(held: list[Held], language: Language, *, narrow: bool = False) -> Picture:
    """One bar a target, in percent of it; the line at 100 is the target. `narrow`: names without the target's year."""
    marks = [_mark(goal, now, language, narrow) for goal, now in held]
    line = say("goals.line", language)
    figure = charts.bars(marks, mean=100.0, mean_text=line) if any(m.value is not None for m in marks) else _NOTHING
    heads = [say(f"goals.column_{h}", language) for h in ("target", "reach", "reached", "share")]
    rows = [_row(goal, now, language) for goal, now in held]
    return Picture(
        figure, finding(held, language), pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")
    )


_NOTHING: charts.Figure = {"data": [], "layout": {}}


def share(goal: Target, now: Answer) -> float | None:
    """What has been reached in percent of the target."""
    return 100 * now.value / goal.value if now.known and now.value is not None and goal.value else None


def _mark(goal: Target, now: Answer, language: Language, narrow: bool) -> Mark:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share(goal, now)
    aim = say("goals.aim", language, goal=_goal(goal, now, language), year=goal.year)
    name = say("goals.of", language, label=label, aim=aim)
    state = "reported" if part is not None else now.state
    shown = say("goals.of", language, label=label, aim=_goal(goal, now, language)) if narrow else name
    return Mark(shown, part, now.text(language), f"{name}: {now.text(language)}", state, goal.kpi)


def _goal(goal: Target, now: Answer, language: Language) -> str:
    written = (
        display.percent(goal.value, language, 0) if now.kpi.unit == "percent" else display.number(goal.value, language)
    )
    return display.qualified(written, goal.qualifier, language)


def _row(goal: Target, now: Answer, language: Language) -> list[str]:
    label = goal.label_vi if language == "vi" else goal.label_en
    part = share(goal, now)
    told = (
        display.percent(part, language, 0) if part is not None else display.SIGNS.get(now.state, display.NOT_REPORTED)
    )
    aim = say("goals.aim", language, goal=_goal(goal, now, language), year=goal.year)
    return [label, aim, now.text(language), told]


def finding(held: list[Held], language: Language) -> str:
    """How far towards the first target, and the pace still needed."""
    goal, now = held[0]
    part = share(goal, now)
    if part is None:
        return say("goals.none", language)
    values = {"share": display.percent(part, language, 0), "goal": display.number(goal.value, language)}
    return say("goals.finding", language, **values, reached=now.said(language), year=goal.year)
