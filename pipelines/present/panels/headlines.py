"""The sentences of the pages that are made from figures: page titles and "what has changed"."""

from collections.abc import Callable

from pipelines.catalog import Kpi, Language
from pipelines.present.chart_data import DataPoint, State
from pipelines.present.format import numbers, periods
from pipelines.present.format.text import capitalise_first
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, find_common_state, unit_label
from pipelines.present.panels.comparison import PeriodPair, is_stock
from pipelines.reference.periods import parse_period

Bold = Callable[[str], str]
#: Quarters.
YEAR = 4


def make_bold(text: str) -> str:
    """Return the text in bold, as Markdown."""
    return f"**{text}**"


def overview_title(
    founded: KpiResult,
    clients: KpiResult,
    size: KpiResult,
    returns: KpiResult,
    language: Language,
) -> str:
    """Write the title of the overview: new points and new clients; else the size of a team.

    `returns` is the figure about returns; it says what a period without a headline has.
    """
    if founded.makes_headline and clients.makes_headline:
        parts = []
        if founded.value:
            number = founded.format_value(language)
            parts.append(translate("overview.title_points", language, n=number))
        key = "overview.title_clients" if clients.value else "overview.title_no_clients"
        parts.append(translate(key, language, n=clients.format_value(language)))
        return capitalise_first("; ".join(parts))
    if size.makes_headline:
        return translate("overview.title_teams", language, size=size.format_value(language))
    if not returns.denominator:
        return explain_none_due(returns, language).removesuffix(".")
    if not returns.numerator:
        return translate("overview.title_nothing", language)
    received = numbers.format_fraction(returns.numerator, returns.denominator, language)
    return translate("overview.title_partial", language, returns=received)


def points_title(now: KpiResult, before: KpiResult, goal: float | None, language: Language) -> str:
    """Write from how many points to how many, and how many are missing to the target."""
    if not now.makes_headline:
        return explain_absence(now, "points", language)
    key = "points_alone"
    if before.is_known and not before.has_bounds:
        difference = now.value_or_zero - before.value_or_zero
        key = _name_direction(difference, "points", "points_fewer", "points_same")
    text = translate(
        f"changes.{key}",
        language,
        a=make_bold(before.format_value(language)),
        b=make_bold(now.format_value(language)),
    )
    target = goal or 0
    left = target - now.value_or_zero
    if left <= 0:
        return text
    missing = translate(
        "changes.points_left",
        language,
        left=make_bold(numbers.format_number(left, language)),
        goal=numbers.format_number(goal, language),
    )
    return f"{text} {missing}"


def explain_absence(now: KpiResult, topic: str, language: Language) -> str:
    """Write why a figure makes no headline: too few returns, unusable cells, or its state."""
    if now.is_known or now.has_bounds or now.lacks_usable_cells:
        return explain_figure(now, language)
    return translate(f"changes.{topic}_{now.state}", language)


def explain_figure(now: KpiResult, language: Language) -> str:
    """Write under the figure's own name why it makes no headline."""
    label = now.kpi.label.of(language)
    if now.is_known and not now.has_bounds:
        returns = numbers.format_fraction(now.received, now.expected, language)
        return translate("changes.partial", language, label=label, returns=returns)
    return now.format_sentence(label, language)


def _name_direction(difference: float, up: str, down: str, same: str) -> str:
    if difference > 0:
        return up
    if difference < 0:
        return down
    return same


def clients_title(
    now: KpiResult,
    part: KpiResult,
    before: KpiResult,
    pair: PeriodPair,
    words: tuple[str, str],
    language: Language,
) -> str:
    """Write how many clients are new, and the last year against the one before.

    `words` name both years.
    """
    if not now.makes_headline:
        return explain_absence(now, "clients", language)
    text = translate("changes.clients", language, n=make_bold(now.format_value(language)))
    if not (part.makes_headline and before.makes_headline):
        return f"{text}."
    difference = part.value_or_zero - before.value_or_zero
    key = _name_direction(difference, "more", "fewer", "equal")
    values = {
        "part": words[0],
        "before": words[1],
        "m": make_bold(part.format_value(language)),
        "d": make_bold(numbers.format_number(abs(difference), language)),
    }
    whole = "whole" if part == now or pair.now == pair.before else "part"
    return f"{text}{translate(f'changes.clients_{whole}_{key}', language, **values)}"


def since_year_sentence(now: KpiResult, before: KpiResult, year: int, language: Language) -> str:
    """Write the change against the same period of `year`, as a sentence to be added.

    Returns an empty text when either figure is not known or stands on too few.
    """
    for result in (now, before):
        if not result.makes_headline or result.below_min_denominator:
            return ""
    if now.value == before.value:
        return " " + translate("changes.year_same", language, year=year)
    change = numbers.format_change(now.kpi, now.value, before.value, language)
    values = {
        "year": year,
        "change": make_bold(str(change)),
        "before": before.format_value(language),
    }
    return " " + translate("changes.year", language, **values)


def teams_title(now: KpiResult, before: KpiResult, before_words: str, language: Language) -> str:
    """Write the volunteers per team, and the change against the comparable period."""
    if not now.makes_headline:
        return explain_absence(now, "teams", language)
    if not before.makes_headline:
        return translate("changes.teams_alone", language, n=make_bold(now.format_value(language)))
    decimals = now.kpi.decimals
    difference = now.shown_value - before.shown_value
    key = _name_direction(difference, "up", "down", "same")
    change = make_bold(numbers.format_number(abs(difference), language, decimals))
    values = {
        "n": make_bold(now.format_value(language)),
        "before": before_words,
        "b": before.format_value(language),
        "change": change,
    }
    return translate(f"changes.teams_{key}", language, **values)


def referrals_title(
    issued: KpiResult, waiting: int | None, arrived: KpiResult, language: Language
) -> str:
    """Write how many referrals arrived within 30 days and how many have had no answer.

    `arrived` counts those followed long enough; when there are none yet, that is said.
    """
    if issued.has_bounds:
        return explain_figure(issued, language)
    if not issued.is_known or not issued.value:
        return translate(f"changes.referrals_{issued.state}", language)
    if arrived.is_known:
        values = {
            "n": make_bold(numbers.format_number(arrived.numerator, language)),
            "whole": numbers.format_number(arrived.denominator, language),
        }
        text = translate("changes.referrals", language, **values)
    else:
        count = issued.format_value(language)
        text = translate("changes.referrals_early", language, issued=count)
    if not waiting:
        return f"{text}."
    number = make_bold(numbers.format_number(waiting, language))
    return f"{text}{translate('changes.referrals_waiting', language, n=number)}"


def explain_none_due(returns: KpiResult, language: Language) -> str:
    """Write that no return is due, or how many came although nobody stands on the registers."""
    if not returns.numerator:
        return translate("changes.returns_none", language)
    number = numbers.format_number(returns.numerator, language)
    return translate("changes.returns_unregistered", language, n=number)


def returns_title(now: KpiResult, language: Language, *, can_compare: bool) -> str:
    """Write how many returns were received; `can_compare` says whether titles compare on them."""
    if not now.expected:
        return explain_none_due(now, language)
    values = {"n": make_bold(numbers.format_fraction(now.received, now.expected, language))}
    missing = now.expected - now.received
    key = "changes.returns_few"
    if not missing:
        key = "changes.returns_all"
    elif not can_compare:
        key = "changes.returns_open"
    return translate(key, language, **values)


def trend_title(found: list[KpiResult], language: Language) -> str:
    """Write the last quarter of a line against the same quarter a year before.

    Seasons make any other two quarters a poor comparison. A line without such a pair has its last
    value said alone.
    """
    label = found[0].kpi.label.of(language) if found else ""
    by_quarter = {str(result.at["period"]): result for result in found if result.makes_headline}
    if not by_quarter:
        return translate(_explain_no_trend(found), language, kpi=label)
    last = max(by_quarter, key=periods.start_index)
    first = parse_period(last).shifted_by(-YEAR).code
    end, start = by_quarter[last], by_quarter.get(first)
    values = {
        "kpi": label,
        "b": end.format_after_label(language),
        "last": periods.format_period(last, language),
    }
    # NOTE: 4 of 6 and 86.7 % cannot be held against each other.
    if start is None or start.below_min_denominator or end.below_min_denominator:
        return translate("finding.last_only", language, **values)
    key = _name_trend(start, end, language)
    values |= {"a": start.format_value(language), "first": periods.format_period(first, language)}
    return translate(f"finding.{key}", language, **values)


def _explain_no_trend(found: list[KpiResult]) -> str:
    """Return the key of the sentence about a line without any value for a headline."""
    if any(result.has_bounds for result in found):
        return "finding.ranges"
    return _REASONS[find_common_state(found) if found else "reported"]


def _name_trend(start: KpiResult, end: KpiResult, language: Language) -> str:
    """Return the key of the sentence: a whole count of zero is "none", not a number."""
    counts = not end.kpi.denominator and not (start.is_partial or end.is_partial)
    if counts and not (start.value and end.value):
        if start.value:
            return "to_none"
        return "from_none" if end.value else "both_none"
    if start.format_value(language) == end.format_value(language):
        return "same"
    return _name_direction(end.value_or_zero - start.value_or_zero, "up", "down", "same")


def places_title(kpi: Kpi, marks: list[DataPoint], level: str, language: Language) -> str:
    """Write which place has the most, for a rate also the least; one place alone has its figure.

    `marks` are sorted in descending order.
    """
    label = kpi.label.of(language)
    known = _list_headlines(marks)
    if not known or not known[0].value:
        return translate(_choose_reason(marks), language, kpi=label)
    top, low = known[0], known[-1]
    unit = "" if kpi.unit == "percent" else unit_label(kpi, language)
    values = {"kpi": label, "top": top.name, "a": f"{top.text} {unit}".strip()}
    if len(marks) == 1:
        return translate("finding.only_place", language, **values)
    hidden = _count_hidden(marks)
    if hidden:
        return translate("finding.some_hidden", language, **values, n=hidden)
    ranges = sum(mark.is_range for mark in marks)
    if ranges:
        return translate("finding.top_of_known", language, **values, n=ranges)
    if kpi.denominator:
        key = "finding.rate_places" if len(known) > 1 else "finding.only_place"
        return translate(key, language, **values, low=low.name, b=low.text)
    return translate(
        "finding.count_places",
        language,
        **values,
        n=_count_above_zero(marks),
        whole=len(marks),
        level=translate(f"level.{level}", language),
    )


def _count_above_zero(marks: list[DataPoint]) -> int:
    return sum(bool(mark.value) for mark in marks)


def _count_hidden(marks: list[DataPoint]) -> int:
    return sum(mark.state == "suppressed" for mark in marks)


def _list_headlines(marks: list[DataPoint]) -> list[DataPoint]:
    """Return the marks whose values may stand in a title; the only one also with few behind it."""
    if len(marks) == 1 and marks[0].small_base:
        return marks
    return [mark for mark in marks if mark.makes_headline]


#: Why a chart has no finding, by the state of what it would show.
_REASONS: dict[State, str] = {
    "reported": "finding.no_trend",
    "suppressed": "finding.hidden_places",
    "not_reported": "finding.not_reported",
    "not_applicable": "finding.not_applicable",
}


def _choose_reason(marks: list[DataPoint]) -> str:
    """Return the key of the sentence about places of which none makes a headline."""
    if any(mark.is_range for mark in marks):
        return "finding.ranges"
    state = find_common_state(marks)
    if state == "reported":
        if any(mark.unfinished for mark in marks):
            return "finding.partial_places"
        is_small = any(mark.small_base for mark in marks)
        return "finding.small_places" if is_small else "finding.no_places"
    return _REASONS[state]


def inner_outer_title(
    kpi: Kpi, inner: list[KpiResult], outer: list[KpiResult], language: Language
) -> str | None:
    """Write a rate inside and outside the inner city, from sums.

    Returns None for a count, or when one side is empty.
    """
    inner_rate = _pooled_rate(kpi, inner)
    outer_rate = _pooled_rate(kpi, outer)
    if not kpi.denominator or inner_rate is None or outer_rate is None:
        return None
    return translate(
        "finding.inner_outer",
        language,
        kpi=kpi.label.of(language),
        a=numbers.format_kpi_value(kpi, inner_rate, language),
        b=numbers.format_kpi_value(kpi, outer_rate, language),
    )


def _pooled_rate(kpi: Kpi, found: list[KpiResult]) -> float | None:
    """Return the rate of all results that make a headline together; None without a base."""
    numerator, denominator = 0.0, 0.0
    for result in found:
        if result.makes_headline:
            numerator += result.numerator or 0
            denominator += result.denominator or 0
    return kpi.per * numerator / denominator if denominator else None


def stock_words(kpi: Kpi, language: Language, period: str) -> str:
    """Return the end of the period in words for a stock, the period itself for a flow."""
    return translate("scope.end", language, period=period) if is_stock(kpi) else period
