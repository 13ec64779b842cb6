"""Decided files become the rows of one ledger batch; client codes leave here only as keyed hashes."""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from pipelines.intake.inbox.decide import Decided
from pipelines.intake.issues import Issue
from pipelines.intake.returns import Entry, Record
from pipelines.privacy.keys import Keys
from pipelines.store.rows import Batch, typed

#: The ledger writes the true number.
SEQ = 1


@dataclass
class Rows:
    """Rows of one batch, column by column in the order of the schemas."""

    keys: Keys
    received: datetime
    origin: str
    values: list[tuple[object, ...]] = field(default_factory=list)
    records: list[tuple[object, ...]] = field(default_factory=list)
    submissions: list[tuple[object, ...]] = field(default_factory=list)
    issues: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, decided: Decided, submission: str, name: str) -> None:
        """All rows of one file, its client codes already hashed (`hashed`)."""
        ret = decided.ret
        self.submissions.append(
            (SEQ, submission, decided.judged.file_sha256, decided.canonical, name, ret.form, ret.version, ret.kind,
             ret.unit, ret.period or None, self.received, decided.status, self.origin)
        )  # fmt: skip
        self._add_values(decided, submission)
        self._add_records(decided, submission)
        self.issues += [_issue(one, submission, ret.period or None) for one in decided.issues]

    def batch(self) -> Batch:
        """The rows as checked frames."""
        return Batch(
            values=typed("values", self.values),
            records=typed("records", self.records),
            submissions=typed("submissions", self.submissions),
            issues=typed("issues", self.issues),
        )

    def _add_values(self, decided: Decided, submission: str) -> None:
        status, received, revisions = decided.ret.data_status, self.received, decided.revisions
        for e in decided.entries:
            form = e.field[0].upper()
            self.values.append(
                (SEQ, submission, form, e.reporter, e.period, e.field, e.text, e.value, e.qualifier, e.state, status,
                 e.sheet, e.cell, received, revisions[form, e.reporter, e.period])
            )  # fmt: skip

    def _add_records(self, decided: Decided, submission: str) -> None:
        received, revisions = self.received, decided.revisions
        for r, state in decided.records:
            revision = revisions[r.register, r.reporter, r.period or ""]
            self.records.append(
                (SEQ, submission, r.register, r.reporter, r.period, r.record, r.field, r.text or None, state,
                 r.sheet, r.cell, received, revision)
            )  # fmt: skip


def hashed(decided: Decided, keys: Keys) -> Decided:
    """The same file with every client code of Form C replaced by its keyed hash, in records and issues."""
    codes = {r.text: keys.code(r.reporter, r.text) for r, _ in decided.records if _is_client(r) and r.text}
    if not codes:
        return decided
    records = [(replace(r, text=codes.get(r.text, "")) if _is_client(r) else r, s) for r, s in decided.records]
    issues = tuple(_without(one, codes) for one in decided.issues)
    return replace(decided, records=records, issues=issues)


def has_clients(decided: Decided) -> bool:
    """Does the file hold client codes, so that it may not be kept as sent?"""
    return any(_is_client(r) and r.text for r in decided.ret.records)


def _is_client(record: Record) -> bool:
    return record.register == "C" and record.field == "client"


def _without(one: Issue, codes: dict[str, str]) -> Issue:
    values = {name: codes.get(v, v) if isinstance(v, str) else v for name, v in one.values.items()}
    return replace(one, text=codes.get(one.text, one.text), values=values)


def _issue(one: Issue, submission: str, period: str | None) -> tuple[object, ...]:
    where = {"cell": ", ".join(one.cells)} if len(one.cells) > 1 else {}
    case = {"case": one.case} if one.case else {}
    values = json.dumps({**where, **case, **one.values}, ensure_ascii=False)
    return (
        SEQ,
        submission,
        one.reporter,
        period,
        one.code,
        one.severity,
        one.sheet,
        one.cell,
        one.text,
        values,
        one.field,
    )


def account(decided: Decided) -> bytes:
    """Everything a file says, cell by cell, for the archive where the file itself may not be kept; codes hashed."""
    said = {
        "name": decided.judged.name,
        "file_sha256": decided.judged.file_sha256,
        "form": decided.ret.form,
        "unit": decided.ret.unit,
        "period": decided.ret.period,
        "columns": {"entries": [f.name for f in fields(Entry)], "records": [f.name for f in fields(Record)]},
        "entries": [list(vars(e).values()) for e in decided.entries],
        "records": [list(vars(r).values()) for r, _ in decided.records],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
