"""What the readers say about a file: a code with its place, and the values of its sentence.

The caller decides what a code means and how it reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadIssue:
    """A code, the place it was found at and the values a sentence may name.

    README.md lists the codes.
    """

    code: str
    sheet: str = ""
    #: The cell, such as E7; empty when a sheet or the whole file is meant.
    cell: str = ""
    #: The circumstance that changes what the code means, such as `blank`; empty when there is none.
    case: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


def make_read_issue(
    code: str, /, sheet: str = "", cell: str = "", case: str = "", **values: str | int
) -> ReadIssue:
    """Return an issue at one cell, or about a sheet or the file when no cell is named."""
    return ReadIssue(code, sheet, cell, case, values)
