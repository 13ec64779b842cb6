"""Answers by ward or district in, a tile map with its key, words and table out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present import display, regions, tiles
from pipelines.present.answers import Answer, by_place, nothing, unit_of
from pipelines.present.key import Key
from pipelines.present.marks import Picture, listing
from pipelines.present.scale import Scale, scale
from pipelines.present.text import say
from pipelines.reference.places import sort_key


def tile_map(
    found: list[Answer],
    grid: Mapping[str, tuple[int, int]],
    language: Language,
    *,
    districts: bool,
    wide: int = 640,
) -> Picture:
    """One square an answer: a ward in its district's block, or a district with its name inside; `wide` in pixels."""
    column = "district" if districts else "ward"
    marks = by_place(found, language, column=column)
    placed = [tiles.Tile(str(a.at["district"]), m) for a, m in zip(found, marks, strict=True)]
    classes = scale([m.value for m in marks if m.value is not None])
    words = key(found[0].kpi, classes, language) if found else Key("", (), (), ())
    names = {str(a.at["district"]): str(a.at["district_name"]) for a in found}
    if districts:
        figure = tiles.districts(placed, grid, classes, words, wide=wide)
    else:
        figure = tiles.wards(placed, names, grid, classes, words, wide=wide)
    label = found[0].kpi.label.of(language) if found else ""
    table = listing(marks, say(f"column.{column}", language), label)
    return Picture(
        figure, say("map.alt", language, kpi=label, n=len(marks), level=say(f"level.{column}", language)), table
    )


def region_map(
    found: list[Answer], places: pl.DataFrame, outline: regions.Outline, language: Language, *, wide: int = 640
) -> Picture:
    """The wards of `places` with their own boundaries; a ward without a row does not apply."""
    known = {str(a.at["ward"]) for a in found}
    rest = places.filter(~pl.col("code").is_in(known)).to_dicts() if found else []
    every = [*found, *(replace(nothing(found[0].kpi.code), at=_at(row)) for row in rest)]
    marks = by_place(every, language, column="ward")
    classes = scale([m.value for m in marks if m.value is not None])
    words = key(found[0].kpi, classes, language) if found else Key("", (), (), ())
    label = found[0].kpi.label.of(language) if found else ""
    level = say("level.ward", language)
    return Picture(
        regions.figure(marks, outline, classes, words, wide=wide),
        say("map.alt_boundaries", language, kpi=label, n=len(marks), level=level),
        listing(marks, say("column.ward", language), label),
    )


def filled(found: list[Answer], places: pl.DataFrame) -> list[Answer]:
    """Every ward of the districts that have a known answer; a ward without a row does not apply.

    `places` has code, name, district_code, district_name, one row a ward.
    """
    districts = {str(a.at["district"]) for a in found if a.known}
    found = [a for a in found if str(a.at["district"]) in districts]
    known = {str(a.at["ward"]) for a in found}
    rest = places.filter(pl.col("district_code").is_in(districts) & ~pl.col("code").is_in(known))
    bare = [replace(nothing(found[0].kpi.code), at=_at(row)) for row in rest.to_dicts()] if found else []
    return sorted([*found, *bare], key=lambda a: sort_key(str(a.at["ward_name"])))


def _at(row: dict[str, Any]) -> dict[str, Any]:
    names = {"district": "district_code", "district_name": "district_name", "ward": "code", "ward_name": "name"}
    return {name: row[column] for name, column in names.items()}


def key(kpi: Kpi, classes: Scale, language: Language) -> Key:
    """Unit, class limits and the four nothings in words."""
    limits = tuple(display.trimmed(v, language, 2) for v in classes.limits)
    nothings = tuple(say(f"key.{n}", language) for n in ("zero", "not_reported", "not_applicable", "suppressed"))
    return Key(unit_of(kpi, language), classes.steps, limits, nothings)
