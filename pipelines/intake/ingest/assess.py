"""A judged file and its past in; its issues, its status and the state of every cell out. Writes nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from pipelines.intake.ingest.result import ReplacedReturn, ValueChange
from pipelines.intake.issues import Issue
from pipelines.intake.model import CellState, FieldValue, RegisterCell, Return
from pipelines.intake.prior_returns import PriorReturns, PriorSubmission, ReturnGroup, Status
from pipelines.intake.validation import block_entries, find_blocked, validate_return
from pipelines.settings import Settings


def content_fingerprint(ret: Return) -> str:
    """SHA-256 over what the return says, in an order of its own; empty when it says nothing."""
    if not (ret.entries or ret.records or ret.nil_return):
        return ""
    head = [ret.form, ret.unit, ret.period, ret.data_status]
    entries = sorted(
        [
            e.reporter,
            e.period,
            e.field,
            e.text or "" if e.value is None else str(e.value),
            e.qualifier or "",
            e.note,
        ]
        for e in ret.entries
    )
    records = sorted(
        [r.register, r.reporter, r.period or "", r.record, r.field, r.text] for r in ret.records
    )
    said = json.dumps([head, entries, records], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


class ParsedFileLike(Protocol):
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
class Assessment:
    """One file, decided: what would be written and what it would change."""

    parsed_file: ParsedFileLike
    ret: Return
    status: Status
    issues: tuple[Issue, ...]
    fingerprint: str = ""
    #: The entries with their final states, and the state of each record.
    entries: Sequence[FieldValue] = ()
    records: Sequence[tuple[RegisterCell, CellState]] = ()
    #: Revision of each form, reporter and period the file speaks of.
    revisions: Mapping[ReturnGroup, int] = field(default_factory=dict)
    #: The same table, received before.
    known: PriorSubmission | None = None
    replaced: ReplacedReturn | None = None
    changes: tuple[ValueChange, ...] = ()
    waiting: bool = False


EMPTY_RETURN = Return("", 0, "single", "", "")


def assess_file(
    parsed: ParsedFileLike, prior: PriorReturns, settings: Settings, today: date
) -> Assessment:
    """Issues, status and the state of every cell; the past must cover the file's reporters."""
    ret = parsed.ret or EMPTY_RETURN
    rules = (
        validate_return(ret, prior.history, prior.registers, settings, today=today)
        if _is_readable(parsed)
        else []
    )
    found = Assessment(
        parsed,
        ret,
        "returned",
        _drop_duplicates([*parsed.issues, *ret.issues, *rules]),
        content_fingerprint(ret),
    )
    return _set_states(found)


def _drop_duplicates(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Each finding once: the child and the return may both carry it."""
    found = {
        (one.code, one.case, one.sheet, one.text, one.cells, one.field, one.reporter): one
        for one in issues
    }
    return tuple(found.values())


def _is_readable(parsed: ParsedFileLike) -> bool:
    return parsed.ret is not None and not parsed.refused


def _set_states(assessment: Assessment) -> Assessment:
    """Every cell gets its state, the file its status; both follow from what the issues keep out."""
    out = find_blocked(assessment.issues)
    entries = block_entries(assessment.ret.entries, out)
    records = [
        (r, _choose_record_state(r, out.holds(r.sheet, r.cell))) for r in assessment.ret.records
    ]
    taken = any(e.state == "accepted" for e in entries) or any(
        state == "accepted" for _, state in records
    )
    whole = taken or (assessment.ret.nil_return and not out.whole)
    status = choose_status(assessment.issues) if whole else "returned"
    return replace(assessment, entries=entries, records=records, status=status)


def _choose_record_state(record: RegisterCell, refused: bool) -> CellState:
    if refused or not record.record:
        return "blocked"
    return "accepted" if record.text else "blank"


def choose_status(issues: Sequence[Issue]) -> Status:
    """The status of a file of which something is taken."""
    severities = {one.severity for one in issues}
    if "error" in severities:
        return "partly_accepted"
    return "accepted_with_warnings" if "warning" in severities else "accepted"
