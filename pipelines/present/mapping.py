"""Answers by ward or district in, a tile map with its key, words and table out."""

from collections.abc import Mapping

from pipelines.catalog import Kpi, Language
from pipelines.present import display, tiles
from pipelines.present.answers import Answer, by_place, unit_of
from pipelines.present.key import Key
from pipelines.present.marks import Picture, listing
from pipelines.present.scale import Scale, scale
from pipelines.present.text import say


def tile_map(
    found: list[Answer],
    grid: Mapping[str, tuple[int, int]],
    language: Language,
    *,
    districts: bool,
    phone: bool = False,
) -> Picture:
    """One square an answer: a ward in its district's block, or a district with its name inside."""
    column = "district" if districts else "ward"
    marks = by_place(found, language, column=column)
    placed = [tiles.Tile(str(a.at["district"]), m) for a, m in zip(found, marks, strict=True)]
    classes = scale([m.value for m in marks if m.value is not None])
    words = key(found[0].kpi, classes, language) if found else Key("", (), (), ())
    names = {str(a.at["district"]): str(a.at["district_name"]) for a in found}
    if districts:
        figure = tiles.districts(placed, grid, classes, words, height=330 if phone else 460)
    else:
        figure = tiles.wards(placed, names, grid, classes, words, height=320 if phone else height_of(names, grid))
    label = found[0].kpi.label.of(language) if found else ""
    table = listing(marks, say(f"column.{column}", language), label)
    return Picture(
        figure, say("map.alt", language, kpi=label, n=len(marks), level=say(f"level.{column}", language)), table
    )


def height_of(names: Mapping[str, str], grid: Mapping[str, tuple[int, int]]) -> int:
    """Pixels for the rows of blocks that are drawn."""
    rows = [grid[d][0] for d in names if d in grid]
    deep = max(rows) - min(rows) + 1 if rows else 1
    wide = (
        max(c for c in (grid[d][1] for d in names if d in grid)) - min(grid[d][1] for d in names if d in grid) + 1
        if rows
        else 1
    )
    return min(680, max(170, round(deep * 82 * min(2.0, 8 / max(wide, 2)))))


def key(kpi: Kpi, classes: Scale, language: Language) -> Key:
    """Unit, class limits and the four nothings in words."""
    limits = tuple(display.trimmed(v, language, 2) for v in classes.limits)
    nothings = tuple(say(f"key.{n}", language) for n in ("zero", "not_reported", "not_applicable", "suppressed"))
    return Key(unit_of(kpi, language), classes.steps, limits, nothings)
