"""Hide small numbers, and those that would give them away.

Complementary suppression by linear programming: for every small number another table is found that
agrees with everything shown and in which that number is larger; what stands in its way at the least
cost is hidden (M. Fischetti, J.-J. Salazar, Management Science 47, 2001; the order of steps is
docs/decisions/0008-protected-releases.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from pipelines.release.statistics_table import (
    Flags,
    Integers,
    State,
    StatisticsTable,
    is_small,
)

#: A hidden number may be any of at least so many.
WIDTH = 5
#: For a reader who knows one ward or one district exactly, it may be larger by this.
INSIDER_ROOM = 2
#: The most that one base cell is moved.
LARGEST_MOVE = 60
#: What hiding a number costs, for each level; the city's are hidden by a coarser ladder alone.
WEIGHTS = {"ward": 1.0, "district": 20.0}
INSIDER_ROUNDS = 6
#: All of a whole up to this say something of each of them (9 of 9).
SMALL_WHOLE = 20
#: What moving one person costs, so that few wards are moved.
_NUDGE = 1e-4
_TINY = 1e-6


class NotProtectable(Exception):
    """No other table agrees with what must be shown: the ladder has to be coarser."""

    def __init__(self, statistic: int) -> None:
        super().__init__(f"statistic {statistic} cannot be protected")
        self.statistic = statistic


@dataclass(frozen=True)
class Move:
    """Another table: the statistics that differ, and the base cells that differ."""

    statistics: Integers
    cells: Integers


def hide_small_numbers(table: StatisticsTable, threshold: int = WIDTH) -> Integers:
    """Return the states of all statistics when only the small ones are hidden."""
    states = table.initial_states()
    for number, total in enumerate(table.totals.tolist()):
        if states[number] == State.SHOWN and is_small(total, threshold):
            states[number] = State.HIDDEN
    for _, part in _list_revealing(table, threshold):
        if states[part] == State.SHOWN:
            states[part] = State.HIDDEN
    return states


def _list_revealing(table: StatisticsTable, threshold: int) -> list[tuple[int, int]]:
    """List the rests that are 0, each with its part: all of a small whole are in the part."""
    at = {statistic.cells: number for number, statistic in enumerate(table.statistics)}
    found = []
    for number, statistic in enumerate(table.statistics):
        if statistic.state != State.UNSEEN or table.totals[number] != 0:
            continue
        part = at.get(statistic.minus)
        if part is not None and threshold <= table.totals[part] <= SMALL_WHOLE:
            found.append((number, part))
    return found


def list_targets(table: StatisticsTable, states: Integers, threshold: int = WIDTH) -> list[int]:
    """List the small numbers that must stay uncertain: larger places and numbers first."""
    order = {"city": 0, "district": 1, "ward": 2}
    found = []
    for number, total in enumerate(table.totals.tolist()):
        if states[number] in (State.HIDDEN, State.UNSEEN) and is_small(total, threshold):
            found.append((order[table.statistics[number].level], -total, number))
    revealing = [rest for rest, _ in _list_revealing(table, threshold)]
    return [number for _, _, number in sorted(found)] + revealing


def protect_table(table: StatisticsTable, threshold: int = WIDTH) -> Integers:
    """Return the state of every statistic: small ones hidden, and what gives them away.

    Raises NotProtectable where that cannot be done without hiding the city's numbers or known ones.
    """
    states = hide_small_numbers(table, threshold)
    targets = list_targets(table, states, threshold)
    for target in targets:
        nobody = np.zeros(len(table.values), dtype=bool)
        _hide(states, find_move(table, states, target, threshold - 1, nobody))
    for _ in range(INSIDER_ROUNDS):
        before = states.copy()
        for target in targets:
            for move in find_insider_moves(table, states, target):
                _hide(states, move)
        if (before == states).all():
            break
    return states


def _hide(states: Integers, move: Move) -> None:
    moved = move.statistics
    states[moved[states[moved] == State.SHOWN]] = State.HIDDEN


def find_insider_moves(table: StatisticsTable, states: Integers, target: int) -> Iterator[Move]:
    """Yield a move for every ward and district whose exact figures somebody may know.

    NOTE: a move serves every insider whose figures it leaves alone, so two or three do for all.
    """
    for units, waiting in table.list_insiders(target):
        while waiting:
            insider = min(waiting)
            move = find_move(table, states, target, INSIDER_ROOM, units == insider)
            waiting &= set(units[move.cells].tolist())
            waiting.discard(insider)
            yield move


def find_move(
    table: StatisticsTable, states: Integers, target: int, amount: int, frozen: Flags
) -> Move:
    """Return the cheapest table in which the target is larger by `amount`; raises NotProtectable.

    `frozen`: base cells that somebody knows.
    """
    for region in table.list_regions(target):
        free = region[~frozen[region]]
        program = _Program(table, states, target, amount, free)
        move = program.solve()
        if move is not None:
            return move
    raise NotProtectable(target)


class _Program:
    """One linear program: rise and fall of every free base cell and of every shown statistic."""

    def __init__(
        self, table: StatisticsTable, states: Integers, target: int, amount: int, free: Integers
    ) -> None:
        self.table, self.target, self.amount, self.free = table, target, amount, free
        part = table.columns[:, free]
        touched = np.unique(part.indices)
        self.rows = part.tocsr()[touched]
        self.touched = touched
        self.states = states[touched]
        self.totals = table.totals[touched]
        levels = [table.statistics[number].level for number in touched.tolist()]
        is_city = np.array([level == "city" for level in levels], dtype=bool)
        is_shown = self.states == State.SHOWN
        self.is_fixed = (self.states == State.KNOWN) | (is_shown & is_city)
        self.is_optional = is_shown & ~is_city & (touched != target)
        self.weights = np.array([WEIGHTS.get(level, 0.0) for level in levels])
        self.is_zero = table.find_zero_cells(states)[free]

    def solve(self) -> Move | None:
        """Return the cheapest move; None when there is none among the free base cells."""
        own = np.flatnonzero(self.touched == self.target)
        if not len(own):
            return None
        optional = np.flatnonzero(self.is_optional)
        hidden = np.flatnonzero((self.states == State.HIDDEN) & (self.totals >= 1))
        links, limits = self._links()
        unbound = sparse.csr_matrix((len(optional), len(optional)))
        sign = sparse.identity(len(optional), format="csr") if len(optional) else unbound
        none = sparse.csr_matrix((self.is_fixed.sum() + 1 + links[0].shape[0], len(optional)))
        exact = sparse.vstack([self.rows[self.is_fixed], self.rows[own], links[0]])
        equal = sparse.vstack(
            [_split(exact, none), _split(self.rows[optional], -sign)], format="csr"
        )
        moves = np.zeros(equal.shape[0])
        moves[self.is_fixed.sum()] = self.amount
        below = sparse.vstack([-self.rows[hidden], links[1]])
        result = linprog(
            np.concatenate([np.full(2 * len(self.free), _NUDGE), *[self._costs(optional)] * 2]),
            A_ub=_split(below, sparse.csr_matrix((below.shape[0], len(optional)))),
            b_ub=np.concatenate([self.totals[hidden] - 1, limits]),
            A_eq=equal,
            b_eq=moves,
            bounds=self._bounds(optional),
            method="highs",
        )
        return self._read_move(result.x, optional) if result.status == 0 else None

    def _links(self) -> tuple[tuple[Any, Any], Any]:
        """Return the links that touch the free base cells, and how far the second kind may go."""
        table = self.table
        equal = _touching(table.equal_matrix[:, self.free])
        part = table.at_most_matrix[:, self.free].tocsr()
        touched = np.flatnonzero(np.diff(part.indptr))
        slack = -(table.at_most_matrix @ table.values)[touched]
        return (equal, part[touched]), slack

    def _costs(self, optional: Integers) -> Any:
        return self.weights[optional] * (1 + np.log1p(self.totals[optional]))

    def _bounds(self, optional: Integers) -> Any:
        """Return how far each variable may move: no base cell below 0, no hidden number below 1."""
        values = self.table.values[self.free]
        # NOTE: what is hidden is never 0, so a shown 0 cannot be hidden.
        tops = (
            np.where(self.is_zero, 0, LARGEST_MOVE),
            np.where(self.is_zero, 0, values),
            np.where(self.totals[optional] == 0, 0, np.inf),
            np.maximum(self.totals[optional] - 1, 0),
        )
        top = np.concatenate(tops)
        return np.column_stack([np.zeros(len(top)), top])

    def _read_move(self, solution: Any, optional: Integers) -> Move:
        count, extra = len(self.free), len(optional)
        change = solution[:count] - solution[count : 2 * count]
        rise, fall = solution[2 * count : 2 * count + extra], solution[2 * count + extra :]
        moved = self.touched[optional[np.abs(rise - fall) > _TINY]]
        return Move(moved, self.free[np.abs(change) > _TINY])


def _split(rows: Any, extra: Any) -> Any:
    """Return rows over the rise and fall of base cells, then over those of statistics."""
    return sparse.hstack([rows, -rows, extra, -extra], format="csr")


def _touching(rows: Any) -> Any:
    """Return the rows that are not empty."""
    over = rows.tocsr()
    return over[np.flatnonzero(np.diff(over.indptr))]
