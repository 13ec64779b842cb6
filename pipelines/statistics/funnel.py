"""Shares of places of unequal size, and the exact limits of chance around one common share.

Spiegelhalter, Qual Saf Health Care 2002;11:390.
"""

from collections.abc import Sequence

from pipelines.statistics.intervals import Interval


def common_share(xs: Sequence[int], ns: Sequence[int]) -> float:
    """Return all cases over all trials; raises ZeroDivisionError without trials."""
    return sum(xs) / sum(ns)


def exact_limits(p: float, n: int, level: float = 0.95) -> Interval:
    """Return the lowest and highest share of n trials that chance still gives.

    Each tail outside holds at most (1-level)/2 of the binomial distribution.
    """
    from scipy.stats import binom  # 0.5 s: imported where it is needed

    tail = (1 - level) / 2
    return Interval(float(binom.ppf(tail, n, p)) / n, float(binom.isf(tail, n, p)) / n)


def exact_p_values(xs: Sequence[int], ns: Sequence[int], p: float) -> list[float]:
    """Return for each x of n how often chance alone is as far from p: twice the smaller tail."""
    import numpy as np
    from scipy.stats import binom

    cases, trials = np.asarray(xs), np.asarray(ns)
    below = binom.cdf(cases, trials, p)
    above = binom.sf(cases - 1, trials, p)
    both: list[float] = np.minimum(1.0, 2 * np.minimum(below, above)).tolist()
    return both
