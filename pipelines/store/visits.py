"""How long a sign-in lasts: eight hours in all, half an hour without use, and never after signing out.

A sign-in is known by a keyed code. Claims in a cookie live for weeks; what stands here decides, whoever carries them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipelines.settings import Access
from pipelines.store.state import State

Why = Literal["", "signed_out", "too_old", "idle", "ended"]
#: Use is written down at most this often.
GRAIN = timedelta(seconds=20)
#: A cookie of the sign-in library lives 30 days.
KEPT = timedelta(days=35)
#: Clocks of two machines may differ by this much.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Visit:
    """A sign-in as it stands now: is it new, and why may it not go on."""

    why: Why = ""
    new: bool = False
    #: The last refusal that was written into the audit trail for it.
    refused: str = ""


def visit(state: State, login: str, began: datetime, now: datetime, access: Access, *, used: bool = True) -> Visit:
    """The sign-in `login` at `now`; `used` says whether this counts as use."""
    found = state.one("visit", login=login)
    if found is None:
        why = _why(began, now, now, access)
        # NOTE: unseen sign-ins begin their half hour now, however old the cookie is.
        state.do("visits_forget", before=_text(now - KEPT))
        state.do("visit_add", login=login, began=_text(began), seen=_text(now))
        return Visit(why, new=True)
    seen, first = datetime.fromisoformat(found["seen"]), datetime.fromisoformat(found["began"])
    # NOTE: a proxy does not say since when; then the first look counts.
    why = "ended" if found["ended"] else _why(min(began, first), seen, now, access)
    if used and not why and now - seen > min(GRAIN, timedelta(minutes=access.idle_minutes) / 4):
        state.do("visit_seen", login=login, seen=_text(now))
    return Visit(why, refused=found["refused"])


def end(state: State, login: str, now: datetime) -> None:
    """The reader signed out: a copy of the cookie is worth nothing any more."""
    state.do("visit_end", login=login, seen=_text(now))


def refuse(state: State, login: str, why: str) -> None:
    """Remember which refusal was told, so that it is told once."""
    state.do("visit_refused", login=login, refused=why)


def _why(began: datetime, seen: datetime, now: datetime, access: Access) -> Why:
    if began > now + SKEW or now - began > timedelta(hours=access.absolute_hours):
        return "too_old"
    return "idle" if now - seen > timedelta(minutes=access.idle_minutes) else ""


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
