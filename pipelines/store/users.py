"""The list of users, kept by stewards: who is added, changed or ended, by whom; all of it in the audit trail."""

from dataclasses import replace
from datetime import date, timedelta

from pipelines.errors import Refused
from pipelines.store import saved_views
from pipelines.store.state_db import StateDatabase, User


def list_users(state: StateDatabase) -> list[User]:
    """Everybody on the list, also those whose time is over."""
    return state.list_users()


def grant_role(state: StateDatabase, user: User, by: str, today: date) -> User:
    """Add somebody, or change role, districts and last day; raises Refused."""
    named = replace(user, subject=fold_subject(user.subject))
    rights = named.scope
    if not named.subject:
        raise Refused("somebody needs a name", code="unknown_user")
    _keep_a_steward(state, named, today)
    state.save_user(named)
    until = named.until.isoformat() if named.until else "-"
    state.record_event(
        by, "role", state.pseudonym(named.subject), rights.role, *sorted(rights.districts), until
    )
    return named


def end_user(state: StateDatabase, subject: str, by: str, today: date) -> User:
    """From now on `subject` may not come in; the line stays on the list with its last day."""
    found = next((u for u in state.list_users() if u.subject == fold_subject(subject)), None)
    if found is None:
        raise Refused("nobody of that name", code="unknown_user")
    ended = replace(found, until=today - timedelta(days=1))
    _keep_a_steward(state, ended, today)
    state.save_user(ended)
    saved_views.forget_last_view(state, state.pseudonym(ended.subject))
    state.record_event(by, "role_end", state.pseudonym(ended.subject))
    return ended


def fold_subject(subject: str) -> str:
    """A name as it stands on the list: letter case and spaces around do not matter."""
    return subject.strip().casefold()


def is_active(user: User, today: date) -> bool:
    """May this user come in on that day? Nobody may whose row gives no rights."""
    return not user.trouble and (user.until is None or user.until >= today)


def _keep_a_steward(state: StateDatabase, changed: User, today: date) -> None:
    stewards = {
        u.subject for u in state.list_users() if u.role == "steward" and is_active(u, today)
    }
    stays = changed.role == "steward" and is_active(changed, today)
    if stewards == {changed.subject} and not stays:
        raise Refused("somebody must keep the list", code="last_steward")
