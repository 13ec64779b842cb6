"""Compare places of unequal size with one common share or rate and the limits of chance around it.

Spiegelhalter, Qual Saf Health Care 2002;11:390 and Stat Med 2005;24:1185 (doi 10.1002/sim.1970).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from pipelines.statistics.intervals import (
    LEVELS,
    Interval,
    binomial_cdf,
    count_interval,
    normal_quantile,
    poisson_interval,
)

#: Below this many expected cases (or non-cases) the normal form flags too often, and the exact one
#: is used.
NORMAL_FROM = 5
Position = Literal["far_below", "below", "inside", "above", "far_above"]


def common_share(xs: Sequence[int], ns: Sequence[int]) -> float:
    """Return all cases over all trials; raises ZeroDivisionError without trials."""
    return sum(xs) / sum(ns)


def share_limits(p: float, n: int, level: float = 0.95) -> Interval:
    """Return where shares of n trials lie when the true share is p: exact for small n."""
    if min(n * p, n * (1 - p)) < NORMAL_FROM:
        return exact_limits(p, n, level)
    return normal_limits(p, n, level)


def normal_limits(p: float, n: int, level: float = 0.95) -> Interval:
    """Return p ± z sqrt(p (1 - p) / n), within 0 and 1."""
    reach = normal_quantile(level) * math.sqrt(p * (1 - p) / n)
    return Interval(max(0.0, p - reach), min(1.0, p + reach))


def exact_limits(p: float, n: int, level: float = 0.95) -> Interval:
    """Return the lowest and highest share of n trials that chance still gives.

    Each tail outside holds at most (1-level)/2.
    """
    low, high = _usual_counts(p, n, level)
    return Interval(low / n, high / n)


@lru_cache(maxsize=4096)
def _usual_counts(p: float, n: int, level: float) -> tuple[int, int]:
    """Return the lowest and highest count of n trials that chance still gives."""
    if p > 0.5:
        low, high = _usual_counts(1 - p, n, level)
        return n - high, n - low

    tail = (1 - level) / 2
    low = 0
    while low < n and binomial_cdf(low, n, p) <= tail:
        low += 1
    high = low
    while high < n and 1 - binomial_cdf(high, n, p) > tail:
        high += 1
    return low, high


def share_position(x: int, n: int, p: float) -> Position:
    """Return where x of n stands against the limits of chance around p at 95 % and 99.8 %."""
    near_level, far_level = LEVELS
    near, far = share_limits(p, n, near_level), share_limits(p, n, far_level)
    share = x / n
    if share < near.low:
        return "far_below" if share < far.low else "below"
    if share > near.high:
        return "far_above" if share > far.high else "above"
    return "inside"


def rate_position(x: int, expected: float) -> Position:
    """Return where x events stand against an expected number.

    The question is whether the count's own interval holds it (exact below 10).
    """
    near, far = (count_interval(x, level) for level in LEVELS)
    if expected < near.low:
        return "far_above" if expected < far.low else "above"
    if expected > near.high:
        return "far_below" if expected > far.high else "below"
    return "inside"


def ratio_limits(events: int, level: float = 0.95) -> Interval:
    """Return the expectations at which `events` are just unusual.

    The funnel's edges are events / low and events / high.
    """
    return poisson_interval(events, level)
