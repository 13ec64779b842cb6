"""Texts that somebody types to be obeyed stay texts in every file: HTML, Word, PDF, Excel, CSV."""

import csv
import io
import os
import re
import unicodedata
from dataclasses import replace

import docx
import openpyxl
import polars as pl
import pytest
from lxml import html
from pypdf import PdfReader

from pipelines.output.report import Report, render_report
from pipelines.output.report.document import ReportCell, ReportTable
from pipelines.output.spreadsheet import TableSheet, write_csv, write_workbook
from pipelines.present.format.escaping import (
    escape_document,
    escape_html,
    escape_spreadsheet,
    escape_terminal,
)
from tests.hostile_texts import MANY

#: Long ones are cut in cells and spread in documents: they are looked at elsewhere.
SHORT = tuple(text for text in MANY if len(text) < 200)


def test_there_are_two_hundred_texts() -> None:
    assert len(MANY) >= 200


@pytest.mark.parametrize("escape", [escape_document, escape_spreadsheet, escape_terminal])
def test_nothing_that_is_obeyed_is_left(escape) -> None:  # type: ignore[no-untyped-def]
    for text in MANY:
        left = {letter for letter in escape(text) if unicodedata.category(letter) in ("Cc", "Cs")}
        assert left <= {"\t", "\n"}
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028]", escape(text))


def test_a_page_shows_the_letters_and_makes_nothing_of_them() -> None:
    for text in MANY:
        page = html.fromstring(f'<p title="{escape_html(text)}">{escape_html(text)}</p>')
        expected = escape_document(text.replace("\ue000", "").replace("\ue001", ""))
        read = page.text_content().replace("\ue000", "").replace("\ue001", "")
        assert read == expected and len(page) == 0
        assert set(page.attrib) == {"title"}


def test_a_cell_holds_the_letters_and_runs_nothing() -> None:
    frame = pl.DataFrame({"a": [text.encode(errors="replace").decode() for text in SHORT]})
    rows = list(csv.reader(io.StringIO(write_csv(frame).decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([TableSheet("a", frame)])))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    for row in rows[1:]:
        assert not row[0].startswith(("=", "+", "@", "＝", "\t", "\r")), row
    assert {cell.data_type for cell in cells} <= {"s", "n"} and len(cells) >= len(SHORT) // 2
    assert not any(cell.hyperlink for cell in cells)


def words(text: str) -> str:
    """The letters of a text without blanks, which documents break and join."""
    return re.sub(r"\s|\u2060", "", text)


@pytest.fixture(scope="module")
def hostile(report: Report) -> Report:
    chosen = SHORT if os.environ.get("CAUNOI_FULL") else SHORT[::3]
    return replace(report, opening=tuple(chosen))


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_a_document_prints_every_text(hostile: Report, kind: str) -> None:
    made = render_report(hostile, kind)  # type: ignore[arg-type]
    if kind == "docx":
        printed = [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs]
    else:
        page = html.fromstring(made.decode())
        printed = [paragraph.text_content() for paragraph in page.iter("p")]
        assert not list(page.iter("script")) and not page.xpath("//@onload")
    found = set(map(words, printed))
    missing = [text for text in hostile.opening if words(escape_document(text)) not in found]
    assert [text for text in missing if "\ue000" not in text] == []


def test_a_pdf_is_made_of_every_text(hostile: Report) -> None:
    pages = PdfReader(io.BytesIO(render_report(hostile, "pdf"))).pages
    printed = words("".join(page.extract_text() for page in pages))
    for text in ("{{ 7 * 7 }}", '#read("/etc/passwd")', "</title><script>5</script>"):
        assert words(text) in printed
    assert "root:" not in printed
    assert not any("/Annots" in page and "evil" in str(page["/Annots"]) for page in pages)


#: What the report's fonts do not have, alone or as one sign together; and how it is printed.
UNSHOWN = {
    "5 👩‍👩‍👧 6": "[woman]",
    "Xã 漢": "[cjk unified ideograph-6f22]",
    "1\ufe0f\u20e3": "[combining enclosing keycap]",
    "🇻🇳": "[regional indicator symbol letter v]",
    "กิ": "[thai character ko kai]",
    "x" + "\u0300\u20e3" * 50: "x",
    "\ue123 \U0010fffd": "",
}


def test_a_pdf_calls_by_name_what_no_font_shows(report: Report) -> None:
    every = [chr(n) for n in range(0x20, 0x20000, 211) if not 0xD800 <= n < 0xE000]
    texts = (*UNSHOWN, " ".join(every))
    table = ReportTable("👩 title", ("👩", "b"), ((ReportCell("漢"), ReportCell("🟥")),))
    changed = replace(report, opening=texts, appendix=table, title="🟥 👩", colophon="👩")
    pages = PdfReader(io.BytesIO(render_report(changed, "pdf"))).pages
    printed = words("".join(page.extract_text() for page in pages))
    assert [name for name in UNSHOWN.values() if words(name) not in printed] == []
