"""An office with a real sign-in provider, users, and two districts with planted numbers."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipelines import catalog
from pipelines.present.i18n import translate
from pipelines.store import users
from pipelines.store.state_db import StateDatabase, User
from tests.dashboard.browser_pages import DESK, SLOW, open_context, settled, telling
from tests.dashboard.conftest import WARDS, served, small_city
from tests.processes import await_answer, free_port, run_process

TODAY = date.today()
#: Who is on the list, with which role and districts; `stranger` is known to the provider only.
USERS = {
    "lan": User("lan@hanoi.example", "district", frozenset({"002"})),
    "minh": User("minh@hanoi.example", "district", frozenset({"004"})),
    "city": User("city@hanoi.example", "city"),
    "chief": User("chief@hanoi.example", "steward"),
    "guest": User("guest@hanoi.example", "public"),
}
SECRET = "k3Jf0s9dLq2Zx8Vb7Nm1Ty6Uo5Pa4RwEhG"


@dataclass(frozen=True)
class Office:
    """A served home with sign-in, and the way to its state."""

    home: Path
    address: str
    #: The provider that signs people in: a forged cookie must name it too.
    issuer: str = ""

    @property
    def state(self) -> StateDatabase:
        return StateDatabase(self.home)


def planted(ward: str, field: str, period: str) -> int:
    """Eleven digits drawn for each cell that counts people: they turn up nowhere by accident."""
    if not catalog.fields()[field].protected:
        return 6
    return Random(f"{ward} {field} {period}").randrange(10**10, 10**11)


@pytest.fixture(scope="session")
def planted_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = small_city(tmp_path_factory.mktemp("planted"), WARDS, planted)
    for user in USERS.values():
        StateDatabase(home).save_user(user)
    return home


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The address of a real OpenID provider that knows our people and one stranger."""
    port = free_port()
    names = [*(u.subject for u in USERS.values()), "stranger@elsewhere.example"]
    claims = [json.dumps({"sub": name, "email": name, "email_verified": True}) for name in names]
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--no-refresh-token",
    ]
    command += [part for claim in claims for part in ("--user-claims", claim)]
    known = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    with run_process(command, env=os.environ) as process:
        await_answer(process, lambda: urlopen(known).close())
        yield f"http://127.0.0.1:{port}"


@contextmanager
def signed(home: Path, provider: str, seen_at: str = "", **access: object) -> Iterator[Office]:
    """Serve the home with sign-in at the provider; `seen_at` is the readers' address if another."""
    port = free_port()
    given = {"sign_in": "oidc", "provider": "city", **access}
    told = "\n".join(f"{key} = {json.dumps(value)}" for key, value in given.items())
    (home / "settings.toml").write_text(f"[access]\n{told}\n", encoding="utf-8")
    secrets = home / "secrets.toml"
    address = seen_at or f"http://127.0.0.1:{port}"
    secrets.write_text(
        f'[auth]\nredirect_uri = "{address}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'[auth.city]\nclient_id = "caunoi"\nclient_secret = "not-a-secret"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    secrets.chmod(0o600)
    with served(home, port) as address:
        yield Office(home, address, provider)


@pytest.fixture(scope="session")
def office(planted_home: Path, provider: str) -> Iterator[Office]:
    with signed(planted_home, provider) as found:
        yield found


@contextmanager
def somebody(
    browser: Browser, office: Office, name: str = "", *, charts: bool = False
) -> Iterator[Page]:
    """A browser of its own, signed in as `name`; charts are drawn for those who look at them."""
    with open_context(browser, charts, viewport=DESK, ignore_https_errors=True) as context:
        page = context.new_page()
        with telling(page):
            if name:
                sign_in(page, office, name)
            yield page


def sign_in(page: Page, office: Office, name: str) -> None:
    """Through the provider's own page, as a person does it."""
    page.goto(office.address)
    page.get_by_role("button", name=translate("entrance.sign_in", "vi")).click(timeout=SLOW)
    subject = USERS[name].subject if name in USERS else name
    page.get_by_role("button", name=subject).first.click(timeout=SLOW)
    # NOTE: the provider's page may have a heading too: what counts is to be back.
    page.wait_for_url(lambda url: url.partition("?")[0].rstrip("/") == office.address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    settled(page)


def sees_door(page: Page, why: str) -> None:
    """The page shows the door with its reason, and nothing else."""
    expect(page.get_by_text(translate(f"entrance.{why}", "vi"))).to_be_visible(timeout=SLOW)
    assert page.get_by_test_id("stMetric").count() == 0
    assert page.get_by_test_id("stSidebarNavLink").count() == 0


def cookies_of(context: BrowserContext) -> str:
    return "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())


def back(office: Office, name: str) -> None:
    """Puts somebody on the list again as they were."""
    users.grant_role(office.state, USERS[name], USERS["chief"].subject, TODAY)
