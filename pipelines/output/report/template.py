"""The default Word template, which an office may change; what stands in {{ }} is filled in."""

import io

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipelines.catalog import Language
from pipelines.output.report.query import load_layout
from pipelines.output.report.styles import (
    add_rule,
    add_short_rule,
    format_cells,
    measure_text,
    repeat_as_header,
    set_column_widths,
    set_page,
    set_styles,
)
from pipelines.present.i18n import translate

#: What a template may use, each with its sentence in the interface's `report_variable`; `[]` is a
#: list to loop over.
VARIABLES = (
    "name",
    "title",
    "subtitle",
    "letterhead.above",
    "letterhead.office",
    "letterhead.contact",
    "letterhead.legal",
    "opening[]",
    "demo",
    "sections[].number",
    "sections[].title",
    "sections[].paragraphs[]",
    "sections[].table.title",
    "sections[].table.heads[]",
    "sections[].table.rows[][]",
    "sections[].table.wide",
    "sections[].pictures[].alt",
    "sections[].pictures[].image",
    "appendix.title",
    "appendix.heads[]",
    "appendix.rows[][]",
    "key[]",
    "colophon",
    "words",
)
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
#: Millimetres of the columns of a section's table: figure, unit, this period, same period,
#: difference, returns.
Widths = tuple[float, ...]
WIDTHS: Widths = (45, 25, 24, 24, 20, 22)
#: The same of a table with amounts of money in full.
WIDE: Widths = (31, 15, 33, 33, 26, 22)
#: Points of a table's letters, and of the last table's.
SIZE, SMALL = 10, 9


def describe_variables(language: Language) -> list[tuple[str, str]]:
    """Return what a template may use, each with what it holds."""
    described = []
    for path in VARIABLES:
        key = path.replace("[]", "").replace(".", "_")
        described.append((path, translate(f"report_variable.{key}", language)))
    return described


def build_template(language: Language = "vi", appendix: int = 0) -> bytes:
    """Return the template's bytes; `appendix` is how many columns the last table has."""
    doc = Document()
    set_page(doc)
    set_styles(doc)
    _add_letterhead(doc)
    _add_title(doc)
    _add_loop(doc, "p in opening", "{{ p }}")
    _add_sections(doc)
    _add_signature(doc)
    _add_appendix(doc, appendix or len(load_layout().appendix) + 1)
    doc.core_properties.language = language
    buffer = io.BytesIO()
    doc.save(buffer)
    return buffer.getvalue()


def fits_on_one_line(columns: list[list[str]], widths: Widths, *, size: float = SIZE) -> bool:
    """Do all numbers of these columns stand on one line? `widths` are theirs, in millimetres."""
    for texts, width in zip(columns, widths, strict=True):
        if max((measure_text(text, size) for text in texts), default=0) > width:
            return False
    return True


def _add_letterhead(doc: Doc) -> None:
    """Add the office to the left and the motto to the right, as decree 30/2020 has it."""
    both = doc.add_table(1, 2)
    both.autofit = False
    left, right = both.rows[0].cells
    set_column_widths(both, (66, 94))
    _format_line(left.paragraphs[0], "{{ letterhead.above }}", size=12).runs[0].font.all_caps = True
    office = _format_line(left.add_paragraph(), "{{ letterhead.office }}", size=12, bold=True)
    office.runs[0].font.all_caps = True
    add_short_rule(left.add_paragraph(), 20)
    _format_line(left.add_paragraph(), "{{ words.number }}", size=13)
    _format_line(right.paragraphs[0], "{{ words.motto_1 }}", size=12, bold=True)
    add_rule(_format_line(right.add_paragraph(), "{{ words.motto_2 }}", size=13, bold=True))
    _format_line(right.add_paragraph(), "{{ words.dated }}", size=13, italic=True)


def _format_line(
    paragraph: Paragraph, text: str, *, size: float, bold: bool = False, italic: bool = False
) -> Paragraph:
    paragraph.alignment = CENTRE
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _add_title(doc: Doc) -> None:
    _format_line(doc.add_paragraph(), "", size=6)
    _format_line(doc.add_paragraph(), "{{ name }}", size=15, bold=True)
    _format_line(doc.add_paragraph(style="Title"), "{{ title }}", size=14, bold=True)
    _format_line(doc.add_paragraph(), "{{ subtitle }}", size=13, bold=True)
    add_short_rule(doc.add_paragraph(), 55)
    doc.add_paragraph("{%p if demo %}")
    warned = doc.add_paragraph()
    warned.add_run("{{ demo }}").bold = True
    add_rule(warned, side="left", colour="8A5200", size=24)
    doc.add_paragraph("{%p endif %}")


def _add_loop(doc: Doc, head: str, body: str, style: str = "Body Text") -> None:
    doc.add_paragraph(f"{{%p for {head} %}}")
    doc.add_paragraph(body, style=style)
    doc.add_paragraph("{%p endfor %}")


def _add_sections(doc: Doc) -> None:
    doc.add_paragraph("{%p for s in sections %}")
    doc.add_heading("{{ s.number }}. {{ s.title }}", 1)
    _add_loop(doc, "p in s.paragraphs", "{{ p }}")
    doc.add_paragraph("{%p if s.table %}")
    doc.add_heading("{{ s.table.title }}", 2)
    doc.add_paragraph("{%p if s.table.wide %}")
    _add_table(doc, "s.table", WIDE, words=2)
    doc.add_paragraph("{%p else %}")
    _add_table(doc, "s.table", WIDTHS, words=2)
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p for p in s.pictures %}")
    _add_picture(doc.add_paragraph(style="Picture"))
    doc.add_paragraph("{%p endfor %}")
    doc.add_paragraph("{%p endfor %}")


def _add_picture(paragraph: Paragraph) -> None:
    """Add words and picture in one paragraph: no page ends between them."""
    words = paragraph.add_run("{{ p.alt }}")
    words.bold, words.font.size = True, Pt(11)
    words.add_break()
    paragraph.add_run("{{ p.image }}")


def _add_table(
    doc: Doc, name: str, widths: tuple[float, ...], *, words: int, size: float = SIZE
) -> Table:
    """Add heads and a loop over the rows of `name`; the rows of the loop's tags vanish."""
    table: Table = doc.add_table(4, len(widths))
    table.autofit = False
    head, start, body, stop = table.rows
    for i in range(len(widths)):
        head.cells[i].text = f"{{{{ {name}.heads[{i}] }}}}"
        body.cells[i].text = f"{{{{ row[{i}] }}}}"
    start.cells[0].text = f"{{%tr for row in {name}.rows %}}"
    stop.cells[0].text = "{%tr endfor %}"
    repeat_as_header(head)
    set_column_widths(table, widths)
    for row, bold in ((head, True), (body, False)):
        format_cells(row, widths, words=words, size=size, bold=bold)
    return table


def _add_signature(doc: Doc) -> None:
    doc.add_heading("{{ words.numeral }}. {{ words.outlook }}", 1)
    doc.add_paragraph("{{ words.outlook_text }}", style="Body Text")
    _add_loop(doc, "k in key", "{{ k }}", style="Small print")
    doc.add_paragraph("{{ colophon }}", style="Small print")
    _format_line(doc.add_paragraph(), "", size=6)
    both = doc.add_table(1, 2)
    set_column_widths(both, (70, 90))
    left, right = both.rows[0].cells
    for text, bold in (
        ("{{ words.to }}", True),
        ("{{ words.to_1 }}", False),
        ("{{ words.to_2 }}", False),
    ):
        line = left.paragraphs[0] if bold else left.add_paragraph()
        run = line.add_run(text)
        run.font.size, run.bold, run.italic = Pt(12 if bold else 11), bold, bold
        line.paragraph_format.space_after = Pt(0)
    _format_line(right.paragraphs[0], "{{ words.signed }}", size=13, bold=True)
    _format_line(right.add_paragraph(), "{{ words.signature }}", size=12, italic=True)
    for _ in range(3):
        right.add_paragraph()


def _add_appendix(doc: Doc, columns: int) -> None:
    heading = doc.add_heading("{{ appendix.title }}", 1)
    heading.paragraph_format.page_break_before = True
    first = 34.0
    others = [(160 - first) / (columns - 1)] * (columns - 1)
    _add_table(doc, "appendix", (first, *others), words=1, size=SMALL)
