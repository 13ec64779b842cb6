"""Answers by ward or district in, a tile map with its key, words and table out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present.chart_data import ChartWithTable, points_table
from pipelines.present.charts import boundary_map, tile_map
from pipelines.present.charts.map_legend import ColourScale, MapLegend, make_scale
from pipelines.present.format import numbers
from pipelines.present.i18n import translate
from pipelines.present.kpi_result import KpiResult, empty_result, points_by_place, unit_label
from pipelines.reference.places import sort_key


def draw_tile_map(
    found: list[KpiResult],
    grid: Mapping[str, tuple[int, int]],
    language: Language,
    *,
    districts: bool,
    wide: int = 640,
) -> ChartWithTable:
    """One square an answer: a ward in its district's block, or a district with its name inside; `wide` in pixels."""
    column = "district" if districts else "ward"
    marks = points_by_place(found, language, column=column)
    placed = [tile_map.MapTile(str(a.at["district"]), m) for a, m in zip(found, marks, strict=True)]
    classes = make_scale([m.value for m in marks if m.value is not None])
    words = make_legend(found[0].kpi, classes, language) if found else MapLegend("", (), (), ())
    names = {str(a.at["district"]): str(a.at["district_name"]) for a in found}
    if districts:
        figure = tile_map.draw_district_tiles(placed, grid, classes, words, wide=wide)
    else:
        figure = tile_map.draw_ward_tiles(placed, names, grid, classes, words, wide=wide)
    label = found[0].kpi.label.of(language) if found else ""
    table = points_table(marks, translate(f"column.{column}", language), label)
    return ChartWithTable(
        figure,
        translate(
            "map.alt",
            language,
            kpi=label,
            n=len(marks),
            level=translate(f"level.{column}", language),
        ),
        table,
    )


def draw_boundary_map(
    found: list[KpiResult],
    places: pl.DataFrame,
    outline: boundary_map.MapOutline,
    language: Language,
    *,
    wide: int = 640,
) -> ChartWithTable:
    """The wards of `places` with their own boundaries; a ward without a row does not apply."""
    known = {str(a.at["ward"]) for a in found}
    rest = places.filter(~pl.col("code").is_in(known)).to_dicts() if found else []
    every = [
        *found,
        *(replace(empty_result(found[0].kpi.code), at=_place_columns(row)) for row in rest),
    ]
    marks = points_by_place(every, language, column="ward")
    classes = make_scale([m.value for m in marks if m.value is not None])
    words = make_legend(found[0].kpi, classes, language) if found else MapLegend("", (), (), ())
    label = found[0].kpi.label.of(language) if found else ""
    level = translate("level.ward", language)
    return ChartWithTable(
        boundary_map.draw_boundaries(marks, outline, classes, words, wide=wide),
        translate("map.alt_boundaries", language, kpi=label, n=len(marks), level=level),
        points_table(marks, translate("column.ward", language), label),
    )


def fill_missing_wards(found: list[KpiResult], places: pl.DataFrame) -> list[KpiResult]:
    """Every ward of the districts that have a known answer; a ward without a row does not apply.

    `places` has code, name, district_code, district_name, one row a ward.
    """
    districts = {str(a.at["district"]) for a in found if a.is_known}
    found = [a for a in found if str(a.at["district"]) in districts]
    known = {str(a.at["ward"]) for a in found}
    rest = places.filter(pl.col("district_code").is_in(districts) & ~pl.col("code").is_in(known))
    bare = (
        [
            replace(empty_result(found[0].kpi.code), at=_place_columns(row))
            for row in rest.to_dicts()
        ]
        if found
        else []
    )
    return sorted([*found, *bare], key=lambda a: sort_key(str(a.at["ward_name"])))


def _place_columns(row: dict[str, Any]) -> dict[str, Any]:
    names = {
        "district": "district_code",
        "district_name": "district_name",
        "ward": "code",
        "ward_name": "name",
    }
    return {name: row[column] for name, column in names.items()}


def make_legend(kpi: Kpi, classes: ColourScale, language: Language) -> MapLegend:
    """Unit, class limits and the four nothings in words."""
    limits = tuple(numbers.format_trimmed(v, language, 2) for v in classes.limits)
    nothings = tuple(
        translate(f"key.{n}", language)
        for n in ("zero", "not_reported", "not_applicable", "suppressed")
    )
    return MapLegend(unit_label(kpi, language), classes.steps, limits, nothings)
