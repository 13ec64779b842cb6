"""Catalogue and values in, the workbooks officers fill in out: forms A and B, district workbooks, registers."""

from pipelines.intake.template.district import write_district
from pipelines.intake.template.form import write_form
from pipelines.intake.template.register import write_register

__all__ = ["write_district", "write_form", "write_register"]
