"""Shares of a pool: one person, one address and strangers never take what is kept for others."""

from dashboard.shared_pool import Holder, PoolLimits, SharedPool

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
