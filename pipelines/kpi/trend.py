"""Is a figure going anywhere? Whole report years in, the trend by a published method out, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines import statistics as st
from pipelines.catalog import Kpi
from pipelines.kpi.question import figure
from pipelines.kpi.store import Store
from pipelines.kpi.values import figures
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Quarter, Span
from pipelines.statistics import Trend

#: Of medians, and of growth or progress, the method knows no interval.
Why = Literal["", "too_few", "broken", "no_spread", "no_method"]


@dataclass(frozen=True)
class Years:
    """The whole years looked at, oldest first, and what they say."""

    years: tuple[int, ...]
    chi2: float | None
    direction: str
    reason: Why


def trend(code: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: Store) -> Years:
    """The trend over the last five whole report years of the build; a quarter never makes a trend.

    Raises what `values` raises for an unknown code or place.
    """
    kpi = figure(code)
    whole = _whole_years(store.span)
    if whole is None:
        return Years((), None, "none", "too_few")
    years = tuple(range(whole.first.year, whole.last.year + 1))
    if kpi.kind in ("growth", "progress") or kpi.numerator.startswith("days_"):
        return Years(years, None, "none", "no_method")
    rows = figures([code], ["year"], whole.code, place, scope=scope, store=store)
    found = _told(kpi, rows.to_dicts())
    return Years(years, found.chi2, found.direction, found.reason)


def _whole_years(span: Span) -> Span | None:
    first = span.first.year + (span.first.number > 1)
    last = span.last.year - (span.last.number < 4)
    return Span(Quarter.of(first, 1), Quarter.of(last, 4)) if first <= last else None


def _told(kpi: Kpi, rows: list[dict[str, object]]) -> Trend:
    pairs = [_pair(row) for row in rows]
    if kpi.denominator and kpi.unit == "percent" and all(p is None or p[0] <= p[1] for p in pairs):
        return st.of_shares(pairs)
    if kpi.denominator:
        return st.of_values([None if p is None or not p[1] else (p[0] / p[1], st.rate(*p)) for p in pairs])
    counts = [None if p is None else p[0] for p in pairs]
    return st.of_values([None if x is None else (float(x), st.count(x)) for x in counts])


def _pair(row: dict[str, object]) -> tuple[int, int] | None:
    if row["state"] != "reported" or row["numerator"] is None:
        return None
    return round(float(str(row["numerator"]))), round(float(str(row["denominator"] or 0)))
