"""Figures in, the sentences of a section out: a figure that is not known takes its sentence with it."""

import string

from pipelines.output.report.query import ReportQuery, SectionPlan, kpi_label
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import load_sentences, translate
from pipelines.present.kpi_result import KpiResult
from pipelines.reference import targets

#: Marks a figure to which not every expected return has come.
PARTIAL = "†"


def is_partial(a: KpiResult) -> bool:
    """Does it lack returns? A figure about the returns themselves is whole, however many came."""
    return a.is_known and a.received < a.expected and a.kpi.kind != "returns"


def add_partial_mark(text: str, a: KpiResult) -> str:
    """The mark stands behind the number, before its unit."""
    if not is_partial(a):
        return text
    number, apart, unit = text.rpartition(numbers.NBSP)
    own = apart and not any(c.isdigit() for c in unit) and unit != "%"
    return f"{number}{PARTIAL}{apart}{unit}" if own else text + PARTIAL


def write_paragraphs(asked: ReportQuery, plan: SectionPlan) -> tuple[str, ...]:
    """The section's own sentences in one paragraph, the comparison and targets in a second."""
    own = [_write_sentence(asked, f"report.{plan.name}_{n}") for n in range(1, plan.sentences + 1)]
    more = [
        _write_comparison(asked, plan.compared),
        *(_write_target(asked, code) for code in plan.codes),
    ]
    told = [" ".join(s for s in part if s) for part in (own, more)]
    return tuple(t for t in told if t) or (translate("report.unknown", asked.language),)


def _write_sentence(asked: ReportQuery, key: str) -> str:
    """One sentence with its figures, or nothing when one of them is not known."""
    pattern = str(load_sentences(asked.language)[key])
    codes = [name for _, name, _, _ in string.Formatter().parse(pattern) if name and name.isupper()]
    found = {code: asked.current_result(code) for code in codes}
    if not all(a.is_known for a in found.values()):
        return ""
    words = {
        code: add_partial_mark(a.format_with_unit(asked.language), a) for code, a in found.items()
    }
    when = {
        "end": periods.format_day(asked.span.end, asked.language),
        "period": periods.format_period(asked.span, asked.language),
    }
    return translate(key, asked.language, **words, **when)


def _write_comparison(asked: ReportQuery, code: str) -> str:
    """Against the same period: more, fewer or as many, with the earlier figure."""
    if not code or not (
        asked.current_result(code).is_known and asked.earlier_result(code).is_known
    ):
        return ""
    now, then = asked.current_result(code), asked.earlier_result(code)
    difference = (now.value or 0) - (then.value or 0)
    values = {
        "label": lower_first(kpi_label(code, asked.language)),
        "before": periods.format_period(asked.before, asked.language),
        "then": add_partial_mark(then.format_value(asked.language), then),
        "d": numbers.format_number(abs(difference), asked.language, now.kpi.decimals),
    }
    key = "more" if difference > 0 else "fewer" if difference < 0 else "equal"
    return translate(f"report.compared_{key}", asked.language, **values)


def lower_first(text: str) -> str:
    """A label in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _write_target(asked: ReportQuery, code: str) -> str:
    """What the city has set itself to reach: said for the whole city only, as the plans do."""
    goal = targets.find_target(code, asked.span.last.year)
    now = asked.current_result(code)
    if goal is None or asked.places or not now.is_known:
        return ""
    rate = now.kpi.unit == "percent"
    value = (
        numbers.format_percent(goal.value, asked.language, 0)
        if rate
        else numbers.format_number(goal.value, asked.language)
    )
    over = numbers.add_qualifier(value, goal.qualifier, asked.language)
    words = {
        "label": kpi_label(code, asked.language),
        "year": goal.year,
        "goal": over,
        "plan": goal.plan,
    }
    share = numbers.format_percent(100 * (now.value or 0) / goal.value, asked.language)
    key = "report.target_rate" if rate else "report.target"
    return translate(
        key,
        asked.language,
        **words,
        now=add_partial_mark(now.format_value(asked.language), now),
        share=share,
    )


def write_missing(asked: ReportQuery, most: int) -> str:
    """Who has not reported: the places by name, the rest as a number."""
    found = asked.missing.unique(["ward", "form", "period"], maintain_order=True)
    if not found.height:
        return translate("report.missing_none", asked.language)
    names = [
        translate(
            "report.missing_one",
            asked.language,
            name=name,
            form=form,
            period=periods.format_period(period, asked.language),
        )
        for name, form, period in found.select("ward_name", "form", "period").head(most).iter_rows()
    ]
    more = found.height - len(names)
    rest = (
        translate(
            "report.missing_more", asked.language, n=numbers.format_number(more, asked.language)
        )
        if more
        else ""
    )
    count = numbers.format_number(found.height, asked.language)
    return translate("report.missing", asked.language, n=count, names="; ".join(names) + rest)
