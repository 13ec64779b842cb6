"""What a rehearsal of the rules found, printed: which past returns would fail now, which no longer."""

from dataclasses import asdict

import polars as pl

from pipelines.cli import common
from pipelines.intake.rule_backtest import BacktestResult


def print_backtest(found: BacktestResult, *, as_json: bool) -> int:
    """Print the returns hit and say whether there are any."""
    failed = [
        {**asdict(f), "version": f.version, "fields": ", ".join(f.fields)} for f in found.failed
    ]
    passed = [
        {"code": code, "reporter": reporter, "period": period}
        for code, reporter, period in found.passed
    ]
    if as_json:
        common.print_json({"returns": found.returns, "rows": failed, "passed": passed})
    else:
        numbers = {"returns": found.returns, "failed": len(failed), "passed": len(passed)}
        common.say_out(common.terminal_text("cli.rehearsed", **numbers))
        for rows in (failed, passed):
            if rows:
                common.print_table(pl.DataFrame(rows))
    return common.ExitCode.DATA_HAS_ERRORS if failed else common.ExitCode.DONE
