"""Compare both engines of a build on this machine: DuckDB, and a Spark cluster."""

from dataclasses import asdict
from typing import Annotated

import polars as pl
import typer

from pipelines.cli import common
from pipelines.demo.cluster_check import ClusterReport, TableCheck, check_cluster

app = typer.Typer()


@app.command("cluster-check")
def compare_engines(
    copies: Annotated[int, typer.Option(min=1, max=10)] = 1,
    master: Annotated[str, typer.Option()] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Build with DuckDB and on a Spark cluster and compare every table; keeps nothing."""
    settings = common.load_configured(home)
    report = check_cluster(settings, sorted({1, copies}), master)
    if as_json:
        common.print_json(_describe_report(report))
    else:
        _print_report(report)
    if not report.is_equal:
        raise typer.Exit(common.ExitCode.DATA_HAS_ERRORS)


def _describe_report(report: ClusterReport) -> dict[str, object]:
    return {
        "equal": report.is_equal,
        "rows": [asdict(check) for check in report.tables],
        "sizes": [asdict(size) for size in report.sizes],
    }


def _print_report(report: ClusterReport) -> None:
    """Print every table of every size, then what each size took."""
    common.print_table(pl.DataFrame([_describe_table(check) for check in report.tables]))
    for size in report.sizes:
        times = {"duckdb": round(size.duckdb), "spark": round(size.spark)}
        common.say_out(common.terminal_text("cli.cluster_size", values=size.values, **times))
    key = "cli.cluster_equal" if report.is_equal else "cli.cluster_different"
    common.say_out(common.terminal_text(key), style="green" if report.is_equal else "red")


def _describe_table(check: TableCheck) -> dict[str, object]:
    verdict = "cli.cluster_same" if check.is_equal else "cli.cluster_other"
    return {
        common.terminal_text("cli.cluster_copies"): check.copies,
        common.terminal_text("cli.cluster_table"): check.table,
        common.terminal_text("cli.cluster_rows"): check.rows,
        common.terminal_text("cli.cluster_verdict"): common.terminal_text(verdict),
    }
