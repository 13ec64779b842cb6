"""Events at charts over time: in the picture, on pointing, in the table and in a sentence."""

from datetime import date

import polars as pl
import pytest

from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
from pipelines.present.charts import PlaceSeries
from pipelines.present.panels import event_notes, place_profile
from pipelines.present.svg import render_svg
from pipelines.reference.events import Event

QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4")
POINTS = [
    DataPoint(code, value, str(value), f"{code}: {value}.", code=code)
    for code, value in zip(QUARTERS, (9, 3, 8), strict=True)
]
SHUT = Event(date(2021, 7, 24), "Giãn cách", "Kept <apart>", "restriction", date(2021, 9, 6))
SAID = "24 Jul 2021–6 Sep 2021, the whole city: Kept <apart>."


def drawn(kind: str) -> ChartWithTable:
    if kind == "line":
        figure = charts.draw_line(POINTS, str)
    elif kind == "steps":
        figure = charts.draw_steps(POINTS, str)
    elif kind == "flows":
        figure = charts.draw_flows(POINTS, POINTS)
    else:
        figure = charts.draw_columns(POINTS)
    return ChartWithTable(figure, "", points_table(POINTS, "Quarter", "Contacts"))


@pytest.mark.parametrize("kind", ["line", "steps", "columns", "flows"])
def test_an_event_is_a_band_with_its_word_a_sentence_and_a_row(kind: str) -> None:
    marked = event_notes.mark_events(drawn(kind), QUARTERS, [SHUT], "en")
    bands = [s for s in marked.figure["layout"]["shapes"] if s["type"] == "rect"]
    assert [(band["x0"], band["x1"]) for band in bands] == [(0.5, 1.5)]
    words = [note["text"] for note in marked.figure["layout"]["annotations"]]
    assert "Restrictions" in words
    for trace in marked.figure["data"]:
        for at, text in zip(trace["x"], trace["hovertext"], strict=True):
            assert ("Kept &lt;apart&gt;" in text) == (at == 1)
    assert marked.table["Event"].to_list() == ["", SAID, ""]
    assert ">Restrictions<" in render_svg(marked.figure, "Contacts")


def test_a_chart_of_other_quarters_is_left_as_it_is() -> None:
    chart = drawn("line")
    assert event_notes.mark_events(chart, ("2022-Q1", "2022-Q2", "2022-Q3"), [SHUT], "vi") == chart
    assert event_notes.mark_events(chart, QUARTERS, [], "vi") == chart


def test_words_of_two_events_do_not_meet_when_drawn_one_after_the_other() -> None:
    once = charts.annotate_events(drawn("line").figure, [charts.ChartEvent(0, "Point", "")])
    twice = charts.annotate_events(once, [charts.ChartEvent(0, "Restrictions", "", 0)])
    lifts = {note["text"]: note.get("yshift") for note in twice["layout"]["annotations"]}
    assert lifts["Restrictions"] - lifts["Point"] >= 16


def test_every_small_picture_has_the_band_of_an_event() -> None:
    series = [PlaceSeries(name, name, tuple(POINTS)) for name in "ab"]
    bands = event_notes.find_bands(QUARTERS, [SHUT])
    figure = charts.draw_small_multiples(series, bands=bands)
    assert bands == [(1, 1)]
    assert len([s for s in figure["layout"]["shapes"] if s["type"] == "rect"]) == 2


def test_an_invented_event_says_so() -> None:
    made_up = Event(date(2021, 7, 24), "Giãn cách.", "Apart.", "restriction", invented=True)
    assert event_notes.describe_events([made_up], "2021-Y", language="vi") == (
        "24/07/2021, toàn thành phố: Giãn cách (sự kiện giả định của số liệu trình diễn)."
    )
    assert event_notes.describe_events([made_up], "2022-Y", language="vi") == ""


def test_words_of_an_event_near_the_right_end_stay_inside() -> None:
    events = [charts.ChartEvent(0, "mở Điểm", "a"), charts.ChartEvent(2, "mở Điểm", "b")]
    figure = charts.annotate_events(charts.draw_line(POINTS, str), events)
    notes = [note for note in figure["layout"]["annotations"] if note["text"] == "mở Điểm"]
    assert [note["xanchor"] for note in notes] == ["left", "right"]


def test_what_happened_twice_in_a_quarter_is_one_word_with_its_number() -> None:
    columns = ("kind", "ward_name", "founded", "launched", "valid_to")
    days = (date(2021, 7, 1), date(2021, 8, 1), date(2021, 11, 1))
    rows = [("point", "Tam Hiệp", day, None, None) for day in days]
    kinds = dict.fromkeys(columns[2:], pl.Date)
    units = pl.DataFrame(rows, schema=list(columns), schema_overrides=kinds, orient="row")
    told = place_profile.chart_events(units, "2021-Y", "vi")
    assert [(event.at, event.text) for event in told] == [(2, "mở Điểm (2)"), (3, "mở Điểm")]
