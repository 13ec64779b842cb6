"""Check what holds for every file: an error keeps out what it names, nothing else does."""

from collections.abc import Iterator

from pipelines.intake.ingest.assess import Assessment
from pipelines.intake.issues import Issue
from pipelines.spreadsheet.model import read_row


def find_contradictions(decided: Assessment) -> Iterator[str]:
    """Where the issues of a file, its status and the states of its cells say different things."""
    errors = [one for one in decided.issues if one.severity == "error"]
    if bool(errors) != (decided.status in ("partly_accepted", "returned")):
        yield f"{decided.status} with the errors {[one.code for one in errors]}"
    if not errors and (held := list(_find_held(decided))):
        yield f"nothing is wrong, and {held} are not taken"
    refusing = [one.code for one in errors if one.refuses]
    if refusing and decided.status != "returned":
        yield f"{decided.status}, although {refusing} refuse the file"
    for one in errors:
        if kept := [cell for sheet, cell in _find_taken(decided) if _should_hold(one, sheet, cell)]:
            yield f"{one.code} ({one.effect}) at {one.cells} leaves {kept}"


def _find_held(decided: Assessment) -> Iterator[str]:
    yield from (e.cell for e in decided.entries if e.state in ("blocked", "unread"))
    yield from (r.cell for r, state in decided.records if state == "blocked")


def _find_taken(decided: Assessment) -> Iterator[tuple[str, str]]:
    yield from ((e.sheet, e.cell) for e in decided.entries if e.state == "accepted")
    yield from ((r.sheet, r.cell) for r, state in decided.records if state == "accepted")


def _should_hold(one: Issue, sheet: str, cell: str) -> bool:
    """True when an error should keep out the value of a cell."""
    if one.refuses:
        return True
    lines = {read_row(named) for named in one.cells} if one.effect == "line" else set()
    return sheet == one.sheet and (cell in one.cells or read_row(cell) in lines)
