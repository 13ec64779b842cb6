"""Wards or districts in, a tile map out: one square a ward in a block a district, or one square a district."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Literal

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.heatmap import state_fill
from pipelines.present.charts.map_legend import (
    HEIGHT,
    WIDTH,
    ColourScale,
    LegendCorner,
    MapLegend,
    draw_legend,
)

Grid = Mapping[str, tuple[int, int]]
#: A district block stands at (column × WIDE, row × TALL) squares.
WIDE, TALL = 8.0, 7.3
#: Pixels of the largest square: a single district does not shout.
BIGGEST = 26
#: Pixels of a square with a name inside.
LARGE = 84
#: Under this size a square holds its name only.
SMALL = 56
Look = Literal["wards", "districts"]


@dataclass(frozen=True)
class MapTile:
    """One place to draw; for a ward, `district` is the code of the block it stands in."""

    district: str
    mark: DataPoint


def draw_ward_tiles(
    tiles: list[MapTile],
    names: Mapping[str, str],
    grid: Grid,
    scale: ColourScale,
    key: MapLegend,
    *,
    wide: int = 640,
) -> Figure:
    """One square a ward in the block of its district, the key in an empty corner of the grid.

    `names` gives each block's name, `grid` its (row, column); only blocks that hold tiles are drawn. `wide` is how many
    pixels the card offers.
    """
    blocks = _place_blocks(tiles, grid)
    spots = [(x, y, tile.mark) for x, y, tile in _place_tiles(tiles, blocks)]
    if len(blocks) == 1:
        return _draw_named_tiles(spots, scale, key, wide)
    notes = [_block_name(names[code], x, y) for code, (x, y) in blocks.items()]
    across = max(max((x for x, _, _ in spots), default=0) + 1.2, WIDE * 2)
    deep = max((y for _, y, _ in spots), default=0) + 1.2
    size = min(BIGGEST, wide / (across + 0.6))
    corner = _find_legend_corner(set(blocks.values()), WIDE, TALL, size, (across, deep))
    return _tile_figure(spots, notes, scale, key, (-0.6, across), (-1.9, deep), size, corner)


def draw_district_tiles(
    tiles: list[MapTile], grid: Grid, scale: ColourScale, key: MapLegend, *, wide: int = 640
) -> Figure:
    """One square a district at its place on the grid, its name inside."""
    cells = {t.district: grid[t.district] for t in tiles if t.district in grid}
    left, top = (
        min((c for _, c in cells.values()), default=0),
        min((r for r, _ in cells.values()), default=0),
    )
    placed = [(t, cells[t.district]) for t in tiles if t.district in cells]
    return _draw_named_tiles(
        [(float(c - left), float(r - top), t.mark) for t, (r, c) in placed], scale, key, wide
    )


def _draw_named_tiles(
    placed: list[tuple[float, float, DataPoint]], scale: ColourScale, key: MapLegend, wide: int
) -> Figure:
    """Squares large enough to hold their names and values."""
    bare = [(x, y, DataPoint(m.name, m.value, "", m.hover, m.state, m.code)) for x, y, m in placed]
    across = max((x for x, _, _ in placed), default=0) + 0.55
    deep = max((y for _, y, _ in placed), default=0) + 0.55
    size = min(LARGE, wide / (across + 0.55))
    notes = [_inner_name(x, y, mark, scale, small=size < SMALL) for x, y, mark in placed]
    corner = _find_legend_corner({(x, y) for x, y, _ in placed}, 1, 1, size, (across, deep))
    return _tile_figure(bare, notes, scale, key, (-0.55, across), (-0.6, deep), size, corner)


def _find_legend_corner(
    blocks: set[tuple[float, float]],
    wide: float,
    tall: float,
    size: float,
    extent: tuple[float, float],
) -> LegendCorner:
    """The first hole of the grid, from the north-west, that the key fits into; else room above the map."""
    columns, rows = ceil(WIDTH / (wide * size)), ceil(HEIGHT / (tall * size))
    taken = {(round(x / wide), round(y / tall)) for x, y in blocks}
    for row in range(round(extent[1] / tall) - rows + 1):
        for column in range(round(extent[0] / wide) - columns + 1):
            hole = {(column + c, row + r) for c in range(columns) for r in range(rows)}
            if not hole & taken:
                return LegendCorner(
                    (column * wide - 0.45, row * tall - (1.4 if wide > 1 else 0.45))
                )
    return LegendCorner(None, HEIGHT)


def _place_blocks(tiles: list[MapTile], grid: Grid) -> dict[str, tuple[float, float]]:
    """The corner of every block that holds tiles, moved together to the north-west."""
    held = {t.district for t in tiles if t.district in grid}
    if not held:
        return {}
    top, left = min(grid[d][0] for d in held), min(grid[d][1] for d in held)
    return {d: ((grid[d][1] - left) * WIDE, (grid[d][0] - top) * TALL) for d in sorted(held)}


def _place_tiles(
    tiles: list[MapTile], blocks: Mapping[str, tuple[float, float]]
) -> list[tuple[float, float, MapTile]]:
    by_district: dict[str, list[MapTile]] = {code: [] for code in blocks}
    for tile in tiles:
        if tile.district in blocks:
            by_district[tile.district].append(tile)
    placed = []
    for district, (left, top) in blocks.items():
        mine = by_district[district]
        side = ceil(sqrt(1.25 * len(mine)))
        placed += [(left + i % side, top + i // side, tile) for i, tile in enumerate(mine)]
    return placed


def _tile_figure(
    spots: list[tuple[float, float, DataPoint]],
    notes: list[Any],
    scale: ColourScale,
    key: MapLegend,
    across: tuple[float, float],
    down: tuple[float, float],
    size: float,
    corner: LegendCorner,
) -> Figure:
    traces = _class_traces(spots, scale)
    traces += [
        _zero_trace(spots),
        *(_state_trace(spots, s) for s in ("not_reported", "not_applicable", "suppressed")),
    ]
    x = figure.hidden_axis(range=list(across), constrain="domain", constraintoward="left")
    y = figure.hidden_axis(
        range=[down[1], down[0]], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    shapes, words = draw_legend(key, corner)
    margin = {"l": 0, "r": 0, "t": 8 + corner.above, "b": 0, "pad": 0}
    more = {
        "xaxis": x,
        "yaxis": y,
        "annotations": notes + words,
        "shapes": shapes,
        "margin": margin,
    }
    height = round((down[1] - down[0]) * size) + 8 + corner.above
    return figure.make_figure([t for t in traces if t["x"]], height, barmode="overlay", **more)


def _square_trace(spots: list[tuple[float, float, DataPoint]], **more: Any) -> Trace:
    return {
        "type": "bar",
        "x": [x for x, _, _ in spots],
        "base": [y - 0.45 for _, y, _ in spots],
        "y": [0.9] * len(spots),
        "width": 0.9,
        "hovertext": [m.hover for _, _, m in spots],
        "customdata": [m.code for _, _, m in spots],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 10, "color": palette.TEXT},
        **more,
    }


def _class_traces(spots: list[tuple[float, float, DataPoint]], scale: ColourScale) -> list[Trace]:
    """One trace a class."""
    by_level: list[list[tuple[float, float, DataPoint]]] = [[] for _ in palette.CLASSES]
    for spot in spots:
        mark = spot[2]
        if mark.state == "reported" and mark.value:
            by_level[scale.class_of(mark.value)].append(spot)
    return [
        _square_trace(s, marker={"color": c})
        for s, c in zip(by_level, palette.CLASSES, strict=True)
    ]


def _zero_trace(spots: list[tuple[float, float, DataPoint]]) -> Trace:
    found = [s for s in spots if s[2].state == "reported" and not s[2].value]
    line = {"color": palette.GREY, "width": 1}
    return _square_trace(
        found, marker={"color": palette.PAPER, "line": line}, text=_square_signs(found, "0")
    )


def _state_trace(spots: list[tuple[float, float, DataPoint]], state: str) -> Trace:
    found = [s for s in spots if s[2].state == state]
    sign = {"suppressed": "*"}.get(state, "")
    return _square_trace(found, marker=state_fill(state), text=_square_signs(found, sign))


def _square_signs(found: list[tuple[float, float, DataPoint]], sign: str) -> list[str]:
    """The sign of a nothing in each square, but where the square holds its name and says it there."""
    return [sign if m.text else "" for _, _, m in found]


def _block_name(name: str, x: float, y: float) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(
        x - 0.45, y - 0.55, name, font=font, xanchor="left", yanchor="bottom", borderpad=0
    )


def _inner_name(x: float, y: float, mark: DataPoint, scale: ColourScale, *, small: bool) -> Any:
    reported = mark.state == "reported" and mark.value
    ink = (
        palette.text_colour_on(scale.class_of(mark.value))
        if reported and mark.value
        else palette.TEXT
    )
    first, blank, rest = mark.name.partition(" ")
    # NOTE: a small square has no room for values, but a nothing carries its sign.
    sign = (
        f" <b>{mark.text}</b>"
        if small and not reported and mark.state in ("reported", "suppressed")
        else ""
    )
    words = first + sign + blank.replace(" ", "<br>") + rest
    text = words if small else f"{words}<br><b>{mark.text}</b>"
    return figure.make_note(
        x, y, text, font={"size": 10 if small else 11, "color": ink}, borderpad=0
    )
