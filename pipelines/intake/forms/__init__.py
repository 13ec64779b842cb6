"""A book of cells in, the return it is out: found by codes, read cell by cell, standard library only."""

from pipelines.intake.forms.understand import understand

__all__ = ["understand"]
