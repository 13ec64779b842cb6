"""Wards or districts in, a tile map out: one square a ward in a block a district, or one square a district."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any, Literal

from pipelines.present import palette
from pipelines.present.charts import frame
from pipelines.present.charts.frame import Figure, Trace
from pipelines.present.charts.matrix import ground
from pipelines.present.key import HEIGHT as KEY
from pipelines.present.key import Key, drawn
from pipelines.present.marks import Mark
from pipelines.present.scale import Scale

Grid = Mapping[str, tuple[int, int]]
#: A district block stands at (column × WIDE, row × TALL) squares.
WIDE, TALL = 8.0, 7.3
Look = Literal["wards", "districts"]


@dataclass(frozen=True)
class Tile:
    """One place to draw; for a ward, `district` is the code of the block it stands in."""

    district: str
    mark: Mark


def wards(
    tiles: list[Tile], names: Mapping[str, str], grid: Grid, scale: Scale, key: Key, *, height: int = 640
) -> Figure:
    """One square a ward in the block of its district, the key in the empty north-west.

    `names` gives each block's name, `grid` its (row, column); only blocks that hold tiles are drawn.
    """
    blocks = _blocks(tiles, grid)
    spots = [(x, y, tile.mark) for x, y, tile in _spots(tiles, blocks)]
    notes = [_block_name(names[code], x, y) for code, (x, y) in blocks.items()]
    right = max((x for x, _, _ in spots), default=0) + 1.2
    foot = max((y for _, y, _ in spots), default=0) + 1.2
    return _figure(
        spots,
        notes,
        scale,
        key,
        (-0.6, max(right, WIDE * 2)),
        (-1.9, foot),
        height,
        _roomy(blocks.values(), WIDE * 3, TALL * 2),
    )


def districts(tiles: list[Tile], grid: Grid, scale: Scale, key: Key, *, height: int = 420) -> Figure:
    """One square a district at its place on the grid, its name inside."""
    cells = {t.district: grid[t.district] for t in tiles if t.district in grid}
    left, top = min((c for _, c in cells.values()), default=0), min((r for r, _ in cells.values()), default=0)
    spots = [
        (float(cells[t.district][1] - left), float(cells[t.district][0] - top), t.mark)
        for t in tiles
        if t.district in cells
    ]
    notes = [_inner_name(x, y, mark, scale) for x, y, mark in spots]
    bare = [(x, y, Mark(m.name, m.value, "", m.hover, m.state, m.code)) for x, y, m in spots]
    right = max((x for x, _, _ in spots), default=0) + 0.55
    foot = max((y for _, y, _ in spots), default=0) + 0.55
    return _figure(
        bare, notes, scale, key, (-0.55, right), (-0.55, foot), height, _roomy([(x, y) for x, y, _ in spots], 4, 2)
    )


def _blocks(tiles: list[Tile], grid: Grid) -> dict[str, tuple[float, float]]:
    """The corner of every block that holds tiles, moved together to the north-west."""
    held = {t.district for t in tiles if t.district in grid}
    if not held:
        return {}
    top, left = min(grid[d][0] for d in held), min(grid[d][1] for d in held)
    return {d: ((grid[d][1] - left) * WIDE, (grid[d][0] - top) * TALL) for d in sorted(held)}


def _spots(tiles: list[Tile], blocks: Mapping[str, tuple[float, float]]) -> list[tuple[float, float, Tile]]:
    placed = []
    for district, (left, top) in blocks.items():
        mine = [t for t in tiles if t.district == district]
        side = ceil(sqrt(1.25 * len(mine)))
        placed += [(left + i % side, top + i // side, tile) for i, tile in enumerate(mine)]
    return placed


def _figure(
    spots: list[tuple[float, float, Mark]],
    notes: list[Any],
    scale: Scale,
    key: Key,
    across: tuple[float, float],
    down: tuple[float, float],
    height: int,
    roomy: bool,
) -> Figure:
    traces = [_coloured(spots, scale, level) for level in range(len(palette.CLASSES))]
    traces += [_zero(spots), *(_nothing(spots, s) for s in ("not_reported", "not_applicable", "suppressed"))]
    x = frame.hidden(range=list(across), constrain="domain")
    y = frame.hidden(range=[down[1], down[0]], scaleanchor="x", constrain="domain")
    above = 0 if roomy else KEY
    shapes, words = drawn(key, above)
    margin = {"l": 0, "r": 0, "t": 8 + above, "b": 0, "pad": 0}
    more = {"xaxis": x, "yaxis": y, "annotations": notes + words, "shapes": shapes, "margin": margin}
    return frame.figure([t for t in traces if t["x"]], height + above, barmode="overlay", **more)


def _roomy(corners: Iterable[tuple[float, float]], right: float, down: float) -> bool:
    """Is the north-west empty enough for the key?"""
    found = list(corners)
    wide = max((x for x, _ in found), default=0) >= right * 2
    return wide and not any(x < right and y < down for x, y in found)


def _squares(spots: list[tuple[float, float, Mark]], **more: Any) -> Trace:
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


def _coloured(spots: list[tuple[float, float, Mark]], scale: Scale, level: int) -> Trace:
    found = [s for s in spots if s[2].state == "reported" and s[2].value and scale.level(s[2].value) == level]
    return _squares(found, marker={"color": palette.CLASSES[level]})


def _zero(spots: list[tuple[float, float, Mark]]) -> Trace:
    found = [s for s in spots if s[2].state == "reported" and not s[2].value]
    line = {"color": palette.GREY, "width": 1}
    return _squares(found, marker={"color": palette.PAPER, "line": line}, text=["0"] * len(found))


def _nothing(spots: list[tuple[float, float, Mark]], state: str) -> Trace:
    found = [s for s in spots if s[2].state == state]
    sign = {"suppressed": "*"}.get(state, "")
    return _squares(found, marker=ground(state), text=[sign] * len(found))


def _block_name(name: str, x: float, y: float) -> Any:
    font = {"size": frame.SMALL, "color": palette.MUTED}
    return frame.note(x - 0.45, y - 0.55, name, font=font, xanchor="left", yanchor="bottom", borderpad=0)


def _inner_name(x: float, y: float, mark: Mark, scale: Scale) -> Any:
    reported = mark.state == "reported" and mark.value
    ink = palette.on(scale.level(mark.value)) if reported and mark.value else palette.TEXT
    words = mark.name.replace(" ", "<br>", 1)
    text = f"{words}<br><b>{mark.text}</b>" if mark.text else words
    return frame.note(x, y, text, font={"size": 10, "color": ink}, borderpad=0)
