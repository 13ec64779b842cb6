"""How the judges of one file stop early: a code and its place go up, the gate turns them into an issue."""

from dataclasses import replace

from pipelines.intake.issues import Issue, issue


class Reject(Exception):
    """Nothing of the file is taken; never leaves the gate. NOTE: expat offers no other way out of its callbacks."""

    def __init__(self, code: str, sheet: str = "", cell: str = "", **values: str | int) -> None:
        super().__init__(code)
        self.code, self.sheet, self.cell, self.values_of = code, sheet, cell, values

    @property
    def issue(self) -> Issue:
        return replace(issue(self.code, self.sheet, self.cell), values=self.values_of)
