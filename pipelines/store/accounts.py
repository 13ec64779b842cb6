"""Which account of the provider is which person of the list.

A person is the issuer and its `sub`, never an address: addresses are given to somebody else. The
first account that signs in with a name of the list is that person from then on; another one is
refused and named to the steward. To end somebody's access lets a new account come in their place.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.store.state_db import StateDatabase


@dataclass(frozen=True)
class RefusedAccount:
    """A name of the list under which a second account came, and when it came last."""

    subject: str
    at: str


def make_account_code(state: StateDatabase, issuer: str, subject: str) -> str:
    """Return the keyed code of an account; every sign of both parts counts."""
    return state.exact_code(f"account|{len(issuer)}|{issuer}|{subject}")


def find_account_name(state: StateDatabase, account: str) -> str:
    """Return the name on the list that an account belongs to; empty when it has none yet."""
    row = state.query_one("account", account=account)
    return str(row["subject"]) if row else ""


def is_taken(state: StateDatabase, subject: str, account: str) -> bool:
    """Does the name belong to another account?"""
    row = state.query_one("account_of", subject=subject)
    return row is not None and row["account"] != account


def bind_account(state: StateDatabase, account: str, subject: str) -> bool:
    """Let a name belong to this account from now on; False when another one was faster."""
    state.execute("account_add", account=account, subject=subject, since=_now_text())
    return not is_taken(state, subject, account)


def note_refused_account(state: StateDatabase, subject: str) -> None:
    """Keep for the steward that a second account came with this name."""
    state.execute("account_refused", subject=subject, at=_now_text())


def list_refused_accounts(state: StateDatabase) -> list[RefusedAccount]:
    """Return the names under which second accounts came, in order."""
    return [
        RefusedAccount(row["subject"], row["at"]) for row in state.query_all("accounts_refused")
    ]


def release_account(state: StateDatabase, subject: str) -> None:
    """Let a name belong to nobody, so that the next account with it is the person."""
    state.execute("account_drop", subject=subject)
    state.execute("account_refused_drop", subject=subject)


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
