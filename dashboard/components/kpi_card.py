"""Draw a KPI on the map, over time, and by district or ward."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard import filters
from dashboard.components.card import cached_card, cached_chart, open_card, source_text
from dashboard.components.page_context import PageContext
from dashboard.queries import boundaries, figures
from pipelines.catalog import find_kpi as definition
from pipelines.catalog import list_card_codes
from pipelines.present import charts
from pipelines.present.chart_data import (
    ChartWithTable,
    DataPoint,
    points_table,
    select_both_ends,
)
from pipelines.present.charts.figure import mark_codes
from pipelines.present.format import numbers
from pipelines.present.kpi_result import (
    KpiResult,
    list_caveats,
    name_with_unit,
    points_by_place,
    points_over_time,
    sort_descending,
)
from pipelines.present.panels import comparison, headlines, maps
from pipelines.reference.periods import parse_period

#: Districts that a bar chart shows; the rest stands in its table.
BARS = 8
FORMS = {
    "teams": "A",
    "communication": "A",
    "outreach": "A",
    "rehab": "A",
    "security": "A",
    "clubs": "A",
    "quality": "Q",
}


def list_sources(page: PageContext, a: KpiResult) -> tuple[str, str, str]:
    """Return the footer of a figure: its caveats, its source and its coverage."""
    return (
        list_caveats(a.kpi, page.language),
        source_text(page, FORMS.get(a.kpi.story, "B")),
        " ".join(filter(None, (a.format_coverage(page.language), page.units_text))),
    )


def scope_line(page: PageContext, a: KpiResult) -> str:
    """Return the line under a finding: the KPI with its unit, when and where."""
    when = headlines.stock_words(a.kpi, page.language, page.period)
    return page.translate(
        "scope.kpi", named=name_with_unit(a.kpi, page.language), period=when, place=page.place
    )


def choose_story(page: PageContext) -> PageContext:
    """Return the page with the chosen story of the overview; the first where another KPI is chosen.

    The four stories are the figures of its headline.
    """
    stories = list_card_codes("overview.headline")
    story = page.chosen.kpi if page.chosen.kpi in stories else stories[0]
    return replace(page, chosen=replace(page.chosen, kpi=story))


def map_card(page: PageContext, *, stories: bool = False) -> None:
    """Draw the chosen KPI on a map with its controls; a click on a place goes there.

    The list offers every KPI that has wards, or only the stories of the overview.
    """
    codes = figures.load_options(page.key).kpis
    if stories:
        codes = list_card_codes("overview.headline")
    whole = page.result(page.chosen.kpi)
    with open_card(
        page,
        map_finding(page, page.chosen.kpi),
        scope_line(page, whole),
        *list_sources(page, whole),
        figure=page.chosen.kpi,
    ) as face:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            outline = boundaries.load_outline()
            look = choose_map_view(page, boundaries=outline is not None)
            filters.kpi_filter(
                page.chosen,
                codes,
                lambda c: definition(c).label.of(page.language),
            )
        if outline and look == "boundaries":
            drawn = _draw_boundaries(page, outline.address)
            face.show_chart(drawn.figure, drawn.alt, drawn.table, key="map_boundaries", pick=True)
            return
        drawn = _draw_map(page, look)
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="map", pick=True)


def show_maps(page: PageContext, place: str, *, wide: int = 640) -> None:
    """Draw each figure of a card of pages.toml, such as `teams.size_map`, on tiles."""
    for code, key in list_keyed_codes(place):
        place_map_card(page, code, key=key, wide=wide)


def show_trends(page: PageContext, place: str, *, height: int = 260, wide: int = 480) -> None:
    """Draw each figure of a card of pages.toml by quarter."""
    for code, key in list_keyed_codes(place):
        trend_card(page, code, key=key, height=height, wide=wide)


def show_bars(page: PageContext, place: str, *, most: int = BARS) -> None:
    """Draw each figure of a card of pages.toml by district or ward."""
    for code, key in list_keyed_codes(place):
        bar_card(page, code, key=key, most=most)


def list_keyed_codes(place: str) -> list[tuple[str, str]]:
    """Return each figure of a card with the key of its chart: the card's own for the first."""
    card = place.partition(".")[2]
    codes = list_card_codes(place)
    return [(code, card if code == codes[0] else f"{card}_{code}") for code in codes]


@cached_card
def place_map_card(page: PageContext, code: str, *, key: str, wide: int = 640) -> None:
    """Draw one KPI on tiles without a control: wards, or districts on a phone."""
    whole = page.result(code)
    districts = page.phone and not page.chosen.districts
    found = page.results_by(code, *_map_columns(districts))
    drawn = maps.draw_tile_map(
        found,
        figures.load_tile_grid(),
        page.language,
        districts=districts,
        wide=page.chart_width(wide),
    )
    with open_card(
        page,
        map_finding(page, code),
        scope_line(page, whole),
        *list_sources(page, whole),
        figure=code,
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key=key)


def _map_columns(districts: bool) -> tuple[str, ...]:
    return ("district",) if districts else ("district", "ward")


@cached_chart
def _draw_map(page: PageContext, look: str) -> ChartWithTable:
    """Draw the chosen KPI on tiles: "wards", "districts" or the "inner" city."""
    found = page.results_by(page.chosen.kpi, *_map_columns(look == "districts"))
    if look == "inner":
        found, _ = _split_inner_outer(page, found)
    return maps.draw_tile_map(
        found,
        figures.load_tile_grid(),
        page.language,
        districts=look == "districts",
        wide=page.chart_width(640),
    )


@cached_chart
def _draw_boundaries(page: PageContext, address: str) -> ChartWithTable:
    """Draw the chosen wards on the boundaries kept under `address`."""
    outline = boundaries.load_outline()
    places = figures.load_places(page.key, page.chosen.period)
    if outline is None or outline.address != address:
        return _draw_map(page, "wards")
    if page.chosen.districts:
        places = places.filter(places["district_code"].is_in(page.chosen.districts))
    if page.chosen.wards:
        places = places.filter(places["code"].is_in(page.chosen.wards))
    found = page.results_by(page.chosen.kpi, "district", "ward")
    return maps.draw_boundary_map(found, places, outline, page.language, wide=page.chart_width(640))


def choose_map_view(page: PageContext, *, boundaries: bool = False) -> str:
    """Draw the control of the map's views, as far as the selection leaves any; return the view.

    It is "wards", "districts", "inner" or "boundaries"; phones begin with districts.
    """
    offered = ["wards"]
    if len(page.chosen.districts) != 1:
        offered.append("districts")
    if not page.chosen.districts:
        offered.append("inner")
    if boundaries:
        offered.append("boundaries")
    if len(offered) == 1:
        return offered[0]
    names = page.translate_by_name("map.", offered)
    start = "districts" if page.phone else "wards"
    return filters.card_control("map", names, start, page.translate("map.look"))


@cached_chart
def map_finding(page: PageContext, code: str) -> str:
    """Return a rate inside and outside the inner city, or the place that has the most."""
    kpi, level = definition(code), page.level
    found = page.results_by(kpi.code, level)
    if level == "district":
        inner, outer = _split_inner_outer(page, found)
        title = headlines.inner_outer_title(kpi, inner, outer, page.language)
        if title:
            return title
    marks = sort_descending(points_by_place(found, page.language, column=level))
    return headlines.places_title(kpi, marks, level, page.language)


def _split_inner_outer(
    page: PageContext, found: list[KpiResult]
) -> tuple[list[KpiResult], list[KpiResult]]:
    """Split results by district into those inside and those outside the inner city."""
    codes = figures.inner_districts(page.key, page.chosen.period)
    inner: list[KpiResult] = []
    outer: list[KpiResult] = []
    for result in found:
        if result.at["district"] in codes:
            inner.append(result)
        else:
            outer.append(result)
    return inner, outer


@cached_card
def trend_card(
    page: PageContext, code: str = "", *, key: str = "trend", height: int = 260, wide: int = 480
) -> None:
    """Draw one KPI by quarter, from a little before the period to its end.

    Rates and stocks are a line, other counts are columns.
    """
    code = code or page.chosen.kpi
    whole = page.result(code)
    marks, title = quarterly_points(page, code)
    under = page.translate(
        "scope.quarters", named=name_with_unit(whole.kpi, page.language), place=page.place
    )
    wide = page.chart_width(wide)
    foot = page.event_text(*mark_codes(marks)), *list_sources(page, whole)
    with open_card(page, title, under, *foot, figure=code) as face:
        if whole.kpi.denominator or comparison.is_stock(whole.kpi):
            figure = charts.draw_line(marks, axis_formatter(page, whole), height=height, wide=wide)
        else:
            figure = charts.draw_columns(marks, height=height, wide=wide)
        table = points_table(
            marks,
            page.translate("column.period"),
            whole.kpi.label.of(page.language),
            coverage=page.translate("column.coverage"),
            exactness=page.translate("geography.column"),
        )
        drawn = page.mark_events(ChartWithTable(figure, title, table), marks)
        face.show_chart(drawn.figure, title, drawn.table, key=key)


def quarterly_points(page: PageContext, code: str) -> tuple[list[DataPoint], str]:
    """Return a KPI's data points by quarter, and the sentence about the last."""
    oldest = figures.first_quarter(page.key)
    period = comparison.trend_quarters(page.chosen.period, oldest)
    found = sorted(
        page.results_by(code, "period", period=period),
        key=lambda a: parse_period(str(a.at["period"])).first.index,
    )
    marks = points_over_time(found, page.language)
    return marks, headlines.trend_title(found, page.language)


def axis_formatter(page: PageContext, a: KpiResult) -> Callable[[float], str]:
    """Return the function that writes this KPI's values on an axis."""
    sign = f"{numbers.NBSP}%" if a.kpi.unit == "percent" else ""
    return lambda value: numbers.format_trimmed(value, page.language, 3) + sign


def bar_card(page: PageContext, code: str = "", *, key: str = "bars", most: int = BARS) -> None:
    """Draw one KPI by ward of the chosen districts, or by district; a click on a bar goes there."""
    code = code or page.chosen.kpi
    whole = page.result(code)
    drawn, rest = _draw_bars(page, code, most)
    with open_card(
        page, drawn.alt, scope_line(page, whole), rest, *list_sources(page, whole), figure=code
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key=key, pick=True)


@cached_chart
def _draw_bars(page: PageContext, code: str, most: int) -> tuple[ChartWithTable, str]:
    """Return the bars, and the note that says how many places stand only in the table."""
    whole, level = page.result(code), page.level
    found = page.results_by(code, level)
    marks = sort_descending(points_by_place(found, page.language, column=level))
    # What belongs to no one unit of a geography is a row of the table and no place to rank.
    places = [mark for mark in marks if mark.code]
    title = headlines.places_title(whole.kpi, places, level, page.language)
    # NOTE: one or two more are drawn: a note would take as much room.
    if len(places) <= most + 2:
        most = len(places)
    note, shown = "", places
    if len(places) > most:
        shown = select_both_ends(places, most)
        half = most // 2
        values = {"n": most - half, "m": half, "whole": len(places)}
        key = "card.first_of"
        if len(shown) < most:
            key, values = "card.known_of", {"n": len(shown), "whole": len(places)}
        note = page.translate(key, **values) if shown else ""
    mean = whole.value if whole.kpi.denominator and whole.is_known else None
    mean_text = page.translate("card.mean", value=whole.format_value(page.language))
    figure = charts.draw_bars(shown, mean=mean, mean_text=mean_text)
    label = whole.kpi.label.of(page.language)
    table = points_table(
        marks,
        page.translate(f"column.{level}"),
        label,
        coverage=page.translate("column.coverage"),
        exactness=page.translate("geography.column"),
    )
    return ChartWithTable(figure, title, table), note
