"""The default Word template, which an office may change; what stands in {{ }} is filled in."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from pipelines.catalog import Language
from pipelines.output.report.query import load_layout
from pipelines.output.report.styles import (
    CELL_MARGINS,
    add_rule,
    add_short_rule,
    format_cells,
    keep_row_whole,
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
    "addressing.addressed_to[]",
    "addressing.recipients[]",
    "addressing.signed_for",
    "addressing.title",
    "addressing.name",
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
WIDTHS: Widths = (43, 25, 24, 24, 22, 22)
#: The same of a table with amounts of money in full.
WIDE: Widths = (29, 15, 34, 34, 26, 22)
#: Millimetres of both sides of the line below the motto: it is as long as the motto.
MOTTO_MARGINS = {"vi": 17, "en": 8}
#: Points of a table's letters, of the last table's, and of its heads.
SIZE, SMALL, SMALLEST = 10, 9, 8


def describe_variables(language: Language) -> list[tuple[str, str]]:
    """Return what a template may use, each with what it holds."""
    described = []
    for path in VARIABLES:
        key = path.replace("[]", "").replace(".", "_")
        described.append((path, translate(f"report_variable.{key}", language)))
    return described


def build_template(language: Language = "vi", appendix: Sequence[int] = ()) -> bytes:
    """Return the template's bytes; `appendix` has the letters of the last table's columns.

    They are those of the longest word or number of each column but the first.
    """
    doc = Document()
    set_page(doc)
    set_styles(doc)
    _add_letterhead(doc, language)
    _add_title(doc)
    _add_addressees(doc)
    _add_notice(doc)
    _add_loop(doc, "p in opening", "{{ p }}")
    _add_sections(doc)
    _add_signature(doc)
    _add_appendix(doc, appendix or [1] * len(load_layout().appendix))
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


def _add_letterhead(doc: Doc, language: Language) -> None:
    """Add the office to the left and the motto to the right, as decree 30/2020 has it."""
    both = doc.add_table(2, 2)
    left, right = both.rows[0].cells
    number, dated = both.rows[1].cells
    set_column_widths(both, (66, 94))
    _format_line(left.paragraphs[0], "{{ letterhead.above }}", size=12).runs[0].font.all_caps = True
    office = _format_line(left.add_paragraph(), "{{ letterhead.office }}", size=12, bold=True)
    office.runs[0].font.all_caps = True
    add_short_rule(left.add_paragraph(), 20)
    _format_line(number.paragraphs[0], "{{ words.number }}", size=13)
    _format_line(right.paragraphs[0], "{{ words.motto_1 }}", size=12, bold=True)
    _format_line(right.add_paragraph(), "{{ words.motto_2 }}", size=13, bold=True)
    add_short_rule(right.add_paragraph(), MOTTO_MARGINS[language])
    _format_line(dated.paragraphs[0], "{{ words.dated }}", size=13, italic=True)


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
    _format_line(doc.add_paragraph(), "{{ name }}", size=14, bold=True)
    _format_line(doc.add_paragraph(style="Title"), "{{ title }}", size=14, bold=True)
    _format_line(doc.add_paragraph(), "{{ subtitle }}", size=14, bold=True)
    add_short_rule(doc.add_paragraph(), 55)


def _add_notice(doc: Doc) -> None:
    """Add the notice of invented numbers, which reports of real ones do not have."""
    doc.add_paragraph("{%p if demo %}")
    warned = doc.add_paragraph()
    warned.add_run("{{ demo }}").bold = True
    add_rule(warned, side="left", colour="8A5200", size=24)
    doc.add_paragraph("{%p endif %}")


def _add_addressees(doc: Doc) -> None:
    """Add the line of the only addressee, or that above a list of several."""
    doc.add_paragraph("{%p for a in addressing.addressed_to %}")
    doc.add_paragraph("{%p if loop.first %}")
    _format_line(doc.add_paragraph(), "{{ a }}", size=14)
    doc.add_paragraph("{%p else %}")
    other = _format_line(doc.add_paragraph(), "{{ a }}", size=14)
    other.alignment, other.paragraph_format.left_indent = WD_ALIGN_PARAGRAPH.LEFT, Mm(62)
    doc.add_paragraph("{%p endif %}")
    doc.add_paragraph("{%p endfor %}")
    _format_line(doc.add_paragraph(), "", size=6)


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
    doc: Doc,
    name: str,
    widths: tuple[float, ...],
    *,
    words: int,
    size: float = SIZE,
    head_size: float = SIZE,
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
    format_cells(head, widths, words=words, size=head_size, bold=True)
    format_cells(body, widths, words=words, size=size, bold=False)
    return table


def _add_signature(doc: Doc) -> None:
    doc.add_heading("{{ words.numeral }}. {{ words.outlook }}", 1)
    first = doc.add_paragraph("{{ words.outlook_text }}", style="Body Text")
    doc.add_paragraph("{%p for k in key %}")
    key = doc.add_paragraph("{{ k }}", style="Small print")
    doc.add_paragraph("{%p endfor %}")
    last = doc.add_paragraph("{{ colophon }}", style="Small print")
    gap = _format_line(doc.add_paragraph(), "", size=6)
    # NOTE: a signature never stands on a page without a line of what is signed.
    for line in (first, key, last, gap):
        line.paragraph_format.keep_with_next = True
    both = doc.add_table(1, 2)
    set_column_widths(both, (70, 90))
    row = both.rows[0]
    keep_row_whole(row)
    _add_recipients(row.cells[0])
    _add_signatory(row.cells[1])


def _add_recipients(cell: Any) -> None:
    head = cell.paragraphs[0].add_run("{{ words.to }}")
    head.font.size, head.bold, head.italic = Pt(12), True, True
    cell.add_paragraph("{%p for r in addressing.recipients %}")
    cell.add_paragraph().add_run("{{ r }}").font.size = Pt(11)
    cell.add_paragraph("{%p endfor %}")
    for line in cell.paragraphs:
        line.paragraph_format.space_after = Pt(0)


def _add_signatory(cell: Any) -> None:
    """Add whom the signature stands for, the title, room to sign, and the name."""
    first = cell.paragraphs[0]
    first.text = "{%p if addressing.signed_for %}"
    above = _format_line(cell.add_paragraph(), "{{ addressing.signed_for }}", size=13, bold=True)
    cell.add_paragraph("{%p endif %}")
    title = _format_line(cell.add_paragraph(), "{{ addressing.title }}", size=13, bold=True)
    above.runs[0].font.all_caps = title.runs[0].font.all_caps = True
    _format_line(cell.add_paragraph(), "{{ words.signature }}", size=12, italic=True)
    for _ in range(3):
        cell.add_paragraph()
    _format_line(cell.add_paragraph(), "{{ addressing.name }}", size=13, bold=True)


def _add_appendix(doc: Doc, letters: Sequence[int]) -> None:
    word = _format_line(doc.add_paragraph(), "{{ words.appendix }}", size=14, bold=True)
    word.paragraph_format.page_break_before = True
    title = doc.add_heading("{{ appendix.title }}", 1)
    title.alignment, title.paragraph_format.space_before = CENTRE, Pt(0)
    title.runs[0].font.all_caps = True
    _format_line(doc.add_paragraph(), "{{ words.appendix_of }}", size=14, italic=True)
    add_short_rule(doc.add_paragraph(), 60)
    first = 28.0
    letter = (160 - first - CELL_MARGINS * len(letters)) / sum(letters)
    others = [CELL_MARGINS + letter * count for count in letters]
    _add_table(doc, "appendix", (first, *others), words=1, size=SMALL, head_size=SMALLEST)
