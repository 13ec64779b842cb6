"""Decided files become the rows of one ledger batch; client codes leave here only as keyed hashes."""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from pipelines.intake.ingest.assess import Assessment
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, RegisterCell
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.schema import LedgerBatch, to_frame

#: The ledger writes the true number.
PLACEHOLDER_SEQ = 1


@dataclass
class LedgerRows:
    """Rows of one batch, column by column in the order of the schemas."""

    keys: PseudonymKeys
    received: datetime
    origin: str
    values: list[tuple[object, ...]] = field(default_factory=list)
    records: list[tuple[object, ...]] = field(default_factory=list)
    submissions: list[tuple[object, ...]] = field(default_factory=list)
    issues: list[tuple[object, ...]] = field(default_factory=list)

    def add_file(self, assessment: Assessment, submission: str, name: str) -> None:
        """All rows of one file, its client codes already hashed (`hashed`)."""
        ret = assessment.ret
        self.submissions.append(
            (PLACEHOLDER_SEQ, submission, assessment.parsed_file.file_sha256, assessment.fingerprint,
             name, ret.form, ret.version, ret.kind, ret.unit, ret.period or None, self.received,
             assessment.status, self.origin)
        )  # fmt: skip
        self._add_values(assessment, submission)
        self._add_records(assessment, submission)
        self.issues += [
            _issue_row(one, submission, ret.period or None) for one in assessment.issues
        ]

    def build_batch(self) -> LedgerBatch:
        """The rows as checked frames."""
        return LedgerBatch(
            values=to_frame("values", self.values),
            records=to_frame("records", self.records),
            submissions=to_frame("submissions", self.submissions),
            issues=to_frame("issues", self.issues),
        )

    def _add_values(self, assessment: Assessment, submission: str) -> None:
        status, received, revisions = (
            assessment.ret.data_status,
            self.received,
            assessment.revisions,
        )
        for e in assessment.entries:
            form = e.field[0].upper()
            self.values.append(
                (PLACEHOLDER_SEQ, submission, form, e.reporter, e.period, e.field, e.text, e.value, e.qualifier,
                 e.state, status,
                 e.sheet, e.cell, received, revisions[form, e.reporter, e.period])
            )  # fmt: skip

    def _add_records(self, assessment: Assessment, submission: str) -> None:
        received, revisions = self.received, assessment.revisions
        for r, state in assessment.records:
            revision = revisions[r.register, r.reporter, r.period or ""]
            self.records.append(
                (PLACEHOLDER_SEQ, submission, r.register, r.reporter, r.period, r.record, r.field, r.text or None,
                 state,
                 r.sheet, r.cell, received, revision)
            )  # fmt: skip


def pseudonymise_clients(assessment: Assessment, keys: PseudonymKeys) -> Assessment:
    """The same file with every client code of Form C replaced by its keyed hash, in records and issues."""
    codes = {
        r.text: keys.pseudonym(r.reporter, r.text)
        for r, _ in assessment.records
        if _is_client(r) and r.text
    }
    if not codes:
        return assessment
    records = [
        (replace(r, text=codes.get(r.text, "")) if _is_client(r) else r, s)
        for r, s in assessment.records
    ]
    issues = tuple(_replace_codes(one, codes) for one in assessment.issues)
    return replace(assessment, records=records, issues=issues)


def has_client_codes(assessment: Assessment) -> bool:
    """Does the file hold client codes, so that it may not be kept as sent?"""
    return any(_is_client(r) and r.text for r in assessment.ret.records)


def _is_client(record: RegisterCell) -> bool:
    return record.register == "C" and record.field == "client"


def _replace_codes(one: Issue, codes: dict[str, str]) -> Issue:
    values = {name: codes.get(v, v) if isinstance(v, str) else v for name, v in one.values.items()}
    return replace(one, text=codes.get(one.text, one.text), values=values)


def _issue_row(one: Issue, submission: str, period: str | None) -> tuple[object, ...]:
    where = {"cell": ", ".join(one.cells)} if len(one.cells) > 1 else {}
    case = {"case": one.case} if one.case else {}
    values = json.dumps({**where, **case, **one.values}, ensure_ascii=False)
    return (
        PLACEHOLDER_SEQ,
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


def build_account(assessment: Assessment) -> bytes:
    """Everything a file says, cell by cell, for the archive where the file itself may not be kept; codes hashed."""
    said = {
        "name": assessment.parsed_file.name,
        "file_sha256": assessment.parsed_file.file_sha256,
        "form": assessment.ret.form,
        "unit": assessment.ret.unit,
        "period": assessment.ret.period,
        "columns": {
            "entries": [f.name for f in fields(FieldValue)],
            "records": [f.name for f in fields(RegisterCell)],
        },
        "entries": [list(vars(e).values()) for e in assessment.entries],
        "records": [list(vars(r).values()) for r, _ in assessment.records],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
