"""Export a card's tables and charts as files, and the whole page as one workbook.

Files are made on the click and written into the audit trail.
"""

import re
from collections.abc import Callable

import streamlit as st

from dashboard.auth import access
from dashboard.components import page_content
from dashboard.components.page_content import CardContent, CardTable, PageContent
from dashboard.components.page_context import PageContext, load_results
from dashboard.queries import figures
from dashboard.selection import REPORTED
from pipelines.output.spreadsheet import TableSheet, write_csv, write_workbook
from pipelines.present.format.text import slugify
from pipelines.present.kpi_result import KpiResult, find_kpi_definition
from pipelines.present.panels import comparison, export_tables
from pipelines.present.panels.geography import describe_method

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
#: The address that static/page.js turns into a file of the picture it names.
PICTURE = "#picture={kind}:{name}:{key}"


def card_files(page: PageContext, number: int, card: CardContent) -> None:
    """Draw the files of one card: a workbook, each table as CSV, each chart as PNG and SVG."""
    tables, name = card.tables, download_file_name(page, page_content.current_content(), card)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        make_workbook = _workbook_maker(page, tables, card)
        codes = _audit_codes(page, "xlsx")
        access.download_button(
            "Excel", make_workbook, f"{name}.xlsx", XLSX, *codes, key=f"xlsx_{number}"
        )
        for place, table in enumerate(tables):
            label, file_name = "CSV", name
            if len(tables) > 1:
                label, file_name = f"CSV {place + 1}", f"{name}-{place + 1}"
            access.download_button(
                label,
                _csv_maker(page, table),
                f"{file_name}.csv",
                CSV,
                *_audit_codes(page, "csv"),
                key=f"csv_{number}_{place}",
            )
        for table in tables:
            if table.picture:
                links = _picture_links(table.picture, name)
                st.markdown(f"{page.translate('take.picture')} {links}", width="content")


def _picture_links(key: str, name: str) -> str:
    """Return the links that page.js turns into files of a chart."""
    png, svg = (PICTURE.format(kind=kind, name=name, key=key) for kind in ("png", "svg"))
    return f"[PNG]({png}) · [SVG]({svg})"


def _workbook_maker(
    page: PageContext, tables: tuple[CardTable, ...], card: CardContent
) -> Callable[[], bytes]:
    return lambda: write_workbook([make_sheet(page, card, t) for t in tables])


def _csv_maker(page: PageContext, table: CardTable) -> Callable[[], bytes]:
    return lambda: write_csv(table.frame, page.language, table.words)


def make_sheet(page: PageContext, card: CardContent, table: CardTable) -> TableSheet:
    """Return one table as a sheet: the card's finding and scope, its figures, its small print."""
    method = describe_method(page.key.geography, page.language)
    demo = _demo_notes(page, card.foot)
    notes = (page.day_text, card.foot, *demo, method, page.translate("take.signs"))
    notes = tuple(filter(None, notes))
    return TableSheet(
        card.title, table.frame, notes, under=card.unit, figures=page.language, words=table.words
    )


def _demo_notes(page: PageContext, foot: str = "") -> tuple[str, ...]:
    """Return the note that figures are invented, where they are and `foot` does not say so."""
    note = page.translate("card.demo")
    return (note,) if figures.is_demo(page.key) and note not in foot else ()


def page_menu(page: PageContext, drawn: PageContent) -> None:
    """Draw the menu of the page: one workbook, and the form for paper.

    `drawn` is filled while the page is drawn.
    """
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
    """Return the page as a workbook: cover, a sheet for each table, definitions and coverage."""
    sheets = [_cover_sheet(page, drawn)]
    for number, card, table in _number_tables(drawn):
        sheets.append(_name_tab(f"{number} {table.alt}", make_sheet(page, card, table)))
    codes = list(drawn.codes)
    meanings = export_tables.meaning_table(codes, page.language)
    coverage = export_tables.coverage_table(_results_for(page, codes), page.language)
    for name, frame, words in (("meanings", meanings, 6), ("coverage", coverage, 2)):
        title = page.translate(f"take.{name}")
        sheet = TableSheet(title, frame, under=drawn.scope, figures=page.language, words=words)
        sheets.append(sheet)
    return write_workbook(sheets)


def _results_for(page: PageContext, codes: list[str]) -> list[export_tables.Told]:
    """Return each KPI over the period for which its card shows it, in the order of `codes`."""
    period_of: dict[str, str] = {}
    codes_of: dict[str, list[str]] = {}
    for code in codes:
        period = comparison.shown_period(find_kpi_definition(code), page.chosen.period)
        period_of[code] = period
        codes_of.setdefault(period, []).append(code)
    found: dict[str, KpiResult] = {}
    for period, together in codes_of.items():
        results = load_results(page.key, tuple(together), period, page.chosen.places)
        found.update({code: results[code] for code in together})
    return [(found[code], page.own_period(period_of[code])) for code in codes]


def _number_tables(drawn: PageContent) -> list[tuple[int, CardContent, CardTable]]:
    """List the page's tables with their cards, numbered from 1."""
    numbered: list[tuple[int, CardContent, CardTable]] = []
    for card in drawn.cards:
        for table in card.tables:
            numbered.append((len(numbered) + 1, card, table))
    return numbered


def _name_tab(tab: str, made: TableSheet) -> TableSheet:
    return TableSheet(made.title, made.frame, made.notes, tab, made.under, made.figures, made.words)


def _cover_sheet(page: PageContext, drawn: PageContent) -> TableSheet:
    """Return the first sheet: the page's finding, and one row for each sheet."""
    rows = [(str(n), card.title, card.unit) for n, card, _ in _number_tables(drawn)]
    frame = export_tables.contents_table(rows, page.language)
    method = describe_method(page.key.geography, page.language)
    notes = (
        *_demo_notes(page),
        *filter(None, (page.day_text, method)),
        page.translate("take.signs"),
        page.translate("take.build", build=page.key.build),
    )
    return TableSheet(drawn.title, frame, notes, page.translate("take.cover"), drawn.scope)


def download_file_name(
    page: PageContext, drawn: PageContent, card: CardContent | None = None
) -> str:
    """Return a file's name of figure or page, period and place, in letters every machine keeps.

    A bare table says here that its figures are invented.
    """
    invented = page.translate("take.invented") if figures.is_demo(page.key) else ""
    # NOTE: the line under a card's finding begins with its figure; unit, period and place follow.
    subject = re.split(r"[,;(·]", card.unit)[0] if card else ""
    period = page.chosen.period.replace("..", "_")
    units = "" if page.key.geography == REPORTED else page.key.geography
    day = slugify(page.day_text)
    place = slugify(page.place)
    parts = ("cau-noi", invented, drawn.view, slugify(subject), period, units, place, day)
    return "_".join(filter(None, parts))


def _audit_codes(page: PageContext, *more: str) -> tuple[str, ...]:
    """Return what the audit trail notes: the kind of file, the page, the period, the places."""
    day = (page.chosen.day,) if page.chosen.day else ()
    view = page_content.current_content().view
    return (*more, view, page.chosen.period, *page.chosen.places, *day)
