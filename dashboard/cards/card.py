"""The frame of every card: finding, unit and scope, control, picture, source and coverage; and its table on demand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import data, filters
from dashboard.cards import lot, take
from dashboard.cards.lot import Card, Lot, Table
from dashboard.cards.page import Page
from dashboard.cards.ready import Ready
from dashboard.memory import on_paper
from dashboard.remembered import remembered
from pipelines.present.breaks import together
from pipelines.present.charts.frame import CONFIG, Figure
from pipelines.present.plain import plain

#: Rows of a table on paper, or what the card shows when that is more (or few); all of them are in the files.
PAPER_ROWS, SHORT = 30, 8
#: Pixels of a row, of the highest beside a longer picture (so that it leaves no hole), and of one with three lines.
#: NOTE: words of a cell go on in the next line only in rows of more than 64 pixels.
ROW, AIRY, TALL = 36, 44, 66
#: Pixels of a picture that grows with its card.
LOW = 160
#: Draws once what is clickable and so cannot be replayed: the picture is kept and handed out, nobody changes it.
kept = remembered(200)


def small(text: str) -> None:
    """Small grey words, dark enough to read (captions are not)."""
    st.markdown(grey(text))


def grey(text: str) -> str:
    return f":small[:gray[{whole(text)}]]" if text else ""


def whole(text: str) -> str:
    """Text as it is, with no line ending inside a word or between a number and its unit."""
    return plain(together(text))


def heading(finding: str, scope: str) -> None:
    """The page's own finding and what it is about."""
    lot.now().title, lot.now().scope = finding, scope
    st.title(whole(finding.removesuffix(".")), anchor=False)
    small(scope)


def replayed(draw: Callable[..., None]) -> Callable[..., None]:
    """Replays what `draw` put on the page without asking, drawing or sending it anew.

    Everything it decorates takes a Page, whose build and scope are part of the cache key; what has a widget inside
    cannot be replayed. A function called `…_card` draws one card: its border and its foot, which has widgets, are
    drawn around it in every run.
    """
    framed = draw.__name__.endswith("_card")

    @wraps(draw)
    def collected(page: Page, *args: object, **more: object) -> Lot:
        with lot.apart(framed=framed) as drawn:
            draw(page, *args, **more)
        return drawn

    # NOTE: a Page is known by its repr, which names every field: Streamlit's own hash takes twenty times as long.
    # NOTE: `cache_resource` hands out the one Lot where `cache_data` copies its tables at every read.
    cached = st.cache_resource(collected, show_spinner=False, max_entries=200, hash_funcs={Page: repr})

    @wraps(draw)
    def shown(page: Page, *args: object, **more: object) -> None:
        if not framed:
            lot.now().take(cached(page, *args, **more))
            return
        with _border():
            drawn = cached(page, *args, **more)
            lot.now().take(drawn)
            for card in drawn.cards:
                _foot(page, card)

    return shown


class Face:
    """The inside of a card."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def picture(
        self, figure: Figure, alt: str, table: pl.DataFrame, *, key: str, pick: bool = False, grow: bool = True
    ) -> None:
        """A chart with its text alternative; its table waits behind the card's small button. Nothing to draw: words.

        `pick`: a click on a mark goes to its place; such a card cannot be replayed. `grow`: as tall as the card.
        """
        if not figure["data"]:
            st.markdown(self.page.say("card.nothing"))
            return
        lot.now().open.append(Table(table, alt, picture=key))
        # NOTE: a bar or two would become slabs.
        grow = grow and figure["layout"]["height"] >= LOW
        look = {"height": "stretch" if grow else "content", "config": CONFIG, "alt": alt}
        if pick:
            key = filters.here(key, self.page.chosen)
            look |= {"on_select": partial(filters.pick_mark, key), "selection_mode": "points"}
        st.plotly_chart(Ready(figure), key=key, **look)


def _border() -> DeltaGenerator:
    return st.container(border=True, height="stretch", gap="xsmall")


@contextmanager
def card(page: Page, finding: str, unit: str, *foot: str) -> Iterator[Face]:
    """A bordered card as tall as its neighbours; `foot` is source, coverage and caveat."""
    drawn = lot.now()
    with nullcontext() if drawn.framed else _border():
        st.markdown(f"#### {whole(finding)}", anchors=False)
        small(unit)
        drawn.open.clear()
        yield Face(page)
        made = Card(finding, unit, " ".join(f for f in foot if f), tuple(drawn.open))
        drawn.cards.append(made)
        if not drawn.framed:
            _foot(page, made)


def _foot(page: Page, made: Card) -> None:
    """Source, coverage and caveat; to the right, behind one button, the tables and the files.

    NOTE: what is behind the button is made and sent when it is opened.
    """
    if not made.foot and not made.tables:
        return
    number = len(lot.now().cards)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"foot_{number}"):
        st.markdown(grey(made.foot), width="stretch")
        if not made.tables:
            return
        hidden = [t for t in made.tables if t.picture]
        label = page.say("take.button" if hidden else "take.files")
        behind = st.popover(label, type="tertiary", width="content", key=f"take_{number}", on_change="rerun")
    if behind.open:
        with behind:
            for table in hidden:
                sheet(table.frame, table.alt, left=table.words)
            take.files(page, number, made)


def sheet(
    table: pl.DataFrame,
    alt: str,
    *,
    rows: int = 12,
    left: int = 1,
    last: int = 0,
    high: int = ROW,
    widths: tuple[int, ...] = (),
    pick: tuple[str, tuple[str, ...]] | None = None,
) -> None:
    """A table of formatted text: the first `left` and `last` columns to the left, numbers between to the right.

    `widths` in pixels, a row `high` as many; `pick` is a key and the rows' codes: picking a row goes there.
    """
    lot.now().open.append(Table(table, alt, left))
    if on_paper():
        shown = table.head(rows if rows < SHORT else max(rows, PAPER_ROWS))
        st.table(as_markdown(shown), border="horizontal", hide_index=True)
        return
    wide = dict(zip(table.columns, widths, strict=False))
    right = table.columns[left : table.width - last]
    columns = {
        c: st.column_config.TextColumn(c, alignment="right" if c in right else "left", width=wide.get(c))
        for c in table.columns
    }
    height = high * min(table.height, rows) + ROW + 2
    shown = {"hide_index": True, "column_config": columns, "height": height, "row_height": high, "alt": alt}
    if pick is None:
        st.dataframe(table, **shown)
        return
    key, codes = pick
    st.dataframe(table, **shown, key=key, on_select=partial(filters.pick_row, key, codes), selection_mode="single-row")


def as_markdown(table: pl.DataFrame) -> pl.DataFrame:
    """The table for `st.table`, whose heads and cells are Markdown: everything in it letter by letter."""
    cells = table.with_columns(pl.all().map_elements(plain, return_dtype=pl.String))
    return cells.rename({head: plain(head) for head in table.columns})


def prose(table: pl.DataFrame, alt: str, *, left: int = 1, **look: Any) -> None:
    """A table of whole sentences, as long as they are; taken away, they lose their Markdown."""
    lot.now().open.append(Table(table.with_columns(pl.col(pl.String).str.replace_all(r"\*\*|`", "")), alt, left))
    st.table(table, border="horizontal", hide_index=True, **look)


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
            st.markdown(page.markdown(f"{kind}.do", code=code))
    return page.empty
