"""One number cell with its sign and note in, an entry out; what is wrong becomes an issue at the cell."""

from dataclasses import dataclass, replace

from pipelines.catalog import Field
from pipelines.intake.cells import Cell
from pipelines.intake.forms.fold import fold
from pipelines.intake.forms.parts import Parts
from pipelines.intake.issues import issue
from pipelines.intake.numbers import LARGEST_COUNT, Understood, count, is_empty
from pipelines.intake.returns import Claim, Entry, State
from pipelines.intake.template.lists import codes

MONEY = "dong"


@dataclass(frozen=True)
class Line:
    """Everything that belongs to one field of one reporter, wherever it stands on the sheet."""

    field: Field
    reporter: str
    period: str
    value: Cell
    sign: Cell | None = None
    note: str = ""
    #: False when the cell contradicts another or its owner is in doubt: shown back, never taken.
    sure: bool = True
    #: True when a merge hides the cell, so that its blank says nothing.
    covered: bool = False

    def doubted(self) -> "Line":
        return replace(self, sure=False)


def read_entry(line: Line, parts: Parts) -> Entry:
    """The entry of one line: accepted when understood, blank, or unread with the issue that says why."""
    cell = line.value
    parts.counted.append((cell.sheet, cell.address))
    if line.sign is not None and line.sign.kind != "blank":
        parts.counted.append((line.sign.sheet, line.sign.address))
    if cell.kind == "blank" or is_empty(cell):
        if line.field.required and line.sure and not line.covered:
            parts.at("V025", cell, field=line.field.code, reporter=line.reporter)
        return _entry(line, None, None, "blank")
    understood = _bounded(count(cell, line.field.qualifier), line)
    if understood.issue:
        parts.issues.append(replace(understood.issue, field=line.field.code, reporter=line.reporter))
    sign, signed = _sign(line, understood, parts)
    taken = understood.value is not None and signed and line.sure
    return _entry(line, understood.value if taken else None, sign if taken else None, "accepted" if taken else "unread")


def _bounded(understood: Understood, line: Line) -> Understood:
    """Money may be large, a count may not."""
    if line.field.unit == MONEY or (understood.value or 0) < LARGEST_COUNT:
        return understood
    return Understood(None, None, issue("V007", line.value.sheet, line.value.address, line.value.text))


def _sign(line: Line, understood: Understood, parts: Parts) -> tuple[str | None, bool]:
    """The sign in force and whether it may stand here."""
    if line.sign is None or line.sign.kind == "blank":
        return (understood.qualifier or "=" if line.field.qualifier else None), True
    chosen = codes("qualifier").get(fold(line.sign.text))
    if chosen and line.field.qualifier and understood.qualifier in (None, "=", chosen):
        return chosen, True
    if chosen == "=":
        return None, not line.field.qualifier
    parts.at("V028", line.sign, field=line.field.code, reporter=line.reporter)
    return None, False


def _entry(line: Line, value: int | None, sign: str | None, state: State) -> Entry:
    cell = line.value
    text = None if cell.kind == "blank" or is_empty(cell) else cell.text
    where = (cell.sheet, cell.address)
    return Entry(line.reporter, line.period, line.field.code, text, value, sign, state, *where, line.note)


def claim(unit: str, period: str, field: str, cell: Cell) -> Claim | None:
    """A total somebody wrote, when it is a number at all."""
    understood = count(cell, False)
    if understood.value is None:
        return None
    return Claim(unit, period, field, understood.value, cell.text, cell.sheet, cell.address)
