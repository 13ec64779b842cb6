"""A report and the office's own Word template in, the filled document out; numbers come from the model only."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from pipelines.output.report.model import Report, Section, Table
from pipelines.output.report.paper import png
from pipelines.output.report.template import template
from pipelines.present.marks import Picture
from pipelines.present.text import say

WIDE = Mm(160)


def document(report: Report, office: Path | None = None) -> bytes:
    """The .docx; `office` is a template of the office's own, the default one when None."""
    file = DocxTemplate(str(office) if office else io.BytesIO(template(report.language, len(report.appendix.heads))))
    file.render(_context(report, file), autoescape=True)
    _describe(file, [p.picture.alt for s in report.sections for p in s.drawings])
    file.docx.core_properties.title = f"{report.title} – {report.subtitle}"
    file.docx.core_properties.author = report.letterhead.office
    file.docx.core_properties.language = report.language
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _context(report: Report, file: DocxTemplate) -> dict[str, Any]:
    return {
        "name": say("report.name", report.language),
        "title": report.title,
        "subtitle": report.subtitle,
        "letterhead": report.letterhead,
        "opening": report.opening,
        "demo": report.demo,
        "sections": [_section(s, file) for s in report.sections],
        "appendix": _table(report.appendix),
        "key": report.key,
        "colophon": report.colophon,
        "words": report.words,
    }


def _section(section: Section, file: DocxTemplate) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "paragraphs": section.paragraphs,
        "table": _table(section.table) if section.table else None,
        "pictures": [_picture(d.picture, file) for d in section.drawings],
    }


def _picture(picture: Picture, file: DocxTemplate) -> dict[str, Any]:
    return {"image": InlineImage(file, io.BytesIO(png(picture)), width=WIDE), "alt": picture.alt}


def _table(table: Table) -> dict[str, Any]:
    return {"title": table.title, "heads": table.heads, "rows": [[c.text for c in row] for row in table.rows]}


def _describe(file: DocxTemplate, alts: list[str]) -> None:
    """Every picture says in words what it shows."""
    for properties, alt in zip(_pictures(file), alts, strict=False):
        properties.set("descr", alt)


def _pictures(file: DocxTemplate) -> Iterator[Any]:
    yield from file.docx.element.body.iter(qn("wp:docPr"))
