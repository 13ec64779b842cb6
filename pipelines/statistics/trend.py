"""The Fingertips trend marker: is a series of five years going up or down?

Five years, 99.8 %, and no single year makes it (docs/domain.md 9.1).
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
#: Why no trend is computed: too few years, a year without a number, a year in which everyone (or
#: nobody) counted.
Reason = Literal["", "too_few", "broken", "no_spread"]


@dataclass(frozen=True)
class Trend:
    """The result of a trend test: chi², None when there is a reason not to compute it.

    The direction is `none` when chance or one year alone could make it.
    """

    chi2: float | None
    direction: Direction = "none"
    reason: Reason = ""


@dataclass(frozen=True)
class _Line:
    """A fitted line: its slope, and how surely it is not flat."""

    slope: float
    chi2: float


def share_trend(years: Sequence[tuple[int, int] | None]) -> Trend:
    """Return the trend of annual (cases, trials), oldest first; only the last five are used.

    A year without a number is None.
    """
    points = _recent_points(years)
    is_full = any(cases == trials for _, (cases, trials) in points)
    is_empty = bool(points) and all(cases == 0 for _, (cases, _) in points)
    if is_full or is_empty:
        return Trend(None, reason="no_spread")
    return _judge_slopes(years, points, _fit_shares)


def value_trend(years: Sequence[tuple[float, Interval] | None]) -> Trend:
    """Return the trend of annual (value, 95 % limits), oldest first.

    The line is fitted by weighted least squares with se = width / 3.92.
    """
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
    """Return a direction when the slope is significant and keeps its sign without any one year."""
    if len(years) < YEARS:
        return Trend(None, reason="too_few")
    if len(points) < YEARS:
        return Trend(None, reason="broken")

    chi2 = fit(points).chi2
    slopes: list[float] = []
    for left_out in points:
        others = [point for point in points if point is not left_out]
        slopes.append(fit(others).slope)
    if chi2 <= CRITICAL or min(slopes) <= 0 <= max(slopes):
        return Trend(chi2)
    return Trend(chi2, "up" if min(slopes) > 0 else "down")


def _fit_shares(points: Sequence[tuple[int, tuple[int, int]]]) -> _Line:
    """Fit a line: chi² = N (N Σtx - X Σtn)² / (X (N - X) (N Σt²n - (Σtn)²)).

    NOTE: the direction comes from the slope; published code once forgot to set it and always said
    down.
    """
    cases = trials = tx = tn = ttn = 0
    for t, (x, n) in points:
        cases += x
        trials += n
        tx += t * x
        tn += t * n
        ttn += t * t * n

    rise = trials * tx - cases * tn
    spread = trials * ttn - tn * tn
    below = cases * (trials - cases) * spread
    chi2 = trials * rise * rise / below if below else 0.0
    return _Line(rise / spread, chi2)


def _fit_values(points: Sequence[tuple[int, tuple[float, Interval]]]) -> _Line:
    """Fit a line: the weighted slope and its square over its variance, with weights 1 / se²."""
    times = [t for t, _ in points]
    values = [value for _, (value, _) in points]
    weights = [(WIDTH / (limits.high - limits.low)) ** 2 for _, (_, limits) in points]
    mean_time = _weighted_sum(weights, times) / math.fsum(weights)
    mean_value = _weighted_sum(weights, values) / math.fsum(weights)

    spread = math.fsum(w * (t - mean_time) ** 2 for w, t in zip(weights, times, strict=True))
    products = zip(weights, times, values, strict=True)
    rise = math.fsum(w * (t - mean_time) * (v - mean_value) for w, t, v in products)
    slope = rise / spread
    return _Line(slope, slope * slope * spread)


def _weighted_sum(weights: Sequence[float], values: Sequence[float]) -> float:
    return math.fsum(w * v for w, v in zip(weights, values, strict=True))
