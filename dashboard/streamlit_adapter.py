"""Hold everything the dashboard needs of Streamlit's inside.

No other module of the dashboard imports a part of Streamlit that is not documented for apps, or
touches an attribute of it that begins with an underscore. What is relied on is asserted in
tests/dashboard/test_streamlit_adapter.py. What is used, and why:

- `config.set_option`: the public `st.set_option` refuses settings of the server, and ours depend on
  the home (hosts, size of uploads, trusted header, secrets).
- `delta_generator.DeltaGenerator`: the type of a container.
- `proto.BackMsg_pb2.BackMsg`, `proto.ForwardMsg_pb2.ForwardMsg`: the messages of an open page; some
  are refused, and one loses a path.
- `runtime.get_instance`: the way to the files, uploads and sessions below.
- `media_file_mgr.read_file`, `MediaFileKind`: whether a file under `/media/` is a download.
- `media_file_mgr._lock`, `._storage`, `._file_metadata`, `MediaFileMetadata`: a download that was
  dropped too early is put back.
- `memory_media_file_storage._calculate_file_id`: the id a download will have, by which its owner is
  known.
- `uploaded_file_mgr.file_storage`, `.remove_session_files`, `is_active_session`: how much the
  uploads that wait hold, known before one more is read, and those of closed pages.
- `_session_mgr._session_storage`, `MemorySessionStorage`, `session.shutdown`: what is held of pages
  that were closed, and whose it is.
- `_session_mgr.get_active_session_info`, `client.client_context`, `session._user_info`: whose
  session an upload goes to.
- `media_file_mgr._deferred_callables`: whose page a file that is made on a click belongs to.
- `starlette_auth_routes._create_oauth_client`: the client of the provider, for PKCE.
- `starlette_websocket._get_signed_cookie_with_chunks`, `USER_COOKIE_NAME`: the claims of a sign-in
  outside of a page.
- `starlette_websocket.is_host_allowed`: the host check of open pages, for every other address too.
- `static/index.html`: the page whose inline scripts the content policy names.
- `st.plotly_chart` sends a `BaseFigure` without validating it: see `PrebuiltFigure`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import streamlit as st
from google.protobuf.message import DecodeError
from plotly.basedatatypes import BaseFigure
from streamlit import config, runtime
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_manager import MediaFileMetadata
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import _calculate_file_id
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette import starlette_auth_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import (
    _get_signed_cookie_with_chunks,
    is_host_allowed,
)

from pipelines.present.charts.figure import Figure

__all__ = [
    "CALLBACK_ROUTE",
    "CLOSED_ROUTES",
    "INDEX_PAGE",
    "LOGOUT_ROUTE",
    "MEDIA_ROUTE",
    "STATIC_ROUTE",
    "TRUSTED_NAME",
    "UPLOAD_ROUTE",
    "USER_COOKIE_NAME",
    "DeltaGenerator",
    "OpenSession",
    "PrebuiltFigure",
    "browser_message_kind",
    "calculate_file_id",
    "deferred_file_session",
    "find_open_session",
    "forget_uploads",
    "is_download",
    "is_host_allowed",
    "is_session_open",
    "read_operation",
    "read_sign_in_cookie",
    "refuse_operation",
    "rename_main_script",
    "require_pkce",
    "restore_download",
    "set_server_option",
    "share_closed_pages",
    "waiting_upload_sizes",
]

#: Addresses of Streamlit's server: files of pages, files of the app, uploads.
MEDIA_ROUTE = "/media/"
STATIC_ROUTE = "/app/static/"
UPLOAD_ROUTE = "/_stcore/upload_file/"
#: Where a sign-in comes back from the provider, and where it is ended.
CALLBACK_ROUTE, LOGOUT_ROUTE = "/oauth2callback", "/auth/logout"
#: How a session calls the name that a trusted proxy's header gives.
TRUSTED_NAME = "named"
#: What it answers about itself and to programs.
CLOSED_ROUTES = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
#: The one page it serves.
INDEX_PAGE = Path(st.__file__).parent / "static" / "index.html"


def set_server_option(name: str, value: object) -> None:
    """Set one of the server's settings; call it before the app is made."""
    config.set_option(name, value)


def read_sign_in_cookie(cookies: Mapping[str, str]) -> bytes | None:
    """Return the content of the sign-in's cookie; None without one, or when its signature is bad.

    NOTE: a large cookie comes in several parts, which are put together here.
    """
    return _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)


@dataclass(frozen=True)
class OpenSession:
    """What a session with an open page knows of its reader."""

    #: Headers of the request that opened the page, names in small letters.
    headers: dict[str, str]
    cookies: dict[str, str]
    #: Claims of the sign-in.
    claims: Mapping[str, Any]


def find_open_session(session_id: str) -> OpenSession | None:
    """Return the session with an open page of this id; None when there is none."""
    active = runtime.get_instance()._session_mgr.get_active_session_info(session_id)
    if active is None:
        return None
    context = active.client.client_context
    headers = dict(context.headers) if context else {}
    cookies = dict(context.cookies) if context else {}
    return OpenSession(headers, cookies, active.session._user_info)


def deferred_file_session(file_id: str) -> str:
    """Return the id of the session whose page offers a file made on a click; empty for none."""
    media = runtime.get_instance().media_file_mgr
    with media._lock:
        entry = media._deferred_callables.get(file_id)
    return entry["session_id"] if entry else ""


def read_operation(data: bytes) -> tuple[str, str]:
    """Return which operation a browser's message asks for, and of which file; empty for none."""
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return "", ""
    request = message.backend_operation_request
    return request.WhichOneof("payload") or "", str(request.deferred_file.file_id)


def refuse_operation(data: bytes) -> bytes:
    """Return the answer to a message that asks for what its sender may not have."""
    answer = ForwardMsg()
    answer.backend_operation_response.request_id = BackMsg.FromString(
        data
    ).backend_operation_request.request_id
    answer.backend_operation_response.error_msg = "refused"
    return bytes(answer.SerializeToString())


def require_pkce() -> None:
    """Let every sign-in prove that it is the one that asked (PKCE, RFC 7636).

    NOTE: Streamlit does so only with providers that announce it; those that do not know it pass
    over it (RFC 6749 3.1).
    """
    make_client = starlette_auth_routes._create_oauth_client
    if getattr(make_client, "requires_pkce", False):
        return

    def make_client_with_pkce(provider: str) -> tuple[Any, str]:
        client, address = make_client(provider)
        client.client_kwargs["code_challenge_method"] = "S256"
        return client, address

    make_client_with_pkce.requires_pkce = True  # type: ignore[attr-defined]
    starlette_auth_routes._create_oauth_client = make_client_with_pkce


def waiting_upload_sizes() -> dict[str, dict[str, int]]:
    """Return the sizes in bytes of the uploads that are held, by session id and file id."""
    # NOTE: sessions end in other threads while this is read, so lists are copied first.
    sizes: dict[str, dict[str, int]] = {}
    for session_id, files in list(_upload_manager().file_storage.items()):
        sizes[session_id] = {file_id: len(file.data) for file_id, file in list(files.items())}
    return sizes


def is_session_open(session_id: str) -> bool:
    """Is the page of this session open in a browser now?"""
    return runtime.get_instance().is_active_session(session_id)


class _ClosedPages(MemorySessionStorage):
    """The sessions of closed pages, which go on when a browser comes back within two minutes.

    NOTE: Streamlit holds 128, whoever's: one reader could push out those of all others.
    """

    def __init__(self, of_person: int) -> None:
        super().__init__(ttl_seconds=config.get_option("server.disconnectedSessionTTL"))
        self._of_person = of_person

    def save(self, session_info: SessionInfo) -> None:
        """Hold a session: one of nobody's ends, and of a person the one closed longest ago."""
        owner = _session_owner(session_info)
        if not owner:
            session_info.session.shutdown()
            return
        held = [other for other in self.list() if _session_owner(other) == owner]
        for other in held[: len(held) + 1 - self._of_person]:
            self.delete(other.session.id)
            other.session.shutdown()
        super().save(session_info)


def _session_owner(session_info: SessionInfo) -> tuple[str, ...]:
    """Return who signed in for a session, at the provider or the proxy; empty for nobody."""
    claims = session_info.session._user_info
    if named := claims.get(TRUSTED_NAME):
        return (str(named),)
    if claims.get("is_logged_in") is not True:
        return ()
    return str(claims.get("iss", "")), str(claims.get("sub", ""))


def share_closed_pages(of_person: int) -> None:
    """Hold at most so many closed pages of one person from now on, and none of strangers.

    Call it when the server has been made and nobody has come yet.
    """
    manager = cast(WebsocketSessionManager, runtime.get_instance()._session_mgr)
    manager._session_storage = _ClosedPages(of_person)


def forget_uploads(session_id: str) -> None:
    """Forget the uploads of a session.

    NOTE: those of a closed page are held for two minutes, and longer where nobody comes after.
    """
    _upload_manager().remove_session_files(session_id)


def _upload_manager() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)


def calculate_file_id(content: bytes, mime: str, name: str) -> str:
    """Return the id under which Streamlit serves a file with this content, type and name."""
    return _calculate_file_id(content, mime, name)


def is_download(file_id: str) -> bool | None:
    """Was the file made for a download, not as a picture of a page? None when there is no file."""
    file = runtime.get_instance().media_file_mgr.read_file(file_id)
    return None if file is None else file.kind == MediaFileKind.DOWNLOADABLE


def restore_download(file_id: str, content: bytes, mime: str, name: str) -> None:
    """Put a download back into the store under its id."""
    media = runtime.get_instance().media_file_mgr
    with media._lock:
        media._storage.load_and_get_id(content, mime, MediaFileKind.DOWNLOADABLE, name)
        media._file_metadata[file_id] = MediaFileMetadata(kind=MediaFileKind.DOWNLOADABLE)


def browser_message_kind(data: bytes) -> tuple[str, str]:
    """Return the kind of a browser's message, and for a backend operation which one it is.

    Raises ValueError for bytes that are no message. A message without a known kind gives "".
    """
    try:
        message = BackMsg.FromString(data)
    except DecodeError as error:
        raise ValueError("no message of a browser") from error
    kind = message.WhichOneof("type") or ""
    if kind != "backend_operation_request":
        return kind, ""
    return kind, message.backend_operation_request.WhichOneof("payload") or ""


def rename_main_script(data: bytes, name: str) -> bytes:
    """Return a message to a browser with the path of the main script replaced by `name`.

    Only the message that begins a session holds the path; every other one is returned as it is.
    """
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != "new_session":
        return data
    message.new_session.main_script_path = name
    return bytes(message.SerializeToString())


class PrebuiltFigure(BaseFigure):  # type: ignore[misc]
    """A figure that hands out its dictionary as it is.

    NOTE: Streamlit makes a plotly object of every dictionary to validate it, which takes ten times
    as long as drawing and sending; tests/present validate every figure once instead.
    """

    def __init__(self, figure: Figure) -> None:
        self._ready = figure

    def to_dict(self) -> dict[str, Any]:
        return self._ready
