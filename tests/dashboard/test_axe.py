"""Pages as axe-core judges them for readers who see little, see nothing or use no mouse; in a real browser."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.test_browser import DESK, SLOW, VIEWS, opened, reading

ROOM = find_spec("axe_playwright_python")
assert ROOM and ROOM.origin
#: NOTE: evaluated over the debugger, which a page's content security policy does not bind: the policy stays on.
AXE = Path(ROOM.origin).with_name("axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(v => ["serious", "critical"].includes(v.impact))
  .flatMap(v => v.nodes.map(n => [v.id + ":", ...n.target.flat(), n.html.slice(0, 160), n.failureSummary]))
  .map(found => found.join(" "))"""
#: Languages and themes take turns, so that every pair is seen.
LOOKS = [("vi", "light"), ("en", "dark"), ("en", "light"), ("vi", "dark")]
TURNS = [(view, *LOOKS[number % 4]) for number, view in enumerate(VIEWS)]


def judged(page: Page) -> list[str]:
    """What is serious or critical, as rule, place, markup and advice; nothing of the framework's is let pass."""
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
    page.evaluate(AXE)
    return page.evaluate(RUN)


@pytest.mark.parametrize(("view", "language", "theme"), TURNS)
def test_nothing_on_a_page_shuts_a_reader_out(
    browser: Browser, site: str, view: str, language: str, theme: str
) -> None:
    with reading(browser, DESK, theme) as page:
        opened(page, f"{site}/{'' if view == 'overview' else view}?lang={language}")
        assert judged(page) == []


def test_what_shuts_a_reader_out_is_found(browser: Browser) -> None:
    with reading(browser) as page:
        page.set_content('<html lang="vi"><title>.</title><button></button><p style="color: #ccc">1.603</p>')
        assert [found.partition(":")[0] for found in judged(page)] == ["button-name", "color-contrast"]
