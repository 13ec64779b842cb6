"""Judged files in, outcomes out: decided beside the past, kept in archive and ledger, all of a batch or none of it."""

import hashlib
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
from pipelines.intake.prior_returns import LatestReturn, PriorReturns, PriorSubmission
from pipelines.privacy.pseudonyms import PseudonymKeys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.atomic_files import WAIT_SECONDS, file_lock
from pipelines.store.ledger import Ledger
from pipelines.store.paths import DataPaths


def add_to_prior(
    prior: PriorReturns, assessment: Assessment, receipt: str, received: datetime
) -> None:
    """Add what the ledger will say of this file to the past, exactly as reading it back would."""
    prior.by_fingerprint[assessment.fingerprint or assessment.parsed_file.file_sha256] = (
        PriorSubmission(receipt, assessment.status, received)
    )
    prior.receipts.add(receipt)
    for group, revision in assessment.revisions.items():
        before = prior.latest.get(group, LatestReturn(None, None, 0))
        sent_back = assessment.status == "returned"
        prior.latest[group] = (
            replace(before, revision=revision)
            if sent_back
            else LatestReturn(receipt, received, revision)
        )
    if not assessment.waiting:
        _add_cells(prior, assessment)


def _add_cells(prior: PriorReturns, assessment: Assessment) -> None:
    for e in assessment.entries:
        if e.state == "accepted" and e.value is not None:
            prior.add_value(e.reporter, e.period, e.field, e.value)
    for r, state in assessment.records:
        if state == "blocked":
            continue
        if r.period is None:
            prior.add_register(r.register, [(r.record, r.field, r.text)])
        else:
            prior.add_line(r.reporter, r.period, r.record, r.field, r.text)


#: Short enough to read out over a telephone.
RECEIPT_LENGTH = 12


@dataclass
class Receiver:
    """Where returns are received: one ledger, one archive, and the past kept in mind between batches."""

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
        """What receiving these files would do; nothing is written."""
        self.past = None
        self._load_prior(parsed_files)
        outcomes = []
        for number, one in enumerate(parsed_files):
            decided = self._assess_file(one)
            outcomes.append(_build_result(decided, None, keep_return=True))
            if not decided.known:
                # Files dropped together are seen together: the second of two equal ones is known already.
                add_to_prior(self._loaded_prior, decided, f"file {number}", datetime.now(UTC))
        self.past = None
        return outcomes

    def receive(self, parsed_files: Sequence[ParsedFileLike]) -> list[IngestResult]:
        """Receive a batch: the receipts are given when archive and ledger are on the disk.

        Raises StoreBusy and StoreFull before anything is written, or with nothing of the batch kept.
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
                decided = [self._receive_file(one, rows) for one in parsed_files]
                self._archive_files((d for d, receipt in decided if receipt), rows.keys)
                if rows.submissions:
                    self._loaded_prior.head = self.ledger.append(rows.build_batch()).seq
            except BaseException:
                # What was remembered of this batch is not in the ledger.
                self.past = None
                raise
        return [_build_result(one, receipt) for one, receipt in decided]

    @property
    def _loaded_prior(self) -> PriorReturns:
        assert self.past is not None
        return self.past

    def _load_prior(self, parsed_files: Iterable[ParsedFileLike]) -> None:
        """The past of these files' reporters, read anew when somebody else has written meanwhile."""
        if self.past is None or self.past.head != self.ledger.head():
            self.past = PriorReturns.from_ledger(self.ledger)
        returns = [one.ret for one in parsed_files if one.ret is not None]
        entries = {e.reporter for ret in returns for e in ret.entries}
        self.past.load_reporters(entries | {r.reporter for ret in returns for r in ret.records})

    def _assess_file(self, parsed: ParsedFileLike) -> Assessment:
        today = (self.received_at or datetime.now(UTC)).date()
        return reconcile(
            assess_file(parsed, self._loaded_prior, self.settings, today), self._loaded_prior
        )

    def _receive_file(
        self, parsed: ParsedFileLike, rows: LedgerRows
    ) -> tuple[Assessment, str | None]:
        """Decide one file and note its rows; no receipt for what was received before."""
        decided = self._assess_file(parsed)
        if decided.known:
            return decided, None
        receipt = _make_receipt(parsed, rows.received, self._loaded_prior.receipts)
        safe = pseudonymise_clients(decided, rows.keys)
        rows.add_file(safe, receipt, parsed.name)
        add_to_prior(self._loaded_prior, safe, receipt, rows.received)
        return decided, receipt

    def _archive_files(self, received: Iterable[Assessment], keys: PseudonymKeys) -> None:
        """Archive what may be kept: refused files leave no more than their hash and their issues."""
        files = []
        for one in received:
            if (
                one.parsed_file.data is None
                or one.parsed_file.ret is None
                or one.parsed_file.refused
            ):
                continue
            if has_client_codes(one):
                self.archive.store_account(
                    one.parsed_file.file_sha256, build_account(pseudonymise_clients(one, keys))
                )
            else:
                files.append(one.parsed_file.data)
        self.archive.store_files(files)


def _make_receipt(parsed: ParsedFileLike, received: datetime, used_receipts: set[str]) -> str:
    """12 hex of the file's hash and the time of receipt; counted on when one file comes twice in an instant."""
    for turn in count():
        text = f"{parsed.file_sha256}{received.isoformat()}{turn or ''}"
        receipt = hashlib.sha256(text.encode()).hexdigest()[:RECEIPT_LENGTH]
        if receipt not in used_receipts:
            return receipt
    raise AssertionError("counting ends nowhere")


def _build_result(
    assessment: Assessment, receipt: str | None, *, keep_return: bool = False
) -> IngestResult:
    """What the officer is told; a table received before keeps its first receipt and status."""
    ret, known = assessment.ret, assessment.known
    outcome = IngestResult(
        assessment.parsed_file.name,
        known.submission if known else receipt,
        assessment.status,
        assessment.issues,
        assessment.parsed_file.file_sha256,
        ret.form,
        ret.kind,
        ret.unit,
        ret.period,
        assessment.replaced,
        assessment.changes,
        known is not None,
        assessment.waiting,
        has_client_codes(assessment),
    )
    return (
        replace(outcome, ret=assessment.parsed_file.ret)
        if keep_return or outcome.needs_correction
        else outcome
    )
