"""Commands about users, their roles and last days, and about the audit trail."""

from datetime import date, datetime
from getpass import getuser
from typing import Annotated, cast

import typer

from pipelines.cli import common
from pipelines.present.panels import user_table as words
from pipelines.privacy.scope import Role
from pipelines.store import users as store_users
from pipelines.store.audit_trail import AuditEvent, AuditFault
from pipelines.store.state_db import StateDatabase, User

app = typer.Typer()
user = typer.Typer(no_args_is_help=True)
app.add_typer(user, name="user")

Subject = Annotated[str, typer.Argument()]
Until = Annotated[str, typer.Option("--until")]
Districts = Annotated[list[str] | None, typer.Option("--district")]


@user.command("add")
def add(
    subject: Subject,
    role: Annotated[str, typer.Option()],
    district: Districts = None,
    until: Until = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Add a user, or change role, districts and last day."""
    chosen = common.load_configured(home)
    state = StateDatabase(chosen.home)
    districts = frozenset(map(common.check_district, district or ()))
    new = User(subject, cast("Role", role), districts, _parse_last_day(until))
    granted = store_users.grant_role(state, new, getuser(), chosen.today())
    _report_users(state, [granted], as_json)


@user.command("end")
def end(
    subject: Subject, home: common.HomeOption = None, as_json: common.JsonOption = False
) -> None:
    """End somebody's access; it counts from that person's next click."""
    chosen = common.load_configured(home)
    state = StateDatabase(chosen.home)
    ended = store_users.end_user(state, subject, getuser(), chosen.today())
    _report_users(state, [ended], as_json)


@user.command("list")
def list_users(home: common.HomeOption = None, as_json: common.JsonOption = False) -> None:
    """Everybody on the list, with the code the audit trail knows them by."""
    state = StateDatabase(common.load_configured(home).home)
    _report_users(state, store_users.list_users(state), as_json)


@app.command("audit")
def audit(
    what: Annotated[str, typer.Option()] = "",
    since: Annotated[str, typer.Option()] = "",
    home: common.HomeOption = None,
    as_json: common.JsonOption = False,
) -> None:
    """Show the audit trail and check that it is intact (exit 1 when it was changed)."""
    chosen = common.load_configured(home)
    state = StateDatabase(chosen.home)
    faults = state.examine_audit()
    first = _parse_last_day(since)
    every_event = state.list_events()
    events = [event for event in every_event if _matches(event, what, first)]
    language = common.terminal_language()
    if as_json:
        rows = list(map(_event_row, events))
        broken = [fault.n for fault in faults]
        answer = {"rows": rows, "whole": not faults, "broken": broken}
        common.print_json({**answer, "faults": _fault_rows(faults)})
    else:
        common.print_table(words.audit_table(events, language, chosen.zone))
        for fault in faults:
            sentence = words.format_fault(fault, language)
            common.say_err(sentence, style="red")
        if not faults:
            common.say_err(common.terminal_text("trail.whole", n=len(every_event)), style="green")
    exit_code = common.ExitCode.DATA_HAS_ERRORS if faults else common.ExitCode.DONE
    raise typer.Exit(exit_code)


def _matches(event: AuditEvent, what: str, first: date | None) -> bool:
    if what and event.what != what:
        return False
    return first is None or _event_day(event) >= first


def _fault_rows(faults: list[AuditFault]) -> list[dict[str, object]]:
    return [{"n": fault.n, "kind": fault.kind} for fault in faults]


def _event_row(event: AuditEvent) -> dict[str, object]:
    return {
        "n": event.n,
        "at": event.at,
        "who": event.who,
        "what": event.what,
        "objects": event.objects,
    }


def _report_users(state: StateDatabase, users: list[User], as_json: bool) -> None:
    today = datetime.now(common.office_zone()).date()
    if as_json:
        common.print_json({"rows": [_user_row(state, user, today) for user in users]})
        return
    lines = []
    for user in users:
        is_active = store_users.is_active(user, today)
        lines.append((user, state.pseudonym(user.subject), is_active))
    common.print_table(words.user_table(lines, {}, common.terminal_language()))
    for user in users:
        if user.trouble:
            message = common.catalogue_message("user_without_rights", name=user.subject)
            common.say_err(message, style="red")


def _user_row(state: StateDatabase, user: User, today: date) -> dict[str, object]:
    return {
        "subject": user.subject,
        "role": user.role,
        "districts": sorted(user.districts),
        "until": user.until,
        "active": store_users.is_active(user, today),
        "code": state.pseudonym(user.subject),
    }


def _parse_last_day(text: str) -> date | None:
    instant = common.parse_instant(text)
    return instant.date() if instant else None


def _event_day(event: AuditEvent) -> date:
    """Return the day of an event where the office is.

    A time that cannot be read counts as today, so that no search leaves it out.
    """
    try:
        return datetime.fromisoformat(event.at).astimezone(common.office_zone()).date()
    except ValueError:
        return datetime.now(common.office_zone()).date()
