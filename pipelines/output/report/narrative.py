"""The sentences of a section; one whose figure is not known is left out."""

import string

from pipelines.output.report.query import ReportQuery, SectionPlan, kpi_label
from pipelines.present.format import numbers, periods
from pipelines.present.i18n import load_sentences, translate
from pipelines.present.kpi_result import KpiResult
from pipelines.reference import targets

#: Marks a figure some of whose values are missing.
PARTIAL = "†"


def add_partial_mark(text: str, a: KpiResult) -> str:
    """Add the mark of a partial figure behind the number, before its unit."""
    if not a.is_partial:
        return text
    number, space, unit = text.rpartition(numbers.NBSP)
    if not space or unit == "%" or _has_digit(unit):
        return text + PARTIAL
    return f"{number}{PARTIAL}{space}{unit}"


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def write_paragraphs(asked: ReportQuery, plan: SectionPlan) -> tuple[str, ...]:
    """Write the section's own sentences in one paragraph, comparison and targets in a second."""
    own = []
    for number in range(1, plan.sentences + 1):
        own.append(_write_sentence(asked, f"report.{plan.name}_{number}"))
    compared = [_write_comparison(asked, plan.compared)]
    for code in plan.codes:
        compared.append(_write_target(asked, code))
    paragraphs = []
    for sentences in (own, compared):
        text = " ".join(filter(None, sentences))
        if text:
            paragraphs.append(text)
    if not paragraphs:
        paragraphs.append(translate("report.unknown", asked.language))
    return tuple(paragraphs)


def _write_sentence(asked: ReportQuery, key: str) -> str:
    """Write one sentence with its figures, or nothing when one of them is not known."""
    pattern = str(load_sentences(asked.language)[key])
    words: dict[str, str] = {}
    for _, name, _, _ in string.Formatter().parse(pattern):
        if not name or not name.isupper():
            continue
        result = asked.current_result(name)
        if not result.is_known:
            return ""
        words[name] = add_partial_mark(result.format_with_unit(asked.language), result)
    return translate(
        key,
        asked.language,
        **words,
        end=periods.format_day(asked.span.end, asked.language),
        period=periods.format_period(asked.span, asked.language),
    )


def _write_comparison(asked: ReportQuery, code: str) -> str:
    """Compare with the same period before: more, fewer or as many, with the earlier figure."""
    if not code:
        return ""
    now, then = asked.current_result(code), asked.earlier_result(code)
    if not now.makes_headline or not then.makes_headline:
        return ""
    difference = now.shown_value - then.shown_value
    key = "equal"
    if difference:
        key = "more" if difference > 0 else "fewer"
    return translate(
        f"report.compared_{key}",
        asked.language,
        label=lower_first(kpi_label(code, asked.language)),
        before=periods.format_period(asked.before, asked.language),
        then=add_partial_mark(then.format_value(asked.language), then),
        d=numbers.format_number(abs(difference), asked.language, now.kpi.decimals),
    )


def lower_first(text: str) -> str:
    """Return a label for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _write_target(asked: ReportQuery, code: str) -> str:
    """Write what the city has set itself to reach: for the whole city only, as the plans do."""
    target = targets.find_target(code, asked.span.last.year)
    now = asked.current_result(code)
    if target is None or asked.places or not now.is_known:
        return ""
    if now.kpi.unit == "percent":
        key = "report.target_rate"
        value = numbers.format_percent(target.value, asked.language, 0)
    else:
        key = "report.target"
        value = numbers.format_number(target.value, asked.language)
    return translate(
        key,
        asked.language,
        label=kpi_label(code, asked.language),
        year=target.year,
        goal=numbers.add_qualifier(value, target.qualifier, asked.language),
        plan=target.plan,
        now=add_partial_mark(now.format_value(asked.language), now),
        share=numbers.format_percent(100 * (now.value or 0) / target.value, asked.language),
    )


def write_missing(asked: ReportQuery, most: int) -> str:
    """Write who has not reported: at most `most` places by name, the rest as a number."""
    language = asked.language
    missing = asked.missing.unique(["ward", "form", "period"], maintain_order=True)
    if not missing.height:
        return translate("report.missing_none", language)
    named = missing.select("ward_name", "form", "period").head(most)
    names = []
    for name, form, quarter in named.iter_rows():
        period = periods.format_period(quarter, language)
        names.append(translate("report.missing_one", language, name=name, form=form, period=period))
    listed = "; ".join(names)
    more = missing.height - len(names)
    if more:
        count = numbers.format_number(more, language)
        listed += translate("report.missing_more", language, n=count)
    total = numbers.format_number(missing.height, language)
    return translate("report.missing", language, n=total, names=listed)
