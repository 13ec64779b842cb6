"""The chosen KPI: on the map, over time, and by district or ward."""

from collections.abc import Callable

import streamlit as st

from dashboard import filters
from dashboard.components.card import cached_card, cached_chart, open_card, source_text
from dashboard.components.page_context import PageContext
from dashboard.queries import boundaries, figures
from pipelines.catalog import find_kpi as definition
from pipelines.present import charts
from pipelines.present.chart_data import ChartWithTable, DataPoint, points_table
from pipelines.present.format import numbers, periods
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

#: Districts a bar chart shows before it stops being read; the rest stands in its table.
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
    """What must be said beside the figure, its form, whether it is invented, its coverage."""
    return (
        list_caveats(a.kpi, page.language),
        source_text(page, FORMS.get(a.kpi.story, "B")),
        a.format_coverage(page.language),
    )


def scope_line(page: PageContext, a: KpiResult) -> str:
    """What, in which unit, when and where: the line under a finding."""
    when = headlines.stock_words(a.kpi, page.language, page.period)
    return page.translate(
        "scope.kpi", named=name_with_unit(a.kpi, page.language), period=when, place=page.place
    )


def map_card(page: PageContext) -> None:
    """The chosen KPI on tiles: wards, districts or the inner city; a click on a square goes to its place."""
    whole = page.result(page.chosen.kpi)
    with open_card(
        page,
        map_finding(page, page.chosen.kpi),
        scope_line(page, whole),
        *list_sources(page, whole),
    ) as face:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            outline = boundaries.load_outline()
            look = choose_map_view(page, boundaries=outline is not None)
            filters.kpi_filter(
                page.chosen,
                figures.load_options(page.key),
                lambda c: definition(c).label.of(page.language),
            )
        if outline and look == "boundaries":
            drawn = _draw_boundaries(page, outline.address)
            face.show_chart(drawn.figure, drawn.alt, drawn.table, key="map_boundaries", pick=True)
            return
        drawn = _draw_map(page, look)
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key="map", pick=True)


@cached_card
def place_map_card(page: PageContext, code: str, *, key: str, wide: int = 640) -> None:
    """One KPI on tiles without a control: wards, or districts on a phone."""
    whole, districts = page.result(code), page.phone and not page.chosen.districts
    found = page.results_by(code, *(("district",) if districts else ("district", "ward")))
    drawn = maps.draw_tile_map(
        found,
        figures.load_tile_grid(),
        page.language,
        districts=districts,
        wide=page.chart_width(wide),
    )
    with open_card(
        page, map_finding(page, code), scope_line(page, whole), *list_sources(page, whole)
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key=key)


@cached_chart
def _draw_map(page: PageContext, look: str) -> ChartWithTable:
    found = page.results_by(
        page.chosen.kpi, *(("district",) if look == "districts" else ("district", "ward"))
    )
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
    """The chosen wards on the boundaries kept under `address`."""
    outline, places = boundaries.load_outline(), figures.load_places(page.key)
    if outline is None or outline.address != address:
        return _draw_map(page, "wards")
    if page.chosen.districts:
        places = places.filter(places["district_code"].is_in(page.chosen.districts))
    if page.chosen.wards:
        places = places.filter(places["code"].is_in(page.chosen.wards))
    found = page.results_by(page.chosen.kpi, "district", "ward")
    return maps.draw_boundary_map(found, places, outline, page.language, wide=page.chart_width(640))


def choose_map_view(page: PageContext, *, boundaries: bool = False) -> str:
    """Wards, districts, the inner city or boundaries, as far as the choice leaves them; phones begin with districts."""
    many = len(page.chosen.districts)
    offered: tuple[str, ...] = {0: ("wards", "districts", "inner"), 1: ("wards",)}.get(
        many, ("wards", "districts")
    )
    offered += ("boundaries",) if boundaries else ()
    if len(offered) == 1:
        return offered[0]
    looks = {look: page.translate(f"map.{look}") for look in offered}
    return filters.card_control(
        "map", looks, "districts" if page.phone else "wards", page.translate("map.look")
    )


@cached_chart
def map_finding(page: PageContext, code: str) -> str:
    """A rate inside and outside the inner city, or the place that has the most."""
    kpi, level = definition(code), page.level
    found = page.results_by(kpi.code, level)
    both = (
        headlines.inner_outer_title(kpi, *_split_inner_outer(page, found), page.language)
        if level == "district"
        else None
    )
    return both or headlines.places_title(
        kpi,
        sort_descending(points_by_place(found, page.language, column=level)),
        level,
        page.language,
    )


def _split_inner_outer(
    page: PageContext, found: list[KpiResult]
) -> tuple[list[KpiResult], list[KpiResult]]:
    """Answers inside and outside the inner city."""
    inner = figures.inner_districts(page.key)
    return [a for a in found if a.at["district"] in inner], [
        a for a in found if a.at["district"] not in inner
    ]


@cached_card
def trend_card(
    page: PageContext, code: str = "", *, key: str = "trend", height: int = 260, wide: int = 480
) -> None:
    """One KPI by quarter, from a little before the period to its end: a line for rates and stocks, else columns."""
    code = code or page.chosen.kpi
    whole = page.result(code)
    marks, title = quarterly_points(page, code)
    under = page.translate(
        "scope.quarters", named=name_with_unit(whole.kpi, page.language), place=page.place
    )
    wide = page.chart_width(wide)
    with open_card(page, title, under, *list_sources(page, whole)) as face:
        if whole.kpi.denominator or comparison.is_stock(whole.kpi):
            figure = charts.draw_line(marks, axis_formatter(page, whole), height=height, wide=wide)
        else:
            figure = charts.draw_columns(marks, height=height, wide=wide)
        table = points_table(
            marks, page.translate("column.period"), whole.kpi.label.of(page.language)
        )
        face.show_chart(figure, title, table, key=key)


def quarterly_points(page: PageContext, code: str) -> tuple[list[DataPoint], str]:
    """The marks of a KPI by quarter and the sentence about its ends."""
    period = comparison.trend_quarters(page.chosen.period, figures.first_quarter(page.key))
    found = sorted(
        page.results_by(code, "period", period=period),
        key=lambda a: parse_period(str(a.at["period"])).first.index,
    )
    marks = points_over_time(found, page.language)
    known = [m for m in marks if m.value is not None]
    ends = (
        [periods.format_period(known[i].code, page.language) for i in (0, -1)]
        if known
        else ["", ""]
    )
    return marks, headlines.trend_title(found, *ends, page.language)


def axis_formatter(page: PageContext, a: KpiResult) -> Callable[[float], str]:
    """How values of this KPI are written on an axis."""
    sign = f"{numbers.NBSP}%" if a.kpi.unit == "percent" else ""
    return lambda value: numbers.format_trimmed(value, page.language, 3) + sign


def bar_card(page: PageContext, code: str = "", *, key: str = "bars", most: int = BARS) -> None:
    """One KPI by ward of the chosen districts, or by district; a click on a bar goes to its place."""
    code = code or page.chosen.kpi
    whole = page.result(code)
    drawn, rest = _draw_bars(page, code, most)
    with open_card(
        page, drawn.alt, scope_line(page, whole), rest, *list_sources(page, whole)
    ) as face:
        face.show_chart(drawn.figure, drawn.alt, drawn.table, key=key, pick=True)


@cached_chart
def _draw_bars(page: PageContext, code: str, most: int) -> tuple[ChartWithTable, str]:
    """The bars, and how many places are left to the table."""
    whole, level = page.result(code), page.level
    marks = sort_descending(
        points_by_place(page.results_by(code, level), page.language, column=level)
    )
    title = headlines.places_title(whole.kpi, marks, level, page.language)
    most = most if len(marks) > most + 2 else len(marks)
    rest = page.translate("card.first_of", n=most, whole=len(marks)) if len(marks) > most else ""
    mean = whole.value if whole.kpi.denominator and whole.is_known else None
    figure = charts.draw_bars(
        marks[:most],
        mean=mean,
        mean_text=page.translate("card.mean", value=whole.format_value(page.language)),
    )
    return ChartWithTable(
        figure,
        title,
        points_table(marks, page.translate(f"column.{level}"), whole.kpi.label.of(page.language)),
    ), rest
