"""A map of communes with their own boundaries: colours, signs and legend of the tile map.

NOTE: plotly.js asks for an outline of the world even when none is shown: CONFIG sends it to an
empty one of ours.
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
#: How much of its size lies open on each side of a lone commune, to show what is around it; of
#: several, less.
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
    """Draw every commune that has a shape, among its grey neighbours.

    The legend is beside the map, or above it where there is little room, as on a phone.
    """
    known = [mark for mark in marks if mark.code in outline.boxes]
    if not known:
        return figure.make_figure([], LOW)
    box, neighbours = _find_extent(set(figure.mark_codes(known)), outline)
    traces = [_neighbour_trace(neighbours), *_commune_traces(known, scale)]
    above = HEIGHT if wide < 2 * WIDTH else 0
    left = 0.0 if above else WIDTH / wide
    true_height = round(wide * (1 - left) * _aspect(box))
    height = max(LOW, min(TALL, true_height))
    shapes, notes = draw_legend(replace(key, hatched=False), LegendCorner(None, above))
    source = {"geojson": outline.address, "featureidkey": "id"}
    filled = [{**source, **trace} for trace in traces if trace["locations"]]
    margin = {"l": 0, "r": 0, "t": 8 + above, "b": 0, "pad": 0}
    return figure.make_figure(
        filled,
        height + 8 + above,
        geo=_map_plane(box, left),
        annotations=notes,
        shapes=shapes,
        margin=margin,
    )


def _find_extent(codes: set[str], outline: MapOutline) -> tuple[Box, list[str]]:
    """Return the rectangle that is drawn, and the codes of the neighbours in it."""
    own = [box for code, box in outline.boxes.items() if code in codes]
    others = {code: box for code, box in outline.boxes.items() if code not in codes}
    extent = _bounding_box(own, OPEN / sqrt(len(own)) if others else 0)
    return extent, [code for code, box in others.items() if _boxes_meet(extent, box)]


def _commune_traces(known: list[DataPoint], scale: ColourScale) -> list[Trace]:
    """Return a trace for each class, for zero, for each missing state, and for the signs."""
    traces = [_class_trace(known, scale, level) for level in range(len(palette.CLASSES))]
    traces.append(_zero_trace(known))
    traces += [_state_trace(known, state) for state in NOTHINGS]
    if len(known) <= SIGNED:
        traces.append(_sign_trace(known))
    return traces


def _bounding_box(boxes: list[Box], room: float) -> Box:
    """Return the rectangle around all, with `room` on each side as a part of its longer side."""
    wests, souths, easts, norths = zip(*boxes, strict=True)
    west, south, east, north = min(wests), min(souths), max(easts), max(norths)
    margin = room * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _boxes_meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _aspect(box: Box) -> float:
    """Return height by width on the map's projection."""
    west, south, east, north = box
    height = asinh(tan(radians(north))) - asinh(tan(radians(south)))
    return height * 180 / pi / max(east - west, 1e-6)


def _map_plane(box: Box, left: float) -> dict[str, Any]:
    """Return the plane the shapes lie on: no coast, no frame, nothing to drag."""
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
    codes = figure.mark_codes(found)
    return {
        **_shape_trace(codes, fill, edge, wide),
        "hovertext": figure.hover_texts(found),
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
    """Return what lies around the chosen communes: pale, without words, nothing to click."""
    return {
        **_shape_trace(codes, palette.GROUND, palette.LINE, 0.5),
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _class_trace(found: list[DataPoint], scale: ColourScale, level: int) -> Trace:
    positive = [mark for mark in found if mark.state == "reported" and mark.value]
    own = [mark for mark in positive if scale.class_of(mark.value_or_zero) == level]
    return _area_trace(own, palette.CLASSES[level], palette.PAPER)


def _zero_trace(found: list[DataPoint]) -> Trace:
    zeros = [mark for mark in found if mark.state == "reported" and not mark.value]
    return _area_trace(zeros, palette.PAPER, palette.GREY, 1)


def _state_trace(found: list[DataPoint], state: str) -> Trace:
    """Return the shapes of one missing state: pale grey, empty or grey, since none is hatched."""
    own = [mark for mark in found if mark.state == state]
    fill = {"not_reported": palette.PALE, "suppressed": palette.LINE}.get(state, palette.PAPER)
    edge = palette.HATCH if state == "not_reported" else palette.OUTLINE
    return _area_trace(own, fill, edge, 1)


def _sign_trace(found: list[DataPoint]) -> Trace:
    """Return the sign of each missing value in the middle of its shape."""
    signed = [mark for mark in found if _sign_of(mark)]
    return {
        "type": "scattergeo",
        "mode": "text",
        "locationmode": "geojson-id",
        "locations": figure.mark_codes(signed),
        "text": list(map(_sign_of, signed)),
        "textfont": {"size": figure.SMALL, "color": palette.TEXT},
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _sign_of(mark: DataPoint) -> str:
    if mark.state == "reported":
        return "" if mark.value else "0"
    return {"not_reported": "–", "suppressed": "*"}.get(mark.state, "")
