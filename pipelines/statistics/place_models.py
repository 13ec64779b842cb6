"""Three models of a figure of places; each answers intervals, ranks, limits and p values alike.

One figure has one model, so that its ranks, its funnel and its groups never contradict each other.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, Protocol

from pipelines.statistics.dispersion import (
    Dispersion,
    overdispersion,
    spread_limits,
    spread_score,
)
from pipelines.statistics.funnel import common_share, exact_limits, exact_p_values
from pipelines.statistics.intervals import LEVELS, Interval, wilson_interval

#: The level of intervals and of the inner limits.
LEVEL = LEVELS[0]


class PlaceModel(Protocol):
    """What can be asked of every model; lists have one entry per place, in the order given."""

    @property
    def common(self) -> float:
        """The level of all places together."""

    def own_intervals(self) -> list[Interval | None]:
        """Return the 95 % interval of each place; None where the model knows none."""

    def rank_spans(self) -> list[tuple[int, int]]:
        """Return the first and the last rank each place may have (1 the highest)."""

    def p_values(self) -> list[float]:
        """Return how often chance alone puts a place as far out (two-sided)."""

    def chance_limits(self, base: float, level: float) -> Interval:
        """Return the values of a place of this base that chance still gives."""


@dataclass(frozen=True)
class ShareModel:
    """Cases of trials, binomial around one common share.

    Where the shares differ more than that (phi above 1), the variance between places is added on
    the arcsine scale and limits are those of t with one degree less than places. Raises ValueError
    for cases that are no part of the trials.
    """

    cases: Sequence[int]
    trials: Sequence[int]

    @property
    def common(self) -> float:
        return common_share(self.cases, self.trials)

    @cached_property
    def spread(self) -> Dispersion:
        """How much the shares differ beyond chance."""
        return overdispersion(self.cases, self.trials)

    def own_intervals(self) -> list[Interval | None]:
        return list(self._wilson_intervals())

    def rank_spans(self) -> list[tuple[int, int]]:
        if not self.spread.is_applied:
            return rank_by_overlap(self._wilson_intervals())
        quantile = t_quantile(LEVEL, self._freedom)
        found = []
        for x, n in zip(self.cases, self.trials, strict=True):
            found.append(spread_limits(x / n, n, self.spread.tau2, quantile))
        return rank_by_overlap(found)

    def p_values(self) -> list[float]:
        if not self.spread.is_applied:
            return exact_p_values(self.cases, self.trials, self.common)
        scores = []
        for x, n in zip(self.cases, self.trials, strict=True):
            scores.append(spread_score(x / n, n, self.common, self.spread.tau2))
        return t_p_values(scores, self._freedom)

    def chance_limits(self, base: float, level: float) -> Interval:
        if not self.spread.is_applied:
            return exact_limits(self.common, round(base), level)
        quantile = t_quantile(level, self._freedom)
        return spread_limits(self.common, round(base), self.spread.tau2, quantile)

    @property
    def _freedom(self) -> int:
        return len(self.trials) - 1

    def _wilson_intervals(self) -> list[Interval]:
        return [wilson_interval(x, n) for x, n in zip(self.cases, self.trials, strict=True)]


@dataclass(frozen=True)
class PooledSpread:
    """The standard deviation of units (teams) within their areas, and its degrees of freedom."""

    deviation: float
    freedom: int


def pool_spread(
    values: Sequence[float], sizes: Sequence[float], areas: Sequence[str]
) -> PooledSpread | None:
    """Return the spread of units pooled within areas, as analysis of variance does.

    `values` are means of `sizes` units. None without two degrees of freedom.
    """
    totals: dict[str, tuple[float, float]] = {}
    for value, size, area in zip(values, sizes, areas, strict=True):
        total, weight = totals.get(area, (0.0, 0.0))
        totals[area] = (total + value * size, weight + size)
    squares = 0.0
    for value, size, area in zip(values, sizes, areas, strict=True):
        total, weight = totals[area]
        squares += size * (value - total / weight) ** 2
    freedom = len(values) - len(totals)
    if freedom < 2 or squares <= 0:
        return None
    return PooledSpread(math.sqrt(squares / freedom), freedom)


@dataclass(frozen=True)
class UnitSpreadModel:
    """Means over units (volunteers per team), judged by the spread between units within areas.

    A bounded stock is no Poisson count: its units differ far less, or more, than events would.
    A place of one unit has no interval of its own. Limits are those of Student's t; a place is
    held against the mean of all, which contains it.
    """

    means: Sequence[float]
    sizes: Sequence[float]
    spread: PooledSpread

    @property
    def common(self) -> float:
        products = zip(self.means, self.sizes, strict=True)
        return math.fsum(mean * size for mean, size in products) / math.fsum(self.sizes)

    def own_intervals(self) -> list[Interval | None]:
        intervals: list[Interval | None] = []
        for interval, size in zip(self._unit_intervals(), self.sizes, strict=True):
            intervals.append(interval if size > 1 else None)
        return intervals

    def rank_spans(self) -> list[tuple[int, int]]:
        return rank_by_overlap(self._unit_intervals())

    def _unit_intervals(self) -> list[Interval]:
        quantile = t_quantile(LEVEL, self.spread.freedom)
        found = []
        for mean, size in zip(self.means, self.sizes, strict=True):
            reach = quantile * self.spread.deviation / math.sqrt(size)
            found.append(Interval(mean - reach, mean + reach))
        return found

    def p_values(self) -> list[float]:
        common, scores = self.common, []
        for mean, size in zip(self.means, self.sizes, strict=True):
            error = self._standard_error(size)
            scores.append((mean - common) / error if error else 0.0)
        return t_p_values(scores, self.spread.freedom)

    def chance_limits(self, base: float, level: float) -> Interval:
        reach = t_quantile(level, self.spread.freedom) * self._standard_error(base)
        return Interval(max(0.0, self.common - reach), self.common + reach)

    def _standard_error(self, size: float) -> float:
        """Return the standard error of a place's mean less the mean of all."""
        room = 1 / size - 1 / math.fsum(self.sizes)
        return self.spread.deviation * math.sqrt(max(0.0, room))


@dataclass(frozen=True)
class PlaceSpreadModel:
    """Rates without a common law of chance (contacts per volunteer), judged by each other.

    Each place is held against the spread of all others on the scale of roots: the externally
    studentised deviation (Cook and Weisberg 1982), Student's t with two degrees less than places.
    A place has no interval of its own: its value is a count, not an estimate. Two places differ in
    rank when their distance is rare (5 %) by the spread of the places that are neither of them.
    Needs five places.
    """

    values: Sequence[float]
    common: float

    def own_intervals(self) -> list[Interval | None]:
        return [None] * len(self.values)

    def rank_spans(self) -> list[tuple[int, int]]:
        import numpy as np

        size = len(self.values)
        roots = np.asarray(self._roots) - fmean(self._roots)
        totals = -(roots[:, None] + roots[None, :])
        squares = (roots**2).sum() - roots[:, None] ** 2 - roots[None, :] ** 2
        variances = np.maximum(0.0, squares - totals**2 / (size - 2)) / (size - 3)
        distances = roots[:, None] - roots[None, :]
        reach = t_quantile(LEVEL, size - 3) * np.sqrt(2 * variances) + 1e-12
        above = (distances < -reach).sum(axis=1)
        below = (distances > reach).sum(axis=1)
        return list(zip((1 + above).tolist(), (size - below).tolist(), strict=True))

    def p_values(self) -> list[float]:
        size = len(self.values)
        middle, scores = fmean(self._roots), []
        for root in self._roots:
            ratio = (root - middle) / self._scale if self._scale else 0.0
            rest = size - 1 - ratio**2
            scores.append(ratio * math.sqrt((size - 2) / rest) if rest > 1e-9 else math.inf)
        return t_p_values(scores, size - 2)

    def chance_limits(self, base: float, level: float) -> Interval:
        """Return the same limits for every base: the spread is that of places, not of events."""
        size = len(self.values)
        quantile = t_quantile(level, size - 2)
        ratio = quantile * math.sqrt((size - 1) / (size - 2 + quantile**2))
        middle = fmean(self._roots)
        return _square_ends(middle - ratio * self._scale, middle + ratio * self._scale)

    @cached_property
    def _roots(self) -> list[float]:
        return [math.sqrt(value) for value in self.values]

    @cached_property
    def _deviation(self) -> float:
        return stdev(self._roots)

    @property
    def _scale(self) -> float:
        """The standard deviation of a place's root less the mean of all."""
        size = len(self.values)
        return self._deviation * math.sqrt((size - 1) / size)


def rank_by_overlap(intervals: Sequence[Interval]) -> list[tuple[int, int]]:
    """Return the first and the last rank of each place (1 the highest) that intervals allow.

    A place may stand behind all whose interval lies wholly above its own, and before all whose
    interval lies wholly below.
    """
    size = len(intervals)
    lows = sorted(interval.low for interval in intervals)
    highs = sorted(interval.high for interval in intervals)
    spans = []
    for own in intervals:
        first = 1 + size - bisect_right(lows, own.high)
        spans.append((first, size - bisect_left(highs, own.low)))
    return spans


def adjust_p_values(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for many places (Benjamini and Hochberg 1995).

    Of the places whose adjusted value is at most 0.05, one in twenty is expected to be there by
    chance.
    """
    from scipy.stats import false_discovery_control

    adjusted: list[float] = false_discovery_control(list(p_values)).tolist()
    return adjusted


def t_quantile(level: float, freedom: int) -> float:
    """Return the deviate of Student's t of a two-sided level: 2.776445 for 0.95 and 4."""
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, freedom))


def t_p_values(scores: Any, freedom: int) -> list[float]:
    """Return the two-sided p value of each score by Student's t."""
    import numpy as np
    from scipy.stats import t

    found: list[float] = (2 * t.sf(np.abs(scores), freedom)).tolist()
    return found


def _square_ends(low: float, high: float) -> Interval:
    """Return limits on the scale of roots as values; a root is not below zero."""
    return Interval(max(0.0, low) ** 2, max(0.0, high) ** 2)
