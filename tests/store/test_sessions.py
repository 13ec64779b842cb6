"""A visit ends after eight hours, after half an hour without use, and when signing out.

Durations are those of the steady clock; the wall clock may be set meanwhile.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.settings import Access
from pipelines.store import sessions
from pipelines.store.sessions import ClockReading, touch_session
from pipelines.store.state_db import StateDatabase

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
ACCESS = Access()
HOUR = 60.0


@pytest.fixture
def state(tmp_path: Path) -> StateDatabase:
    return StateDatabase(tmp_path)


def at(minutes: float, wall_ahead: float = 0) -> ClockReading:
    """Both clocks after so many minutes; the wall's may be set ahead by some more."""
    return ClockReading(START + timedelta(minutes=minutes + wall_ahead), 1000 + minutes * 60)


def after(state: StateDatabase, *minutes: float) -> str:
    """What is said at the last of these minutes to a reader who was here at the others."""
    told = [touch_session(state, "code", START, at(m), ACCESS).why for m in minutes]
    assert not any(told[:-1])
    return told[-1]


def restart() -> None:
    """What a new process knows of the steady clock: nothing."""
    sessions._tracks.clear()


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
    touch_session(state, "code", START, at(0), ACCESS)
    touch_session(state, "code", START, at(20), ACCESS, used=False)
    assert after(state, 35) == "idle"


@pytest.mark.parametrize("ahead", [-40 * 24 * HOUR, -3 * HOUR, 3 * HOUR, 40 * 24 * HOUR])
def test_a_wall_clock_that_is_set_neither_ends_nor_prolongs_a_visit(
    state: StateDatabase, ahead: float
) -> None:
    assert touch_session(state, "code", START, at(0), ACCESS).why == ""
    for minutes in range(20, 480, 20):
        assert touch_session(state, "code", START, at(minutes, ahead), ACCESS).why == ""
    assert touch_session(state, "code", START, at(481, ahead), ACCESS).why == "too_old"
    touch_session(state, "idle", START, at(0), ACCESS)
    assert touch_session(state, "idle", START, at(31, ahead), ACCESS).why == "idle"


def test_a_visit_begun_under_a_fast_clock_grows_idle(state: StateDatabase) -> None:
    fast = START + timedelta(hours=5)
    assert touch_session(state, "code", fast, at(0, 5 * HOUR), ACCESS).why == ""
    assert touch_session(state, "code", fast, at(31), ACCESS).why == "idle"


def test_after_a_restart_the_wall_clock_is_asked(state: StateDatabase) -> None:
    after(state, 0, 20)
    restart()
    assert after(state, 45) == ""
    restart()
    assert after(state, 76) == "idle"


def test_after_a_restart_a_visit_that_lies_ahead_is_over(state: StateDatabase) -> None:
    touch_session(state, "code", START, at(0, 5 * HOUR), ACCESS)
    restart()
    assert after(state, 1) == "idle"


def test_what_is_over_stays_over_when_the_clock_is_set_back(state: StateDatabase) -> None:
    assert after(state, 0, 31) == "idle"
    sessions.record_refusal(state, "code", "idle")
    restart()
    assert after(state, 5) == "idle"


def test_signing_out_ends_every_copy(state: StateDatabase) -> None:
    after(state, 0)
    sessions.end_session(state, "code", START)
    assert after(state, 1) == "ended"


def test_a_name_that_a_proxy_vouches_for_again_begins_anew(state: StateDatabase) -> None:
    assert after(state, 0, 31) == "idle"
    assert sessions.renew_session(state, "code", at(40)).new
    assert after(state, 65) == ""


@pytest.mark.parametrize("hours", [-9, 1])
def test_a_first_look_at_an_old_or_future_sign_in_is_refused(
    state: StateDatabase, hours: int
) -> None:
    found = touch_session(state, "old", START + timedelta(hours=hours), at(0), ACCESS)
    assert (found.why, found.new) == ("too_old", True)


def test_only_the_first_look_is_new(state: StateDatabase) -> None:
    looks = [touch_session(state, "code", START, at(0), ACCESS).new for _ in range(3)]
    assert looks == [True, False, False]


def test_sign_ins_no_cookie_can_carry_are_forgotten(state: StateDatabase) -> None:
    touch_session(state, "old", START, at(0), ACCESS)
    later = at(40 * 24 * HOUR)
    touch_session(state, "new", later.wall, later, ACCESS)
    assert state.query_one("visit", login="old") is None


def test_the_steady_clock_never_runs_backwards() -> None:
    readings = [sessions.read_clocks().steady for _ in range(100)]
    assert readings == sorted(readings)
