"""Places compared fairly on one rate: intervals, ranks as far as they go and limits of chance."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from pipelines import statistics as st
from pipelines.catalog import Kpi
from pipelines.kpi.query import find_queried_kpi
from pipelines.kpi.values import figures
from pipelines.kpi.warehouse_reader import WarehouseReader
from pipelines.privacy.scope import CITY, Scope, is_protected
from pipelines.statistics import Dispersion, Interval, Position
from pipelines.statistics.intervals import LEVELS

#: share: cases of trials. rate: events per base.
Method = Literal["share", "rate"]
#: Why places are not compared: a count has no base, few places show nothing, people of small
#: places are not shown.
Reason = Literal["", "no_base", "few_places", "hidden"]
FEWEST = 3
#: Points of each edge of the funnel.
STEPS = 72
#: Columns added to the figures of each place.
_JUDGEMENTS: dict[str, type[pl.DataType]] = {
    "low": pl.Float64,
    "high": pl.Float64,
    "position": pl.String,
    "rank": pl.Int64,
    "first": pl.Int64,
    "last": pl.Int64,
}


@dataclass(frozen=True)
class PlaceComparison:
    """What can be said of places side by side; values are in the figure's own unit.

    `places`: one row a place as `values` gives it, with low and high (its own 95 % interval),
    position (against the limits of chance), rank (1 the highest), first and last (the ranks it may
    have); null where there is no number.
    `edges`: one row a size of base: base, low, high (95 %), far_low, far_high (99.8 %).
    """

    kpi: Kpi
    places: pl.DataFrame
    reason: Reason = ""
    method: Method = "share"
    common: float = 0.0
    spread: Dispersion = field(default_factory=lambda: Dispersion(0.0, 0.0))
    edges: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class _ChanceModel:
    """One common share or rate and what chance allows around it."""

    method: Method
    common: float
    spread: Dispersion

    def chance_limits(self, base: float, level: float) -> Interval:
        """Return the wider of the exact limits and those that allow for places that differ."""
        if self.method == "share":
            plain = st.share_limits(self.common, round(base), level)
            wide = st.widened_limits(self.common, round(base), self.spread, level)
        else:
            expected = base * self.common
            plain = _scale_interval(st.rate_limits(expected, level), self.common)
            wide = _scale_interval(
                st.widened_rate_limits(expected, self.spread, level), self.common
            )
        return Interval(min(plain.low, wide.low), max(plain.high, wide.high))

    def position(self, x: int, n: int) -> Position:
        """Place `x` of `n` against the near (95 %) and far (99.8 %) limits of chance."""
        share = x / n
        near, far = (self.chance_limits(n, level) for level in LEVELS)
        # NOTE: limits are shares of whole counts; a float's last bit must not put a place outside.
        tolerance = 1e-9 * (abs(self.common) + 1)
        if share < near.low - tolerance:
            return "far_below" if share < far.low - tolerance else "below"
        if share > near.high + tolerance:
            return "far_above" if share > far.high + tolerance else "above"
        return "inside"

    def interval(self, x: int, n: int) -> Interval:
        """Return the 95 % interval of a place's own share or rate."""
        if self.method == "share":
            return st.wilson_interval(x, n)
        return st.rate_interval(x, n)


def fair(
    code: str,
    by: str = "district",
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> PlaceComparison:
    """Compare districts or wards on one figure, or say why that would mislead.

    Raises what `values` raises for an unknown code, period or place.
    """
    kpi = find_queried_kpi(code)
    rows = figures([code], [by], period, place, scope=scope, store=store).drop("kpi")
    known = rows.filter((pl.col("state") == "reported") & (pl.col("denominator") > 0))
    without = [pl.lit(None, kind).alias(name) for name, kind in _JUDGEMENTS.items()]
    unjudged = rows.with_columns(without)
    reason = _reason_not_to_compare(kpi, by, known.height, scope)
    if reason:
        return PlaceComparison(kpi, unjudged, reason)
    xs = known["numerator"].round().cast(pl.Int64).to_list()
    ns = known["denominator"].round().cast(pl.Int64).to_list()
    model = _choose_model(kpi, xs, ns)
    if model.common <= 0:
        return PlaceComparison(kpi, unjudged, "few_places")
    key = [c for c in rows.columns if c in ("district", "ward")]
    judged = known.select(key).hstack(_judge_places(model, xs, ns, kpi.per))
    return PlaceComparison(
        kpi,
        rows.join(judged, on=key, how="left", maintain_order="left"),
        "",
        model.method,
        model.common * kpi.per,
        model.spread,
        _funnel_edges(model, max(ns), kpi.per),
    )


def _reason_not_to_compare(kpi: Kpi, by: str, places: int, scope: Scope) -> Reason:
    if not kpi.denominator or kpi.kind in ("growth", "progress"):
        return "no_base"
    if by == "ward" and is_protected(kpi.protected, below_district=True) and not scope.sees_all:
        return "hidden"
    return "few_places" if places < FEWEST else ""


def _choose_model(kpi: Kpi, xs: list[int], ns: list[int]) -> _ChanceModel:
    common = st.common_share(xs, ns)
    if kpi.unit == "percent" and _are_shares(xs, ns):
        return _ChanceModel("share", common, st.overdispersion(xs, ns))
    return _ChanceModel("rate", common, st.rate_overdispersion(xs, [n * common for n in ns]))


def _are_shares(xs: list[int], ns: list[int]) -> bool:
    return all(0 <= x <= n for x, n in zip(xs, ns, strict=True))


def _judge_places(model: _ChanceModel, xs: list[int], ns: list[int], per: int) -> pl.DataFrame:
    """One row per place, in the order given: interval, position and ranks, in the figure's unit."""
    intervals, positions, values = [], [], []
    for x, n in zip(xs, ns, strict=True):
        intervals.append(model.interval(x, n))
        positions.append(model.position(x, n))
        values.append(x / n)
    order = sorted(values)
    lows = sorted(interval.low for interval in intervals)
    highs = sorted(interval.high for interval in intervals)
    count = len(values)
    rows = []
    for own, position, value in zip(intervals, positions, values, strict=True):
        rank = 1 + count - bisect_right(order, value)
        # A place may stand behind all whose interval lies wholly above its own, and before all
        # whose interval lies wholly below.
        first = 1 + count - bisect_right(lows, own.high)
        last = count - bisect_left(highs, own.low)
        rows.append((own.low * per, own.high * per, position, rank, first, last))
    return pl.DataFrame(rows, schema=_JUDGEMENTS, orient="row")


def _funnel_edges(model: _ChanceModel, largest_base: int, per: int) -> pl.DataFrame:
    """Draw the limits of chance over sizes of base, denser where bases are small."""
    widest = largest_base * 1.04
    bases = {max(1, round(widest * (step / STEPS) ** 2)) for step in range(1, STEPS + 1)}
    rows = []
    for base in sorted(bases):
        near, far = (_scale_interval(model.chance_limits(base, level), per) for level in LEVELS)
        rows.append((base, near.low, near.high, far.low, far.high))
    return pl.DataFrame(rows, schema=["base", "low", "high", "far_low", "far_high"], orient="row")


def _scale_interval(interval: Interval, factor: float) -> Interval:
    return Interval(interval.low * factor, interval.high * factor)
