"""Is a series of years going anywhere? Five annual points in, a chi² and a direction out, or the reason there is none.

The Fingertips trend marker (docs/domain.md 9.1): five years, 99.8 %, no single year makes it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipelines.statistics.intervals import Interval

P = TypeVar("P")
YEARS = 5
#: chi² with one degree of freedom at 99.8 %.
CRITICAL = 9.549536
#: Limits at 95 % are 3.92 standard errors apart.
WIDTH = 3.92

Direction = Literal["up", "down", "none"]
#: Why no trend is computed: too few years, a year without a number, a year in which everyone (or nobody) counted.
Reason = Literal["", "too_few", "broken", "no_spread"]


@dataclass(frozen=True)
class Trend:
    """chi² (None with a reason) and the direction, `none` when chance or one year alone could make it."""

    chi2: float | None
    direction: Direction = "none"
    reason: Reason = ""


@dataclass(frozen=True)
class _Line:
    """A fitted line: its slope, and how surely it is not flat."""

    slope: float
    chi2: float


def share_trend(years: Sequence[tuple[int, int] | None]) -> Trend:
    """The trend of annual (cases, trials), oldest first, None for a year without; only the last five are used."""
    points = _recent_points(years)
    if any(x == n for _, (x, n) in points) or (points and not any(x for _, (x, _) in points)):
        return Trend(None, reason="no_spread")
    return _judge_slopes(years, points, _fit_shares)


def value_trend(years: Sequence[tuple[float, Interval] | None]) -> Trend:
    """The trend of annual (value, 95 % limits), oldest first, by weighted least squares with se = width / 3.92."""
    points = _recent_points(years)
    if any(limits.high <= limits.low for _, (_, limits) in points):
        return Trend(None, reason="no_spread")
    return _judge_slopes(years, points, _fit_values)


def _recent_points(years: Sequence[P | None]) -> list[tuple[int, P]]:
    return [(t, p) for t, p in enumerate(years[-YEARS:], start=1) if p is not None]


def _judge_slopes(
    years: Sequence[P | None],
    points: Sequence[tuple[int, P]],
    fit: Callable[[Sequence[tuple[int, P]]], _Line],
) -> Trend:
    """Significant, and every slope with one year left out of the same sign."""
    if len(points) < YEARS:
        return Trend(None, reason="too_few" if len(years) < YEARS else "broken")
    chi2 = fit(points).chi2
    slopes = [fit([p for p in points if p is not left_out]).slope for left_out in points]
    if chi2 <= CRITICAL or min(slopes) <= 0 <= max(slopes):
        return Trend(chi2)
    return Trend(chi2, "up" if min(slopes) > 0 else "down")


def _fit_shares(points: Sequence[tuple[int, tuple[int, int]]]) -> _Line:
    """chi² = N (N Σtx - X Σtn)² / (X (N - X) (N Σt²n - (Σtn)²)).

    NOTE: the direction comes from the slope; published code once forgot to set it and always said down.
    """
    cases = sum(x for _, (x, _) in points)
    trials = sum(n for _, (_, n) in points)
    tx = sum(t * x for t, (x, _) in points)
    tn = sum(t * n for t, (_, n) in points)
    ttn = sum(t * t * n for t, (_, n) in points)
    rise, spread = trials * tx - cases * tn, trials * ttn - tn * tn
    below = cases * (trials - cases) * spread
    return _Line(rise / spread, trials * rise * rise / below if below else 0.0)


def _fit_values(points: Sequence[tuple[int, tuple[float, Interval]]]) -> _Line:
    """The weighted slope and its square over its variance, with weights 1 / se²."""
    weighted = [(t, v, (WIDTH / (limits.high - limits.low)) ** 2) for t, (v, limits) in points]
    whole = math.fsum(w for _, _, w in weighted)
    mean_time = math.fsum(w * t for t, _, w in weighted) / whole
    mean_value = math.fsum(w * v for _, v, w in weighted) / whole
    spread = math.fsum(w * (t - mean_time) ** 2 for t, _, w in weighted)
    slope = math.fsum(w * (t - mean_time) * (v - mean_value) for t, v, w in weighted) / spread
    return _Line(slope, slope * slope * spread)
