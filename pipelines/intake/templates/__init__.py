"""Write the workbooks officers fill in: forms A and B, district workbooks, registers."""

from pipelines.intake.templates.district_template import write_district
from pipelines.intake.templates.form_template import write_form
from pipelines.intake.templates.register_template import write_register

__all__ = ["write_district", "write_form", "write_register"]
