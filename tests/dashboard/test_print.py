"""Printed pages in a real browser: light in any theme, as wide as a sheet, no row cut."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.dashboard.browser_pages import DESK, SLOW, VIEWS, Tab, reading, turned
from tests.long_form import FULL

#: Pixels between the margins of A4 landscape.
WIDE, TALL = 1048, 711
#: What a sheet shows, in pixels of paper: the ground, the words, every row's right edge, the height
#: of those that stay whole; a table alone goes on over the sheets.
SHOWN = """() => {
  window.dispatchEvent(new Event("beforeprint"));
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  const blocks = main.querySelectorAll(':scope > [data-testid="stVerticalBlock"] > *');
  const rows = [...blocks].filter(r => r.offsetHeight);
  const table = '[data-testid="stTable"], table.written';
  const goesOn = r => r.querySelector(table) && !r.querySelector('[data-testid="stColumn"]');
  const whole = rows.filter(r => !goesOn(r));
  const drawn = ".js-plotly-plot .annotation-text, .js-plotly-plot .xtick text";
  const words = main.querySelectorAll(`h1, h4, ${drawn}`);
  const inks = [...words].map(e => getComputedStyle(e));
  return {
    ground: getComputedStyle(document.querySelector(".stApp")).backgroundColor,
    inks: [...new Set(inks.map(i => i.fill === "rgb(0, 0, 0)" ? i.color : i.fill))],
    right: Math.max(...rows.map(r => r.getBoundingClientRect().right)) -
      main.getBoundingClientRect().left,
    tallest: Math.max(...whole.map(r => r.getBoundingClientRect().height)),
  };
}"""


#: A page of charts and one of tables; CAUNOI_FULL=1 prints all.
PRINTED = sorted({*VIEWS} - {"overview"}) if FULL else ["clients", "worklist"]
PRINT_ENDED = "() => window.dispatchEvent(new Event('afterprint'))"


def drawn(page: Page, address: str) -> Page:
    page.emulate_media(media="screen")
    turned(page, address)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("view", PRINTED)
def test_a_dark_page_is_printed_light_and_whole(tab: Tab, site: str, view: str) -> None:
    page = tab(DESK, "dark")
    shown = drawn(page, f"{site}/{view}").evaluate(SHOWN)
    page.evaluate(PRINT_ENDED)
    assert shown["ground"] == "rgb(255, 255, 255)"
    assert all(brightness(ink) < 160 for ink in shown["inks"]), shown["inks"]
    assert shown["right"] <= WIDE and shown["tallest"] <= TALL


def brightness(ink: str) -> float:
    red, green, blue = (int(n) for n in re.findall(r"\d+", ink)[:3])
    return 0.3 * red + 0.6 * green + 0.1 * blue


def sheets_of(page: Page) -> list[str]:
    """The words of each sheet, as the browser's own dialog would print them."""
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    return [sheet.extract_text() for sheet in printed.pages]


def test_paper_has_every_row_and_its_heads_on_every_sheet(tab: Tab, site: str) -> None:
    page = turned(tab(DESK, "light"), f"{site}/published")
    sheets = sheets_of(page)
    rows = [set(re.findall(r"^F\d\d", sheet, re.MULTILINE)) for sheet in sheets]
    assert set().union(*rows) == {f"F{number:02}" for number in range(1, 53)}
    headed = [sheet for sheet, found in zip(sheets, rows, strict=True) if len(found) > 1]
    assert len(headed) > 2 and all(re.search("Mã (Kết quả )?Nội dung", sheet) for sheet in headed)


def test_paper_says_how_many_rows_are_left_out(tab: Tab, site: str) -> None:
    page = turned(tab(DESK, "light"), f"{site}/quality")
    page.locator(".paper-rows").first.evaluate("given => { given.dataset.left = 1234 }")
    words = " ".join("".join(sheets_of(page)).split())
    assert "Còn 1.234 dòng không in ở đây" in words
    assert len(re.findall(r"Mẫu B", words)) >= 11


def test_five_chapters_fill_their_sheets(tab: Tab, site: str) -> None:
    assert len(sheets_of(turned(tab(DESK, "light"), f"{site}/activities"))) <= 3


def test_after_printing_the_page_is_dark_again(tab: Tab, site: str) -> None:
    page = tab(DESK, "dark")
    drawn(page, f"{site}/teams").evaluate(SHOWN)
    page.evaluate(PRINT_ENDED)
    ground = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.locator("html.paper").count() == 0
    assert page.evaluate(ground) == "rgb(18, 24, 26)"


def test_the_form_for_paper_writes_tables_out(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        # NOTE: a browser without a window prints one thing at a time, and the page itself asks for
        # its dialog.
        page.add_init_script(
            "window.print = () => { document.documentElement.dataset.dialog = 'asked'; }"
        )
        drawn(page, f"{site}/published?print=1&embed=true")
        expect(page.locator("html[data-dialog]")).to_be_attached(timeout=SLOW)
        expect(page.locator("table.written").first).to_be_attached(timeout=SLOW)
        assert page.get_by_test_id("stDataFrame").count() == 0
        sheets = re.findall(
            rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", page.pdf(prefer_css_page_size=True)
        )
        assert sheets and {(int(w), int(h)) for w, h in sheets} <= {
            (841, 594),
            (842, 595),
            (841, 595),
            (842, 594),
        }
