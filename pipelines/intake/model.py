"""Hold what a workbook says: entries, records and claims, each with the cell it came from."""

from dataclasses import dataclass, field
from typing import Literal

from pipelines.intake.issues import Issue

#: `single`: one reporter's form. `district`: one row a commune. `register`: Form C or D alone.
#: `tidy`: a CSV of cells.
ReturnKind = Literal["single", "district", "register", "tidy"]
CellState = Literal["accepted", "blocked", "blank", "unread"]
DataStatus = Literal["final", "estimate"]
#: The register a point sends with its return; those of form D are the city's, and come alone.
REFERRAL_REGISTER = "C"


@dataclass(frozen=True)
class FieldValue:
    """Hold one number cell of forms A and B: the text as sent and what was understood."""

    reporter: str
    period: str
    field: str
    #: As sent; None when the cell is blank.
    text: str | None
    value: int | None
    #: `=`, `>` or `~`; None where the form offers none.
    qualifier: str | None
    state: CellState
    sheet: str
    cell: str
    #: What the officer wrote in the note column: an answer settles a warning.
    note: str = ""


@dataclass(frozen=True)
class RegisterCell:
    """Hold one cell of a register's line: dates as ISO text, several choices joined by `;`."""

    register: str
    reporter: str
    #: None for the Form D registers, which belong to no quarter.
    period: str | None
    #: The line's key, such as a slip number.
    record: str
    field: str
    text: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class StatedTotal:
    """Hold a total somebody wrote, such as "Tổng cộng": stored to compare, never counted."""

    #: Whose total: a reporter, a district code or HN.
    unit: str
    period: str
    field: str
    value: int
    text: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Return:
    """Hold one file as it was understood: nothing in it is a figure yet."""

    form: str
    version: int
    kind: ReturnKind
    #: Reporter id, district code or HN.
    unit: str
    #: Quarter code; empty for the Form D registers.
    period: str
    template_id: str = ""
    data_status: DataStatus = "final"
    entries: list[FieldValue] = field(default_factory=list)
    records: list[RegisterCell] = field(default_factory=list)
    claims: list[StatedTotal] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: Form C says that nobody was referred: a return without a line, and no empty form.
    nil_return: bool = False

    @property
    def reporters(self) -> tuple[str, ...]:
        """Return whose entries the file holds, each reporter once, in file order."""
        return tuple(dict.fromkeys(entry.reporter for entry in self.entries))
