"""Collect what one run has put on the page: its finding, its cards with tables, its figures.

It is kept so that the page can be exported as the reader sees it. A card replayed from the cache
hands in what it put there when it was drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class CardTable:
    """The table of a chart, or one that stands on the card itself.

    The first `words` columns hold no numbers.
    """

    frame: pl.DataFrame
    alt: str
    words: int = 1
    #: The key of the picture it belongs to; empty for a table that is on the page already.
    picture: str = ""


@dataclass(frozen=True)
class CardContent:
    """One card as it can be exported."""

    title: str
    unit: str
    foot: str
    tables: tuple[CardTable, ...] = ()
    #: The figure that the card shows, to look at its sources; empty when it shows several.
    figure: str = ""


@dataclass
class PageContent:
    """The cards of a page, or of one function that was kept in the cache."""

    view: str = ""
    title: str = ""
    scope: str = ""
    cards: list[CardContent] = field(default_factory=list)
    #: Codes of KPIs in the order they were asked for.
    codes: dict[str, None] = field(default_factory=dict)
    #: Tables of the card that is being drawn.
    open: list[CardTable] = field(default_factory=list)
    #: Does the page follow the reader's choice of units?
    in_geography: bool = False
    #: Does the page follow the day that the reader looks back to?
    follows_day: bool = False
    #: Does whoever draws here already stand inside a card's border?
    framed: bool = False

    def add(self, other: "PageContent") -> None:
        """Add what a function has put on the page."""
        self.title, self.scope = other.title or self.title, other.scope or self.scope
        self.cards += other.cards
        self.codes.update(other.codes)


_now: ContextVar[PageContent | None] = ContextVar("lot", default=None)


def start_page(view: str, *, in_geography: bool = False, follows_day: bool = False) -> PageContent:
    """Begin a run of the page `view`, with nothing on it yet."""
    content = PageContent(view, in_geography=in_geography, follows_day=follows_day)
    _now.set(content)
    return content


def current_content() -> PageContent:
    """Return what stands on the page so far."""
    return _now.get() or start_page("")


@contextmanager
def separate_content(*, framed: bool) -> Iterator[PageContent]:
    """Collect everything that is drawn meanwhile apart from the page."""
    content = PageContent(framed=framed)
    token = _now.set(content)
    try:
        yield content
    finally:
        _now.reset(token)
