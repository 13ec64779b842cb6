"""How much places differ beyond chance, and the limits that allow for it.

Spiegelhalter, Stat Med 2005;24:1185 (doi 10.1002/sim.1970): shares on the arcsine scale, counts on
that of roots.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.statistics.funnel import common_share, share_limits
from pipelines.statistics.intervals import Interval, count_interval, normal_quantile

#: How much is winsorised on each side before the spread is measured.
TRIM = 0.1


@dataclass(frozen=True)
class Dispersion:
    """How much more places differ than chance allows.

    `phi` is the mean z², `tau2` the variance between places.
    """

    phi: float
    tau2: float

    @property
    def is_applied(self) -> bool:
        """True when limits were widened; then say so wherever they are shown."""
        return self.tau2 > 0


def overdispersion(xs: Sequence[int], ns: Sequence[int], trim: float = TRIM) -> Dispersion:
    """Return phi and tau² of shares on the arcsine scale."""
    target = math.asin(math.sqrt(common_share(xs, ns)))
    scores = [
        (math.asin(math.sqrt(x / n)) - target) * 2 * math.sqrt(n)
        for x, n in zip(xs, ns, strict=True)
    ]
    return _estimate_dispersion(scores, [4.0 * n for n in ns], trim)


def rate_overdispersion(
    xs: Sequence[int], expected: Sequence[float], trim: float = TRIM
) -> Dispersion:
    """Return phi and tau² of counts against what was expected, on the scale of roots."""
    scores = [2 * (math.sqrt(x) - math.sqrt(e)) for x, e in zip(xs, expected, strict=True)]
    return _estimate_dispersion(scores, [4.0 * e for e in expected], trim)


def widened_limits(p: float, n: int, spread: Dispersion, level: float = 0.95) -> Interval:
    """Return limits of a share with the variance between places added.

    They are plain limits when there is none.
    """
    if not spread.is_applied:
        return share_limits(p, n, level)

    middle = math.asin(math.sqrt(p))
    reach = normal_quantile(level) * math.sqrt(1 / (4 * n) + spread.tau2)
    low, high = max(0.0, middle - reach), min(math.pi / 2, middle + reach)
    return Interval(math.sin(low) ** 2, math.sin(high) ** 2)


def rate_limits(expected: float, level: float = 0.95) -> Interval:
    """Return the least and the largest count over `expected` whose own interval still holds it.

    The interval is exact below 10 events.
    """
    low = _find_first(lambda x: count_interval(x, level).high >= expected)
    above = _find_first(lambda x: count_interval(x, level).low > expected)
    return Interval(low / expected, (above - 1) / expected)


def widened_rate_limits(expected: float, spread: Dispersion, level: float = 0.95) -> Interval:
    """Return limits of count over expected with the variance between places added.

    They are plain limits when there is none.
    """
    if not spread.is_applied:
        return rate_limits(expected, level)
    reach = normal_quantile(level) * math.sqrt(1 / (4 * expected) + spread.tau2)
    return Interval(max(0.0, 1 - reach) ** 2, (1 + reach) ** 2)


def _find_first(holds: Callable[[int], bool]) -> int:
    """Return the first number from 0 on for which a condition holds that stays true from there."""
    high = 1
    while not holds(high):
        high *= 2

    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def _estimate_dispersion(
    scores: Sequence[float], weights: Sequence[float], trim: float
) -> Dispersion:
    """Return phi, the mean of the winsorised z², and tau², the variance between places.

    tau² is that of the method of moments.
    """
    size = len(scores)
    low, high = _linear_quantile(scores, trim), _linear_quantile(scores, 1 - trim)
    winsorised = [min(max(score, low), high) for score in scores]
    phi = sum(score**2 for score in winsorised) / size

    total = sum(weights)
    room = total - sum(weight * weight for weight in weights) / total
    excess = size * phi - (size - 1)
    if phi > 1 and excess > 0 and room > 0:
        return Dispersion(phi, excess / room)
    return Dispersion(phi, 0.0)


def _linear_quantile(values: Sequence[float], q: float) -> float:
    """Return the q-quantile, linear between order statistics (R's type 7)."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * q
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
