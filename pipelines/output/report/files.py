"""A report in, the bytes of a file out: Word and PDF for the office, a workbook and a page for the briefing."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from pipelines.output.report import book, pdf, web, word
from pipelines.output.report.model import Report

Format = Literal["docx", "pdf", "xlsx", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)


def written(report: Report, format: Format, template: Path | None = None) -> bytes:
    """The file's bytes; `template` is the office's own Word file (the default one when None)."""
    if format == "docx":
        return word.document(report, template)
    writers: dict[str, Callable[[Report], bytes]] = {"pdf": pdf.document, "xlsx": book.workbook, "html": web.page}
    return writers[format](report)


def file_name(period: str, places: tuple[str, ...], build: str, format: Format) -> str:
    """What the file is called: the place, the period and the build can be read from it."""
    return f"caunoi_{'-'.join(places) or 'HN'}_{period.replace('..', '_')}_{build}.{format}"
