"""Find who somebody is and what they may do.

The name comes from the claims of a sign-in or from a proxy's header, the rights from the office's
own list. Pages and the guard in front of them ask here, so that both give the same answer.
"""

import sqlite3
from dataclasses import dataclass
from threading import Lock

from dashboard.auth.sign_in_claims import SignInClaim
from pipelines.privacy.scope import CITY, PUBLIC, Scope
from pipelines.settings import Settings
from pipelines.store import accounts, sessions
from pipelines.store.sessions import ClockReading, SessionStatus
from pipelines.store.state_db import StateDatabase, User

#: How the audit trail names whoever sits at the machine where no sign-in is set.
LOCAL = "local"
#: A visit begins once, however many requests of a browser come together.
_beginning = Lock()


@dataclass(frozen=True)
class Reader:
    """Somebody in front of a page.

    `why` is the code of the reason why nothing is shown; empty for those who are let in.
    """

    scope: Scope = PUBLIC
    subject: str = ""
    login: str = ""
    why: str = ""

    @property
    def is_local(self) -> bool:
        """Is it the machine's own user, where no sign-in is set?"""
        return self.subject == LOCAL


OWN = Reader(CITY, LOCAL)
#: Everybody who reads a home for outsiders.
GUEST = Reader(PUBLIC, LOCAL)
#: Who reads where nobody signs in.
UNNAMED: dict[str, Reader] = {"loopback": OWN, "public": GUEST}
NOBODY = Reader(why="signed_out")


def find_reader(
    settings: Settings, claim: SignInClaim | None, *, used: bool = True, begins: bool = False
) -> Reader:
    """Return what the list of users says today about whoever the claim names.

    The list is read anew at every call. `used` says whether this counts as use of the visit;
    `begins`, that a page is opened, with which a visit that only a proxy's header names may begin
    anew.
    """
    if claim is None:
        return NOBODY
    state = StateDatabase(settings.home)
    now = sessions.read_clocks()
    login = state.exact_code(claim.login)
    visit = sessions.check_session(state, login, claim.began, now, settings.access)
    if visit.new or (begins and claim.renewable and visit.why):
        with _beginning:
            return _begin_visit(settings, claim, login, now)
    reader = _judge(settings, state, claim, login, visit, now)
    if used and not reader.why:
        sessions.note_session(state, login, claim.began, now, settings.access, new=False)
    return reader


def _begin_visit(settings: Settings, claim: SignInClaim, login: str, now: ClockReading) -> Reader:
    """Begin a visit, or renew it; the audit trail knows before anything is shown."""
    state = StateDatabase(settings.home)
    visit = sessions.check_session(state, login, claim.began, now, settings.access)
    if visit.why and claim.renewable:
        visit = sessions.renew_session(state, login, now)
    reader = _judge(settings, state, claim, login, visit, now)
    sessions.note_session(state, login, claim.began, now, settings.access, new=True)
    if reader.why:
        sessions.record_refusal(state, login, reader.why)
    return reader


def _judge(
    settings: Settings,
    state: StateDatabase,
    claim: SignInClaim,
    login: str,
    visit: SessionStatus,
    now: ClockReading,
) -> Reader:
    """Return the reader of a visit; what is new about it is written into the audit trail."""
    account = _account_code(state, claim)
    known = accounts.find_account_name(state, account)
    name = known or claim.subject
    user = state.find_user(name, settings.local_time(now.wall).date())
    why = visit.why or _refusal(user)
    if not why and not known:
        why = _bind_account(state, account, name)
    if user is None or why:
        _note_refusal(state, name, login, why, visit.refused)
        return Reader(subject=name, login=login, why=why)
    if visit.new:
        state.record_event(name, "sign_in", user.role)
    return Reader(user.scope, name, login)


def _note_refusal(state: StateDatabase, name: str, login: str, why: str, before: str) -> None:
    """Write a refusal down, once however often it is met."""
    if why != before:
        state.record_event(name, "refused", why)
        sessions.record_refusal(state, login, why)


def _account_code(state: StateDatabase, claim: SignInClaim) -> str:
    """Return the code of the provider's account; empty where a proxy names people."""
    return accounts.make_account_code(state, *claim.account) if claim.account else ""


def _bind_account(state: StateDatabase, account: str, name: str) -> str:
    """Let a name of the list belong to the account; return "other_account" when it cannot."""
    if not account:
        return ""
    try:
        if accounts.bind_account(state, account, name):
            return ""
        accounts.note_refused_account(state, name)
    except sqlite3.OperationalError:
        # NOTE: a full disk keeps nobody out whose name is nobody else's.
        return "other_account" if accounts.is_taken(state, name, account) else ""
    return "other_account"


def _refusal(user: User | None) -> str:
    """Return why the list lets somebody not in: "unlisted" or "no_rights"; empty otherwise."""
    if user is None:
        return "unlisted"
    return "no_rights" if user.trouble else ""
