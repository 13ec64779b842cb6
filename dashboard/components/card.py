"""Draw the frame of every card: finding, unit and scope, chart, source and coverage.

The tables behind its charts and its files wait behind one button.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial, wraps
from html import escape
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard import filters, saved_views, session, uploads, url_state
from dashboard.components import export_menu, page_content
from dashboard.components.page_content import CardContent, CardTable, PageContent
from dashboard.components.page_context import PageContext
from dashboard.queries import figures
from dashboard.queries.cache import cached
from dashboard.session import is_print_view
from dashboard.streamlit_adapter import DeltaGenerator, PrebuiltFigure
from pipelines.kpi.geography import REPORTED
from pipelines.present.charts.figure import CONFIG, Figure, can_zoom, hold_still
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.numbers import format_number
from pipelines.present.format.text import no_break
from pipelines.present.i18n import translate_each

#: Rows of a table that are printed; a line says how many more are in the files.
PAPER_ROWS = 1_000
#: Pixels of a row, of the highest one beside a longer chart (so that it leaves no hole), and of one
#: with three lines. NOTE: a cell's text is wrapped only in rows of more than 64 pixels.
ROW, AIRY, TALL = 36, 44, 66
#: Pixels of a picture that grows with its card.
LOW = 160
#: Keeps a chart that is clickable and so cannot be replayed as a card; nobody changes what is kept.
cached_chart = cached(200)


def small_text(text: str) -> None:
    """Write small grey text, dark enough to read (captions are not)."""
    st.markdown(grey_text(text))


def grey_text(text: str) -> str:
    return f":small[:gray[{keep_together(text)}]]" if text else ""


def keep_together(text: str) -> str:
    """Return text escaped, with no line break between a number and its unit."""
    return escape_markdown(no_break(text))


def show_heading(finding: str, scope: str) -> None:
    """Write the page's own finding and what it is about."""
    content = page_content.current_content()
    content.title, content.scope = finding, scope
    st.title(keep_together(finding.removesuffix(".")), anchor=False)
    small_text(scope)


def cached_card(draw: Callable[..., None]) -> Callable[..., None]:
    """Replay what `draw` put on the page without asking, drawing or sending it anew.

    Everything it decorates takes a PageContext, whose build and scope are part of the cache key;
    what has a widget inside cannot be replayed. A function called `…_card` draws one card: its
    border and its footer, which has widgets, are drawn around it in every run.
    """
    framed = draw.__name__.endswith("_card")

    @wraps(draw)
    def collect_card(page: PageContext, *args: object, **more: object) -> PageContent:
        with page_content.separate_content(framed=framed) as content:
            draw(page, *args, **more)
        return content

    # NOTE: a PageContext is hashed by its repr, which names every field: Streamlit's own hash takes
    # twenty times as long. `cache_resource` hands out the same PageContent, where `cache_data`
    # would copy its tables at every read.
    replay = st.cache_resource(show_spinner=False, max_entries=200, hash_funcs={PageContext: repr})(
        collect_card
    )

    @wraps(draw)
    def show_card(page: PageContext, *args: object, **more: object) -> None:
        if not framed:
            current = page_content.current_content()
            current.add(replay(page, *args, **more))
            return
        with _bordered_container():
            content = replay(page, *args, **more)
            page_content.current_content().add(content)
            for card in content.cards:
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
        """Draw a chart with its text alternative, or say that there is nothing to draw.

        Its table waits behind the card's button. With `pick` a click on a mark goes to its place;
        such a card cannot be replayed. With `grow` the chart is as tall as the card.
        """
        if not figure["data"] or table.is_empty():
            # NOTE: in the units of one geography a number may be known as a range only.
            is_reported = self.page.key.geography == REPORTED
            key = "card.nothing" if is_reported else "card.no_exact"
            st.markdown(self.page.translate(key))
            return
        page_content.current_content().open.append(CardTable(table, alt, picture=key))
        # NOTE: one or two bars would become slabs.
        can_grow = grow and figure["layout"]["height"] >= LOW
        look: dict[str, Any] = {"config": CONFIG, "alt": alt}
        # NOTE: a finger on a chart scrolls the page.
        figure = hold_still(figure) if self.page.phone else figure
        look["height"] = "stretch" if can_grow else "content"
        if pick:
            key = filters.selection_key(key, self.page.chosen)
            look["on_select"] = partial(filters.pick_mark, key)
            look["selection_mode"] = "points"
        st.plotly_chart(PrebuiltFigure(figure), key=key, **look)
        self._describe_zoom(figure)

    def _describe_zoom(self, figure: Figure) -> None:
        """Say how a chart over time is zoomed, where it can be."""
        if can_zoom(figure) and not is_print_view():
            small_text(self.page.translate("card.zoom"))


def _bordered_container() -> DeltaGenerator:
    return st.container(border=True, height="stretch", gap="xsmall")


@contextmanager
def open_card(
    page: PageContext, finding: str, unit: str, *foot: str, figure: str = ""
) -> Iterator[CardBody]:
    """Draw a bordered card as tall as its neighbours; `foot` is source, coverage and caveat.

    A card of one `figure` leads to its sources.
    """
    content = page_content.current_content()
    with nullcontext() if content.framed else _bordered_container():
        st.markdown(f"#### {keep_together(finding)}", anchors=False)
        small_text(unit)
        content.open.clear()
        yield CardBody(page)
        text = " ".join(filter(None, foot))
        card = CardContent(finding, unit, text, tuple(content.open), figure)
        content.cards.append(card)
        if not content.framed:
            _show_footer(page, card)


def _show_footer(page: PageContext, card: CardContent) -> None:
    """Draw source, coverage and caveat, and to the right the button with tables and files.

    NOTE: what is behind the button is made and sent when it is opened.
    """
    if not card.foot and not card.tables:
        return
    number = len(page_content.current_content().cards)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"foot_{number}"
    ):
        foot = " ".join(filter(None, (page.day_text, card.foot)))
        st.markdown(grey_text(foot), width="stretch")
        if card.figure:
            link_to_sources(page, card.figure)
        if not card.tables:
            return
        hidden = [table for table in card.tables if table.picture]
        label = page.translate("take.button" if hidden else "take.files")
        popover = st.popover(
            label, type="tertiary", width="content", key=f"take_{number}", on_change="rerun"
        )
    if not popover.open:
        return
    with popover:
        for table in hidden:
            show_table(table.frame, table.alt, left=table.words)
        export_menu.card_files(page, number, card)


def link_to_sources(page: PageContext, code: str) -> None:
    """Draw the link from a figure to the returns and cells it comes from."""
    st.page_link(
        "views/lineage.py",
        label=page.translate("lineage.link"),
        query_params={**page.link, "figure": code},
        width="content",
    )


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
    choose: str = "",
    sources: tuple[str, tuple[str, ...], dict[str, str]] | None = None,
) -> int | None:
    """Draw a table of formatted text: its first `left` and `last` columns are aligned to the left.

    Columns between hold numbers and are aligned to the right. `widths` and the height `high` of a
    row are in pixels; `pick` is a key and the rows' codes: picking a row goes to its place. With
    the key `choose` a row can be chosen, whose number is returned. `sources` is a key, the figures
    of the rows and the place of each column: picking a cell leads to the sources of its number.
    """
    page_content.current_content().open.append(CardTable(table, alt, left))
    if is_print_view():
        _hand_to_paper(table)
        return None
    look: dict[str, Any] = {"hide_index": True, "row_height": high, "alt": alt}
    look["column_config"] = column_config(table, left, last, widths)
    look["height"] = high * min(table.height, rows) + ROW + 2
    if pick is not None:
        on_pick = partial(filters.pick_row, *pick)
        look.update(key=pick[0], on_select=on_pick, selection_mode="single-row")
    if sources is not None:
        on_pick = partial(_open_sources, *sources)
        look.update(key=sources[0], on_select=on_pick, selection_mode="single-cell")
    if choose:
        look.update(key=choose, on_select="rerun", selection_mode="single-row")
    chosen = st.dataframe(table, **look)
    _hand_to_paper(table)
    return next(iter(chosen.selection.rows), None) if choose else None


def show_rows(page: PageContext, table: pl.DataFrame, alt: str, left: int = 1) -> None:
    """Draw a table of formatted text, or say that there is nothing to show."""
    if table.height:
        show_table(table, alt, left=left)
    else:
        st.markdown(page.translate("card.nothing"))


def _hand_to_paper(table: pl.DataFrame) -> None:
    """Put the rows on the page as words that paper.js writes out, unseen on the screen.

    NOTE: the grid of a table draws, and so prints, only what is scrolled into sight.
    """
    printed = table.head(PAPER_ROWS)
    rows = [printed.columns, *printed.fill_null("").rows()]
    words = escape(json.dumps(rows, ensure_ascii=False))
    st.html(f'<div class="paper-rows" data-left="{table.height - printed.height}">{words}</div>')


def _open_sources(key: str, codes: tuple[str, ...], places: dict[str, str]) -> None:
    """Lead to the sources of the cell that was picked; other columns lead nowhere."""
    row, column = session.find_picked_cell(key) or (0, "")
    if column not in places:
        return
    place = places[column]
    is_ward = len(place) == filters.WARD
    district, ward = ("", place) if is_ward else (place, "")
    url_state.write_codes(figure=codes[row], district=district, ward=ward)
    saved_views.turn_to("lineage")


def column_config(
    table: pl.DataFrame, left: int, last: int, widths: tuple[int, ...]
) -> dict[str, Any]:
    """Return alignment and width in pixels of every column."""
    numbers = table.columns[left : table.width - last]
    width_of = dict(zip(table.columns, widths, strict=False))
    config: dict[str, Any] = {}
    for column in table.columns:
        alignment: Literal["left", "right"] = "right" if column in numbers else "left"
        config[column] = st.column_config.TextColumn(
            column, alignment=alignment, width=width_of.get(column)
        )
    return config


def as_markdown(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table escaped for `st.table`, whose heads and cells are Markdown."""
    cells = table.with_columns(pl.all().map_elements(escape_markdown, return_dtype=pl.String))
    return cells.rename({head: escape_markdown(head) for head in table.columns})


def show_text_table(table: pl.DataFrame, alt: str, *, left: int = 1, **look: Any) -> None:
    """Draw a table of whole sentences, as long as they are; in files they lose their Markdown."""
    plain = table.with_columns(pl.col(pl.String).str.replace_all(r"\*\*|`", ""))
    page_content.current_content().open.append(CardTable(plain, alt, left))
    st.table(table, border="horizontal", hide_index=True, **look)


def source_text(page: PageContext, *forms: str) -> str:
    """Return where the figures come from, and whether they are invented."""
    names = translate_each("source.", forms, page.language)
    source = page.translate("card.source", forms=page.translate("card.and").join(names))
    if figures.is_demo(page.key):
        return f"{source} {page.translate('card.demo')}"
    return source


def show_empty_state(page: PageContext) -> bool:
    """Say why nothing can be shown and what to do, and return True; False when there is a build."""
    if not page.is_empty:
        return False
    code = figures.find_trouble()
    if code != "no_build":
        show_heading(page.translate("damaged.title"), page.translate("damaged.why"))
        with st.container(border=True):
            st.markdown(page.markdown("damaged.do", code=code))
        return True
    received = uploads.count_received()
    kind = "waiting" if received else "empty"
    count = format_number(received, page.language)
    show_heading(page.translate(f"{kind}.title"), page.translate(f"{kind}.why", n=count))
    with st.container(border=True):
        st.markdown(page.translate(f"{kind}.do"))
        if page.key.scope.role != "public":
            label = page.translate("menu.submit")
            st.page_link("views/submit.py", label=label, icon=":material/arrow_forward:")
        small_text(page.translate(f"{kind}.admin"))
    return True
