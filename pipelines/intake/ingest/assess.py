"""Assess a parsed file beside its past: its issues, status and the state of every cell."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from pipelines.intake.ingest.result import ReplacedReturn, ValueChange
from pipelines.intake.issues import Issue
from pipelines.intake.model import (
    REFERRAL_REGISTER,
    CellState,
    FieldValues,
    RegisterCell,
    Return,
)
from pipelines.intake.prior_returns import PriorReturns, PriorSubmission, ReturnGroup, Status
from pipelines.intake.validation import (
    Blocked,
    Coverage,
    block_entries,
    drop_unowed_lines,
    find_blocked,
    list_coverage_issues,
    measure_coverage,
    validate_return,
)
from pipelines.settings import Settings
from pipelines.spreadsheet.model import read_row


def content_fingerprint(ret: Return) -> str:
    """Return SHA-256 over what the return says, in a fixed order; empty when it says nothing."""
    if not (ret.entries or ret.records or ret.nil_return):
        return ""
    head = [ret.form, ret.unit, ret.period, ret.data_status]
    entries = sorted(_list_contents(ret.entries))
    records = sorted(map(_record_content, ret.records))
    content = ",".join((_to_json(head), _join_rows(entries), _join_rows(records)))
    return hashlib.sha256(f"[{content}]".encode()).hexdigest()


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _join_rows(rows: Sequence[Sequence[str]]) -> str:
    """Write rows of texts as JSON does; nearly always there is nothing in them to escape."""
    joined = '"],["'.join(map('","'.join, rows))
    signs = 2 * len(rows) * len(rows[0]) - 2 if rows else 0
    if not rows or _has_escapes(joined) or joined.count('"') != signs:
        return _to_json(rows)
    return f'[["{joined}"]]'


def _has_escapes(text: str) -> bool:
    # NOTE: `isprintable` is much faster than the pattern, and refuses more.
    return "\\" in text or (not text.isprintable() and bool(_ESCAPED.search(text)))


def _list_contents(entries: FieldValues) -> Iterator[tuple[str, ...]]:
    """Yield what each cell says: its value, or its text where none was understood."""
    said = zip(entries.value, entries.text, strict=True)
    values = [(text or "") if value is None else str(value) for value, text in said]
    signs = [sign or "" for sign in entries.qualifier]
    names = (entries.reporter, entries.period, entries.code)
    return zip(*names, values, signs, entries.note, strict=True)


def _record_content(record: RegisterCell) -> list[str]:
    return [
        record.register,
        record.reporter,
        record.period or "",
        record.record,
        record.field,
        record.text,
    ]


#: What JSON cannot hold as it is, besides quotation marks.
_ESCAPED = re.compile(r"[\\\x00-\x1f]")


class ParsedFileLike(Protocol):
    """Describe what the sandboxed process says of one file (intake/sandbox.py)."""

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
    """Hold what would be written of one file and what it would change."""

    parsed_file: ParsedFileLike
    ret: Return
    status: Status
    issues: tuple[Issue, ...]
    fingerprint: str = ""
    #: The entries with their final states, and the state of each record.
    entries: FieldValues = field(default_factory=FieldValues)
    records: Sequence[tuple[RegisterCell, CellState]] = ()
    #: Revision of each form, reporter and period the file speaks of.
    revisions: Mapping[ReturnGroup, int] = field(default_factory=dict)
    #: The same table, received before.
    known: PriorSubmission | None = None
    replaced: ReplacedReturn | None = None
    changes: tuple[ValueChange, ...] = ()
    waiting: bool = False
    #: Who of a district has a line in its workbook; None for other returns.
    coverage: Coverage | None = None


EMPTY_RETURN = Return("", 0, "single", "", "")


def assess_file(
    parsed: ParsedFileLike, prior: PriorReturns, settings: Settings, today: date
) -> Assessment:
    """Assess one file; `prior` must hold the file's reporters. Writes nothing."""
    ret = parsed.ret or EMPTY_RETURN
    issues = [*parsed.issues, *ret.issues]
    if _is_readable(parsed):
        issues += validate_return(ret, prior.history, prior.registers, settings, today=today)
    coverage = _measure_coverage(ret, prior) if ret.entries else None
    if coverage:
        issues = drop_unowed_lines(issues, coverage) + list_coverage_issues(ret, coverage)
    assessment = Assessment(
        parsed,
        ret,
        "returned",
        _drop_duplicates(issues),
        content_fingerprint(ret),
        coverage=coverage,
    )
    return _set_states(assessment)


def _measure_coverage(ret: Return, prior: PriorReturns) -> Coverage | None:
    """Return who of a district has a line, beside those whose return counts already."""

    def is_received(reporter: str) -> bool:
        latest = prior.latest.get((ret.form, reporter, ret.period))
        return latest is not None and latest.submission is not None

    return measure_coverage(ret, prior.registers, is_received)


def _drop_duplicates(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return each issue once: the sandboxed process and the return may both carry it."""
    distinct: dict[tuple[object, ...], Issue] = {}
    for issue in issues:
        place = (issue.sheet, issue.text, issue.cells)
        distinct[issue.code, issue.case, *place, issue.field, issue.reporter] = issue
    return tuple(distinct.values())


def _is_readable(parsed: ParsedFileLike) -> bool:
    return parsed.ret is not None and not parsed.refused


def _set_states(assessment: Assessment) -> Assessment:
    """Give every cell its state and the file its status, by what the issues keep out."""
    ret = assessment.ret
    blocked = find_blocked(assessment.issues)
    entries = block_entries(ret.entries, blocked)
    records = _block_lines([(r, _choose_record_state(r, blocked)) for r in ret.records])
    states = {*entries.state} | {state for _, state in records}
    is_taken = "accepted" in states or (ret.nil_return and not blocked.whole)
    status = choose_status(assessment.issues) if is_taken else "returned"
    return replace(assessment, entries=entries, records=records, status=status)


def _choose_record_state(record: RegisterCell, blocked: Blocked) -> CellState:
    if not record.record or blocked.holds(record.sheet, record.cell):
        return "blocked"
    return "accepted" if record.text else "blank"


def _block_lines(
    records: list[tuple[RegisterCell, CellState]],
) -> list[tuple[RegisterCell, CellState]]:
    """Block the whole line of a form D register where one cell is blocked.

    NOTE: half a line would move or close a unit as nobody said it.
    """
    wrong: set[tuple[str, int]] = set()
    for record, state in records:
        if state == "blocked" and record.register != REFERRAL_REGISTER:
            wrong.add((record.sheet, read_row(record.cell)))
    states: list[tuple[RegisterCell, CellState]] = []
    for record, state in records:
        is_wrong = (record.sheet, read_row(record.cell)) in wrong
        states.append((record, "blocked" if is_wrong else state))
    return states


def choose_status(issues: Sequence[Issue]) -> Status:
    """Choose the status of a file of which something is taken."""
    severities = {issue.severity for issue in issues}
    if "error" in severities:
        return "partly_accepted"
    return "accepted_with_warnings" if "warning" in severities else "accepted"
