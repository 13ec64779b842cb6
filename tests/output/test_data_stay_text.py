"""What a report holds is text in every file: no markup, no tag, no command of a typesetter."""

import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from lxml import html
from pypdf import PdfReader

from pipelines.output.report import Report, render_report

HOSTILE = '#read("/etc/passwd") {{ 7*7 }} {% include "x" %} <script>x</script> $x$ *b* @a'
TYPESET = sorted((Path(__file__).parents[2] / "pipelines/output/report").glob("*.typ"))


@pytest.fixture(scope="module")
def hostile(report: Report) -> Report:
    return replace(report, opening=(HOSTILE,), colophon=HOSTILE)


def test_word_prints_it_as_it_is(hostile: Report) -> None:
    made = docx.Document(io.BytesIO(render_report(hostile, "docx")))
    assert [p.text for p in made.paragraphs].count(HOSTILE) == 2


def test_the_page_prints_it_as_it_is(hostile: Report) -> None:
    page = html.fromstring(render_report(hostile, "html").decode())
    assert [p.text_content() for p in page.iter("p")].count(HOSTILE) == 2
    assert list(page.iter("script")) == []


def test_the_pdf_prints_it_as_it_is(hostile: Report) -> None:
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(render_report(hostile, "pdf"))).pages
    )
    assert re.sub(r"\s", "", HOSTILE) in re.sub(r"\s", "", text) and "root:" not in text


@pytest.mark.parametrize("path", TYPESET, ids=lambda path: path.name)
def test_the_typesetter_reads_no_file_and_runs_no_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\b(eval|read|include|import|plugin|csv|toml|yaml|cbor|bibliography)\s*[(\"]", text
    )
    assert all(
        call.startswith("bytes(") for call in re.findall(r"\b(?:image|json|xml)\((.*)", text)
    )
