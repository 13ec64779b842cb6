"""Without a mouse: from the filters to a chart's table and its file; and reduced motion."""

from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import SLOW, opened, reading, settle_motion, settled, turned

#: What has the focus, as a reader hears it.
HEARD = """() => {
  const e = document.activeElement
  const named = e.getAttribute("aria-label") || e.getAttribute("placeholder")
  return named || e.innerText.trim().split("\\n")[0] || e.tagName
}"""
LEVELS = """() => [...document.querySelectorAll("[data-testid=stMain] :is(h1,h2,h3,h4,h5,h6)")]
  .filter(e => e.offsetHeight).map(e => Number(e.ariaLevel ?? e.tagName[1]))"""
NAMES = "all => all.filter(e => e.offsetHeight).map(e => e.ariaLabel ?? e.innerText.trim())"
RING = """e => {
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(e)
  return [outlineStyle, outlineWidth, outlineColor]
}"""
#: More steps than lie between the top of a page and its first file.
MOST = 80


def tabbed(page: Page, name: str) -> list[str]:
    """Goes on until what is called `name` has the focus; everything passed on the way."""
    heard: list[str] = []
    while len(heard) < MOST and not (heard and is_called(heard[-1], name)):
        page.keyboard.press("Tab")
        heard.append(page.evaluate(HEARD))
    assert is_called(heard[-1], name), heard
    return heard


def is_called(heard: str, name: str) -> bool:
    """Is it this name, perhaps with the card it belongs to behind it?"""
    return heard.replace("\xa0", " ").partition(": ")[0] == name


def test_keys_alone_lead_from_the_filters_to_a_table_and_its_file(
    browser: Browser, site: str
) -> None:
    with reading(browser) as page:
        opened(page, f"{site}/teams?district=002")
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=SLOW)
        steps = tabbed(page, translate("take.button", "vi"))
        charts = page.get_by_role("figure").evaluate_all("e => e.map(c => c.ariaLabel)")
        assert charts and charts[0] in steps
        heard = " ".join(steps)
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


def test_headings_names_and_rings_tell_where_one_is(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        opened(page, f"{site}/activities")
        for view in ("activities", "teams"):
            turned(page, f"{site}/{view}")
            levels = page.evaluate(LEVELS)
            assert levels[0] == 1 and set(levels) <= {1, 2, 3}
            assert all(then <= before + 1 for before, then in pairwise(levels)), levels
        buttons = page.get_by_role("button").evaluate_all(NAMES)
        named = [name for name in buttons if name.startswith(translate("take.button", "vi"))]
        assert len(named) > 1 and len(set(named)) == len(named), named
        link = page.get_by_test_id("stSidebarNavLink").nth(3)
        page.get_by_test_id("stSidebarNavLink").nth(2).focus()
        page.keyboard.press("Tab")
        settle_motion(page)
        assert link.evaluate(RING) == ["solid", "2px", "rgb(15, 94, 110)"]


def test_forced_colours_show_what_is_chosen(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        page.emulate_media(forced_colors="active")
        opened(page, f"{site}/submit")
        chosen, other = (
            page.locator(f'[role="radio"][aria-checked="{is_chosen}"]').first.evaluate(
                "e => getComputedStyle(e).backgroundColor"
            )
            for is_chosen in ("true", "false")
        )
        assert chosen != other


def test_nothing_moves_for_who_asked_for_rest(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        page.emulate_media(reduced_motion="reduce")
        opened(page, site)
        moving = "[...document.querySelectorAll('*')].map(e => getComputedStyle(e))"
        times = f"{moving}.flatMap(s => [s.transitionDuration, s.animationDuration])"
        longest = f"Math.max(...{times}.map(parseFloat))"
        assert page.evaluate(longest) <= 0.001
