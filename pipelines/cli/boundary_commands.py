"""The command about the map: the department's own boundaries of communes, kept or taken away."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipelines import kpi
from pipelines.cli import common
from pipelines.errors import Refused
from pipelines.present.format import numbers
from pipelines.settings import Settings
from pipelines.store import boundaries

app = typer.Typer()


@app.command("map")
def keep(
    file: Annotated[Path | None, typer.Argument()] = None,
    code_property: Annotated[str, typer.Option("--code-property")] = "",
    on: Annotated[
        str,
        typer.Option("--on"),
    ] = "",
    remove: Annotated[bool, typer.Option("--remove")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Save the department's own boundaries of communes for the map, or remove them."""
    chosen = common.load_configured(home)
    if remove:
        _report_map({"removed": boundaries.remove_boundaries(chosen.home)}, as_json)
        return
    if file is None:
        raise Refused("no file", code="no_file")
    day = _parse_day(on) if on else _last_day(chosen)
    done = boundaries.store_boundaries(chosen.home, file, day, named=code_property)
    _report_map(vars(done), as_json)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a day", code="unknown_day", text=text) from error


def _last_day(chosen: Settings) -> date:
    with kpi.open_store(chosen) as store:
        return store.span.last.end


def _report_map(done: dict[str, object], as_json: bool) -> None:
    if as_json:
        common.print_json(done)
    elif "removed" in done:
        key = "cli.map_removed" if done["removed"] else "cli.map_none"
        common.say_out(common.terminal_text(key))
    else:
        values = dict(done)
        for name in ("bytes_before", "bytes"):
            values[name] = _format_kilobytes(int(str(done[name])))
        common.say_out(common.terminal_text("cli.map_kept", **values), style="green")


def _format_kilobytes(size: int) -> str:
    return numbers.format_number(round(size / 1000), common.terminal_language())
