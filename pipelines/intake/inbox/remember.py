"""A file just received joins the past, for those that follow it in the same ingest."""

from dataclasses import replace
from datetime import datetime

from pipelines.intake.history import Latest, Past, Sent
from pipelines.intake.inbox.decide import Decided


def absorb(past: Past, decided: Decided, receipt: str, received: datetime) -> None:
    """Add what the ledger will say of this file to the past, exactly as reading it back would."""
    past.sent[decided.canonical or decided.judged.file_sha256] = Sent(receipt, decided.status, received)
    past.receipts.add(receipt)
    for group, revision in decided.revisions.items():
        before = past.latest.get(group, Latest(None, None, 0))
        sent_back = decided.status == "returned"
        past.latest[group] = replace(before, revision=revision) if sent_back else Latest(receipt, received, revision)
    if not decided.waiting:
        _absorb_cells(past, decided)


def _absorb_cells(past: Past, decided: Decided) -> None:
    for e in decided.entries:
        if e.state == "accepted" and e.value is not None:
            past.add_value(e.reporter, e.period, e.field, e.value)
    for r, state in decided.records:
        if state == "blocked":
            continue
        if r.period is None:
            past.add_register(r.register, [(r.record, r.field, r.text)])
        else:
            past.add_line(r.reporter, r.period, r.record, r.field, r.text)
