"""Read the lists behind the figures: returns, issues, unusual values, units on the registers.

The reads are cached by build and scope, as the figures are.
"""

from collections.abc import Callable

import polars as pl

from dashboard.queries.cache import cached
from dashboard.queries.figures import FRAMES, ReadScope, load_settings, open_store
from dashboard.queries.open_builds import find_end_of_day, open_build
from pipelines import kpi
from pipelines.errors import Refused
from pipelines.intake.reminders import Reminder, list_reminders
from pipelines.reference import places as places_register
from pipelines.reference.periods import parse_period
from pipelines.store.backup import StorageState, describe_storage

#: Answers kept for all readers together: the cells of a figure of three years take some megabytes.
KEPT = 24
#: Rows, or the reason why there are none.
Answer = tuple[pl.DataFrame, Refused | None]


def load_storage() -> StorageState:
    """Return what the home takes on its disk and when it was last backed up, as it is now."""
    return describe_storage(load_settings().home)


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
def count_expected_outliers(key: ReadScope, quarter: str, places: tuple[str, ...]) -> float:
    """Return how many values of a quarter would be unusual by chance alone."""
    place = list(places) or None
    return kpi.expected_outliers(quarter, place, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_revisions(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per value that changed after its period was closed."""
    return kpi.revisions(period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(FRAMES)
def load_units(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per team, point, pilot ward or club that was registered by the period's end."""
    return kpi.units(period, list(places) or None, store=open_store(key))


@cached(FRAMES)
def load_coverage(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per reporter, form and quarter: whether a return was owed, came, and when."""
    return kpi.coverage(period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(16)
def load_reminders(key: ReadScope, period: str, districts: tuple[str, ...]) -> tuple[Reminder, ...]:
    """One entry per district that owes something in a period, where the reader may see it."""
    if not key.scope.sees_some:
        return ()
    shown: list[Reminder] = []
    for reminder in list_reminders(load_settings(), period, find_end_of_day(key.day)):
        district = reminder.district
        is_chosen = not districts or _find_district(district, period) in districts
        if is_chosen and key.scope.sees_exactly(district):
            shown.append(reminder)
    return tuple(shown)


def _find_district(office: str, quarter: str) -> str:
    """Return the district of an office to remind: its own, or a commune's former one."""
    if len(office) < len("12345"):
        return office
    register = places_register.load_places()
    place = register.find_place(office, parse_period(quarter).end)
    former = register.find_former_district(place)
    return former.code if former else ""


@cached(4)
def load_claims(key: ReadScope) -> pl.DataFrame:
    """One row per total an officer wrote that differs from its own lines."""
    return kpi.claims(scope=key.scope, store=open_store(key))


@cached(4)
def load_published_coverage(key: ReadScope) -> dict[str, tuple[int, int]]:
    """Return the returns expected and received behind our figures, by published figure."""
    found = kpi.published(scope=key.scope, store=open_store(key))
    return {
        figure: (expected, received)
        for figure, expected, received in found.select(*_RETURNS).rows()
    }


@cached(FRAMES)
def load_points(key: ReadScope, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per point registered by the period's end: place, date, confidence, facility."""
    return kpi.points(period, list(places) or None, store=open_store(key))


@cached(FRAMES)
def load_missing(key: ReadScope, quarter: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per return owed and not received: ward_name, district_name, form."""
    return kpi.missing(quarter, list(places) or None, scope=key.scope, store=open_store(key))


def _answer(ask: Callable[[], pl.DataFrame]) -> Answer:
    try:
        return ask(), None
    except Refused as refused:
        return pl.DataFrame(), refused


@cached(KEPT)
def load_cells(key: ReadScope, code: str, period: str, places: tuple[str, ...]) -> Answer:
    """One row per cell, return or slip that the figure counts."""
    store, place = open_store(key), list(places) or None
    return _answer(lambda: kpi.passport(code, period, place, scope=key.scope, store=store))


@cached(KEPT)
def load_versions(key: ReadScope, code: str, period: str, places: tuple[str, ...]) -> Answer:
    """One row per version of such a cell, oldest first."""
    store, place = open_store(key), list(places) or None
    return _answer(lambda: kpi.versions(code, period, place, scope=key.scope, store=store))


@cached(KEPT)
def load_gaps(key: ReadScope, code: str, period: str, places: tuple[str, ...]) -> pl.DataFrame:
    """One row per cell, or return, that the figure lacks."""
    return kpi.gaps(code, period, list(places) or None, scope=key.scope, store=open_store(key))


@cached(KEPT)
def load_history(key: ReadScope, code: str, period: str, places: tuple[str, ...]) -> Answer:
    """One row per side, cause and day: changes that add up to the figure."""
    store, place = open_store(key), list(places) or None
    return _answer(lambda: kpi.history(code, period, place, scope=key.scope, store=store))


@cached(KEPT)
def load_bridge(key: ReadScope, code: str, period: str, places: tuple[str, ...]) -> Answer:
    """One row per cell that is new, gone or changed since the day looked back to."""
    before, after = open_store(key), open_build(key.build)
    place = list(places) or None
    return _answer(
        lambda: kpi.bridge(code, period, place, before=before, after=after, scope=key.scope)
    )
