"""Shares of a pool: one person, one address and strangers never take what is kept for others."""

import threading

import pytest

from dashboard.auth import access
from dashboard.auth.identity import Reader
from dashboard.shared_pool import Holder, PoolLimits, SharedPool
from pipelines.errors import Refused

LIMITS = PoolLimits(total=10, person=3, strangers=4, address=2)
LAN, MINH = Holder("lan", is_listed=True), Holder("minh", is_listed=True)


def taken(pool: SharedPool, holder: Holder, tries: int = 20) -> int:
    """How many of so many tries find a place."""
    return sum(pool.take(holder) for _ in range(tries))


def test_a_person_takes_no_more_than_a_share() -> None:
    pool = SharedPool(LIMITS)
    assert (taken(pool, LAN), taken(pool, MINH)) == (3, 3)
    pool.give_back(LAN)
    assert taken(pool, LAN) == 1


def test_strangers_share_their_part_by_address_and_leave_the_rest() -> None:
    pool = SharedPool(LIMITS)
    assert [taken(pool, Holder(address=f"10.0.0.{n}")) for n in range(4)] == [2, 2, 0, 0]
    assert (taken(pool, LAN), taken(pool, MINH)) == (3, 3)


def test_places_are_taken_together_or_not_at_all() -> None:
    pool = SharedPool(LIMITS)
    assert not pool.take(LAN, 4)
    assert pool.take(LAN, 3)


def test_a_place_is_held_for_the_block() -> None:
    pool = SharedPool(PoolLimits(total=1, person=1))
    with pool.hold(LAN) as has_place:
        assert has_place
        with pool.hold(MINH) as has_second:
            assert not has_second
    with pool.hold(MINH) as has_place:
        assert has_place


def test_the_machines_own_user_shares_with_nobody() -> None:
    assert taken(SharedPool(LIMITS), Holder(is_listed=True)) == LIMITS.total


def test_clicks_of_one_reader_leave_threads_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files are made, two clicks wait, and a fifth is refused at once."""
    monkeypatch.setattr(access, "MAKER_SECONDS", 600.0)
    lan, minh = Reader(subject="lan"), Reader(subject="minh")
    may_end = threading.Event()

    def make() -> bytes:
        may_end.wait()
        return b""

    clicks = [threading.Thread(target=access._make_in_turn, args=(lan, make)) for _ in range(4)]
    for click in clicks:
        click.start()
    try:
        holder = Holder("lan", is_listed=True)
        while access.CLICKS.take(holder):
            access.CLICKS.give_back(holder)
        with pytest.raises(Refused):
            access._make_in_turn(lan, make)
        assert access._make_in_turn(minh, lambda: b"7") == b"7"
    finally:
        may_end.set()
        for click in clicks:
            click.join()
    assert access._make_in_turn(lan, lambda: b"7") == b"7"
    assert access.CLICKS._limits.total < access.SERVER_THREADS
