"""Where a value stands on the paper: margins and ranges of a figure in, pixels out."""

from dataclasses import dataclass
from typing import Any

Range = tuple[float, float]


@dataclass(frozen=True)
class Plane:
    """The plotting ground: its margins, and the ranges of its two axes (either may run backwards)."""

    wide: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    xs: Range
    ys: Range

    @classmethod
    def of(cls, layout: dict[str, Any], wide: int) -> "Plane":
        margin = layout.get("margin", {})
        left, right, top, bottom = (float(margin.get(side, 0)) for side in ("l", "r", "t", "b"))
        xs, ys = _range(layout, "xaxis"), _range(layout, "yaxis")
        return cls(wide, int(layout["height"]), left, right, top, bottom, xs, ys)

    def x(self, value: float) -> float:
        return self.left + self._part(value, self.xs) * (self.wide - self.left - self.right)

    def y(self, value: float) -> float:
        return self.height - self.bottom - self._part(value, self.ys) * (self.height - self.top - self.bottom)

    @staticmethod
    def _part(value: float, of: Range) -> float:
        return (value - of[0]) / ((of[1] - of[0]) or 1)

    def at(self, where: dict[str, Any], axis: str, name: str = "") -> float:
        """The pixel of a note's or shape's coordinate, on its axis or on the paper."""
        value = where[name or axis]
        if where.get(f"{axis}ref") == "paper":
            low, high = self.xs if axis == "x" else self.ys
            value = low + (high - low) * value
        return self.x(value) if axis == "x" else self.y(value)


def _range(layout: dict[str, Any], axis: str) -> Range:
    low, high = layout.get(axis, {}).get("range", (0, 1))
    return float(low), float(high)
