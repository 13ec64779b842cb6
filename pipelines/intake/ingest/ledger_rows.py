"""Build the rows of one ledger batch; client codes leave here only as keyed hashes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

import polars as pl

from pipelines.intake.ingest.assess import Assessment
from pipelines.intake.issues import Issue
from pipelines.intake.model import FieldValue, RegisterCell
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.store.schema import LedgerBatch, build_frame, empty_frame, to_frame

#: The ledger writes the true number.
PLACEHOLDER_SEQ = 1


#: What is written cell by cell, in the order of `_add_values`.
CELL_COLUMNS = ("field", "text", "value", "qualifier", "state", "sheet", "cell")
#: What is the same for all neighbouring cells of one report.
RUN_COLUMNS = ("submission", "form", "reporter", "period", "data_status", "revision", "count")
RunRow = tuple[str, str, str, str, str, int, int]


def _make_value_columns() -> list[list[object]]:
    return [[] for _ in CELL_COLUMNS]


@dataclass
class LedgerRows:
    """Collect the rows of one batch in the order of the schemas; values column by column."""

    keys: PseudonymKeys
    received: datetime
    origin: str
    values: list[list[object]] = field(default_factory=_make_value_columns)
    runs: list[RunRow] = field(default_factory=list)
    records: list[tuple[object, ...]] = field(default_factory=list)
    submissions: list[tuple[object, ...]] = field(default_factory=list)
    issues: list[tuple[object, ...]] = field(default_factory=list)

    def add_file(self, assessment: Assessment, submission: str, name: str) -> None:
        """Add all rows of one file, its client codes already pseudonymised."""
        ret = assessment.ret
        period = ret.period or None
        self.submissions.append(
            (
                PLACEHOLDER_SEQ,
                submission,
                assessment.parsed_file.file_sha256,
                assessment.fingerprint,
                name,
                ret.form,
                ret.version,
                ret.kind,
                ret.unit,
                period,
                self.received,
                assessment.status,
                self.origin,
            )
        )
        self._add_values(assessment, submission)
        self._add_records(assessment, submission)
        self.issues += [_issue_row(issue, submission, period) for issue in assessment.issues]

    def build_batch(self) -> LedgerBatch:
        """Return the rows as checked frames."""
        return LedgerBatch(
            values=self._build_values(),
            records=to_frame("records", self.records),
            submissions=to_frame("submissions", self.submissions),
            issues=to_frame("issues", self.issues),
        )

    def _add_values(self, assessment: Assessment, submission: str) -> None:
        entries, status = assessment.entries, assessment.ret.data_status
        columns: tuple[Sequence[object], ...] = (
            entries.code,
            entries.text,
            entries.value,
            entries.qualifier,
            entries.state,
            entries.sheet,
            entries.cell,
        )
        for column, added in zip(self.values, columns, strict=True):
            column += added
        for run in entries.list_runs():
            revision = assessment.revisions[run.group]
            self.runs.append((submission, *run.group, status, revision, run.cells))

    def _build_values(self) -> pl.DataFrame:
        """Return the values as a checked frame; what a report's cells share is written once."""
        if not self.runs:
            return empty_frame("values")
        runs = pl.DataFrame(self.runs, schema=RUN_COLUMNS, orient="row")
        shared = runs.select(pl.exclude("count").repeat_by("count").explode())
        columns: dict[str, Sequence[object] | pl.Series] = dict(
            zip(CELL_COLUMNS, self.values, strict=True)
        )
        columns |= {column.name: column for column in shared}
        columns["seq"] = pl.repeat(PLACEHOLDER_SEQ, shared.height, eager=True)
        columns["received"] = pl.repeat(self.received, shared.height, eager=True)
        return build_frame("values", [columns[name] for name in empty_frame("values").columns])

    def _add_records(self, assessment: Assessment, submission: str) -> None:
        for r, state in assessment.records:
            self.records.append(
                (
                    PLACEHOLDER_SEQ,
                    submission,
                    r.register,
                    r.reporter,
                    r.period,
                    r.record,
                    r.field,
                    r.text or None,
                    state,
                    r.sheet,
                    r.cell,
                    self.received,
                    assessment.revisions[r.register, r.reporter, r.period or ""],
                )
            )


def pseudonymise_clients(assessment: Assessment, keys: PseudonymKeys) -> Assessment:
    """Return the file with every client code of form C replaced by its keyed hash.

    That is done in records and issues.
    """
    codes = _hash_codes([record for record, _ in assessment.records], keys)
    if not codes:
        return assessment
    records = [(_pseudonymise(record, codes), state) for record, state in assessment.records]
    issues = tuple(_replace_codes(issue, codes) for issue in assessment.issues)
    return replace(assessment, records=records, issues=issues)


def _hash_codes(records: Iterable[RegisterCell], keys: PseudonymKeys) -> dict[str, str]:
    """Map every client code to its keyed hash."""
    codes: dict[str, str] = {}
    for record in records:
        if _is_client(record) and record.text:
            codes[record.text] = keys.pseudonym(record.reporter, record.text)
    return codes


def _pseudonymise(record: RegisterCell, codes: dict[str, str]) -> RegisterCell:
    if not _is_client(record):
        return record
    return replace(record, text=codes.get(record.text, ""))


def has_client_codes(assessment: Assessment) -> bool:
    """Does the file hold client codes, so that it may not be kept as sent?"""
    return any(_is_client(r) and r.text for r in assessment.ret.records)


def _is_client(record: RegisterCell) -> bool:
    return record.register == "C" and record.field == "client"


def _replace_codes(one: Issue, codes: dict[str, str]) -> Issue:
    values = dict(one.values)
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = codes.get(value, value)
    return replace(one, text=codes.get(one.text, one.text), values=values)


def _issue_row(one: Issue, submission: str, period: str | None) -> tuple[object, ...]:
    values: dict[str, str | int] = {}
    if len(one.cells) > 1:
        values["cell"] = ", ".join(one.cells)
    if one.case:
        values["case"] = one.case
    values.update(one.values)
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
        json.dumps(values, ensure_ascii=False),
        one.field,
    )


def build_account(assessment: Assessment) -> bytes:
    """Write everything a file says, cell by cell, for the archive; client codes are hashed.

    It stands for a file that may not be kept itself.
    """
    parsed_file = assessment.parsed_file
    ret = assessment.ret
    account = {
        "name": parsed_file.name,
        "file_sha256": parsed_file.file_sha256,
        "form": ret.form,
        "unit": ret.unit,
        "period": ret.period,
        "columns": {
            "entries": [f.name for f in fields(FieldValue)],
            "records": [f.name for f in fields(RegisterCell)],
        },
        "entries": [list(vars(e).values()) for e in assessment.entries],
        "records": [list(vars(r).values()) for r, _ in assessment.records],
    }
    return json.dumps(account, ensure_ascii=False, separators=(",", ":")).encode()
