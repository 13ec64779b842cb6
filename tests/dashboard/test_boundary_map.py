"""The map on the department's own boundaries, in a real browser."""

import re
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser_pages import (
    DESK,
    PHONE,
    SLOW,
    click_mark,
    opened,
    point_at,
    reading,
    settled,
    settled_at,
)
from tests.long_form import FULL


def test_the_map_is_drawn_without_leaving_the_machine_and_says_each_number(
    browser: Browser, mapped: str
) -> None:
    with reading(browser) as page:
        errors: list[str] = []
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        opened(page, f"{mapped}/?kpi=T06&period=2022-Y")
        page.get_by_text("Ranh giới", exact=True).click()
        shapes = page.locator(".choroplethlayer path")
        expect(shapes).to_have_count(579, timeout=SLOW)
        settled(page)
        point_at(page, shapes.nth(300))
        assert errors == []


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")][0 if FULL else 1 :])
def test_a_click_on_a_commune_opens_it_and_back_closes_it(
    browser: Browser, mapped: str, size: dict[str, int], theme: str
) -> None:
    with reading(browser, size, theme) as page:
        start = f"{mapped}/?kpi=T06&period=2022-Y"
        opened(page, start)
        page.get_by_text("Ranh giới", exact=True).click()
        shapes = page.locator(".choroplethlayer path")
        for _ in range(2):
            # NOTE: the second time the browser still remembers that this commune was clicked.
            expect(shapes).to_have_count(579, timeout=SLOW)
            settled(page)
            click_mark(page, shapes.nth(300))
            expect(page).to_have_url(re.compile(r"ward=\d{5}(&|$)"), timeout=SLOW)
            expect(shapes).not_to_have_count(579, timeout=SLOW)
            page.go_back()
            settled_at(page, start)


def test_an_address_of_other_boundaries_answers_nothing(mapped: str) -> None:
    with pytest.raises(HTTPError) as said:
        urlopen(f"{mapped}/boundaries/0123456789abcdef.json")
    said.value.close()
    assert said.value.code == 404
