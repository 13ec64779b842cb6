"""Sign-in by a proxy's header, with nginx and the files of deploy/, in a real browser."""

import base64
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipelines.present.i18n import translate
from pipelines.store import users
from pipelines.store.state_db import StateDatabase
from tests.dashboard.browser_pages import open_context
from tests.dashboard.security.conftest import SLOW, TODAY, USERS, Office, back, sees_door, signed
from tests.dashboard.security.socket_client import Wire, fetch
from tests.dashboard.security.test_nginx import Front, certificate, run_nginx
from tests.dashboard.security.test_nginx import asked as ask
from tests.processes import PATIENCE, free_port

PASSWORD = "nang-xuan-roi-nhe"
#: Nobody's own pages are served from here: nginx speaks to the app from this address, everybody
#: else from another.
PROXY = "127.0.0.2"
PICTURE = "/app/static/icon.svg"
LAN = translate("entrance.role_district", "vi", districts="Hoàn Kiếm")
HEADER = {"X-Caunoi-User": USERS["chief"].subject}


@dataclass(frozen=True)
class Proxied:
    """What readers see, and the app behind it."""

    front: Front
    behind: Office


@pytest.fixture(scope="module")
def proxied(
    tmp_path_factory: pytest.TempPathFactory, unopened_city: Path, nginx: str, openssl: str
) -> Iterator[Proxied]:
    folder, home, port = (
        tmp_path_factory.mktemp("asking"),
        tmp_path_factory.mktemp("told"),
        free_port(),
    )
    shutil.copytree(unopened_city, home, dirs_exist_ok=True)
    for name in ("lan", "chief"):
        StateDatabase(home).save_user(USERS[name])
    certificate(openssl, folder)
    coded = subprocess.run(
        [openssl, "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True
    ).stdout
    names = [USERS[name].subject for name in ("lan", "chief", "guest")]
    (folder / "people").write_text("".join(f"{name}:{coded}" for name in names), encoding="utf-8")
    access = {"sign_in": "header", "proxy": PROXY, "hosts": ["localhost"], "remember": False}
    with (
        signed(home, "http://127.0.0.1:9", **access) as behind,
        run_nginx(nginx, folder, port, behind.address, asks=True) as log,
    ):
        yield Proxied(Front(Office(home, f"https://localhost:{port}"), log), behind)


def basic(name: str) -> dict[str, str]:
    return {
        "Authorization": "Basic "
        + base64.b64encode(f"{USERS[name].subject}:{PASSWORD}".encode()).decode()
    }


@pytest.fixture
def context(
    browser: Browser, proxied: Proxied, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A browser whose owner types the name and password of `param`."""
    known = {"username": USERS[request.param].subject, "password": PASSWORD}
    with open_context(browser, ignore_https_errors=True, http_credentials=known) as opened:
        yield opened


def goes(page: Page, proxied: Proxied, view: str = "") -> None:
    page.goto(f"{proxied.front.office.address}/{view}")


@pytest.mark.parametrize("context", ["lan"], indirect=True)
def test_a_browser_comes_in_as_the_one_nginx_names_and_is_out_when_ended(
    context: BrowserContext, proxied: Proxied
) -> None:
    page = context.new_page()
    goes(page, proxied)
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=SLOW)
    expect(page.get_by_text(LAN).first).to_be_visible(timeout=SLOW)
    assert page.get_by_role("link", name=translate("menu.users", "vi")).count() == 0
    users.end_user(proxied.behind.state, USERS["lan"].subject, USERS["chief"].subject, TODAY)
    page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
    sees_door(page, "unlisted")
    back(proxied.behind, "lan")


@pytest.mark.parametrize("context", ["lan"], indirect=True)
@pytest.mark.parametrize("name", ["X-Caunoi-User", "x-caunoi-user", "X_Caunoi_User"])
def test_what_a_client_says_of_itself_is_overwritten(
    context: BrowserContext, proxied: Proxied, name: str
) -> None:
    context.set_extra_http_headers({name: USERS["chief"].subject})
    page = context.new_page()
    goes(page, proxied, "users")
    expect(page.get_by_text(LAN).first).to_be_visible(timeout=SLOW)
    assert page.get_by_text(translate("entrance.role_steward", "vi")).count() == 0


@pytest.mark.parametrize("context", ["guest"], indirect=True)
def test_whoever_nginx_knows_and_the_list_does_not_stays_outside(
    context: BrowserContext, proxied: Proxied
) -> None:
    page = context.new_page()
    goes(page, proxied)
    sees_door(page, "unlisted")


@pytest.mark.parametrize(
    "path", ["/", "/_stcore/stream", "/_stcore/upload_file/a/b", PICTURE, "/boundaries/x.json"]
)
def test_without_a_password_nothing_is_answered(proxied: Proxied, path: str) -> None:
    assert ask(proxied.front, path)[0] == 401
    assert ask(proxied.front, path, **HEADER)[0] == 401


def test_files_are_for_whom_nginx_names(proxied: Proxied) -> None:
    assert ask(proxied.front, PICTURE, **basic("lan"))[0] == 200
    assert ask(proxied.front, PICTURE, **basic("guest"), **HEADER)[0] == 401


def test_the_header_is_worth_nothing_past_the_proxy(proxied: Proxied) -> None:
    address = proxied.behind.address
    assert fetch(address + PICTURE, **HEADER)[0] == 401
    assert (
        fetch(address + PICTURE, **HEADER, **{"X-Forwarded-For": PROXY, "X-Real-IP": PROXY})[0]
        == 401
    )
    for claims in (HEADER, {**HEADER, "X-Forwarded-For": PROXY, "Forwarded": f"for={PROXY}"}):
        with Wire(proxied.behind, **claims) as wire:
            assert translate("entrance.signed_out", "vi") in wire.words()
            assert USERS["chief"].subject.encode() not in wire.sent


def test_a_request_hidden_in_another_is_not_read_as_nginxs_own(proxied: Proxied) -> None:
    """A body that looks like a request with the header: two lengths, or a bare line feed."""
    named = f"X-Caunoi-User: {HEADER['X-Caunoi-User']}"
    hidden = f"GET {PICTURE} HTTP/1.1\r\nHost: localhost\r\n{named}\r\n\r\n"
    for told in (
        {"Transfer-Encoding": "chunked", "Content-Length": str(len(hidden))},
        {"Transfer-Encoding": "\tchunked"},
        {"Transfer-Encoding": "xchunked"},
        {"X-Any": f"a\nX-Caunoi-User: {HEADER['X-Caunoi-User']}"},
    ):
        assert smuggled(proxied, told, hidden) == []


def smuggled(proxied: Proxied, told: dict[str, str], hidden: str) -> list[int]:
    """Statuses of answers that came for a request without a password, other than a refusal."""
    port = int(proxied.front.office.address.rsplit(":", 1)[1])
    lines = "".join(f"{k}: {v}\r\n" for k, v in told.items())
    request = (
        f"POST /_stcore/health HTTP/1.1\r\nHost: localhost:{port}\r\n{lines}\r\n0\r\n\r\n{hidden}"
    )
    trusting = ssl._create_unverified_context()
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.settimeout(PATIENCE)
        secure.sendall(request.encode())
        came = secure.recv(65536)
        # NOTE: the first answer is awaited, however long; a second one would be the fault.
        secure.settimeout(1)
        with suppress(TimeoutError):
            while part := secure.recv(65536):
                came += part
    statuses = [int(line.split()[1]) for line in came.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    assert statuses
    return [status for status in statuses if status not in (400, 401, 405, 501)]
