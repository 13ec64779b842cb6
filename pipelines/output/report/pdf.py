"""A report as a PDF that a screen reader can follow (PDF/UA-1)."""

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

import typst

from pipelines.output.report.document import Report, ReportSection, ReportTable
from pipelines.output.report.rasterise import HERE, load_fonts
from pipelines.present.format.escaping import escape_document
from pipelines.present.i18n import translate
from pipelines.present.svg import render_svg

#: Unicode's pictures of control characters, which the fonts of the report do not have.
_PICTURES = re.compile("[\u2400-\u2426\ufffd]")
#: Letters of Vietnamese and English and the signs of the report, which they have.
_PLAIN = re.compile("[ -~\u00a0-\u024f\u1ea0-\u1ef9\u2009-\u2026\u2060]*")
_WORD = re.compile(r"\S+")
#: The smallest document that shows a text in both fonts.
_SAMPLE = b"""#set document(title: "a")
#text(font: "Cau Noi Sans", sys.inputs.text) #text(font: "Cau Noi Paper", sys.inputs.text)"""


def render_pdf(report: Report) -> bytes:
    """Return the PDF's bytes; the typesetter refuses a document that is not PDF/UA-1."""
    pdf = typst.compile(
        HERE / "report.typ",
        font_paths=load_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"report": _write_json(report)},
    )
    assert isinstance(pdf, bytes)
    return pdf


def _write_json(report: Report) -> str:
    """Return the data of the typesetter as JSON, its texts escaped for a document.

    NOTE: pictures are SVG, escaped where they are drawn; it holds nothing that is escaped here.
    """
    return json.dumps(_escape_texts(_to_plain_data(report)), ensure_ascii=False)


def _escape_texts(value: Any) -> Any:
    """Return the data with every text escaped, and what no font can show of it called by name.

    NOTE: PDF/UA-1 takes no letter without a picture in a font.
    """
    if isinstance(value, dict):
        return {key: _escape_texts(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return list(map(_escape_texts, value))
    if not isinstance(value, str) or value.startswith("<svg"):
        return value
    return _name_unshown(_PICTURES.sub("?", escape_document(value)))


def _name_unshown(text: str) -> str:
    """Return the text with Unicode's name of a letter in place of each that no font can show."""
    if _PLAIN.fullmatch(text):
        return text
    return _WORD.sub(lambda found: _name_unshown_in_word(found[0]), text)


def _name_unshown_in_word(word: str) -> str:
    if _is_shown(word):
        return word
    named = "".join(letter if _is_shown(letter) else _letter_name(letter) for letter in word)
    if _is_shown(named):
        return named
    # Letters that are shown alone, and not as one sign together.
    return "".join(letter if _PLAIN.fullmatch(letter) else _letter_name(letter) for letter in word)


def _letter_name(letter: str) -> str:
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"


@lru_cache(10_000)
def _is_shown(text: str) -> bool:
    """Can the typesetter show every letter of a text?"""
    if _PLAIN.fullmatch(text):
        return True
    try:
        typst.compile(
            _SAMPLE,
            font_paths=load_fonts(),
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"text": text},
        )
    except typst.TypstError:
        return False
    return True


def _to_plain_data(report: Report) -> dict[str, Any]:
    head = report.letterhead
    return {
        "language": report.language,
        "name": translate("report.name", report.language),
        "title": report.title,
        "subtitle": report.subtitle,
        "above": head.above,
        "office": head.office,
        "contact": head.contact,
        "addressing": vars(report.addressing),
        "opening": report.opening,
        "demo": report.demo,
        "key": report.key,
        "colophon": report.colophon,
        "words": report.words,
        "sections": list(map(_section_data, report.sections)),
        "appendix": _table_data(report.appendix),
    }


def _section_data(section: ReportSection) -> dict[str, Any]:
    pictures = []
    for drawing in section.drawings:
        picture = drawing.picture
        pictures.append({"svg": render_svg(picture.figure, picture.alt), "alt": picture.alt})
    return {
        "number": section.number,
        "title": section.title,
        "paragraphs": section.paragraphs,
        "table": _table_data(section.table) if section.table else None,
        "pictures": pictures,
    }


def _table_data(table: ReportTable) -> dict[str, Any]:
    rows = []
    for row in table.rows:
        rows.append([cell.text for cell in row])
    return {
        "title": table.title,
        "heads": table.heads,
        "rows": rows,
        "names": table.names,
        "notes": table.notes,
    }
