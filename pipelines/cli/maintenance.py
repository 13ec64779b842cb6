"""Commands for whoever looks after a home: is it sound, a copy of it, and the way back."""

from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import polars as pl
import typer

from pipelines.catalog.definition_check import check_catalog
from pipelines.cli import common
from pipelines.reference.events import load_events
from pipelines.reference.table_check import check_tables
from pipelines.store import backup as copies
from pipelines.store import compaction, integrity_check, record_snapshots
from pipelines.store.integrity_fault import IntegrityFault
from pipelines.store.ledger import Ledger
from pipelines.store.state_db import StateDatabase
from pipelines.warehouse import start

app = typer.Typer()


@app.command("doctor")
def examine(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Look over ledger, archive, keys, audit trail and builds; say what is wrong and what to do."""
    chosen = common.load_configured(home)
    check_catalog()
    check_tables()
    load_events(chosen.home)
    faults = integrity_check.examine_home(chosen)
    if as_json:
        rows = list(map(_fault_row, faults))
        common.print_json({"rows": rows, "sound": not faults})
    else:
        for fault in faults:
            style = "red" if fault.grave else "yellow"
            common.say_out(fault.format_message(common.terminal_language()), style=style)
        if not faults:
            common.say_out(common.terminal_text("cli.sound"), style="green")
    if any(fault.grave for fault in faults):
        raise typer.Exit(common.ExitCode.DATA_HAS_ERRORS)
    raise typer.Exit(common.ExitCode.DONE)


def _fault_row(fault: IntegrityFault) -> dict[str, object]:
    return {
        "code": fault.code,
        "subject": fault.subject,
        "grave": fault.grave,
        "message": fault.format_message(common.terminal_language()),
    }


@app.command("backup")
def backup(
    target: Annotated[Path, typer.Argument()],
    with_keys: Annotated[bool, typer.Option("--with-keys")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Copy everything that cannot be made again: ledger, archive, state and settings."""
    chosen = common.load_configured(home)
    done = copies.make_backup(chosen.home, target, with_keys=with_keys)
    StateDatabase(chosen.home).record_event(getuser(), copies.EVENT, str(done.ledger_head))
    _report_done(done, as_json)


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument()],
    with_rights: Annotated[bool, typer.Option("--with-rights")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Restore a backup into an empty folder and build its figures again."""
    chosen = common.load_configured(home)
    done = copies.restore_backup(source, chosen.home, with_rights=with_rights)
    start.build_if_behind(common.load_configured(home))
    _report_done(done, as_json)
    if not with_rights and not as_json:
        common.say_err(common.terminal_text("cli.without_rights"))


def _report_done(done: copies.Backup, as_json: bool) -> None:
    answer = {
        "path": done.path,
        "files": done.files,
        "bytes": done.bytes,
        "ledger_head": done.ledger_head,
    }
    if as_json:
        common.print_json(answer)
    else:
        common.say_out(common.terminal_text("cli.copied", path=done.path, files=done.files))


@app.command("compact")
def compact(
    undo: Annotated[bool, typer.Option("--undo")] = False,
    discard: Annotated[bool, typer.Option("--discard")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Merge the ledger's small batches into sorted files; rows, hashes and answers stay."""
    ledger = Ledger(common.load_configured(home).home)
    if undo:
        _say_compaction(as_json, "cli.uncompacted", batches=compaction.undo_compaction(ledger))
        return
    merged = compaction.compact_ledger(ledger)
    numbers = asdict(merged) if merged else {"batches": 0, "rows": 0, "files": 0}
    if discard:
        removed = compaction.discard_merged(ledger)
        _say_compaction(as_json, "cli.discarded", **numbers, removed=removed)
    else:
        _say_compaction(as_json, "cli.compacted" if merged else "cli.compact", **numbers)


def _say_compaction(as_json: bool, key: str, **numbers: int) -> None:
    if as_json:
        common.print_json(numbers)
    else:
        common.say_out(common.terminal_text(key, **numbers))


@app.command("snapshot")
def list_snapshots(
    remove: Annotated[int, typer.Option("--remove")] = 0,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List the views kept for the record with the address that opens each, or remove one."""
    state = StateDatabase(common.load_configured(home).home)
    if remove:
        record_snapshots.remove_snapshot(state, remove, getuser())
    rows = []
    for kept in record_snapshots.list_snapshots(state):
        codes = urlencode({**kept.choice, "day": kept.day}, safe=",")
        rows.append((kept.number, kept.name, kept.day, kept.build, f"/{kept.view}?{codes}"))
    names = ("n", "name", "day", "build", "link")
    if as_json:
        common.print_json({"rows": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    heads = [common.terminal_text(f"column.snapshot_{name}") for name in names]
    common.print_table(pl.DataFrame(rows, schema=heads, orient="row"))
