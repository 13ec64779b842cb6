"""Is a figure going anywhere? Whole report years in, the trend by a published method out, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines import statistics as st
from pipelines.catalog import Kpi
from pipelines.kpi.query import find_queried_kpi
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Quarter, Span
from pipelines.statistics import Trend

#: Of medians, and of growth or progress, the method knows no interval.
Why = Literal["", "too_few", "broken", "no_spread", "no_method"]


@dataclass(frozen=True)
class TrendYears:
    """The whole years looked at, oldest first, and what they say."""

    years: tuple[int, ...]
    chi2: float | None
    direction: str
    reason: Why


def trend(
    code: str, place: Sequence[str] | None = None, *, scope: Scope = CITY, store: WarehouseReader
) -> TrendYears:
    """The trend over the last five whole report years of the build; a quarter never makes a trend.

    Raises what `values` raises for an unknown code or place.
    """
    kpi = find_queried_kpi(code)
    whole = _whole_years(store.span)
    if whole is None:
        return TrendYears((), None, "none", "too_few")
    years = tuple(range(whole.first.year, whole.last.year + 1))
    if kpi.kind in ("growth", "progress") or kpi.numerator.startswith("days_"):
        return TrendYears(years, None, "none", "no_method")
    rows = figures([code], ["year"], whole.code, place, scope=scope, store=store)
    found = _compute_trend(kpi, rows.to_dicts())
    return TrendYears(years, found.chi2, found.direction, found.reason)


def _whole_years(span: Span) -> Span | None:
    first = span.first.year + (span.first.number > 1)
    last = span.last.year - (span.last.number < 4)
    return (
        Span(Quarter.from_number(first, 1), Quarter.from_number(last, 4)) if first <= last else None
    )


def _compute_trend(kpi: Kpi, rows: list[dict[str, object]]) -> Trend:
    pairs = [_count_pair(row) for row in rows]
    if kpi.denominator and kpi.unit == "percent" and all(p is None or p[0] <= p[1] for p in pairs):
        return st.share_trend(pairs)
    if kpi.denominator:
        return st.value_trend(
            [None if p is None or not p[1] else (p[0] / p[1], st.rate_interval(*p)) for p in pairs]
        )
    counts = [None if p is None else p[0] for p in pairs]
    return st.value_trend([None if x is None else (float(x), st.count_interval(x)) for x in counts])


def _count_pair(row: dict[str, object]) -> tuple[int, int] | None:
    if row["state"] != "reported" or row["numerator"] is None:
        return None
    return round(float(str(row["numerator"]))), round(float(str(row["denominator"] or 0)))
