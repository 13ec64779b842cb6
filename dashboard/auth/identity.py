"""Find who somebody is and what they may do.

The name comes from the claims of a sign-in or from a proxy's header, the rights from the office's
own list. Pages and the guard in front of them ask here, so that both give the same answer.
"""

import re
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
#: Cookie that tells browsers apart where nobody signs in, and the form of its value.
BROWSER_COOKIE, BROWSER_CODE = "caunoi_browser", re.compile(r"[0-9a-f]{32}", re.ASCII)
#: Claims that together tell one sign-in from every other.
LOGIN_CLAIMS = ("iss", "sub", "iat", "nonce", "at_hash")


@dataclass(frozen=True)
class SignInClaim:
    """What a signed cookie or a trusted proxy says: a name, and the sign-in it belongs to."""

    subject: str
    began: datetime
    login: str


@dataclass(frozen=True)
class Reader:
    """Somebody in front of a page.

    `why` is the code of the reason why nothing is shown; empty for those who are let in.
    """

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
    """Return who a provider's claims name; None when they name nobody or do not say since when."""
    subject, began = claims.get(access.claim), claims.get("iat")
    if not claims.get("is_logged_in") or claims.get("email_verified") is False:
        return None
    if not isinstance(subject, str) or not isinstance(began, int | float):
        return None
    name = fold_subject(subject)
    if not name:
        return None
    login = "|".join(str(claims.get(claim, "")) for claim in LOGIN_CLAIMS)
    return SignInClaim(name, datetime.fromtimestamp(began, UTC), login)


def claim_from_proxy(subject: str | None, session: str) -> SignInClaim | None:
    """Return who a trusted proxy names; None when it names nobody.

    The proxy keeps the sign-in; here one `session` counts as one sign-in.
    """
    name = fold_subject(subject) if subject else ""
    if not name:
        return None
    return SignInClaim(name, datetime.now(UTC), f"{name}|{session}")


def find_reader(settings: Settings, claim: SignInClaim | None, *, used: bool = True) -> Reader:
    """Return what the list of users says today about whoever the claim names.

    The list is read anew at every call. `used` says whether this counts as use of the session.
    """
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


def read_browser_code(cookies: Mapping[str, str]) -> str:
    """Return the code a browser was given; empty when it has none of our form."""
    code = str(cookies.get(BROWSER_COOKIE, ""))
    return code if BROWSER_CODE.fullmatch(code) else ""


def _refusal(user: User | None) -> str:
    """Return why the list lets somebody not in: "unlisted" or "no_rights"; empty otherwise."""
    if user is None:
        return "unlisted"
    return "no_rights" if user.trouble else ""
