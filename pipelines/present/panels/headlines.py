"""Answers in, the sentences of the four stories out: page titles and "what has changed", computed, never canned."""

from collections.abc import Callable

from pipelines.catalog import Kpi, Language
from pipelines.present.chart_data import DataPoint
from pipelines.present.format import numbers
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, unit_label
from pipelines.present.panels.comparison import PeriodPair, is_stock

Bold = Callable[[str], str]


def make_bold(text: str) -> str:
    return f"**{text}**"


def overview_title(
    founded: KpiResult, clients: KpiResult, size: KpiResult, language: Language
) -> str:
    """The title of the overview: new points and new clients; without points, the size of a team."""
    if founded.is_known and clients.is_known:
        values = {
            "points": founded.format_value(language),
            "clients": clients.format_value(language),
        }
        return translate(
            "overview.title" if founded.value else "overview.title_no_new", language, **values
        )
    if size.is_known:
        return translate("overview.title_teams", language, size=size.format_value(language))
    return translate("overview.title_nothing", language)


def points_title(now: KpiResult, before: KpiResult, goal: float | None, language: Language) -> str:
    """Points from … to …, and how many are missing to the target."""
    if not now.is_known:
        return translate(f"changes.points_{now.state}", language)
    text = (
        translate(
            "changes.points",
            language,
            a=make_bold(before.format_value(language)),
            b=make_bold(now.format_value(language)),
        )
        if before.is_known and before.value != now.value
        else translate("changes.points_same", language, b=make_bold(now.format_value(language)))
    )
    left = (goal or 0) - (now.value or 0)
    more = translate(
        "changes.points_left",
        language,
        left=make_bold(numbers.format_number(left, language)),
        goal=numbers.format_number(goal, language),
    )
    return f"{text} {more}" if left > 0 else text


def clients_title(
    now: KpiResult,
    part: KpiResult,
    before: KpiResult,
    pair: PeriodPair,
    words: tuple[str, str],
    language: Language,
) -> str:
    """New clients of the period, and its last year against the year before; `words` name both years."""
    if not now.is_known:
        return translate(f"changes.clients_{now.state}", language)
    text = translate("changes.clients", language, n=make_bold(now.format_value(language)))
    if not (part.is_known and before.is_known):
        return f"{text}."
    difference = (part.value or 0) - (before.value or 0)
    key = "more" if difference > 0 else "fewer" if difference < 0 else "equal"
    values = {
        "part": words[0],
        "before": words[1],
        "m": make_bold(part.format_value(language)),
        "d": make_bold(numbers.format_number(abs(difference), language)),
    }
    whole = "whole" if part == now or pair.now == pair.before else "part"
    return f"{text}{translate(f'changes.clients_{whole}_{key}', language, **values)}"


def since_year_sentence(now: KpiResult, before: KpiResult, year: int, language: Language) -> str:
    """A further sentence: the change against the same period of `year`; nothing when either is not known or too few."""
    if (
        not (now.is_known and before.is_known)
        or now.below_min_denominator
        or before.below_min_denominator
    ):
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
    """Volunteers per team, and the change against the comparable period."""
    if not now.is_known:
        return translate(f"changes.teams_{now.state}", language)
    if not before.is_known:
        return translate("changes.teams_alone", language, n=make_bold(now.format_value(language)))
    difference = round(now.value or 0, now.kpi.decimals) - round(
        before.value or 0, now.kpi.decimals
    )
    key = "up" if difference > 0 else "down" if difference < 0 else "same"
    change = make_bold(numbers.format_number(abs(difference), language, now.kpi.decimals))
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
    """How many referrals have arrived and how many have had no answer."""
    if not issued.is_known or not issued.value:
        return translate(f"changes.referrals_{issued.state}", language)
    values = {
        "n": make_bold(numbers.format_number(arrived.numerator, language)),
        "whole": issued.format_value(language),
    }
    text = translate("changes.referrals", language, **values)
    if not waiting:
        return f"{text}."
    number = make_bold(numbers.format_number(waiting, language))
    return f"{text}{translate('changes.referrals_waiting', language, n=number)}"


def returns_title(now: KpiResult, language: Language) -> str:
    """Returns in hand: whether the period can be compared yet."""
    if not now.expected:
        return translate("changes.returns_none", language)
    values = {"n": make_bold(numbers.format_fraction(now.received, now.expected, language))}
    missing = now.expected - now.received
    key = (
        "changes.returns_all"
        if not missing
        else "changes.returns_few"
        if missing * 20 <= now.expected
        else "changes.returns_open"
    )
    return translate(key, language, **values)


def trend_title(found: list[KpiResult], first: str, last: str, language: Language) -> str:
    """The first and last known value of a line: from 14 to 36; `first` and `last` name their periods."""
    known = [a for a in found if a.is_known]
    kpi = found[0].kpi if found else None
    if kpi is None or len(known) < 2:
        return translate("finding.no_trend", language, kpi=kpi.label.of(language) if kpi else "")
    start, end = known[0], known[-1]
    key = (
        "same"
        if start.format_value(language) == end.format_value(language)
        else "up"
        if (end.value or 0) > (start.value or 0)
        else "down"
    )
    values = {
        "kpi": kpi.label.of(language),
        "a": start.format_value(language),
        "b": end.format_with_unit(language),
        "first": first,
        "last": last,
    }
    return translate(f"finding.{key}", language, **values)


def places_title(kpi: Kpi, marks: list[DataPoint], level: str, language: Language) -> str:
    """Which place has the most, for a rate also the least; one alone its figure. `marks` are ranked."""
    known = [m for m in marks if m.value is not None]
    if not known or not known[0].value:
        return translate("finding.no_places", language, kpi=kpi.label.of(language))
    unit = "" if kpi.unit == "percent" else unit_label(kpi, language)
    values = {"kpi": kpi.label.of(language), "top": known[0].name, "a": known[0].text, "unit": unit}
    if len(marks) == 1:
        return translate("finding.only_place", language, **values).strip()
    if kpi.denominator and len(known) > 1:
        return translate(
            "finding.rate_places", language, **values, low=known[-1].name, b=known[-1].text
        )
    held = sum(1 for m in known if m.value)
    return translate(
        "finding.count_places",
        language,
        **values,
        n=held,
        whole=len(marks),
        level=translate(f"level.{level}", language),
    )


def inner_outer_title(
    kpi: Kpi, inner: list[KpiResult], outer: list[KpiResult], language: Language
) -> str | None:
    """A rate inside and outside the inner city, from sums; None for a count or when one side is empty."""
    sides = [_pooled_rate(kpi, inner), _pooled_rate(kpi, outer)]
    if not kpi.denominator or None in sides:
        return None
    a, b = (numbers.format_kpi_value(kpi, v, language) for v in sides)
    return translate("finding.inner_outer", language, kpi=kpi.label.of(language), a=a, b=b)


def _pooled_rate(kpi: Kpi, found: list[KpiResult]) -> float | None:
    known = [a for a in found if a.is_known]
    whole = sum(a.denominator or 0 for a in known)
    return kpi.per * sum(a.numerator or 0 for a in known) / whole if whole else None


def stock_words(kpi: Kpi, language: Language, period: str) -> str:
    """The end of the period for a stock, the period itself for a flow."""
    return translate("scope.end", language, period=period) if is_stock(kpi) else period
