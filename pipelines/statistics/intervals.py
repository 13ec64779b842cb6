"""Confidence limits of counts, rates and shares, by published methods."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

#: The two levels every comparison of places uses.
LEVELS = (0.95, 0.998)
#: From this many events on, Byar's approximation (Breslow and Day 1987) replaces exact limits.
BYAR_FROM = 10


@dataclass(frozen=True)
class Interval:
    """Lower and upper limit."""

    low: float
    high: float

    def contains(self, x: float) -> bool:
        return self.low <= x <= self.high


def normal_quantile(level: float) -> float:
    """Return the normal deviate of a two-sided level: 1.959964 for 0.95, 3.090232 for 0.998."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson_interval(x: int, n: int, level: float = 0.95) -> Interval:
    """Return limits of the share x / n (Wilson 1927).

    Raises ValueError unless 0 <= x <= n and n > 0.
    """
    _check_share(x, n)
    z = normal_quantile(level)
    middle, below = 2 * x + z * z, 2 * (n + z * z)
    reach = z * math.sqrt(z * z + 4 * x * (1 - x / n))
    return Interval((middle - reach) / below, (middle + reach) / below)


def binomial_interval(x: int, n: int, level: float = 0.95) -> Interval:
    """Return exact limits of the share x / n (Clopper and Pearson 1934).

    Raises ValueError unless 0 <= x <= n and n > 0.
    """
    _check_share(x, n)
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else _find_root(lambda p: tail - (1 - binomial_cdf(x - 1, n, p)), 0.0, 1.0)
    high = 1.0 if x == n else _find_root(lambda p: binomial_cdf(x, n, p) - tail, 0.0, 1.0)
    return Interval(low, high)


def count_interval(x: int, level: float = 0.95) -> Interval:
    """Return limits of a count: exact below 10 events, Byar's from 10.

    Raises ValueError for x < 0.
    """
    return poisson_interval(x, level) if x < BYAR_FROM else byar_interval(x, level)


def rate_interval(x: int, base: float, per: float = 1.0, level: float = 0.95) -> Interval:
    """Return limits of x events per `per` of the base."""
    limits = count_interval(x, level)
    return Interval(limits.low / base * per, limits.high / base * per)


def byar_interval(x: int, level: float = 0.95) -> Interval:
    """Return Byar's limits of a count (Breslow and Day 1987); raises ValueError for x < 1."""
    if x < 1:
        raise ValueError(f"Byar's limits need at least one event, not {x}")
    z, more = normal_quantile(level), x + 1
    low = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
    return Interval(low, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3)


@lru_cache(maxsize=1024)
def poisson_interval(x: int, level: float = 0.95) -> Interval:
    """Return exact limits of a count (Garwood 1936): chi2(a/2; 2x)/2 and chi2(1-a/2; 2x+2)/2.

    Raises ValueError for x < 0.
    """
    if x < 0:
        raise ValueError(f"a count is not {x}")
    tail = (1 - level) / 2
    far = x + 20 + 10 * math.sqrt(x + 1)
    low = 0.0 if x == 0 else _find_root(lambda m: tail - (1 - poisson_cdf(x - 1, m)), 0.0, far)
    return Interval(low, _find_root(lambda m: poisson_cdf(x, m) - tail, 0.0, far))


def poisson_cdf(x: int, mean: float) -> float:
    """Return P(X <= x) for a Poisson count with this mean."""
    if mean <= 0:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(x + 1))


def binomial_cdf(x: int, n: int, p: float) -> float:
    """Return P(X <= x) for n trials with probability p."""
    if x < 0 or p >= 1:
        return 1.0 if x >= n else 0.0
    if x >= n or p <= 0:
        return 1.0

    whole, odds, rest = math.lgamma(n + 1), math.log(p) - math.log1p(-p), n * math.log1p(-p)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * odds + rest)
        for k in range(x + 1)
    )
    return min(1.0, math.fsum(terms))


def _find_root(falls: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses 0, by halving until the floats run out."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if falls(middle) > 0 else (low, middle)


def _check_share(x: int, n: int) -> None:
    if n <= 0 or not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no share")
