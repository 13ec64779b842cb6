"""How long a visit lasts: eight hours in all, half an hour without use, never after signing out.

A visit is known by a keyed code. Claims in a cookie live for weeks; what stands here decides,
whoever carries them. While one process lives its steady clock tells every duration. The wall clock
can be set: it is asked only about a visit that another process wrote down, and a visit that lies
ahead of it is over.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Literal

from pipelines.settings import Access
from pipelines.store.state_db import StateDatabase

Why = Literal["", "signed_out", "too_old", "idle", "ended"]
#: Use is written down at most this often.
GRAIN = timedelta(seconds=20)
#: A cookie of the sign-in library lives 30 days.
KEPT = timedelta(days=35)
#: Clocks of two machines may differ by this much.
SKEW = timedelta(minutes=5)
#: Visits whose clock this process remembers; a forgotten one is read from the database again.
MOST_TRACKED = 5_000
#: Once told, these stay: a clock that is set back must not bring a visit back.
LASTING = ("too_old", "idle")


@dataclass(frozen=True)
class ClockReading:
    """One look at both clocks: the wall's time, and seconds that only grow."""

    wall: datetime
    steady: float


@dataclass(frozen=True)
class SessionStatus:
    """A visit as it stands now: is it new, and why may it not go on."""

    why: Why = ""
    new: bool = False
    #: The last refusal that was written into the audit trail for it.
    refused: str = ""


@dataclass
class _Track:
    """A visit on this process's steady clock, and the texts it has written down for it."""

    began: float
    seen: float
    noted: float
    first: str
    #: The last two of use: a reader of the row may be late by one.
    texts: tuple[str, str]


_tracks: dict[tuple[str, str], _Track] = {}
_tracks_lock = Lock()


def read_clocks() -> ClockReading:
    """Return the time now.

    NOTE: Linux's monotonic clock stands still while a machine sleeps; its clock since boot does
    not.
    """
    since_boot = getattr(time, "CLOCK_BOOTTIME", None)
    read_clock: Callable[[int], float] | None = getattr(time, "clock_gettime", None)
    steady = read_clock(since_boot) if read_clock and since_boot else time.monotonic()
    return ClockReading(datetime.now(UTC), steady)


def check_session(
    state: StateDatabase, login: str, began: datetime, now: ClockReading, access: Access
) -> SessionStatus:
    """Return whether the visit `login` may go on; nothing is written.

    `began` is what the sign-in says of itself; of a visit known already the earlier one counts.
    """
    visit = state.query_one("visit", login=login)
    if visit is None:
        return SessionStatus(_judge_first_look(began, now.wall, access), new=True)
    if visit["ended"]:
        return SessionStatus("ended", refused=visit["refused"])
    if visit["refused"] in LASTING:
        return SessionStatus(visit["refused"], refused=visit["refused"])
    track = _find_track(state, login, began, (visit["began"], visit["seen"]), now)
    return SessionStatus(_judge_track(track, now.steady, access), refused=visit["refused"])


def note_session(
    state: StateDatabase,
    login: str,
    began: datetime,
    now: ClockReading,
    access: Access,
    *,
    new: bool,
) -> None:
    """Write down that the visit begins, or that it is used now."""
    if new:
        state.execute("visits_forget", before=_format_moment(now.wall - KEPT))
        first, seen = _format_moment(began), _format_moment(now.wall)
        state.execute("visit_add", login=login, began=first, seen=seen)
        _find_track(state, login, began, (first, seen), now)
        return
    track = _tracks.get(_track_key(state, login))
    if track is None:
        return
    track.seen = now.steady
    grain = min(GRAIN, timedelta(minutes=access.idle_minutes) / 4)
    if now.steady - track.noted > grain.total_seconds():
        seen = _format_moment(now.wall)
        track.noted, track.texts = now.steady, (track.texts[1], seen)
        state.execute("visit_seen", login=login, seen=seen)


def touch_session(
    state: StateDatabase,
    login: str,
    began: datetime,
    now: ClockReading,
    access: Access,
    *,
    used: bool = True,
) -> SessionStatus:
    """Check the visit and write it down; `used` says whether this look counts as use."""
    status = check_session(state, login, began, now, access)
    is_use = used and not status.why
    if status.new or is_use:
        note_session(state, login, began, now, access, new=status.new)
    return status


def end_session(state: StateDatabase, login: str, now: datetime) -> None:
    """The reader signed out: a copy of the cookie is worth nothing any more."""
    state.execute("visit_end", login=login, seen=_format_moment(now))


def renew_session(state: StateDatabase, login: str, now: ClockReading) -> SessionStatus:
    """Begin a visit anew that is over; only for a name that a proxy has vouched for again."""
    moment = _format_moment(now.wall)
    state.execute("visit_renew", login=login, now=moment)
    with _tracks_lock:
        _tracks.pop(_track_key(state, login), None)
    _find_track(state, login, now.wall, (moment, moment), now)
    return SessionStatus(new=True)


def record_refusal(state: StateDatabase, login: str, why: str) -> None:
    """Remember which refusal was told, so that it is told once."""
    state.execute("visit_refused", login=login, refused=why)


def _find_track(
    state: StateDatabase, login: str, began: datetime, row: tuple[str, str], now: ClockReading
) -> _Track:
    """Return the visit on the steady clock; one that another process wrote down is taken over.

    `row` is what the database says: since when, and when it was used last.
    """
    key, (first, seen) = _track_key(state, login), row
    with _tracks_lock:
        track = _tracks.get(key)
        if track is None or first != track.first or seen not in track.texts:
            earliest = min(began, datetime.fromisoformat(first))
            start = now.steady - _seconds_since(earliest, now.wall)
            used = now.steady - _seconds_since(datetime.fromisoformat(seen), now.wall)
            track = _tracks[key] = _Track(start, used, used, first, (seen, seen))
        while len(_tracks) > MOST_TRACKED:
            _tracks.pop(next(iter(_tracks)))
    return track


def _seconds_since(moment: datetime, now: datetime) -> float:
    """Return how long ago that was; infinity for what lies ahead of a clock that was set."""
    if moment > now + SKEW:
        return float("inf")
    return max(0.0, (now - moment).total_seconds())


def _judge_first_look(began: datetime, now: datetime, access: Access) -> Why:
    """Judge a sign-in never seen before.

    NOTE: its half hour begins now, however old the cookie is.
    """
    is_over = _seconds_since(began, now) > timedelta(hours=access.absolute_hours).total_seconds()
    return "too_old" if is_over else ""


def _judge_track(track: _Track, now: float, access: Access) -> Why:
    if now - track.began > timedelta(hours=access.absolute_hours).total_seconds():
        return "too_old"
    is_idle = now - track.seen > timedelta(minutes=access.idle_minutes).total_seconds()
    return "idle" if is_idle else ""


def _track_key(state: StateDatabase, login: str) -> tuple[str, str]:
    return str(state.home.state), login


def _format_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
