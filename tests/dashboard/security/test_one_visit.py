"""One browser of one person is one visit, whichever address it asks, and however it signed in.

A proxy's header signs in here; the clocks are simulated, the guard is the real one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from dashboard.auth import access, identity, sign_in_claims
from dashboard.middleware.access_guard import AccessGuard
from pipelines import settings
from pipelines.privacy.sign_in import SignInConfig
from pipelines.settings import Access, Settings
from pipelines.store import sessions
from pipelines.store.sessions import ClockReading
from pipelines.store.state_db import StateDatabase, User

NAME = "lan@hanoi.example"
START = datetime.now(UTC)
FILES = ("/boundaries/x.json", "/app/static/icon.svg")


class Clock:
    """Both clocks of a simulated day."""

    def __init__(self) -> None:
        self.minutes = 0.0

    def read(self) -> ClockReading:
        return ClockReading(START + timedelta(minutes=self.minutes), self.minutes * 60)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(sessions, "read_clocks", found.read)
    return found


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    StateDatabase(tmp_path).save_user(User(NAME, "city"))
    return replace(settings.load_settings(tmp_path), access=Access(sign_in="header"))


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Whatever the guard lets through."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await PlainTextResponse("let in")(scope, receive, send)


@dataclass
class Browser:
    """Somebody's browser behind a proxy that names them in every request; it keeps cookies."""

    guard: AccessGuard
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, path: str, kind: str = "http", **headers: str) -> int | str:
        """The status of the answer, or what became of a socket."""
        own = {"host": "localhost", "x-caunoi-user": NAME, **headers}
        if self.cookies:
            own["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": kind,
            "path": path,
            "method": "GET",
            "scheme": "http" if kind == "http" else "ws",
            "query_string": b"",
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in own.items()],
        }
        # NOTE: a browser of another test keeps a loop of its own in this thread.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._send(scope)).result()

    async def _send(self, scope: Scope) -> int | str:
        came: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            came.append(message)

        await self.guard(scope, receive, send)
        for name, value in came[0].get("headers", []):
            if name == b"set-cookie":
                cookie, _, content = value.decode().split(";")[0].partition("=")
                self.cookies[cookie] = content
        return came[0].get("status") or came[0]["type"]

    def open_page(self) -> int | str:
        return self.ask("/", accept="text/html")


@pytest.fixture
def browser(office: Settings, clock: Clock) -> Browser:
    found = Browser(AccessGuard(answer, office, SignInConfig("header", ("localhost",))))
    assert found.open_page() == 200
    return found


def page(office: Settings, browser: Browser) -> str:
    """Why a page that is drawn now shows nothing; empty when it shows figures."""
    claim = sign_in_claims.claim_from_proxy(NAME, browser.cookies)
    return identity.find_reader(office, claim).why


def file(office: Settings, browser: Browser) -> str:
    """Why files are not handed out, as a status; empty when they are."""
    found = {browser.ask(path) for path in FILES}
    return "" if found == {200} else str(found)


def connection(office: Settings, browser: Browser) -> str:
    """Open a socket: everybody gets one, the page in it tells strangers why."""
    assert browser.ask("/_stcore/stream", "websocket") == "websocket.accept"
    return ""


DOORS = (page, file, connection)


def test_a_day_of_work_is_one_visit_through_every_door(
    office: Settings, browser: Browser, clock: Clock
) -> None:
    for number, minutes in enumerate(range(25, 480, 25)):
        clock.minutes = minutes
        assert DOORS[number % 3](office, browser) == ""
    clock.minutes = 479
    assert [door(office, browser) for door in DOORS] == ["", "", ""]
    clock.minutes = 481
    assert (page(office, browser), file(office, browser)) == ("too_old", "{401}")
    kinds = [event.what for event in StateDatabase(office.home).list_events()]
    assert kinds == ["sign_in", "refused"]


@pytest.mark.parametrize("door", DOORS)
def test_each_door_renews_the_visit_for_all(
    office: Settings, browser: Browser, clock: Clock, door: Callable[..., str]
) -> None:
    for minutes in (25, 50, 75):
        clock.minutes = minutes
        assert door(office, browser) == ""
    clock.minutes = 100
    assert [one(office, browser) for one in DOORS] == ["", "", ""]


def test_half_an_hour_without_use_ends_it_for_all_until_a_page_is_opened_anew(
    office: Settings, browser: Browser, clock: Clock
) -> None:
    clock.minutes = 31
    assert (file(office, browser), page(office, browser)) == ("{401}", "idle")
    before = dict(browser.cookies)
    assert browser.open_page() == 200
    assert browser.cookies != before
    assert (file(office, browser), page(office, browser)) == ("", "")


def test_signing_out_ends_it_for_all(office: Settings, browser: Browser) -> None:
    claim = sign_in_claims.claim_from_proxy(NAME, browser.cookies)
    access.end_visit(StateDatabase(office.home), identity.find_reader(office, claim))
    assert (file(office, browser), page(office, browser)) == ("{401}", "ended")
    kinds = [event.what for event in StateDatabase(office.home).list_events()]
    assert kinds == ["sign_in", "sign_out", "refused"]


def test_two_browsers_are_two_visits(office: Settings, browser: Browser, clock: Clock) -> None:
    clock.minutes = 20
    other = Browser(browser.guard)
    other.open_page()
    clock.minutes = 40
    assert (file(office, other), file(office, browser)) == ("", "{401}")


def test_a_caller_without_cookies_is_one_visit_by_its_name(
    office: Settings, browser: Browser, clock: Clock
) -> None:
    script = Browser(browser.guard)
    assert file(office, script) == ""
    clock.minutes = 31
    assert file(office, script) == "{401}"
    connection(office, script)
    assert file(office, script) == ""


def test_the_cookie_of_somebody_else_is_worth_nothing(office: Settings, browser: Browser) -> None:
    claim = sign_in_claims.claim_from_proxy(NAME, browser.cookies)
    minh = sign_in_claims.claim_from_proxy("minh@hanoi.example", browser.cookies)
    assert claim and minh and claim.login != minh.login
    assert identity.find_reader(office, minh).why == "unlisted"


@pytest.mark.parametrize(
    "origin", ["https://localhost", "http://localhost:80", "wss://localhost", "localhost"]
)
def test_an_origin_of_another_scheme_is_foreign(browser: Browser, origin: str) -> None:
    assert browser.ask("/", origin=origin) == 403
    assert browser.ask("/", origin="http://localhost") == 200
    proxied = {"origin": "https://localhost", "x-forwarded-proto": "https"}
    assert browser.ask("/", **proxied) == 200
