"""Commands about people: who may come in and what they may do, and the audit trail."""

from datetime import date, datetime
from getpass import getuser
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.present import people as words
from pipelines.privacy.scope import Role
from pipelines.store import people
from pipelines.store.state import Event, State, User

app = typer.Typer()
user = typer.Typer(help="Who may come in, and what they may do.", no_args_is_help=True)
app.add_typer(user, name="user")

Subject = Annotated[str, typer.Argument(help="The name people sign in with, as the provider or proxy tells it.")]
Until = Annotated[str, typer.Option("--until", help="The last day: 2027-06-30.")]
Districts = Annotated[list[str] | None, typer.Option("--district", help="A district's code; may be given again.")]


@user.command("add")
def add(
    subject: Subject,
    role: Annotated[str, typer.Option(help="public, district, city or steward.")],
    district: Districts = None,
    until: Until = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Add somebody, or change role, districts and last day."""
    state = State(common.configured(home).home)
    given = User(subject, cast("Role", role), frozenset(map(common.check_district, district or [])), _day(until))
    _report(state, [people.give(state, given, getuser(), _today())], as_json)


@user.command("end")
def end(subject: Subject, home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """End somebody's access; it counts from that person's next click."""
    state = State(common.configured(home).home)
    _report(state, [people.end(state, subject, getuser(), _today())], as_json)


@user.command("list")
def listed(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Everybody on the list, with the code the audit trail knows them by."""
    state = State(common.configured(home).home)
    _report(state, people.listed(state), as_json)


@app.command("audit")
def audit(
    what: Annotated[str, typer.Option(help="Only this: sign_in, refused, export, lines, upload, role …")] = "",
    since: Annotated[str, typer.Option(help="From this day on: 2026-11-01.")] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """The audit trail, and whether its chain is whole (exit 1 when it was changed)."""
    state = State(common.configured(home).home)
    broken, first = state.verify_audit(), _day(since)
    events = [e for e in state.trail() if what in ("", e.what) and (first is None or _on(e) >= first)]
    if as_json:
        rows = [{"n": e.n, "at": e.at, "who": e.who, "what": e.what, "objects": e.objects} for e in events]
        common.print_json({"rows": rows, "whole": not broken, "broken": broken})
    else:
        common.print_table(words.trail(events, common.language()))
        said = common.word("trail.broken", n=broken[0]) if broken else common.word("trail.whole", n=len(state.trail()))
        common.say_err(said, style="red" if broken else "green")
    raise typer.Exit(common.Code.DATA_HAS_ERRORS if broken else common.Code.DONE)


def _report(state: State, users: list[User], as_json: bool) -> None:
    today = _today()
    if as_json:
        common.print_json({"rows": [_row(state, u, today) for u in users]})
        return
    lines = [(u, state.pseudonym(u.subject), people.active(u, today)) for u in users]
    common.print_table(words.table(lines, {}, common.language()))
    for one in users:
        if one.trouble:
            common.say_err(common.message_of("user_without_rights", name=one.subject), style="red")


def _row(state: State, one: User, today: date) -> dict[str, object]:
    return {
        "subject": one.subject,
        "role": one.role,
        "districts": sorted(one.districts),
        "until": one.until,
        "active": people.active(one, today),
        "code": state.pseudonym(one.subject),
    }


def _day(text: str) -> date | None:
    found = common.instant(text)
    return found.date() if found else None


def _on(event: Event) -> date:
    """The day of an event in Hanoi; one that nobody can read counts as today: it is not left out of a search."""
    try:
        return datetime.fromisoformat(event.at).astimezone(common.HANOI).date()
    except ValueError:
        return _today()


def _today() -> date:
    return datetime.now(common.HANOI).date()
