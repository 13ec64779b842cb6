"""Commands of the inbox: take files in, watch the folder, close a period, take back, approve, forget."""

import getpass
import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer

from pipelines.cli import common
from pipelines.cli.forms import code_of, print_outcomes
from pipelines.errors import CauNoiError, Refused
from pipelines.intake import inbox
from pipelines.settings import Settings
from pipelines.store.home import Home, made
from pipelines.warehouse import start

app = typer.Typer()


@app.command("ingest")
def ingest(
    files: Annotated[list[Path] | None, typer.Argument(help="Files or folders; the inbox when left out.")] = None,
    received_at: Annotated[str, typer.Option("--received-at", help="When it came, for history: an ISO time.")] = "",
    no_build: Annotated[bool, typer.Option("--no-build", help="Leave the figures as they are for now.")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Take files in: a receipt and the issues of each, then figures that hold them."""
    chosen = common.configured(home)
    given = files or [made(Home(chosen.home).incoming)]
    if missing := common.missing_files(given):
        raise Refused("no such file", code="file_missing", name=", ".join(missing))
    outcomes: list[inbox.Outcome] = []
    faults: list[str] = []
    try:
        outcomes.extend(_receive(given, chosen, common.instant(received_at), faults))
    finally:
        _finish(outcomes, chosen, build=not no_build, as_json=as_json)
    if not (outcomes or faults or as_json):
        common.say_out(common.word("cli.nothing_came", folder=Home(chosen.home).incoming))
    raise typer.Exit(common.Code.OUR_FAULT if faults else code_of(outcomes))


def _receive(
    given: list[Path], chosen: Settings, received_at: datetime | None, faults: list[str]
) -> Iterator[inbox.Outcome]:
    """Each file's outcome as it is received; files at which we failed are said, named in `faults` and left out."""

    def on_fault(error: Exception, name: str) -> None:
        faults.append(name)
        common.say_fault(error, name)

    with common.progress() as bar:
        told = common.ticking(bar, common.word("cli.taking"))
        yield from inbox.receive_files(given, chosen, received_at, progress=told, on_fault=on_fault)


def _finish(outcomes: list[inbox.Outcome], chosen: Settings, *, build: bool, as_json: bool) -> None:
    """Build what was received, then say what became of each file: a build that fails takes no receipt away."""
    try:
        if build and any(outcome.taken for outcome in outcomes):
            start.catch_up(chosen)
    finally:
        if as_json:
            common.print_json({"files": [inbox.report(outcome) for outcome in outcomes]})
        else:
            print_outcomes(outcomes, chosen)


@app.command("watch")
def watch(home: common.HomeOption = None) -> None:
    """Take in whatever comes to the inbox, until stopped; files still being written are left alone."""
    chosen = common.configured(home)

    def came(outcomes: list[inbox.Outcome]) -> None:
        try:
            if any(outcome.taken for outcome in outcomes):
                start.start(chosen)
        finally:
            print_outcomes(outcomes, chosen)

    def failed(error: Exception, name: str) -> None:
        if isinstance(error, CauNoiError):
            common.say_err(common.message(error), style="red")
        else:
            common.say_fault(error, name or Home(chosen.home).incoming.name)

    stop: SimpleQueue[int] = SimpleQueue()
    # NOTE: a stop asked for while files are being taken waits until their receipts are given.
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, lambda number, _: stop.put(number))
    common.say_err(common.word("cli.watching", folder=made(Home(chosen.home).incoming)))
    if start.behind(chosen):
        # NOTE: whoever stopped the last watch may have done so between a receipt and its build.
        start.start(chosen)
    inbox.watch(chosen, stop, came, failed)


@app.command("withdraw")
def withdraw(
    submission: Annotated[str, typer.Argument(help="The receipt.")],
    why: common.WhyOption,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Let a return count no more; what it had replaced counts again."""
    chosen = common.configured(home)
    inbox.withdraw(chosen, submission, getpass.getuser(), why)
    _decided(chosen, as_json, withdrawn=submission)


@app.command("close")
def close(
    period: Annotated[str, typer.Argument(help="2022-Q3, 2022-Y.")],
    why: common.WhyOption,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Close a period: what comes later waits until a steward approves it."""
    chosen = common.configured(home)
    _decided(chosen, as_json, closed=inbox.close(chosen, period, getpass.getuser(), why))


@app.command("approve")
def approve(
    why: common.WhyOption,
    submission: Annotated[str, typer.Option(help="One receipt.")] = "",
    period: Annotated[str, typer.Option(help="All that waits for a period.")] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Let returns count that came after their period was closed."""
    if not (submission or period):
        raise Refused("approve what", code="approve_what")
    chosen = common.configured(home)
    done = inbox.approve(chosen, getpass.getuser(), why, submission=submission, period=period)
    _decided(chosen, as_json, approved=done)


@app.command("forget")
def forget(
    point: Annotated[str, typer.Argument(help="A point: P-00646.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Destroy a point's key for good: its clients can never be told again."""
    if not yes:
        typer.confirm(common.word("cli.forget", point=point), abort=True, err=True)
    done = inbox.forget(common.configured(home), point, getpass.getuser())
    if not done:
        raise Refused(f"{point} has no key", code="no_key", name=point)
    _say(as_json, forgotten=point)


def _decided(chosen: Settings, as_json: bool, **answer: object) -> None:
    start.catch_up(chosen)
    _say(as_json, **answer)


def _say(as_json: bool, **answer: object) -> None:
    if as_json:
        common.print_json(answer)
    else:
        common.say_out(common.word("cli.done"))
