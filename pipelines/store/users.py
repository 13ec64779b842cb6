"""The list of users, kept by stewards; every change of it stands in the audit trail."""

import string
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

from pipelines.errors import Refused
from pipelines.store import accounts, saved_views
from pipelines.store.state_db import StateDatabase, User

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def list_users(state: StateDatabase) -> list[User]:
    """Return everybody on the list, also those whose time is over."""
    return state.list_users()


def grant_role(state: StateDatabase, user: User, by: str, today: date) -> User:
    """Add somebody, or change role, districts and last day; raises Refused."""
    named = replace(user, subject=fold_subject(user.subject.strip()))
    rights = named.scope
    if not named.subject:
        raise Refused("somebody needs a name", code="no_user_name")
    _keep_a_steward(state, named, today)
    until = named.until.isoformat() if named.until else "-"
    state.record_event(
        by, "role", state.pseudonym(named.subject), rights.role, *sorted(rights.districts), until
    )
    state.save_user(named)
    return named


def end_user(state: StateDatabase, subject: str, by: str, today: date) -> User:
    """End the rights of `subject` from now on; the line stays on the list with its last day."""
    user = _find_listed(state, fold_subject(subject.strip()))
    ended = replace(user, until=today - timedelta(days=1))
    _keep_a_steward(state, ended, today)
    pseudonym = state.pseudonym(ended.subject)
    state.record_event(by, "role_end", pseudonym)
    state.save_user(ended)
    saved_views.forget_last_view(state, pseudonym)
    accounts.release_account(state, ended.subject)
    return ended


def _find_listed(state: StateDatabase, subject: str) -> User:
    """Return the user of that name, whose time may be over; raises Refused when there is none."""
    for user in state.list_users():
        if user.subject == subject:
            return user
    raise Refused("nobody of that name", code="unknown_user")


def fold_subject(subject: str) -> str:
    """Return a name as it stands on the list: the case of the letters A to Z does not matter.

    Everything else does, as it does for the issuers of names. The form is NFC. NOTE: NFC turns a
    few signs, such as the Kelvin sign, into ASCII; a name with one stays as it is, and no other's.
    """
    lower = subject.translate(_LOWER)
    return lower if any(map(_becomes_ascii, lower)) else unicodedata.normalize("NFC", lower)


def _becomes_ascii(sign: str) -> bool:
    return not sign.isascii() and unicodedata.normalize("NFC", sign).isascii()


def is_active(user: User, today: date) -> bool:
    """True when this user may come in on that day; nobody may whose row gives no rights."""
    return not user.trouble and (user.until is None or user.until >= today)


def _keep_a_steward(state: StateDatabase, changed: User, today: date) -> None:
    """Raise Refused when a change would leave the list without a steward."""
    if _is_steward(changed, today):
        return
    stewards = {user.subject for user in state.list_users() if _is_steward(user, today)}
    if stewards == {changed.subject}:
        raise Refused("somebody must keep the list", code="last_steward")


def _is_steward(user: User, today: date) -> bool:
    return user.role == "steward" and is_active(user, today)
