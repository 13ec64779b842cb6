"""The frame of every card: finding, unit and scope, control, picture, source and coverage; and its table on demand."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import polars as pl
import streamlit as st

from dashboard import data, filters
from dashboard.cards.page import Page
from pipelines.present.charts.frame import CONFIG, Figure
from pipelines.present.plain import plain

#: Replays what a card put on the page without asking, drawing or sending it anew. Every card it decorates takes a
#: Page, whose build and scope are part of the cache key; a card with a widget inside cannot be replayed.
replayed = st.cache_data(show_spinner=False, max_entries=200)

#: Draws once what is clickable and so cannot be replayed: the picture is kept and handed out, nobody changes it.
kept = st.cache_resource(show_spinner=False, max_entries=200)


def small(text: str) -> None:
    """Small grey words, dark enough to read (captions are not)."""
    st.markdown(grey(text))


def grey(text: str) -> str:
    return f":small[:gray[{plain(text)}]]" if text else ""


def heading(finding: str, scope: str) -> None:
    """The page's own finding and what it is about."""
    st.title(plain(finding), anchor=False)
    small(scope)


class Face:
    """The inside of a card: what is drawn on it, and the tables behind it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tables: list[tuple[pl.DataFrame, str]] = []

    def picture(self, figure: Figure, alt: str, table: pl.DataFrame, *, key: str, pick: bool = False) -> None:
        """A chart with its text alternative; its table waits behind the card's small button. Nothing to draw: words.

        `pick`: a click on a mark goes to its place; such a card cannot be replayed.
        """
        if not figure["data"]:
            st.markdown(self.page.say("card.nothing"))
            return
        if pick:
            key = filters.here(key, self.page.chosen)
            picked = partial(filters.pick_mark, key)
            st.plotly_chart(figure, config=CONFIG, alt=alt, key=key, on_select=picked, selection_mode="points")
        else:
            st.plotly_chart(figure, config=CONFIG, alt=alt, key=key)
        self.tables.append((table, alt))

    def foot(self, words: str) -> None:
        """Source, coverage and caveat; to the right the tables, one button for all."""
        if not words and not self.tables:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(grey(words), width="stretch")
            if self.tables:
                with st.popover(self.page.say("card.table"), type="tertiary", width="content"):
                    for table, alt in self.tables:
                        sheet(table, alt)


@contextmanager
def card(page: Page, finding: str, unit: str, *foot: str) -> Iterator[Face]:
    """A bordered card as tall as its neighbours; `foot` is source, coverage and caveat."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"#### {plain(finding)}", anchors=False)
        small(unit)
        face = Face(page)
        yield face
        face.foot(" ".join(f for f in foot if f))


def sheet(
    table: pl.DataFrame,
    alt: str,
    *,
    rows: int = 12,
    left: int = 1,
    last: int = 0,
    widths: tuple[int, ...] = (),
    pick: tuple[str, tuple[str, ...]] | None = None,
) -> None:
    """A table of formatted text: the first `left` and `last` columns to the left, numbers between to the right.

    `widths` in pixels; `pick` is a key and the codes of the rows: picking a row goes to its place.
    """
    wide = dict(zip(table.columns, widths, strict=False))
    right = table.columns[left : table.width - last]
    columns = {
        c: st.column_config.TextColumn(c, alignment="right" if c in right else "left", width=wide.get(c))
        for c in table.columns
    }
    height = 36 * (min(table.height, rows) + 1) + 2
    shown = {"hide_index": True, "column_config": columns, "height": height, "row_height": 36, "alt": alt}
    if pick is None:
        st.dataframe(table, **shown)
        return
    key, codes = pick
    st.dataframe(table, **shown, key=key, on_select=partial(filters.pick_row, key, codes), selection_mode="single-row")


def source(page: Page, *forms: str) -> str:
    """Where the figures come from, and that they are invented when they are."""
    named = page.say("card.source", forms=page.say("card.and").join(page.say(f"source.{f}") for f in forms))
    return f"{named} {page.say('card.demo')}" if data.is_demo(page.key) else named


def empty(page: Page) -> bool:
    """Without a build: say whether there was none or none is whole, and what to do. True when nothing can be shown."""
    if page.empty:
        code = data.trouble()
        kind = "empty" if code == "no_build" else "damaged"
        heading(page.say(f"{kind}.title"), page.say(f"{kind}.why"))
        with st.container(border=True):
            st.markdown(page.say(f"{kind}.do", code=code))
    return page.empty
