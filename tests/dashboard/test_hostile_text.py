"""What officers type is shown on the page letter by letter, and never obeyed there."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from streamlit.testing.v1 import AppTest

from pipelines import settings
from pipelines.intake.ingest import preview_files
from pipelines.intake.templates.layout import form_fields
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.i18n import translate
from pipelines.present.panels import submissions
from tests.dashboard.browser_pages import SLOW, opened, reading, settled
from tests.dashboard.components.test_upload_form import XLSX, Reader, dropped, form
from tests.dashboard.conftest import served
from tests.hostile_texts import PAGES
from tests.present.format.test_escape_markdown import visible

#: NOTE: a file with somebody's address in it is refused whole, its texts unseen.
TYPED = [text for text in PAGES if "@" not in text]
NAME = "[5](https:evil) # five $x$ :smile:.xlsx"
#: What nothing that an officer types may become.
MADE = (
    "a[href], h1, h2, h3, h5, h6, img, .katex, ul, ol, pre, code, blockquote, hr, del, em, strong, "
    "script, input"
)


@pytest.fixture(scope="module")
def typed() -> bytes:
    """A return whose cells hold the texts that a page might obey."""
    codes = [field.code for field in form_fields("A")]
    return form(**dict(zip(codes, TYPED, strict=False)))


def found(data: bytes, home: Path) -> list[str]:
    """What officers' cells hold, as the page's table is to show it."""
    outcome = preview_files([(NAME, data)], settings.load_settings(home))[0]
    table, left = submissions.correction_table(outcome, "vi", 100)
    assert left == 0
    return table[translate("submit.column.found", "vi")].to_list()


def test_every_text_is_escaped_for_the_page(reader: Reader, tmp_path: Path, typed: bytes) -> None:
    page: AppTest = dropped(reader(tmp_path, "submit"), (NAME, typed))
    cells = page.table[0].value[escape_markdown(translate("submit.column.found", "vi"))].to_list()
    expected = found(typed, tmp_path)
    assert not page.exception
    assert cells == [escape_markdown(text) for text in expected]
    assert len({text for text in expected if text in TYPED}) >= 20
    assert any(escape_markdown(NAME) in str(element.value) for element in page.markdown)


def test_a_browser_shows_the_texts_and_makes_nothing_of_them(
    tmp_path: Path, browser: Browser, typed: bytes
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(home) as address, reading(browser, charts=False) as page:
        opened(page, f"{address}/submit")
        page.locator("input[type=file]").set_input_files(
            {"name": NAME, "mimeType": XLSX, "buffer": typed}
        )
        tables = page.get_by_test_id("stTable")
        expect(tables.first).to_be_visible(timeout=SLOW)
        settled(page)
        table = tables.first
        heads = [head.strip() for head in table.locator("th").all_inner_texts()]
        column = heads.index(translate("submit.column.found", "vi"))
        rows = table.locator("tbody tr").all()
        shown = [row.locator("td, th").nth(column).inner_text() for row in rows]
        assert table.locator(MADE).count() == 0
        assert table.locator("[role=img], [style*=color]").count() == 0
        assert [" ".join(text.split()) for text in shown] == [
            visible(text) for text in found(typed, home)
        ]
        title = page.locator("h4", has_text="five")
        assert "[5](https:evil) # five $x$ :smile:.xlsx" in title.first.inner_text()
        assert title.locator("a[href], img, .katex").count() == 0
