"""Values in, seven classes of colour out: round, equal steps; the outer classes hold the extremes."""

from bisect import bisect_right
from dataclasses import dataclass

from pipelines.present.charts.frame import nice


@dataclass(frozen=True)
class Scale:
    """Up to seven classes between round limits: below the first limit, between two, from the last on."""

    limits: tuple[float, ...]

    def level(self, value: float) -> int:
        """The class 0 … 6 of a value; few classes spread over the whole range of colours."""
        found = bisect_right(self.limits, value)
        return round(found * 6 / max(len(self.limits), 1)) if self.limits else 3

    @property
    def steps(self) -> tuple[int, ...]:
        """The class of each step, from below the first limit to above the last."""
        return tuple(self.level(v) for v in (self.limits[0] - 1e-9, *self.limits)) if self.limits else ()


def scale(values: list[float]) -> Scale:
    """Classes for positive values: the limits lie between the 5th and the 95th of a hundred."""
    found = sorted(v for v in values if v)
    if len(found) < 2 or found[0] == found[-1]:
        return Scale(())
    low, high = found[len(found) // 20], found[-1 - len(found) // 20]
    limits = nice(low, high, 6)
    inner = [v for v in limits if found[0] < v <= found[-1]]
    return Scale(tuple(inner[:6]))
