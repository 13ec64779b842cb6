"""The periodic report and briefing pack: one model from the figures, four files from the model."""

from pipelines.output.report.compose import compose_report
from pipelines.output.report.document import Report
from pipelines.output.report.render import (
    FORMATS,
    Format,
    default_template,
    describe_template_variables,
    render_report,
    render_whatever_template,
    report_file_name,
)

__all__ = [
    "FORMATS",
    "Format",
    "Report",
    "compose_report",
    "default_template",
    "describe_template_variables",
    "render_report",
    "render_whatever_template",
    "report_file_name",
]
