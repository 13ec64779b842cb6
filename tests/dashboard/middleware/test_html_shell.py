"""Streamlit's page rewritten: its language, its English words, our files; figures stay."""

import io
from pathlib import Path
from urllib.request import urlopen

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from dashboard.middleware.html_shell import KINDS, adapt_page
from pipelines.present.i18n import translate
from pipelines.store.state_db import StateDatabase
from tests.dashboard.browser_pages import (
    DESK,
    SLOW,
    Tab,
    metrics,
    open_menu,
    reading,
    turned,
)

SHELL = '<!DOCTYPE html><html lang="en"><head></head><body></body></html>'


def test_the_page_says_which_language_it_speaks() -> None:
    assert '<html lang="vi">' in adapt_page(SHELL, "vi")
    assert '<html lang="en">' in adapt_page(SHELL, "en")


@pytest.mark.parametrize(("path", "kind"), [(name, kind) for name, kind in KINDS.items()])
def test_our_files_come_from_our_own_server(site: str, path: str, kind: str) -> None:
    assert urlopen(f"{site}/index/{path}").headers["Content-Type"].startswith(kind)


def test_the_workbook_of_a_page_holds_the_figures_of_the_page(
    tab: Tab, site: str, city_home: Path
) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/teams?period=2022-Y")
    shown = [float(text.replace(".", "").replace(",", ".")) for text in metrics(page)[:4]]
    workbook = page.get_by_role("button", name=translate("take.workbook", "vi"))
    open_menu(page, translate("take.page", "vi"), workbook)
    with page.expect_download(timeout=SLOW) as waited:
        workbook.click()
    book = load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()))
    named = [sheet for sheet in book if translate("take.headlines", "vi") in sheet.title]
    assert [row[1].value for row in named[0].iter_rows(min_row=4, max_row=7)] == shown
    assert {
        translate("take.cover", "vi"),
        translate("take.meanings", "vi"),
        translate("take.coverage", "vi"),
    } <= set(book.sheetnames)
    events = [e for e in StateDatabase(city_home).list_events() if e.what == "export"]
    assert events[-1].objects[:3] == ("page", "teams", "teams")


def test_a_link_kept_over_a_sign_in_leads_to_no_other_machine(browser: Browser, site: str) -> None:
    with reading(browser) as page:
        page.goto(f"{site}/index/page.js")
        page.evaluate(
            "sessionStorage.setItem('caunoi-way',"
            " JSON.stringify(['//elsewhere.example/x', Date.now()]))"
        )
        page.goto(f"{site}/")
        expect(page).to_have_url(f"{site}//elsewhere.example/x", timeout=SLOW)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_becomes_a_picture_on_white(tab: Tab, site: str, theme: str) -> None:
    page = tab(DESK, theme)
    turned(page, f"{site}/teams?period=2022-Y")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
    page.get_by_text(translate("take.button", "vi"), exact=True).first.click()
    taken = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download(timeout=SLOW) as waited:
            page.get_by_role("link", name=kind).first.click()
        taken[kind] = Path(waited.value.path()).read_bytes()
    assert taken["PNG"].startswith(b"\x89PNG")
    drawing = taken["SVG"].decode()
    assert 'fill="#FFFFFF"' in drawing
    assert "rgb(230, 233, 231)" not in drawing
    assert "Nguồn" in drawing and "@font-face" in drawing


def test_a_chart_that_belongs_to_one_choice_becomes_a_picture_too(tab: Tab, site: str) -> None:
    page = tab(DESK, "light")
    turned(page, f"{site}/place?period=2022-Y&district=002")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SLOW)
    page.get_by_text(translate("take.button", "vi"), exact=True).first.click()
    with page.expect_download(timeout=SLOW) as waited:
        page.get_by_role("link", name="SVG").first.click()
    name = waited.value.suggested_filename
    assert name.startswith("cau-noi_trinh-dien_place_")
    assert name.endswith(("_2022-Y_quan-hoan-kiem.svg", "_2022-Y_hoan-kiem.svg"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tables_are_written_out_for_paper_and_drawn_again_after(
    tab: Tab, site: str, theme: str
) -> None:
    page = tab(DESK, theme)
    turned(page, f"{site}/compare?period=2022-Y")
    expect(page.locator("[data-testid=stDataFrame] canvas table td").first).to_be_attached(
        timeout=SLOW
    )
    page.evaluate("() => { window.dispatchEvent(new Event('beforeprint')) }")
    written = page.locator("table.written")
    expect(written.first.locator("td").nth(1)).not_to_be_empty()
    assert page.locator("[data-testid=stDataFrame]:visible").count() == 0
    page.evaluate("() => { window.dispatchEvent(new Event('afterprint')) }")
    expect(written).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
