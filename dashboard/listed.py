"""Lists behind the figures: returns, issues, unusual values, units on the registers; cached reads, keyed like data."""

import polars as pl

from dashboard.data import FRAMES, Key, configured, store
from dashboard.remembered import remembered
from pipelines import kpi
from pipelines.intake.chase import Chase, chase

_RETURNS = ("figure", "expected", "received")


@remembered(FRAMES)
def issues(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per error or unanswered warning still open."""
    return kpi.issues(period, list(places) or None, scope=key.scope, store=store(key))


@remembered(FRAMES)
def outliers(key: Key, quarter: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per value of a quarter that is unlike its own past, with its earlier values."""
    return kpi.outliers(quarter, list(places) or None, scope=key.scope, store=store(key))


@remembered(FRAMES)
def revisions(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per value that changed after its period was closed."""
    return kpi.revisions(period, list(places) or None, scope=key.scope, store=store(key))


@remembered(FRAMES)
def units(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per team, point, pilot ward or club that has stood in the places by the period's end."""
    return kpi.units(period, list(places) or None, store=store(key))


@remembered(FRAMES)
def coverage(key: Key, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per reporter, form and quarter: whether a return was owed, came, and when."""
    return kpi.coverage(period, list(places) or None, scope=key.scope, store=store(key))


@remembered(16)
def reminders(key: Key, quarter: str, districts: tuple[str, ...]) -> tuple[Chase, ...]:
    """One entry per district that owes something for a quarter, as far as the reader may see its returns."""
    if not key.scope.sees_some:
        return ()
    found = chase(configured(), quarter)
    seen = (c for c in found if key.scope.sees_exactly(c.district))
    return tuple(c for c in seen if not districts or c.district in districts)


@remembered(4)
def claims(key: Key) -> pl.DataFrame:
    """One row per total an officer wrote that differs from its own lines."""
    return kpi.claims(scope=key.scope, store=store(key))


@remembered(4)
def returned(key: Key) -> dict[str, tuple[int, int]]:
    """Returns expected and received behind ours, by the published figure's id."""
    found = kpi.published(scope=key.scope, store=store(key))
    return {figure: (expected, received) for figure, expected, received in found.select(*_RETURNS).rows()}
