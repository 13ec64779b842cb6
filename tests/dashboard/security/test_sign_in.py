"""Sign-in through a real provider in a real browser: who comes in, and when it is over."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines import catalog
from pipelines.present.i18n import translate
from pipelines.store import users
from tests.dashboard.browser_pages import opened, turned
from tests.dashboard.security.conftest import (
    SLOW,
    TODAY,
    USERS,
    Office,
    back,
    sees_door,
    sign_in,
    somebody,
)
from tests.dashboard.security.socket_client import Wire
from tests.dashboard.test_accessibility import judged
from tests.long_form import FULL

VIEWS = (
    "",
    "teams",
    "clients",
    "referrals",
    "points",
    "activities",
    "quality",
    "published",
    "system",
    "users",
)


def again(page: Page, office: Office, view: str = "") -> None:
    turned(page, f"{office.address}/{view}")


def age(office: Office, name: str, hours: float = 0, minutes: float = 0) -> None:
    """Turns the clock back for every visit of this office."""
    then = datetime.now(UTC) - timedelta(hours=hours, minutes=minutes)
    db = sqlite3.connect(office.state.home.state)
    with db:
        db.execute(
            {"began": "update visits set began = ?", "seen": "update visits set seen = ?"}[name],
            (then.isoformat(),),
        )
    db.close()


def test_signed_out_every_page_is_the_door(browser: Browser, office: Office) -> None:
    with somebody(browser, office) as page:
        for view in VIEWS:
            page.goto(f"{office.address}/{view}?district=002&period=2022-Y")
            sees_door(page, "signed_out")


def test_a_manager_signs_in_works_and_signs_out_and_a_copied_cookie_is_worth_nothing(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office, "lan") as page, somebody(browser, office) as thief:
        expect(page.get_by_text("Hoàn Kiếm").first).to_be_visible(timeout=SLOW)
        expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=SLOW)
        stolen = page.context.cookies()
        page.get_by_role("button", name=translate("entrance.sign_out", "vi")).click()
        page.get_by_role("button", name="End session").click(timeout=SLOW)
        sees_door(page, "signed_out")
        thief.context.add_cookies(stolen)  # type: ignore[arg-type]
        thief.goto(office.address)
        sees_door(thief, "ended")
    lan = office.state.pseudonym(USERS["lan"].subject)
    did = [e.what for e in office.state.list_events() if e.who == lan]
    assert {"sign_in", "sign_out", "refused"} <= set(did)
    assert office.state.verify_audit() == []


def test_a_link_survives_signing_in(browser: Browser, office: Office) -> None:
    with somebody(browser, office) as page:
        link = f"{office.address}/teams?district=002&period=2022-Y"
        page.goto(link)
        page.get_by_role("button", name=translate("entrance.sign_in", "vi")).click(timeout=SLOW)
        page.get_by_role("button", name=USERS["lan"].subject).first.click(timeout=SLOW)
        expect(page).to_have_url(link, timeout=SLOW)
        expect(page.get_by_text("Hoàn Kiếm · ").first).to_be_visible(timeout=SLOW)


def test_somebody_who_is_not_on_the_list_is_told_so(browser: Browser, office: Office) -> None:
    with somebody(browser, office, "stranger@elsewhere.example") as page:
        sees_door(page, "unlisted")


@pytest.mark.parametrize(
    ("column", "hours", "minutes", "why"),
    [("began", 8.1, 0, "too_old"), ("seen", 0, 31, "idle")][: 2 if FULL else 1],
)
def test_an_expired_visit_is_over_at_the_next_click_and_for_every_copy(
    browser: Browser, office: Office, column: str, hours: float, minutes: float, why: str
) -> None:
    with somebody(browser, office, "minh") as page, somebody(browser, office) as thief:
        age(office, column, hours, minutes)
        page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
        sees_door(page, why)
        thief.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
        thief.goto(f"{office.address}/teams")
        sees_door(thief, why)
        sign_in(page, office, "minh")
        expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=SLOW)


def test_a_user_who_is_ended_is_out_at_the_next_click(browser: Browser, office: Office) -> None:
    with somebody(browser, office, "minh") as page:
        users.end_user(office.state, USERS["minh"].subject, USERS["chief"].subject, TODAY)
        page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
        sees_door(page, "unlisted")
        back(office, "minh")


def test_only_a_steward_keeps_the_list_and_reads_the_trail(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office, "city") as page:
        # NOTE: a page that is not in one's menu is typed: within the open one nothing begins.
        opened(page, f"{office.address}/users")
        assert page.get_by_text("hanoi.example").count() <= 1
        again(page, office, "system")
        expect(page.get_by_text(translate("system.build", "vi")).first).to_be_visible(timeout=SLOW)
        assert page.get_by_text(translate("trail.title", "vi")).count() == 0
    with somebody(browser, office, "chief") as page:
        again(page, office, "system")
        expect(page.get_by_text(translate("trail.title", "vi")).first).to_be_visible(timeout=SLOW)
        again(page, office, "users")
        name = page.get_by_label(translate("users.subject", "vi")).first
        name.fill("Moi@Hanoi.example")
        name.press("Enter")
        expect(page.get_by_text(translate("users.new", "vi"))).to_be_visible(timeout=SLOW)
        page.get_by_role("button", name=translate("users.review", "vi")).click(timeout=SLOW)
        page.get_by_role("button", name=translate("users.save", "vi")).click(timeout=SLOW)
        said = translate("users.saved", "vi", name="Moi@Hanoi.example")
        expect(page.get_by_test_id("stAlert").first).to_contain_text(said, timeout=SLOW)
    assert office.state.find_user("moi@hanoi.example", TODAY) is not None


def test_current_rights_come_up_and_a_change_is_shown_before_it_is_saved(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office, "chief") as page:
        again(page, office, "users")
        review = page.get_by_role("button", name=translate("users.review", "vi"))
        review.click(timeout=SLOW)
        nobody = catalog.format_sentence("no_user_name", "vi")
        expect(page.get_by_test_id("stAlert").first).to_have_text(nobody, timeout=SLOW)
        name = page.get_by_label(translate("users.subject", "vi")).first
        name.fill(USERS["lan"].subject)
        name.press("Enter")
        chosen = page.get_by_test_id("stForm").first.get_by_test_id("stMultiSelect")
        expect(chosen).to_contain_text("Hoàn Kiếm", timeout=SLOW)
        chosen.get_by_role("combobox").fill("Long Biên")
        page.get_by_role("option", name="Long Biên").click()
        page.keyboard.press("Escape")
        review.click()
        row = page.get_by_test_id("stTable").locator("tbody tr")
        expect(row).to_have_text(["Quận, huyệnHoàn KiếmHoàn Kiếm, Long Biên"], timeout=SLOW)
        assert office.state.find_user(USERS["lan"].subject, TODAY) == USERS["lan"]
        page.get_by_role("button", name=translate("users.save", "vi")).click()
        said = page.get_by_test_id("stAlert").first
        expect(said).to_have_text(
            translate("users.saved", "vi", name=USERS["lan"].subject), timeout=SLOW
        )
        assert said.locator("a").count() == 0
    changed = office.state.find_user(USERS["lan"].subject, TODAY)
    assert changed and changed.districts == {"002", "004"}
    office.state.save_user(USERS["lan"])


def test_neither_the_door_nor_the_list_of_users_shuts_a_reader_out(
    browser: Browser, office: Office
) -> None:
    with somebody(browser, office) as page:
        page.goto(office.address)
        sees_door(page, "signed_out")
        assert judged(page) == []
        sign_in(page, office, "chief")
        again(page, office, "users")
        expect(page.get_by_label(translate("users.subject", "vi")).first).to_be_visible(
            timeout=SLOW
        )
        assert judged(page) == []


@pytest.mark.parametrize(
    "forged", ["role=steward", "user=chief@hanoi.example", "scope=city", "district=004&role=city"]
)
def test_a_link_gives_no_rights(office: Office, forged: str) -> None:
    with Wire(office, "guest") as wire:
        assert translate("entrance.role_public", "vi") in wire.words("users", forged)
        assert translate("trail.title", "vi") not in wire.words("system", forged)
    assert b"chief@hanoi.example" not in wire.sent
