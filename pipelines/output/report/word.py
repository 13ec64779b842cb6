"""The periodic report in Word: filled into the office's own template, in a limited process."""

import base64
import json
from itertools import chain
from pathlib import Path
from typing import Any

from pipelines.errors import Refused
from pipelines.output.office_template.fill import fill_template
from pipelines.output.office_template.messages import RenderTask, mark_picture
from pipelines.output.report.document import Report, ReportSection, ReportTable
from pipelines.output.report.rasterise import render_png
from pipelines.output.report.template import WIDTHS, build_template, fits_on_one_line
from pipelines.present.format.escaping import escape_document
from pipelines.present.i18n import translate
from pipelines.settings import MEGABYTE, Limits

LIMITS = Limits()
#: A report of the whole city has half a megabyte.
OUTPUT_BYTES = 32 * MEGABYTE


def render_word(report: Report, office: Path | None = None) -> bytes:
    """Return the .docx; `office` is a template of the office's own, None the default one.

    Raises Refused with the place in the template when it cannot be filled.
    """
    name = office.name if office else "report.docx"
    return fill_template(name, _template(report, office), _task(report))


def _template(report: Report, office: Path | None) -> bytes:
    """Return the template's bytes, at most one too many: the worker refuses what is too long."""
    if office is None:
        return build_template(report.language, _count_letters(report.appendix))
    if not office.is_file():
        raise Refused(f"no file {office}", code="file_missing", name=str(office))
    with office.open("rb") as handle:
        return handle.read(LIMITS.file_bytes + 1)


def _count_letters(table: ReportTable) -> list[int]:
    """Return the letters of the longest word or number of each column but the first."""
    counts = []
    for head, *cells in list(zip(table.heads, *table.rows, strict=True))[1:]:
        texts = [*head.split(), *(cell.text for cell in cells)]
        counts.append(max(map(len, texts)))
    return counts


def _task(report: Report) -> RenderTask:
    pictures = []
    for section in report.sections:
        for drawing in section.drawings:
            png = base64.b64encode(render_png(drawing.picture)).decode()
            pictures.append((png, escape_document(drawing.picture.alt)))
    return RenderTask(
        limits=LIMITS,
        output=OUTPUT_BYTES,
        context=json.dumps(_template_context(report), ensure_ascii=False),
        pictures=pictures,
        title=escape_document(f"{report.title} – {report.subtitle}"),
        author=escape_document(report.letterhead.office),
        language=report.language,
    )


def _template_context(report: Report) -> Any:
    """Return the data of a template: dictionaries, lists and text, nothing else."""
    context: Any = _plain(_figures(report))
    pictures = chain.from_iterable(section["pictures"] for section in context["sections"])
    for number, picture in enumerate(pictures):
        picture["image"] = mark_picture(number)
    return context


def _figures(report: Report) -> dict[str, Any]:
    return {
        "name": translate("report.name", report.language),
        "title": report.title,
        "subtitle": report.subtitle,
        "letterhead": vars(report.letterhead),
        "addressing": vars(report.addressing),
        "opening": report.opening,
        "demo": report.demo,
        "sections": list(map(_section_context, report.sections)),
        "appendix": _table_context(report.appendix),
        "key": report.key,
        "colophon": report.colophon,
        "words": report.words,
    }


def _section_context(section: ReportSection) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "paragraphs": section.paragraphs,
        "table": _section_table(section.table) if section.table else None,
        "pictures": [{"alt": drawing.picture.alt} for drawing in section.drawings],
    }


def _table_context(table: ReportTable) -> dict[str, Any]:
    rows = [[cell.text for cell in row] for row in table.rows]
    return {"title": table.title, "heads": table.heads, "rows": rows}


def _section_table(table: ReportTable) -> dict[str, Any]:
    """Return the data of a section's table, and whether its numbers need the wide columns."""
    context = _table_context(table)
    columns = [list(column) for column in zip(*context["rows"], strict=True)][table.names :]
    widths = WIDTHS[len(WIDTHS) - len(columns) :]
    is_wide = len(columns) == len(WIDTHS) - table.names and not fits_on_one_line(columns, widths)
    return {**context, "wide": is_wide}


def _plain(value: Any) -> Any:
    """Return the same with every text escaped for a document."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return list(map(_plain, value))
    return escape_document(value) if isinstance(value, str) else value
