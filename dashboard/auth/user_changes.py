"""Change the list of users and the office contacts, and read the audit trail, for stewards only.

Whether the reader is a steward is asked at the moment of the change.
"""

from collections.abc import Callable
from datetime import date, timedelta

from dashboard.auth import access
from dashboard.queries import figures
from pipelines.errors import Refused
from pipelines.reference import places
from pipelines.store import office_contacts, users
from pipelines.store.accounts import RefusedAccount, list_refused_accounts
from pipelines.store.audit_trail import AuditEvent, AuditFault
from pipelines.store.office_contacts import OfficeContact
from pipelines.store.state_db import User


def list_users() -> list[User]:
    """Return the users on the office's list."""
    return users.list_users(access.open_state())


def list_second_accounts() -> list[RefusedAccount]:
    """Return the names of the list under which a second account of the provider was refused."""
    if access.current_scope().role != "steward":
        return []
    return list_refused_accounts(access.open_state())


def pseudonym_of(subject: str) -> str:
    """Return the name under which the audit trail knows somebody."""
    return access.open_state().pseudonym(subject)


def is_active(user: User) -> bool:
    return users.is_active(user, _today())


def find_user(subject: str) -> User | None:
    """Return the user of that name, whose time may be over; None when the list has nobody."""
    folded = users.fold_subject(subject)
    return next((user for user in list_users() if user.subject == folded), None)


def list_districts() -> dict[str, str]:
    """Return the districts that rights are given for: name by code, in Vietnamese order."""
    day = min(_today(), places.DISTRICTS_END - timedelta(days=1))
    found = {district.code: district.name for district in places.load_places().districts_on(day)}
    return dict(sorted(found.items(), key=lambda pair: places.sort_key(pair[1])))


def review_user(user: User) -> str:
    """Return the code of the refusal that saving this user would meet, empty for none."""
    if not users.fold_subject(user.subject):
        return "no_user_name"
    try:
        _ = user.scope
    except Refused as refused:
        return refused.code
    return ""


def grant_role(user: User) -> str:
    """Add or change somebody; return the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: users.grant_role(access.open_state(), user, by, _today()))


def end_user(subject: str) -> str:
    """End somebody's access; return the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: users.end_user(access.open_state(), subject, by, _today()))


def save_contact(contact: OfficeContact) -> str:
    """Save whom to call in a place; return the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: office_contacts.save_contact(access.open_state(), contact, by))


def erase_contact(place: str) -> str:
    """Erase whom to call in a place; return the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: office_contacts.erase_contact(access.open_state(), place, by))


def load_trail() -> tuple[list[AuditEvent], list[AuditFault]]:
    """Return the audit trail and the places where it was tampered with.

    Both are empty for anybody but a steward.
    """
    if access.current_scope().role != "steward":
        return [], []
    state = access.open_state()
    return state.list_events(), state.examine_audit()


def _by_steward(change: Callable[[str], object]) -> str:
    """Make a change in the name of the reader; return the code of the refusal, if any."""
    reader = access.current_reader()
    if reader.scope.role != "steward":
        access.record_event("refused", "users")
        return "out_of_scope"
    try:
        change(reader.subject)
    except Refused as refused:
        return refused.code
    return ""


def _today() -> date:
    return figures.load_settings().today()
