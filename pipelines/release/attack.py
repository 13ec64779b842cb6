"""The attacker: what somebody can work out who knows everything shown, the method and the forms.

For every hidden small number the least and the largest possible value are found by linear or
integer programming, from what is shown alone (the gate a release must pass).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any, Literal

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from pipelines.release.statistics_table import (
    Flags,
    Integers,
    State,
    StatisticsTable,
    is_small,
)

Kind = Literal["narrow", "insider"]
_TINY = 1e-6


@dataclass(frozen=True)
class Finding:
    """A hidden number that is not safe: its least and largest possible values.

    `insider`: the statistic is safe from outsiders, not from whoever knows one unit's figures.
    """

    statistic: int
    kind: Kind
    least: float
    most: float


@dataclass(frozen=True)
class Attack:
    """What the attacker knows: the table's sums, which are shown, and the numbers of these.

    Raises nothing. The true numbers are used for two things only: outside of a region all base
    cells stand at their true numbers (what is possible then is possible), and the true small
    numbers are the ones attacked.
    """

    table: StatisticsTable
    states: Integers
    #: Every hidden number is known to be at least this: zeros are shown.
    hidden_least: int = 1
    whole_numbers: bool = False

    def find_bounds(
        self, target: int, region: Integers | None = None, frozen: Flags | None = None
    ) -> tuple[float, float]:
        """Return the least and the largest value a statistic can have, rounded inward."""
        free = self._choose_free(region, frozen)
        least, most = self._reach(target, 1, free), self._reach(target, -1, free)
        return (
            least if least == -inf else ceil(least - _TINY),
            most if most == inf else floor(most + _TINY),
        )

    def _choose_free(self, region: Integers | None, frozen: Flags | None) -> Integers:
        free = np.arange(len(self.table.values)) if region is None else region
        return free if frozen is None else free[~frozen[free]]

    def _reach(self, target: int, sign: int, free: Integers) -> float:
        """Return the least (1) or largest (-1) value of a statistic."""
        table = self.table
        goal = table.matrix[target, free].toarray().ravel()
        if not goal.any():
            return float(table.totals[target])
        fixed = float(table.totals[target] - goal @ table.values[free])
        solution = self._solve(sign * goal, free)
        return -sign * inf if solution is None else float(goal @ solution) + fixed

    def _find_witness(self, target: int, room: int, free: Integers) -> Integers | None:
        """Find a table like the true one in which the target is larger by `room`.

        Returns the base cells that differ, as few people as can be; None where there is none.
        """
        table = self.table
        goal = table.matrix[target, free]
        values = table.values[free]
        rows, lower, upper = self._constraints(free)
        bounded = sparse.vstack([rows, goal]).tocsr()
        now = bounded @ values
        low = np.concatenate([lower, [now[-1] + room]]) - now
        high = np.concatenate([upper, [np.inf]]) - now
        count = len(free)
        falls = np.concatenate([np.full(count, np.inf), values])
        result = _minimise(np.ones(2 * count), sparse.hstack([bounded, -bounded]), low, high, falls)
        if result.x is None:
            return None
        differing: Integers = free[np.abs(result.x[:count] - result.x[count:]) > _TINY]
        return differing

    def _solve(self, goal: Any, free: Integers) -> Any:
        """Minimise over all tables that agree with what is known; None when it has no bound."""
        rows, lower, upper = self._constraints(free)
        if self.whole_numbers:
            result = milp(
                goal,
                constraints=LinearConstraint(rows, lower, upper),
                bounds=Bounds(0, np.inf),
                integrality=np.ones(len(free)),
            )
        else:
            unbounded = np.full(len(free), np.inf)
            result = _minimise(goal, rows, lower, upper, unbounded)
        if result.status in (3, 4) and result.x is None:
            return None
        if result.x is None:
            raise ArithmeticError(f"the attacker's program ended with {result.message}")
        return result.x

    def _constraints(self, free: Integers) -> tuple[Any, Any, Any]:
        """Return rows over the free base cells with the least and largest sum of each."""
        table = self.table
        part = table.columns[:, free]
        touched = np.unique(part.indices)
        rest = table.totals[touched] - part.tocsr()[touched] @ table.values[free]
        states = self.states[touched]
        seen = (states == State.SHOWN) | (states == State.KNOWN)
        lower = np.where(seen, table.totals[touched], self.hidden_least).astype(float)
        upper = np.where(seen, table.totals[touched], np.inf).astype(float)
        lower[states == State.UNSEEN] = -np.inf
        rows = [part.tocsr()[touched]]
        lows, highs = [lower - rest], [upper - rest]
        for links, is_equal in ((table.equal_matrix, True), (table.at_most_matrix, False)):
            over = links[:, free].tocsr()
            involved = np.flatnonzero(np.diff(over.indptr))
            outside = (links @ table.values - over @ table.values[free])[involved]
            rows.append(over[involved])
            highs.append(-outside)
            lows.append(-outside if is_equal else np.full(len(involved), -np.inf))
        return sparse.vstack(rows).tocsr(), np.concatenate(lows), np.concatenate(highs)

    def check_insiders(self, target: int, room: int) -> Finding | None:
        """Return a finding when knowing one ward or district bounds the target too closely."""
        total = int(self.table.totals[target])
        for units, waiting in self.table.list_insiders(target):
            while waiting:
                insider = min(waiting)
                own = units == insider
                differing = self._find_in_regions(target, room, own)
                if differing is None:
                    free = self._choose_free(None, own)
                    reach = self._reach(target, -1, free)
                    return Finding(target, "insider", total, reach)
                # NOTE: the table found serves every insider whose own figures it leaves alone.
                waiting &= set(units[differing].tolist())
                waiting.discard(insider)
        return None

    def _find_in_regions(self, target: int, room: int, frozen: Flags) -> Integers | None:
        for region in self.table.list_regions(target):
            free = self._choose_free(region, frozen)
            if len(free):
                differing = self._find_witness(target, room, free)
                if differing is not None:
                    return differing
        return None

    def check_width(self, target: int, width: int) -> Finding | None:
        """Return a finding when a hidden number has fewer than `width` possible values."""
        least, most = 0.0, 0.0
        for region in self.table.list_regions(target):
            least, most = self.find_bounds(target, region)
            if most - least + 1 >= width and most >= width:
                return None
        return Finding(target, "narrow", least, most)


def _minimise(goal: Any, rows: Any, lower: Any, upper: Any, tops: Any) -> Any:
    """Minimise `goal` over numbers from 0 to `tops` whose rows lie between two bounds."""
    over = rows.tocsr()
    is_equal = lower == upper
    above = np.isfinite(upper) & ~is_equal
    below = np.isfinite(lower) & ~is_equal
    return linprog(
        goal,
        A_eq=over[is_equal],
        b_eq=lower[is_equal],
        A_ub=sparse.vstack([over[above], -over[below]]),
        b_ub=np.concatenate([upper[above], -lower[below]]),
        bounds=np.column_stack([np.zeros(len(tops)), tops]),
        method="highs",
    )


def attack_release(
    table: StatisticsTable,
    states: Integers,
    targets: Sequence[int] | None = None,
    *,
    width: int = 5,
    room: int = 2,
) -> Iterator[Finding]:
    """Yield what is not safe: each small number that is shown, narrow, or open to an insider."""
    attack = Attack(table, states)
    chosen = list_small(table, states, width) if targets is None else targets
    for target in chosen:
        if states[target] == State.SHOWN:
            total = int(table.totals[target])
            yield Finding(target, "narrow", total, total)
            continue
        finding = attack.check_width(target, width) or attack.check_insiders(target, room)
        if finding is not None:
            yield finding


def list_small(table: StatisticsTable, states: Integers, width: int = 5) -> list[int]:
    """List the statistics with a small number that nobody outside may know yet."""
    return [
        number
        for number, total in enumerate(table.totals.tolist())
        if states[number] != State.KNOWN and is_small(total, width)
    ]
