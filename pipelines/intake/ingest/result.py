"""Hold what becomes of a file: its status, its issues, and what it changed or would change."""

from dataclasses import dataclass
from datetime import datetime

from pipelines.intake.issues import Issue
from pipelines.intake.model import Return, ReturnKind
from pipelines.intake.prior_returns import Status
from pipelines.intake.validation import Coverage


@dataclass(frozen=True)
class ValueChange:
    """Name a figure that becomes another; `before` is None where it had been left out."""

    reporter: str
    period: str
    field: str
    before: int | None
    after: int


@dataclass(frozen=True)
class ReplacedReturn:
    """Name the earlier return of the same reporter and period."""

    submission: str
    received: datetime


@dataclass(frozen=True)
class IngestResult:
    """Hold what became of one file of an ingest or a preview."""

    name: str
    #: The receipt; None in a preview. For a return received before: the receipt given then.
    submission: str | None
    status: Status
    issues: tuple[Issue, ...]
    file_sha256: str = ""
    form: str = ""
    kind: ReturnKind = "single"
    unit: str = ""
    period: str = ""
    replaced: ReplacedReturn | None = None
    changes: tuple[ValueChange, ...] = ()
    #: The same table was received before: nothing is loaded (C003, C005).
    known: bool = False
    #: Its period is closed: its values wait for approval (C004).
    waiting: bool = False
    #: The file holds client codes: it may not be kept as sent.
    clients: bool = False
    #: What the file says, for the marked workbook; left out where nothing is to be mended.
    ret: Return | None = None
    #: Who of a district has a line in its workbook; None for other returns.
    coverage: Coverage | None = None

    @property
    def is_accepted(self) -> bool:
        """True when at least one value now counts, or waits for approval."""
        return self.status != "returned"

    @property
    def needs_correction(self) -> bool:
        """True when the officer has cells to correct."""
        return self.status in ("returned", "partly_accepted")
