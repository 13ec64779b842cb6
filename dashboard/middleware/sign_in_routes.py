"""Guard the two addresses that change who is signed in: the way back from the provider, and out.

An answer of the provider signs in once. To sign out is one act, whether a page or a request asks
for it: the visit ends here before the browser is sent to the provider; a link alone ends nothing.
"""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from threading import Lock
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.auth import access, identity, sign_in_claims
from dashboard.auth.identity import Reader
from dashboard.streamlit_adapter import CALLBACK_ROUTE, LOGOUT_ROUTE, USER_COOKIE_NAME
from pipelines.privacy.sign_in import SignInConfig
from pipelines.settings import Settings
from pipelines.store.state_db import StateDatabase

#: A request to the provider is remembered by a signed cookie of 14 days.
KEPT = timedelta(days=15)
#: Answers of the provider that this process has seen.
MOST_SEEN = 10_000
#: Why somebody may be sent on to the provider's sign-out: there is no visit that could be ended.
OVER = ("signed_out", "ended", "idle", "too_old")


class SignInRoutes:
    """Let each answer of the provider in once, and end a visit before its cookie goes."""

    def __init__(self, app: ASGIApp, settings: Settings, entrance: SignInConfig) -> None:
        self.app = app
        self.settings = settings
        self.entrance = entrance
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if self.entrance.way != "oidc" or path not in (CALLBACK_ROUTE, LOGOUT_ROUTE):
            await self.app(scope, receive, send)
        elif path == LOGOUT_ROUTE:
            await self._sign_out(scope, receive, send)
        else:
            await self._come_back(scope, receive, send)

    async def _sign_out(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sign out by a request of our own page; 405 for a link while the visit goes on."""
        reader = await to_thread.run_sync(self._find_reader, scope)
        if reader.why not in OVER:
            # NOTE: the guard has compared the origin with our own address.
            if scope["method"] != "POST" or "origin" not in Headers(scope=scope):
                answer = PlainTextResponse("", 405, {"allow": "POST"})
                await answer(scope, receive, send)
                return
            await to_thread.run_sync(access.end_visit, self._open_state(), reader)
        await self.app({**scope, "method": "GET"}, receive, send)

    async def _come_back(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sign in with an answer that was not used before; any other leads to the first page."""
        query = scope["query_string"].decode("latin-1")
        states = parse_qs(query).get("state", [])
        if not states:
            await self.app(scope, receive, send)
            return
        # NOTE: of two the library would take the last; a parameter stands once (RFC 6749 3.1).
        if len(states) > 1:
            await RedirectResponse("/", 302)(scope, receive, send)
            return
        code = self._open_state().exact_code(f"callback|{states[0]}")
        if not await to_thread.run_sync(self._claim, code):
            await RedirectResponse("/", 302)(scope, receive, send)
            return

        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start" and _signs_in(message):
                await to_thread.run_sync(self._note, code)
            await send(message)

        await self.app(scope, receive, send_noted)

    def _claim(self, code: str) -> bool:
        """Take an answer for this request; False when it was taken before."""
        with self._lock:
            if code in self._seen:
                return False
            self._seen[code] = None
            while len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)
        return self._open_state().query_one("callback", code=code) is None

    def _note(self, code: str) -> None:
        """Write down that the answer has signed somebody in, for the time after a restart."""
        now, state = datetime.now(UTC), self._open_state()
        state.execute("callbacks_forget", before=(now - KEPT).isoformat())
        state.execute("callback_add", code=code, at=now.isoformat())

    def _find_reader(self, scope: Scope) -> Reader:
        claim = sign_in_claims.claim_from_request("oidc", self.settings.access, scope)
        return identity.find_reader(self.settings, claim, used=False)

    def _open_state(self) -> StateDatabase:
        return StateDatabase(self.settings.home)


def _signs_in(message: Message) -> bool:
    """Does this answer give a browser the cookie of a sign-in?"""
    name = f"{USER_COOKIE_NAME}=".encode()
    cookies = [v for k, v in message.get("headers", []) if k.lower() == b"set-cookie"]
    return any(cookie.startswith(name) and b"max-age=0" not in cookie.lower() for cookie in cookies)
