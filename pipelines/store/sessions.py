"""How long a sign-in lasts: eight hours in all, half an hour without use, never after signing out.

A sign-in is known by a keyed code. Claims in a cookie live for weeks; what stands here decides,
whoever carries them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


@dataclass(frozen=True)
class SessionStatus:
    """A sign-in as it stands now: is it new, and why may it not go on."""

    why: Why = ""
    new: bool = False
    #: The last refusal that was written into the audit trail for it.
    refused: str = ""


def touch_session(
    state: StateDatabase,
    login: str,
    began: datetime,
    now: datetime,
    access: Access,
    *,
    used: bool = True,
) -> SessionStatus:
    """Return the state of the sign-in `login` at `now`; `used` says whether this counts as use."""
    visit = state.query_one("visit", login=login)
    if visit is None:
        return _start_session(state, login, began, now, access)

    seen, first = datetime.fromisoformat(visit["seen"]), datetime.fromisoformat(visit["began"])
    # NOTE: a proxy does not say since when; then the first look counts.
    why = "ended" if visit["ended"] else _reason_to_end(min(began, first), seen, now, access)
    grain = min(GRAIN, timedelta(minutes=access.idle_minutes) / 4)
    if used and not why and now - seen > grain:
        state.execute("visit_seen", login=login, seen=_format_moment(now))
    return SessionStatus(why, refused=visit["refused"])


def _start_session(
    state: StateDatabase, login: str, began: datetime, now: datetime, access: Access
) -> SessionStatus:
    """Write a sign-in down that was never seen before; forget those that are long over.

    NOTE: unseen sign-ins begin their half hour now, however old the cookie is.
    """
    why = _reason_to_end(began, now, now, access)
    state.execute("visits_forget", before=_format_moment(now - KEPT))
    state.execute("visit_add", login=login, began=_format_moment(began), seen=_format_moment(now))
    return SessionStatus(why, new=True)


def end_session(state: StateDatabase, login: str, now: datetime) -> None:
    """The reader signed out: a copy of the cookie is worth nothing any more."""
    state.execute("visit_end", login=login, seen=_format_moment(now))


def record_refusal(state: StateDatabase, login: str, why: str) -> None:
    """Remember which refusal was told, so that it is told once."""
    state.execute("visit_refused", login=login, refused=why)


def _reason_to_end(began: datetime, seen: datetime, now: datetime, access: Access) -> Why:
    if began > now + SKEW or now - began > timedelta(hours=access.absolute_hours):
        return "too_old"
    return "idle" if now - seen > timedelta(minutes=access.idle_minutes) else ""


def _format_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
