"""The addresses that change who is signed in: out by one act, in once by each answer."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from playwright.sync_api import Browser

from pipelines.present.i18n import translate
from tests.dashboard.security.conftest import SLOW, USERS, Office, sees_door, somebody
from tests.dashboard.security.socket_client import cookie, fetch
from tests.processes import PATIENCE

OUT = "/auth/logout"


def can_fetch(office: Office, cookies: str) -> bool:
    return fetch(f"{office.address}/app/static/icon.svg", Cookie=cookies)[0] == 200


@pytest.fixture
def lan(office: Office) -> str:
    found = cookie(office, USERS["lan"].subject)
    assert can_fetch(office, found)
    return found


@pytest.mark.parametrize("path", [OUT, f"{OUT}/", f"{OUT}?x=1"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_a_link_signs_nobody_out(office: Office, lan: str, method: str, path: str) -> None:
    assert fetch(office.address + path, method, Cookie=lan)[0] == 405
    assert can_fetch(office, lan)


@pytest.mark.parametrize(
    ("origin", "status"), [("https://evil.example", 403), ("null", 403), ("", 405)]
)
def test_a_form_of_another_site_signs_nobody_out(
    office: Office, lan: str, origin: str, status: int
) -> None:
    headers = {"Cookie": lan, **({"Origin": origin} if origin else {})}
    assert fetch(office.address + OUT, "POST", b"", **headers)[0] == status
    assert can_fetch(office, lan)


def test_a_form_of_our_own_ends_the_visit_for_every_copy(office: Office, lan: str) -> None:
    before = len(office.state.list_events())
    assert fetch(office.address + OUT, "POST", b"", Cookie=lan, Origin=office.address)[0] == 200
    assert not can_fetch(office, lan)
    assert [e.what for e in office.state.list_events()[before:]] == ["sign_out", "refused"]
    assert fetch(office.address + OUT, Cookie=lan)[0] == 200


class Staying(HTTPRedirectHandler):
    """Follows nothing, so that an answer's address is seen."""

    def redirect_request(self, *told: object, **more: object) -> None:
        return None


def ask_provider_again(address: str, subject: str) -> str:
    """The address to come back to, with a fresh code for an old request."""
    request = Request(address, f"sub={subject}".encode(), method="POST")
    try:
        build_opener(Staying).open(request, timeout=PATIENCE)
    except HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("no way back")


def test_an_answer_signs_in_once_and_proves_that_it_was_asked_for(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office) as page, somebody(browser, office) as thief:
        page.goto(office.address)
        page.get_by_role("button", name=translate("entrance.sign_in", "vi")).click(timeout=SLOW)
        page.get_by_role("button", name=USERS["lan"].subject).first.click(timeout=SLOW, trial=True)
        asked, old = page.url, page.context.cookies()
        told = parse_qs(urlsplit(asked).query)
        assert told["code_challenge_method"] == ["S256"] and told["code_challenge"][0]
        page.get_by_role("button", name=USERS["lan"].subject).first.click(timeout=SLOW)
        page.get_by_role("button", name=translate("entrance.sign_out", "vi")).click(timeout=SLOW)
        page.get_by_role("button", name="End session").click(timeout=SLOW)
        sees_door(page, "signed_out")

        thief.context.add_cookies(old)  # type: ignore[arg-type]
        for twice in ("", "state=another&"):
            again = ask_provider_again(asked, USERS["lan"].subject)
            thief.goto(again.replace("?", f"?{twice}"))
            sees_door(thief, "signed_out")
        names = {one["name"] for one in thief.context.cookies()}
        assert "_streamlit_session" in names and "_streamlit_user" not in names
