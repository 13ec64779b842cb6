"""A chart's picture, drawn in the reader's browser, holds no other district's numbers."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import opened
from tests.dashboard.security.conftest import SLOW, Office, somebody
from tests.dashboard.security.planted_numbers import secrets_of, written


def test_a_picture_holds_own_numbers_and_no_other_districts(
    browser: Browser, office: Office, planted_home: Path
) -> None:
    own, other = secrets_of(planted_home, "002"), secrets_of(planted_home, "004")
    with somebody(browser, office, "lan", charts=True) as page:
        opened(page, f"{office.address}/compare?period=2022-Y&kpi=K01")
        # NOTE: what opens under a button stays where it was when charts above it are still drawn
        # and push it down.
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
        page.get_by_text(translate("take.button", "vi"), exact=True).last.click()
        with page.expect_download(timeout=SLOW) as waited:
            page.get_by_role("link", name="SVG").first.press("Enter", timeout=SLOW)
        drawing = Path(waited.value.path()).read_bytes()
    assert "Long Biên".encode() in drawing and "Hoàn Kiếm".encode() in drawing
    assert written(drawing, own - other) and not written(drawing, other - own)
