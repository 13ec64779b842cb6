"""Hide small numbers, and those that would give them away.

Complementary suppression by linear programming: for every small number another table is found that
agrees with everything shown and in which that number is larger; what stands in its way at the least
cost is hidden (M. Fischetti, J.-J. Salazar, Management Science 47, 2001; the order of steps is
docs/decisions/0008-protected-releases.md).
"""

from typing import Any

import numpy as np

from pipelines.release.statistics_table import (
    LEVELS,
    Flags,
    Floats,
    Integers,
    Region,
    State,
    StatisticsTable,
    is_small,
    list_revealing,
)
from pipelines.release.witnesses import (
    NUDGE,
    TINY,
    WIDTH,
    OpenClaims,
    Witness,
    make_witness,
    minimise,
    open_claims,
)

#: The most that one base cell is moved.
LARGEST_MOVE = 60
#: What hiding a number costs, for each level; the city's are hidden by a coarser ladder alone.
WEIGHTS = {"ward": 1.0, "district": 20.0}


class NotProtectable(Exception):
    """No other table agrees with what must be shown: the ladder has to be coarser."""

    def __init__(self, statistic: int) -> None:
        super().__init__(f"statistic {statistic} cannot be protected")
        self.statistic = statistic


def hide_small_numbers(table: StatisticsTable, threshold: int = WIDTH) -> Integers:
    """Return the states of all statistics when only the small ones are hidden."""
    states = table.initial_states()
    states[(states == State.SHOWN) & is_small(table.totals, threshold)] = State.HIDDEN
    parts = np.array([part for _, part in list_revealing(table, threshold)], dtype=np.int64)
    states[parts[states[parts] == State.SHOWN]] = State.HIDDEN
    return states


def list_targets(table: StatisticsTable, states: Integers, threshold: int = WIDTH) -> list[int]:
    """List the small numbers that must stay uncertain: larger places and numbers first."""
    is_hidden = np.isin(states, (State.HIDDEN, State.UNSEEN))
    found = np.flatnonzero(is_hidden & is_small(table.totals, threshold))
    levels = np.array([LEVELS.index(one.level) for one in table.statistics], dtype=np.int64)
    order = np.lexsort((found, -table.totals[found], levels[found]))
    revealing = [rest for rest, _ in list_revealing(table, threshold)]
    return [*found[order].tolist(), *revealing]


def protect_table(table: StatisticsTable, threshold: int = WIDTH) -> Integers:
    """Return the state of every statistic: small ones hidden, and what gives them away.

    What is hidden once stays hidden, so a table found for one number stays good for all that it
    serves. Raises NotProtectable where the city's numbers or known ones would have to be hidden.
    """
    states = hide_small_numbers(table, threshold)
    targets = list_targets(table, states, threshold)
    claims = open_claims(table, targets, threshold)
    nobody = np.zeros(len(table.values), dtype=bool)
    for target in targets:
        if target in claims.narrow:
            _hide(states, claims, find_move(table, states, target, threshold - 1, nobody))
    for target in targets:
        for units, waiting in claims.insiders[target]:
            while waiting:
                insider = min(waiting)
                move = find_move(table, states, target, claims.room, units == insider)
                _hide(states, claims, move)
                waiting.discard(insider)
    return states


def _hide(states: Integers, claims: OpenClaims, move: Witness) -> None:
    """Hide what differs in another table, and close what the table shows."""
    moved = np.abs(move.rises) > TINY
    states[moved & (states == State.SHOWN)] = State.HIDDEN
    claims.accept(move)


def find_move(
    table: StatisticsTable, states: Integers, target: int, amount: int, frozen: Flags
) -> Witness:
    """Return the cheapest table in which the target is larger by `amount`; raises NotProtectable.

    `frozen`: base cells that somebody knows.
    """
    for region in table.list_regions(target):
        move = _Program(table, states, region).solve(target, amount, frozen)
        if move is not None:
            return move
    raise NotProtectable(target)


class _Program:
    """One linear program: rise and fall of every base cell and of every shown statistic."""

    def __init__(self, table: StatisticsTable, states: Integers, region: Region) -> None:
        self.table, self.region = table, region
        self.states = states[region.statistics]
        levels = [table.statistics[number].level for number in region.statistics.tolist()]
        is_city = np.array([level == "city" for level in levels], dtype=bool)
        is_shown = self.states == State.SHOWN
        self.is_fixed = (self.states == State.KNOWN) | (is_shown & is_city)
        self.is_optional = is_shown & ~is_city
        weights = np.array([WEIGHTS.get(level, 0.0) for level in levels])
        self.costs = weights * (1 + np.log1p(region.totals))
        self.is_zero = table.find_zero_cells(states)[region.cells]

    def solve(self, target: int, amount: int, frozen: Flags) -> Witness | None:
        """Return the cheapest move; None when there is none among the free base cells."""
        region = self.region
        own = np.flatnonzero(region.statistics == target)
        if not len(own):
            return None
        least, most = self._bound_statistics()
        least[own] = most[own] = amount
        count = len(region.cells)
        result = minimise(
            np.concatenate([np.full(2 * count, NUDGE), self.costs, self.costs]),
            region.program_matrix,
            region.bound_rows(least, most),
            self._bound_variables(frozen, own),
        )
        if result.x is None:
            return None
        rise, fall, _ = np.split(result.x, [count, 2 * count])
        return make_witness(self.table, region, rise - fall)

    def _bound_statistics(self) -> tuple[Floats, Floats]:
        """Return how far each statistic may move once what is hidden for it is taken away."""
        totals = self.region.totals
        is_hidden = (self.states == State.HIDDEN) & (totals >= 1)
        is_bound = self.is_fixed | self.is_optional
        least = np.where(is_hidden, 1.0 - totals, np.where(is_bound, 0.0, -np.inf))
        return least, np.where(is_bound, 0.0, np.inf)

    def _bound_variables(self, frozen: Flags, own: Integers) -> Any:
        """Return how far each variable may move: no base cell below 0, no hidden number below 1."""
        region = self.region
        is_free = ~self.is_zero & ~frozen[region.cells]
        may_hide = self.is_optional.copy()
        may_hide[own] = False
        # NOTE: what is hidden is never 0, so a shown 0 cannot be hidden.
        tops = (
            np.where(is_free, LARGEST_MOVE, 0),
            np.where(is_free, region.values, 0),
            np.where(may_hide & (region.totals > 0), np.inf, 0),
            np.where(may_hide, np.maximum(region.totals - 1, 0), 0),
        )
        return np.concatenate(tops)
