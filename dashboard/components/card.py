"""The frame of every card: finding, unit and scope, control, picture, source and coverage; and its table on demand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from typing import Any

import polars as pl
import streamlit as st

from dashboard import filters
from dashboard.components import export_menu, page_content
from dashboard.components.page_content import CardContent, CardTable, PageContent
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from dashboard.queries.cache import cached
from dashboard.session import is_print_view
from dashboard.streamlit_adapter import DeltaGenerator, PrebuiltFigure
from pipelines.present.charts.figure import CONFIG, Figure
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.text import no_break

#: Rows of a table on paper, or what the card shows when that is more (or few); all of them are in the files.
PAPER_ROWS, SHORT = 30, 8
#: Pixels of a row, of the highest beside a longer picture (so that it leaves no hole), and of one with three lines.
#: NOTE: words of a cell go on in the next line only in rows of more than 64 pixels.
ROW, AIRY, TALL = 36, 44, 66
#: Pixels of a picture that grows with its card.
LOW = 160
#: Draws once what is clickable and so cannot be replayed: the picture is kept and handed out, nobody changes it.
cached_chart = cached(200)


def small_text(text: str) -> None:
    """Small grey words, dark enough to read (captions are not)."""
    st.markdown(grey_text(text))


def grey_text(text: str) -> str:
    return f":small[:gray[{keep_together(text)}]]" if text else ""


def keep_together(text: str) -> str:
    """Text as it is, with no line ending inside a word or between a number and its unit."""
    return escape_markdown(no_break(text))


def show_heading(finding: str, scope: str) -> None:
    """The page's own finding and what it is about."""
    page_content.current_content().title, page_content.current_content().scope = finding, scope
    st.title(keep_together(finding.removesuffix(".")), anchor=False)
    small_text(scope)


def cached_card(draw: Callable[..., None]) -> Callable[..., None]:
    """Replays what `draw` put on the page without asking, drawing or sending it anew.

    Everything it decorates takes a Page, whose build and scope are part of the cache key; what has a widget inside
    cannot be replayed. A function called `…_card` draws one card: its border and its foot, which has widgets, are
    drawn around it in every run.
    """
    framed = draw.__name__.endswith("_card")

    @wraps(draw)
    def collect_card(page: PageContext, *args: object, **more: object) -> PageContent:
        with page_content.separate_content(framed=framed) as drawn:
            draw(page, *args, **more)
        return drawn

    # NOTE: a Page is known by its repr, which names every field: Streamlit's own hash takes twenty times as long.
    # NOTE: `cache_resource` hands out the one Lot where `cache_data` copies its tables at every read.
    cached = st.cache_resource(
        collect_card, show_spinner=False, max_entries=200, hash_funcs={PageContext: repr}
    )

    @wraps(draw)
    def show_card(page: PageContext, *args: object, **more: object) -> None:
        if not framed:
            page_content.current_content().add(cached(page, *args, **more))
            return
        with _bordered_container():
            drawn = cached(page, *args, **more)
            page_content.current_content().add(drawn)
            for card in drawn.cards:
                _show_footer(page, card)

    return show_card


class CardBody:
    """The inside of a card."""

    def __init__(self, page: PageContext) -> None:
        self.page = page

    def show_chart(
        self,
        figure: Figure,
        alt: str,
        table: pl.DataFrame,
        *,
        key: str,
        pick: bool = False,
        grow: bool = True,
    ) -> None:
        """A chart with its text alternative; its table waits behind the card's small button. Nothing to draw: words.

        `pick`: a click on a mark goes to its place; such a card cannot be replayed. `grow`: as tall as the card.
        """
        if not figure["data"]:
            st.markdown(self.page.translate("card.nothing"))
            return
        page_content.current_content().open.append(CardTable(table, alt, picture=key))
        # NOTE: a bar or two would become slabs.
        grow = grow and figure["layout"]["height"] >= LOW
        look = {"height": "stretch" if grow else "content", "config": CONFIG, "alt": alt}
        if pick:
            key = filters.selection_key(key, self.page.chosen)
            look |= {"on_select": partial(filters.pick_mark, key), "selection_mode": "points"}
        st.plotly_chart(PrebuiltFigure(figure), key=key, **look)


def _bordered_container() -> DeltaGenerator:
    return st.container(border=True, height="stretch", gap="xsmall")


@contextmanager
def open_card(page: PageContext, finding: str, unit: str, *foot: str) -> Iterator[CardBody]:
    """A bordered card as tall as its neighbours; `foot` is source, coverage and caveat."""
    drawn = page_content.current_content()
    with nullcontext() if drawn.framed else _bordered_container():
        st.markdown(f"#### {keep_together(finding)}", anchors=False)
        small_text(unit)
        drawn.open.clear()
        yield CardBody(page)
        made = CardContent(finding, unit, " ".join(f for f in foot if f), tuple(drawn.open))
        drawn.cards.append(made)
        if not drawn.framed:
            _show_footer(page, made)


def _show_footer(page: PageContext, made: CardContent) -> None:
    """Source, coverage and caveat; to the right, behind one button, the tables and the files.

    NOTE: what is behind the button is made and sent when it is opened.
    """
    if not made.foot and not made.tables:
        return
    number = len(page_content.current_content().cards)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"foot_{number}"
    ):
        st.markdown(grey_text(made.foot), width="stretch")
        if not made.tables:
            return
        hidden = [t for t in made.tables if t.picture]
        label = page.translate("take.button" if hidden else "take.files")
        behind = st.popover(
            label, type="tertiary", width="content", key=f"take_{number}", on_change="rerun"
        )
    if behind.open:
        with behind:
            for table in hidden:
                show_table(table.frame, table.alt, left=table.words)
            export_menu.card_files(page, number, made)


def show_table(
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
    page_content.current_content().open.append(CardTable(table, alt, left))
    if is_print_view():
        shown = table.head(rows if rows < SHORT else max(rows, PAPER_ROWS))
        st.table(as_markdown(shown), border="horizontal", hide_index=True)
        return
    wide = dict(zip(table.columns, widths, strict=False))
    right = table.columns[left : table.width - last]
    columns = {
        c: st.column_config.TextColumn(
            c, alignment="right" if c in right else "left", width=wide.get(c)
        )
        for c in table.columns
    }
    height = high * min(table.height, rows) + ROW + 2
    shown = {
        "hide_index": True,
        "column_config": columns,
        "height": height,
        "row_height": high,
        "alt": alt,
    }
    if pick is None:
        st.dataframe(table, **shown)
        return
    key, codes = pick
    st.dataframe(
        table,
        **shown,
        key=key,
        on_select=partial(filters.pick_row, key, codes),
        selection_mode="single-row",
    )


def as_markdown(table: pl.DataFrame) -> pl.DataFrame:
    """The table for `st.table`, whose heads and cells are Markdown: everything in it letter by letter."""
    cells = table.with_columns(pl.all().map_elements(escape_markdown, return_dtype=pl.String))
    return cells.rename({head: escape_markdown(head) for head in table.columns})


def show_text_table(table: pl.DataFrame, alt: str, *, left: int = 1, **look: Any) -> None:
    """A table of whole sentences, as long as they are; taken away, they lose their Markdown."""
    page_content.current_content().open.append(
        CardTable(table.with_columns(pl.col(pl.String).str.replace_all(r"\*\*|`", "")), alt, left)
    )
    st.table(table, border="horizontal", hide_index=True, **look)


def source_text(page: PageContext, *forms: str) -> str:
    """Where the figures come from, and that they are invented when they are."""
    named = page.translate(
        "card.source",
        forms=page.translate("card.and").join(page.translate(f"source.{f}") for f in forms),
    )
    return f"{named} {page.translate('card.demo')}" if figures.is_demo(page.key) else named


def show_empty_state(page: PageContext) -> bool:
    """Without a build: say whether there was none or none is whole, and what to do. True when nothing can be shown."""
    if page.is_empty:
        code = figures.find_trouble()
        kind = "empty" if code == "no_build" else "damaged"
        show_heading(page.translate(f"{kind}.title"), page.translate(f"{kind}.why"))
        with st.container(border=True):
            st.markdown(page.markdown(f"{kind}.do", code=code))
    return page.is_empty
