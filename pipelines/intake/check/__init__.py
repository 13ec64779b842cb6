"""Cells to issues: the rules of forms A, B, C and the registers, within a return and beside what came before."""

from pipelines.intake.check.block import Blocked, block_entries, find_blocked
from pipelines.intake.check.history import History, Known, Unit
from pipelines.intake.check.rehearse import Failure, rehearse
from pipelines.intake.check.rule import LINE_RULES, RULES, Check, Finding
from pipelines.intake.check.run import check

__all__ = [
    "LINE_RULES",
    "RULES",
    "Blocked",
    "Check",
    "Failure",
    "Finding",
    "History",
    "Known",
    "Unit",
    "block_entries",
    "check",
    "find_blocked",
    "rehearse",
]
