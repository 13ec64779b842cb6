"""Traces of a figure in, SVG out: bars (lying, standing, stacked, hatched), lines (straight or in steps), dots."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pipelines.present.svg.primitives import PlotArea, paint_or_none, render_text, stroke_attributes

Trace = dict[str, Any]


def render_traces(every: list[Trace], plane: PlotArea, barmode: str) -> Iterator[str]:
    """All traces in their order; stacked bars stand on those drawn before them."""
    stood: dict[float, float] = defaultdict(float)
    for number, trace in enumerate(every):
        if trace["type"] == "bar":
            yield from _render_bars(
                trace, plane, number, stood if barmode == "stack" else defaultdict(float)
            )
        else:
            yield from {"scatter": _render_scatter}[trace["type"]](trace, plane)


def _render_bars(
    trace: Trace, plane: PlotArea, number: int, stood: dict[float, float]
) -> Iterator[str]:
    lying = trace.get("orientation") == "h"
    marker = trace["marker"]
    pattern = marker.get("pattern")
    if pattern:
        yield _render_hatch(pattern, number)
    places, sizes = (trace["y"], trace["x"]) if lying else (trace["x"], trace["y"])
    words = trace.get("text") or [""] * len(places)
    for i, (at, size) in enumerate(zip(places, sizes, strict=True)):
        base = _value_at(trace.get("base"), i, stood[at])
        stood[at] = base + size
        half = _value_at(trace["width"], i, 0.8) / 2
        box = _bar_box(plane, (base, base + size), (at - half, at + half), lying=lying)
        fill = (
            f"url(#hatch{number})"
            if pattern
            else paint_or_none(_value_at(marker.get("color"), i, "none"))
        )
        edge = stroke_attributes(marker["line"]) if "line" in marker else ""
        x, y, wide, high = box
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}" {edge}/>'
        if words[i]:
            yield render_text(
                words[i], x + wide / 2, y + high / 2, trace.get("textfont", {}), "center", "middle"
            )


def _bar_box(
    plane: PlotArea, along: tuple[float, float], across: tuple[float, float], *, lying: bool
) -> tuple[float, float, float, float]:
    xs = [plane.x(v) for v in (along if lying else across)]
    ys = [plane.y(v) for v in (across if lying else along)]
    return min(xs), min(ys), abs(xs[1] - xs[0]), abs(ys[1] - ys[0])


def _render_hatch(pattern: dict[str, Any], number: int) -> str:
    size = pattern.get("size", 6)
    at = f'id="hatch{number}" width="{size}" height="{size}" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    ground = f'<rect width="{size}" height="{size}" fill="{pattern["bgcolor"]}"/>'
    line = (
        f'<line x1="0" y1="0" x2="0" y2="{size}" stroke="{pattern["fgcolor"]}" stroke-width="2"/>'
    )
    return f"<defs><pattern {at}>{ground}{line}</pattern></defs>"


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
    if "markers" in mode and marker.get("opacity", 1):
        for i, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
            if y is not None:
                yield _render_dot(plane.x(x), plane.y(y), marker, i)


def _split_runs(trace: Trace) -> Iterator[list[tuple[float, float]]]:
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


def _render_line(run: list[tuple[float, float]], line: dict[str, Any], plane: PlotArea) -> str:
    points = [(plane.x(x), plane.y(y)) for x, y in run]
    steps = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for x, y in points[1:]:
        steps.append(f"H{x:.1f}V{y:.1f}" if line.get("shape") == "hv" else f"L{x:.1f} {y:.1f}")
    return f'<path d="{"".join(steps)}" fill="none" {stroke_attributes(line)} stroke-linejoin="round"/>'


def _render_dot(x: float, y: float, marker: dict[str, Any], i: int) -> str:
    radius = _value_at(marker.get("size"), i, 8) / 2
    edge = marker.get("line") or {"color": "none", "width": 0}
    ring = stroke_attributes({**edge, "color": _value_at(edge.get("color"), i, "none")})
    fill = _value_at(marker.get("color"), i, "none")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" {ring}/>'
