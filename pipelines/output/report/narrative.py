"""The sentences of a section; what is not known is left out, and a zero has words of its own."""

import string

from pipelines.output.report.query import ReportQuery, SectionPlan, kpi_label
from pipelines.present.format import numbers, periods
from pipelines.present.format.text import capitalise_first, lower_first
from pipelines.present.i18n import has_text, load_sentences, translate
from pipelines.present.kpi_result import KpiResult, unit_label
from pipelines.reference import targets

#: Letters of the clauses that may follow the first one of a sentence.
CLAUSES = "bcd"
#: How the text calls the direction of a change.
_COMPARED = {"up": "more", "down": "fewer", "same": "equal"}
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
    own: list[str] = []
    for number in range(1, plan.sentences + 1):
        own.append(_write_sentence(asked, f"report.{plan.name}_{number}", own))
    compared = [_write_comparison(asked, plan.compared)]
    for code in plan.codes:
        compared.append(_write_target(asked, code))
    paragraphs = []
    for sentences in (own, compared, _list_partial(asked, plan)):
        text = " ".join(filter(None, sentences))
        if text:
            paragraphs.append(text)
    if not paragraphs:
        paragraphs.append(translate("report.unknown", asked.language))
    return tuple(paragraphs)


def _write_sentence(asked: ReportQuery, key: str, before: list[str]) -> str:
    """Join the clauses of a sentence that can be said.

    A sentence without any figure explains the one `before` it, and is left out without that one.
    """
    clauses = []
    for clause in (key, *(f"{key}_{letter}" for letter in CLAUSES)):
        if not has_text(clause):
            break
        if not _list_figures(clause):
            return translate(clause, asked.language) if before and before[-1] else ""
        clauses.append(_write_clause(asked, clause))
    text = "".join(clauses).lstrip(";, ")
    return f"{capitalise_first(text)}." if text else ""


def _list_figures(key: str) -> list[str]:
    """Return the codes of the figures a clause names."""
    pattern = load_sentences("vi")[key]
    names = [name for _, name, _, _ in string.Formatter().parse(str(pattern)) if name]
    return [name for name in names if name.isupper()]


def _write_clause(asked: ReportQuery, key: str) -> str:
    """Write a clause with its figures; nothing when one of them is not known.

    A zero has the clause of its own, `key`_zero, or none; a partial one does not say "none". The
    mean of one is left out.
    """
    found = list(map(asked.current_result, _list_figures(key)))
    first = found[0]
    if not all(result.is_known for result in found):
        return ""
    if first.kpi.unit != "percent" and first.kpi.denominator and first.denominator == 1:
        return ""
    if not first.value:
        if first.is_partial:
            return ""
        key = f"{key}_zero"
        if not has_text(key):
            return ""
    words = {}
    for result in found:
        text = result.format_with_unit(asked.language)
        words[result.kpi.code] = add_partial_mark(text, result)
    return translate(
        key,
        asked.language,
        **words,
        n=first.format_value(asked.language),
        end=periods.format_day(asked.span.end, asked.language),
    )


def _write_comparison(asked: ReportQuery, code: str) -> str:
    """Compare with the same period before: more, fewer or as many, with the earlier figure."""
    change = asked.compare(code) if code else None
    if change is None or (not change.now.value and not change.then.value):
        return ""
    language, then = asked.language, change.then
    text = translate("report.none", language)
    if then.value:
        text = add_partial_mark(then.format_value(language), then)
    sentence = translate(
        f"report.compared_{_COMPARED[change.direction]}",
        language,
        label=lower_first(kpi_label(code, language)),
        before=periods.format_period_in_sentence(asked.before, language),
        then=text,
        d=numbers.format_number(abs(change.difference), language, then.kpi.decimals),
    )
    if change.now.is_partial or then.is_partial:
        sentence += " " + translate("report.compared_partial", language)
    return sentence


def write_change_title(asked: ReportQuery, code: str) -> str:
    """Write the title of a chart over time: what the text says of the period, in the same numbers.

    Empty where the two periods cannot be compared.
    """
    change = asked.compare(code)
    if change is None:
        return ""
    language = asked.language
    key = f"finding.{change.direction}"
    if not change.now.value:
        key = "finding.to_none" if change.then.value else "finding.both_none"
    elif not change.then.value:
        key = "finding.from_none"
    return translate(
        key,
        language,
        kpi=kpi_label(code, language),
        last=periods.format_period_in_sentence(asked.span, language),
        b=add_partial_mark(change.now.format_after_label(language), change.now),
        first=periods.format_period_in_sentence(asked.before, language),
        a=add_partial_mark(change.then.format_value(language), change.then),
    )


def _list_partial(asked: ReportQuery, plan: SectionPlan) -> list[str]:
    """Write how many values most marked figures of the section lack, and why; then the others.

    Rates are left out: they lack what their parts lack.
    """
    language = asked.language
    marked: dict[tuple[int, str], list[str]] = {}
    for code in plan.codes:
        result = asked.current_result(code)
        if result.is_partial and not result.kpi.denominator:
            lacking = result.missing, result.format_reasons(language)
            marked.setdefault(lacking, []).append(kpi_label(code, language))
    sentences: list[str] = []
    for (count, reasons), names in sorted(marked.items(), key=lambda item: -len(item[1])):
        key = "report.partial" if sentences else "report.partial_every"
        n = numbers.format_number(count, language)
        label = ", ".join([names[0], *map(lower_first, names[1:])])
        sentences.append(translate(key, language, n=n, reasons=reasons, label=label))
    return sentences


def _write_target(asked: ReportQuery, code: str) -> str:
    """Write what the city, or the one place asked, has set itself to reach."""
    target = targets.find_target(code, asked.span.last.year, asked.places)
    now = asked.current_result(code)
    if target is None or not now.is_known:
        return ""
    if now.kpi.unit == "percent":
        key = "report.target_rate"
        value = numbers.format_percent(target.value, asked.language, 0)
    else:
        key = "report.target"
        value = numbers.format_number(target.value, asked.language)
        value = f"{value}{numbers.NBSP}{unit_label(now.kpi, asked.language)}"
    return translate(
        key,
        asked.language,
        label=kpi_label(code, asked.language),
        year=target.year,
        goal=numbers.add_qualifier(value, target.qualifier, asked.language),
        plan=target.plan,
        now=add_partial_mark(now.format_with_unit(asked.language), now),
        share=numbers.format_percent(100 * (now.value or 0) / target.value, asked.language),
    )


def write_missing(asked: ReportQuery, most: int) -> str:
    """Write who has not reported: at most `most` places by name, the rest as a number."""
    language = asked.language
    missing = asked.missing.unique(["ward", "form", "period"], maintain_order=True)
    if not missing.height:
        return translate("report.missing_none", language)
    columns = ("ward_name", "district_name", "form", "period")
    names = []
    for ward, district, form, quarter in missing.select(*columns).head(most).iter_rows():
        # NOTE: many wards of the city share a name.
        name = ward if asked.places else f"{ward}, {district}"
        period = periods.format_period(quarter, language)
        names.append(translate("report.missing_one", language, name=name, form=form, period=period))
    listed = "; ".join(names)
    more = missing.height - len(names)
    if more:
        count = numbers.format_number(more, language)
        listed += translate("report.missing_more", language, n=count)
    total = numbers.format_number(missing.height, language)
    return translate("report.missing", language, n=total, names=listed)
