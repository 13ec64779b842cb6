"""Commands for whoever looks after a home: is it sound, a copy of it, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import common
from pipelines.store import backup as copies
from pipelines.store import doctor
from pipelines.warehouse import start

app = typer.Typer()


@app.command("doctor")
def examine(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Look over ledger, archive, keys, audit trail and builds; say what is wrong and what to do."""
    said = common.language()
    faults = doctor.examine(common.configured(home))
    if as_json:
        rows = [{"code": f.code, "subject": f.subject, "grave": f.grave, "message": f.message(said)} for f in faults]
        common.print_json({"rows": rows, "sound": not faults})
    else:
        for fault in faults:
            style = "red" if fault.grave else "yellow"
            common.say_out(fault.message(said), style=style)
        if not faults:
            common.say_out(common.word("cli.sound"), style="green")
    raise typer.Exit(common.Code.DATA_HAS_ERRORS if any(f.grave for f in faults) else common.Code.DONE)


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Copy the points' keys too.")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Copy everything that cannot be made again: ledger, archive, state and settings."""
    _report(copies.backup(common.configured(home).home, target, with_keys=with_keys), as_json)


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(help="A folder made by backup.")],
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Copy a backup into an empty home and build its figures again."""
    chosen = common.configured(home)
    done = copies.restore(source, chosen.home)
    start.catch_up(chosen)
    _report(done, as_json)


def _report(done: copies.Backup, as_json: bool) -> None:
    answer = {"path": done.path, "files": done.files, "bytes": done.bytes, "ledger_head": done.ledger_head}
    if as_json:
        common.print_json(answer)
    else:
        common.say_out(common.word("cli.copied", path=done.path, files=done.files))
