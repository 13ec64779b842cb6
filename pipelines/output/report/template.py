"""The default Word template: what stands in {{ }} is filled in; an office takes it, changes it and keeps its own."""

import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipelines.catalog import Language
from pipelines.output.report.layout import layout
from pipelines.output.report.styles import PETROL, cells, columns, grey, page, repeat, rule, styles

CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
#: Millimetres of the columns of a section's table: figure, unit, this period, same period, difference, returns.
WIDTHS = (48, 29, 21, 20, 22, 20)


def template(language: Language = "vi", appendix: int = 0) -> bytes:
    """The template's bytes; `appendix` is how many columns the last table has."""
    doc = Document()
    page(doc)
    styles(doc)
    _head(doc)
    _title(doc)
    _loop(doc, "p in opening", "{{ p }}")
    _sections(doc)
    _end(doc)
    _appendix(doc, appendix or len(layout().appendix) + 1)
    doc.core_properties.language = language
    buffer = io.BytesIO()
    doc.save(buffer)
    return buffer.getvalue()


def _head(doc: Doc) -> None:
    """Office to the left, motto to the right, as decree 30/2020 has it."""
    both = doc.add_table(1, 2)
    both.autofit = False
    left, right = both.rows[0].cells
    columns(both, (66, 94))
    _line(left.paragraphs[0], "{{ letterhead.above }}", size=12)
    _line(left.add_paragraph(), "{{ letterhead.office }}", size=12, bold=True)
    _line(left.add_paragraph(), "{{ words.number }}", size=12)
    _line(right.paragraphs[0], "{{ words.motto_1 }}", size=12, bold=True)
    rule(_line(right.add_paragraph(), "{{ words.motto_2 }}", size=13, bold=True))
    _line(right.add_paragraph(), "{{ words.dated }}", size=13, italic=True)


def _line(paragraph: Paragraph, text: str, *, size: float, bold: bool = False, italic: bool = False) -> Paragraph:
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _title(doc: Doc) -> None:
    _line(doc.add_paragraph(), "", size=6)
    _line(doc.add_paragraph(), "{{ name }}", size=15, bold=True)
    _line(doc.add_paragraph(style="Title"), "{{ title }}", size=14, bold=True)
    grey(_line(doc.add_paragraph(), "{{ subtitle }}", size=12))
    doc.add_paragraph("{%p if demo %}")
    warned = doc.add_paragraph()
    warned.add_run("{{ demo }}").bold = True
    rule(warned, side="left", colour="8A5200", size=24)
    doc.add_paragraph("{%p endif %}")


def _loop(doc: Doc, head: str, body: str, style: str = "Normal") -> None:
    doc.add_paragraph(f"{{%p for {head} %}}")
    doc.add_paragraph(body, style=style)
    doc.add_paragraph("{%p endfor %}")


def _sections(doc: Doc) -> None:
    doc.add_paragraph("{%p for s in sections %}")
    doc.add_heading("{{ s.number }}. {{ s.title }}", 1)
    _loop(doc, "p in s.paragraphs", "{{ p }}")
    doc.add_paragraph("{%p if s.table %}")
    doc.add_heading("{{ s.table.title }}", 2)
    _figures(doc, "s.table", WIDTHS, words=2)
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p for p in s.pictures %}")
    _picture(doc.add_paragraph(style="Picture"))
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p endfor %}")


def _picture(paragraph: Paragraph) -> None:
    """Words and picture in one paragraph: no page ends between them."""
    words = paragraph.add_run("{{ p.alt }}")
    words.bold, words.font.size, words.font.color.rgb = True, Pt(11), RGBColor.from_string(PETROL)
    words.add_break()
    paragraph.add_run("{{ p.image }}")


def _figures(doc: Doc, name: str, widths: tuple[float, ...], *, words: int, size: float = 10) -> Table:
    """Heads, then one row for each row of `name`; the loop stands in rows of its own, which vanish."""
    table: Table = doc.add_table(4, len(widths))
    table.autofit = False
    head, start, body, stop = table.rows
    for i in range(len(widths)):
        head.cells[i].text = f"{{{{ {name}.heads[{i}] }}}}"
        body.cells[i].text = f"{{{{ row[{i}] }}}}"
    start.cells[0].text = f"{{%tr for row in {name}.rows %}}"
    stop.cells[0].text = "{%tr endfor %}"
    repeat(head)
    columns(table, widths)
    for row, bold in ((head, True), (body, False)):
        cells(row, widths, words=words, size=size, bold=bold)
    return table


def _end(doc: Doc) -> None:
    doc.add_heading("{{ words.numeral }}. {{ words.outlook }}", 1)
    grey(doc.add_paragraph("{{ words.outlook_text }}"))
    _loop(doc, "k in key", "{{ k }}", style="Small print")
    doc.add_paragraph("{{ colophon }}", style="Small print")
    _line(doc.add_paragraph(), "", size=6)
    both = doc.add_table(1, 2)
    columns(both, (70, 90))
    left, right = both.rows[0].cells
    for text, bold in (("{{ words.to }}", True), ("{{ words.to_1 }}", False), ("{{ words.to_2 }}", False)):
        line = left.paragraphs[0] if bold else left.add_paragraph()
        run = line.add_run(text)
        run.font.size, run.bold, run.italic = Pt(11), bold, bold
        line.paragraph_format.space_after = Pt(0)
    _line(right.paragraphs[0], "{{ words.signed }}", size=13, bold=True)
    grey(_line(right.add_paragraph(), "{{ words.signature }}", size=12))
    for _ in range(3):
        right.add_paragraph()


def _appendix(doc: Doc, columns: int) -> None:
    heading = doc.add_heading("{{ appendix.title }}", 1)
    heading.paragraph_format.page_break_before = True
    heading.runs[0].font.color.rgb = RGBColor.from_string(PETROL)
    first = 34.0
    _figures(doc, "appendix", (first, *[(160 - first) / (columns - 1)] * (columns - 1)), words=1, size=9)
