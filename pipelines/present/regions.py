"""Communes with their own boundaries in, a map out: the colours, signs and key of the tile map on real shapes.

NOTE: plotly.js asks for an outline of the world even when none is shown: CONFIG sends it to an empty one of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import asinh, pi, radians, tan
from typing import Any

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace
from pipelines.present.key import HEIGHT, WIDTH, Corner, Key, drawn
from pipelines.present.marks import Mark
from pipelines.present.scale import Scale

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]
#: Pixels of the tallest and the lowest map.
TALL, LOW = 620, 260
#: Communes up to this many carry the sign of their nothing (0, –, *); more would cover the map.
SIGNED = 60
NOTHINGS = ("not_reported", "not_applicable", "suppressed")


@dataclass(frozen=True)
class Outline:
    """Where a browser finds the shapes, and the rectangle around each."""

    address: str
    boxes: Mapping[str, Box]


def figure(marks: list[Mark], outline: Outline, scale: Scale, key: Key, *, wide: int = 640) -> Figure:
    """Every commune that has a shape, the key beside the map or (on a phone) above it."""
    found = [m for m in marks if m.code in outline.boxes]
    if not found:
        return frame.figure([], LOW)
    traces = [_coloured(found, scale, level) for level in range(len(palette.CLASSES))]
    traces += [_zero(found), *(_nothing(found, state) for state in NOTHINGS)]
    traces += _signs(found) if len(found) <= SIGNED else []
    above = HEIGHT if wide < 2 * WIDTH else 0
    left = 0.0 if above else WIDTH / wide
    box = _around([outline.boxes[m.code] for m in found])
    height = max(LOW, min(TALL, round(wide * (1 - left) * _steep(box))))
    shapes, notes = drawn(replace(key, hatched=False), Corner(None, above))
    drawn_traces = [{**_shared(outline), **t} for t in traces if t["locations"]]
    margin = {"l": 0, "r": 0, "t": 8 + above, "b": 0, "pad": 0}
    more: dict[str, Any] = {"geo": _ground(box, left), "annotations": notes, "shapes": shapes, "margin": margin}
    return frame.figure(drawn_traces, height + 8 + above, **more)


def _shared(outline: Outline) -> Trace:
    return {"geojson": outline.address, "featureidkey": "id"}


def _around(boxes: list[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _steep(box: Box) -> float:
    """Height by width on the map's projection."""
    west, south, east, north = box
    return (asinh(tan(radians(north))) - asinh(tan(radians(south)))) * 180 / pi / max(east - west, 1e-6)


def _ground(box: Box, left: float) -> dict[str, Any]:
    """The plane the shapes lie on: no coast, no frame, nothing to drag."""
    west, south, east, north = box
    return {
        "visible": False,
        "bgcolor": palette.CLEAR,
        "projection": {"type": "mercator"},
        "domain": {"x": [left, 1], "y": [0, 1]},
        "lonaxis": {"range": [west, east]},
        "lataxis": {"range": [south, north]},
    }


def _areas(found: list[Mark], fill: str, edge: str, wide: float = 0.5) -> Trace:
    return {
        "type": "choropleth",
        "locationmode": "geojson-id",
        "locations": [m.code for m in found],
        "z": [0] * len(found),
        "colorscale": [[0, fill], [1, fill]],
        "showscale": False,
        "hovertext": [m.hover for m in found],
        "customdata": [m.code for m in found],
        "marker": {"line": {"color": edge, "width": wide}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _coloured(found: list[Mark], scale: Scale, level: int) -> Trace:
    mine = [m for m in found if m.state == "reported" and m.value and scale.level(m.value) == level]
    return _areas(mine, palette.CLASSES[level], palette.PAPER)


def _zero(found: list[Mark]) -> Trace:
    return _areas([m for m in found if m.state == "reported" and not m.value], palette.PAPER, palette.GREY, 1)


def _nothing(found: list[Mark], state: str) -> Trace:
    """Pale grey, empty or grey: a shape has no hatching."""
    mine = [m for m in found if m.state == state]
    fill = {"not_reported": palette.PALE, "suppressed": palette.LINE}.get(state, palette.PAPER)
    return _areas(mine, fill, palette.HATCH if state == "not_reported" else palette.OUTLINE, 1)


def _signs(found: list[Mark]) -> list[Trace]:
    """The sign of each nothing in the middle of its shape."""
    signs = [(m, _sign(m)) for m in found]
    written = [(m.code, sign) for m, sign in signs if sign]
    return [
        {
            "type": "scattergeo",
            "mode": "text",
            "locationmode": "geojson-id",
            "locations": [code for code, _ in written],
            "text": [sign for _, sign in written],
            "textfont": {"size": frame.SMALL, "color": palette.TEXT},
            "hoverinfo": "skip",
            "hovertemplate": None,
        }
    ]


def _sign(mark: Mark) -> str:
    if mark.state == "reported":
        return "" if mark.value else "0"
    return {"not_reported": "–", "suppressed": "*"}.get(mark.state, "")
