"""Places compared fairly: the funnel, ranks as far as they go, small pictures, a few side by side, growth in parts."""

from dataclasses import replace
from typing import TypeVar

import streamlit as st

from dashboard import data, filters
from dashboard.cards import card as frame
from dashboard.cards.card import AIRY, ROW, card, kept, replayed, sheet
from dashboard.cards.changes import scope
from dashboard.cards.kpi import sources
from dashboard.cards.page import Page, told
from pipelines.catalog import kpi as definition
from pipelines.kpi import Fair
from pipelines.present import beside, compare, fairness, growing
from pipelines.present.answers import Answer, answers, named
from pipelines.present.marks import Picture

T = TypeVar("T")
#: Pixels of the columns: rank, place, value, base, interval, possible ranks, group.
WIDTHS = (60, 190, 110, 150, 150, 130, 190)
NARROW = (52, 104, 72, 110, 100, 90, 150)
#: How many places stand side by side.
FEWEST, MOST = 2, 6
#: How many of those that differ most, when none were chosen: they fit beside the ranking with whole names.
STRIKING = 3
#: Pixels of the figures' names, of those beside more than FULL columns of places, and of such a column.
NAME, SHORT, COLUMN, FULL = 296, 216, 78, 4
#: Pixels that the longer words around the ranking take.
WORDS = 80


def heading(page: Page) -> None:
    """How many places differ by more than chance."""
    frame.heading(fairness.finding(_fair(page, page.level), page.level, page.language), scope(page))


def controls(page: Page) -> str:
    """The figure compared, and the level: districts or wards."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        filters.kpi(page.chosen, data.offer(page.key), lambda c: definition(c).label.of(page.language))
        if page.chosen.districts:
            return "ward"
        levels = {level: page.say(f"column.{level}") for level in ("district", "ward")}
        return filters.look("fair_level", levels, "district", page.say("fair.look"))


def _fair(page: Page, level: str) -> Fair:
    places = page.chosen.districts if page.chosen.districts else ()
    return data.fair(page.key, page.chosen.kpi, level, page.chosen.period, places)


def _words(page: Page, key: str) -> str:
    kpi = definition(page.chosen.kpi)
    words = {"kpi": kpi.label.of(page.language), "named": named(kpi, page.language)}
    return page.say(key, **words, period=page.period, place=page.place)


@kept
def _funnel(page: Page, level: str) -> Picture:
    return fairness.funnel(_fair(page, level), level, page.language)


@kept
def _whiskers(page: Page, level: str) -> Picture:
    return fairness.whiskers(_fair(page, level), level, page.language, left=96 if page.phone else 130)


def funnel_card(page: Page, level: str) -> None:
    """Every place by its base and value inside the limits of chance; a click goes to the place."""
    found = _fair(page, level)
    drawn = _funnel(page, level)
    foot = *fairness.notes(found, page.language), *sources(page, page.figure(page.chosen.kpi))
    with card(page, drawn.alt, _words(page, "fair.funnel_unit"), *foot) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="funnel", pick=True)


def rank_picture(page: Page, level: str) -> bool:
    """Values with their intervals, highest first; False where there are too many places to draw."""
    return bool(_whiskers(page, level).figure["data"])


def rank_card(page: Page, level: str) -> None:
    """Values with their intervals, highest first; a click goes to the place."""
    drawn = _whiskers(page, level)
    foot = page.say("fair.ranks_foot"), *sources(page, page.figure(page.chosen.kpi))
    with card(page, drawn.alt, _words(page, "fair.ranks_unit"), *foot) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="ranks", pick=True)


def table_card(page: Page, level: str) -> None:
    """Ranks with the ranks each place may have; picking a row goes to its place."""
    found = _fair(page, level)
    title = page.say("fair.table")
    with card(page, title, _words(page, "fair.ranks_unit"), page.say("fair.table_foot")):
        codes = tuple(fairness.codes(found, level))
        table = fairness.ranks(found, level, page.language)
        sheet(table, title, rows=12, left=2, last=1, widths=NARROW if page.phone else WIDTHS, pick=("rank_rows", codes))


@replayed
def trend_card(page: Page) -> None:
    """A trend mark where five annual points allow it, else the reason in a sentence."""
    told = data.trend(page.key, page.chosen.kpi, page.chosen.places)
    with card(page, page.say("trend.title"), fairness.trend(told, definition(page.chosen.kpi), page.language)):
        pass


@kept
def _small(page: Page) -> Picture:
    level, code = page.level, page.chosen.kpi
    period = compare.trail(page.chosen.period, data.first_quarter(page.key))
    around = page.chosen.districts
    found = answers(data.figures(page.key, (code,), (level, "period"), period, around), code)
    whole = answers(data.figures(page.key, (code,), ("period",), period, around), code)
    return beside.small(found, whole, level, page.language, wide=page.wide(1080))


def small_card(page: Page) -> None:
    """Every place by quarter on one scale; a click goes to the place."""
    drawn, code = _small(page), page.chosen.kpi
    grey = page.say("beside.small_grey") if definition(code).denominator else ""
    foot = grey, *sources(page, page.figure(code))
    with card(page, _words(page, "beside.small"), _words(page, "beside.small_unit"), *foot) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="small", pick=True)


@replayed
def beside_card(page: Page, level: str) -> None:
    """Two to six places figure by figure with the city: the chosen ones, else those that differ most."""
    chosen = page.chosen.wards or page.chosen.districts
    own = FEWEST <= len(chosen) <= MOST
    shown = chosen if own else fairness.striking(_fair(page, level), level, STRIKING)
    if len(shown) < FEWEST:
        with card(page, page.say("beside.none"), page.say("beside.none_do")):
            return
    columns = [(page.say("beside.city"), _own(page, ()))]
    columns += [(name, _own(page, (code,))) for name, code in zip(data.names(page.key, shown), shown, strict=True)]
    title = page.say("beside.title", n=len(shown))
    foot = "" if own else page.say("beside.picked"), frame.source(page, "A", "B", "C")
    with card(page, title, page.say("beside.unit", period=page.period), *foot):
        wide = 185 if page.phone else NAME if len(columns) <= FULL else SHORT
        table = beside.table(distinct(columns), page.language)
        sheet(table, title, rows=20, high=_high(page, level, table.height), widths=(wide, *(COLUMN,) * len(columns)))


def _high(page: Page, level: str, rows: int) -> int:
    """Pixels of a row with which a table of so many is about as long as the ranking it stands beside."""
    beside_it = _whiskers(page, level).figure["layout"].get("height", 0)
    return max(ROW, min(AIRY, round((beside_it + WORDS) / (rows + 1)) if beside_it else ROW))


def distinct(columns: list[tuple[str, T]]) -> list[tuple[str, T]]:
    """Names that places share are numbered: a table's columns may not."""
    names = [name for name, _ in columns]
    return [(name if names.count(name) == 1 else f"{name} ({i + 1})", held) for i, (name, held) in enumerate(columns)]


def _own(page: Page, places: tuple[str, ...]) -> dict[str, Answer]:
    return told(page.key, beside.CODES, page.chosen.period, places)


@replayed
def growth_card(page: Page) -> None:
    """Raw change beside the change of those counted both times; the parts add up to the whole."""
    kpi = definition(page.chosen.kpi)
    code = kpi.code if kpi.kind == "sum" else kpi.numerator
    pair = compare.previous(kpi, page.chosen.period)
    found = data.like_for_like(page.key, code, pair.now.code, pair.before.code, page.chosen.places)
    if found.is_empty():
        with card(page, page.say("growth.refused"), ""):
            return
    counted = replace(kpi, label=fairness.counted(kpi), unit=fairness.counted_unit(kpi))
    drawn = growing.picture(found, counted, pair, page.language)
    unit = growing.about(counted, pair, page.place, page.language)
    only = "" if kpi.kind == "sum" else page.say("growth.only_counts")
    with card(page, drawn.alt, unit, growing.rates(found, page.language), only, frame.source(page, "A", "B")) as face:
        face.picture(drawn.figure, drawn.alt, drawn.table, key="growth")
