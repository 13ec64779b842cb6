"""Assert what the dashboard relies on inside Streamlit: an upgrade fails here first."""

import ast
import inspect
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from plotly.basedatatypes import BaseFigure
from plotly.io import to_json
from plotly.tools import return_figure_from_figure_or_data
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.media_file_manager import (
    DeferredCallableEntry,
    MediaFileManager,
    MediaFileMetadata,
)
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage, _calculate_file_id
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import (
    ActiveSessionInfo,
    SessionClient,
    SessionInfo,
    SessionManager,
)
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette import (
    starlette_app_utils,
    starlette_auth_routes,
    starlette_routes,
)
from streamlit.web.server.starlette import starlette_websocket as websocket
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard import streamlit_adapter

DASHBOARD = Path(streamlit_adapter.__file__).parent
#: Modules of Streamlit that are documented for apps.
PUBLIC = {"streamlit", "streamlit.starlette", "streamlit.typing"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A stand-in for the runtime, with Streamlit's own stores in it."""
    stores = SimpleNamespace(
        media_file_mgr=MediaFileManager(MemoryMediaFileStorage("/media")),
        uploaded_file_mgr=MemoryUploadedFileManager("/_stcore/upload_file"),
    )
    monkeypatch.setattr(runtime, "get_instance", lambda: stores)
    return stores


@pytest.fixture
def hosts() -> Iterator[None]:
    before = config.get_option("server.allowedHosts")
    yield
    config.set_option("server.allowedHosts", before)


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


# Settings and the served page


def test_a_setting_of_the_server_can_be_set_in_code(hosts: None) -> None:
    streamlit_adapter.set_server_option("server.allowedHosts", ["caunoi.example"])
    assert config.get_option("server.allowedHosts") == ["caunoi.example"]


@pytest.mark.parametrize(
    "name",
    ["server.allowedHosts", "server.maxUploadSize", "server.trustedUserHeaders", "secrets.files"],
)
def test_the_settings_we_set_exist_and_are_not_open_to_pages(name: str) -> None:
    assert name in config.get_config_options()
    with pytest.raises(st.errors.StreamlitAPIException):
        st.set_option(name, config.get_option(name))


def test_hosts_are_checked_against_the_setting(hosts: None) -> None:
    config.set_option("server.allowedHosts", ["caunoi.example"])
    assert streamlit_adapter.is_host_allowed("caunoi.example:8501")
    assert not streamlit_adapter.is_host_allowed("evil.example")
    assert not streamlit_adapter.is_host_allowed(None)


def test_the_served_page_can_be_rewritten_and_its_scripts_named() -> None:
    page = streamlit_adapter.INDEX_PAGE.read_text(encoding="utf-8")
    assert page.count('<html lang="en">') == 1
    assert page.count("</head>") == 1
    assert "<script>" in page


def test_addresses_are_those_of_the_server() -> None:
    addresses = {
        streamlit_adapter.MEDIA_ROUTE: starlette_routes.BASE_ROUTE_MEDIA,
        streamlit_adapter.STATIC_ROUTE: starlette_routes.BASE_ROUTE_APP_STATIC,
        streamlit_adapter.UPLOAD_ROUTE: starlette_routes.BASE_ROUTE_UPLOAD_FILE,
    }
    for ours, theirs in addresses.items():
        assert ours == f"/{theirs}/"
    assert starlette_routes._ROUTE_UPLOAD_FILE.endswith("/{session_id}/{file_id}")
    assert f"/{starlette_auth_routes._ROUTE_OAUTH_CALLBACK}" == streamlit_adapter.CALLBACK_ROUTE
    assert f"/{starlette_auth_routes._ROUTE_AUTH_LOGOUT}" == streamlit_adapter.LOGOUT_ROUTE
    closed = {f"/{starlette_routes.ROUTE_METRICS}", f"/{starlette_routes.ROUTE_SCRIPT_HEALTH}"}
    assert closed < set(streamlit_adapter.CLOSED_ROUTES)


# Downloads


def test_the_id_of_a_file_is_known_from_content_type_and_name(server: SimpleNamespace) -> None:
    assert parameters(_calculate_file_id) == ["data", "mimetype", "filename"]
    address = server.media_file_mgr.add(
        b"7", "text/csv", "1.0", file_name="a.csv", is_for_static_download=True
    )
    file_id = streamlit_adapter.calculate_file_id(b"7", "text/csv", "a.csv")
    assert address.startswith(f"/media/{file_id}.")


def test_a_download_is_told_from_a_picture_and_from_nothing(server: SimpleNamespace) -> None:
    media = server.media_file_mgr
    media.add(b"7", "text/csv", "1.0", file_name="a.csv", is_for_static_download=True)
    media.add(b"8", "image/png", "1.1", file_name="b.png")
    made = streamlit_adapter.calculate_file_id(b"7", "text/csv", "a.csv")
    picture = streamlit_adapter.calculate_file_id(b"8", "image/png", "b.png")
    assert streamlit_adapter.is_download(made) is True
    assert streamlit_adapter.is_download(picture) is False
    assert streamlit_adapter.is_download("nothing") is None


def test_a_download_that_was_dropped_is_put_back(server: SimpleNamespace) -> None:
    media = server.media_file_mgr
    assert isinstance(media._lock, type(threading.Lock()))
    assert parameters(media._storage.load_and_get_id)[:4] == [
        "path_or_data",
        "mimetype",
        "kind",
        "filename",
    ]
    file_id = streamlit_adapter.calculate_file_id(b"7", "text/csv", "a.csv")
    streamlit_adapter.restore_download(file_id, b"7", "text/csv", "a.csv")
    metadata = media._file_metadata[file_id]
    assert isinstance(metadata, MediaFileMetadata)
    assert metadata.kind == MediaFileKind.DOWNLOADABLE
    stored = media.read_file(file_id)
    assert (stored.content, stored.mimetype, stored.filename) == (b"7", "text/csv", "a.csv")


def test_a_download_without_a_session_is_dropped_at_the_second_clean_up(
    server: SimpleNamespace,
) -> None:
    """The reason why downloads are held and put back at all."""
    media = server.media_file_mgr
    file_id = streamlit_adapter.calculate_file_id(b"7", "text/csv", "a.csv")
    streamlit_adapter.restore_download(file_id, b"7", "text/csv", "a.csv")
    media.remove_orphaned_files()
    assert media.read_file(file_id) is not None
    media.remove_orphaned_files()
    assert media.read_file(file_id) is None


# Uploads and sessions


def test_uploads_that_wait_are_known_by_session_and_size(server: SimpleNamespace) -> None:
    uploads = server.uploaded_file_mgr
    assert streamlit_adapter.waiting_upload_sizes() == {}
    uploads.add_file("one", UploadedFileRec("f1", "a.xlsx", "", b"12345"))
    uploads.add_file("one", UploadedFileRec("f2", "b.xlsx", "", b"123"))
    uploads.add_file("two", UploadedFileRec("f3", "c.xlsx", "", b"1"))
    held = {"one": {"f1": 5, "f2": 3}, "two": {"f3": 1}}
    assert streamlit_adapter.waiting_upload_sizes() == held
    streamlit_adapter.forget_uploads("one")
    assert streamlit_adapter.waiting_upload_sizes() == {"two": {"f3": 1}}


def closed_page(number: int, **claims: Any) -> SessionInfo:
    session = SimpleNamespace(id=str(number), _user_info=claims, ended=[])
    session.shutdown = lambda: session.ended.append(number)
    return SessionInfo(client=None, session=session)  # type: ignore[arg-type]


def test_closed_pages_are_held_by_person(server: SimpleNamespace) -> None:
    manager = WebsocketSessionManager(MemorySessionStorage(), *[None] * 3)
    server._session_mgr = manager
    streamlit_adapter.share_closed_pages(2)
    held = manager._session_storage
    lan = [closed_page(n, is_logged_in=True, iss="city", sub="lan") for n in range(4)]
    others = [
        closed_page(4, is_logged_in=True, iss="city", sub="minh"),
        closed_page(5, named="lan"),
    ]
    strangers = [closed_page(6), closed_page(7, is_logged_in=False, sub="lan")]
    for page in (*others, *lan, *strangers):
        held.save(page)
    assert [page.session.id for page in held.list()] == ["4", "5", "2", "3"]
    ended = [page.session.id for page in (*lan, *others, *strangers) if page.session.ended]  # type: ignore[attr-defined]
    assert ended == ["0", "1", "6", "7"]
    assert "_user_info" in AppSession.__init__.__code__.co_names
    assert parameters(AppSession.shutdown) == ["self"]


def test_a_page_is_open_as_long_as_its_session_is_active() -> None:
    assert parameters(Runtime.is_active_session) == ["self", "session_id"]


def test_an_open_session_tells_its_headers_and_claims(server: SimpleNamespace) -> None:
    opened = ActiveSessionInfo(
        SimpleNamespace(  # type: ignore[arg-type]
            client_context=SimpleNamespace(headers=[("x-user", "lan")], cookies={"a": "b"})
        ),
        SimpleNamespace(_user_info={"email": "lan@hanoi.example"}),  # type: ignore[arg-type]
    )
    server._session_mgr = SimpleNamespace(get_active_session_info={"one": opened}.get)
    found = streamlit_adapter.find_open_session("one")
    assert found is not None
    assert (found.headers, found.cookies) == ({"x-user": "lan"}, {"a": "b"})
    assert found.claims == {"email": "lan@hanoi.example"}
    assert streamlit_adapter.find_open_session("two") is None


def test_the_names_behind_an_open_session_exist() -> None:
    assert parameters(SessionManager.get_active_session_info) == ["self", "session_id"]
    assert "self._session_mgr = " in inspect.getsource(Runtime.__init__)
    assert "self._user_info = " in inspect.getsource(AppSession.__init__)
    assert isinstance(inspect.getattr_static(SessionClient, "client_context"), property)
    for name in ("headers", "cookies"):
        found = inspect.getattr_static(websocket.StarletteClientContext, name)
        assert isinstance(found, property)


def test_a_file_made_on_a_click_is_known_by_the_session_that_offers_it(
    server: SimpleNamespace,
) -> None:
    server.media_file_mgr._deferred_callables["f1"] = {"session_id": "one"}
    assert streamlit_adapter.deferred_file_session("f1") == "one"
    assert streamlit_adapter.deferred_file_session("f2") == ""
    assert "session_id" in DeferredCallableEntry.__annotations__


def test_an_operation_is_read_and_refused_by_its_number() -> None:
    asked = BackMsg()
    asked.backend_operation_request.request_id = "r1"
    asked.backend_operation_request.deferred_file.file_id = "f1"
    data = asked.SerializeToString()
    assert streamlit_adapter.read_operation(data) == ("deferred_file", "f1")
    answer = ForwardMsg.FromString(streamlit_adapter.refuse_operation(data))
    assert answer.backend_operation_response.request_id == "r1"
    assert answer.backend_operation_response.error_msg
    assert streamlit_adapter.read_operation(b"\xff") == ("", "")


def test_every_sign_in_proves_that_it_is_the_one_that_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = SimpleNamespace(client_kwargs={})
    make = starlette_auth_routes._create_oauth_client
    assert parameters(make) == ["provider"]
    monkeypatch.setattr(
        starlette_auth_routes, "_create_oauth_client", lambda provider: (client, "address")
    )
    streamlit_adapter.require_pkce()
    streamlit_adapter.require_pkce()
    assert starlette_auth_routes._create_oauth_client("city") == (client, "address")
    assert client.client_kwargs == {"code_challenge_method": "S256"}
    for route in ("_auth_login", "_auth_callback"):
        source = inspect.getsource(getattr(starlette_auth_routes, route))
        assert "_create_oauth_client(provider)" in source


def test_a_sign_in_cookie_is_read_only_with_our_signature() -> None:
    assert parameters(websocket._get_signed_cookie_with_chunks) == ["cookies", "cookie_name"]
    secret = websocket.get_cookie_secret()
    signed = starlette_app_utils.create_signed_value(secret, USER_COOKIE_NAME, '{"iat": 1}')
    cookies = {USER_COOKIE_NAME: signed.decode()}
    assert streamlit_adapter.read_sign_in_cookie(cookies) == b'{"iat": 1}'
    forged = starlette_app_utils.create_signed_value("other", USER_COOKIE_NAME, '{"iat": 1}')
    assert streamlit_adapter.read_sign_in_cookie({USER_COOKIE_NAME: forged.decode()}) is None
    assert streamlit_adapter.read_sign_in_cookie({}) is None


# Messages of an open page


def test_the_kinds_of_a_browsers_messages_are_these() -> None:
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"} < kinds
    assert {"clear_cache", "backend_operation_request"} < kinds
    operation = BackMsg.DESCRIPTOR.fields_by_name["backend_operation_request"].message_type
    payloads = {field.name for field in operation.oneofs_by_name["payload"].fields}
    assert {"deferred_file", "dataframe_chunk"} < payloads


def test_the_kind_of_a_message_is_read_without_obeying_it() -> None:
    clear = BackMsg(clear_cache=True).SerializeToString()
    assert streamlit_adapter.browser_message_kind(clear) == ("clear_cache", "")
    chunk = BackMsg()
    chunk.backend_operation_request.dataframe_chunk.SetInParent()
    assert streamlit_adapter.browser_message_kind(chunk.SerializeToString()) == (
        "backend_operation_request",
        "dataframe_chunk",
    )
    with pytest.raises(ValueError, match="no message"):
        streamlit_adapter.browser_message_kind(b"\xff\xff\xff")


def test_the_path_of_the_script_stands_in_one_message_only() -> None:
    begin = ForwardMsg()
    begin.new_session.main_script_path = "/srv/secret/app.py"
    renamed = streamlit_adapter.rename_main_script(begin.SerializeToString(), "app")
    assert ForwardMsg.FromString(renamed).new_session.main_script_path == "app"
    finished = ForwardMsg(script_finished=0).SerializeToString()
    assert streamlit_adapter.rename_main_script(finished, "app") == finished


# Figures


def test_a_prebuilt_figure_is_sent_as_it_is() -> None:
    ready = {"data": [{"type": "bar", "x": [1]}], "layout": {"height": 200}}
    figure = streamlit_adapter.PrebuiltFigure(ready)
    assert isinstance(figure, BaseFigure)
    assert return_figure_from_figure_or_data(figure, validate_figure=True) is ready
    assert to_json(ready, validate=False) == to_json(figure.to_dict(), validate=False)
    source = inspect.getsource(st.delta_generator.DeltaGenerator.plotly_chart)
    assert "return_figure_from_figure_or_data" in source


# Nobody else


def private_uses(path: Path) -> list[str]:
    """List the imports of undocumented modules of Streamlit in one file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            # NOTE: `from streamlit import config` is a module too.
            modules = [node.module]
            if node.module == "streamlit":
                modules = [f"streamlit.{alias.name}" for alias in node.names]
        else:
            continue
        inside = [m for m in modules if m.split(".")[0] == "streamlit"]
        found += [m for m in inside if m not in PUBLIC]
    return found


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(DASHBOARD.rglob("*.py")) if p.name != "streamlit_adapter.py"],
    ids=str,
)
def test_no_other_module_reaches_into_streamlit(path: Path) -> None:
    assert private_uses(path) == []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            assert own or node.attr.startswith("__"), f"{path}:{node.lineno}: {node.attr}"
