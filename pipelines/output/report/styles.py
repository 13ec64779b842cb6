"""How the default Word template looks: page, styles, rules, table cells."""

from typing import Any

from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

#: Widths of Times New Roman in thousandths of the size, as Adobe's metrics of Times have them.
GLYPHS = {
    **dict.fromkeys("0123456789*†–knoảg", 500),
    **dict.fromkeys(".,\u00a0 ", 250),
    **dict.fromkeys("/t", 278),
    **dict.fromkeys("+−", 564),
    **dict.fromkeys("rf", 333),
    **dict.fromkeys("êae", 444),
    "%": 833,
}
#: Any other letter is no wider than this one of bold capitals.
WIDEST = 944
#: Points of a millimetre; millimetres that Word leaves free at both sides of a cell together.
POINTS, CELL_MARGINS = 72 / 25.4, 3.8
#: Every office machine has it, and the rules for documents ask for it.
FONT = "Times New Roman"
LINE, BLACK = "DCE2E1", "000000"


def set_page(doc: Doc) -> None:
    """A4 with the margins of decree 30/2020; page numbers top centre, from the second page on."""
    section = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_field(head, "PAGE")


def _add_field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(13)
        if kind:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        else:
            told = OxmlElement("w:instrText")
            told.text = text
            run._r.append(told)


def set_styles(doc: Doc) -> None:
    _set_style(doc.styles["Normal"], 13, after=6, lines=1.15)
    body = doc.styles["Body Text"]
    _set_style(body, 13, after=6, lines=1.15)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.first_line_indent = Mm(10)
    _set_style(doc.styles["Title"], 14, after=2)
    _set_style(doc.styles["Heading 1"], 14, before=16, after=6, bold=True)
    _set_style(doc.styles["Heading 2"], 11, before=10, after=4, bold=True)
    _set_style(doc.styles.add_style("Small print", WD_STYLE_TYPE.PARAGRAPH), 10, after=3)
    _set_style(doc.styles.add_style("Picture", WD_STYLE_TYPE.PARAGRAPH), 10, before=10, after=8)
    title = doc.styles["Title"].element
    for told in [
        *title.iter(qn("w:pBdr")),
        *title.rPr.iter(qn("w:spacing")),
        *title.rPr.iter(qn("w:kern")),
    ]:
        told.getparent().remove(told)


def _set_style(
    style: Any,
    size: float,
    *,
    before: float = 0,
    after: float = 0,
    lines: float = 1,
    bold: bool = False,
) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(BLACK)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    shape = style.paragraph_format
    shape.keep_with_next = style.name.startswith("Heading")
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), lines


def measure_text(text: str, size: float) -> float:
    """Return the millimetres of a cell that holds the text on one line, in points of `size`."""
    widths = [GLYPHS.get(letter, WIDEST) for letter in text]
    return sum(widths) / 1000 * size / POINTS + CELL_MARGINS


def add_short_rule(paragraph: Paragraph, indent: float) -> None:
    """A line in the middle of a low paragraph, `indent` millimetres from both sides."""
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(indent)
    shape.space_after, shape.line_spacing = Pt(6), Pt(3)
    add_rule(paragraph)


def add_rule(
    paragraph: Paragraph, *, side: str = "bottom", colour: str = "000000", size: int = 6
) -> None:
    """A line along one side of a paragraph."""
    borders = OxmlElement("w:pBdr")
    border = OxmlElement(f"w:{side}")
    for name, value in (
        ("val", "single"),
        ("sz", str(size)),
        ("space", "6" if side == "left" else "1"),
        ("color", colour),
    ):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    paragraph._p.get_or_add_pPr().append(borders)


def repeat_as_header(row: Any) -> None:
    """The row stands again at the head of every page the table goes on to."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def keep_row_whole(row: Any) -> None:
    """No page ends within the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def set_column_widths(table: Any, widths: tuple[float, ...]) -> None:
    """Fixed widths in millimetres: Word reads those of the cells, LibreOffice those of the grid."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def format_cells(
    row: Any, widths: tuple[float, ...], *, words: int, size: float, bold: bool
) -> None:
    """Widths, sizes, numbers to the right on one line, a line below, no page break inside."""
    keep_row_whole(row)
    for i, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        cell.width = Mm(width)
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if i >= words else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
        paragraph.paragraph_format.line_spacing = 1
        for run in paragraph.runs:
            run.font.size, run.bold = Pt(size), bold
        if i >= words and not bold:
            cell._tc.get_or_add_tcPr().append(OxmlElement("w:noWrap"))
        _underline_cell(cell, BLACK if bold else LINE, 8 if bold else 4)


def _underline_cell(cell: Any, colour: str, size: int) -> None:
    borders = OxmlElement("w:tcBorders")
    border = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", str(size)), ("color", colour)):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    cell._tc.get_or_add_tcPr().append(borders)
