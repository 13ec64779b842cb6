"""Published methods on plain numbers, tested with published values; nothing heavy is imported."""

from pipelines.statistics.competing_risks import (
    Incidence,
    cumulative_incidence,
)
from pipelines.statistics.dispersion import (
    Dispersion,
    overdispersion,
)
from pipelines.statistics.funnel import (
    common_share,
    exact_limits,
    exact_p_values,
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
from pipelines.statistics.place_models import (
    PlaceModel,
    PlaceSpreadModel,
    PooledSpread,
    ShareModel,
    UnitSpreadModel,
    adjust_p_values,
    pool_spread,
    rank_by_overlap,
)
from pipelines.statistics.trend import (
    Trend,
    share_trend,
    slope_test,
    value_trend,
)

__all__ = [
    "Dispersion",
    "Incidence",
    "Interval",
    "PlaceModel",
    "PlaceSpreadModel",
    "PooledSpread",
    "ShareModel",
    "Trend",
    "UnitSpreadModel",
    "adjust_p_values",
    "binomial_interval",
    "byar_interval",
    "common_share",
    "count_interval",
    "cumulative_incidence",
    "exact_limits",
    "exact_p_values",
    "leave_one_out_z",
    "modified_z",
    "modified_z_bounds",
    "overdispersion",
    "poisson_interval",
    "poisson_tail",
    "pool_spread",
    "rank_by_overlap",
    "rate_interval",
    "share_trend",
    "slope_test",
    "value_trend",
    "wilson_interval",
    "z_score",
]
