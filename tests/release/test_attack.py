"""The attacker gives the published answers, and finds what was taken away."""

import os
from dataclasses import replace

import numpy as np
import pytest

from pipelines.release.attack import Attack, attack_release, list_small
from pipelines.release.statistics_table import Link, State, Statistic, StatisticsTable
from pipelines.release.suppression import protect_table
from tests.release import small_tables
from tests.release.small_tables import make_table, number_of

#: Each test reads or makes several builds.
pytestmark = pytest.mark.slow

FAULTS = int(os.environ.get("CAUNOI_PLANTED_FAULTS", "10"))


def bounds(table: StatisticsTable, name: str, *, whole: bool = False) -> tuple[int, float]:
    """What somebody knows of a hidden number who does not know that it is at least 1."""
    attack = Attack(table, table.initial_states(), hidden_least=0, whole_numbers=whole)
    return attack.find_bounds(number_of(table, name))


@pytest.mark.parametrize("whole", [False, True])
def test_the_table_of_geurts_leaves_3_to_6(whole: bool) -> None:
    assert bounds(small_tables.geurts(), "x11", whole=whole) == (3, 6)


@pytest.mark.parametrize(
    ("hidden", "by_size", "answer"),
    [("ABKLM", False, (0, 9)), ("ABKLM", True, (3, 3)), ("ABKLMN", True, (0, 10))],
)
def test_linked_tables_give_away_what_each_alone_hides(
    hidden: str, by_size: bool, answer: tuple[int, int]
) -> None:
    table = small_tables.linked_tables(hidden, by_size=by_size)
    assert bounds(table, "K") == answer
    assert bounds(table, "K", whole=True) == answer


def test_two_areas_that_differ_by_a_place_give_it_away() -> None:
    table = make_table([128, 2], {"old": [0], "new": [0, 1], "between": [1]}, ["between"])
    assert bounds(table, "between") == (2, 2)


def test_zeros_and_ones_hidden_alone_are_solved_and_four_hidden_are_not() -> None:
    alone = small_tables.age_by_country(["young-pt"])
    assert bounds(alone, "young-pt") == (0, 0)
    four = small_tables.age_by_country(["young-pt", "old-pt", "young-is", "old-is"])
    assert bounds(four, "young-pt") == (0, 2)


def test_whoever_knows_one_ward_may_not_solve_its_neighbour() -> None:
    table = make_table([3, 9, 8], {"a": [0], "b": [1], "c": [2], "all": [0, 1, 2]}, "ab")
    found = list(attack_release(table, table.initial_states()))
    assert [(one.statistic, one.kind) for one in found] == [(0, "insider")]
    safe = make_table([3, 9, 8], {"a": [0], "b": [1], "c": [2], "all": [0, 1, 2]}, "abc")
    assert not list(attack_release(safe, safe.initial_states()))


def test_a_part_is_at_most_its_whole() -> None:
    table = make_table([3, 3], {"part": [0], "whole": [1]}, ["part"])
    table.at_most = [Link((0,), (1,))]
    assert bounds(table, "part") == (0, 3)


def test_a_small_number_that_an_earlier_release_showed_is_found() -> None:
    table = make_table([3, 9, 8], {"a": [0], "b": [1], "c": [2], "all": [0, 1, 2]}, "abc")
    states = table.initial_states()
    states[0] = State.KNOWN
    assert [(one.statistic, one.least, one.most) for one in attack_release(table, states)] == [
        (0, 3, 3)
    ]
    table.statistics = [replace(table.statistics[0], is_published=True), *table.statistics[1:]]
    assert not list(attack_release(table, states, targets=list_small(table, states)))


@pytest.mark.parametrize(("hidden", "found"), [("", 1), ("part", 0)])
def test_all_of_a_small_whole_is_attacked(hidden: str, found: int) -> None:
    table = make_table([9, 9], {"part": [0], "whole": [1]}, [hidden])
    table.wards = np.array([0, 0])
    table.at_most = [Link((0,), (1,))]
    rest = Statistic("f", "ward", "rest", ("y",), (1,), (0,), State.UNSEEN)
    table.statistics = [*table.statistics, rest]
    assert len(list(attack_release(table, table.initial_states()))) == found


def test_every_planted_fault_is_found() -> None:
    found = 0
    for seed in range(FAULTS):
        table = small_tables.districts_of_wards(seed)
        states = protect_table(table)
        assert not list(attack_release(table, states))
        number = _choose_complement(table, states, seed)
        shown, known = states.copy(), states.copy()
        shown[number] = State.SHOWN
        known[list_small(table, states)[seed % 3]] = State.KNOWN
        found += all(any(attack_release(table, fault)) for fault in (shown, known))
    assert found == FAULTS


def _choose_complement(table: StatisticsTable, states: np.ndarray, seed: int) -> int:
    """A number hidden for others' sake, in a district that hides no more than it must."""
    totals = table.totals
    hidden = np.flatnonzero((states == State.HIDDEN) & (totals > 4))
    return int(np.random.default_rng(seed).choice(hidden))


def test_whole_numbers_are_bounded_as_fractions_are() -> None:
    checked = 0
    for seed in range(3):
        table = small_tables.districts_of_wards(seed)
        states = protect_table(table)
        for target in np.flatnonzero((states == State.HIDDEN) & (table.totals < 5))[:5]:
            whole = Attack(table, states, whole_numbers=True).find_bounds(int(target))
            assert whole == Attack(table, states).find_bounds(int(target))
            checked += 1
    assert checked == 15
