"""Tile maps: one square a ward in a block a district, or one square a district."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil, sqrt
from typing import Any, Literal, NamedTuple

from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import figure, palette
from pipelines.present.charts.figure import Figure, Trace
from pipelines.present.charts.heatmap import STATES, state_fill
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
#: Squares that a block's name may take, so that no name at the right edge leaves the card.
NAME_ROOM = 6.0
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


class TileSpot(NamedTuple):
    """A value at a position of the grid, measured in squares."""

    x: float
    y: float
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
    """Draw one square a ward in the block of its district, the legend in an empty corner.

    `names` gives each block's name, `grid` its (row, column); only blocks that hold tiles are
    drawn. `wide` is how many pixels the card offers.
    """
    blocks = _place_blocks(tiles, grid)
    spots = _place_tiles(tiles, blocks)
    if len(blocks) == 1:
        return _draw_named_tiles(spots, scale, key, wide)
    notes = [_block_name(names[code], x, y) for code, (x, y) in blocks.items()]
    right, bottom = _far_corner(spots)
    last = max((x for x, _ in blocks.values()), default=0.0)
    across, deep = max(right + 1.2, last + NAME_ROOM, WIDE * 2), bottom + 1.2
    size = min(BIGGEST, wide / (across + 0.6))
    corner = _find_legend_corner(set(blocks.values()), WIDE, TALL, size, (across, deep))
    return _tile_figure(spots, notes, scale, key, (-0.6, across), (-1.9, deep), size, corner)


def draw_district_tiles(
    tiles: list[MapTile], grid: Grid, scale: ColourScale, key: MapLegend, *, wide: int = 640
) -> Figure:
    """Draw one square a district at its place on the grid, its name inside."""
    known = [tile for tile in tiles if tile.district in grid]
    cells = [grid[tile.district] for tile in known]
    top, left = _first_cell(cells)
    spots = []
    for tile, (row, column) in zip(known, cells, strict=True):
        spots.append(TileSpot(float(column - left), float(row - top), tile.mark))
    return _draw_named_tiles(spots, scale, key, wide)


def _far_corner(spots: list[TileSpot]) -> tuple[float, float]:
    """Return the position of the last column and row."""
    right = max([spot.x for spot in spots], default=0)
    bottom = max([spot.y for spot in spots], default=0)
    return right, bottom


def _draw_named_tiles(
    spots: list[TileSpot], scale: ColourScale, key: MapLegend, wide: int
) -> Figure:
    """Draw squares large enough to hold their names and values."""
    right, bottom = _far_corner(spots)
    across, deep = right + 0.55, bottom + 0.55
    size = min(LARGE, wide / (across + 0.55))
    notes = [_inner_name(spot, scale, small=size < SMALL) for spot in spots]
    bare = [spot._replace(mark=_without_text(spot.mark)) for spot in spots]
    corner = _find_legend_corner({(spot.x, spot.y) for spot in spots}, 1, 1, size, (across, deep))
    return _tile_figure(bare, notes, scale, key, (-0.55, across), (-0.6, deep), size, corner)


def _without_text(mark: DataPoint) -> DataPoint:
    return DataPoint(mark.name, mark.value, "", mark.hover, mark.state, mark.code)


def _find_legend_corner(
    blocks: set[tuple[float, float]],
    wide: float,
    tall: float,
    size: float,
    extent: tuple[float, float],
) -> LegendCorner:
    """Return the first hole of the grid, from the north-west, that the legend fits into.

    Where there is none, the legend gets room above the map.
    """
    columns = ceil(WIDTH / (wide * size))
    rows = ceil(HEIGHT / (tall * size))
    taken = {(round(x / wide), round(y / tall)) for x, y in blocks}
    last_column = round(extent[0] / wide) - columns
    last_row = round(extent[1] / tall) - rows
    for row, column in product(range(last_row + 1), range(last_column + 1)):
        hole = product(range(column, column + columns), range(row, row + rows))
        if taken.isdisjoint(hole):
            lift = 1.4 if wide > 1 else 0.45
            return LegendCorner((column * wide - 0.45, row * tall - lift))
    return LegendCorner(None, HEIGHT)


def _place_blocks(tiles: list[MapTile], grid: Grid) -> dict[str, tuple[float, float]]:
    """Return the corner of every block that holds tiles, moved together to the north-west."""
    cells = {tile.district: grid[tile.district] for tile in tiles if tile.district in grid}
    top, left = _first_cell(cells.values())
    blocks = {}
    for district, (row, column) in sorted(cells.items()):
        blocks[district] = ((column - left) * WIDE, (row - top) * TALL)
    return blocks


def _first_cell(cells: Collection[tuple[int, int]]) -> tuple[int, int]:
    """Return the first row and the first column that hold tiles."""
    if not cells:
        return 0, 0
    rows, columns = zip(*cells, strict=True)
    return min(rows), min(columns)


def _place_tiles(tiles: list[MapTile], blocks: Mapping[str, tuple[float, float]]) -> list[TileSpot]:
    """Place the tiles of each block in a square, a little wider than high."""
    by_district: dict[str, list[DataPoint]] = defaultdict(list)
    for tile in tiles:
        by_district[tile.district].append(tile.mark)
    spots = []
    for district, (left, top) in blocks.items():
        marks = by_district[district]
        side = ceil(sqrt(1.25 * len(marks)))
        spots += [TileSpot(left + i % side, top + i // side, mark) for i, mark in enumerate(marks)]
    return spots


def _tile_figure(
    spots: list[TileSpot],
    notes: list[Any],
    scale: ColourScale,
    key: MapLegend,
    across: tuple[float, float],
    down: tuple[float, float],
    size: float,
    corner: LegendCorner,
) -> Figure:
    traces = [*_class_traces(spots, scale), _zero_trace(spots)]
    traces += [_state_trace(spots, state) for state in STATES]
    x = figure.hidden_axis(range=list(across), constrain="domain", constraintoward="left")
    y = figure.hidden_axis(
        range=[down[1], down[0]], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    shapes, words = draw_legend(key, corner)
    return figure.make_figure(
        figure.drop_empty(traces),
        round((down[1] - down[0]) * size) + 8 + corner.above,
        barmode="overlay",
        xaxis=x,
        yaxis=y,
        annotations=notes + words,
        shapes=shapes,
        margin={"l": 0, "r": 0, "t": 8 + corner.above, "b": 0, "pad": 0},
    )


def _square_trace(spots: list[TileSpot], **more: Any) -> Trace:
    marks = [spot.mark for spot in spots]
    return {
        "type": "bar",
        "x": [spot.x for spot in spots],
        "base": [spot.y - 0.45 for spot in spots],
        "y": [0.9] * len(spots),
        "width": 0.9,
        "hovertext": figure.hover_texts(marks),
        "customdata": figure.mark_codes(marks),
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": 10, "color": palette.TEXT},
        **more,
    }


def _class_traces(spots: list[TileSpot], scale: ColourScale) -> list[Trace]:
    """Return one trace a class of colour."""
    by_level: dict[int, list[TileSpot]] = defaultdict(list)
    for spot in spots:
        if spot.mark.state == "reported" and spot.mark.value:
            by_level[scale.class_of(spot.mark.value)].append(spot)
    traces = []
    for level, colour in enumerate(palette.CLASSES):
        traces.append(_square_trace(by_level[level], marker={"color": colour}))
    return traces


def _zero_trace(spots: list[TileSpot]) -> Trace:
    own = [spot for spot in spots if spot.mark.state == "reported" and not spot.mark.value]
    marker = {"color": palette.PAPER, "line": {"color": palette.GREY, "width": 1}}
    return _square_trace(own, marker=marker, text=_square_signs(own, "0"))


def _state_trace(spots: list[TileSpot], state: str) -> Trace:
    own = [spot for spot in spots if spot.mark.state == state]
    sign = "*" if state == "suppressed" else ""
    return _square_trace(own, marker=state_fill(state), text=_square_signs(own, sign))


def _square_signs(spots: list[TileSpot], sign: str) -> list[str]:
    """Return the sign in each square; none where the square holds its name and says it there."""
    return [sign if spot.mark.text else "" for spot in spots]


def _block_name(name: str, x: float, y: float) -> Any:
    font = {"size": figure.SMALL, "color": palette.MUTED}
    return figure.make_note(
        x - 0.45, y - 0.55, name, font=font, xanchor="left", yanchor="bottom", borderpad=0
    )


def _inner_name(spot: TileSpot, scale: ColourScale, *, small: bool) -> Any:
    """Return the name inside a square, with the value where there is room for it."""
    mark = spot.mark
    colour, sign = palette.TEXT, ""
    if mark.state == "reported" and mark.value:
        colour = palette.text_colour_on(scale.class_of(mark.value))
    elif small and mark.state in ("reported", "suppressed"):
        # NOTE: a small square has no room for values, but zero and suppressed have their sign.
        sign = f" <b>{mark.text}</b>"
    first, blank, rest = mark.name.partition(" ")
    text = first + sign + blank.replace(" ", "<br>") + rest
    if not small:
        text += f"<br><b>{mark.text}</b>"
    font = {"size": 10 if small else 11, "color": colour}
    return figure.make_note(spot.x, spot.y, text, font=font, borderpad=0)
