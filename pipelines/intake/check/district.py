"""How a whole district moved: the readings of its communes in, each field's sum beside earlier years out.

A lockdown or a campaign moves every commune at once. Each is compared with what its district makes likely (domain 10.2:
a unit's ratio beside its parent's), and a district that moved as a whole is asked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.catalog import fields
from pipelines.intake.check.reading import Reading

#: Fewer are no district but some neighbours.
COMMUNES = 5
#: Below this no two counts are compared; within these shares of what was expected nothing is asked.
ENOUGH = 20
THIRD = (0.67, 1.33)
_SUMS = [code for code, f in fields().items() if f.over_time in ("sum", "year")]
#: What happens or is helped in a quarter, by form: what adds up over time.
FLOWS = {form: [c for c in _SUMS if c[0].upper() == form] for form in "AB"}


@dataclass(frozen=True)
class Move:
    """One field of a district: what its communes report now, and the mean of the same quarter in earlier years."""

    field: str
    now: int
    usual: float

    @property
    def ratio(self) -> float:
        return self.now / self.usual

    @property
    def far(self) -> bool:
        """More than a third off?"""
        return not near(self.now, self.usual)


def moves(readings: Sequence[Reading]) -> Iterator[Move]:
    """One move a field that enough communes report and have reported before."""
    if len(readings) < COMMUNES:
        return
    for code in FLOWS[readings[0].form]:
        pairs = [(now, mean) for r in readings if (now := r.values.get(code)) is not None and (mean := r.mean(code))]
        usual = sum(mean for _, mean in pairs)
        if len(pairs) >= COMMUNES and usual >= ENOUGH:
            yield Move(code, sum(now for now, _ in pairs), usual)


def asked(moved: Sequence[Move]) -> list[Move]:
    """What is asked of the district: its moves when most of its fields went far, nothing when some did."""
    far = [move for move in moved if move.far]
    return far if len(far) > len(moved) / 2 else []


def near(value: float, usual: float) -> bool:
    """Within a third of what was expected?"""
    return THIRD[0] * usual <= value <= THIRD[1] * usual
