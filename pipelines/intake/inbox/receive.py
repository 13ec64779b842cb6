"""Judged files in, outcomes out: decided beside the past, kept in archive and ledger, all of a batch or none of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from pipelines.intake.history import Past
from pipelines.intake.inbox.beside import beside
from pipelines.intake.inbox.decide import Decided, Judged, decide
from pipelines.intake.inbox.outcome import Outcome
from pipelines.intake.inbox.remember import absorb
from pipelines.intake.inbox.rows import Rows, account, has_clients, hashed
from pipelines.privacy.keys import Keys
from pipelines.settings import Settings
from pipelines.store.archive import Archive
from pipelines.store.home import Home
from pipelines.store.ledger import Ledger
from pipelines.store.lock import WAIT_SECONDS, locked

#: Short enough to read out over a telephone.
RECEIPT_LETTERS = 12


@dataclass
class Desk:
    """Where returns are received: one ledger, one archive, and the past kept in mind between batches."""

    settings: Settings
    origin: str = "inbox"
    received_at: datetime | None = None
    wait_seconds: float = WAIT_SECONDS

    def __post_init__(self) -> None:
        home = self.settings.home
        self.ledger = Ledger(home, free_bytes=self.settings.free_bytes, wait_seconds=self.wait_seconds)
        self.archive = Archive(home)
        self.past: Past | None = None

    def look(self, judged: Sequence[Judged]) -> list[Outcome]:
        """What receiving these files would do; nothing is written."""
        self.past = None
        self._remember(judged)
        outcomes = []
        for number, one in enumerate(judged):
            decided = self._decided(one)
            outcomes.append(_outcome(decided, None, keep=True))
            if not decided.known:
                # Files dropped together are seen together: the second of two equal ones is known already.
                absorb(self._past, decided, f"file {number}", datetime.now(UTC))
        self.past = None
        return outcomes

    def receive(self, judged: Sequence[Judged]) -> list[Outcome]:
        """Receive a batch: the receipts are given when archive and ledger are on the disk.

        Raises StoreBusy and StoreFull before anything is written, or with nothing of the batch kept.
        """
        with locked(self.settings.home / "intake.lock", self.wait_seconds):
            self.ledger.check_room()
            self.ledger.sweep()
            self._remember(judged)
            rows = Rows(Keys(Home(self.settings.home).keys), self.received_at or datetime.now(UTC), self.origin)
            try:
                decided = [self._taken(one, rows) for one in judged]
                self._keep((d for d, receipt in decided if receipt), rows.keys)
                if rows.submissions:
                    self._past.head = self.ledger.append(rows.batch()).seq
            except BaseException:
                # What was remembered of this batch is not in the ledger.
                self.past = None
                raise
        return [_outcome(one, receipt) for one, receipt in decided]

    @property
    def _past(self) -> Past:
        assert self.past is not None
        return self.past

    def _remember(self, judged: Iterable[Judged]) -> None:
        """The past of these files' reporters, read anew when somebody else has written meanwhile."""
        if self.past is None or self.past.head != self.ledger.head():
            self.past = Past.of(self.ledger)
        returns = [one.ret for one in judged if one.ret is not None]
        entries = {e.reporter for ret in returns for e in ret.entries}
        self.past.cover(entries | {r.reporter for ret in returns for r in ret.records})

    def _decided(self, judged: Judged) -> Decided:
        today = (self.received_at or datetime.now(UTC)).date()
        return beside(decide(judged, self._past, self.settings, today), self._past)

    def _taken(self, judged: Judged, rows: Rows) -> tuple[Decided, str | None]:
        """Decide one file and note its rows; no receipt for what was received before."""
        decided = self._decided(judged)
        if decided.known:
            return decided, None
        receipt = _receipt(judged, rows.received, self._past.receipts)
        safe = hashed(decided, rows.keys)
        rows.add(safe, receipt, judged.name)
        absorb(self._past, safe, receipt, rows.received)
        return decided, receipt

    def _keep(self, received: Iterable[Decided], keys: Keys) -> None:
        """Archive what may be kept: refused files leave no more than their hash and their issues."""
        files = []
        for one in received:
            if one.judged.data is None or one.judged.ret is None or one.judged.refused:
                continue
            if has_clients(one):
                self.archive.keep_account(one.judged.file_sha256, account(hashed(one, keys)))
            else:
                files.append(one.judged.data)
        self.archive.keep_all(files)


def _receipt(judged: Judged, received: datetime, given: set[str]) -> str:
    """12 hex of the file's hash and the time of receipt; counted on when one file comes twice in an instant."""
    for turn in count():
        text = f"{judged.file_sha256}{received.isoformat()}{turn or ''}"
        receipt = hashlib.sha256(text.encode()).hexdigest()[:RECEIPT_LETTERS]
        if receipt not in given:
            return receipt
    raise AssertionError("counting ends nowhere")


def _outcome(decided: Decided, receipt: str | None, *, keep: bool = False) -> Outcome:
    """What the officer is told; a table received before keeps its first receipt and status."""
    ret, known = decided.ret, decided.known
    outcome = Outcome(
        decided.judged.name,
        known.submission if known else receipt,
        decided.status,
        decided.issues,
        decided.judged.file_sha256,
        ret.form,
        ret.kind,
        ret.unit,
        ret.period,
        decided.replaced,
        decided.changes,
        known is not None,
        decided.waiting,
        has_clients(decided),
    )
    return replace(outcome, ret=decided.judged.ret) if keep or outcome.to_mend else outcome
