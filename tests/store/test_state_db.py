"""Roles end when they should, aliases stay, and every change of the audit trail is found."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from pipelines.privacy.scope import PUBLIC, Scope
from pipelines.store.state_db import StateDatabase, User

TODAY = date(2026, 11, 24)


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    return StateDatabase(tmp_path)


def test_an_unknown_reader_sees_what_the_public_sees(state: StateDatabase) -> None:
    assert state.find_scope("nobody@example.org", TODAY) == PUBLIC


def test_a_role_lasts_until_the_end_of_its_day(state: StateDatabase) -> None:
    state.save_user(User("lan", "district", frozenset({"004", "001"}), TODAY))
    assert state.find_scope("lan", TODAY) == Scope("district", frozenset({"001", "004"}))
    assert state.find_scope("lan", date(2026, 11, 25)) == PUBLIC


def test_the_role_given_last_counts_and_can_be_taken_away(state: StateDatabase) -> None:
    state.save_user(User("lan", "city"))
    state.save_user(User("lan", "steward"))
    assert [u.role for u in state.list_users()] == ["steward"]
    assert (state.delete_user("lan"), state.delete_user("lan"), state.list_users()) == (
        True,
        False,
        [],
    )


def test_a_confirmed_alias_is_kept(state: StateDatabase) -> None:
    state.confirm_alias("p. thuỵ khuê", "00028", "lan")
    assert dict(state.list_aliases()) == {"p. thuỵ khuê": "00028"}


def test_the_trail_says_what_was_done_but_not_by_whom_in_clear(state: StateDatabase) -> None:
    state.record_event("lan@example.org", "approve", "0a1b2c3d4e5f", "2022-Q3")
    event = state.list_events()[0]
    assert (event.n, event.what, event.objects) == (1, "approve", ("0a1b2c3d4e5f", "2022-Q3"))
    assert "lan" not in event.who and len(event.who) == 16
    assert state.verify_audit() == []


def test_the_trail_cannot_be_changed_through_the_database(state: StateDatabase) -> None:
    state.record_event("lan", "close", "2022-Q3")
    db = sqlite3.connect(state.home.state)
    for attempt in ("update audit set what = 'x'", "delete from audit"):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(attempt)
    db.close()


@pytest.mark.parametrize(
    "forgery",
    [
        "update audit set what = 'view' where n = 2",
        "update audit set at = '2020-01-01' where n = 1",
        "delete from audit where n = 2",
        "delete from audit where n = 3",
        "delete from audit",
    ],
)
def test_every_forgery_of_the_trail_is_found(state: StateDatabase, forgery: str) -> None:
    for period in ("2022-Q1", "2022-Q2", "2022-Q3"):
        state.record_event("lan", "close", period)
    db = sqlite3.connect(state.home.state)
    with db:
        db.execute("drop trigger audit_is_never_changed")
        db.execute("drop trigger audit_is_never_removed")
        db.execute(forgery)
    db.close()
    assert state.verify_audit() != []


def test_a_copy_holds_what_the_original_holds(state: StateDatabase, tmp_path: Path) -> None:
    state.save_user(User("lan", "city"))
    (tmp_path / "copy").mkdir()
    state.copy_to(tmp_path / "copy" / "state.sqlite")
    assert StateDatabase(tmp_path / "copy").list_users() == [User("lan", "city")]
