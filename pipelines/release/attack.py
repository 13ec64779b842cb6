"""The attacker: what somebody can work out who knows everything shown, the method and the forms.

For every hidden small number the least and the largest possible value are found by linear or
integer programming, from what is shown alone (the gate a release must pass).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.release.statistics_table import (
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
    INSIDER_ROOM,
    TINY,
    WIDTH,
    OpenClaims,
    find_witness,
    open_claims,
)

Kind = Literal["narrow", "insider"]


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
        self, target: int, region: Region | None = None, frozen: Flags | None = None
    ) -> tuple[float, float]:
        """Return the least and the largest value a statistic can have, rounded inward."""
        area = self.table.everywhere if region is None else region
        least, most = self._reach(target, 1, area, frozen), self._reach(target, -1, area, frozen)
        return (
            least if least == -inf else ceil(least - TINY),
            most if most == inf else floor(most + TINY),
        )

    def _reach(self, target: int, sign: int, region: Region, frozen: Flags | None) -> float:
        """Return the least (1) or largest (-1) value of a statistic."""
        total = float(self.table.totals[target])
        goal = self.table.matrix[target, region.cells].toarray().ravel()
        if not goal.any():
            return total
        change = self._solve(sign * goal, region, frozen)
        return -sign * inf if change is None else float(goal @ change) + total

    def _solve(self, goal: Floats, region: Region, frozen: Flags | None) -> Any:
        """Minimise over all tables that agree with what is known; None when it has no bound."""
        is_free = np.ones(len(region.cells)) if frozen is None else ~frozen[region.cells]
        known_sums = LinearConstraint(region.matrix, *self.bound_rows(region))
        result = milp(
            goal,
            constraints=known_sums,
            bounds=Bounds(
                np.where(is_free, -region.values, 0).astype(float), np.where(is_free, np.inf, 0)
            ),
            integrality=np.full(len(goal), int(self.whole_numbers)),
        )
        if result.x is None and result.status not in (3, 4):
            raise ArithmeticError(f"the attacker's program ended with {result.message}")
        return result.x

    def bound_rows(self, region: Region) -> tuple[Floats, Floats]:
        """Return how far the change of every row may go, from what is shown."""
        states = self.states[region.statistics]
        is_seen = (states == State.SHOWN) | (states == State.KNOWN)
        fall = np.minimum(self.hidden_least - region.totals, 0).astype(float)
        fall[states == State.UNSEEN] = -np.inf
        return region.bound_rows(np.where(is_seen, 0.0, fall), np.where(is_seen, 0.0, np.inf))

    def check_width(self, target: int, claims: OpenClaims) -> Finding | None:
        """Return a finding when a hidden number has too few possible values."""
        nobody = np.zeros(len(self.table.values), dtype=bool)
        is_none = self.table.totals[target] == 0
        least, most = 0.0, 0.0
        for region in self.table.list_regions(target):
            self._close_claims(target, claims, region, claims.width - 1, nobody)
            if target not in claims.narrow:
                return None
            least, most = self.find_bounds(target, region)
            if most - least + 1 >= claims.width and (most >= claims.width or is_none):
                return None
        return Finding(target, "narrow", least, most)

    def check_insiders(self, target: int, claims: OpenClaims) -> Finding | None:
        """Return a finding when knowing one ward or district bounds the target too closely."""
        total = int(self.table.totals[target])
        for units, waiting in claims.insiders[target]:
            while waiting:
                insider = min(waiting)
                own = units == insider
                for region in self.table.list_regions(target):
                    self._close_claims(target, claims, region, claims.room, own)
                    if insider not in waiting:
                        break
                else:
                    reach = self._reach(target, -1, self.table.everywhere, own)
                    return Finding(target, "insider", total, reach)
        return None

    def _close_claims(
        self, target: int, claims: OpenClaims, region: Region, room: int, frozen: Flags
    ) -> None:
        """Find a table in which the target is larger by up to `room`, and close what it shows."""
        rows = self.bound_rows(region)
        witness = find_witness(self.table, region, rows, target, room, frozen)
        if witness is not None:
            claims.accept(witness)


def attack_release(
    table: StatisticsTable,
    states: Integers,
    targets: Sequence[int] | None = None,
    *,
    width: int = WIDTH,
    room: int = INSIDER_ROOM,
) -> Iterator[Finding]:
    """Yield what is not safe: each small number that is shown, narrow, or open to an insider."""
    chosen = list_small(table, states, width) if targets is None else targets
    hidden = []
    for target in chosen:
        if states[target] in (State.SHOWN, State.KNOWN):
            total = int(table.totals[target])
            yield Finding(target, "narrow", total, total)
        else:
            hidden.append(target)
    attack = Attack(table, states)
    claims = open_claims(table, hidden, width, room)
    for target in hidden:
        finding = attack.check_width(target, claims) if target in claims.narrow else None
        finding = finding or attack.check_insiders(target, claims)
        if finding is not None:
            yield finding


def list_small(table: StatisticsTable, states: Integers, width: int = WIDTH) -> list[int]:
    """List the small numbers, and those that say it of all of a small whole.

    A small number that an earlier release showed is listed too; one that was published elsewhere
    is not.
    """
    # NOTE: a release for open data may follow one with the lower threshold.
    limits = np.where(states == State.KNOWN, min(width, WIDTH), width)
    is_published = np.array([one.is_published for one in table.statistics], dtype=bool)
    small = np.flatnonzero(is_small(table.totals, limits) & ~is_published)
    return [*small.tolist(), *(rest for rest, _ in list_revealing(table, width))]
