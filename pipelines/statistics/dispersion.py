"""How much shares of places differ beyond chance, and the limits that allow for it.

Spiegelhalter, Stat Med 2005;24:1185 (doi 10.1002/sim.1970), on the arcsine scale.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.statistics.funnel import common_share
from pipelines.statistics.intervals import Interval

#: How much is winsorised on each side before the spread is measured.
TRIM = 0.1
#: The mean z² that remains of normal deviates winsorised like this: without it the spread between
#: places comes out a third too small, and nine of a hundred places lie outside 95 % limits.
KEPT = 0.6787


@dataclass(frozen=True)
class Dispersion:
    """How much more places differ than chance allows.

    `phi` is the mean z², `tau2` the variance between places.
    """

    phi: float
    tau2: float

    @property
    def is_applied(self) -> bool:
        """True when limits stand on the spread between places; then say so where they are shown."""
        return self.tau2 > 0


def overdispersion(xs: Sequence[int], ns: Sequence[int]) -> Dispersion:
    """Return phi and tau² of shares on the arcsine scale."""
    target = _to_angle(common_share(xs, ns))
    scores = []
    for x, n in zip(xs, ns, strict=True):
        scores.append((_to_angle(x / n) - target) * 2 * math.sqrt(n))
    return _estimate_dispersion(scores, [4.0 * n for n in ns])


def spread_limits(middle: float, n: int, tau2: float, quantile: float) -> Interval:
    """Return shares within `quantile` deviations of `middle`: those of n trials and of places."""
    centre = _to_angle(middle)
    reach = quantile * _deviation(n, tau2)
    low, high = max(0.0, centre - reach), min(math.pi / 2, centre + reach)
    return Interval(math.sin(low) ** 2, math.sin(high) ** 2)


def spread_score(share: float, n: int, middle: float, tau2: float) -> float:
    """Return how many such deviations a share of n trials lies from `middle`."""
    return (_to_angle(share) - _to_angle(middle)) / _deviation(n, tau2)


def _to_angle(share: float) -> float:
    return math.asin(math.sqrt(share))


def _deviation(n: int, tau2: float) -> float:
    return math.sqrt(1 / (4 * n) + tau2)


def _estimate_dispersion(scores: Sequence[float], weights: Sequence[float]) -> Dispersion:
    """Return phi, the mean of the winsorised z², and tau², the variance between places.

    tau² is that of the method of moments, with what winsorising took from phi put back.
    """
    size = len(scores)
    low, high = _linear_quantile(scores, TRIM), _linear_quantile(scores, 1 - TRIM)
    winsorised = [min(max(score, low), high) for score in scores]
    phi = sum(score**2 for score in winsorised) / size

    total = sum(weights)
    room = total - sum(weight * weight for weight in weights) / total
    excess = size * phi / KEPT - (size - 1)
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
