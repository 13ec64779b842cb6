"""Answers about counselling points in, the pictures of their growth out: steps to the target, new points a year."""

from pipelines.catalog import Language
from pipelines.present import charts, display, spans
from pipelines.present.answers import Answer, over_time
from pipelines.present.charts import Target
from pipelines.present.marks import Mark, Picture, listing
from pipelines.present.text import say
from pipelines.reference.periods import Quarter, parse


def steps(
    found: list[Answer], working: list[Answer], goal: tuple[float, int] | None, language: Language, *, wide: int = 620
) -> Picture:
    """Points at each quarter's end as a step line; points that had clients in grey; `goal` is a value and its year."""
    marks, grey = over_time(found, language), over_time(working, language)
    known = [a for a in sorted(found, key=_start) if a.known]
    if not known:
        return Picture(charts.steps([], str), say("points.none", language), listing([], "", ""))
    target = _target(known[-1], goal, language) if goal else None
    grey = grey if len(grey) == len(marks) else _aligned(marks, grey)
    name = say("points.working", language, n=grey[-1].text) if grey and grey[-1].value is not None else ""
    figure = charts.steps(
        marks, lambda v: display.number(v, language), context=grey or None, name=name, target=target, wide=wide
    )
    beside = [(working[0].kpi.label.of(language), grey)] if working else []
    table = listing(marks, say("column.period", language), known[0].kpi.label.of(language), *beside)
    return Picture(figure, finding(known[0], known[-1], goal, language), table)


def _start(a: Answer) -> int:
    return parse(str(a.at["period"])).first.index


def _aligned(marks: list[Mark], other: list[Mark]) -> list[Mark]:
    """The other line at the same quarters; where it has none, nothing is drawn."""
    by_code = {m.code: m for m in other}
    return [by_code.get(m.code, Mark(m.name, None, "", m.hover, "not_applicable", m.code)) for m in marks]


def _target(last: Answer, goal: tuple[float, int], language: Language) -> Target | None:
    """The ring at the end of the target's year, and the pace needed to get there."""
    now, then = Quarter(_start(last)), Quarter.of(goal[1], 4)
    ahead = then.index - now.index
    left = goal[0] - (last.value or 0)
    if ahead <= 0 or left <= 0:
        return None
    value = display.number(goal[0], language)
    pace = say("points.pace", language, n=display.trimmed(left * 4 / ahead, language, 1))
    text = say("points.target", language, value=f"<b>{value}</b>", year=goal[1])
    hover = say("points.target_hover", language, value=value, year=goal[1], left=display.number(left, language))
    return Target(goal[0], ahead, text, pace, hover, spans.tick(then, language))


def finding(first: Answer, last: Answer, goal: tuple[float, int] | None, language: Language) -> str:
    """From … to … points, and how many are missing to the target."""
    if first.value == last.value:
        return say("points.same", language, n=last.text(language))
    left = (goal[0] if goal else 0) - (last.value or 0)
    text = say("points.grown", language, a=first.text(language), b=last.text(language))
    if goal is None or left <= 0:
        return text
    return text + say("points.left", language, n=display.number(left, language), goal=display.number(goal[0], language))


def title(first: Answer, last: Answer, goal: tuple[float, int] | None, language: Language) -> str:
    """The page's finding: growth, and its share of the target."""
    if not last.known:
        return say("points.none", language)
    text = say("points.same", language, n=last.text(language))
    if first.known and first.value != last.value:
        text = say("points.grown", language, a=first.text(language), b=last.text(language))
    if goal is None:
        return text
    share = display.percent(100 * (last.value or 0) / goal[0], language, 0)
    return text + say("points.share", language, share=share, year=goal[1])


def busiest(found: list[Answer], language: Language) -> str:
    """Which ward's point has the most contacts, and how many points have any; `found` holds wards with a point."""
    known = sorted((a for a in found if a.known and a.value), key=lambda a: -(a.value or 0))
    if not known:
        return say("points.none" if not found else "points.idle", language)
    values = {"name": known[0].at["ward_name"], "n": known[0].text(language)}
    held = {"held": display.number(len(known), language), "whole": display.number(len(found), language)}
    return say("points.busiest", language, **values, **held)


def founded(found: list[Answer], language: Language) -> Picture:
    """New points a year as columns; years without a register of foundings are n/a."""
    marks = over_time(found, language, column="year")
    known = [m for m in marks if m.value is not None]
    whole = sum(m.value or 0 for m in known)
    lead = max(range(len(marks)), key=lambda i: marks[i].value or 0, default=0)
    alt = say("points.founded_none", language)
    if whole:
        values = {"n": marks[lead].text, "year": marks[lead].name, "whole": display.number(whole, language)}
        alt = say("points.founded", language, **values)
    table = listing(marks, say("column.period", language), say("points.founded_column", language))
    return Picture(charts.columns(marks, lead=lead if whole else None, height=360, wide=300), alt, table)
