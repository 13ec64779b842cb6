"""How a whole district moved: the readings of its communes in, each field's sum beside earlier years out.

A lockdown moves every commune at once. Each is set beside its district (docs/domain.md 7.7:
a unit's ratio beside its parent's), and a district that moved as a whole is asked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.catalog import fields
from pipelines.intake.validation.context import ReportContext

#: Fewer are no district but some neighbours.
MIN_COMMUNES = 5
#: Below this no two counts are compared; within these shares of what was expected nothing is asked.
MIN_EXPECTED = 20
TOLERANCE = (0.67, 1.33)
_SUMS = [code for code, f in fields().items() if f.over_time in ("sum", "year")]
#: What happens or is helped in a quarter, by form: what adds up over time.
FLOW_FIELDS = {form: [c for c in _SUMS if c[0].upper() == form] for form in "AB"}


@dataclass(frozen=True)
class DistrictShift:
    """One field of a district: what its communes report now, and the mean of the same quarter in earlier years."""

    field: str
    now: int
    expected: float

    @property
    def ratio(self) -> float:
        return self.now / self.expected

    @property
    def is_far(self) -> bool:
        """More than a third off?"""
        return not is_near(self.now, self.expected)


def district_shifts(contexts: Sequence[ReportContext]) -> Iterator[DistrictShift]:
    """One move a field that enough communes report and have reported before."""
    if len(contexts) < MIN_COMMUNES:
        return
    for code in FLOW_FIELDS[contexts[0].form]:
        pairs = [
            (now, mean)
            for r in contexts
            if (now := r.values.get(code)) is not None and (mean := r.same_quarter_mean(code))
        ]
        usual = sum(mean for _, mean in pairs)
        if len(pairs) >= MIN_COMMUNES and usual >= MIN_EXPECTED:
            yield DistrictShift(code, sum(now for now, _ in pairs), usual)


def shifts_to_ask(shifts: Sequence[DistrictShift]) -> list[DistrictShift]:
    """What is asked of the district: its moves when most of its fields went far, nothing when some did."""
    far = [move for move in shifts if move.is_far]
    return far if len(far) > len(shifts) / 2 else []


def is_near(value: float, expected: float) -> bool:
    """Within a third of what was expected?"""
    return TOLERANCE[0] * expected <= value <= TOLERANCE[1] * expected
