"""The chosen KPI: on the map, over time, and by district or ward."""

from collections.abc import Callable

import streamlit as st

from dashboard import boundaries, data, filters
from dashboard.cards.card import card, kept, replayed, source
from dashboard.cards.page import Page
from pipelines.catalog import kpi as definition
from pipelines.present import charts, compare, display, findings, mapping, spans
from pipelines.present.answers import Answer, by_place, caveats, named, over_time, ranked
from pipelines.present.marks import Mark, Picture, listing
from pipelines.reference.periods import parse

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


def sources(page: Page, a: Answer) -> tuple[str, str, str]:
    """What must be said beside the figure, its form, whether it is invented, its coverage."""
    return caveats(a.kpi, page.language), source(page, FORMS.get(a.kpi.story, "B")), a.coverage(page.language)


def scope(page: Page, a: Answer) -> str:
    """What, in which unit, when and where: the line under a finding."""
    when = findings.stock_words(a.kpi, page.language, page.period)
    return page.say("scope.kpi", named=named(a.kpi, page.language), period=when, place=page.place)


def map_card(page: Page) -> None:
    """The chosen KPI on tiles: wards, districts or the inner city; a click on a square goes to its place."""
    whole = page.figure(page.chosen.kpi)
    with card(page, map_finding(page, page.chosen.kpi), scope(page, whole), *sources(page, whole)) as face:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            outline = boundaries.outline()
            look = map_look(page, boundaries=outline is not None)
            filters.kpi(page.chosen, data.offer(page.key), lambda c: definition(c).label.of(page.language))
        if outline and look == "boundaries":
            drawn = _regions(page, outline.address)
            face.picture(drawn.figure, drawn.alt, drawn.table, key="map_boundaries", pick=True)
            return
        drawn = _map(page, look)
        face.picture(drawn.figure, drawn.alt, drawn.table, key="map", pick=True)


@replayed
def place_map_card(page: Page, code: str, *, key: str, wide: int = 640) -> None:
    """One KPI on tiles without a control: wards, or districts on a phone."""
    whole, districts = page.figure(code), page.phone and not page.chosen.districts
    found = page.rows(code, *(("district",) if districts else ("district", "ward")))
    drawn = mapping.tile_map(found, data.grid(), page.language, districts=districts, wide=page.wide(wide))
    with card(page, map_finding(page, code), scope(page, whole), *sources(page, whole)) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key=key)


@kept
def _map(page: Page, look: str) -> Picture:
    found = page.rows(page.chosen.kpi, *(("district",) if look == "districts" else ("district", "ward")))
    if look == "inner":
        found, _ = _sides(page, found)
    return mapping.tile_map(found, data.grid(), page.language, districts=look == "districts", wide=page.wide(640))


@kept
def _regions(page: Page, address: str) -> Picture:
    """The chosen wards on the boundaries kept under `address`."""
    outline, places = boundaries.outline(), data.places(page.key)
    if outline is None or outline.address != address:
        return _map(page, "wards")
    if page.chosen.districts:
        places = places.filter(places["district_code"].is_in(page.chosen.districts))
    if page.chosen.wards:
        places = places.filter(places["code"].is_in(page.chosen.wards))
    found = page.rows(page.chosen.kpi, "district", "ward")
    return mapping.region_map(found, places, outline, page.language, wide=page.wide(640))


def map_look(page: Page, *, boundaries: bool = False) -> str:
    """Wards, districts, the inner city or boundaries, as far as the choice leaves them; phones begin with districts."""
    many = len(page.chosen.districts)
    offered: tuple[str, ...] = {0: ("wards", "districts", "inner"), 1: ("wards",)}.get(many, ("wards", "districts"))
    offered += ("boundaries",) if boundaries else ()
    if len(offered) == 1:
        return offered[0]
    looks = {look: page.say(f"map.{look}") for look in offered}
    return filters.look("map", looks, "districts" if page.phone else "wards", page.say("map.look"))


@kept
def map_finding(page: Page, code: str) -> str:
    """A rate inside and outside the inner city, or the place that has the most."""
    kpi, level = definition(code), page.level
    found = page.rows(kpi.code, level)
    both = findings.inner_outer(kpi, *_sides(page, found), page.language) if level == "district" else None
    return both or findings.places(kpi, ranked(by_place(found, page.language, column=level)), level, page.language)


def _sides(page: Page, found: list[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Answers inside and outside the inner city."""
    inner = data.inner_districts(page.key)
    return [a for a in found if a.at["district"] in inner], [a for a in found if a.at["district"] not in inner]


@replayed
def trend_card(page: Page, code: str = "", *, key: str = "trend", height: int = 260, wide: int = 480) -> None:
    """One KPI by quarter, from a little before the period to its end: a line for rates and stocks, else columns."""
    code = code or page.chosen.kpi
    whole = page.figure(code)
    marks, title = quarters(page, code)
    under = page.say("scope.quarters", named=named(whole.kpi, page.language), place=page.place)
    wide = page.wide(wide)
    with card(page, title, under, *sources(page, whole)) as face:
        if whole.kpi.denominator or compare.is_stock(whole.kpi):
            figure = charts.lines(marks, writer(page, whole), height=height, wide=wide)
        else:
            figure = charts.columns(marks, height=height, wide=wide)
        table = listing(marks, page.say("column.period"), whole.kpi.label.of(page.language))
        face.picture(figure, title, table, key=key)


def quarters(page: Page, code: str) -> tuple[list[Mark], str]:
    """The marks of a KPI by quarter and the sentence about its ends."""
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    found = sorted(page.rows(code, "period", period=period), key=lambda a: parse(str(a.at["period"])).first.index)
    marks = over_time(found, page.language)
    known = [m for m in marks if m.value is not None]
    ends = [spans.span(known[i].code, page.language) for i in (0, -1)] if known else ["", ""]
    return marks, findings.trend(found, *ends, page.language)


def writer(page: Page, a: Answer) -> Callable[[float], str]:
    """How values of this KPI are written on an axis."""
    sign = f"{display.NBSP}%" if a.kpi.unit == "percent" else ""
    return lambda value: display.trimmed(value, page.language, 3) + sign


def bar_card(page: Page, code: str = "", *, key: str = "bars", most: int = BARS) -> None:
    """One KPI by ward of the chosen districts, or by district; a click on a bar goes to its place."""
    code = code or page.chosen.kpi
    whole = page.figure(code)
    drawn, rest = _bars(page, code, most)
    with card(page, drawn.alt, scope(page, whole), rest, *sources(page, whole)) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key=key, pick=True)


@kept
def _bars(page: Page, code: str, most: int) -> tuple[Picture, str]:
    """The bars, and how many places are left to the table."""
    whole, level = page.figure(code), page.level
    marks = ranked(by_place(page.rows(code, level), page.language, column=level))
    title = findings.places(whole.kpi, marks, level, page.language)
    most = most if len(marks) > most + 2 else len(marks)
    rest = page.say("card.first_of", n=most, whole=len(marks)) if len(marks) > most else ""
    mean = whole.value if whole.kpi.denominator and whole.known else None
    figure = charts.bars(marks[:most], mean=mean, mean_text=page.say("card.mean", value=whole.text(page.language)))
    return Picture(figure, title, listing(marks, page.say(f"column.{level}"), whole.kpi.label.of(page.language))), rest
