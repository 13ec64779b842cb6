"""Maps of a figure by ward or district, with their legends, words and tables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pipelines.catalog import Kpi, Language
from pipelines.present.chart_data import ChartWithTable, DataPoint, list_known_values, points_table
from pipelines.present.charts import boundary_map, tile_map
from pipelines.present.charts.map_legend import ColourScale, MapLegend, make_scale
from pipelines.present.format import numbers
from pipelines.present.i18n import translate, translate_each
from pipelines.present.kpi_result import (
    KpiResult,
    empty_result,
    list_known_results,
    list_places,
    points_by_place,
    unit_label,
)
from pipelines.reference.places import sort_key


def draw_tile_map(
    found: list[KpiResult],
    grid: Mapping[str, tuple[int, int]],
    language: Language,
    *,
    districts: bool,
    wide: int = 640,
) -> ChartWithTable:
    """Draw one square a result: a ward in its district's block, or a district with its name inside.

    `wide` is in pixels.
    """
    column = "district" if districts else "ward"
    marks = points_by_place(found, language, column=column)
    tiles, names = [], {}
    for result, mark in zip(found, marks, strict=True):
        district = str(result.at["district"])
        names[district] = str(result.at["district_name"])
        tiles.append(tile_map.MapTile(district, mark))
    scale, legend, label = _describe_scale(found, marks, language)
    if districts:
        figure = tile_map.draw_district_tiles(tiles, grid, scale, legend, wide=wide)
    else:
        figure = tile_map.draw_ward_tiles(tiles, names, grid, scale, legend, wide=wide)
    level = translate(f"level.{column}", language)
    return ChartWithTable(
        figure,
        translate("map.alt", language, kpi=label, n=len(marks), level=level),
        points_table(
            marks,
            translate(f"column.{column}", language),
            label,
            exactness=translate("geography.column", language),
        ),
    )


def _describe_scale(
    found: list[KpiResult], marks: list[DataPoint], language: Language
) -> tuple[ColourScale, MapLegend, str]:
    """Return the scale of the values, its legend, and the figure's name."""
    scale = make_scale(list_known_values(marks))
    if not found:
        return scale, MapLegend("", (), (), ()), ""
    kpi = found[0].kpi
    return scale, make_legend(kpi, scale, language), kpi.label.of(language)


def draw_boundary_map(
    found: list[KpiResult],
    places: pl.DataFrame,
    outline: boundary_map.MapOutline,
    language: Language,
    *,
    wide: int = 640,
) -> ChartWithTable:
    """Draw the wards of `places` with their own boundaries; a ward without a row does not apply."""
    results = found + _make_empty_results(found, places)
    marks = points_by_place(results, language, column="ward")
    scale, legend, label = _describe_scale(found, marks, language)
    level = translate("level.ward", language)
    return ChartWithTable(
        boundary_map.draw_boundaries(marks, outline, scale, legend, wide=wide),
        translate("map.alt_boundaries", language, kpi=label, n=len(marks), level=level),
        points_table(
            marks,
            translate("column.ward", language),
            label,
            exactness=translate("geography.column", language),
        ),
    )


def fill_missing_wards(found: list[KpiResult], places: pl.DataFrame) -> list[KpiResult]:
    """Return every ward of the districts that have a known result.

    A ward without a row does not apply. `places` has code, name, district_code, district_name, one
    row a ward.
    """
    districts = set(list_places(list_known_results(found), "district"))
    results = [result for result in found if str(result.at["district"]) in districts]
    wards = places.filter(pl.col("district_code").is_in(districts))
    results += _make_empty_results(results, wards)
    return sorted(results, key=lambda result: sort_key(str(result.at["ward_name"])))


def _make_empty_results(found: list[KpiResult], places: pl.DataFrame) -> list[KpiResult]:
    """Return a result that does not apply for every ward of `places` without one in `found`."""
    if not found:
        return []
    empty = empty_result(found[0].kpi.code)
    rest = places.filter(~pl.col("code").is_in(list_places(found, "ward")))
    return [replace(empty, at=_place_columns(row)) for row in rest.to_dicts()]


def _place_columns(row: dict[str, Any]) -> dict[str, Any]:
    names = {
        "district": "district_code",
        "district_name": "district_name",
        "ward": "code",
        "ward_name": "name",
    }
    return {name: row[column] for name, column in names.items()}


def make_legend(kpi: Kpi, classes: ColourScale, language: Language) -> MapLegend:
    """Return unit, class limits and the four kinds of missing values in words."""
    limits = [numbers.format_trimmed(limit, language, 2) for limit in classes.limits]
    states = ("zero", "not_reported", "not_applicable", "suppressed")
    words = tuple(translate_each("key.", states, language))
    return MapLegend(unit_label(kpi, language), classes.steps, tuple(limits), words)
