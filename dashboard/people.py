"""The list of users and the audit trail, for stewards: every change is made by whoever is a steward at that moment."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from dashboard import access, identity
from pipelines.errors import Refused
from pipelines.privacy.scope import Role
from pipelines.store import people
from pipelines.store.state import Event, User


def users() -> list[User]:
    """The list of users."""
    return people.listed(access.state())


def code(subject: str) -> str:
    """How the audit trail names somebody."""
    return access.state().pseudonym(subject)


def is_active(user: User) -> bool:
    return people.active(user, _today())


def give(subject: str, role: Role, districts: Iterable[str], until: date | None) -> str:
    """Add or change somebody; the code of the refusal, empty when it is done."""
    return _by_steward(
        lambda by: people.give(access.state(), User(subject, role, frozenset(districts), until), by, _today())
    )


def end(subject: str) -> str:
    """End somebody's access; the code of the refusal, empty when it is done."""
    return _by_steward(lambda by: people.end(access.state(), subject, by, _today()))


def trail() -> tuple[list[Event], list[int]]:
    """The audit trail and the numbers of events that were changed; nothing for anybody but a steward."""
    return (access.state().trail(), access.state().verify_audit()) if access.scope().role == "steward" else ([], [])


def _by_steward(change: Callable[[str], object]) -> str:
    now = access.reader()
    if now.scope.role != "steward":
        access.note("refused", "users")
        return "out_of_scope"
    try:
        change(now.subject)
    except Refused as refused:
        return refused.code
    return ""


def _today() -> date:
    return datetime.now(identity.HANOI).date()
