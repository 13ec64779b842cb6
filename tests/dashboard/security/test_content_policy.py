"""Every page in a real browser under the policy sent, with nobody else's numbers in frames."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.dashboard.browser_pages import VIEWS, opened, turned
from tests.dashboard.security.conftest import SLOW, Office, somebody
from tests.dashboard.security.planted_numbers import secrets_of, shown
from tests.long_form import FULL

#: Pages with every kind of part, one with charts last; CAUNOI_FULL=1 visits all.
PAGES = ("", "compare", "submit", "users", "clients")
if FULL:
    PAGES = ("", *sorted({*VIEWS, "users"} - {"overview", "clients"}), "clients")

#: How a browser speaks of a policy that a page does not keep, or that it does not know.
FAULTS = (
    "Content Security Policy",
    "Permissions-Policy",
    "Cross-Origin",
    "Refused to",
    "violates",
)

#: A script that somebody has put into the page; the policy does not let it run.
INLINE = """() => {
    const script = document.createElement("script")
    script.textContent = "window.ran = 1"
    document.head.append(script)
    return window.ran ?? 0
}"""


def listening(page: Page, told: list[str], got: bytearray) -> None:
    """Keep the console's words, every frame of the socket and every answer of a page."""
    page.on("console", lambda m: told.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: told.append(str(e)))
    page.on("websocket", lambda ws: ws.on("framereceived", lambda f: got.extend(_bytes(f))))


def _bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


def visit(page: Page, office: Office, views: tuple[str, ...], link: str = "") -> None:
    opened(page, f"{office.address}/{views[0]}{link}")
    for view in views[1:]:
        turned(page, f"{office.address}/{view}{link}")


def test_pages_work_under_the_policy_that_is_sent(browser: Browser, office: Office) -> None:
    told: list[str] = []
    with somebody(browser, office, "chief", charts=True) as page:
        listening(page, told, bytearray())
        visit(page, office, PAGES)
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SLOW)
        said = list(told)
        assert page.evaluate(INLINE) == 0
    broken = [line for line in said if any(word in line for word in FAULTS)]
    assert broken == []


def test_no_frame_holds_a_protected_number_of_another_district(
    browser: Browser, office: Office, planted_home: Path
) -> None:
    mine, theirs = secrets_of(planted_home, "002"), secrets_of(planted_home, "004")
    got = bytearray()
    with somebody(browser, office, "lan") as page:
        listening(page, [], got)
        visit(page, office, ("", "clients", "compare"), "?district=002,004&period=2022-Q4&kpi=K01")
        visit(page, office, ("clients",), "?district=002&period=2022-Q4&kpi=K01")
    assert shown(bytes(got), mine - theirs)
    assert shown(bytes(got), theirs - mine) == set()
