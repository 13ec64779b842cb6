"""Scores and bounds that tell whether one value is unlike the others."""

import math
from collections.abc import Sequence
from statistics import fmean, median, pstdev


def poisson_tail(x: int, mean: float) -> float:
    """Return P(X >= x) for a Poisson count; 1 for x <= 0, 0 for a mean of 0 and x > 0."""
    if x <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if x <= mean:
        return 1.0 - math.fsum(_poisson_probability(k, mean) for k in range(x))

    total, k, term = 0.0, x, _poisson_probability(x, mean)
    while term > total * 1e-17:
        total += term
        k += 1
        term *= mean / k
    return total


def _poisson_probability(k: int, mean: float) -> float:
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def _deviations_from(middle: float, values: Sequence[float]) -> list[float]:
    return [abs(value - middle) for value in values]


def modified_z(values: Sequence[float], x: float) -> float:
    """Return how far `x` lies from the median of `values`, in robust standard deviations.

    0.6745 (x - median) / MAD (Iglewicz and Hoaglin 1993); when the MAD is 0, 0.7979 (x - median) /
    mean absolute deviation; 0 when both are 0. Leave `x` out of `values` to judge a new value:
    inside, it hides itself (docs/domain.md 9.1).
    """
    middle = median(values)
    deviations = _deviations_from(middle, values)
    mad = median(deviations)
    if mad > 0:
        return 0.6745 * (x - middle) / mad

    mean_deviation = fmean(deviations)
    if mean_deviation > 0:
        return 0.7979 * (x - middle) / mean_deviation
    return 0.0


def modified_z_bounds(values: Sequence[float], threshold: float) -> tuple[float, float]:
    """Return the bounds median ± threshold MAD / 0.6745, as DHIS2 draws them."""
    middle = median(values)
    reach = threshold * median(_deviations_from(middle, values)) / 0.6745
    return middle - reach, middle + reach


def z_score(values: Sequence[float], x: float) -> float:
    """Return |x - mean| / population standard deviation; 0 for a constant series.

    `x` stands among `values`, as in DHIS2.

    NOTE: with n values at most sqrt(n - 1): 8 quarters cannot reach 3 (docs/domain.md 9.1).
    """
    spread = pstdev(values)
    return abs(x - fmean(values)) / spread if spread > 0 else 0.0


def leave_one_out_z(values: Sequence[float]) -> list[float]:
    """Return the modified z of each value against all the others.

    One jump in a constant series shows.
    """
    series = list(values)
    if len(series) <= 1:
        return [0.0] * len(series)
    return [modified_z(series[:i] + series[i + 1 :], x) for i, x in enumerate(series)]
