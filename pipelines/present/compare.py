"""A period and a KPI in, the comparable earlier period out, with the words of the comparison."""

from dataclasses import dataclass

from pipelines.catalog import Kpi, Language, measures
from pipelines.present import spans
from pipelines.present.text import say
from pipelines.reference.periods import Quarter, Span, parse, year


@dataclass(frozen=True)
class Pair:
    """Two periods of equal length; `before` may lie outside the data."""

    now: Span
    before: Span
    #: Stocks are compared at the ends of both periods.
    stock: bool

    def words(self, language: Language, chosen: str) -> str:
        """Against the end of 2022 for a stock; both periods named when only a part of the choice is compared."""
        before = spans.span(self.before, language)
        if self.stock:
            return say("compare.stock", language, before=before)
        if self.now == parse(chosen):
            return say("compare.whole", language, before=before)
        return say("compare.part", language, now=spans.span(self.now, language), before=before)


def is_stock(kpi: Kpi) -> bool:
    """Is the figure a state at the period's end, not something that happened in it?"""
    found = [measures()[m] for m in kpi.numerators if m in measures()]
    return bool(found) and all(m.over_time == "last" for m in found)


def told(kpi: Kpi, period: str) -> str:
    """The period itself, or its last year for a figure that several years would falsify."""
    span = parse(period)
    return period if "within_year" not in kpi.caveats or span.in_one_year else year(span.last.year).code


def previous(kpi: Kpi, period: str) -> Pair:
    """The period to set beside `period`: as long and just before it.

    Over several years a stock is set beside the end of the year before them, a flow's last year beside the year before.
    """
    span, stock = parse(period), is_stock(kpi)
    if len(span) <= 4:
        return Pair(span, span.shift(-len(span)), stock)
    if stock:
        return Pair(span, year(_first_known(kpi, span)), stock)
    last = year(span.last.year) if span.last.number == 4 else Span(span.last, span.last)
    return Pair(last, last.shift(-len(last)), stock)


def _first_known(kpi: Kpi, span: Span) -> int:
    """The year whose end a stock is set beside: the one before the span, or the first the figure is known for."""
    before = span.first.year - 1
    since = parse(kpi.since).first.year if kpi.since else before
    return max(before, min(since, span.last.year))


def elapsed(period: str, last: Quarter) -> str:
    """The part of a period that the data have reached: an open year is its quarters so far.

    What is set beside it is then as long: equal elapsed periods, never a part beside a whole.
    """
    span = parse(period)
    return period if span.last <= last or span.first > last else Span(span.first, last).code


def last_year(kpi: Kpi, period: str) -> Pair | None:
    """The same period a year earlier; None when that is the previous period already or the period is longer."""
    span = parse(period)
    return Pair(span, span.shift(-4), is_stock(kpi)) if len(span) < 4 else None


def trail(period: str, first: Quarter, *, least: int = 8) -> str:
    """The quarters a small line shows: the period, and enough before it to see where it comes from."""
    span = parse(period)
    start = max(first, min(span.first, span.last.plus(1 - least)))
    return Span(min(start, span.last), span.last).code


def recent(period: str, first: Quarter, *, most: int = 8) -> str:
    """The last quarters up to a period's end, as many as a narrow picture holds."""
    last = parse(period).last
    return Span(min(max(first, last.plus(1 - most)), last), last).code


@dataclass(frozen=True)
class LastYear:
    """The last report year of a period, and as much of it as the period holds."""

    year: int
    period: str


def last_year_of(period: str) -> LastYear:
    """The year a target is held against: a rate of people is asked from the year's start."""
    span = parse(period)
    return LastYear(span.last.year, Span(Quarter.of(span.last.year, 1), span.last).code)


def opening(period: str) -> str:
    """The quarter before a period: where its stocks begin."""
    return parse(period).first.plus(-1).code


def with_opening(period: str) -> str:
    """The period and the quarter before it: a stock's opening and its way."""
    span = parse(period)
    return Span(span.first.plus(-1), span.last).code


def last_quarter(period: str) -> str:
    """The last quarter of a period."""
    return parse(period).last.code
