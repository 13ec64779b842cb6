"""Every chart: a plain dictionary, palette slots only, bars from zero, sentences on pointing."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from pipelines.present import charts
from pipelines.present.chart_data import DataPoint
from pipelines.present.charts import (
    ChartTarget,
    HeatmapRow,
    StackedRow,
    StagePart,
    ValueRange,
    figure,
    map_legend,
    palette,
    tile_map,
)


def mark(name: str, value: float | None, state: Any = "reported") -> DataPoint:
    text = "–" if value is None else f"{value:g}"
    return DataPoint(name, value, text, f"{name}: {text}", state, code=name)


def write(value: float) -> str:
    return f"{value:g}"


THREE = [mark("2021", 4), mark("2022", 8), mark("2023", 10)]
TARGET = ChartTarget(60, 8, "60", "12", "60 by 2025", "2025")
ROW = StackedRow(
    "HIV", "27", (StagePart("done", 22, "22", "22 done"), StagePart("waiting", 5, "5", "5 wait"))
)
WORDS = map_legend.MapLegend("people", (0, 6), ("1",), ("zero", "missing", "none", "hidden"))
GRID = {"001": (3, 6), "002": (3, 7)}
TILES = [
    tile_map.MapTile("001", mark("A", 3)),
    tile_map.MapTile("001", mark("B", 0)),
    tile_map.MapTile("001", mark("C", None, "not_reported")),
    tile_map.MapTile("002", mark("D", None, "not_applicable")),
    tile_map.MapTile("002", mark("E", None, "suppressed")),
]
LINE = HeatmapRow("Ba Đình", (mark("Q1", 10), mark("Q2", None, "not_reported")), (6, None))
FIGURES = {
    "lines": charts.draw_line(THREE, write, context=THREE, name="city"),
    "steps": charts.draw_steps(THREE, write, target=TARGET),
    "bars": charts.draw_bars(THREE, mean=5, mean_text="mean"),
    "columns": charts.draw_columns([mark("2020", None, "not_applicable"), *THREE]),
    "flows": charts.draw_flows(THREE, THREE),
    "stacked": charts.draw_stacked([ROW], {"done": "done", "waiting": "no answer"}),
    "histogram": charts.draw_histogram(THREE, accents={0}, mean=1.5, mean_text="mean"),
    "ranges": charts.draw_ranges(
        [
            ValueRange("HIV", 4, "4", 11, "11", "4 and 11"),
            ValueRange("law", 3, "3", None, "", "3", "few"),
        ]
    ),
    "heatmap": charts.draw_heatmap([LINE]),
    "wards": tile_map.draw_ward_tiles(
        TILES, {"001": "Ba Đình", "002": "Hoàn Kiếm"}, GRID, map_legend.make_scale([1, 3, 5]), WORDS
    ),
    "districts": tile_map.draw_district_tiles(
        [tile_map.MapTile("001", mark("Ba Đình", 3))], GRID, map_legend.make_scale([1, 3, 5]), WORDS
    ),
}
EMPTY = [
    charts.draw_line([], write),
    charts.draw_steps([], write),
    charts.draw_bars([]),
    charts.draw_columns([]),
    charts.draw_stacked([], {}),
    charts.draw_heatmap([]),
]
SLOTS = {
    *palette.CATEGORIES,
    palette.MUTED,
    palette.GREY,
    palette.LINE,
    palette.TEXT,
    *palette.CLASSES,
}
SLOTS |= {
    palette.PAPER,
    palette.OUTLINE,
    palette.HATCH,
    *palette.DIVERGING,
    palette.GROUND,
    palette.PALE,
}


@pytest.mark.parametrize("figure", [*FIGURES.values(), *EMPTY])
def test_plotly_knows_every_property_of_a_figure(figure: dict[str, Any]) -> None:
    """Pages hand figures over as they are: nobody looks through them again."""
    assert go.Figure(figure).layout.height == figure["layout"]["height"]


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_a_figure_is_plain_data_in_palette_slots(figure: dict[str, Any]) -> None:
    text = json.dumps(figure)
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", text)) <= SLOTS
    assert figure["layout"]["showlegend"] is False
    zooms = figure["layout"]["dragmode"] == "zoom"
    assert zooms is (figure["layout"]["xaxis"].get("fixedrange") is False)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=list(FIGURES))
def test_pointing_shows_a_sentence_and_nothing_else(figure: dict[str, Any]) -> None:
    for trace in figure["data"]:
        assert trace.get("hoverinfo") == "skip" or trace["hovertext"]
        assert trace["hovertemplate"].endswith("<extra></extra>")


@pytest.mark.parametrize("name", ["bars", "columns"])
def test_bars_begin_at_zero(name: str) -> None:
    axis = "xaxis" if name == "bars" else "yaxis"
    assert FIGURES[name]["layout"][axis]["range"][0] == 0


def test_a_chart_of_nothing_is_still_a_figure() -> None:
    assert all(figure["layout"]["height"] for figure in EMPTY)


def test_only_the_leading_bar_wears_the_accent() -> None:
    assert FIGURES["bars"]["data"][0]["marker"]["color"] == [
        palette.ACCENT,
        palette.TINT,
        palette.TINT,
    ]


def test_the_four_nothings_of_a_map_are_drawn_apart() -> None:
    zero, missing, none, hidden = FIGURES["wards"]["data"][-4:]
    assert zero["text"] == ["0"] and hidden["text"] == ["*"]
    assert missing["marker"]["pattern"]["shape"] == "/"
    assert none["marker"]["color"] == palette.PAPER and "pattern" not in none["marker"]
    assert [t["customdata"] for t in (zero, missing, none, hidden)] == [["B"], ["C"], ["D"], ["E"]]


def test_a_column_that_does_not_apply_is_a_small_square_and_the_word() -> None:
    layout = FIGURES["columns"]["layout"]
    assert len(layout["shapes"]) == 1 and layout["annotations"][0]["text"] == "–"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 36, [0, 10, 20, 30, 40]), (0, 60, [0, 20, 40, 60]), (7.5, 7.6, [7.5, 7.55, 7.6])],
)
def test_axes_have_few_round_values(low: float, high: float, ticks: list[float]) -> None:
    assert figure.round_ticks(low, high, 4) == ticks


def test_a_scale_spreads_values_over_classes() -> None:
    found = map_legend.make_scale([float(v) for v in range(1, 101)])
    assert found.limits == (20, 40, 60, 80, 100)
    assert [found.class_of(v) for v in (1, 20, 99, 100)] == [0, 1, 5, 6]
    assert found.steps == (0, 1, 2, 4, 5, 6)


def test_equal_values_need_no_scale() -> None:
    assert map_legend.make_scale([2, 2, 2]).limits == ()


@pytest.mark.parametrize(
    ("grey", "line", "side"), [((4, 5), (9, 9), "bottom"), ((5, 4), (9, 9), "top")]
)
def test_the_grey_lines_name_stands_where_no_line_runs(
    grey: tuple[int, ...], line: tuple[int, ...], side: str
) -> None:
    figure = charts.draw_line(
        [mark("a", v) for v in line], write, context=[mark("a", v) for v in grey], name="city"
    )
    assert (
        next(n["yanchor"] for n in figure["layout"]["annotations"] if n["text"] == "city") == side
    )


@pytest.mark.parametrize(
    ("texts", "evened"),
    [
        (["7,56", "7,6", "8"], ["7,56", "7,60", "8,00"]),
        (["0", "500", "1.000"], ["0", "500", "1.000"]),
        (["0.5 %", "1 %"], ["0.5 %", "1.0 %"]),
        (["0", "0,125"], ["0", "0,125"]),
    ],
)
def test_numbers_of_an_axis_have_as_many_decimals(texts: list[str], evened: list[str]) -> None:
    assert figure.pad_decimals(texts) == evened


@pytest.mark.parametrize(
    ("wide", "name"), [(310, "Ba <b>0</b><br>Đình"), (640, "Ba<br>Đình<br><b>0</b>")]
)
def test_a_district_without_any_says_its_nought_beside_its_name(wide: int, name: str) -> None:
    row = [tile_map.MapTile(f"{n:03}", mark("Ba Đình", 0)) for n in range(1, 9)]
    spread = {f"{n:03}": (0, n) for n in range(1, 9)}
    figure = tile_map.draw_district_tiles(row, spread, map_legend.make_scale([]), WORDS, wide=wide)
    assert name in [n["text"] for n in figure["layout"]["annotations"]]
    assert not any(any(t.get("text") or []) for t in figure["data"])
