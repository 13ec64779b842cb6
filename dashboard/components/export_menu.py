"""Taking away: a card's tables and pictures, and the whole page as one workbook; made on the click, written down."""

from collections.abc import Callable

import streamlit as st

from dashboard.auth import access
from dashboard.components import page_content
from dashboard.components.page_content import CardContent, CardTable, PageContent
from dashboard.components.page_context import PageContext, load_results
from dashboard.queries import figures
from pipelines.output.spreadsheet import TableSheet, write_csv, write_workbook
from pipelines.present.kpi_result import find_kpi_definition
from pipelines.present.panels import comparison, export_tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
#: The address that static/page.js turns into a file of the picture it names.
PICTURE = "#picture={kind}:{key}"


def card_files(page: PageContext, number: int, card: CardContent) -> None:
    """The files of one card: its tables as a workbook, each as CSV, each picture as PNG and SVG."""
    tables, name = card.tables, download_file_name(page, page_content.current_content(), number)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        made = _workbook_maker(page, tables, card)
        access.download_button(
            "Excel", made, f"{name}.xlsx", XLSX, *_audit_codes(page, "xlsx"), key=f"xlsx_{number}"
        )
        for place, table in enumerate(tables):
            label, part = (
                ("CSV", name) if len(tables) == 1 else (f"CSV {place + 1}", f"{name}-{place + 1}")
            )
            access.download_button(
                label,
                _csv_maker(page, table),
                f"{part}.csv",
                CSV,
                *_audit_codes(page, "csv"),
                key=f"csv_{number}_{place}",
            )
        for table in (t for t in tables if t.picture):
            links = (
                f"[{kind.upper()}]({PICTURE.format(kind=kind, key=table.picture)})"
                for kind in ("png", "svg")
            )
            st.markdown(f"{page.translate('take.picture')} {' · '.join(links)}", width="content")


def _workbook_maker(
    page: PageContext, tables: tuple[CardTable, ...], card: CardContent
) -> Callable[[], bytes]:
    return lambda: write_workbook([make_sheet(page, card, t) for t in tables])


def _csv_maker(page: PageContext, table: CardTable) -> Callable[[], bytes]:
    return lambda: write_csv(table.frame, page.language, table.words)


def make_sheet(page: PageContext, card: CardContent, table: CardTable) -> TableSheet:
    """One table as a sheet: the card's finding, what and where, the figures as numbers, the card's small print."""
    notes = (card.foot, *_demo_notes(page, card.foot), page.translate("take.signs"))
    return TableSheet(
        card.title, table.frame, notes, under=card.unit, figures=page.language, words=table.words
    )


def _demo_notes(page: PageContext, told: str = "") -> tuple[str, ...]:
    """That the figures are no real ones, where they are not and nothing has said so yet."""
    words = page.translate("card.demo")
    return (words,) if figures.is_demo(page.key) and words not in told else ()


def page_menu(page: PageContext, drawn: PageContent) -> None:
    """The whole page as one workbook, and its form for paper; `drawn` fills while the page is drawn."""
    with st.popover(page.translate("take.page"), type="tertiary"):
        st.markdown(page.translate("take.page_words"))
        access.download_button(
            page.translate("take.workbook"),
            lambda: page_workbook(page, drawn),
            f"{download_file_name(page, drawn)}.xlsx",
            XLSX,
            *_audit_codes(page, "page", drawn.view),
            key="take_page",
        )
        st.markdown(f"[{page.translate('take.print')}](#print)")


def page_workbook(page: PageContext, drawn: PageContent) -> bytes:
    """What the page is about, a sheet a table, what the figures mean, and the returns behind them."""
    cards = [
        (f"{n} {table.alt}", make_sheet(page, card, table))
        for n, card, table in _number_tables(drawn)
    ]
    codes = list(drawn.codes)
    behind = [
        ("meanings", export_tables.meaning_table(codes, page.language), 6),
        ("coverage", export_tables.coverage_table(_results_for(page, codes), page.language), 2),
    ]
    last = [
        TableSheet(
            page.translate(f"take.{name}"),
            frame,
            under=drawn.scope,
            figures=page.language,
            words=words,
        )
        for name, frame, words in behind
    ]
    return write_workbook(
        [_cover_sheet(page, drawn), *(_name_tab(tab, s) for tab, s in cards), *last]
    )


def _results_for(page: PageContext, codes: list[str]) -> list[export_tables.Told]:
    """Each figure over the period its card tells it for."""
    periods = {
        code: comparison.shown_period(find_kpi_definition(code), page.chosen.period)
        for code in codes
    }
    found = {
        period: load_results(
            page.key, tuple(c for c in codes if periods[c] == period), period, page.chosen.places
        )
        for period in dict.fromkeys(periods.values())
    }
    return [(found[periods[c]][c], page.own_period(periods[c])) for c in codes]


def _number_tables(drawn: PageContent) -> list[tuple[int, CardContent, CardTable]]:
    found = [(card, table) for card in drawn.cards for table in card.tables]
    return [(n, card, table) for n, (card, table) in enumerate(found, start=1)]


def _name_tab(tab: str, made: TableSheet) -> TableSheet:
    return TableSheet(made.title, made.frame, made.notes, tab, made.under, made.figures, made.words)


def _cover_sheet(page: PageContext, drawn: PageContent) -> TableSheet:
    """The page's finding, and one row a sheet."""
    rows = [(str(n), card.title, card.unit) for n, card, _ in _number_tables(drawn)]
    frame = export_tables.contents_table(rows, page.language)
    notes = (
        *_demo_notes(page),
        page.translate("take.signs"),
        page.translate("take.build", build=page.key.build),
    )
    return TableSheet(drawn.title, frame, notes, page.translate("take.cover"), drawn.scope)


def download_file_name(page: PageContext, drawn: PageContent, number: int = 0) -> str:
    """Page, card and period in letters every machine keeps; a bare table says here that it is invented."""
    invented = page.translate("take.invented") if figures.is_demo(page.key) else ""
    parts = ("cau-noi", invented, drawn.view, str(number or ""), page.chosen.period)
    return "_".join(p for p in parts if p).replace("..", "_")


def _audit_codes(page: PageContext, *more: str) -> tuple[str, ...]:
    """What the audit trail says was taken: the kind of file, the page, the period, the places."""
    return (*more, page_content.current_content().view, page.chosen.period, *page.chosen.places)
