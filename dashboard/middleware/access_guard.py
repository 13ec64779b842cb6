"""What stands before the app: names and origins, the proxy's header, files and uploads of others, headers of answers.

Pages decide what a reader sees; here is decided what is answered at all, before anything is read or held.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    is_host_allowed,
)

from dashboard.auth import downloads, identity
from dashboard.auth.identity import Reader
from pipelines.privacy.sign_in import SignInConfig, is_loopback
from pipelines.settings import PROJECT, Settings
from pipelines.store.state_db import StateDatabase

LOG = logging.getLogger("caunoi.dashboard")
#: Never served: what an office's machine room needs, it reads from the machine.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
#: Only for those who were let in.
INSIDE = ("/media/", "/app/static/", "/boundaries/", "/_stcore/upload_file")
UPLOAD = "/_stcore/upload_file/"
#: Room for what a form wraps around a file.
WRAPPING = 64 * 1024
#: Open pages: of people who signed in, and of everybody else together.
PAGES, STRANGERS = 400, 100
#: Answers for people who were let in, and how much of a body is read so that they hear it.
POLITE, DRAINED = (413, 429), 64 * 1024 * 1024
#: What a page may be told by its browser; caches, settings and skills of the library are nobody's to change.
MESSAGES = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request")
OPERATIONS = ("deferred_file", "dataframe_chunk")
FOLDER = str(PROJECT).encode()
#: What all uploads that wait may hold together.
WAITING = 200 * 1024 * 1024


class AccessGuard:
    """Lets through what may be answered; everything else ends here with a short no."""

    def __init__(self, app: ASGIApp, settings: Settings, entrance: SignInConfig) -> None:
        self.app = app
        self.settings = settings
        self.entrance = entrance
        self.open = {True: 0, False: 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        self._strip_identity_header(scope)
        status = self._check_host_and_origin(scope)
        if not status and scope["type"] == "http":
            status = await self._check_path(scope)
        if status:
            await _refuse(scope, receive, send, status)
        elif scope["type"] == "websocket":
            await self._serve_page(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _strip_identity_header(self, scope: Scope) -> None:
        """Nobody but the named proxy may say who is there."""
        name = self.settings.access.header.lower().encode()
        if self.entrance.way != "header" or _peer_address(scope) != self.settings.access.proxy:
            # NOTE: some servers read `_` as `-`; both spellings go.
            alike = {name, name.replace(b"-", b"_")}
            scope["headers"] = [(k, v) for k, v in scope["headers"] if k.lower() not in alike]

    def _check_host_and_origin(self, scope: Scope) -> int:
        """403 for a foreign name or origin, and without sign-in for any other machine."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host"), headers.get("origin")
        if not is_host_allowed(host) or (origin is not None and _split_origin(origin) != host):
            return 403
        outside = self.entrance.way == "loopback" and not (
            is_loopback(_peer_address(scope)) and _is_own_host(host)
        )
        return 403 if outside else 0

    async def _check_path(self, scope: Scope) -> int:
        path: str = scope["path"]
        if path.startswith(CLOSED):
            return 404
        inside = path.startswith(INSIDE)
        if not inside and "text/html" not in Headers(scope=scope).get("accept", ""):
            return 0
        # NOTE: a page is for everybody, but where nobody can be told who asks, its reader hears so from here: behind
        # it only the open connection is refused, and a browser tries that for ever without a word.
        reader = await to_thread.run_sync(self._find_reader, scope)
        if not inside:
            return 0
        if reader.why:
            return 401
        if path.startswith("/media/"):
            return self._check_download(path, reader)
        if path.startswith(UPLOAD):
            refused = self._check_upload(scope, reader)
            if refused:
                await to_thread.run_sync(
                    StateDatabase(self.settings.home).record_event,
                    reader.subject,
                    "refused",
                    "upload",
                )
            return refused
        return 0

    def _find_reader(self, scope: Scope) -> Reader:
        """Who asks, by the same cookie or header as on a page."""
        if self.entrance.way == "loopback":
            return identity.OWN
        caller = HTTPConnection(scope)
        if self.entrance.way == "header":
            claim = identity.claim_from_proxy(
                caller.headers.get(self.settings.access.header), "files"
            )
        else:
            claim = identity.claim_from_provider(
                self.settings.access, _read_signed_claims(caller.cookies)
            )
        return identity.find_reader(self.settings, claim, used=False)

    def _check_download(self, path: str, reader: Reader) -> int:
        """404 for a download that was not made for this reader; pictures of pages are for all who were let in."""
        file_id = path.removeprefix("/media/").split(".")[0]
        if downloads.may_fetch(file_id, reader.subject):
            downloads.restore_file(file_id)
        try:
            kind = runtime.get_instance().media_file_mgr._storage.get_file(file_id).kind
        except MediaFileStorageError:
            return 404
        return (
            404
            if kind == MediaFileKind.DOWNLOADABLE
            and not downloads.may_fetch(file_id, reader.subject)
            else 0
        )

    def _check_upload(self, scope: Scope, reader: Reader) -> int:
        """Too large, too many at once, from somebody who only reads, or into somebody else's visit."""
        if scope["method"] == "OPTIONS":
            return 0
        session = scope["path"].removeprefix(UPLOAD).split("/")[0]
        if not reader.scope.sees_some or not self._is_own_session(session, reader):
            return 403
        if scope["method"] != "PUT":
            return 0
        access = self.settings.access
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            return 411
        waiting = runtime.get_instance().uploaded_file_mgr.file_storage
        mine = [len(f.data) for f in waiting.get(session, {}).values()]
        every = sum(len(f.data) for held in list(waiting.values()) for f in list(held.values()))
        if int(length) > access.upload_bytes + WRAPPING:
            return 413
        full = (
            len(mine) >= self.settings.limits.upload_files
            or sum(mine) + int(length) > access.waiting_bytes
        )
        return 429 if full or every + int(length) > WAITING else 0

    def _is_own_session(self, session: str, reader: Reader) -> bool:
        if self.entrance.way == "loopback":
            return True
        found = runtime.get_instance()._session_mgr.get_active_session_info(session)
        if found is None:
            return False
        if self.entrance.way == "header":
            told = dict(found.client.client_context.headers).get(
                self.settings.access.header.lower()
            )
            claim = identity.claim_from_proxy(told, "")
        else:
            claim = identity.claim_from_provider(self.settings.access, found.session._user_info)
        return claim is not None and claim.subject == reader.subject

    async def _serve_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One open page; strangers see the sign-in only, and cannot crowd out those who are in."""
        known = not (await to_thread.run_sync(self._find_reader, scope)).why
        if self.open[known] >= (PAGES if known else STRANGERS):
            await _refuse(scope, receive, send, 503)
            return
        self.open[known] += 1
        try:
            await self.app(scope, _filter_received(receive), _filter_sent(send))
        finally:
            self.open[known] -= 1


def _filter_received(receive: Receive) -> Receive:
    """What a browser sends, without what no page of ours asks for."""

    async def receive_filtered() -> Message:
        while _is_unwanted((message := await receive()).get("bytes")):
            LOG.warning("refused WS message")
        return message

    return receive_filtered


def _filter_sent(send: Send) -> Send:
    """What a browser is sent, without the folder the app stands in: the library tells every visitor."""

    async def send_filtered(message: Message) -> None:
        data = message.get("bytes")
        if data and FOLDER in data:
            told = ForwardMsg.FromString(data)
            if told.WhichOneof("type") == "new_session":
                told.new_session.main_script_path = "app"
                message = {**message, "bytes": told.SerializeToString()}
        await send(message)

    return send_filtered


def _is_unwanted(data: bytes | None) -> bool:
    """NOTE: the library obeys a message that clears everybody's caches, whoever sends it, before any sign-in."""
    try:
        asked = BackMsg.FromString(data) if data else None
    except DecodeError:
        return False
    if asked is None:
        return False
    if asked.WhichOneof("type") == "backend_operation_request":
        return asked.backend_operation_request.WhichOneof("payload") not in OPERATIONS
    return asked.WhichOneof("type") not in MESSAGES


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    LOG.warning("refused %s %s", scope.get("method", "WS"), status)
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        if status in POLITE:
            await _drain_body(receive)
        await PlainTextResponse("", status, {"connection": "close"})(scope, receive, send)


async def _drain_body(receive: Receive) -> None:
    """Reads and forgets a body: a browser hears why only when it may finish; nothing is held meanwhile."""
    read = 0
    while read < DRAINED:
        message = await receive()
        read += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return


def _read_signed_claims(cookies: Mapping[str, str]) -> dict[str, Any]:
    """The claims in the sign-in library's cookie when its signature is ours; empty otherwise."""
    raw = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    try:
        found = json.loads(raw) if raw else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _peer_address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "127.0.0.1"


def _split_origin(origin: str) -> str | None:
    """Name and port of an origin; None for one that is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _is_own_host(host: str | None) -> bool:
    return is_loopback(urlsplit(f"//{host or ''}").hostname)


def add_headers(headers: Mapping[bytes, bytes], https: bool) -> Any:
    """A middleware that adds `headers` to every answer, keeps pages out of caches, and cookies on TLS."""

    class Headed:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            # NOTE: file names of the bundle hold their hash, so those may be kept; pages with figures may not.
            kept = scope.get("path", "").startswith(("/static/", "/boundaries/"))
            extra = {**headers, **({} if kept else {b"cache-control": b"no-store"})}

            async def send_with_headers(message: Message) -> None:
                if message["type"] in ("http.response.start", "websocket.http.response.start"):
                    given = [
                        (k, _secure_cookie(k, v, https))
                        for k, v in message.get("headers", [])
                        if k.lower() not in extra
                    ]
                    message = {**message, "headers": [*given, *extra.items()]}
                await send(message)

            await self.app(scope, receive, send_with_headers)

    return Headed


def _secure_cookie(name: bytes, value: bytes, https: bool) -> bytes:
    cookie = name.lower() == b"set-cookie" and b"secure" not in value.lower()
    return value + b"; Secure" if https and cookie else value
