"""Pages in a real browser: languages, widths, themes, filters, links, menu and numbers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipelines import kpi, settings
from pipelines.present.i18n import translate
from tests.dashboard.browser_pages import (
    DESK,
    SLOW,
    Tab,
    choose,
    click_mark,
    click_row,
    metrics,
    reading,
    settled,
    settled_at,
    turned,
)


def test_filtering_by_district_and_ward_changes_the_figures_and_the_link(
    tab: Tab, site: str
) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/teams")
    choose(page, "Quận, huyện", "Hoàn Kiếm")
    expect(page).to_have_url(f"{site}/teams?district=002", timeout=SLOW)
    choose(page, "Xã, phường", "Hàng Buồm")
    expect(page).to_have_url(f"{site}/teams?district=002&ward=00046", timeout=SLOW)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1", timeout=SLOW)


def test_a_shared_link_opens_the_same_view_in_the_other_language(tab: Tab, site: str) -> None:
    link = "district=002&ward=00046,00058&period=2022-Y&kpi=T06"
    page = tab(DESK, "light")
    vietnamese = metrics(turned(page, f"{site}/teams?{link}"))
    english = metrics(turned(page, f"{site}/teams?{link}&lang=en"))
    assert [m.replace(",", ".") for m in vietnamese] == english
    expect(page.get_by_text("Lý Thái Tổ").first).to_be_visible()


def test_the_menu_keeps_the_choice_and_back_goes_back(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/?district=002")
    page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
    expect(page).to_have_url(f"{site}/teams?district=002", timeout=SLOW)
    page.get_by_role("link", name=translate("menu.points", "vi")).first.click()
    expect(page).to_have_url(f"{site}/points?district=002", timeout=SLOW)


def test_a_changed_language_changes_every_word_of_the_menu(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("link", name=translate("menu.quality", "en")).first).to_be_visible(
        timeout=SLOW
    )
    assert page.get_by_text(translate("menu.quality", "vi")).count() == 0


def test_the_numbers_on_the_page_are_the_figures(tab: Tab, site: str, city_home: Path) -> None:
    with kpi.open_store(settings.load_settings(city_home)) as store:
        found = kpi.figures(["T01", "T03", "T06", "O04"], (), "2022-Y", ["002"], store=store)[
            "value"
        ].to_list()
    page = tab(DESK, "light")
    shown = metrics(turned(page, f"{site}/teams?lang=en&district=002&period=2022-Y"))
    assert [float(text) for text in shown[:4]] == pytest.approx(found, abs=0.005)


def test_our_fault_is_said_in_words_with_a_code(browser: Browser, broken_site: str) -> None:
    with reading(browser) as page:
        page.goto(f"{broken_site}/?lang=en")
        told = page.get_by_test_id("stAlert").first
        expect(told).to_contain_text("send the code", timeout=SLOW)
        assert "duckdb" not in told.inner_text()
        assert page.get_by_test_id("stException").count() == 0


def test_one_reader_s_way_through_the_pages(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/clients?period=2022-Y")
    choose(page, "Quận, huyện", "Long Biên")
    expect(page).to_have_url(f"{site}/clients?period=2022-Y&district=004", timeout=SLOW)
    page.get_by_role("link", name=translate("menu.referrals", "vi")).first.click()
    expect(page).to_have_url(f"{site}/referrals?period=2022-Y&district=004", timeout=SLOW)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_text("Long Biên · 2022").first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name=translate("filter.reset", "en")).click()
    expect(page.get_by_text("Whole city · 2021").first).to_be_visible(timeout=SLOW)
    expect(page).to_have_url(f"{site}/referrals?lang=en", timeout=SLOW)


def test_a_chart_changes_its_colours_with_the_theme(tab: Tab, site: str) -> None:
    """One figure serves both: the browser puts the theme's colours in."""
    accents = {"light": "rgb(15, 94, 110)", "dark": "rgb(99, 191, 203)"}
    for theme, accent in accents.items():
        page = turned(tab(DESK, theme), f"{site}/referrals?lang=en")
        bars = page.locator(".barlayer .point path")
        expect(bars.first).to_be_attached(timeout=SLOW)
        fills = set(bars.evaluate_all("all => all.map(e => getComputedStyle(e).fill)"))
        assert fills & set(accents.values()) <= {accent}
        assert not {f for f in fills if f.startswith("rgb(0, 0, ")}


def test_the_theme_is_ours_wherever_the_server_was_started(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, site)
    title = page.get_by_role("heading", level=1).evaluate("e => getComputedStyle(e).fontFamily")
    assert "Source Serif" in title


def test_a_click_on_the_map_opens_the_ward_and_back_closes_it(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/?kpi=T06")
    square = page.locator(".js-plotly-plot .barlayer .point path")
    expect(square.first).to_be_attached(timeout=SLOW)
    settled(page)
    click_mark(page, square.first)
    expect(page).to_have_url(re.compile(r"ward=\d{5}"), timeout=SLOW)
    settled(page)
    page.go_back()
    settled_at(page, f"{site}/?kpi=T06")
    expect(page.get_by_role("button", name=translate("filter.city", "vi"))).to_have_count(0)


def test_each_choice_is_one_step_of_the_way_back(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    start = f"{site}/?period=2022-Y&district=002&ward=00046"
    turned(page, start)
    page.get_by_role("button", name="Hoàn Kiếm", exact=True).click()
    settled_at(page, f"{site}/?period=2022-Y&district=002")
    page.get_by_role("button", name=translate("filter.reset", "vi")).click()
    settled_at(page, f"{site}/")
    page.get_by_role("link", name=translate("menu.teams", "vi")).first.click()
    settled_at(page, f"{site}/teams")
    city, district = f"{site}/", f"{site}/?period=2022-Y&district=002"
    for address, place in (
        (city, "Toàn thành phố"),
        (district, "Hoàn Kiếm"),
        (start, "Hàng Buồm"),
    ):
        page.go_back()
        expect(page).to_have_url(address, timeout=SLOW)
        expect(page.get_by_test_id("stMain").locator("strong").first).to_have_text(
            place, timeout=SLOW
        )
        settled(page)


def test_the_focus_is_not_lost_with_the_button_that_had_it(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/?district=002&ward=00046")
    page.get_by_role("button", name="Hoàn Kiếm", exact=True).focus()
    page.keyboard.press("Enter")
    settled_at(page, f"{site}/?district=002")
    expect(page.get_by_role("heading", level=1)).to_be_focused(timeout=SLOW)


def test_a_dot_of_the_funnel_and_a_row_of_the_ranks_open_their_place(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    start = f"{site}/compare?district=002,004&kpi=V04&period=2022-Y"
    turned(page, start)
    dot = page.locator(".js-plotly-plot").first.locator(".scatterlayer .point")
    expect(dot.first).to_be_attached(timeout=SLOW)
    settled(page)
    click_mark(page, dot.first)
    expect(page).to_have_url(re.compile(r"ward=\d{5}"), timeout=SLOW)
    turned(page, start)
    click_row(page, page.get_by_test_id("stDataFrame").last)
    expect(page).to_have_url(re.compile(r"ward=\d{5}"), timeout=SLOW)
