"""The briefing page opens from a disk without a network, in its own letters, and runs no script."""

from pathlib import Path

from playwright.sync_api import Browser

from pipelines import kpi, settings
from pipelines.output.report import compose_report, render_report
from tests.dashboard.browser_pages import open_context

LETTERS = "Ẫ ự Ỹ Đ ơ ặ"


def test_the_page_asks_nobody_and_shows_vietnamese_in_its_own_letters(
    browser: Browser, city_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    with kpi.open_store(settings.load_settings(city_home)) as store:
        file.write_bytes(render_report(compose_report(store, "2022-Y"), "html"))
    asked: list[str] = []
    refused: list[str] = []
    with open_context(browser) as context:
        page = context.new_page()
        page.on("request", lambda r: asked.append(r.url) if not r.url.startswith("data:") else None)
        page.on("console", lambda m: refused.append(m.text))
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        assert asked == [file.as_uri()]
        assert refused == []
        assert page.evaluate(f"document.fonts.check('16px \"Cau Noi Sans\"', '{LETTERS}')")
        assert (
            page.locator("figure svg[role=img]").count() == page.locator("figure table").count() > 2
        )
        assert page.locator("script").count() == 0
