"""Collect what the readers of a form find: entries, records, claims, issues."""

from dataclasses import dataclass, field, replace

from pipelines.intake.issues import Issue, make_issue
from pipelines.intake.model import FieldValues, RegisterCell, StatedTotal
from pipelines.spreadsheet.model import Cell


@dataclass
class ParseResult:
    """Hold one file's findings so far; every reader adds to the same lists."""

    entries: FieldValues = field(default_factory=FieldValues)
    records: list[RegisterCell] = field(default_factory=list)
    claims: list[StatedTotal] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: Sheet and address of cells read as counts and signs: their texts are judged as such.
    counted: list[tuple[str, str]] = field(default_factory=list)

    def add_issue(
        self,
        code: str,
        /,
        sheet: str,
        cell: str = "",
        text: str = "",
        *,
        case: str = "",
        **values: str | int,
    ) -> Issue:
        """Note an issue and return it."""
        issue = make_issue(code, sheet, cell, text, case=case, **values)
        self.issues.append(issue)
        return issue

    def add_issue_at(
        self,
        code: str,
        place: Cell,
        /,
        *,
        field: str | None = None,
        reporter: str | None = None,
        case: str = "",
        **values: str,
    ) -> Issue:
        """Note an issue at a cell, quoting its text, and return it."""
        issue = make_issue(code, place.sheet, place.address, place.text, case=case, **values)
        issue = replace(issue, field=field, reporter=reporter)
        self.issues.append(issue)
        return issue

    @property
    def refused(self) -> bool:
        """True when nothing of the file may be taken."""
        return any(issue.refuses for issue in self.issues)

    def widen(self, since: int) -> None:
        """Make the errors noted since then refuse the whole file.

        They are about the unit the whole file speaks for, so nothing of the file may be taken.
        `since` is the number of issues noted before.
        """
        for at, issue in enumerate(self.issues[since:], start=since):
            if issue.effect in ("cells", "line"):
                self.issues[at] = replace(issue, case="whole")
