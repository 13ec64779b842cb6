"""A browser that translates pages on its own takes no figure out of the page's hands."""

from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser_pages import SLOW, choose, metrics, opened, reading, settled

#: What Chrome's translation does to every text it may change.
TRANSLATED = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = []
  while (walk.nextNode()) texts.push(walk.currentNode)
  for (const text of texts.filter(t => t.nodeValue.trim())) {
    if (text.parentElement.closest("script, style, [translate=no]")) continue
    const outer = document.createElement("font"), inner = document.createElement("font")
    text.replaceWith(outer)
    outer.append(inner)
    inner.append(text.cloneNode())
  }
  return document.querySelectorAll("font").length
}"""


def test_figures_follow_the_choice_on_a_translated_page(browser: Browser, site: str) -> None:
    with reading(browser, charts=False) as page:
        opened(page, f"{site}/teams")
        assert metrics(page)[0] == "4" and page.locator("html").get_attribute("lang") == "vi"
        assert page.evaluate(TRANSLATED) > 10
        assert page.locator("[data-testid=stMain] font").count() == 0
        choose(page, "Quận, huyện", "Long Biên")
        expect(page.get_by_test_id("stMetricValue").first).to_have_text("1", timeout=SLOW)
        settled(page)
        assert "1 trong 1 Đội" in headings(page)
        page.get_by_test_id("stMain").get_by_text("English", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "en", timeout=SLOW)
        settled(page)
        assert "1 of 1 team" in headings(page)


def headings(page: Page) -> str:
    return " ".join(page.locator("h4").all_inner_texts()).replace("\xa0", " ")
