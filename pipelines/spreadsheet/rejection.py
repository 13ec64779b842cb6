"""How the readers stop early: a code and its place go up, and the gate returns them as the issue that ends the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipelines.spreadsheet.issues import make_read_issue


class FileRejected(Exception):
    """Nothing of the file is taken; never leaves the gate. NOTE: expat offers no other way out of its callbacks."""

    def __init__(
        self, code: str, sheet: str = "", cell: str = "", case: str = "", **values: str | int
    ) -> None:
        super().__init__(code)
        self.issue = make_read_issue(code, sheet, cell, case, **values)


@contextmanager
def name_sheet(sheet: str) -> Iterator[None]:
    """Names the sheet in every refusal raised inside that does not name one."""
    try:
        yield
    except FileRejected as refused:
        refused.issue = replace(refused.issue, sheet=refused.issue.sheet or sheet)
        raise
