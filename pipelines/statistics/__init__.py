"""Published methods on plain numbers, tested with published values; nothing heavy is imported."""

from pipelines.statistics.funnel import (
    Position,
    common_share,
    exact_limits,
    normal_limits,
    rate_position,
    ratio_limits,
    share_limits,
    share_position,
)
from pipelines.statistics.intervals import (
    Interval,
    binomial_interval,
    byar_interval,
    count_interval,
    poisson_interval,
    rate_interval,
    wilson_interval,
)
from pipelines.statistics.outliers import (
    leave_one_out_z,
    modified_z,
    modified_z_bounds,
    poisson_tail,
    z_score,
)
from pipelines.statistics.spread import (
    Dispersion,
    overdispersion,
    rate_limits,
    rate_overdispersion,
    widened_limits,
    widened_rate_limits,
)
from pipelines.statistics.trend import Trend, share_trend, value_trend

__all__ = [
    "Dispersion",
    "Interval",
    "Position",
    "Trend",
    "binomial_interval",
    "byar_interval",
    "common_share",
    "count_interval",
    "exact_limits",
    "leave_one_out_z",
    "modified_z",
    "modified_z_bounds",
    "normal_limits",
    "overdispersion",
    "poisson_interval",
    "poisson_tail",
    "rate_interval",
    "rate_limits",
    "rate_overdispersion",
    "rate_position",
    "ratio_limits",
    "share_limits",
    "share_position",
    "share_trend",
    "value_trend",
    "widened_limits",
    "widened_rate_limits",
    "wilson_interval",
    "z_score",
]
