"""Figures in, the sentences of a section out: a figure that is not known takes its sentence with it."""

import string

from pipelines.output.report.asked import Asked, label
from pipelines.output.report.layout import Plan
from pipelines.present import display, spans
from pipelines.present.answers import Answer
from pipelines.present.text import say, sentences
from pipelines.reference import targets

#: Marks a figure to which not every expected return has come.
PARTIAL = "†"


def partial(a: Answer) -> bool:
    """Does it lack returns? A figure about the returns themselves is whole, however many came."""
    return a.known and a.received < a.expected and a.kpi.kind != "returns"


def marked(text: str, a: Answer) -> str:
    """The mark stands behind the number, before its unit."""
    if not partial(a):
        return text
    number, apart, unit = text.rpartition(display.NBSP)
    own = apart and not any(c.isdigit() for c in unit) and unit != "%"
    return f"{number}{PARTIAL}{apart}{unit}" if own else text + PARTIAL


def paragraphs(asked: Asked, plan: Plan) -> tuple[str, ...]:
    """The section's own sentences in one paragraph, the comparison and targets in a second."""
    own = [_sentence(asked, f"report.{plan.name}_{n}") for n in range(1, plan.sentences + 1)]
    more = [_compared(asked, plan.compared), *(_target(asked, code) for code in plan.codes)]
    told = [" ".join(s for s in part if s) for part in (own, more)]
    return tuple(t for t in told if t) or (say("report.unknown", asked.language),)


def _sentence(asked: Asked, key: str) -> str:
    """One sentence with its figures, or nothing when one of them is not known."""
    pattern = str(sentences(asked.language)[key])
    codes = [name for _, name, _, _ in string.Formatter().parse(pattern) if name and name.isupper()]
    found = {code: asked.now(code) for code in codes}
    if not all(a.known for a in found.values()):
        return ""
    words = {code: marked(a.said(asked.language), a) for code, a in found.items()}
    when = {"end": spans.day(asked.span.end, asked.language), "period": spans.span(asked.span, asked.language)}
    return say(key, asked.language, **words, **when)


def _compared(asked: Asked, code: str) -> str:
    """Against the same period: more, fewer or as many, with the earlier figure."""
    if not code or not (asked.now(code).known and asked.then(code).known):
        return ""
    now, then = asked.now(code), asked.then(code)
    difference = (now.value or 0) - (then.value or 0)
    values = {
        "label": inside(label(code, asked.language)),
        "before": spans.span(asked.before, asked.language),
        "then": marked(then.text(asked.language), then),
        "d": display.number(abs(difference), asked.language, now.kpi.decimals),
    }
    key = "more" if difference > 0 else "fewer" if difference < 0 else "equal"
    return say(f"report.compared_{key}", asked.language, **values)


def inside(text: str) -> str:
    """A label in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _target(asked: Asked, code: str) -> str:
    """What the city has set itself to reach: said for the whole city only, as the plans do."""
    goal = targets.target(code, asked.span.last.year)
    now = asked.now(code)
    if goal is None or asked.places or not now.known:
        return ""
    rate = now.kpi.unit == "percent"
    value = display.percent(goal.value, asked.language, 0) if rate else display.number(goal.value, asked.language)
    over = display.qualified(value, goal.qualifier, asked.language)
    words = {"label": label(code, asked.language), "year": goal.year, "goal": over, "plan": goal.plan}
    share = display.percent(100 * (now.value or 0) / goal.value, asked.language)
    key = "report.target_rate" if rate else "report.target"
    return say(key, asked.language, **words, now=marked(now.text(asked.language), now), share=share)


def missing(asked: Asked, most: int) -> str:
    """Who has not reported: the places by name, the rest as a number."""
    found = asked.missing.unique(["ward", "form", "period"], maintain_order=True)
    if not found.height:
        return say("report.missing_none", asked.language)
    names = [
        say(
            "report.missing_one",
            asked.language,
            name=name,
            form=form,
            period=spans.span(period, asked.language),
        )
        for name, form, period in found.select("ward_name", "form", "period").head(most).iter_rows()
    ]
    more = found.height - len(names)
    rest = say("report.missing_more", asked.language, n=display.number(more, asked.language)) if more else ""
    count = display.number(found.height, asked.language)
    return say("report.missing", asked.language, n=count, names="; ".join(names) + rest)
