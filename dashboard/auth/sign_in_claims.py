"""Read who somebody says to be, and in which visit: from a provider's claims or a proxy's header.

Pages and the guard in front of them read the same claim of one browser, so that they share one
visit.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

from dashboard import streamlit_adapter
from pipelines.privacy.sign_in import Way
from pipelines.settings import Access
from pipelines.store import sessions
from pipelines.store.users import fold_subject

#: The cookie by which a browser that a proxy has signed in keeps its visit.
VISIT_COOKIE = "caunoi_visit"
#: The cookie that tells browsers apart where nobody signs in.
BROWSER_COOKIE = "caunoi_browser"
#: Where the guard writes the name of a visit that begins with this request.
VISIT = "caunoi.visit"
_RANDOM = re.compile(r"[0-9a-f]{32}", re.ASCII)
#: Claims that tell one sign-in from every other. The provider puts its `nonce` into the answer to
#: one request only, so an answer that is asked for again is the same sign-in.
LOGIN_CLAIMS = ("iss", "sub", "nonce")
#: Seconds since 1970 that every clock can show.
LATEST = 1 << 35
LOGIN_CLAIMS_WITHOUT_NONCE = ("iss", "sub", "iat", "at_hash")


@dataclass(frozen=True)
class SignInClaim:
    """What a signed cookie or a trusted proxy says: a name, and the sign-in it belongs to."""

    subject: str
    began: datetime
    login: str
    #: The provider and its own name of the account; None where a proxy names people.
    account: tuple[str, str] | None = None
    #: May the visit begin anew without a sign-in? Where a proxy vouches in every request, and the
    #: caller keeps no cookie.
    renewable: bool = False


def claim_from_provider(access: Access, claims: Mapping[str, Any]) -> SignInClaim | None:
    """Return who a provider's claims name; None when they name nobody or do not say since when.

    An address counts only when the provider says, as a boolean, that it is verified.
    """
    subject, began = claims.get(access.claim), claims.get("iat")
    if claims.get("is_logged_in") is not True:
        return None
    if access.claim == "email" and claims.get("email_verified") is not True:
        return None
    name = fold_subject(subject) if isinstance(subject, str) else ""
    if not name or not isinstance(began, int | float) or not 0 <= began < LATEST:
        return None
    told = LOGIN_CLAIMS if claims.get("nonce") else LOGIN_CLAIMS_WITHOUT_NONCE
    login = json.dumps([str(claims.get(claim, "")) for claim in told])
    account = str(claims.get("iss", "")), str(claims.get("sub", ""))
    return SignInClaim(name, datetime.fromtimestamp(began, UTC), login, account)


def claim_from_proxy(subject: str | None, cookies: Mapping[str, str]) -> SignInClaim | None:
    """Return who a trusted proxy names; None when it names nobody.

    The proxy keeps the sign-in. Here a visit is one browser's, known by a cookie; a caller without
    one has a visit by its name.
    """
    name = fold_subject(subject) if subject else ""
    if not name:
        return None
    visit = read_random_cookie(cookies, VISIT_COOKIE)
    login = json.dumps(["proxy", name, visit])
    return SignInClaim(name, sessions.read_clocks().wall, login, renewable=not visit)


def claim_from_request(way: Way, access: Access, scope: Scope) -> SignInClaim | None:
    """Return who a request is from, by its cookie or header."""
    caller = HTTPConnection(scope)
    if way == "header":
        cookies = dict(caller.cookies)
        if VISIT in scope:
            cookies[VISIT_COOKIE] = scope[VISIT]
        return claim_from_proxy(caller.headers.get(access.header), cookies)
    return claim_from_provider(access, _read_signed_claims(caller.cookies))


def claim_from_session(way: Way, access: Access, session_id: str) -> SignInClaim | None:
    """Return whose page a session with an open page draws; None when there is no such session."""
    opened = streamlit_adapter.find_open_session(session_id)
    if opened is None:
        return None
    if way == "header":
        return claim_from_proxy(opened.headers.get(access.header.lower()), opened.cookies)
    return claim_from_provider(access, opened.claims)


def read_random_cookie(cookies: Mapping[str, str], name: str) -> str:
    """Return the random name that a cookie of ours gave a browser; empty for any other form."""
    value = str(cookies.get(name, ""))
    return value if _RANDOM.fullmatch(value) else ""


def _read_signed_claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """Return the claims in the sign-in's cookie when its signature is ours; empty otherwise."""
    raw = streamlit_adapter.read_sign_in_cookie(cookies)
    if not raw:
        return {}
    try:
        claims = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
