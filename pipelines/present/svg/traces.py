"""Traces of a figure in, SVG out: bars (lying, standing, stacked, hatched), lines (straight or in steps), dots."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipelines.present.svg.plane import Plane
from pipelines.present.svg.shapes import colour, stroke
from pipelines.present.svg.words import text

Trace = dict[str, Any]


def traces(every: list[Trace], plane: Plane, barmode: str) -> Iterator[str]:
    """All traces in their order; stacked bars stand on those drawn before them."""
    stood: dict[float, float] = defaultdict(float)
    for number, trace in enumerate(every):
        if trace["type"] == "bar":
            yield from _bars(trace, plane, number, stood if barmode == "stack" else defaultdict(float))
        else:
            yield from {"scatter": _scatter}[trace["type"]](trace, plane)


def _bars(trace: Trace, plane: Plane, number: int, stood: dict[float, float]) -> Iterator[str]:
    lying = trace.get("orientation") == "h"
    marker = trace["marker"]
    pattern = marker.get("pattern")
    if pattern:
        yield _hatch(pattern, number)
    places, sizes = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    words = trace.get("text") or [""] * len(places)
    for i, (at, size) in enumerate(zip(places, sizes, strict=True)):
        base = _nth(trace.get("base"), i, stood[at])
        stood[at] = base + size
        half = _nth(trace["width"], i, 0.8) / 2
        box = _box(plane, (base, base + size), (at - half, at + half), lying=lying)
        fill = f"url(#hatch{number})" if pattern else colour(_nth(marker.get("color"), i, "none"))
        edge = stroke(marker["line"]) if "line" in marker else ""
        x, y, wide, high = box
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}" {edge}/>'
        if words[i]:
            yield text(words[i], x + wide / 2, y + high / 2, trace.get("textfont", {}), "center", "middle")


def _box(
    plane: Plane, along: tuple[float, float], across: tuple[float, float], *, lying: bool
) -> tuple[float, float, float, float]:
    xs = [plane.x(v) for v in (along if lying else across)]
    ys = [plane.y(v) for v in (across if lying else along)]
    return min(xs), min(ys), abs(xs[1] - xs[0]), abs(ys[1] - ys[0])


def _hatch(pattern: dict[str, Any], number: int) -> str:
    size = pattern.get("size", 6)
    at = (
        f'id="hatch{number}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    )
    ground = f'<rect width="{size}" height="{size}" fill="{pattern["bgcolor"]}"/>'
    line = f'<line x1="0" y1="0" x2="0" y2="{size}" stroke="{pattern["fgcolor"]}" stroke-width="2"/>'
    return f"<defs><pattern {at}>{ground}{line}</pattern></defs>"


def _nth(values: Any, i: int, otherwise: Any) -> Any:
    if isinstance(values, list | tuple):
        return values[i]
    return otherwise if values is None else values


def _scatter(trace: Trace, plane: Plane) -> Iterator[str]:
    mode = trace.get("mode", "lines")
    if "lines" in mode:
        for run in _runs(trace):
            yield _line(run, trace["line"], plane)
    marker = trace.get("marker", {})
    if "markers" in mode and marker.get("opacity", 1):
        for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if y is not None:
                yield _dot(plane.x(x), plane.y(y), marker, i)


def _runs(trace: Trace) -> Iterator[list[tuple[float, float]]]:
    """Stretches of the line without a gap."""
    run: list[tuple[float, float]] = []
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if y is not None:
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(run: list[tuple[float, float]], line: dict[str, Any], plane: Plane) -> str:
    points = [(plane.x(x), plane.y(y)) for x, y in run]
    steps = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for x, y in points[1:]:
        steps.append(f"H{x:.1f}V{y:.1f}" if line.get("shape") == "hv" else f"L{x:.1f} {y:.1f}")
    return f'<path d="{"".join(steps)}" fill="none" {stroke(line)} stroke-linejoin="round"/>'


def _dot(x: float, y: float, marker: dict[str, Any], i: int) -> str:
    radius = _nth(marker.get("size"), i, 8) / 2
    edge = marker.get("line") or {"color": "none", "width": 0}
    ring = stroke({**edge, "color": _nth(edge.get("color"), i, "none")})
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_nth(marker.get("color"), i, "none")}" {ring}/>'
