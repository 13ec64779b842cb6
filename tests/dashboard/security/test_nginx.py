"""The files of deploy/ as they stand: nginx with TLS before the app, and a browser."""

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.present.i18n import translate
from pipelines.store.ledger import Ledger
from pipelines.store.state_db import StateDatabase
from tests.dashboard.browser_pages import open_menu
from tests.dashboard.components.test_upload_form import XLSX, form
from tests.dashboard.security.conftest import (
    SLOW,
    USERS,
    Office,
    sees_door,
    sign_in,
    signed,
    somebody,
)
from tests.dashboard.security.test_sign_in import age
from tests.processes import PATIENCE, await_answer, free_port, run_process

DEPLOY = Path(__file__).resolve().parents[3] / "dashboard" / "deploy"
WHOLE = (
    "user {user};\n"
    "pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
    "events {{}}\nhttp {{\n{paths}\n{server}\n}}\n"
)


@dataclass(frozen=True)
class Front:
    """The app behind nginx, and nginx's own log."""

    office: Office
    log: Path


def certificate(openssl: str, folder: Path) -> None:
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name, *files],
        check=True,
        capture_output=True,
    )


def user() -> str:
    """Whoever runs the tests: nobody else may read their folders."""
    return f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"


#: What nginx.conf tells an office to do where nginx itself asks who is there; and another address
#: than the tests' own.
ASKING = {
    '$caunoi_user { default ""; }': "$caunoi_user { default $remote_user; }",
    "# auth_basic           ": "proxy_bind 127.0.0.2; auth_basic ",
    "# auth_basic_user_file /etc/caunoi/": "auth_basic_user_file {folder}/",
}


def configured(folder: Path, port: int, app: str, *, asks: bool = False) -> Path:
    """deploy/nginx.conf with a test's names in place of an office's."""
    proxy = (DEPLOY / "caunoi-proxy.conf").read_text(encoding="utf-8")
    (folder / "caunoi-proxy.conf").write_text(proxy, encoding="utf-8")
    server = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for theirs, ours in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "caunoi.example.vn": "localhost",
        "/etc/caunoi/tls/": f"{folder}/",
        "/etc/nginx/caunoi-proxy.conf": f"{folder}/caunoi-proxy.conf",
        "/var/log/nginx/": f"{folder}/",
        "http://127.0.0.1:8501": app,
        "client_header_timeout 20s": "client_header_timeout 1s",
        **(ASKING if asks else {}),
    }.items():
        assert theirs in server
        server = server.replace(theirs, ours.replace("{folder}", str(folder)))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    path = folder / "nginx.conf"
    path.write_text(
        WHOLE.format(user=user(), folder=folder, paths=paths, server=server), encoding="utf-8"
    )
    return path


@contextmanager
def run_nginx(
    program: str, folder: Path, port: int, app: str, *, asks: bool = False
) -> Iterator[Path]:
    """The real program with our files in front of the app; the folder holds certificate and key."""
    command = [program, "-p", str(folder), "-c", str(configured(folder, port, app, asks=asks))]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with run_process([*command, "-g", "daemon off;"]) as process:
        await_answer(process, lambda: socket.create_connection(("127.0.0.1", port)).close())
        yield folder / "caunoi.log"


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory,
    unopened_city: Path,
    provider: str,
    nginx: str,
    openssl: str,
) -> Iterator[Front]:
    folder, home, port = (
        tmp_path_factory.mktemp("nginx"),
        tmp_path_factory.mktemp("behind"),
        free_port(),
    )
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    StateDatabase(home).save_user(USERS["chief"])
    certificate(openssl, folder)
    address = f"https://localhost:{port}"
    with (
        signed(home, provider, address) as behind,
        run_nginx(nginx, folder, port, behind.address) as log,
    ):
        yield Front(Office(home, address), log)


def asked(
    front: Front, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict]:  # type: ignore[type-arg]
    trusting = ssl._create_unverified_context()
    request = Request(front.office.address + path, body, headers, method=method)
    try:
        with urlopen(request, timeout=PATIENCE, context=trusting) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}
    except HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}


#: What only our own pages may do with ours.
POLICIES = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def is_half_request_ended(front: Front) -> bool:
    """Is a connection closed on which half a head came?"""
    trusting, port = ssl._create_unverified_context(), int(front.office.address.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as opened,
        trusting.wrap_socket(opened, server_hostname="localhost") as half,
    ):
        half.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        answer = half.recv(1000)
    return answer == b"" or b" 408 " in answer


def works_through_tls(browser: Browser, front: Front, *, whole: bool = True) -> None:
    """A steward signs in, sees a chart, takes a file, prints, goes to another page, sends a return.

    Then the visit idles too long, and another one is signed out of; not `whole`, without these
    ends and without a return. The cookies never travel in the
    open, and the browser understands every policy it is sent.
    """
    told: list[str] = []
    with somebody(browser, front.office, "chief", charts=True) as page:
        page.on("console", lambda message: told.append(message.text))
        expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=SLOW)
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
        workbook = page.get_by_role("button", name=translate("take.workbook", "vi"))
        open_menu(page, translate("take.page", "vi"), workbook)
        with page.expect_download(timeout=SLOW) as taken:
            workbook.click(timeout=SLOW)
        assert taken.value.path().read_bytes().startswith(b"PK")
        assert page.pdf().startswith(b"%PDF")
        page.keyboard.press("Escape")
        page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
        expect(page).to_have_url(f"{front.office.address}/teams", timeout=SLOW)
        assert all(c["secure"] for c in page.context.cookies() if c["domain"] == "localhost")
        assert any(c["name"] == "_streamlit_user" and c["httpOnly"] for c in page.context.cookies())
        if whole:
            sends_a_return(page, front.office)
            expires_and_signs_out(page, front.office)
    faults = ("Permissions-Policy", "Content Security Policy", "Cross-Origin", "violates")
    assert [line for line in told if any(word in line for word in faults)] == []


def sends_a_return(page: Page, office: Office) -> None:
    """Drop a return, send it, and find its receipt on the page."""
    before = Ledger(office.home).head()
    page.goto(f"{office.address}/submit")
    dropped = {"name": "a.xlsx", "mimeType": XLSX, "buffer": form(period="2021-Q1", a20=7)}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([dropped])  # type: ignore[list-item]
    page.get_by_role("button", name=translate("submit.send", "vi", n=1)).click(timeout=SLOW)
    received = page.get_by_text(translate("submit.received", "vi", n=1)).first
    expect(received).to_be_visible(timeout=SLOW)
    assert Ledger(office.home).head() == before + 1


def expires_and_signs_out(page: Page, office: Office) -> None:
    """Idle too long, sign in again, and sign out: both ends show the door."""
    age(office, "seen", minutes=31)
    page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
    sees_door(page, "idle")
    sign_in(page, office, "chief")
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name=translate("entrance.sign_out", "vi")).click(timeout=SLOW)
    page.get_by_role("button", name="End session").click(timeout=SLOW)
    sees_door(page, "signed_out")
    page.goto(f"{office.address}/teams")
    sees_door(page, "signed_out")


def test_a_reader_signs_in_and_works_through_tls(browser: Browser, front: Front) -> None:
    works_through_tls(browser, front)


def test_headers_come_through_and_tls_is_asked_for_from_now_on(front: Front) -> None:
    _, headers = asked(front, "/teams?district=002")
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["server"] == "nginx"
    assert {name: headers[name] for name in POLICIES} == POLICIES
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/interact"]
)
def test_machine_pages_are_closed_outside(front: Front, path: str) -> None:
    assert asked(front, path)[0] == 404


def test_large_bodies_strangers_and_foreign_hosts_end_here(front: Front) -> None:
    assert asked(front, "/_stcore/upload_file/a/b", "PUT", b"x" * (7 << 20))[0] == 413
    assert asked(front, "/_stcore/upload_file/a/b", "PUT", b"x")[0] == 401
    assert asked(front, "/", Host="evil.example")[0] == 403
    assert (
        asked(front, "/app/static/icon.svg", **{"X-Caunoi-User": USERS["chief"].subject})[0] == 401
    )


def test_half_a_request_ends(front: Front) -> None:
    assert is_half_request_ended(front)


def test_the_log_of_nginx_holds_no_query_strings(front: Front) -> None:
    asked(front, "/teams?district=002&kpi=K01")
    told = front.log.read_text(encoding="utf-8")
    assert "/teams" in told and "district" not in told and "?" not in told
