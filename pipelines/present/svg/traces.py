"""Traces as SVG: bars (lying, standing, stacked, hatched), lines (straight or in steps), dots."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipelines.present.svg.primitives import PlotArea, paint_or_none, render_text, stroke_attributes

Trace = dict[str, Any]
#: Two ends of a bar as values; left, top, width and height in pixels.
Ends = tuple[float, float]
Box = tuple[float, float, float, float]


def render_traces(every: list[Trace], plane: PlotArea, barmode: str) -> Iterator[str]:
    """Render all traces in their order; stacked bars stand on those drawn before them.

    Raises KeyError for a trace that is neither bars nor a scatter.
    """
    ends: dict[float, float] = defaultdict(float)
    for number, trace in enumerate(every):
        kind = trace["type"]
        if kind == "bar":
            yield from _render_bars(trace, plane, number, ends)
        elif kind == "scatter":
            yield from _render_scatter(trace, plane)
        else:
            raise KeyError(kind)
        if barmode != "stack":
            ends.clear()


def _render_bars(
    trace: Trace, plane: PlotArea, number: int, ends: dict[float, float]
) -> Iterator[str]:
    """Render the bars of a trace; `ends` are where the bars at a place end, and are updated."""
    lying = trace.get("orientation") == "h"
    pattern = trace["marker"].get("pattern")
    if pattern:
        yield _render_hatch(pattern, number)
    places, sizes = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    words = trace.get("text") or [""] * len(places)
    for i, (at, size) in enumerate(zip(places, sizes, strict=True)):
        base = _value_at(trace.get("base"), i, ends[at])
        ends[at] = base + size
        half = _value_at(trace["width"], i, 0.8) / 2
        box = _bar_box(plane, (base, base + size), (at - half, at + half), lying=lying)
        yield _render_bar(box, trace["marker"], i, number)
        if words[i]:
            x, y, wide, high = box
            middle_x, middle_y = x + wide / 2, y + high / 2
            font = trace.get("textfont", {})
            yield render_text(words[i], middle_x, middle_y, font, "center", "middle")


def _bar_box(plane: PlotArea, along: Ends, across: Ends, *, lying: bool) -> Box:
    """Return the rectangle of a bar; `along` are its ends, `across` its sides, both as values."""
    x_values, y_values = (along, across) if lying else (across, along)
    left, right = sorted(map(plane.x, x_values))
    top, bottom = sorted(map(plane.y, y_values))
    return left, top, right - left, bottom - top


def _render_bar(box: Box, marker: dict[str, Any], i: int, number: int) -> str:
    x, y, wide, high = box
    fill = paint_or_none(_value_at(marker.get("color"), i, "none"))
    if marker.get("pattern"):
        fill = f"url(#hatch{number})"
    edge = stroke_attributes(marker["line"]) if "line" in marker else ""
    size = f'width="{wide:.1f}" height="{high:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}" {edge}/>'


def _render_hatch(pattern: dict[str, Any], number: int) -> str:
    size = pattern.get("size", 6)
    square = f'width="{size}" height="{size}"'
    turned = 'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    ground = f'<rect {square} fill="{pattern["bgcolor"]}"/>'
    stroke = f'stroke="{pattern["fgcolor"]}" stroke-width="2"'
    line = f'<line x1="0" y1="0" x2="0" y2="{size}" {stroke}/>'
    return f'<defs><pattern id="hatch{number}" {square} {turned}>{ground}{line}</pattern></defs>'


def _value_at(values: Any, i: int, otherwise: Any) -> Any:
    if isinstance(values, list | tuple):
        return values[i]
    return otherwise if values is None else values


def _render_scatter(trace: Trace, plane: PlotArea) -> Iterator[str]:
    mode = trace.get("mode", "lines")
    if "lines" in mode:
        for run in _split_runs(trace):
            yield _render_line(run, trace["line"], plane)
    marker = trace.get("marker", {})
    if "markers" not in mode or not marker.get("opacity", 1):
        return
    for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if y is not None:
            yield _render_dot(plane.x(x), plane.y(y), marker, i)


def _split_runs(trace: Trace) -> Iterator[list[tuple[float, float]]]:
    """Return the stretches of the line without a gap."""
    run: list[tuple[float, float]] = []
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if y is not None:
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _render_line(run: list[tuple[float, float]], line: dict[str, Any], plane: PlotArea) -> str:
    points = [(plane.x(x), plane.y(y)) for x, y in run]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for x, y in points[1:]:
        path += f"H{x:.1f}V{y:.1f}" if line.get("shape") == "hv" else f"L{x:.1f} {y:.1f}"
    return f'<path d="{path}" fill="none" {stroke_attributes(line)} stroke-linejoin="round"/>'


def _render_dot(x: float, y: float, marker: dict[str, Any], i: int) -> str:
    radius = _value_at(marker.get("size"), i, 8) / 2
    edge = marker.get("line") or {"color": "none", "width": 0}
    ring = stroke_attributes({**edge, "color": _value_at(edge.get("color"), i, "none")})
    fill = _value_at(marker.get("color"), i, "none")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" {ring}/>'
