"""Taking away: a card's tables and pictures, and the whole page as one workbook; made on the click, written down."""

from collections.abc import Callable

import streamlit as st

from dashboard import access, data
from dashboard.cards import lot
from dashboard.cards.lot import Card, Lot, Table
from dashboard.cards.page import Page, told
from pipelines.output.tables import Sheet, csv_bytes, workbook_bytes
from pipelines.present import compare, taken
from pipelines.present.answers import definition

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
#: The address that static/page.js turns into a file of the picture it names.
PICTURE = "#picture={kind}:{key}"


def files(page: Page, number: int, card: Card) -> None:
    """The files of one card: its tables as a workbook, each as CSV, each picture as PNG and SVG."""
    tables, name = card.tables, file_name(page, lot.now(), number)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        made = _made(page, tables, card)
        access.download("Excel", made, f"{name}.xlsx", XLSX, *_codes(page, "xlsx"), key=f"xlsx_{number}")
        for place, table in enumerate(tables):
            label, part = ("CSV", name) if len(tables) == 1 else (f"CSV {place + 1}", f"{name}-{place + 1}")
            access.download(
                label, _csv(page, table), f"{part}.csv", CSV, *_codes(page, "csv"), key=f"csv_{number}_{place}"
            )
        for table in (t for t in tables if t.picture):
            links = (f"[{kind.upper()}]({PICTURE.format(kind=kind, key=table.picture)})" for kind in ("png", "svg"))
            st.markdown(f"{page.say('take.picture')} {' · '.join(links)}", width="content")


def _made(page: Page, tables: tuple[Table, ...], card: Card) -> Callable[[], bytes]:
    return lambda: workbook_bytes([sheet(page, card, t) for t in tables])


def _csv(page: Page, table: Table) -> Callable[[], bytes]:
    return lambda: csv_bytes(table.frame, page.language, table.words)


def sheet(page: Page, card: Card, table: Table) -> Sheet:
    """One table as a sheet: the card's finding, what and where, the figures as numbers, the card's small print."""
    notes = (card.foot, *_invented(page, card.foot), page.say("take.signs"))
    return Sheet(card.title, table.frame, notes, under=card.unit, figures=page.language, words=table.words)


def _invented(page: Page, told: str = "") -> tuple[str, ...]:
    """That the figures are no real ones, where they are not and nothing has said so yet."""
    words = page.say("card.demo")
    return (words,) if data.is_demo(page.key) and words not in told else ()


def whole(page: Page, drawn: Lot) -> None:
    """The whole page as one workbook, and its form for paper; `drawn` fills while the page is drawn."""
    with st.popover(page.say("take.page"), type="tertiary"):
        st.markdown(page.say("take.page_words"))
        access.download(
            page.say("take.workbook"),
            lambda: workbook(page, drawn),
            f"{file_name(page, drawn)}.xlsx",
            XLSX,
            *_codes(page, "page", drawn.view),
            key="take_page",
        )
        st.markdown(f"[{page.say('take.print')}](#print)")


def workbook(page: Page, drawn: Lot) -> bytes:
    """What the page is about, a sheet a table, what the figures mean, and the returns behind them."""
    cards = [(f"{n} {table.alt}", sheet(page, card, table)) for n, card, table in _tables(drawn)]
    codes = list(drawn.codes)
    behind = [
        ("meanings", taken.meanings(codes, page.language), 6),
        ("coverage", taken.coverage(_told(page, codes), page.language), 2),
    ]
    last = [
        Sheet(page.say(f"take.{name}"), frame, under=drawn.scope, figures=page.language, words=words)
        for name, frame, words in behind
    ]
    return workbook_bytes([_cover(page, drawn), *(_tabbed(tab, s) for tab, s in cards), *last])


def _told(page: Page, codes: list[str]) -> list[taken.Told]:
    """Each figure over the period its card tells it for."""
    periods = {code: compare.told(definition(code), page.chosen.period) for code in codes}
    found = {
        period: told(page.key, tuple(c for c in codes if periods[c] == period), period, page.chosen.places)
        for period in dict.fromkeys(periods.values())
    }
    return [(found[periods[c]][c], page.own(periods[c])) for c in codes]


def _tables(drawn: Lot) -> list[tuple[int, Card, Table]]:
    found = [(card, table) for card in drawn.cards for table in card.tables]
    return [(n, card, table) for n, (card, table) in enumerate(found, start=1)]


def _tabbed(tab: str, made: Sheet) -> Sheet:
    return Sheet(made.title, made.frame, made.notes, tab, made.under, made.figures, made.words)


def _cover(page: Page, drawn: Lot) -> Sheet:
    """The page's finding, and one row a sheet."""
    rows = [(str(n), card.title, card.unit) for n, card, _ in _tables(drawn)]
    frame = taken.contents(rows, page.language)
    notes = (*_invented(page), page.say("take.signs"), page.say("take.build", build=page.key.build))
    return Sheet(drawn.title, frame, notes, page.say("take.cover"), drawn.scope)


def file_name(page: Page, drawn: Lot, number: int = 0) -> str:
    """Page, card and period in letters every machine keeps; a bare table says here that it is invented."""
    invented = page.say("take.invented") if data.is_demo(page.key) else ""
    parts = ("cau-noi", invented, drawn.view, str(number or ""), page.chosen.period)
    return "_".join(p for p in parts if p).replace("..", "_")


def _codes(page: Page, *more: str) -> tuple[str, ...]:
    """What the audit trail says was taken: the kind of file, the page, the period, the places."""
    return (*more, lot.now().view, page.chosen.period, *page.chosen.places)
