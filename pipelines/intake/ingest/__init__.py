"""Receive files into the store, watch the inbox, and carry out what a steward decides."""

from pipelines.intake.ingest.file_away import build_issue_report, build_report, remove_expired
from pipelines.intake.ingest.ingest import Source, ingest_files, preview_files, receive_files
from pipelines.intake.ingest.result import IngestResult, ReplacedReturn, ValueChange
from pipelines.intake.ingest.steward_actions import (
    approve_returns,
    close_period,
    confirm_alias,
    drop_alias,
    forget_point_key,
    withdraw_return,
)
from pipelines.intake.ingest.watch import watch_folder

__all__ = [
    "IngestResult",
    "ReplacedReturn",
    "Source",
    "ValueChange",
    "approve_returns",
    "build_issue_report",
    "build_report",
    "close_period",
    "confirm_alias",
    "drop_alias",
    "forget_point_key",
    "ingest_files",
    "preview_files",
    "receive_files",
    "remove_expired",
    "watch_folder",
    "withdraw_return",
]
