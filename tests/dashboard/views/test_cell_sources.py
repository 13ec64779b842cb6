"""From a number to the cell of a workbook it stands on, in a browser."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.browser_pages import DESK, SLOW, Tab, settled, turned

pytestmark = pytest.mark.slow


def test_a_cell_of_a_workbook_is_three_clicks_from_a_number(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/place?period=2022-Q4&district=002&ward=00046")
    _click_row(page, page.locator("[class*='st-key-profile'] [data-testid=stDataFrame]"), 420)
    page.wait_for_url("**/lineage?**figure=**", timeout=SLOW)
    settled(page)
    _click_row(page, page.locator("[class*='st-key-cells'] [data-testid=stDataFrame]"), 16)
    expect(page.get_by_text("Ô này của ")).to_be_visible(timeout=SLOW)


def _click_row(page: Page, table: Locator, x: int) -> None:
    """Click the first row of a table, `x` pixels from its left."""
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + x, box["y"] + 54)
