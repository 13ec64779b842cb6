"""Validate returns: rules of forms A, B, C and the registers, also beside earlier returns."""

from pipelines.intake.validation.backtest import RuleFailure, backtest_rules
from pipelines.intake.validation.completeness import (
    Coverage,
    drop_unowed_lines,
    list_coverage_issues,
    measure_coverage,
)
from pipelines.intake.validation.prior_values import PriorValues, RegisteredUnit, RegisterSnapshot
from pipelines.intake.validation.registry import (
    LINE_RULES,
    RULES,
    Blocked,
    Rule,
    Violation,
    block_entries,
    find_blocked,
)
from pipelines.intake.validation.runner import validate_return

__all__ = [
    "LINE_RULES",
    "RULES",
    "Blocked",
    "Coverage",
    "PriorValues",
    "RegisterSnapshot",
    "RegisteredUnit",
    "Rule",
    "RuleFailure",
    "Violation",
    "backtest_rules",
    "block_entries",
    "drop_unowed_lines",
    "find_blocked",
    "list_coverage_issues",
    "measure_coverage",
    "validate_return",
]
