"""Commands of the inbox: ingest, watch, remind, withdraw, close, approve, forget."""

import getpass
import signal
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer

from pipelines.cli import common
from pipelines.cli.form_commands import exit_code_of, print_outcomes
from pipelines.errors import CauNoiError, Refused
from pipelines.intake import ingest as intake_ingest
from pipelines.intake.reminders import list_reminders
from pipelines.present.format import periods
from pipelines.present.panels import reminder_list
from pipelines.reference.periods import parse_period
from pipelines.settings import Settings
from pipelines.store.paths import DataPaths, ensure_dir
from pipelines.warehouse import start

app = typer.Typer()


@app.command("ingest")
def ingest(
    files: Annotated[list[Path] | None, typer.Argument()] = None,
    received_at: Annotated[
        str,
        typer.Option("--received-at"),
    ] = "",
    no_build: Annotated[bool, typer.Option("--no-build")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Receive returns: a receipt and the issues of each file, then updated figures."""
    chosen = common.load_configured(home)
    inbox = DataPaths(chosen.home).incoming
    given = files or [ensure_dir(inbox)]
    missing = common.missing_files(given)
    if missing:
        raise Refused("no such file", code="file_missing", name=", ".join(missing))
    outcomes: list[intake_ingest.IngestResult] = []
    faults: list[str] = []
    try:
        outcomes.extend(_receive(given, chosen, common.parse_instant(received_at), faults))
    finally:
        _finish(outcomes, chosen, build=not no_build, as_json=as_json)
    if not (outcomes or faults or as_json):
        common.say_out(common.terminal_text("cli.nothing_came", folder=inbox))
    raise typer.Exit(common.ExitCode.OUR_FAULT if faults else exit_code_of(outcomes))


def _receive(
    given: list[Path], chosen: Settings, received_at: datetime | None, faults: list[str]
) -> Iterator[intake_ingest.IngestResult]:
    """Yield each file's outcome as it is received.

    Files at which we failed are reported, named in `faults` and left out.
    """

    def on_fault(error: Exception, name: str) -> None:
        faults.append(name)
        common.say_fault(error, name)

    with common.progress() as bar:
        ticker = common.make_ticker(bar, common.terminal_text("cli.taking"))
        yield from intake_ingest.receive_files(
            given, chosen, received_at, progress=ticker, on_fault=on_fault
        )


def _finish(
    outcomes: list[intake_ingest.IngestResult], chosen: Settings, *, build: bool, as_json: bool
) -> None:
    """Build what was received, then print the result of each file, even when the build fails."""
    try:
        if build and _is_any_accepted(outcomes):
            start.build_if_behind(chosen)
    finally:
        if as_json:
            reports = list(map(intake_ingest.build_report, outcomes))
            common.print_json({"files": reports})
        else:
            print_outcomes(outcomes, chosen)


def _is_any_accepted(outcomes: list[intake_ingest.IngestResult]) -> bool:
    return any(outcome.is_accepted for outcome in outcomes)


@app.command("watch")
def watch(home: common.HomeOption = None) -> None:
    """Take in whatever comes to the inbox, until stopped; files still being written wait."""
    chosen = common.load_configured(home)

    def on_receipts(outcomes: list[intake_ingest.IngestResult]) -> None:
        try:
            if _is_any_accepted(outcomes):
                start.start_build(chosen)
        finally:
            print_outcomes(outcomes, chosen)

    def on_failure(error: Exception, name: str) -> None:
        if isinstance(error, CauNoiError):
            common.say_err(common.error_message(error), style="red")
        else:
            common.say_fault(error, name or DataPaths(chosen.home).incoming.name)

    stop: SimpleQueue[int] = SimpleQueue()
    # NOTE: a stop asked for while files are being taken waits until their receipts are given.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: stop.put(number))
    folder = ensure_dir(DataPaths(chosen.home).incoming)
    common.say_err(common.terminal_text("cli.watching", folder=folder))
    if start.batches_behind(chosen):
        # NOTE: the last watch may have been stopped between a receipt and its build.
        start.start_build(chosen)
    intake_ingest.watch_folder(chosen, stop, on_receipts, on_failure)


@app.command("remind")
def remind(
    period: Annotated[str, typer.Argument()],
    district: Annotated[list[str] | None, typer.Option("--district")] = None,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List who has not reported, or has cells to correct, in every quarter of a period."""
    chosen, language = common.load_configured(home), common.terminal_language()
    period = common.read_period_code(period)
    codes = list(map(common.check_district, district or ()))
    every = list_reminders(chosen, period)
    found = tuple(one for one in every if not codes or one.district in codes)
    if as_json:
        rows = [{**asdict(one), "message": one.build_message(language)} for one in found]
        common.print_json({"rows": rows, "period": parse_period(period).code})
        return
    words = periods.format_period_in_sentence(period, language)
    common.say_out(reminder_list.reminder_finding(found, words, language), style="bold")
    for one in found:
        for line in ("", *one.build_message(language).splitlines()):
            common.say_out(line)


@app.command("withdraw")
def withdraw(
    submission: Annotated[str, typer.Argument()],
    why: common.WhyOption,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Withdraw a return from the figures; the one it had replaced counts again."""
    chosen = common.load_configured(home)
    intake_ingest.withdraw_return(chosen, submission, getpass.getuser(), why)
    _run_decision(chosen, as_json, withdrawn=submission)


@app.command("close")
def close(
    period: Annotated[str, typer.Argument()],
    why: common.WhyOption,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Close a period: returns received later wait for approval."""
    chosen = common.load_configured(home)
    period = common.read_period_code(period)
    _run_decision(
        chosen, as_json, closed=intake_ingest.close_period(chosen, period, getpass.getuser(), why)
    )


@app.command("approve")
def approve(
    why: common.WhyOption,
    submission: Annotated[str, typer.Option()] = "",
    period: Annotated[str, typer.Option()] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Approve returns received after their period was closed."""
    if not (submission or period):
        raise Refused("approve what", code="approve_what")
    chosen = common.load_configured(home)
    period = common.read_period_code(period) if period else ""
    done = intake_ingest.approve_returns(
        chosen, getpass.getuser(), why, submission=submission, period=period
    )
    _run_decision(chosen, as_json, approved=done)


@app.command("forget")
def forget(
    point: Annotated[str, typer.Argument()],
    yes: Annotated[bool, typer.Option("--yes")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Destroy a point's key for good: its clients can never be recognised again."""
    if not yes:
        typer.confirm(common.terminal_text("cli.forget", point=point), abort=True, err=True)
    done = intake_ingest.forget_point_key(common.load_configured(home), point, getpass.getuser())
    if not done:
        raise Refused(f"{point} has no key", code="no_key", name=point)
    _print_answer(as_json, forgotten=point)


def _run_decision(chosen: Settings, as_json: bool, **answer: object) -> None:
    start.build_if_behind(chosen)
    _print_answer(as_json, **answer)


def _print_answer(as_json: bool, **answer: object) -> None:
    if as_json:
        common.print_json(answer)
    else:
        common.say_out(common.terminal_text("cli.done"))
