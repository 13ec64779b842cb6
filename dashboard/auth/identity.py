"""Who somebody is, from the claims of a sign-in or a proxy's header; what they may do, from the office's own list.

Pages and the guard in front of them ask here, so that both give the same answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.settings import Access, Settings
from pipelines.store import sessions
from pipelines.store.state_db import StateDatabase, User
from pipelines.store.users import fold_subject

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
#: How the audit trail names whoever sits at the machine where no sign-in is set.
LOCAL = "local"


@dataclass(frozen=True)
class SignInClaim:
    """What a signed cookie or a trusted proxy says: a name, and the sign-in it belongs to."""

    subject: str
    began: datetime
    login: str


@dataclass(frozen=True)
class Reader:
    """Somebody in front of a page; `why` says why nothing is shown, and is empty for those who are let in."""

    scope: Scope = PUBLIC
    subject: str = ""
    login: str = ""
    why: str = ""

    @property
    def is_local(self) -> bool:
        """Is it the machine's own user, where no sign-in is set?"""
        return self.subject == LOCAL


OWN = Reader(CITY, LOCAL)
NOBODY = Reader(why="signed_out")


def claim_from_provider(access: Access, claims: Mapping[str, Any]) -> SignInClaim | None:
    """Who the claims of a provider name; None when they name nobody or do not say since when."""
    subject, began = claims.get(access.claim), claims.get("iat")
    if not claims.get("is_logged_in") or not isinstance(subject, str) or not fold_subject(subject):
        return None
    if not isinstance(began, int | float) or claims.get("email_verified") is False:
        return None
    login = "|".join(
        str(claims.get(name, "")) for name in ("iss", "sub", "iat", "nonce", "at_hash")
    )
    return SignInClaim(fold_subject(subject), datetime.fromtimestamp(began, UTC), login)


def claim_from_proxy(subject: str | None, session: str) -> SignInClaim | None:
    """Who a trusted proxy names; the proxy keeps the sign-in, we keep the length of one visit."""
    if not subject or not fold_subject(subject):
        return None
    return SignInClaim(
        fold_subject(subject), datetime.now(UTC), f"{fold_subject(subject)}|{session}"
    )


def find_reader(settings: Settings, claim: SignInClaim | None, *, used: bool = True) -> Reader:
    """What the list of users says today about whoever the claim names; read anew at every call."""
    if claim is None:
        return NOBODY
    state = StateDatabase(settings.home)
    now = datetime.now(UTC)
    login = state.pseudonym(claim.login)
    visit = sessions.touch_session(state, login, claim.began, now, settings.access, used=used)
    user = state.find_user(claim.subject, now.astimezone(HANOI).date())
    why = visit.why or _refusal(user)
    if user is None or why:
        if why != visit.refused:
            sessions.record_refusal(state, login, why)
            state.record_event(claim.subject, "refused", why)
        return Reader(subject=claim.subject, login=login, why=why)
    if visit.new:
        state.record_event(claim.subject, "sign_in", user.role)
    return Reader(user.scope, claim.subject, login)


def _refusal(user: User | None) -> str:
    """Why the list of users lets nobody in: no such name, or a row that gives no rights; empty otherwise."""
    if user is None:
        return "unlisted"
    return "no_rights" if user.trouble else ""
