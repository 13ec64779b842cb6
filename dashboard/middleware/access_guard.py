"""Decide what is answered at all, before anything is read or held, and add headers to answers.

The guard checks host names and origins, the proxy's header, and files and uploads that belong to
other readers. What a reader sees on a page is decided by the pages.
"""

import logging
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import streamlit_adapter
from dashboard.auth import downloads, identity, sign_in_claims
from dashboard.auth.identity import Reader
from dashboard.auth.sign_in_claims import VISIT, VISIT_COOKIE
from dashboard.middleware import admission
from dashboard.shared_pool import Holder
from dashboard.streamlit_adapter import CLOSED_ROUTES, MEDIA_ROUTE, STATIC_ROUTE, UPLOAD_ROUTE
from pipelines.privacy.sign_in import SignInConfig, is_loopback
from pipelines.settings import PROJECT, Settings
from pipelines.store.state_db import StateDatabase

LOG = logging.getLogger("caunoi.dashboard")
#: Only for those who were let in.
INSIDE = (MEDIA_ROUTE, STATIC_ROUTE, "/boundaries/", UPLOAD_ROUTE.rstrip("/"))
#: Where a request keeps what was reserved for it.
RESERVED = "caunoi_upload"
#: Answers for people who were let in, who hear them.
POLITE = (413, 429)
#: What a page may be told by its browser. Caches, settings and skills of the library are not in it:
#: nobody may change them.
MESSAGES = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request")
OPERATIONS = ("deferred_file", "dataframe_chunk")
FOLDER = str(PROJECT).encode()
#: A length that is worth reading: longer ones are refused unread.
LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)
#: Why a visit is over that a page opened anew may begin again, where a proxy vouches.
OVER = ("idle", "too_old", "ended")


class AccessGuard:
    """Let through what may be answered; refuse everything else with a bare status."""

    def __init__(self, app: ASGIApp, settings: Settings, entrance: SignInConfig) -> None:
        self.app = app
        self.settings = settings
        self.entrance = entrance
        self.pages = admission.OpenPages()
        self.uploads = admission.UploadReservations(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        self._strip_identity_header(scope)
        self._name_visit(scope)
        status = self._check_host_and_origin(scope)
        if not status and scope["type"] == "http":
            status = await self._check_path(scope)
        if status:
            await _refuse(scope, receive, send, status)
        elif scope["type"] == "websocket":
            await self._serve_page(scope, receive, send)
        elif scope.get(VISIT):
            await self._serve_request(scope, receive, _add_visit_cookie(send, scope[VISIT]))
        else:
            await self._serve_request(scope, receive, send)

    def _strip_identity_header(self, scope: Scope) -> None:
        """Take the header with the reader's name away from everybody but the named proxy."""
        by_header = self.entrance.way == "header"
        if by_header and _peer_address(scope) == self.settings.access.proxy:
            return
        name = self.settings.access.header.lower().encode()
        # NOTE: some servers read `_` as `-`; both spellings go.
        spellings = {name, name.replace(b"-", b"_")}
        scope["headers"] = [(k, v) for k, v in scope["headers"] if k.lower() not in spellings]

    def _check_host_and_origin(self, scope: Scope) -> int:
        """Return 403 for a foreign host or origin, and without sign-in for any other machine."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host"), headers.get("origin")
        if not streamlit_adapter.is_host_allowed(host):
            return 403
        if origin is not None and _split_origin(origin) != (self._own_scheme(scope), host):
            return 403
        if self.entrance.way != "loopback":
            return 0
        is_own = is_loopback(_peer_address(scope)) and _is_own_host(host)
        return 0 if is_own else 403

    def _own_scheme(self, scope: Scope) -> str:
        """Return the scheme of our own pages, as the browser that sent this sees them."""
        headers = Headers(scope=scope)
        forwarded = headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
        is_direct = not forwarded and _is_own_host(headers.get("host"))
        if self.entrance.https and not is_direct:
            return "https"
        return forwarded or ("https" if scope["scheme"] in ("https", "wss") else "http")

    def _name_visit(self, scope: Scope) -> None:
        """Name a visit for a browser that a proxy has signed in and that opens its first page."""
        if self.entrance.way != "header" or scope["type"] != "http" or not _asks_for_page(scope):
            return
        if not sign_in_claims.read_random_cookie(HTTPConnection(scope).cookies, VISIT_COOKIE):
            scope[VISIT] = secrets.token_hex(16)

    def _replace_visit(self, scope: Scope, reader: Reader) -> None:
        """Name another visit for a browser that opens a page after its own was over."""
        if self.entrance.way == "header" and reader.why in OVER:
            scope[VISIT] = secrets.token_hex(16)

    async def _check_path(self, scope: Scope) -> int:
        """Return the status that refuses a request, 0 to let it through."""
        path: str = scope["path"]
        if path.startswith(CLOSED_ROUTES):
            return 404
        inside = path.startswith(INSIDE)
        if not inside and not _asks_for_page(scope):
            return 0
        # NOTE: a page is for everybody, but when its reader cannot be found, the error is answered
        # here: behind it only the open connection fails, and a browser retries that for ever
        # without a word.
        reader = await to_thread.run_sync(self._find_reader, scope, not inside)
        if not inside:
            self._replace_visit(scope, reader)
            return 0
        if reader.why:
            return 401
        if path.startswith(MEDIA_ROUTE):
            return self._check_download(path, reader)
        if path.startswith(UPLOAD_ROUTE):
            status = self._check_upload(scope, reader)
            if status:
                record = StateDatabase(self.settings.home).record_event
                await to_thread.run_sync(record, reader.subject, "refused", "upload")
            return status
        return 0

    def _find_reader(self, scope: Scope, begins: bool = False) -> Reader:
        """Return who asks, found by the same cookie or header as on a page: it is one visit.

        `begins`: the request opens a page.
        """
        way = self.entrance.way
        if way in identity.UNNAMED:
            return identity.UNNAMED[way]
        claim = sign_in_claims.claim_from_request(way, self.settings.access, scope)
        return identity.find_reader(self.settings, claim, begins=begins)

    def _check_download(self, path: str, reader: Reader) -> int:
        """Return 404 for a download that was not made for this reader, else 0.

        Pictures of pages are for everybody who was let in.
        """
        file_id = path.removeprefix(MEDIA_ROUTE).split(".")[0]
        is_owner = downloads.may_fetch(file_id, reader)
        if is_owner:
            downloads.restore_file(file_id, reader)
        is_download = streamlit_adapter.is_download(file_id)
        if is_download is None:
            return 404
        return 404 if is_download and not is_owner else 0

    def _check_upload(self, scope: Scope, reader: Reader) -> int:
        """Return the status that refuses an upload, 0 to let it through.

        403 for a reader who may only read, and for somebody else's session; 413 for a file that is
        too large; 429 when too much, or this file, waits or is on its way already. What it takes is
        reserved.
        """
        if scope["method"] == "OPTIONS":
            return 0
        session, _, file_id = scope["path"].removeprefix(UPLOAD_ROUTE).partition("/")
        if not reader.scope.sees_some or not self._is_own_session(session, reader):
            return 403
        if scope["method"] != "PUT":
            return 0
        most = self.uploads.largest_body()
        # NOTE: without a length it may be as large as any.
        length = Headers(scope=scope).get("content-length", str(most))
        if not LENGTH.fullmatch(length):
            return 413 if length.isdecimal() else 400
        if int(length) > most:
            return 413
        person = "" if reader.is_local else reader.subject
        reservation = self.uploads.reserve(session, file_id, person, int(length))
        if reservation is None:
            return 429
        scope.setdefault("state", {})[RESERVED] = reservation
        return 0

    async def _serve_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request within what was reserved for it; no body may stand still."""
        reservation = scope.get("state", {}).get(RESERVED)
        most = reservation.size if reservation else self.uploads.largest_body()

        async def serve(receive_limited: Receive, send_status: Send) -> None:
            await self.app(scope, receive_limited, send_status)

        try:
            await admission.receive_body(serve, receive, send, most)
        finally:
            if reservation:
                self.uploads.release(reservation)

    def _is_own_session(self, session: str, reader: Reader) -> bool:
        """Is the session of this id open, and does it belong to the reader's visit?"""
        way = self.entrance.way
        if way in identity.UNNAMED:
            return True
        claim = sign_in_claims.claim_from_session(way, self.settings.access, session)
        if claim is None:
            return False
        return StateDatabase(self.settings.home).exact_code(claim.login) == reader.login

    async def _serve_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one open page, or refuse it with 503 when its reader has too many open.

        Strangers, who see the sign-in only, are counted apart: they cannot crowd out the others.
        """
        reader = await to_thread.run_sync(self._find_reader, scope, True)
        person = "" if reader.is_local else reader.subject
        address = admission.client_address(scope, self.settings.access.proxy)
        holder = Holder(person, address, is_listed=not reader.why)

        async def serve() -> None:
            received = self._filter_received(scope, receive, send)
            await self.app(scope, received, _filter_sent(send))

        if not await self.pages.serve(holder, send, serve):
            await _refuse(scope, receive, send, 503)

    def _filter_received(self, scope: Scope, receive: Receive, send: Send) -> Receive:
        """Drop messages of a browser that no page of ours asks for, or that come too late."""

        async def receive_filtered() -> Message:
            while True:
                message = await receive()
                data = message.get("bytes") or b""
                if _is_unwanted(data):
                    LOG.warning("refused WS message")
                elif await self._may_operate(scope, data):
                    return message
                else:
                    LOG.warning("refused WS operation")
                    answer = streamlit_adapter.refuse_operation(data)
                    refusal = {"type": "websocket.send", "bytes": answer}
                    await send(refusal)

        return receive_filtered

    async def _may_operate(self, scope: Scope, data: bytes) -> bool:
        """May the reader have what a message asks for outside a run of the page?

        Rows of a table are sent to a visit that goes on; a file is made in the visit whose page
        offers it, where access.download_button asks about rights.
        """
        kind, file_id = streamlit_adapter.read_operation(data)
        if not kind:
            return True
        reader = await to_thread.run_sync(self._find_reader, scope)
        if not file_id:
            return not reader.why
        session = streamlit_adapter.deferred_file_session(file_id)
        if not session or self._is_own_session(session, reader):
            return True
        record = StateDatabase(self.settings.home).record_event
        await to_thread.run_sync(record, reader.subject, "refused", "export")
        return False


def _filter_sent(send: Send) -> Send:
    """Take the folder of the app out of what a browser is sent: Streamlit tells every visitor."""

    async def send_filtered(message: Message) -> None:
        data = message.get("bytes")
        if data and FOLDER in data:
            renamed = streamlit_adapter.rename_main_script(data, "app")
            message = {**message, "bytes": renamed}
        await send(message)

    return send_filtered


def _is_unwanted(data: bytes) -> bool:
    """Is it a message that no page of ours sends?

    NOTE: Streamlit obeys a message that clears everybody's caches, whoever sends it, before any
    sign-in.
    """
    if not data:
        return False
    try:
        kind, operation = streamlit_adapter.browser_message_kind(data)
    except ValueError:
        return False
    if kind == "backend_operation_request":
        return operation not in OPERATIONS
    return kind not in MESSAGES


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    """Answer with an empty text and `status`; an open page is closed."""
    LOG.warning("refused %s %s", scope.get("method", "WS"), status)
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    if status in POLITE:
        await admission.refuse_with_body(scope, receive, send, status)
        return
    answer = PlainTextResponse("", status, {"connection": "close"})
    await answer(scope, receive, send)


def _peer_address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "127.0.0.1"


def _split_origin(origin: str) -> tuple[str, str] | None:
    """Return the scheme, and the name and port, of an origin; None when it cannot be read."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.scheme, parts.netloc


def _asks_for_page(scope: Scope) -> bool:
    """Does a browser open a page with this request?"""
    return "text/html" in Headers(scope=scope).get("accept", "")


def _add_visit_cookie(send: Send, visit: str) -> Send:
    """Give the browser a visit of its own; the cookie ends with the browser."""

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            cookie = f"{VISIT_COOKIE}={visit}; Path=/; HttpOnly; SameSite=Lax"
            headers = [*message.get("headers", []), (b"set-cookie", cookie.encode())]
            message = {**message, "headers": headers}
        await send(message)

    return send_with_cookie


def _is_own_host(host: str | None) -> bool:
    return is_loopback(urlsplit(f"//{host or ''}").hostname)


def add_headers(headers: Mapping[bytes, bytes], https: bool) -> Any:
    """Return a middleware that adds `headers` to every answer.

    It also keeps pages out of caches, and marks cookies as secure under TLS.
    """

    class Headed:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            extra = dict(headers)
            # NOTE: file names of the bundle hold their hash, so browsers may keep those files;
            # pages with figures they may not.
            if not scope.get("path", "").startswith(("/static/", "/boundaries/")):
                extra[b"cache-control"] = b"no-store"

            async def send_with_headers(message: Message) -> None:
                if message["type"] in ("http.response.start", "websocket.http.response.start"):
                    message = _replace_headers(message, extra, https)
                await send(message)

            await self.app(scope, receive, send_with_headers)

    return Headed


def _replace_headers(message: Message, extra: Mapping[bytes, bytes], https: bool) -> Message:
    """Return the start of an answer with `extra` in place of its own headers of those names."""
    headers: list[tuple[bytes, bytes]] = []
    for name, value in message.get("headers", []):
        if name.lower() in extra:
            continue
        is_cookie = name.lower() == b"set-cookie"
        if https and is_cookie and b"secure" not in value.lower():
            value += b"; Secure"
        headers.append((name, value))
    headers.extend(extra.items())
    return {**message, "headers": headers}
