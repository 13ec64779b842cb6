"""Evaluate past returns by today's rules: which would fail now, and which no longer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines import catalog
from pipelines.errors import Refused
from pipelines.intake.prior_returns import PriorReturns
from pipelines.intake.validation.backtest import RuleFailure, backtest_rules
from pipelines.intake.validation.registry import LINE_RULES, RULES
from pipelines.settings import Settings
from pipelines.store.ledger import Ledger

#: What a rule found in one return: rule, reporter, period.
RuleHit = tuple[str, str, str]
_VALUE_COLUMNS = ("reporter", "period", "field", "value")
_LINE_COLUMNS = ("reporter", "period", "record", "field")


@dataclass(frozen=True)
class BacktestResult:
    """Hold what the rules say of the past.

    `failed` are the failures nobody was told of, `passed` those told of that are none any more.
    """

    returns: int
    failed: tuple[RuleFailure, ...]
    passed: tuple[RuleHit, ...]


def run_backtest(settings: Settings, codes: Collection[str] = ()) -> BacktestResult:
    """Evaluate everything received by the rules as they stand; all rules when none is named.

    A changed rule is tried before it is put in force: change it in the catalogue, run this, and
    look at whom it hits. Raises Refused for a code nobody knows.
    """
    wanted = _select_codes(codes)
    ledger = Ledger(settings.home)
    values = _latest_received(ledger, "values")
    lines = _latest_received(ledger, "records").filter(pl.col("register") == "C")
    failures = list(
        backtest_rules(
            wanted,
            values.select(_VALUE_COLUMNS).rows(),
            PriorReturns.from_ledger(ledger).registers,
            settings,
            lines.select(*_LINE_COLUMNS, pl.col("text").fill_null("")).rows(),
            ledger.newest_values().select(_VALUE_COLUMNS).rows(),
        )
    )
    submissions = pl.concat([values["submission"], lines["submission"]])
    known = _earlier_issues(ledger, wanted, submissions)
    hits = set(map(_hit_of, failures))
    return BacktestResult(
        values.select("form", "reporter", "period").n_unique(),
        tuple(failure for failure in failures if _hit_of(failure) not in known),
        tuple(sorted(known - hits)),
    )


def _hit_of(failure: RuleFailure) -> RuleHit:
    return failure.code, failure.reporter, failure.period


def _select_codes(codes: Collection[str]) -> list[str]:
    """Return the codes asked for, or those of every rule of the catalogue; raises Refused."""
    every = [*RULES, *LINE_RULES]
    for code in codes:
        if code not in every:
            raise Refused(f"no rule is called {code!r}", code="unknown_code", name=code)
    return list(codes) or [code for code in every if code in catalog.rules()]


def _latest_received(ledger: Ledger, kind: Literal["values", "records"]) -> pl.DataFrame:
    """Return the newest row of everything that was understood, blocked or not.

    So what a rule kept out is evaluated again. Rows come by period and reporter, in the same order
    every time.
    """
    decisions = ledger.frame("decisions")
    withdrawn = decisions.filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    rows = ledger.frame(kind).filter(
        ~pl.col("submission").is_in(withdrawn.implode()), pl.col("state") != "unread"
    )
    if kind == "values":
        understood = rows.filter(pl.col("value").is_not_null()).sort("period", "reporter", "order")
        return understood.unique(["reporter", "period", "field"], keep="last", maintain_order=True)
    lines = rows.sort("period", "reporter", "order")
    return lines.unique(["reporter", "record", "field"], keep="last", maintain_order=True)


def _earlier_issues(ledger: Ledger, codes: Collection[str], submissions: pl.Series) -> set[RuleHit]:
    """Return what these returns were told when they came, answered by a comment or not."""
    issues = ledger.frame("issues").filter(
        pl.col("code").is_in(list(codes)), pl.col("reporter").is_not_null()
    )
    kept = issues.filter(pl.col("submission").is_in(submissions.unique().implode()))
    return set(kept.select("code", "reporter", pl.col("period").fill_null("")).iter_rows())
