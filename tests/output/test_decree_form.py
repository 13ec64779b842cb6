"""The report in Word and as a PDF has the form of decree 30/2020/NĐ-CP, Appendix I."""

import io
from dataclasses import replace
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from pypdf import PdfReader

from pipelines.output.report import Report, render_report
from pipelines.output.report.letterhead import compose_addressing
from pipelines.output.report.template import build_template
from pipelines.settings import Correspondence

OFFICE = Correspondence(
    addressed_to=("Sở Y tế",),
    signed_for="KT. Chi cục trưởng",
    title="Phó Chi cục trưởng",
    name="Nguyễn Văn An",
)


def test_the_form_is_that_of_the_decree() -> None:
    doc = Document(io.BytesIO(build_template()))
    (section,) = doc.sections
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    (number,) = section.header.paragraphs
    assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [code.text for code in number._p.iter(qn("w:instrText"))] == ["PAGE"]
    body = doc.styles["Body Text"]
    assert body.font.name == "Times New Roman"
    assert body.font.size == Pt(13)
    assert body.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    indent = body.paragraph_format.first_line_indent
    assert indent is not None
    assert round(indent.mm) == 10
    above, office, *_ = doc.tables[0].rows[0].cells[0].paragraphs
    assert above.runs[0].font.all_caps
    assert office.runs[0].font.all_caps
    assert office.runs[0].bold


def test_every_letter_is_black() -> None:
    doc = Document(io.BytesIO(build_template()))
    used = {p.style.name for p in doc.paragraphs if p.style}
    colours = {doc.styles[name].font.color.rgb for name in used}
    colours |= {run.font.color.rgb for p in doc.paragraphs for run in p.runs}
    assert {str(colour) for colour in colours if colour is not None} == {"000000"}


def test_word_has_addressees_recipients_and_signature_in_order(report: Report) -> None:
    signed = replace(report, addressing=compose_addressing(OFFICE, "vi"))
    doc = Document(io.BytesIO(render_report(signed, "docx")))
    assert "Kính gửi: Sở Y tế" in [p.text for p in doc.paragraphs]
    left, right = next(t for t in doc.tables if "Nơi nhận" in t.cell(0, 0).text).rows[0].cells
    assert [p.text.strip("…- ;.") for p in left.paragraphs] == [
        "Nơi nhận:",
        "Như trên",
        "",
        "Lưu: VT",
    ]
    lines = [p for p in right.paragraphs if p.text]
    assert [p.text for p in lines] == [
        "KT. Chi cục trưởng",
        "Phó Chi cục trưởng",
        "(Ký, ghi rõ họ tên, đóng dấu)",
        "Nguyễn Văn An",
    ]
    assert lines[0].runs[0].font.all_caps
    assert lines[1].runs[0].font.all_caps


def test_the_pdf_has_the_decrees_letters(files: dict[str, bytes], report: Report) -> None:
    pdf = PdfReader(io.BytesIO(files["pdf"]))
    first = _read_faces(pdf.pages[0])
    assert _face_of(first, report.words["dated"]) == ("Italic", 13)
    assert _face_of(first, report.words["motto_2"]) == ("Bold", 13)
    assert _face_of(first, "Kính gửi") == ("Regular", 14)
    assert _face_of(first, "Thực hiện") == ("Regular", 13)
    last = _read_faces(pdf.pages[-2])
    assert _face_of(last, "Nơi nhận:") == ("BoldItalic", 12)
    assert _face_of(last, "- Như trên") == ("Regular", 11)


def _read_faces(page: Any) -> list[tuple[str, str, int]]:
    """Every run of a page: text, face of the font, points."""
    runs: list[tuple[str, str, int]] = []

    def note(text: str, _: Any, matrix: Any, font: Any, size: float) -> None:
        if text.strip():
            name = str((font or {}).get("/BaseFont", ""))
            runs.append((text, name.rpartition("-")[2], round(size * abs(matrix[0]))))

    page.extract_text(visitor_text=note)
    return runs


def _face_of(runs: list[tuple[str, str, int]], words: str) -> tuple[str, int]:
    """The face of the run that the words begin."""
    plain = words.split()[0]
    return next((face, size) for text, face, size in runs if text.strip().startswith(plain))
