"""Commands about places: names as officers write them, and whom to call there."""

from getpass import getuser
from typing import Annotated

import polars as pl
import typer

from pipelines.cli import common
from pipelines.errors import Refused
from pipelines.intake import ingest
from pipelines.store import office_contacts
from pipelines.store.office_contacts import OfficeContact
from pipelines.store.state_db import StateDatabase

app = typer.Typer()
contact = typer.Typer(no_args_is_help=True)
app.add_typer(contact, name="contact")

Place = Annotated[str, typer.Argument()]
#: Columns of the list of contacts.
HEADS = ("place", "role", "telephone", "mail")


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


@contact.command("list")
def list_contacts(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """List whom to call, by the codes of places."""
    state = StateDatabase(common.load_configured(home).home)
    _print_contacts(list(office_contacts.list_contacts(state).values()), as_json)


@contact.command("set")
def set_contact(
    place: Place,
    role: Annotated[str, typer.Option()],
    telephone: Annotated[str, typer.Option()] = "",
    mail: Annotated[str, typer.Option()] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Save or replace the contact of a ward or a district."""
    state = StateDatabase(common.load_configured(home).home)
    given = OfficeContact(common.check_place(place), role, telephone, mail)
    _print_contacts([office_contacts.save_contact(state, given, getuser())], as_json)


@contact.command("erase")
def erase_contact(
    place: Place, home: common.HomeOption = None, as_json: common.JsonOption = False
) -> None:
    """Erase the contact of a place for good."""
    state = StateDatabase(common.load_configured(home).home)
    office_contacts.erase_contact(state, place, getuser())
    _print_contacts(list(office_contacts.list_contacts(state).values()), as_json)


def _print_contacts(found: list[OfficeContact], as_json: bool) -> None:
    rows = [(one.place, one.role, one.telephone, one.mail) for one in found]
    if as_json:
        common.print_json({"rows": [dict(zip(HEADS, row, strict=True)) for row in rows]})
        return
    heads = [common.terminal_text(f"column.contact_{name}") for name in HEADS]
    common.print_table(pl.DataFrame(rows, schema=heads, orient="row"))
