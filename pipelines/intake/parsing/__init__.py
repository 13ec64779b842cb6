"""A book of cells in, the return it is out: found by codes, read cell by cell, standard library only."""

from pipelines.intake.parsing.parse import parse_return

__all__ = ["parse_return"]
