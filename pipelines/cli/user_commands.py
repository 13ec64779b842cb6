"""Commands about people: who may come in and what they may do, and the audit trail."""

from datetime import date, datetime
from getpass import getuser
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.present.panels import user_table as words
from pipelines.privacy.scope import Role
from pipelines.store import users as store_users
from pipelines.store.state_db import AuditEvent, StateDatabase, User

app = typer.Typer()
user = typer.Typer(help="Who may come in, and what they may do.", no_args_is_help=True)
app.add_typer(user, name="user")

Subject = Annotated[
    str, typer.Argument(help="The name people sign in with, as the provider or proxy tells it.")
]
Until = Annotated[str, typer.Option("--until", help="The last day: 2027-06-30.")]
Districts = Annotated[
    list[str] | None, typer.Option("--district", help="A district's code; may be given again.")
]


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
    state = StateDatabase(common.load_configured(home).home)
    given = User(
        subject,
        cast("Role", role),
        frozenset(map(common.check_district, district or [])),
        _parse_last_day(until),
    )
    _report_users(state, [store_users.grant_role(state, given, getuser(), _today())], as_json)


@user.command("end")
def end(
    subject: Subject, home: common.HomeOption = None, as_json: common.JsonOption = False
) -> None:
    """End somebody's access; it counts from that person's next click."""
    state = StateDatabase(common.load_configured(home).home)
    _report_users(state, [store_users.end_user(state, subject, getuser(), _today())], as_json)


@user.command("list")
def list_users(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Everybody on the list, with the code the audit trail knows them by."""
    state = StateDatabase(common.load_configured(home).home)
    _report_users(state, store_users.list_users(state), as_json)


@app.command("audit")
def audit(
    what: Annotated[
        str, typer.Option(help="Only this: sign_in, refused, export, lines, upload, role …")
    ] = "",
    since: Annotated[str, typer.Option(help="From this day on: 2026-11-01.")] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """The audit trail, and whether its chain is whole (exit 1 when it was changed)."""
    state = StateDatabase(common.load_configured(home).home)
    broken, first = state.verify_audit(), _parse_last_day(since)
    events = [
        e
        for e in state.list_events()
        if what in ("", e.what) and (first is None or _event_day(e) >= first)
    ]
    if as_json:
        rows = [
            {"n": e.n, "at": e.at, "who": e.who, "what": e.what, "objects": e.objects}
            for e in events
        ]
        common.print_json({"rows": rows, "whole": not broken, "broken": broken})
    else:
        common.print_table(words.audit_table(events, common.terminal_language()))
        said = (
            common.terminal_text("trail.broken", n=broken[0])
            if broken
            else common.terminal_text("trail.whole", n=len(state.list_events()))
        )
        common.say_err(said, style="red" if broken else "green")
    raise typer.Exit(common.ExitCode.DATA_HAS_ERRORS if broken else common.ExitCode.DONE)


def _report_users(state: StateDatabase, users: list[User], as_json: bool) -> None:
    today = _today()
    if as_json:
        common.print_json({"rows": [_user_row(state, u, today) for u in users]})
        return
    lines = [(u, state.pseudonym(u.subject), store_users.is_active(u, today)) for u in users]
    common.print_table(words.user_table(lines, {}, common.terminal_language()))
    for one in users:
        if one.trouble:
            common.say_err(
                common.catalogue_message("user_without_rights", name=one.subject), style="red"
            )


def _user_row(state: StateDatabase, one: User, today: date) -> dict[str, object]:
    return {
        "subject": one.subject,
        "role": one.role,
        "districts": sorted(one.districts),
        "until": one.until,
        "active": store_users.is_active(one, today),
        "code": state.pseudonym(one.subject),
    }


def _parse_last_day(text: str) -> date | None:
    found = common.parse_instant(text)
    return found.date() if found else None


def _event_day(event: AuditEvent) -> date:
    """The day of an event in Hanoi; one that nobody can read counts as today: it is not left out of a search."""
    try:
        return datetime.fromisoformat(event.at).astimezone(common.HANOI).date()
    except ValueError:
        return _today()


def _today() -> date:
    return datetime.now(common.HANOI).date()
