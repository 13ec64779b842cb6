"""Parse a workbook of cells into a Return: found by codes, read cell by cell.

Only the standard library is used, so that the sandboxed process stays small.
"""

from pipelines.intake.parsing.parse import parse_return

__all__ = ["parse_return"]
