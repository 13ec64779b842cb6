"""Published methods on plain numbers, kept to published test values; no frames, no charts, nothing heavy to load."""

from pipelines.statistics.funnel import (
    Position,
    average,
    exact_limits,
    limits,
    normal_limits,
    position,
    rate_position,
    ratio_limits,
)
from pipelines.statistics.intervals import Interval, binomial, byar, count, poisson, rate, wilson
from pipelines.statistics.outliers import bounds, left_out, modified_z, poisson_tail, z
from pipelines.statistics.spread import (
    Spread,
    overdispersion,
    rate_limits,
    rate_overdispersion,
    widened_limits,
    widened_rate_limits,
)
from pipelines.statistics.trend import Trend, of_shares, of_values

__all__ = [
    "Interval",
    "Position",
    "Spread",
    "Trend",
    "average",
    "binomial",
    "bounds",
    "byar",
    "count",
    "exact_limits",
    "left_out",
    "limits",
    "modified_z",
    "normal_limits",
    "of_shares",
    "of_values",
    "overdispersion",
    "poisson",
    "poisson_tail",
    "position",
    "rate",
    "rate_limits",
    "rate_overdispersion",
    "rate_position",
    "ratio_limits",
    "widened_limits",
    "widened_rate_limits",
    "wilson",
    "z",
]
