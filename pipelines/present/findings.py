"""Answers in, one computed sentence out: what a card's title says; a number early, no blame, no adjective alone."""

from pipelines.catalog import Kpi, Language
from pipelines.present import display
from pipelines.present.answers import Answer, unit_of
from pipelines.present.compare import is_stock
from pipelines.present.marks import Mark
from pipelines.present.text import say


def trend(found: list[Answer], first: str, last: str, language: Language) -> str:
    """The first and last known value of a line: from 14 to 36; `first` and `last` name their periods."""
    known = [a for a in found if a.known]
    kpi = found[0].kpi if found else None
    if kpi is None or len(known) < 2:
        return say("finding.no_trend", language, kpi=kpi.label.of(language) if kpi else "")
    start, end = known[0], known[-1]
    key = (
        "same"
        if start.text(language) == end.text(language)
        else "up"
        if (end.value or 0) > (start.value or 0)
        else "down"
    )
    values = {
        "kpi": kpi.label.of(language),
        "a": start.text(language),
        "b": end.said(language),
        "first": first,
        "last": last,
    }
    return say(f"finding.{key}", language, **values)


def places(kpi: Kpi, marks: list[Mark], level: str, language: Language) -> str:
    """Which place has the most, for a rate also the least; one alone its figure. `marks` are ranked."""
    known = [m for m in marks if m.value is not None]
    if not known or not known[0].value:
        return say("finding.no_places", language, kpi=kpi.label.of(language))
    unit = "" if kpi.unit == "percent" else unit_of(kpi, language)
    values = {"kpi": kpi.label.of(language), "top": known[0].name, "a": known[0].text, "unit": unit}
    if len(marks) == 1:
        return say("finding.only_place", language, **values).strip()
    if kpi.denominator and len(known) > 1:
        return say("finding.rate_places", language, **values, low=known[-1].name, b=known[-1].text)
    held = sum(1 for m in known if m.value)
    return say(
        "finding.count_places", language, **values, n=held, whole=len(marks), level=say(f"level.{level}", language)
    )


def inner_outer(kpi: Kpi, inner: list[Answer], outer: list[Answer], language: Language) -> str | None:
    """A rate inside and outside the inner city, from sums; None for a count or when one side is empty."""
    sides = [_rate(kpi, inner), _rate(kpi, outer)]
    if not kpi.denominator or None in sides:
        return None
    a, b = (display.value(kpi, v, language) for v in sides)
    return say("finding.inner_outer", language, kpi=kpi.label.of(language), a=a, b=b)


def _rate(kpi: Kpi, found: list[Answer]) -> float | None:
    known = [a for a in found if a.known]
    whole = sum(a.denominator or 0 for a in known)
    return kpi.per * sum(a.numerator or 0 for a in known) / whole if whole else None


def stock_words(kpi: Kpi, language: Language, period: str) -> str:
    """The end of the period for a stock, the period itself for a flow."""
    return say("scope.end", language, period=period) if is_stock(kpi) else period
