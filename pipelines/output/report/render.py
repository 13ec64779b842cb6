"""A report in, the bytes of a file out: Word and PDF for the office, a workbook and a page for the briefing."""

from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from pipelines.catalog import Language
from pipelines.output.report.document import Report

Format = Literal["docx", "pdf", "xlsx", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)


#: What writes each format. NOTE: imported when one is asked for: Word's libraries cost every start 0.4 s.
_WRITERS: dict[Format, tuple[str, str]] = {
    "docx": ("word", "render_word"),
    "pdf": ("pdf", "render_pdf"),
    "xlsx": ("excel", "write_workbook"),
    "html": ("html", "render_html"),
}


def render_report(report: Report, format: Format, template: Path | None = None) -> bytes:
    """The file's bytes; `template` is the office's own Word file (the default one when None)."""
    module, name = _WRITERS[format]
    write = getattr(import_module(f"pipelines.output.report.{module}"), name)
    data: bytes = write(report, template) if format == "docx" else write(report)
    return data


def default_template(language: Language) -> bytes:
    """The Word template an office starts its own from."""
    made: bytes = import_module("pipelines.output.report.template").build_template(language)
    return made


def report_file_name(period: str, places: tuple[str, ...], build: str, format: Format) -> str:
    """What the file is called: the place, the period and the build can be read from it."""
    return f"caunoi_{'-'.join(places) or 'HN'}_{period.replace('..', '_')}_{build}.{format}"
