"""Pages judged by axe-core in a real browser, for low vision, screen readers and keyboards."""

import os
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.catalog import Language
from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import (
    DESK,
    PHONE,
    SLOW,
    VIEWS,
    Tab,
    opened,
    reading,
    settle_motion,
    settled,
    turned,
)
from tests.processes import PATIENCE

ROOM = find_spec("axe_playwright_python")
assert ROOM and ROOM.origin
#: NOTE: evaluated over the debugger, which a page's content security policy does not bind: the
#: policy stays on.
AXE = Path(ROOM.origin).with_name("axe.min.js").read_text(encoding="utf-8")
#: Null when the page ran anew meanwhile: what waits for a run is pale for a moment.
RUN = """async () => {
  let ran = false;
  const seen = new MutationObserver(() => { ran = true; });
  const attributeFilter = ["data-stale", "data-test-script-state"];
  seen.observe(document.body, { subtree: true, attributes: true, attributeFilter });
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  seen.disconnect();
  return ran ? null : violations
    .filter(v => ["serious", "critical"].includes(v.impact))
    .flatMap(v => v.nodes.map(
      n => [v.id + ":", ...n.target.flat(), n.html.slice(0, 160), n.failureSummary]))
    .map(found => found.join(" "));
}"""
#: Languages, themes and widths take turns from page to page; by CAUNOI_FULL=1 every page in both
#: languages and themes.
LOOKS = [
    ("vi", "light", DESK),
    ("en", "dark", PHONE),
    ("en", "light", DESK),
    ("vi", "dark", PHONE),
    ("en", "dark", DESK),
    ("vi", "light", PHONE),
    ("vi", "dark", DESK),
    ("en", "light", PHONE),
]
TURNS = [(view, *LOOKS[number % len(LOOKS)]) for number, view in enumerate(VIEWS)]
if os.environ.get("CAUNOI_FULL"):
    TURNS = [
        (view, *look) for number, view in enumerate(VIEWS) for look in LOOKS[number % 2 * 4 :][:4]
    ]


def judged(page: Page) -> list[str]:
    """What is serious or critical, as rule, place, markup and advice; Streamlit's own included."""
    page.evaluate(AXE)
    found, give_up = None, time.monotonic() + PATIENCE
    while found is None:
        assert time.monotonic() < give_up, "the page does not come to rest"
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
        expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=SLOW)
        settle_motion(page)
        found = page.evaluate(RUN)
    return found


def named(value: object) -> str:
    """How a test is called: its width instead of a size."""
    return str(value["width"] if isinstance(value, dict) else value)


@pytest.mark.parametrize(("view", "language", "theme", "size"), TURNS, ids=named)
def test_a_page_fits_and_nothing_on_it_shuts_a_reader_out(
    tab: Tab, site: str, view: str, language: str, theme: str, size: dict[str, int]
) -> None:
    chosen = "&district=002" if theme == "dark" else ""
    page = turned(
        tab(size, theme), f"{site}/{'' if view == 'overview' else view}?lang={language}{chosen}"
    )
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert judged(page) == []


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    LOOKS[:4] if os.environ.get("CAUNOI_FULL") else LOOKS[:1],
    ids=named,
)
def test_neither_boundaries_nor_what_opens_shuts_a_reader_out(
    browser: Browser, mapped: str, language: Language, theme: str, size: dict[str, int]
) -> None:
    with reading(browser, size, theme) as page:
        opened(page, f"{mapped}/?kpi=T06&lang={language}")
        page.get_by_text(translate("map.boundaries", language), exact=True).click()
        expect(page.locator(".choroplethlayer path")).to_have_count(579, timeout=SLOW)
        for button in ("take.button", "moving.link", "notebook.open"):
            page.get_by_role("button", name=translate(button, language)).first.click()
            expect(page.get_by_test_id("stPopoverBody")).to_be_visible(timeout=SLOW)
            settled(page)
            assert judged(page) == []
            page.keyboard.press("Escape")
            expect(page.get_by_test_id("stPopoverBody")).to_have_count(0, timeout=SLOW)


def test_what_shuts_a_reader_out_is_found(browser: Browser) -> None:
    with reading(browser) as page:
        page.set_content(
            '<html lang="vi"><title>.</title><button></button><p style="color: #ccc">1.603</p>'
        )
        assert [found.partition(":")[0] for found in judged(page)] == [
            "button-name",
            "color-contrast",
        ]
