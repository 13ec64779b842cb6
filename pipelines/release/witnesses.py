"""Witnesses: tables like the true one that show how large a hidden number can be.

One table often serves many hidden numbers, and whoever knows a ward or a district that is the same
in it. What is still open is kept here, for those who hide numbers and for the attacker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipelines.release.statistics_table import (
    Flags,
    Floats,
    Integers,
    Region,
    StatisticsTable,
)

#: A hidden number may be any of at least so many.
WIDTH = 5
#: For a reader who knows one ward or one district exactly, it may be larger by this.
INSIDER_ROOM = 2
#: What moving one person costs, so that few wards are moved.
NUDGE = 1e-4
TINY = 1e-6


@dataclass(frozen=True)
class Witness:
    """A table that agrees with what is known, by how it differs from the true one."""

    #: How much larger every statistic is.
    rises: Floats
    #: The base cells that differ.
    cells: Integers


def make_witness(table: StatisticsTable, region: Region, change: Floats) -> Witness:
    """Make a witness from the change of the base cells of a region."""
    whole = np.zeros(len(table.values))
    whole[region.cells] = change
    cells: Integers = region.cells[np.abs(change) > TINY]
    return Witness(np.asarray(table.matrix @ whole), cells)


def minimise(goal: Floats, matrix: Any, rows: tuple[Floats, Floats], tops: Floats) -> Any:
    """Minimise `goal` by HiGHS over numbers from 0 to `tops` whose rows lie in bounds."""
    return milp(
        goal,
        constraints=LinearConstraint(matrix, *rows),
        bounds=Bounds(np.zeros(len(tops)), tops),
    )


@dataclass
class OpenClaims:
    """Small numbers not yet shown to be uncertain, and the insiders each may be known to."""

    table: StatisticsTable
    #: Numbers that may not be `width - 1` larger as far as is known.
    narrow: set[int]
    #: For every number the kinds of unit (ward or district of each base cell) and their insiders.
    insiders: dict[int, list[tuple[Integers, set[int]]]]
    width: int = WIDTH
    room: int = INSIDER_ROOM

    def accept(self, witness: Witness) -> None:
        """Close what a witness shows: numbers that are larger in it, insiders it leaves alone."""
        risen = witness.rises
        wide = np.flatnonzero(risen >= self.width - 1 - TINY)
        self.narrow.difference_update(wide.tolist())
        touched: dict[int, set[int]] = {}
        for target in np.flatnonzero(risen >= self.room - TINY).tolist():
            for units, waiting in self.insiders.get(target, []):
                if id(units) not in touched:
                    touched[id(units)] = set(units[witness.cells].tolist())
                waiting &= touched[id(units)]


def open_claims(
    table: StatisticsTable, targets: Sequence[int], width: int = WIDTH, room: int = INSIDER_ROOM
) -> OpenClaims:
    """Open all claims of some small numbers."""
    insiders = {target: table.list_insiders(target) for target in targets}
    return OpenClaims(table, set(targets), insiders, width, room)


def find_witness(
    table: StatisticsTable,
    region: Region,
    rows: tuple[Floats, Floats],
    target: int,
    room: int,
    frozen: Flags,
) -> Witness | None:
    """Find a table in which a number is larger by up to `room`, and few base cells differ.

    `rows`: the bounds of the region's rows; `frozen`: base cells that somebody knows. Returns None
    when the program has no answer.
    """
    goal = table.matrix[target, region.cells]
    above = sparse.hstack([region.split_matrix, sparse.csc_matrix((len(rows[0]), 1))])
    below = sparse.hstack([goal, -goal, [[-1]]])
    count = len(region.cells)
    is_free = ~frozen[region.cells]
    tops = (np.where(is_free, np.inf, 0), np.where(is_free, region.values, 0), [float(room)])
    result = minimise(
        np.append(np.full(2 * count, NUDGE), -1.0),
        sparse.vstack([above, below], format="csc"),
        (np.append(rows[0], 0.0), np.append(rows[1], np.inf)),
        np.concatenate(tops),
    )
    if result.x is None:
        return None
    return make_witness(table, region, result.x[:count] - result.x[count : 2 * count])
