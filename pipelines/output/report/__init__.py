"""The periodic report and briefing pack: one model from the figures, four files from the model."""

from pipelines.output.report.compose import compose
from pipelines.output.report.files import FORMATS, Format, default_template, file_name, written
from pipelines.output.report.model import Report

__all__ = ["FORMATS", "Format", "Report", "compose", "default_template", "file_name", "written"]
