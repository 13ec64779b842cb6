"""The list of users, kept by stewards: who is added, changed or ended, by whom; all of it in the audit trail."""

from dataclasses import replace
from datetime import date, timedelta

from pipelines.errors import Refused
from pipelines.store import choices
from pipelines.store.state import State, User


def listed(state: State) -> list[User]:
    """Everybody on the list, also those whose time is over."""
    return state.users()


def give(state: State, user: User, by: str, today: date) -> User:
    """Add somebody, or change role, districts and last day; raises Refused."""
    named = replace(user, subject=folded(user.subject))
    rights = named.scope
    if not named.subject:
        raise Refused("somebody needs a name", code="unknown_user")
    _keep_a_steward(state, named, today)
    state.grant(named)
    until = named.until.isoformat() if named.until else "-"
    state.record(by, "role", state.pseudonym(named.subject), rights.role, *sorted(rights.districts), until)
    return named


def end(state: State, subject: str, by: str, today: date) -> User:
    """From now on `subject` may not come in; the line stays on the list with its last day."""
    found = next((u for u in state.users() if u.subject == folded(subject)), None)
    if found is None:
        raise Refused("nobody of that name", code="unknown_user")
    ended = replace(found, until=today - timedelta(days=1))
    _keep_a_steward(state, ended, today)
    state.grant(ended)
    choices.forget(state, state.pseudonym(ended.subject))
    state.record(by, "role_end", state.pseudonym(ended.subject))
    return ended


def folded(subject: str) -> str:
    """A name as it stands on the list: letter case and spaces around do not matter."""
    return subject.strip().casefold()


def active(user: User, today: date) -> bool:
    """May this user come in on that day? Nobody may whose row gives no rights."""
    return not user.trouble and (user.until is None or user.until >= today)


def _keep_a_steward(state: State, changed: User, today: date) -> None:
    stewards = {u.subject for u in state.users() if u.role == "steward" and active(u, today)}
    stays = changed.role == "steward" and active(changed, today)
    if stewards == {changed.subject} and not stays:
        raise Refused("somebody must keep the list", code="last_steward")
