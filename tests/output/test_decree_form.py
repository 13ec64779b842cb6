"""The Word report has the form of decree 30/2020/NĐ-CP, Appendix I, where a template decides."""

import io

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from pipelines.output.report.template import build_template


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
