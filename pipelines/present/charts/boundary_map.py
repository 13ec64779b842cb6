"""Communes with their own boundaries in, a map out: the colours, signs and key of the tile map on real shapes.

NOTE: plotly.js asks for an outline of the world even when none is shown: CONFIG sends it to an empty one of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import asinh, pi, radians, sqrt, tan
from typing import Any

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.map_legend import (
    HEIGHT,
    WIDTH,
    ColourScale,
    LegendCorner,
    MapLegend,
    draw_legend,
)

#: West, south, east, north in degrees.
Box = tuple[float, float, float, float]
#: Pixels of the tallest and the lowest map.
TALL, LOW = 620, 260
#: Communes up to this many carry the sign of their nothing (0, –, *); more would cover the map.
SIGNED = 60
#: How much of its size lies open on each side of a lone commune, to show what is around it; of several, less.
OPEN = 0.5
NOTHINGS = ("not_reported", "not_applicable", "suppressed")


@dataclass(frozen=True)
class MapOutline:
    """Where a browser finds the shapes, and the rectangle around each."""

    address: str
    boxes: Mapping[str, Box]


def draw_boundaries(
    marks: list[DataPoint],
    outline: MapOutline,
    scale: ColourScale,
    key: MapLegend,
    *,
    wide: int = 640,
) -> Figure:
    """Every commune that has a shape among its grey neighbours, the key beside the map or (on a phone) above it."""
    found = [m for m in marks if m.code in outline.boxes]
    if not found:
        return figure.make_figure([], LOW)
    own = {m.code for m in found}
    others = {code: box for code, box in outline.boxes.items() if code not in own}
    box = _bounding_box(
        [outline.boxes[code] for code in own], OPEN / sqrt(len(own)) if others else 0
    )
    traces = [_neighbour_trace([code for code, other in others.items() if _boxes_meet(box, other)])]
    traces += [_class_trace(found, scale, level) for level in range(len(palette.CLASSES))]
    traces += [_zero_trace(found), *(_state_trace(found, state) for state in NOTHINGS)]
    traces += _sign_traces(found) if len(found) <= SIGNED else []
    above = HEIGHT if wide < 2 * WIDTH else 0
    left = 0.0 if above else WIDTH / wide
    height = max(LOW, min(TALL, round(wide * (1 - left) * _aspect(box))))
    shapes, notes = draw_legend(replace(key, hatched=False), LegendCorner(None, above))
    drawn_traces = [{**_shared_source(outline), **t} for t in traces if t["locations"]]
    margin = {"l": 0, "r": 0, "t": 8 + above, "b": 0, "pad": 0}
    more: dict[str, Any] = {
        "geo": _map_plane(box, left),
        "annotations": notes,
        "shapes": shapes,
        "margin": margin,
    }
    return figure.make_figure(drawn_traces, height + 8 + above, **more)


def _shared_source(outline: MapOutline) -> Trace:
    return {"geojson": outline.address, "featureidkey": "id"}


def _bounding_box(boxes: list[Box], room: float) -> Box:
    """The rectangle around all, with `room` on each side as a part of its longer side."""
    west, south, east, north = zip(*boxes, strict=True)
    more = room * max(max(east) - min(west), max(north) - min(south))
    return min(west) - more, min(south) - more, max(east) + more, max(north) + more


def _boxes_meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _aspect(box: Box) -> float:
    """Height by width on the map's projection."""
    west, south, east, north = box
    return (
        (asinh(tan(radians(north))) - asinh(tan(radians(south))))
        * 180
        / pi
        / max(east - west, 1e-6)
    )


def _map_plane(box: Box, left: float) -> dict[str, Any]:
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


def _area_trace(found: list[DataPoint], fill: str, edge: str, wide: float = 0.5) -> Trace:
    codes = [m.code for m in found]
    return {
        **_shape_trace(codes, fill, edge, wide),
        "hovertext": [m.hover for m in found],
        "customdata": codes,
    }


def _shape_trace(codes: list[str], fill: str, edge: str, wide: float) -> Trace:
    return {
        "type": "choropleth",
        "locationmode": "geojson-id",
        "locations": codes,
        "z": [0] * len(codes),
        "colorscale": [[0, fill], [1, fill]],
        "showscale": False,
        "marker": {"line": {"color": edge, "width": wide}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _neighbour_trace(codes: list[str]) -> Trace:
    """What lies around the chosen communes: pale, without words, nothing to click."""
    return {
        **_shape_trace(codes, palette.GROUND, palette.LINE, 0.5),
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _class_trace(found: list[DataPoint], scale: ColourScale, level: int) -> Trace:
    mine = [
        m for m in found if m.state == "reported" and m.value and scale.class_of(m.value) == level
    ]
    return _area_trace(mine, palette.CLASSES[level], palette.PAPER)


def _zero_trace(found: list[DataPoint]) -> Trace:
    return _area_trace(
        [m for m in found if m.state == "reported" and not m.value], palette.PAPER, palette.GREY, 1
    )


def _state_trace(found: list[DataPoint], state: str) -> Trace:
    """Pale grey, empty or grey: a shape has no hatching."""
    mine = [m for m in found if m.state == state]
    fill = {"not_reported": palette.PALE, "suppressed": palette.LINE}.get(state, palette.PAPER)
    return _area_trace(mine, fill, palette.HATCH if state == "not_reported" else palette.OUTLINE, 1)


def _sign_traces(found: list[DataPoint]) -> list[Trace]:
    """The sign of each nothing in the middle of its shape."""
    signs = [(m, _sign_of(m)) for m in found]
    written = [(m.code, sign) for m, sign in signs if sign]
    return [
        {
            "type": "scattergeo",
            "mode": "text",
            "locationmode": "geojson-id",
            "locations": [code for code, _ in written],
            "text": [sign for _, sign in written],
            "textfont": {"size": figure.SMALL, "color": palette.TEXT},
            "hoverinfo": "skip",
            "hovertemplate": None,
        }
    ]


def _sign_of(mark: DataPoint) -> str:
    if mark.state == "reported":
        return "" if mark.value else "0"
    return {"not_reported": "–", "suppressed": "*"}.get(mark.state, "")
