"""What an error keeps out: the cells it names; everything else of the return is taken."""

from collections.abc import Iterable
from dataclasses import replace

from pipelines.intake.issues import Issue
from pipelines.intake.returns import Entry


def blocked_cells(issues: Iterable[Issue]) -> frozenset[tuple[str, str]]:
    """Sheet and cell of everything an error names; warnings and notes block nothing."""
    return frozenset((one.sheet, cell) for one in issues if one.blocks for cell in one.cells)


def blocked(entries: Iterable[Entry], issues: Iterable[Issue]) -> list[Entry]:
    """The entries, those named by an error with the state `blocked` and their text kept as sent."""
    cells = blocked_cells(issues)
    return [
        replace(entry, state="blocked") if entry.state == "accepted" and (entry.sheet, entry.cell) in cells else entry
        for entry in entries
    ]
