"""Read what became of referrals, cached by build and scope."""

import polars as pl

from dashboard.queries.cache import cached
from dashboard.queries.figures import FRAMES, ReadScope, open_store, unit_changes
from dashboard.queries.period_batches import batch_periods
from pipelines import kpi


@cached(FRAMES)
def load_outcomes(key: ReadScope, by: str, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service or quarter of referral: steps reached, and where referrals stand now."""
    batch = batch_periods((by,), period, open_store(key).span, unit_changes(key))
    if batch is None:
        return _load_outcomes(key, (by,), period, places)
    return batch.select_rows(_load_outcomes(key, batch.by, batch.period, places))


@cached(FRAMES)
def _load_outcomes(
    key: ReadScope, by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    return kpi.outcomes(by, period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_waiting(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service: arrivals (n), days to arrival (median, p90)."""
    batch = batch_periods(("service",), period, open_store(key).span, unit_changes(key))
    if batch is None:
        return _load_waiting(key, ("service",), period, places)
    return batch.select_rows(_load_waiting(key, batch.by, batch.period, places))


@cached(FRAMES)
def _load_waiting(
    key: ReadScope, by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    return kpi.waiting(by, period, list(places) or None, scope=key.scope, store=open_store(key))
