"""What errors keep out of a return: the cells and lines they name; everything else of it is taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipelines.intake.cells import read_row
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Entry


@dataclass(frozen=True)
class Blocked:
    """The cells and lines that may not be taken, or the whole file."""

    whole: bool
    cells: frozenset[tuple[str, str]]
    lines: frozenset[tuple[str, int]]

    def holds(self, sheet: str, cell: str) -> bool:
        """True when the cell may not be taken."""
        return self.whole or (sheet, cell) in self.cells or (sheet, read_row(cell)) in self.lines


def find_blocked(issues: Iterable[Issue]) -> Blocked:
    """What the issues keep out; warnings and notes keep out nothing."""
    cells: set[tuple[str, str]] = set()
    lines: set[tuple[str, int]] = set()
    whole = False
    for one in issues:
        effect = one.effect
        whole = whole or one.refuses
        if effect in ("cells", "line"):
            cells.update((one.sheet, cell) for cell in one.cells)
        if effect == "line":
            lines.update((one.sheet, read_row(cell)) for cell in one.cells)
    return Blocked(whole, frozenset(cells), frozenset(lines - {(sheet, 0) for sheet, _ in lines}))


def block_entries(entries: Iterable[Entry], blocked: Blocked) -> list[Entry]:
    """The entries, those that may not be taken with the state `blocked` and their text kept as sent."""
    return [
        replace(entry, state="blocked")
        if entry.state == "accepted" and blocked.holds(entry.sheet, entry.cell)
        else entry
        for entry in entries
    ]
