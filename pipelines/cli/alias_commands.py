"""The command about names of places as officers write them, once somebody has confirmed them."""

from getpass import getuser
from typing import Annotated

import polars as pl
import typer

from pipelines.cli import common
from pipelines.errors import Refused
from pipelines.intake import ingest
from pipelines.store.state_db import StateDatabase

app = typer.Typer()


@app.command("alias")
def alias(
    text: Annotated[str, typer.Argument()] = "",
    code: Annotated[str, typer.Argument()] = "",
    remove: Annotated[bool, typer.Option("--remove")] = False,
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """List confirmed names of places, confirm one, or remove it.

    It counts from the next file on.
    """
    chosen = common.load_configured(home)
    if remove:
        ingest.drop_alias(chosen, text, getuser())
    elif code:
        ingest.confirm_alias(chosen, text, code, getuser())
    elif text:
        raise Refused(f"no code for {text!r}", code="alias_without_code", text=text)
    known = StateDatabase(chosen.home).list_aliases()
    if as_json:
        rows = [{"text": name, "code": place} for name, place in known.items()]
        common.print_json({"rows": rows})
        return
    heads = [common.terminal_text("column.alias"), common.terminal_text("column.code")]
    common.print_table(pl.DataFrame(list(known.items()), schema=heads, orient="row"))
