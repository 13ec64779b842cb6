"""Take the manual's pictures of our own templates and pages: `python .ci/pictures.py HOME`.

HOME is a home with the demonstration; it is copied, never written. Pictures go to
docs/manual/pictures. A workbook is drawn by the browser from its cells, fills and widths.
"""

import base64
import html
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect, sync_playwright

from pipelines import settings
from pipelines.intake.feedback import write_marked_copy
from pipelines.intake.ingest import preview_files
from pipelines.intake.prior_returns import load_previous_values
from pipelines.intake.templates import write_form
from pipelines.output.report.rasterise import FONTS
from pipelines.privacy.scope import CITY
from pipelines.store.ledger import Ledger
from tests.dashboard.browser_pages import SLOW, opened, settled
from tests.dashboard.conftest import served

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "manual" / "pictures"
#: The team of Tân Triều, Thanh Trì, in the quarter after the demonstration's last.
UNIT, QUARTER = "D-00643", "2024-Q1"
#: By how much the quarter differs from the one before; two equal returns are asked about.
MORE = {"a20": 3, "a21": 8, "a23": 6, "a24": 1, "a31": 2, "a32": 2, "a50": 1, "a13": 0}
WIDTH = 1180
FONT = base64.b64encode((FONTS / "CauNoiSans-Regular.ttf").read_bytes()).decode()
FACE = f"@font-face{{font-family:Sheet;src:url(data:font/ttf;base64,{FONT})}}"
#: Characters of a text that its own cell cannot hold.
LONG = 30
CELL = "border:1px solid #DCE2E1;padding:3px 6px;vertical-align:top;"
#: The nearest frame around a heading: the card it stands in.
FIND_CARD = """heading => {
  let box = heading;
  while (box && parseFloat(getComputedStyle(box).borderTopWidth) === 0) box = box.parentElement;
  const r = box.getBoundingClientRect();
  return {x: r.x - 6, y: r.y + scrollY - 6, width: r.width + 12, height: r.height + 12};
}"""


def fill_form(home: Path, spoil: bool) -> bytes:
    """Return the form of one team, filled like the quarter before; spoilt in two cells if asked."""
    chosen = settings.load_settings(home)
    before = load_previous_values(Ledger(home), [UNIT], QUARTER)[UNIT]
    values = {**before, "a01": before["a04"], "a02": 0, "a03": 0, "a34y": before["a34"]}
    for code, more in MORE.items():
        values[code] += more
    content = BytesIO()
    write_form(content, "A", UNIT, QUARTER, previous=before, values=values, settings=chosen)
    if not spoil:
        return content.getvalue()
    book = load_workbook(content)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        if row[0].value == "a04":
            row[4].value = (row[4].value or 0) + 2
        if row[0].value == "a12":
            row[4].value = "không"
    spoilt = BytesIO()
    book.save(spoilt)
    return spoilt.getvalue()


def write_blank(home: Path) -> bytes:
    before = load_previous_values(Ledger(home), [UNIT], QUARTER)[UNIT]
    content = BytesIO()
    chosen = settings.load_settings(home)
    write_form(content, "A", UNIT, QUARTER, previous=before, settings=chosen)
    return content.getvalue()


def draw_sheet(sheet: Worksheet, rows: int, columns: int) -> str:
    """Return the first rows and columns of a sheet as a page."""
    merged = {str(each).split(":")[0]: each for each in sheet.merged_cells.ranges}
    lines = ['<tr><td style="background:#F5F7F6;border:1px solid #DCE2E1"></td>']
    for number in range(1, columns + 1):
        letter = sheet.cell(1, number).column_letter
        width = int(7 * (sheet.column_dimensions[letter].width or 9))
        lines.append(f'<th style="width:{width}px;background:#F5F7F6;{CELL}">{letter}</th>')
    lines.append("</tr>")
    for row in range(1, rows + 1):
        if sheet.row_dimensions[row].hidden:
            continue
        lines.append(f'<tr><th style="background:#F5F7F6;{CELL}">{row}</th>')
        skip = 0
        for number in range(1, columns + 1):
            if skip:
                skip -= 1
                continue
            cell = sheet.cell(row, number)
            span = merged.get(cell.coordinate)
            skip = span.size["columns"] - 1 if span else count_overflow(sheet, row, number, columns)
            fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
            colour = f"background:#{fill[-6:]};" if isinstance(fill, str) else ""
            weight = "font-weight:600;" if cell.font.b else ""
            ink = cell.font.color.rgb if cell.font.color else None
            weight += f"color:#{ink[-6:]};" if isinstance(ink, str) else ""
            side = "text-align:right;" if isinstance(cell.value, int) else ""
            text = "" if cell.value is None else html.escape(str(cell.value))
            lines.append(
                f'<td colspan="{skip + 1}" style="{CELL}{colour}{weight}{side}">{text}</td>'
            )
        lines.append("</tr>")
    style = "border-collapse:collapse;font:14px Sheet;color:#1C2526"
    head = f'<meta charset="utf-8"><style>{FACE}</style>'
    return f'{head}<table style="{style}">{"".join(lines)}</table>'


def count_overflow(sheet: Worksheet, row: int, number: int, columns: int) -> int:
    """Return how many empty cells a text that does not wrap runs over; heads of a sheet do."""
    cell = sheet.cell(row, number)
    if not isinstance(cell.value, str) or len(cell.value) < LONG or cell.alignment.wrap_text:
        return 0
    free = 0
    while number + free < columns and sheet.cell(row, number + free + 1).value is None:
        free += 1
    return free


def take_sheet(page: Page, content: bytes, name: str, rows: int, *, sheet: int = 0) -> None:
    book = load_workbook(BytesIO(content))
    page.set_content(draw_sheet(book.worksheets[sheet], rows, 7))
    page.locator("table").screenshot(path=PICTURES / name)


def take_card(page: Page, text: str, name: str) -> None:
    """Take the card that holds a text."""
    heading = page.get_by_text(text, exact=False).first
    expect(heading).to_be_visible(timeout=SLOW)
    settled(page)
    heading.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    clip = heading.evaluate(FIND_CARD.replace("+ scrollY", ""))
    page.screenshot(path=PICTURES / name, clip=clip)


@contextmanager
def open_browser() -> Iterator[Page]:
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": 1500}, reduced_motion="reduce", locale="vi-VN"
        )
        page.set_default_timeout(SLOW)
        yield page
        browser.close()


def take_submission(page: Page, address: str, good: bytes, bad: bytes) -> None:
    """Take the way of a return: blank form, a file with faults, a good one, its receipt."""
    opened(page, f"{address}/submit")
    take_card(page, "Tải mẫu trống", "submit-blank.png")
    take_card(page, "1. Chọn tệp báo cáo", "submit-drop.png")
    drop(page, "MauA_TanTrieu_2024Q1.xlsx", bad)
    take_card(page, "MauA_TanTrieu_2024Q1.xlsx:", "submit-fix.png")
    opened(page, f"{address}/submit")
    drop(page, "MauA_TanTrieu_2024Q1.xlsx", good)
    take_card(page, "2. Xem lại và nộp", "submit-send.png")
    page.get_by_role("button", name="Nộp 1 tệp").click()
    take_card(page, "Đã nhận 1 tệp", "submit-receipt.png")


def drop(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_text("2. Xem lại và nộp")).to_be_visible(timeout=SLOW)
    settled(page)


def main(source: Path) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, open_browser() as page:
        home = Path(folder) / "home"
        shutil.copytree(source, home)
        good, bad = fill_form(home, spoil=False), fill_form(home, spoil=True)
        take_sheet(page, write_blank(home), "form-blank.png", 24)
        take_sheet(page, good, "form-filled.png", 24)
        chosen = settings.load_settings(home)
        found = preview_files([("MauA.xlsx", bad)], chosen, scope=CITY)[0]
        marked = BytesIO()
        write_marked_copy(marked, found.ret, found.issues, settings=chosen)
        take_sheet(page, marked.getvalue(), "form-marked.png", 24, sheet=1)
        take_sheet(page, marked.getvalue(), "form-fixes.png", 12)
        with served(home) as address:
            take_submission(page, address, good, bad)
            opened(page, f"{address}/?period=2023-Y")
            page.screenshot(path=PICTURES / "overview.png", clip=top(560))


def top(height: int) -> dict[str, float]:
    return {"x": 0, "y": 0, "width": WIDTH, "height": height}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
