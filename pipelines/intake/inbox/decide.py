"""A judged file and its past in; its issues, its status and the state of every cell out. Writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from pipelines.intake.check import block_entries, check, find_blocked
from pipelines.intake.history import Group, Past, Sent, Status
from pipelines.intake.inbox.canonical import canonical
from pipelines.intake.inbox.outcome import Change, Replaced
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Entry, Record, Return, State
from pipelines.settings import Settings


class Judged(Protocol):
    """What the judging child says of one file (intake/child.py)."""

    @property
    def name(self) -> str: ...
    @property
    def file_sha256(self) -> str: ...
    @property
    def data(self) -> bytes | None: ...
    @property
    def ret(self) -> Return | None: ...
    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def refused(self) -> bool: ...


@dataclass(frozen=True)
class Decided:
    """One file, decided: what would be written and what it would change."""

    judged: Judged
    ret: Return
    status: Status
    issues: tuple[Issue, ...]
    canonical: str = ""
    #: The entries with their final states, and the state of each record.
    entries: Sequence[Entry] = ()
    records: Sequence[tuple[Record, State]] = ()
    #: Revision of each form, reporter and period the file speaks of.
    revisions: Mapping[Group, int] = field(default_factory=dict)
    #: The same table, received before.
    known: Sent | None = None
    replaced: Replaced | None = None
    changes: tuple[Change, ...] = ()
    waiting: bool = False


NOTHING = Return("", 0, "single", "", "")


def decide(judged: Judged, past: Past, settings: Settings, today: date) -> Decided:
    """Issues, status and the state of every cell; the past must cover the file's reporters."""
    ret = judged.ret or NOTHING
    rules = check(ret, past.history, past.known, settings, today=today) if _readable(judged) else []
    found = Decided(judged, ret, "returned", _once([*judged.issues, *ret.issues, *rules]), canonical(ret))
    return _stated(found)


def _once(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Each finding once: the child and the return may both carry it."""
    found = {(one.code, one.case, one.sheet, one.text, one.cells, one.field, one.reporter): one for one in issues}
    return tuple(found.values())


def _readable(judged: Judged) -> bool:
    return judged.ret is not None and not judged.refused


def _stated(decided: Decided) -> Decided:
    """Every cell gets its state, the file its status; both follow from what the issues keep out."""
    out = find_blocked(decided.issues)
    entries = block_entries(decided.ret.entries, out)
    records = [(r, _record_state(r, out.holds(r.sheet, r.cell))) for r in decided.ret.records]
    taken = any(e.state == "accepted" for e in entries) or any(state == "accepted" for _, state in records)
    whole = taken or (decided.ret.nothing and not out.whole)
    status = choose_status(decided.issues) if whole else "returned"
    return replace(decided, entries=entries, records=records, status=status)


def _record_state(record: Record, refused: bool) -> State:
    if refused or not record.record:
        return "blocked"
    return "accepted" if record.text else "blank"


def choose_status(issues: Sequence[Issue]) -> Status:
    """The status of a file of which something is taken."""
    severities = {one.severity for one in issues}
    if "error" in severities:
        return "partly_accepted"
    return "accepted_with_warnings" if "warning" in severities else "accepted"
