"""Draw what is to be done, ward by ward: counts by reason, one table, messages, one workbook."""

from dataclasses import replace
from typing import get_args
from zlib import crc32

import polars as pl
import streamlit as st

from dashboard import filters
from dashboard.auth import access
from dashboard.auth.identity import LOCAL
from dashboard.components import card as frame
from dashboard.components import worklist_bar
from dashboard.components.card import ROW, open_card
from dashboard.components.page_content import CardTable, current_content
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures, lists
from dashboard.selection import ROWS as ROW_KINDS
from pipelines.present.format import numbers, periods
from pipelines.present.panels import comparison, work_items
from pipelines.present.panels.work_items import RowKind, WorkItem, WorkSources
from pipelines.reference.periods import Span, parse_period
from pipelines.store import work_marks
from pipelines.store.work_marks import WorkMark

#: Quarters of returns that a row shows, and of the small line beside them.
QUARTERS = 12
#: Rows on the page at once; the height of one row in pixels.
ROWS = 14
#: Pixels of the columns: place, district, reasons, marks, returns, four figures.
WIDTHS = (120, 105, 270, 140, 116, 76, 82, 82, 110)
#: Columns of words.
WORDS = 5
ALL = "all"


def list_items(page: PageContext) -> list[WorkItem]:
    """List the wards, teams or points of the selection with what is to be done.

    That is in the period's last quarter.
    """
    quarter = comparison.last_quarter(page.chosen.period)
    places = page.chosen.places
    results = {}
    for code in (*work_items.CODES["ward"], "O01"):
        results[code] = page.results_by(code, "ward", period=quarter)
    sources = WorkSources(
        quarter,
        lists.load_coverage(page.key, _recent_period(page), places),
        lists.load_issues(page.key, quarter, places),
        lists.load_outliers(page.key, quarter, places),
        results,
        page.results_by("O01", "ward", "period", period=_recent_period(page)),
        figures.team_size(page.key),
        _load_marks(page),
    )
    return work_items.list_items(sources, _row_kind(page), page.language)


def _row_kind(page: PageContext) -> RowKind:
    """Return what a row is, as the link says."""
    kinds: tuple[RowKind, ...] = get_args(RowKind)
    return next((kind for kind in kinds if kind == page.chosen.rows), kinds[0])


def _recent_period(page: PageContext) -> str:
    """Return the last quarters of the data up to the period's end."""
    last = parse_period(comparison.last_quarter(page.chosen.period)).last
    oldest = figures.first_quarter(page.key)
    first = max(last.plus(1 - QUARTERS), oldest, key=lambda quarter: quarter.index)
    return Span(first, last).code


def show_heading(page: PageContext, items: list[WorkItem]) -> None:
    """Write in how many wards something is to be done."""
    busy = sum(bool(item.reasons) for item in items)
    count, whole = (numbers.format_number(n, page.language) for n in (busy, len(items)))
    quarter = comparison.last_quarter(page.chosen.period)
    when = periods.format_period_in_sentence(quarter, page.language)
    key = f"worklist.title{'' if busy else '_none'}.{_row_kind(page)}"
    finding = page.translate(key, n=count, whole=whole, period=when)
    frame.show_heading(finding, scope_text(page))


def work_card(page: PageContext, items: list[WorkItem]) -> None:
    """Draw the wards of the chosen reason; chosen rows open marks, messages and one workbook."""
    title = page.translate("worklist.table")
    unit = page.translate("worklist.table_unit", place=page.place)
    with open_card(page, title, unit, page.translate("worklist.table_foot")):
        names = page.translate_by_name("worklist.rows_", ROW_KINDS)
        filters.rows_control(page.chosen, page.translate("worklist.rows"), names)
        shown = _choose_reason(page, items)
        if _row_kind(page) != "point":
            frame.small_text(_describe_chance(page, items))
        worklist_bar.show_undo(page, items)
        if not shown:
            st.markdown(page.translate("worklist.none_here"))
            return
        rows = _draw_table(page, shown, title)
        chosen = [shown[row] for row in rows if row < len(shown)]
        if chosen:
            table = CardTable(_make_table(page, chosen), title, WORDS)
            worklist_bar.show_bar(page, chosen, table)


def _describe_chance(page: PageContext, items: list[WorkItem]) -> str:
    quarter, places = comparison.last_quarter(page.chosen.period), page.chosen.places
    unusual = lists.load_outliers(page.key, quarter, places).height
    expected = lists.count_expected_outliers(page.key, quarter, places)
    return work_items.describe_chance(items, unusual, expected, page.language)


def _choose_reason(page: PageContext, items: list[WorkItem]) -> list[WorkItem]:
    """Draw the chips with their counts, and return the wards of the chosen one."""
    counts = work_items.count_reasons(items)
    busy = [item for item in items if item.reasons]
    names = {ALL: page.translate("worklist.chip_all", n=len(busy))}
    for reason, count in counts.items():
        number = numbers.format_number(count, page.language)
        names[reason] = page.translate(f"worklist.chip_{reason}", n=number)
    chosen = filters.card_control("worklist", names, ALL, page.translate("worklist.chips"))
    return busy if chosen == ALL else [item for item in busy if chosen in item.reasons]


def _draw_table(page: PageContext, shown: list[WorkItem], title: str) -> list[int]:
    table = _make_table(page, shown)
    current_content().open.append(CardTable(table, title, WORDS))
    # NOTE: rows are chosen by number: with other rows, or in another order, nothing is chosen.
    order = crc32(",".join(item.ward for item in shown).encode())
    key = filters.selection_key(f"worklist_rows:{order}", page.chosen)
    config = frame.column_config(table, WORDS, 0, WIDTHS)
    line = page.translate("worklist.column_line")
    config[line] = st.column_config.LineChartColumn(line, width=110, y_min=0, color="gray")
    # NOTE: the column shows no line at all for a list with a gap; the foot says what is left out.
    contacts = [work_items.list_known_contacts(item) for item in shown]
    drawn = table.clone().insert_column(WORDS, pl.Series(line, contacts, dtype=pl.List(pl.Float64)))
    picked = st.dataframe(
        drawn,
        hide_index=True,
        row_height=ROW,
        height=ROW * min(len(shown), ROWS) + ROW + 2,
        column_config=config,
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        alt=title,
    )
    return list(picked.selection.rows)


def _make_table(page: PageContext, items: list[WorkItem]) -> pl.DataFrame:
    return work_items.work_table(
        items, _row_kind(page), figures.load_settings().zone, page.language
    )


def _load_marks(page: PageContext) -> list[WorkMark]:
    """Return the marks of the period's last quarter, none on a page that looks back to a day."""
    if page.key.day:
        return []
    quarter = comparison.last_quarter(page.chosen.period)
    marks = work_marks.list_marks(access.open_state(), quarter)
    return [replace(mark, who="") if mark.who == LOCAL else mark for mark in marks]
