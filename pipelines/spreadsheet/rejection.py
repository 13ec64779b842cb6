"""How the readers stop early: the exception that carries the issue which ends a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipelines.spreadsheet.issues import make_read_issue


class FileRejected(Exception):
    """Nothing of the file is taken; the gate catches it and returns its issue.

    NOTE: expat offers no other way out of its callbacks.
    """

    def __init__(
        self, code: str, sheet: str = "", cell: str = "", case: str = "", **values: str | int
    ) -> None:
        super().__init__(code)
        self.issue = make_read_issue(code, sheet, cell, case, **values)


@contextmanager
def name_sheet(sheet: str) -> Iterator[None]:
    """Name the sheet in every refusal raised inside that does not name one."""
    try:
        yield
    except FileRejected as refused:
        refused.issue = replace(refused.issue, sheet=refused.issue.sheet or sheet)
        raise
