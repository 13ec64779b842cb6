"""A report as a file: Word and PDF for the office, a workbook and a page for the briefing."""

from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from pipelines.catalog import Language
from pipelines.errors import Refused
from pipelines.output.report.document import Report
from pipelines.reference.office_names import province_code

Format = Literal["docx", "pdf", "xlsx", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)


#: What writes each format.
#: NOTE: imported when one is asked for: Word's libraries cost every start 0.4 s.
_WRITERS: dict[Format, tuple[str, str]] = {
    "docx": ("word", "render_word"),
    "pdf": ("pdf", "render_pdf"),
    "xlsx": ("excel", "write_workbook"),
    "html": ("html", "render_html"),
}


def render_report(report: Report, format: Format, template: Path | None = None) -> bytes:
    """Return the file's bytes; `template` is the office's own Word file, None the default one."""
    module, name = _WRITERS[format]
    write = getattr(import_module(f"pipelines.output.report.{module}"), name)
    data: bytes = write(report, template) if format == "docx" else write(report)
    return data


def render_whatever_template(
    report: Report, format: Format, office: Path | None
) -> tuple[bytes, Refused | None]:
    """Return the file's bytes, and why the office's template was not used, if so.

    With a template that cannot be filled the built-in one is: the report comes in any case.
    """
    if format != "docx" or office is None:
        return render_report(report, format), None
    try:
        return render_report(report, format, office), None
    except Refused as refused:
        return render_report(report, format), refused


def describe_template_variables(language: Language) -> list[tuple[str, str]]:
    """Return what a template may use, each with what it holds."""
    module = import_module("pipelines.output.report.template")
    variables: list[tuple[str, str]] = module.describe_variables(language)
    return variables


def default_template(language: Language) -> bytes:
    """Build the Word template an office starts its own from."""
    template: bytes = import_module("pipelines.output.report.template").build_template(language)
    return template


def report_file_name(period: str, places: tuple[str, ...], build: str, format: Format) -> str:
    """Return the file's name, which has the place, the period and the build in it."""
    codes = [place.partition("@")[0] for place in places]
    place = "-".join(codes) or province_code()
    return f"caunoi_{place}_{period.replace('..', '_')}_{build}.{format}"
