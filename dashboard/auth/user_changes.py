"""The list of users and the audit trail, for stewards: every change is made by whoever is a steward at that moment."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from dashboard.auth import access, identity
from pipelines.errors import Refused
from pipelines.privacy.scope import Role
from pipelines.store import users
from pipelines.store.state_db import AuditEvent, User


def list_users() -> list[User]:
    """The list of users."""
    return users.list_users(access.open_state())


def pseudonym_of(subject: str) -> str:
    """How the audit trail names somebody."""
    return access.open_state().pseudonym(subject)


def is_active(user: User) -> bool:
    return users.is_active(user, _today())


def grant_role(subject: str, role: Role, districts: Iterable[str], until: date | None) -> str:
    """Add or change somebody; the code of the refusal, empty when it is done."""
    return _by_steward(
        lambda by: users.grant_role(
            access.open_state(), User(subject, role, frozenset(districts), until), by, _today()
        )
    )


def end_user(subject: str) -> str:
    """End somebody's access; the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: users.end_user(access.open_state(), subject, by, _today()))


def load_trail() -> tuple[list[AuditEvent], list[int]]:
    """The audit trail and the numbers of events that were changed; nothing for anybody but a steward."""
    return (
        (access.open_state().list_events(), access.open_state().verify_audit())
        if access.current_scope().role == "steward"
        else ([], [])
    )


def _by_steward(change: Callable[[str], object]) -> str:
    now = access.current_reader()
    if now.scope.role != "steward":
        access.record_event("refused", "users")
        return "out_of_scope"
    try:
        change(now.subject)
    except Refused as refused:
        return refused.code
    return ""


def _today() -> date:
    return datetime.now(identity.HANOI).date()
