"""The trend of a figure over whole report years by a published method, or why there is none."""

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
from pipelines.statistics import Interval, Trend

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
    """Judge the trend over the whole report years of the build; a quarter never makes a trend.

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
    pairs = list(map(_count_pair, rows.to_dicts()))
    result = _compute_trend(kpi, pairs)
    return TrendYears(years, result.chi2, result.direction, result.reason)


def _whole_years(span: Span) -> Span | None:
    """Return the whole years inside the span; None when there are none."""
    first = span.first.year + (span.first.number > 1)
    last = span.last.year - (span.last.number < 4)
    if first > last:
        return None
    return Span(Quarter.from_number(first, 1), Quarter.from_number(last, 4))


#: Numerator and denominator of one year, in whole counts; None where nothing is reported.
_Pair = tuple[int, int] | None


def _compute_trend(kpi: Kpi, pairs: list[_Pair]) -> Trend:
    if not kpi.denominator:
        return st.value_trend(list(map(_count_with_interval, pairs)))
    if kpi.unit == "percent" and _are_shares(pairs):
        return st.share_trend(pairs)
    return st.value_trend(list(map(_rate_with_interval, pairs)))


def _are_shares(pairs: list[_Pair]) -> bool:
    return all(part <= whole for part, whole in filter(None, pairs))


def _count_with_interval(pair: _Pair) -> tuple[float, Interval] | None:
    if pair is None:
        return None
    count, _ = pair
    return float(count), st.count_interval(count)


def _rate_with_interval(pair: _Pair) -> tuple[float, Interval] | None:
    if pair is None:
        return None
    events, base = pair
    if not base:
        return None
    return events / base, st.rate_interval(events, base)


def _count_pair(row: dict[str, object]) -> _Pair:
    if row["state"] != "reported" or row["numerator"] is None:
        return None
    above = float(str(row["numerator"]))
    below = float(str(row["denominator"] or 0))
    return round(above), round(below)
