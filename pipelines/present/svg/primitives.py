"""The plot area of a figure, and its lines, boxes and words as SVG."""

import re
from dataclasses import dataclass
from typing import Any

from pipelines.present.format.escaping import escape_html

Range = tuple[float, float]


@dataclass(frozen=True)
class PlotArea:
    """The plot area: its margins, and the ranges of its two axes (either may run backwards)."""

    wide: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    xs: Range
    ys: Range

    @classmethod
    def from_layout(cls, layout: dict[str, Any], wide: int) -> "PlotArea":
        margin = layout.get("margin", {})
        left, right, top, bottom = [float(margin.get(side, 0)) for side in ("l", "r", "t", "b")]
        xs, ys = _axis_range(layout, "xaxis"), _axis_range(layout, "yaxis")
        return cls(wide, int(layout["height"]), left, right, top, bottom, xs, ys)

    def x(self, value: float) -> float:
        return self.left + self._part(value, self.xs) * (self.wide - self.left - self.right)

    def y(self, value: float) -> float:
        room = self.height - self.top - self.bottom
        return self.height - self.bottom - self._part(value, self.ys) * room

    @staticmethod
    def _part(value: float, of: Range) -> float:
        return (value - of[0]) / ((of[1] - of[0]) or 1)

    def pixel_at(self, where: dict[str, Any], axis: str, name: str = "") -> float:
        """Return the pixel of a note's or shape's coordinate, on its axis or on the paper."""
        value = where[name or axis]
        if where.get(f"{axis}ref") == "paper":
            low, high = self.xs if axis == "x" else self.ys
            value = low + (high - low) * value
        return self.x(value) if axis == "x" else self.y(value)


def _axis_range(layout: dict[str, Any], axis: str) -> Range:
    low, high = layout.get(axis, {}).get("range", (0, 1))
    return float(low), float(high)


_DASH = {
    "dot": ' stroke-dasharray="1.5 3" stroke-linecap="round"',
    "dash": ' stroke-dasharray="6 4"',
}


def stroke_attributes(line: dict[str, Any]) -> str:
    """Return the attributes of a line's colour, width and dash."""
    colour = paint_or_none(line.get("color", "none"))
    dash = _DASH.get(line.get("dash", ""), "")
    return f'stroke="{colour}" stroke-width="{line.get("width", 1)}"{dash}'


def paint_or_none(value: str) -> str:
    """Return a colour, or `none` for a transparent one."""
    return "none" if value.startswith("rgba(0,0,0,0") else value


def render_shape(what: dict[str, Any], plane: PlotArea) -> str:
    """Render a line, a box or strokes.

    Boxes and strokes may be measured in pixels, rightwards and upwards of an anchor.
    """
    if what["type"] == "path":
        return _render_strokes(what, plane)
    x0, x1 = _shape_ends(what, plane, "x")
    y0, y1 = _shape_ends(what, plane, "y")
    if what["type"] == "line":
        ends = f'x1="{x0:.1f}" x2="{x1:.1f}" y1="{y0:.1f}" y2="{y1:.1f}"'
        return f"<line {ends} {stroke_attributes(what['line'])}/>"
    corner = f'x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}"'
    size = f'width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
    fill = paint_or_none(what.get("fillcolor", "none"))
    return f'<rect {corner} {size} fill="{fill}" {stroke_attributes(what.get("line", {}))}/>'


def _render_strokes(what: dict[str, Any], plane: PlotArea) -> str:
    x, y = plane.pixel_at(what, "x", "xanchor"), plane.pixel_at(what, "y", "yanchor")
    place, line = f"translate({x:.1f} {y:.1f}) scale(1 -1)", stroke_attributes(what["line"])
    return f'<path d="{what["path"]}" transform="{place}" {line}/>'


def _shape_ends(what: dict[str, Any], plane: PlotArea, axis: str) -> tuple[float, float]:
    if what.get(f"{axis}sizemode") == "pixel":
        anchor = plane.pixel_at(what, axis, f"{axis}anchor")
        sign = 1 if axis == "x" else -1
        return anchor + sign * what[f"{axis}0"], anchor + sign * what[f"{axis}1"]
    return plane.pixel_at(what, axis, f"{axis}0"), plane.pixel_at(what, axis, f"{axis}1")


LEADING = 1.25
_ANCHOR = {"left": "start", "center": "middle", "right": "end", "auto": "middle"}
_BOLD = re.compile(r"<b>(.*?)</b>")


def render_note(what: dict[str, Any], plane: PlotArea) -> str:
    """Render an annotation: its place, its shift in pixels, its words."""
    x = plane.pixel_at(what, "x") + what.get("xshift", 0)
    y = plane.pixel_at(what, "y") - what.get("yshift", 0)
    return render_text(
        what["text"],
        x,
        y,
        what.get("font", {}),
        what.get("xanchor", "auto"),
        what.get("yanchor", "auto"),
    )


def render_text(words: str, x: float, y: float, font: dict[str, Any], across: str, up: str) -> str:
    """Render words at a point; `across` and `up` say which side of them is there."""
    size = font.get("size", 13)
    lines = words.split("<br>")
    rest = (len(lines) - 1) * LEADING * size
    first = {"top": y + size, "bottom": y - 0.28 * size - rest}.get(up, y + 0.35 * size - rest / 2)
    spans = [
        f'<tspan x="{x:.1f}" y="{first + i * LEADING * size:.1f}">{_render_bold(line)}</tspan>'
        for i, line in enumerate(lines)
    ]
    style = (
        f'font-size="{size}" fill="{font.get("color", "#1C2526")}" text-anchor="{_ANCHOR[across]}"'
    )
    return f"<text {style}>{''.join(spans)}</text>"


def _render_bold(line: str) -> str:
    text = escape_html(line).replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>")
    return _BOLD.sub(r'<tspan font-weight="600">\1</tspan>', text)
