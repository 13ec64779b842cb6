"""Straight lines and boxes of a figure in, SVG out."""

from typing import Any

from pipelines.present.svg.plane import Plane

_DASH = {"dot": ' stroke-dasharray="1.5 3" stroke-linecap="round"', "dash": ' stroke-dasharray="6 4"'}


def stroke(line: dict[str, Any]) -> str:
    """The attributes of a line's colour, width and dash."""
    dash = _DASH.get(line.get("dash", ""), "")
    return f'stroke="{colour(line.get("color", "none"))}" stroke-width="{line.get("width", 1)}"{dash}'


def colour(value: str) -> str:
    return "none" if value.startswith("rgba(0,0,0,0") else value


def shape(what: dict[str, Any], plane: Plane) -> str:
    """A line, a box or strokes; boxes and strokes may be measured in pixels, rightwards and upwards of an anchor."""
    if what["type"] == "path":
        return _strokes(what, plane)
    x0, x1 = _ends(what, plane, "x")
    y0, y1 = _ends(what, plane, "y")
    if what["type"] == "line":
        return f'<line x1="{x0:.1f}" x2="{x1:.1f}" y1="{y0:.1f}" y2="{y1:.1f}" {stroke(what["line"])}/>'
    box = f'x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}" width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
    return f'<rect {box} fill="{colour(what.get("fillcolor", "none"))}" {stroke(what.get("line", {}))}/>'


def _strokes(what: dict[str, Any], plane: Plane) -> str:
    x, y = plane.at(what, "x", "xanchor"), plane.at(what, "y", "yanchor")
    return f'<path d="{what["path"]}" transform="translate({x:.1f} {y:.1f}) scale(1 -1)" {stroke(what["line"])}/>'


def _ends(what: dict[str, Any], plane: Plane, axis: str) -> tuple[float, float]:
    if what.get(f"{axis}sizemode") == "pixel":
        anchor = plane.at(what, axis, f"{axis}anchor")
        sign = 1 if axis == "x" else -1
        return anchor + sign * what[f"{axis}0"], anchor + sign * what[f"{axis}1"]
    return plane.at(what, axis, f"{axis}0"), plane.at(what, axis, f"{axis}1")
