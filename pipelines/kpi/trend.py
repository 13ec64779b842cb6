"""The trend of a figure over whole report years by a published method, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipelines.catalog import Kpi
from pipelines.kpi.answers import answers
from pipelines.kpi.geography import NO_SINGLE_VALUE, REPORTED
from pipelines.kpi.query import find_queried_kpi
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope
from pipelines.reference.periods import Quarter, Span

if TYPE_CHECKING:
    from pipelines.statistics import Trend

#: Of medians, and of growth or progress, the method knows no interval.
Why = Literal["", "too_few", "broken", "no_spread", "no_method"]


@dataclass(frozen=True)
class TrendYears:
    """The whole years looked at, oldest first, and what they say.

    `change`: percent a year; None where there is no trend to compute, and for shares.
    """

    years: tuple[int, ...]
    p_value: float | None
    direction: str
    reason: Why
    change: float | None = None


@answers
def trend(
    code: str,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
    geography: str = REPORTED,
) -> TrendYears:
    """Judge the trend over the whole report years of the build; a quarter never makes a trend.

    Raises what `values` raises for an unknown code or place.
    """
    kpi = find_queried_kpi(code)
    whole = _whole_years(store.span)
    if whole is None:
        return TrendYears((), None, "none", "too_few")
    years = tuple(range(whole.first.year, whole.last.year + 1))
    if kpi.model == "none":
        return TrendYears(years, None, "none", "no_method")
    rows = figures(
        [code], ["year"], whole.code, place, scope=scope, store=store, geography=geography
    )
    result = _compute_trend(kpi, rows.to_dicts())
    change = 100 * (result.factor - 1) if result.factor and kpi.model != "share" else None
    return TrendYears(years, result.p_value, result.direction, result.reason, change)


def _whole_years(span: Span) -> Span | None:
    """Return the whole years inside the span; None when there are none."""
    first = span.first.year + (span.first.number > 1)
    last = span.last.year - (span.last.number < 4)
    if first > last:
        return None
    return Span(Quarter.from_number(first, 1), Quarter.from_number(last, 4))


def _compute_trend(kpi: Kpi, rows: list[dict[str, Any]]) -> "Trend":
    from pipelines import statistics as st  # `kpi` loads this module, and asks for no trend

    if kpi.model != "share":
        return st.value_trend([_known_number(row, "value") for row in rows])
    pairs = []
    for row in rows:
        cases, trials = _known_number(row, "numerator"), _known_number(row, "denominator")
        pairs.append(None if cases is None or not trials else (round(cases), round(trials)))
    return st.share_trend(pairs)


def _known_number(row: dict[str, Any], column: str) -> float | None:
    """Return a number of one year; None where nothing is reported."""
    is_single = row["exactness"] not in NO_SINGLE_VALUE
    if row["state"] != "reported" or row[column] is None or not is_single:
        return None
    return float(row[column])
