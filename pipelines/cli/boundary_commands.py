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
    file: Annotated[
        Path | None, typer.Argument(help="GeoJSON of communes, in degrees (WGS 84).")
    ] = None,
    code_property: Annotated[
        str, typer.Option("--code-property", help="The property with the five-digit code.")
    ] = "",
    on: Annotated[
        str, typer.Option("--on", help="The communes of this day; else of the figures' last day.")
    ] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take the boundaries away.")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Keep the department's own boundaries of communes for the map, or take them away."""
    chosen = common.load_configured(home)
    if remove:
        _report_map({"removed": boundaries.remove_boundaries(chosen.home)}, as_json)
        return
    if file is None:
        raise Refused("no file", code="no_file")
    done = boundaries.store_boundaries(
        chosen.home, file, _parse_day(on) if on else _last_day(chosen), named=code_property
    )
    _report_map(vars(done), as_json)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"{text!r} is not a day", code="unknown_day", text=text) from error


def _last_day(chosen: Settings) -> date:
    store = kpi.open_store(chosen)
    try:
        return store.span.last.end
    finally:
        store.close()


def _report_map(done: dict[str, object], as_json: bool) -> None:
    if as_json:
        common.print_json(done)
    elif "removed" in done:
        common.say_out(
            common.terminal_text("cli.map_removed" if done["removed"] else "cli.map_none")
        )
    else:
        said = common.terminal_language()
        sizes = {
            n: numbers.format_number(round(int(str(done[n])) / 1000), said)
            for n in ("bytes_before", "bytes")
        }
        common.say_out(common.terminal_text("cli.map_kept", **{**done, **sizes}), style="green")
