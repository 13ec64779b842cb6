"""A sign-in ends after eight hours, after half an hour without use, and when signing out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.settings import Access
from pipelines.store import sessions
from pipelines.store.sessions import touch_session
from pipelines.store.state_db import StateDatabase

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
ACCESS = Access()


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    return StateDatabase(tmp_path)


def after(state: StateDatabase, *minutes: float) -> str:
    """What is said at the last of these minutes to a reader who was here at the others."""
    told = [
        touch_session(state, "code", START, START + timedelta(minutes=m), ACCESS).why
        for m in minutes
    ]
    assert not any(told[:-1])
    return told[-1]


def test_a_sign_in_in_use_lasts_eight_hours(state: StateDatabase) -> None:
    assert after(state, *range(0, 480, 25), 480) == ""
    assert after(state, 481) == "too_old"


@pytest.mark.parametrize(("minutes", "why"), [(29, ""), (30, ""), (31, "idle"), (300, "idle")])
def test_a_sign_in_without_use_lasts_half_an_hour(
    state: StateDatabase, minutes: int, why: str
) -> None:
    assert after(state, 0, minutes) == why


def test_an_idle_sign_in_does_not_come_back(state: StateDatabase) -> None:
    assert after(state, 0, 31) == "idle"
    assert after(state, 32) == "idle"


def test_a_look_that_is_no_use_does_not_prolong(state: StateDatabase) -> None:
    touch_session(state, "code", START, START, ACCESS)
    touch_session(state, "code", START, START + timedelta(minutes=20), ACCESS, used=False)
    assert after(state, 35) == "idle"


def test_signing_out_ends_every_copy(state: StateDatabase) -> None:
    after(state, 0)
    sessions.end_session(state, "code", START)
    assert after(state, 1) == "ended"


@pytest.mark.parametrize("hours", [-9, 1])
def test_a_first_look_at_an_old_or_future_sign_in_is_refused(
    state: StateDatabase, hours: int
) -> None:
    found = touch_session(state, "old", START + timedelta(hours=hours), START, ACCESS)
    assert (found.why, found.new) == ("too_old", True)


def test_only_the_first_look_is_new(state: StateDatabase) -> None:
    assert [touch_session(state, "code", START, START, ACCESS).new for _ in range(3)] == [
        True,
        False,
        False,
    ]


def test_sign_ins_no_cookie_can_carry_are_forgotten(state: StateDatabase) -> None:
    touch_session(state, "old", START, START, ACCESS)
    touch_session(state, "new", START + timedelta(days=40), START + timedelta(days=40), ACCESS)
    assert state.query_one("visit", login="old") is None
