"""What a rehearsal of the rules found, printed: which past returns would fail now, which no longer."""

from dataclasses import asdict

import polars as pl

from pipelines.cli import common
from pipelines.intake.rehearsal import Rehearsed


def show(found: Rehearsed, *, as_json: bool) -> int:
    """Print the returns hit and say whether there are any."""
    failed = [{**asdict(f), "version": f.version, "fields": ", ".join(f.fields)} for f in found.failed]
    passed = [{"code": code, "reporter": reporter, "period": period} for code, reporter, period in found.passed]
    if as_json:
        common.print_json({"returns": found.returns, "rows": failed, "passed": passed})
    else:
        numbers = {"returns": found.returns, "failed": len(failed), "passed": len(passed)}
        common.say_out(common.word("cli.rehearsed", **numbers))
        for rows in (failed, passed):
            if rows:
                common.print_table(pl.DataFrame(rows))
    return common.Code.DATA_HAS_ERRORS if failed else common.Code.DONE
