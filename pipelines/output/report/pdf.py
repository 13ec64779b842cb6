"""A report in, a PDF out that a screen reader can follow (PDF/UA-1)."""

import json
from typing import Any

import typst

from pipelines.output.report.model import Report, Section, Table
from pipelines.output.report.paper import HERE, letters
from pipelines.present.svg import svg
from pipelines.present.text import say


def document(report: Report) -> bytes:
    """The PDF's bytes; the typesetter refuses a document that is not PDF/UA-1."""
    made = typst.compile(
        HERE / "report.typ",
        font_paths=letters(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"report": json.dumps(_plain(report), ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def _plain(report: Report) -> dict[str, Any]:
    head = report.letterhead
    return {
        "language": report.language,
        "name": say("report.name", report.language),
        "title": report.title,
        "subtitle": report.subtitle,
        "above": head.above,
        "office": head.office,
        "contact": head.contact,
        "opening": report.opening,
        "demo": report.demo,
        "key": report.key,
        "colophon": report.colophon,
        "words": report.words,
        "sections": [_section(s) for s in report.sections],
        "appendix": _table(report.appendix),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "paragraphs": section.paragraphs,
        "table": _table(section.table) if section.table else None,
        "pictures": [{"svg": svg(p.picture.figure, p.picture.alt), "alt": p.picture.alt} for p in section.drawings],
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[cell.text for cell in row] for row in table.rows]
    return {"title": table.title, "heads": table.heads, "rows": rows, "names": table.names, "notes": table.notes}
