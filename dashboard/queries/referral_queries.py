"""Read what became of referrals, cached by build and scope."""

from typing import Literal

import polars as pl

from dashboard.queries.cache import cached
from dashboard.queries.figures import FRAMES, ReadScope, open_store, unit_changes
from dashboard.queries.period_batches import batch_periods
from pipelines import kpi

#: The questions whose rows of several periods are asked at once.
Question = Literal["outcomes", "waiting"]


def load_outcomes(key: ReadScope, by: str, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service or quarter of referral: steps reached, and where referrals stand now."""
    return _load_period(key, "outcomes", by, period, places)


def load_waiting(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per service: arrivals (n), days to arrival (median, p90)."""
    return _load_period(key, "waiting", "service", period, places)


@cached(FRAMES)
def load_results(
    key: ReadScope, by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    """One row per service, receiver, place, quarter or group of persons: results of referrals."""
    return kpi.results(by, period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def _load_period(
    key: ReadScope, question: Question, by: str, period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    batch = batch_periods((by,), period, open_store(key).span, unit_changes(key))
    if batch is None:
        return _load_answer(key, question, (by,), period, places)
    return batch.select_rows(_load_answer(key, question, batch.by, batch.period, places))


@cached(FRAMES)
def _load_answer(
    key: ReadScope, question: Question, by: tuple[str, ...], period: str, places: tuple[str, ...]
) -> pl.DataFrame:
    ask = {"outcomes": kpi.outcomes, "waiting": kpi.waiting}[question]
    return ask(by, period, list(places) or None, scope=key.scope, store=open_store(key))
