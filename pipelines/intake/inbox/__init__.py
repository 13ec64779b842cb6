"""The door of the store: files in, receipts and issues out; what a steward decides; the watched folder."""

from pipelines.intake.inbox.aside import expire, issue_report, report
from pipelines.intake.inbox.decisions import approve, close, confirm_alias, drop_alias, forget, withdraw
from pipelines.intake.inbox.ingest import Source, ingest, preview, receive_files
from pipelines.intake.inbox.outcome import Change, Outcome, Replaced
from pipelines.intake.inbox.watch import watch

__all__ = [
    "Change",
    "Outcome",
    "Replaced",
    "Source",
    "approve",
    "close",
    "confirm_alias",
    "drop_alias",
    "expire",
    "forget",
    "ingest",
    "issue_report",
    "preview",
    "receive_files",
    "report",
    "watch",
    "withdraw",
]
