"""Without a mouse: from the filters to a chart's table and its file; and reduced motion."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import SLOW, opened, reading, settled

#: What has the focus, as a reader hears it.
HEARD = """() => {
  const e = document.activeElement
  const named = e.getAttribute("aria-label") || e.getAttribute("placeholder")
  return named || e.innerText.trim().split("\\n")[0] || e.tagName
}"""
#: More steps than lie between the top of a page and its first file.
MOST = 80


def tabbed(page: Page, name: str) -> list[str]:
    """Goes on until what is called `name` has the focus; everything passed on the way."""
    heard: list[str] = []
    while len(heard) < MOST and not (heard and heard[-1].replace("\xa0", " ") == name):
        page.keyboard.press("Tab")
        heard.append(page.evaluate(HEARD))
    assert heard[-1].replace("\xa0", " ") == name, heard
    return heard


def test_keys_alone_lead_from_the_filters_to_a_table_and_its_file(
    browser: Browser, site: str
) -> None:
    with reading(browser) as page:
        opened(page, f"{site}/teams?district=002")
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SLOW)
        heard = " ".join(tabbed(page, translate("take.button", "vi")))
        for label in ("period", "district", "ward", "reset"):
            assert translate(f"filter.{label}", "vi") in heard
        page.keyboard.press("Enter")
        body = page.get_by_test_id("stPopoverBody")
        expect(body.get_by_test_id("stDataFrame")).to_be_visible(timeout=SLOW)
        settled(page)
        tabbed(page, "CSV")
        with page.expect_download() as waited:
            page.keyboard.press("Enter")
        assert Path(waited.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
        page.keyboard.press("Escape")
        expect(body).to_have_count(0, timeout=SLOW)
        expect(page.locator("button:focus")).to_contain_text(translate("take.button", "vi"))


def test_nothing_moves_for_who_asked_for_rest(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        page.emulate_media(reduced_motion="reduce")
        opened(page, site)
        moving = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e))"
        times = f"{moving}.flatMap(s => [s.transitionDuration, s.animationDuration])"
        longest = f"Math.max(...{times}.map(parseFloat))"
        assert page.evaluate(longest) <= 0.001
