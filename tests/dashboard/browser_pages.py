"""Open pages as readers have them on screen, in widths and themes, and wait for them."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.processes import PATIENCE

#: Pages everybody sees; the list of users is for stewards.
VIEWS = sorted(
    {p.stem for p in (Path(__file__).resolve().parents[2] / "dashboard" / "views").glob("*.py")}
    - {"users"}
)
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
#: Milliseconds after which a page hangs.
SLOW = PATIENCE * 1000
#: Seconds after which a click that changed nothing is made again.
CLICK_SECONDS = 10

#: Gives the page that stays open for a size and a theme.
Tab = Callable[[dict[str, int], str], Page]


@contextmanager
def open_context(browser: Browser, charts: bool = True, **options: Any) -> Iterator[BrowserContext]:
    """A browser with a memory of its own, which waits as long for every act as for every state.

    It asks for rest: without a graphics card what moves costs a third of a page's computing.
    Charts are a quarter of the rest; without them their places stay empty.
    """
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(SLOW)
    if not charts:
        context.route("**/PlotlyChart*.js", lambda route: route.abort())
    try:
        yield context
    finally:
        context.close()


@contextmanager
def reading(
    browser: Browser, size: dict[str, int] = DESK, theme: str = "light", *, charts: bool = True
) -> Iterator[Page]:
    """A page of its own that remembers every request that leaves the machine."""
    agent = ANDROID if size is PHONE else None
    outside: list[str] = []
    look = {"viewport": size, "color_scheme": theme, "user_agent": agent}
    with open_context(browser, charts, **look) as context:
        page = context.new_page()
        page.on("request", lambda r: None if local(r.url) else outside.append(r.url))
        with telling(page):
            yield page
    assert outside == []


@contextmanager
def telling(page: Page) -> Iterator[None]:
    """A test that fails says what stood on the page."""
    try:
        yield
    except Exception:
        state = page.locator("[data-test-script-state]").evaluate_all(
            "all => all.map(e => e.dataset.testScriptState)"
        )
        sys.stdout.write(f"{page.url} {state}\n{page.locator('body').inner_text()[:4000]}\n")
        raise


def local(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


#: Goes to another address as the browser's Back does. Answers once a run has begun, or has ended
#: already: a short one changes the title of the page without ever being seen to run.
GO_WITHIN = """([address, patience]) => new Promise((done, failed) => {
  const app = document.querySelector("[data-test-script-state]");
  const title = () => document.querySelector("h1")?.innerText;
  const before = title();
  const seen = new MutationObserver(changes => {
    if (changes.every(c => c.target !== app) && title() === before) return;
    seen.disconnect();
    done();
  });
  seen.observe(app, { attributes: true, childList: true, characterData: true, subtree: true });
  setTimeout(() => failed(new Error("the page does not go on")), patience);
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
})"""


def opened(page: Page, address: str) -> Page:
    """Open an address in a page as one who types it does; the session is a new one."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    settled(page)
    return page


def turned(page: Page, address: str) -> Page:
    """Open an address in a page that stays: half the cost of a new session.

    A page that shows nothing yet, another site or this very address is opened anew.
    """
    there = urlsplit(address)
    if urlsplit(page.url)[:2] != there[:2] or page.url == address:
        return opened(page, address)
    # NOTE: the end of a run that is still going on would be taken for the new one's.
    settled(page)
    page.evaluate(GO_WITHIN, [address, SLOW])
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Waits until a run is over and its charts are drawn."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=SLOW
    )
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)


def settle_motion(page: Page) -> None:
    """Wait until everything that moves or fades for a while has ended."""
    page.evaluate(
        """() => Promise.all(document.getAnimations()
          .filter(one => one.effect.getComputedTiming().endTime !== Infinity)
          .map(one => one.finished.catch(() => null)))"""
    )


def click_mark(page: Page, mark: Locator) -> None:
    """Click a mark of a chart until the page goes to another address.

    NOTE: a chart says what is pointed at before the page has begun to listen to its clicks, and
    nothing on it says when that is.
    """
    before, give_up = page.url, time.monotonic() + PATIENCE
    while page.url == before:
        assert time.monotonic() < give_up, "the page does not listen to its chart"
        point_at(page, mark)
        page.mouse.click(*find_middle(mark))
        with suppress(PlaywrightTimeout):
            page.wait_for_url(lambda address: address != before, timeout=CLICK_SECONDS * 1000)


def point_at(page: Page, mark: Locator) -> None:
    """Point at a mark of a chart until the chart says what it is."""
    give_up = time.monotonic() + PATIENCE
    told = page.locator(".hoverlayer .hovertext")
    while not told.count():
        assert time.monotonic() < give_up, "the chart says nothing"
        page.mouse.move(0, 0)
        page.mouse.move(*find_middle(mark))
        page.wait_for_timeout(100)


def find_middle(mark: Locator) -> tuple[float, float]:
    """Return the point of the window at a mark's middle, once it stands in the window's middle."""
    mark.evaluate("e => e.scrollIntoView({block: 'center'})")
    box = mark.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_row(page: Page, table: Locator) -> None:
    """Click the first row's head of a table until the page goes to another address.

    NOTE: a table is drawn before it listens to clicks, and nothing on it says when that is.
    """
    before, give_up = page.url, time.monotonic() + PATIENCE
    while page.url == before:
        assert time.monotonic() < give_up, "the page does not listen to its table"
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        assert box
        page.mouse.click(box["x"] + 15, box["y"] + 36 + 18)
        with suppress(PlaywrightTimeout):
            page.wait_for_url(lambda address: address != before, timeout=CLICK_SECONDS * 1000)


def open_menu(page: Page, name: str, inside: Locator) -> None:
    """Open a button's menu and wait for what it holds.

    NOTE: a menu that is opened while its page is still being drawn may be closed by what follows.
    """
    settled(page)
    give_up = time.monotonic() + PATIENCE
    while not inside.is_visible():
        assert time.monotonic() < give_up, f"the menu {name} does not open"
        page.get_by_role("button", name=name).click()
        with suppress(PlaywrightTimeout):
            inside.wait_for(timeout=CLICK_SECONDS * 1000)


def settled_at(page: Page, address: str) -> None:
    expect(page).to_have_url(address, timeout=SLOW)
    settled(page)


def choose(page: Page, label: str, name: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name).first.click()
    page.keyboard.press("Escape")


def metrics(page: Page) -> list[str]:
    """The eight figures of the page on teams, once all of them stand."""
    shown = page.get_by_test_id("stMetricValue")
    expect(shown).to_have_count(8, timeout=SLOW)
    settled(page)
    return shown.all_inner_texts()
