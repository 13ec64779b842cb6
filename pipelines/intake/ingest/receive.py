"""Receive parsed files into archive and ledger, all of a batch or none of it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from pipelines.intake.ingest.assess import Assessment, ParsedFileLike, assess_file
from pipelines.intake.ingest.ledger_rows import (
    LedgerRows,
    build_account,
    has_client_codes,
    pseudonymise_clients,
)
from pipelines.intake.ingest.reconcile import reconcile
from pipelines.intake.ingest.result import IngestResult
from pipelines.intake.prior_returns import (
    LatestReturn,
    PriorReturns,
    PriorSubmission,
    list_district_reporters,
)
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import WAIT_SECONDS, file_lock
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths


def add_to_prior(
    prior: PriorReturns, assessment: Assessment, receipt: str, received: datetime
) -> None:
    """Add what the ledger will say of this file to `prior`, as reading it back would."""
    fingerprint = assessment.fingerprint or assessment.parsed_file.file_sha256
    submission = PriorSubmission(receipt, assessment.status, received)
    prior.by_fingerprint[fingerprint] = submission
    prior.receipts.add(receipt)
    is_returned = assessment.status == "returned"
    for group, revision in assessment.revisions.items():
        if is_returned:
            before = prior.latest.get(group, LatestReturn(None, None, 0))
            prior.latest[group] = replace(before, revision=revision)
        else:
            prior.latest[group] = LatestReturn(receipt, received, revision)
    if not assessment.waiting:
        _add_entries(prior, assessment)
        _add_records(prior, assessment)


def _add_entries(prior: PriorReturns, assessment: Assessment) -> None:
    entries = assessment.entries
    for (reporter, period), positions in entries.find_reports().items():
        prior.add_report(reporter, period, entries.list_accepted(positions))


def _add_records(prior: PriorReturns, assessment: Assessment) -> None:
    lines: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for r, state in assessment.records:
        if state == "blocked":
            continue
        if r.period is None:
            lines[r.register, r.record][r.field] = r.text
        else:
            prior.add_line(r.reporter, r.period, r.record, r.field, r.text)
    for (register, record), texts in lines.items():
        prior.add_register_line(register, record, texts)
    if lines:
        prior.identify_again()


#: Short enough to read out over a telephone.
RECEIPT_LENGTH = 12


@dataclass
class Receiver:
    """Receive returns into one ledger and archive; the past is kept between batches."""

    settings: Settings
    origin: str = "inbox"
    received_at: datetime | None = None
    wait_seconds: float = WAIT_SECONDS

    def __post_init__(self) -> None:
        home = self.settings.home
        self.ledger = Ledger(
            home, free_bytes=self.settings.free_bytes, wait_seconds=self.wait_seconds
        )
        self.archive = Archive(home)
        self.past: PriorReturns | None = None

    def preview(self, parsed_files: Sequence[ParsedFileLike]) -> list[IngestResult]:
        """Return what receiving these files would do; nothing is written."""
        self.past = None
        self._load_prior(parsed_files)
        results = []
        for number, parsed in enumerate(parsed_files):
            assessment = self._assess_file(parsed)
            results.append(_build_result(assessment, None, keep_return=True))
            if not assessment.known:
                # Files dropped together are seen together: the second of two equal ones is known.
                add_to_prior(self._loaded_prior, assessment, f"file {number}", datetime.now(UTC))
        self.past = None
        return results

    def receive(self, parsed_files: Sequence[ParsedFileLike]) -> list[IngestResult]:
        """Receive a batch: the receipts are given when archive and ledger are on the disk.

        Raises StoreBusy and StoreFull before anything is written, or with nothing of the batch
        kept.
        """
        with file_lock(self.settings.home / "intake.lock", self.wait_seconds):
            self.ledger.check_room()
            self.ledger.sweep_orphans()
            self._load_prior(parsed_files)
            rows = LedgerRows(
                PseudonymKeys(DataPaths(self.settings.home).keys),
                self.received_at or datetime.now(UTC),
                self.origin,
            )
            try:
                with self.ledger.index.session():
                    decided = [self._receive_file(parsed, rows) for parsed in parsed_files]
                received = [assessment for assessment, receipt in decided if receipt]
                self._archive_files(received, rows.keys)
                if rows.submissions:
                    self._loaded_prior.head = self.ledger.append(rows.build_batch()).seq
            except BaseException:
                # What was remembered of this batch is not in the ledger.
                self.past = None
                raise
        return [_build_result(assessment, receipt) for assessment, receipt in decided]

    @property
    def _loaded_prior(self) -> PriorReturns:
        assert self.past is not None
        return self.past

    def _load_prior(self, parsed_files: Iterable[ParsedFileLike]) -> None:
        """Load the past of these files' reporters, anew when somebody else has written since."""
        if self.past is None or self.past.head != self.ledger.head():
            self.past = PriorReturns.from_ledger(self.ledger)
        reporters: set[str] = set()
        for parsed in parsed_files:
            reporters |= _list_reporters(parsed)
        self.past.load_reporters(reporters)

    def _assess_file(self, parsed: ParsedFileLike) -> Assessment:
        today = self.settings.local_time(self.received_at or datetime.now(UTC)).date()
        assessment = assess_file(parsed, self._loaded_prior, self.settings, today)
        return reconcile(assessment, self._loaded_prior, self.settings)

    def _receive_file(
        self, parsed: ParsedFileLike, rows: LedgerRows
    ) -> tuple[Assessment, str | None]:
        """Assess one file and note its rows; no receipt for what was received before."""
        assessment = self._assess_file(parsed)
        if assessment.known:
            return assessment, None
        receipt = _make_receipt(parsed, rows.received, self._loaded_prior)
        safe = pseudonymise_clients(assessment, rows.keys)
        rows.add_file(safe, receipt, parsed.name)
        add_to_prior(self._loaded_prior, safe, receipt, rows.received)
        return assessment, receipt

    def _archive_files(self, received: Iterable[Assessment], keys: PseudonymKeys) -> None:
        """Archive what may be kept: refused files leave only their hash and their issues."""
        files = []
        for assessment in received:
            parsed = assessment.parsed_file
            if parsed.data is None or parsed.ret is None or parsed.refused:
                continue
            if has_client_codes(assessment):
                self._archive_account(pseudonymise_clients(assessment, keys))
            else:
                files.append(parsed.data)
        self.archive.store_files(files)

    def _archive_account(self, assessment: Assessment) -> None:
        sha256 = assessment.parsed_file.file_sha256
        self.archive.store_account(sha256, build_account(assessment))


def _list_reporters(parsed: ParsedFileLike) -> set[str]:
    """Return whose past is needed: those the file speaks of, and those its district owes."""
    if parsed.ret is None:
        return set()
    reporters = {*parsed.ret.reporters, *(record.reporter for record in parsed.ret.records)}
    if parsed.ret.kind == "district" and parsed.ret.period:
        reporters |= list_district_reporters(parsed.ret)
    return reporters


def _make_receipt(parsed: ParsedFileLike, received: datetime, prior: PriorReturns) -> str:
    """Return 12 hex digits of a hash over the file's hash and the time of receipt.

    A number is added when one file comes twice in an instant.
    """
    for turn in count():
        text = f"{parsed.file_sha256}{received.isoformat()}{turn or ''}"
        receipt = hashlib.sha256(text.encode()).hexdigest()[:RECEIPT_LENGTH]
        if not prior.has_receipt(receipt):
            return receipt
    raise AssertionError("counting ends nowhere")


def _build_result(
    assessment: Assessment, receipt: str | None, *, keep_return: bool = False
) -> IngestResult:
    """Build what the officer is told; a table received before keeps its first receipt and status.

    `keep_return` adds what the file says also where nothing is to be corrected.
    """
    ret, known, parsed = assessment.ret, assessment.known, assessment.parsed_file
    result = IngestResult(
        parsed.name,
        known.submission if known else receipt,
        assessment.status,
        assessment.issues,
        parsed.file_sha256,
        ret.form,
        ret.kind,
        ret.unit,
        ret.period,
        assessment.replaced,
        assessment.changes,
        known is not None,
        assessment.waiting,
        has_client_codes(assessment),
        coverage=assessment.coverage,
    )
    if keep_return or result.needs_correction:
        return replace(result, ret=parsed.ret)
    return result
