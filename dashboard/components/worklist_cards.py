"""Draw what is to be done, ward by ward: counts by reason, one table, messages, one workbook."""

from datetime import timedelta

import streamlit as st

from dashboard import filters
from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components import export_menu
from dashboard.components.card import ROW, open_card
from dashboard.components.page_content import CardContent, CardTable, current_content
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures, lists
from pipelines.output.spreadsheet import write_workbook
from pipelines.present.format import numbers, periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import comparison, work_items
from pipelines.present.panels.work_items import WorkItem
from pipelines.reference.periods import Span, parse_period

#: Quarters of returns that a row shows, and of the small line beside them.
QUARTERS = 12
#: Rows on the page at once; the height of one row in pixels.
ROWS = 14
#: Pixels of the columns: place, district, reasons, returns, four figures.
WIDTHS = (130, 110, 290, 120, 80, 86, 82, 110)
ALL = "all"


def list_items(page: PageContext) -> list[WorkItem]:
    """List the wards of the selection with what is to be done in the period's last quarter."""
    quarter = comparison.last_quarter(page.chosen.period)
    places = page.chosen.places
    issues = lists.load_issues(page.key, quarter, places)
    outliers = lists.load_outliers(page.key, quarter, places)
    results = {}
    for code in (*work_items.CODES, "O01"):
        results[code] = page.results_by(code, "ward", period=quarter)
    return work_items.list_items(
        lists.load_coverage(page.key, _recent_period(page), places),
        quarter,
        issues,
        outliers,
        results,
        figures.team_size(page.key),
        page.language,
    )


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
    key = "worklist.title" if busy else "worklist.title_none"
    finding = page.translate(key, n=count, whole=whole, period=when)
    frame.show_heading(finding, scope_text(page))


def work_card(page: PageContext, items: list[WorkItem]) -> None:
    """Draw the wards of the chosen reason; chosen rows open their messages and one workbook."""
    title = page.translate("worklist.table")
    unit = page.translate("worklist.table_unit", place=page.place)
    with open_card(page, title, unit, page.translate("worklist.table_foot")):
        shown = _choose_reason(page, items)
        if not shown:
            st.markdown(page.translate("worklist.none_here"))
            return
        chosen = _draw_table(page, shown, title)
        if chosen:
            _show_messages(page, [shown[row] for row in chosen if row < len(shown)])


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
    table = work_items.work_table(shown, page.language)
    current_content().open.append(CardTable(table, title, 4))
    key = filters.selection_key("worklist_rows", page.chosen)
    picked = st.dataframe(
        table,
        hide_index=True,
        row_height=ROW,
        height=ROW * min(len(shown), ROWS) + ROW + 2,
        column_config=frame.column_config(table, 4, 0, WIDTHS),
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        alt=title,
    )
    return list(picked.selection.rows)


def _show_messages(page: PageContext, chosen: list[WorkItem]) -> None:
    """Draw the message for each chosen ward, ready to copy, and a workbook of their rows."""
    quarter = comparison.last_quarter(page.chosen.period)
    settings = figures.load_settings()
    due = parse_period(quarter).end + timedelta(days=settings.timely_days)
    deadline = periods.format_day(max(due, settings.today() + timedelta(days=7)), page.language)
    st.markdown(f"**{escape_markdown(page.translate('worklist.messages', n=len(chosen)))}**")
    for item in chosen:
        label = figures.place_label(item.ward, quarter)
        message = work_items.write_message(item, label, deadline, page.language)
        st.code(message, language=None, wrap_lines=True)
    title = page.translate("worklist.table")
    table = CardTable(work_items.work_table(chosen, page.language), title, 4)
    card = CardContent(title, page.translate("worklist.table_unit", place=page.place), "")
    access.download_button(
        page.translate("worklist.workbook"),
        lambda: write_workbook([export_menu.make_sheet(page, card, table)]),
        f"{export_menu.download_file_name(page, current_content(), card)}.xlsx",
        export_menu.XLSX,
        "xlsx",
        "worklist",
        page.chosen.period,
        *[item.ward for item in chosen],
        key="worklist_file",
    )
