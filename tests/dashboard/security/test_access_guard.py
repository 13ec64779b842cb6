"""What is answered at all: foreign hosts, files of others, uploads, closed paths, headers."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import URLError

import pytest
from websockets.exceptions import InvalidStatus

from dashboard.auth import identity
from dashboard.middleware.access_guard import AccessGuard
from pipelines.privacy.sign_in import SignInConfig
from pipelines.settings import Settings
from tests.dashboard.security.conftest import USERS, Office
from tests.dashboard.security.socket_client import Wire, cookie, fetch
from tests.processes import PATIENCE

UPLOADS = 1000
PROMISED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def form(content: bytes = b"x", name: str = "a.xlsx") -> tuple[bytes, dict[str, str]]:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\n' % name.encode()
    return body + content + b"\r\n--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}


def put(wire: Wire, session: str, number: int = 0, content: bytes = b"x") -> int:
    body, kind = form(content)
    return wire.fetch(f"/_stcore/upload_file/{session}/f{number}", "PUT", body, **kind)[0]


def stranger(office: Office, number: int) -> int:
    """One upload by nobody; the door may close while a large body is still coming."""
    body, kind = form(b"x" * (1 << 20) if number % 50 == 0 else b"x")
    try:
        return fetch(
            f"{office.address}/_stcore/upload_file/{'0' * 8}/{number}", "PUT", body, **kind
        )[0]
    except URLError:
        return 401


def memory(office: Office) -> int:
    """Bytes the server holds."""
    port = office.address.rsplit(":", 1)[1]
    for folder in Path("/proc").iterdir():
        told = folder / "cmdline"
        if (
            folder.name.isdigit()
            and told.exists()
            and told.read_bytes().rstrip(b"\0").endswith(f"\0{port}".encode())
        ):
            pages = int((folder / "statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE")
    raise AssertionError("no server")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1.evil.example", "null", "", "http://["]
)
def test_a_foreign_origin_is_refused_everywhere(office: Office, origin: str) -> None:
    with (
        pytest.raises(InvalidStatus, match="403"),
        Wire(office, "lan", Origin=origin or "http://localhost"),
    ):
        pass
    for path in ("/", "/_stcore/health", "/media/x.png"):
        assert fetch(office.address + path, Origin=origin or "http://localhost")[0] == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "127.0.0.1@evil.example", ""]
)
def test_a_foreign_host_is_refused_everywhere(office: Office, host: str) -> None:
    for path in ("/", "/_stcore/health", "/static/x.js", "/media/x.png"):
        assert fetch(office.address + path, Host=host)[0] in (400, 403)


def test_the_proxys_header_is_worth_nothing_where_a_provider_signs_in(office: Office) -> None:
    with Wire(office, **{"X-Caunoi-User": USERS["chief"].subject}) as wire:
        assert "dành cho người có tên" in wire.words()


@pytest.mark.parametrize("secret", ["0" * 40, "", "k3Jf0s9dLq2Zx8Vb7Nm1Ty6Uo5Pa4RwEhg"])
def test_a_cookie_signed_by_somebody_else_is_no_sign_in(office: Office, secret: str) -> None:
    forged = cookie(office, USERS["chief"].subject, secret=secret)
    with Wire(office, cookies=forged) as wire:
        assert "dành cho người có tên" in wire.words()
    assert fetch(f"{office.address}/app/static/icon.svg", Cookie=forged)[0] == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": time.time() - 8.1 * 3600},
        {"iat": time.time() + 3600},
        {"iat": None},
        {"iat": True},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email_verified": "false"},
        {"is_logged_in": "yes"},
    ],
    ids=["old", "ahead", "no day", "true", "false", "unsaid", "text", "text of no", "yes"],
)
def test_a_cookie_that_is_too_old_or_says_too_little_is_no_sign_in(
    office: Office, claims: dict[str, object]
) -> None:
    stale = cookie(office, USERS["city"].subject, **claims)
    with Wire(office, cookies=stale) as wire:
        assert "stMetric" not in wire.words() and "Đăng nhập" in str(
            bytes(wire.sent), "utf-8", "ignore"
        )
    assert fetch(f"{office.address}/app/static/icon.svg", Cookie=stale)[0] == 401


@pytest.mark.parametrize(
    "path",
    [
        "/media/a.xlsx",
        "/app/static/icon.svg",
        "/app/static/../app.py",
        "/media/%2e%2e/state.sqlite",
    ],
)
def test_files_are_not_for_strangers(office: Office, path: str) -> None:
    assert fetch(office.address + path)[0] in (400, 401, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/app/static/../app.py",
        "/app/static/%2e%2e/server.py",
        "/static/../../server.py",
        "/media/../state.sqlite",
    ],
)
def test_nothing_outside_the_folder_of_files_is_served_to_anybody(
    office: Office, path: str
) -> None:
    status, body = fetch(office.address + path, Cookie=cookie(office, USERS["chief"].subject))
    assert b"import streamlit" not in body and b"SQLite" not in body and status in (200, 400, 404)


def test_a_thousand_uploads_of_a_stranger_are_not_held(office: Office) -> None:
    before = memory(office)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda number: stranger(office, number), range(UPLOADS)))
    assert (set(told), len(told)) == ({401}, UPLOADS)
    assert memory(office) - before < 60 << 20


def test_uploads_go_into_ones_own_visit_only(office: Office) -> None:
    with Wire(office, "lan") as lan, Wire(office, "minh") as minh, Wire(office, "guest") as guest:
        for wire in (lan, minh, guest):
            wire.run("submit")
        assert put(lan, lan.session) == 204
        assert put(minh, lan.session) == 403
        assert put(guest, guest.session) == 403


def test_uploads_of_one_visit_are_bounded_in_size_and_number(office: Office) -> None:
    with Wire(office, "city") as wire:
        wire.run("submit")
        assert put(wire, wire.session, 0, b"x" * (6 << 20)) == 413
        told = [put(wire, wire.session, n, b"x" * ((5 << 20) - 1000)) for n in range(1, 13)]
        assert told[:9] == [204] * 9 and set(told[10:]) == {429}
        body, kind = form()
        assert (
            wire.fetch(
                f"/_stcore/upload_file/{wire.session}/f", "PUT", body, **kind, **{"X-Xsrftoken": ""}
            )[0]
            == 403
        )


@pytest.mark.parametrize(
    ("length", "status"),
    [("9" * 5000, 413), ("9" * 16, 413), ("6000000", 413), ("", 400), ("-1", 400), ("1e3", 400)],
)
def test_a_length_is_bounded_before_it_is_read(tmp_path: Path, length: str, status: int) -> None:
    guard = AccessGuard(None, Settings(home=tmp_path), SignInConfig())  # type: ignore[arg-type]
    scope = {
        "path": "/_stcore/upload_file/a/b",
        "method": "PUT",
        "headers": [(b"content-length", length.encode())],
    }
    assert guard._check_upload(scope, identity.OWN) == status


PATHS = (
    "/",
    "/teams",
    "/nowhere",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/media/x.png",
)
MORE = (
    "/app/static/icon.svg",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/_stcore/upload_file/a/b",
    "/component/x",
)


@pytest.mark.parametrize("path", [*PATHS, *MORE])
def test_every_answer_carries_the_headers(office: Office, path: str) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection(office.address.removeprefix("http://"), timeout=PATIENCE)
    for method in ("GET", "OPTIONS", "POST"):
        connection.request(method, path)
        answer = connection.getresponse()
        answer.read()
        told = {k.lower(): v for k, v in answer.getheaders()}
        assert {name: told.get(name) for name in PROMISED} == PROMISED, method
        assert "frame-ancestors 'none'" in told["content-security-policy"]
        assert {"camera=()", "geolocation=()", "usb=()"} <= set(
            told["permissions-policy"].split(", ")
        )
        assert told["cache-control"] == "no-store"
        assert "server" not in told
    connection.close()


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/script-health-check"]
)
def test_machine_pages_are_closed_to_everybody(office: Office, path: str) -> None:
    assert fetch(office.address + path, Cookie=cookie(office, USERS["chief"].subject))[0] == 404


def test_the_log_holds_neither_names_nor_what_was_asked(office: Office) -> None:
    with Wire(office, "lan") as wire:
        wire.run("teams", "district=002&ward=00046")
        wire.fetch("/teams?district=002")
        wire.fetch("/media/0.xlsx?kpi=K01")
    told = (office.home / "log.txt").read_text(encoding="utf-8")
    assert not any(
        word in told for word in ("district=002", "kpi=K01", "hanoi.example", "teams?", "xlsx?")
    )
