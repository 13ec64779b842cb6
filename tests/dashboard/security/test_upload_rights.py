"""Rights that end while a return is on the page: nothing is received, and the page shuts."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.auth import access
from pipelines.present.i18n import translate
from pipelines.store import users
from pipelines.store.ledger import Ledger
from tests.dashboard.components.test_upload_form import XLSX, form
from tests.dashboard.security.conftest import SLOW, TODAY, USERS, Office, back, sees_door, somebody
from tests.dashboard.security.test_sign_in import age
from tests.long_form import FULL

SEND = translate("submit.send", "vi", n=1)
#: A return that was received before could not be sent again.
ANOTHER = count(7)


@pytest.fixture
def lan(browser: Browser, office: Office) -> Iterator[Page]:
    """A manager with a return dropped on the page, not sent yet."""
    with somebody(browser, office, "lan") as page:
        page.goto(f"{office.address}/submit")
        expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible(timeout=SLOW)
        dropped = {
            "name": "a.xlsx",
            "mimeType": XLSX,
            "buffer": form(period="2021-Q1", a20=next(ANOTHER)),
        }
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([dropped])  # type: ignore[list-item]
        expect(page.get_by_role("button", name=SEND)).to_be_visible(timeout=SLOW)
        yield page
    back(office, "lan")


def ended(office: Office) -> None:
    users.end_user(office.state, USERS["lan"].subject, USERS["chief"].subject, TODAY)


def idle(office: Office) -> None:
    age(office, "seen", minutes=31)


@pytest.mark.parametrize("over", [ended, idle] if FULL else [ended])
def test_nothing_is_received_from_somebody_whose_rights_are_over(
    lan: Page, office: Office, over
) -> None:  # type: ignore[no-untyped-def]
    before = Ledger(office.home).head()
    over(office)
    lan.get_by_role("button", name=SEND).click()
    sees_door(lan, {"ended": "unlisted", "idle": "idle"}[over.__name__])
    assert Ledger(office.home).head() == before


@pytest.mark.parametrize("over", [ended, idle] if FULL else [idle])
def test_a_page_that_looks_again_by_itself_shuts_without_a_click(
    lan: Page, office: Office, over
) -> None:  # type: ignore[no-untyped-def]
    lan.get_by_role("button", name=SEND).click()
    expect(lan.get_by_text(translate("submit.received", "vi", n=1)).first).to_be_visible(
        timeout=SLOW
    )
    over(office)
    sees_door(lan, {"ended": "unlisted", "idle": "idle"}[over.__name__])


def test_what_runs_again_by_itself_passes_the_check() -> None:
    root = Path(access.__file__).parent
    using = {p.name for p in root.rglob("*.py") if "st.fragment" in p.read_text(encoding="utf-8")}
    assert using == {"access.py"}
