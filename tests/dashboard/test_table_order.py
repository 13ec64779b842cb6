"""Tables sort numbers, shares, periods and days by value, names in Vietnamese order."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.catalog import Language
from pipelines.output.spreadsheet import parse_displayed_number
from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import (
    DESK,
    SLOW,
    VIEWS,
    open_context,
    settled,
    telling,
    turned,
)
from tests.dashboard.conftest import served
from tests.dashboard.grids import REMEMBER_HEADS, SortedColumn, sorted_columns

#: The browser speaks the language the page does not.
OTHER: dict[Language, str] = {"vi": "en-US", "en": "vi-VN"}
#: Pages without a grid: their tables are prose, or come after a file was sent.
BARE = {"definitions", "manual", "reports", "submit", "system"}
#: A place shows its tables once it is chosen.
PLACES = ("place?district=020", "place?district=020&ward=00640")
#: Pages with every kind of table, and the heads clicked on each; CAUNOI_FULL=1 walks every head of
#: each page in both languages.
SHORT: list[tuple[str, Language]] = [("quality", "vi"), ("teams", "en")]
SHORT_HEADS = 8
FULL: list[tuple[str, Language]] = [
    (at, language) for at in (*VIEWS, *PLACES) for language in OTHER
]
WALKED = FULL if os.environ.get("CAUNOI_FULL") else SHORT
NOTHINGS = ("", "*", "n/a", "–")
LOW = -1e12
#: Cells as the pages write them, from the low end to the high one.
ROWS: list[tuple[Language, str]] = [
    ("vi", "* | n/a | – | −3,2 | 0 | không đổi | +2 | 5 | 10,00 | 21 | 163 | 1.244 | 4.386"),
    ("en", "* | n/a | – | −3.2 | 0 | no change | +2 | 5 | 10.00 | 21 | 163 | 1,244 | 4,386"),
    ("vi", "– | 9,5 % | 44,0 % | 3 trên 4 | 100,0 %"),
    ("en", "– | 9.5% | 44.0% | 3 of 4 | 100.0%"),
    ("vi", "46.812 | trên 338.296 | 60 triệu | +436 triệu | trên 1 tỷ đồng | 1,44 tỷ"),
    ("en", "about 12 | 46,812 | 60 m | over 1 billion đồng | 1.44 bn"),
    ("vi", "2020 | I/21 | quý II/2021 | 6 tháng cuối năm 2021 | IV/21 | 2022–2023 | quý III/2022"),
    ("en", "2020 | Q1 21 | Q2 2021 | second half of 2021 | Q4 21 | 2022–2023 | Q3 2022"),
    ("vi", "08/2005 | 01/01–31/03/2018 | 02/03/2021 | 31/12/2022 | 20/03/2024"),
    ("en", "Aug 2005 | 2 Mar 2021 | 31 Dec 2022 | 30 Nov 2026 08:31:09 | 30 Nov 2026 09:31:07"),
    ("vi", "1 | 3–4 | 9–10 | 10–13 | 21"),
    ("vi", "14/15 | 29/31 | 12 / 3 | 6.866 / 110 | ✓"),
    (
        "vi",
        "An Khánh | Âu Cơ | Ba Đình | Ba Vì | Cầu Giấy | Chương Mỹ | Dương Nội | "
        "Đan Phượng | Đông Anh | Ứng Hòa",
    ),
    ("en", "F2 | F10 | W5.1 | W70.1 | X08: unusual"),
]
ORDERED = """async ([cells, language]) => {
  const { compareCells } = await import("/index/table_order.js");
  return cells.sort((a, b) => compareCells(a, b, language));
}"""


@pytest.fixture(scope="module")
def demo_site(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served from a copy."""
    home = tmp_path_factory.mktemp("demo") / "home"
    shutil.copytree(demo_home, home)
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[dict[Language, Page]]:
    """A page for each language, in a browser that speaks the other one."""
    with ExitStack() as stack:
        yield {
            language: stack.enter_context(without_charts(browser, locale))
            for language, locale in OTHER.items()
        }


@contextmanager
def without_charts(browser: Browser, locale: str) -> Iterator[Page]:
    """A page that draws no charts: no table needs one."""
    with open_context(browser, charts=False, locale=locale, viewport=DESK) as context:
        page = context.new_page()
        page.add_init_script(REMEMBER_HEADS)
        yield page


@pytest.mark.parametrize(("at", "language"), WALKED)
def test_a_click_on_a_head_sorts_every_figure_of_a_page(
    pages: dict[Language, Page], demo_site: str, at: str, language: Language
) -> None:
    page = pages[language]
    address = "" if at == "overview" else at
    with telling(page):
        turned(page, f"{demo_site}/{address}{'&' if '?' in at else '?'}lang={language}")
        every = columns(page, language)
        walked = every if os.environ.get("CAUNOI_FULL") else islice(every, SHORT_HEADS)
        found = [stands_in_order(column, language) for column in walked]
    assert any(found) == (at not in BARE)


@pytest.mark.parametrize("locale", OTHER.values())
def test_cells_stand_by_what_they_say_whatever_the_browser_speaks(
    browser: Browser, site: str, locale: str
) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.route("**/static/**", lambda route: route.abort())
    page.goto(f"{site}/")
    for language, row in ROWS:
        cells = row.replace(" %", "\u00a0%").split(" | ")
        mixed = sorted(cells, key=lambda cell: cell[::-1])
        assert page.evaluate(ORDERED, [mixed, language]) == cells
    context.close()


def ran(page: Page) -> None:
    """Waits until a run is over and everything has its place."""
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SLOW)
    settled(page)


def columns(page: Page, language: Language) -> Iterator[SortedColumn]:
    """Every column of every grid on the page, those behind a card's button too."""
    for grid in page.get_by_test_id("stMain").get_by_test_id("stDataFrame").all():
        yield from sorted_columns(page, grid)
    for button in page.get_by_role("button", name=translate("take.button", language)).all():
        button.click()
        grids = page.get_by_test_id("stPopoverBody").get_by_test_id("stDataFrame")
        expect(grids.first.locator("canvas table")).to_be_attached(timeout=SLOW)
        ran(page)
        for grid in grids.all():
            yield from sorted_columns(page, grid)
        page.keyboard.press("Escape")
        expect(grids).to_have_count(0)


def stands_in_order(column: SortedColumn, language: Language) -> bool:
    """Is this a column of figures? Then its signs of nothing are low, and the rest by value."""
    up = [value(cell, language) for cell in column.up]
    down = [value(cell, language) for cell in column.down]
    known = [v for v in up + down if v is not None]
    if len(known) < len(up) + len(down) or max(known) < 0:
        return False
    assert up == sorted(up) and down == sorted(down, reverse=True), column
    assert up[0] == min(known) and down[0] == max(known), column
    return True


def value(cell: str, language: Language) -> float | None:
    """A cell's number or day; a sign of nothing is less than all; None for words."""
    if cell in NOTHINGS:
        return LOW + NOTHINGS.index(cell)
    try:
        return datetime.strptime(cell, "%d/%m/%Y" if language == "vi" else "%d %b %Y").timestamp()
    except ValueError:
        found = parse_displayed_number(cell, language)
        return float(found.plain.rstrip("%")) if found else None
