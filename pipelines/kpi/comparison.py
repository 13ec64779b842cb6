"""Places compared fairly: a rate, cuts and a period in; intervals, ranks as far as they go and limits of chance out."""

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
#: Why places are not compared: a count has no base, few places show nothing, people of small places are not shown.
Reason = Literal["", "no_base", "few_places", "hidden"]
FEWEST = 3
#: Points of each edge of the funnel.
STEPS = 72
_OWN = {
    "low": pl.Float64,
    "high": pl.Float64,
    "position": pl.String,
    "rank": pl.Int64,
    "first": pl.Int64,
}


@dataclass(frozen=True)
class PlaceComparison:
    """What can be said of places side by side; values are in the figure's own unit.

    `places`: one row a place as `values` gives it, with low and high (its own 95 % interval), position (against the
    limits of chance), rank (1 the highest), first and last (the ranks it may have); null where there is no number.
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
        """The wider of the exact limits and those that allow for places that differ."""
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
        share, near, far = x / n, *(self.chance_limits(n, level) for level in LEVELS)
        # NOTE: limits are shares of whole counts; a float's last bit must not put a place outside them.
        give = 1e-9 * (abs(self.common) + 1)
        if share < near.low - give:
            return "far_below" if share < far.low - give else "below"
        if share > near.high + give:
            return "far_above" if share > far.high + give else "above"
        return "inside"

    def interval(self, x: int, n: int) -> Interval:
        return st.wilson_interval(x, n) if self.method == "share" else st.rate_interval(x, n)


def fair(
    code: str,
    by: str = "district",
    period: str | None = None,
    place: Sequence[str] | None = None,
    *,
    scope: Scope = CITY,
    store: WarehouseReader,
) -> PlaceComparison:
    """Districts or wards side by side on one figure; a reason instead where that would mislead.

    Raises what `values` raises for an unknown code, period or place.
    """
    kpi = find_queried_kpi(code)
    found = figures([code], [by], period, place, scope=scope, store=store).drop("kpi")
    known = found.filter((pl.col("state") == "reported") & (pl.col("denominator") > 0))
    reason = _reason_not_to_compare(kpi, by, known.height, scope)
    bare = found.with_columns(
        [pl.lit(None, kind).alias(name) for name, kind in {**_OWN, "last": pl.Int64}.items()]
    )
    if reason:
        return PlaceComparison(kpi, bare, reason)
    xs, ns = (known[side].round().cast(pl.Int64).to_list() for side in ("numerator", "denominator"))
    rule = _choose_model(kpi, xs, ns)
    if rule.common <= 0:
        return PlaceComparison(kpi, bare, "few_places")
    judged = known.with_columns(**_judge_places(rule, xs, ns, kpi.per))
    key = [c for c in found.columns if c in ("district", "ward")]
    every = found.join(
        judged.select(*key, *_OWN, "last"), on=key, how="left", maintain_order="left"
    )
    return PlaceComparison(
        kpi,
        every,
        "",
        rule.method,
        rule.common * kpi.per,
        rule.spread,
        _funnel_edges(rule, ns, kpi.per),
    )


def _reason_not_to_compare(kpi: Kpi, by: str, places: int, scope: Scope) -> Reason:
    if not kpi.denominator or kpi.kind in ("growth", "progress"):
        return "no_base"
    if by == "ward" and is_protected(kpi.protected, below_district=True) and not scope.sees_all:
        return "hidden"
    return "few_places" if places < FEWEST else ""


def _choose_model(kpi: Kpi, xs: list[int], ns: list[int]) -> _ChanceModel:
    whole = kpi.unit == "percent" and all(0 <= x <= n for x, n in zip(xs, ns, strict=True))
    common = st.common_share(xs, ns)
    if whole:
        return _ChanceModel("share", common, st.overdispersion(xs, ns))
    return _ChanceModel("rate", common, st.rate_overdispersion(xs, [n * common for n in ns]))


def _judge_places(
    rule: _ChanceModel, xs: list[int], ns: list[int], per: int
) -> dict[str, pl.Series]:
    own = [rule.interval(x, n) for x, n in zip(xs, ns, strict=True)]
    values = [x / n for x, n in zip(xs, ns, strict=True)]
    lows, highs, order = (sorted(v) for v in ([i.low for i in own], [i.high for i in own], values))
    count = len(own)
    columns: dict[str, list[object]] = {
        "low": [i.low * per for i in own],
        "high": [i.high * per for i in own],
        "position": [rule.position(x, n) for x, n in zip(xs, ns, strict=True)],
        "rank": [1 + count - bisect_right(order, v) for v in values],
        # A place may stand behind all whose interval lies wholly above its own, and before all wholly below.
        "first": [1 + count - bisect_right(lows, i.high) for i in own],
        "last": [count - bisect_left(highs, i.low) for i in own],
    }
    kinds = {**_OWN, "last": pl.Int64}
    return {name: pl.Series(name, values, kinds[name]) for name, values in columns.items()}


def _funnel_edges(rule: _ChanceModel, ns: list[int], per: int) -> pl.DataFrame:
    most = max(ns)
    bases = sorted({max(1, round(most * 1.04 * (i / STEPS) ** 2)) for i in range(1, STEPS + 1)})
    near, far = (
        [_scale_interval(rule.chance_limits(n, level), per) for n in bases] for level in LEVELS
    )
    return pl.DataFrame(
        {
            "base": bases,
            "low": [i.low for i in near],
            "high": [i.high for i in near],
            "far_low": [i.low for i in far],
            "far_high": [i.high for i in far],
        }
    )


def _scale_interval(interval: Interval, factor: float) -> Interval:
    return Interval(interval.low * factor, interval.high * factor)
