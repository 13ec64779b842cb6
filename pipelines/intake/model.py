"""Hold what a workbook says: entries, records and claims, each with the cell it came from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple, overload

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


class ReportRun(NamedTuple):
    """Say to how many neighbouring cells one form, reporter and period belong."""

    form: str
    reporter: str
    period: str
    cells: int

    @property
    def group(self) -> tuple[str, str, str]:
        return self[:3]


@dataclass
class FieldValues(Sequence[FieldValue]):
    """Hold the number cells of a file column by column, in file order, named as in FieldValue.

    A file has hundreds of them and nearly all are ordinary, so that whole columns are read, sent,
    checked and written; a cell is a FieldValue when it is asked for.
    """

    reporter: list[str] = field(default_factory=list)
    period: list[str] = field(default_factory=list)
    #: Codes of the fields.
    code: list[str] = field(default_factory=list)
    text: list[str | None] = field(default_factory=list)
    value: list[int | None] = field(default_factory=list)
    qualifier: list[str | None] = field(default_factory=list)
    state: list[CellState] = field(default_factory=list)
    sheet: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise ValueError for columns of different lengths."""
        if len(set(map(len, self.columns))) != 1:
            raise ValueError("columns of different lengths")
        self._runs: list[ReportRun] = []
        #: The number of cells when the runs were listed: cells are only ever added.
        self._cells_in_runs = 0

    @classmethod
    def from_entries(cls, entries: Iterable[FieldValue]) -> "FieldValues":
        values = cls()
        for entry in entries:
            values.append(entry)
        return values

    @property
    def columns(self) -> tuple[list[object], ...]:
        """Return the columns in the order of FieldValue's fields."""
        columns: tuple[list[object], ...] = _read_columns(self)
        return columns

    @property
    def forms(self) -> list[str]:
        """Return the form of each cell: that of its field."""
        forms = {code: code[0].upper() for code in set(self.code)}
        return [forms[code] for code in self.code]

    def find_reports(self) -> dict[tuple[str, str], Sequence[int]]:
        """Map each reporter and period to the positions of its cells, in file order."""
        reports: dict[tuple[str, str], Sequence[int]] = {}
        at = 0
        for run in self.list_runs():
            key = run.reporter, run.period
            own = range(at, at + run.cells)
            at += run.cells
            known = reports.get(key)
            reports[key] = [*known, *own] if known else own
        return reports

    def list_runs(self) -> Sequence[ReportRun]:
        """Return the runs of neighbouring cells of one form, reporter and period."""
        if self._cells_in_runs != len(self):
            groups = groupby(zip(self.forms, self.reporter, self.period, strict=True))
            self._runs = [ReportRun(*group, len(list(cells))) for group, cells in groups]
            self._cells_in_runs = len(self)
        return self._runs

    def list_accepted(self, positions: Sequence[int]) -> dict[str, int]:
        """Map the fields of those of these cells that are accepted to their values."""
        columns = (self.code, self.value, self.state)
        codes, values, states = (_take(column, positions) for column in columns)
        if states.count("accepted") == len(states) and None not in values:
            return dict(zip(codes, values, strict=True))
        cells = zip(codes, values, states, strict=True)
        return {code: v for code, v, state in cells if v is not None and state == "accepted"}

    def list_codes(self, positions: Sequence[int]) -> list[str]:
        """Return the fields of these cells."""
        return _take(self.code, positions)

    def append(self, entry: FieldValue) -> None:
        # NOTE: both hold their members in the same order; `astuple` copies every one of them.
        for column, member in zip(_read_columns(self), vars(entry).values(), strict=True):
            column.append(member)

    def extend_members(self, cells: Sequence[Iterable[object]]) -> None:
        """Append cells, each given by the members of its FieldValue in their order."""
        # NOTE: of no cells `zip` makes no columns.
        for column, more in zip(_read_columns(self), zip(*cells, strict=True), strict=bool(cells)):
            column += more

    def extend(self, others: "FieldValues") -> None:
        for column, more in zip(self.columns, others.columns, strict=True):
            column += more

    def set_count(self, at: int, value: int, qualifier: str | None) -> None:
        """Set what is said at a position to an accepted count, as a number cell says it."""
        self.text[at] = str(value)
        self.value[at] = value
        self.qualifier[at] = qualifier
        self.state[at] = "accepted"

    def set_entry(self, at: int, entry: FieldValue) -> None:
        """Set text, value, sign and state at a position to those of a cell read alone."""
        self.text[at] = entry.text
        self.value[at] = entry.value
        self.qualifier[at] = entry.qualifier
        self.state[at] = entry.state

    def with_states(self, states: list[CellState]) -> "FieldValues":
        """Return the same cells with other states."""
        twin = replace(self, state=states)
        twin._runs, twin._cells_in_runs = self._runs, self._cells_in_runs
        return twin

    def __len__(self) -> int:
        return len(self.code)

    def __iter__(self) -> Iterator[FieldValue]:
        cells: Iterator[FieldValue] = map(FieldValue, *_read_columns(self))
        return cells

    @overload
    def __getitem__(self, at: int) -> FieldValue: ...
    @overload
    def __getitem__(self, at: slice) -> "FieldValues": ...
    def __getitem__(self, at: int | slice) -> "FieldValue | FieldValues":
        members = [column[at] for column in _read_columns(self)]
        return FieldValues(*members) if isinstance(at, slice) else FieldValue(*members)


#: Returns the columns in the order of FieldValue's fields.
_read_columns: Callable[[FieldValues], Any] = attrgetter(*(one.name for one in fields(FieldValues)))


def _take(column: list[Any], positions: Sequence[int]) -> list[Any]:
    """Return what stands at these positions; nearly always they are neighbours."""
    if isinstance(positions, range):
        return column[positions.start : positions.stop]
    return [column[at] for at in positions]


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

    #: Whose total: a reporter, a district code or the code of the city.
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
    #: Reporter id, district code or the code of the city.
    unit: str
    #: Quarter code; empty for the Form D registers.
    period: str
    template_id: str = ""
    data_status: DataStatus = "final"
    entries: FieldValues = field(default_factory=FieldValues)
    records: list[RegisterCell] = field(default_factory=list)
    claims: list[StatedTotal] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    #: Form C says that nobody was referred: a return without a line, and no empty form.
    nil_return: bool = False

    @property
    def reporters(self) -> tuple[str, ...]:
        """Return whose entries the file holds, each reporter once, in file order."""
        return tuple(dict.fromkeys(self.entries.reporter))
