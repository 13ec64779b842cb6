"""A home in, the verdict of today's rules on its past out: which returns would fail now, and which no longer."""

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


@dataclass(frozen=True)
class BacktestResult:
    """What the rules say of the past: the failures nobody was told of, and those told of that are none any more."""

    returns: int
    failed: tuple[RuleFailure, ...]
    passed: tuple[RuleHit, ...]


def run_backtest(settings: Settings, codes: Collection[str] = ()) -> BacktestResult:
    """Judge everything received by the rules as they stand; all rules when none is named. Raises Refused.

    A changed rule is rehearsed before it is put in force: change it in the catalogue, ask, and look at whom it hits.
    """
    wanted = _select_codes(codes)
    ledger = Ledger(settings.home)
    values, lines = (
        _latest_received(ledger, "values"),
        _latest_received(ledger, "records").filter(pl.col("register") == "C"),
    )
    rows = values.select("reporter", "period", "field", "value").rows()
    cells = lines.select(
        "reporter", "period", "record", "field", pl.col("text").fill_null("")
    ).rows()
    accepted = ledger.newest_values().select("reporter", "period", "field", "value").rows()
    now = list(
        backtest_rules(
            wanted, rows, PriorReturns.from_ledger(ledger).registers, settings, cells, accepted
        )
    )
    told = _earlier_issues(ledger, wanted, pl.concat([values["submission"], lines["submission"]]))
    found = {(f.code, f.reporter, f.period) for f in now}
    fresh = tuple(f for f in now if (f.code, f.reporter, f.period) not in told)
    return BacktestResult(
        values.select("form", "reporter", "period").n_unique(), fresh, tuple(sorted(told - found))
    )


def _select_codes(codes: Collection[str]) -> list[str]:
    every = [*RULES, *LINE_RULES]
    for code in codes:
        if code not in every:
            raise Refused(f"no rule is called {code!r}", code="unknown_code", name=code)
    return list(codes) or [code for code in every if code in catalog.rules()]


def _latest_received(ledger: Ledger, kind: Literal["values", "records"]) -> pl.DataFrame:
    """The newest row of everything that was understood, blocked or not: what a rule kept out is judged again."""
    withdrawn = (
        ledger.frame("decisions").filter(pl.col("kind") == "withdraw")["target"].drop_nulls()
    )
    rows = ledger.frame(kind).filter(
        ~pl.col("submission").is_in(withdrawn.implode()), pl.col("state") != "unread"
    )
    if kind == "values":
        return rows.filter(pl.col("value").is_not_null()).unique(
            ["reporter", "period", "field"], keep="last"
        )
    return rows.sort("period", "order").unique(["reporter", "record", "field"], keep="last")


def _earlier_issues(ledger: Ledger, codes: Collection[str], submissions: pl.Series) -> set[RuleHit]:
    """What these returns were told when they came, whether it was answered by a comment or not."""
    issues = ledger.frame("issues").filter(
        pl.col("code").is_in(list(codes)), pl.col("reporter").is_not_null()
    )
    kept = issues.filter(pl.col("submission").is_in(submissions.unique().implode()))
    return set(kept.select("code", "reporter", pl.col("period").fill_null("")).iter_rows())
