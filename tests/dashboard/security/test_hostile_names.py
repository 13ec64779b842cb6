"""Names of users and accounts, aliases and codes of the trail are shown letter by letter."""

import os
from pathlib import Path

from playwright.sync_api import Browser, expect

from pipelines.store.accounts import note_refused_account
from pipelines.store.state_db import StateDatabase, User
from tests.dashboard.security.conftest import SLOW, USERS, signed, somebody
from tests.dashboard.test_hostile_text import MADE
from tests.hostile_texts import ALL, MANY
from tests.present.format.test_escape_markdown import visible

#: More than two hundred by CAUNOI_FULL=1.
CHOSEN = MANY if os.environ.get("CAUNOI_FULL") else ALL
NAMES = [text for text in CHOSEN if len(text) < 200]


def test_a_browser_makes_nothing_of_any_name(
    tmp_path: Path, browser: Browser, provider: str
) -> None:
    state = StateDatabase(tmp_path)
    state.save_user(USERS["chief"])
    for number, text in enumerate(NAMES):
        state.save_user(User(f"{number}{text}", "city"))
        note_refused_account(state, text)
        state.record_event(text, text, text)
        state.confirm_alias(text, "00646", text)
    with (
        signed(tmp_path, provider) as office,
        somebody(browser, office, "chief") as page,
    ):
        page.goto(f"{office.address}/users")
        warnings = page.get_by_test_id("stAlertContentWarning")
        expect(warnings).to_have_count(len(NAMES), timeout=SLOW)
        shown = [" ".join(text.split()) for text in warnings.all_inner_texts()]
        assert [name for name in NAMES if not any(visible(name) in text for text in shown)] == []
        assert warnings.locator(MADE).count() == 0
        assert page.locator("[href*=evil], [src*=evil], .katex, blockquote").count() == 0
