"""Lists behind the figures: returns, issues, unusual values, units on the registers; cached reads, keyed like data."""

import polars as pl

from dashboard.queries.cache import cached
from dashboard.queries.figures import FRAMES, ReadScope, load_settings, open_store
from pipelines import kpi
from pipelines.intake.reminders import Reminder, list_reminders

_RETURNS = ("figure", "expected", "received")


@cached(FRAMES)
def load_issues(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per error or unanswered warning still open."""
    return kpi.issues(period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_outliers(key: ReadScope, quarter: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per value of a quarter that is unlike its own past, with its earlier values."""
    return kpi.outliers(quarter, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_revisions(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per value that changed after its period was closed."""
    return kpi.revisions(period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_units(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per team, point, pilot ward or club that has stood in the places by the period's end."""
    return kpi.units(period, list(places) or None, store=open_store(key))


@cached(FRAMES)
def load_coverage(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per reporter, form and quarter: whether a return was owed, came, and when."""
    return kpi.coverage(period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(16)
def load_reminders(
    key: ReadScope, quarter: str, districts: tuple[str, ...]
) -> tuple[Reminder, ...]:
    """One entry per district that owes something for a quarter, as far as the reader may see its returns."""
    if not key.scope.sees_some:
        return ()
    found = list_reminders(load_settings(), quarter)
    seen = (c for c in found if key.scope.sees_exactly(c.district))
    return tuple(c for c in seen if not districts or c.district in districts)


@cached(4)
def load_claims(key: ReadScope) -> pl.DataFrame:
    """One row per total an officer wrote that differs from its own lines."""
    return kpi.claims(scope=key.scope, store=open_store(key))


@cached(4)
def load_published_coverage(key: ReadScope) -> dict[str, tuple[int, int]]:
    """Returns expected and received behind ours, by the published figure's id."""
    found = kpi.published(scope=key.scope, store=open_store(key))
    return {
        figure: (expected, received)
        for figure, expected, received in found.select(*_RETURNS).rows()
    }
