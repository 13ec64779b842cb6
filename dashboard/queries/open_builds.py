"""Open builds for the cached reads: the current one, and what was known on an earlier day."""

from datetime import date, datetime, time
from threading import Lock

import streamlit as st

from dashboard.queries.cache import cached
from pipelines import kpi, settings
from pipelines.kpi import WarehouseReader

#: One build of an earlier day is made at a time, for all readers together.
_MAKING = Lock()


@st.cache_resource(max_entries=1)
def load_settings() -> settings.Settings:
    return settings.load_settings()


def open_build(name: str, day: str = "", release: str = "") -> WarehouseReader:
    """Return an open build or release, or the build of all received by the end of an ISO `day`.

    NOTE: that one is made from the ledger in seconds of computing; whoever asks for another day
    meanwhile waits.
    """
    if not day:
        return _open_current(name, release)
    with _MAKING:
        return _make_past(name, day)


@cached(4)
def _open_current(name: str, release: str = "") -> WarehouseReader:
    """Return an open build or release.

    A fifth one takes the place of the oldest, which closes when nobody reads it any more.
    """
    return kpi.open_store(load_settings(), build_name=name, release_name=release)


@cached(3)
def _make_past(_name: str, day: str) -> WarehouseReader:
    return kpi.open_store(load_settings(), as_of=find_end_of_day(day))


def find_end_of_day(day: str) -> datetime | None:
    """Return the last instant of an ISO day where the office is; None without a day."""
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day), time.max, load_settings().zone)


@cached(2)
def list_receipt_days(name: str) -> tuple[str, ...]:
    """Return the ISO codes of the days on which anything was received or decided, in order."""
    days = kpi.receipt_days(store=_open_current(name))["day"].to_list()
    return tuple(day.isoformat() for day in days)


def find_receipt_day(name: str, asked: str) -> str:
    """Return the last day with a receipt by the day `asked`: nothing has changed in between.

    Empty when nothing was received since, so that the build itself answers.
    """
    earlier = [day for day in list_receipt_days(name) if day <= asked]
    if not earlier or earlier[-1] == list_receipt_days(name)[-1]:
        return ""
    return earlier[-1]
