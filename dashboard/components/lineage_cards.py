"""Draw where one figure comes from: what it counts, its cells and their versions, gaps, changes."""

from dataclasses import replace

import polars as pl
import streamlit as st

from dashboard import filters
from dashboard.auth import access
from dashboard.components import card as frame
from dashboard.components.card import open_card, show_table, small_text
from dashboard.components.page_context import PageContext, load_results
from dashboard.components.what_changed import scope_text
from dashboard.queries import figures, lists
from pipelines.catalog import format_sentence
from pipelines.errors import Refused
from pipelines.present.format import periods
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.kpi_result import KpiResult, find_kpi_definition, name_with_unit
from pipelines.present.panels import comparison, figure_sources

#: Pixels of the columns of cells, of gaps and of changed cells.
CELL_WIDTHS = (120, 100, 64, 72, 170, 64, 70, 175, 90, 84)
GAP_WIDTHS = (150, 130, 90, 300, 180)
BRIDGE_WIDTHS = (150, 130, 90, 90, 80, 80, 90, 150)
#: Cells that stand on the page at once; the files have them all.
ROWS = 12


def find_figure(page: PageContext) -> tuple[str, str]:
    """Return the figure looked at and the period for which it is shown."""
    code = page.chosen.figure or page.chosen.kpi
    return code, comparison.shown_period(find_kpi_definition(code), page.chosen.period)


def find_result(page: PageContext) -> KpiResult:
    """Return the figure for the whole selection."""
    code, period = find_figure(page)
    return page.result(code, period, among=(code,))


def show_heading(page: PageContext) -> None:
    """Write the figure with its value, and the list to choose another."""
    whole = find_result(page)
    _, period = find_figure(page)
    label = whole.kpi.label.of(page.language)
    finding = page.translate(
        "lineage.title",
        kpi=label,
        n=whole.format_with_unit(page.language),
        period=periods.format_period_in_sentence(period, page.language),
    )
    if not whole.is_known:
        finding = whole.format_sentence(page.place, page.language)
    frame.show_heading(finding, scope_text(page))
    codes = figures.load_options(page.key).figures
    filters.kpi_filter(
        page.chosen,
        codes,
        lambda code: figure_sources.name_figure(find_kpi_definition(code), page.language),
        chosen=whole.kpi.code,
    )


def _scope_line(page: PageContext, key: str) -> str:
    whole = find_result(page)
    _, period = find_figure(page)
    when = periods.format_period(period, page.language)
    named = name_with_unit(whole.kpi, page.language)
    return page.translate(key, named=named, period=when, place=page.place)


def definition_card(page: PageContext) -> None:
    """Draw what the figure counts and does not, how it is computed, and its base."""
    whole = find_result(page)
    title = page.translate("lineage.meaning")
    with open_card(page, title, _scope_line(page, "lineage.meaning_unit")):
        table = figure_sources.definition_table(whole, page.place, page.language)
        frame.show_text_table(frame.as_markdown(table), title, left=2)


def cell_card(page: PageContext) -> None:
    """Draw the cells that are counted; a chosen one with all that was ever sent for it."""
    code, period = find_figure(page)
    cells, refused = lists.load_cells(page.key, code, period, page.chosen.places)
    if refused is not None:
        _show_refusal(page, page.translate("lineage.cells_about"), refused)
        return
    _record_lines(page, code, period, cells)
    versions, _ = lists.load_versions(page.key, code, period, page.chosen.places)
    shown = figure_sources.add_texts(figure_sources.select_shown(cells), versions)
    zone = figures.load_settings().zone
    title = figure_sources.cell_finding(cells, page.language)
    with open_card(page, title, _scope_line(page, "lineage.cells_unit")):
        if shown.is_empty():
            return
        table = figure_sources.cell_table(shown, page.language, zone)
        key = filters.selection_key(f"cells_{code}", page.chosen)
        chosen = show_table(table, title, rows=ROWS, left=5, last=4, widths=CELL_WIDTHS, choose=key)
        if chosen is not None:
            _show_versions(page, shown.row(chosen, named=True), versions)


def _record_lines(page: PageContext, code: str, period: str, cells: pl.DataFrame) -> None:
    """Write into the audit trail that single referrals are shown."""
    if "referral" in cells.columns and cells.height:
        access.record_event("lines", "lineage", code, period, *page.chosen.places)


def _show_versions(page: PageContext, cell: dict[str, object], versions: pl.DataFrame) -> None:
    """Draw every version of one cell, oldest first."""
    own = _pick_versions(versions, cell)
    if own.is_empty():
        return
    title = page.translate("lineage.versions", place=cell["ward_name"], n=own.height)
    st.markdown(f"**{escape_markdown(title)}**")
    table = figure_sources.version_table(own, page.language, figures.load_settings().zone)
    show_table(table, title, left=1, last=8)


def _pick_versions(versions: pl.DataFrame, cell: dict[str, object]) -> pl.DataFrame:
    """Return the versions of one cell; without any, the empty table."""
    own = versions
    for name in figure_sources.CELL if versions.height else ():
        own = own.filter(pl.col(name) == cell[name])
    return own


def _show_refusal(page: PageContext, title: str, refused: Refused) -> None:
    """Draw a card that says why there is nothing to be seen."""
    with open_card(page, title, ""):
        sentence = format_sentence(refused.code, page.language, **refused.values)
        st.markdown(escape_markdown(sentence))


def gap_card(page: PageContext) -> None:
    """Draw the returns and cells that the figure lacks."""
    code, period = find_figure(page)
    found = lists.load_gaps(page.key, code, period, page.chosen.places)
    title = figure_sources.gap_finding(found, page.language)
    with open_card(page, title, _scope_line(page, "lineage.gaps_unit")):
        if found.height:
            table = figure_sources.gap_table(found, page.language)
            show_table(table, title, rows=8, left=5, widths=GAP_WIDTHS)


def change_card(page: PageContext) -> None:
    """Draw how the figure came to be: receipts in time and late, corrections, and the rest."""
    code, period = find_figure(page)
    found, refused = lists.load_history(page.key, code, period, page.chosen.places)
    if refused is not None:
        return
    title = figure_sources.change_finding(found, page.language)
    with open_card(
        page,
        title,
        _scope_line(page, "lineage.changes_unit"),
        page.translate("lineage.changes_foot"),
    ) as body:
        if found.height:
            drawn = figure_sources.draw_history(found, page.language)
            body.show_chart(drawn.figure, title, drawn.table, key="history", grow=False)
            show_table(figure_sources.change_table(found, page.language), title, rows=8, left=3)


def bridge_card(page: PageContext) -> None:
    """Draw what has changed since the day looked back to, cell by cell; without one, how to ask."""
    code, period = find_figure(page)
    if not page.chosen.day:
        if page.key.scope.sees_some:
            small_text(page.translate("lineage.bridge_how"))
        return
    found, refused = lists.load_bridge(page.key, code, period, page.chosen.places)
    if refused is not None:
        return
    now = load_results(replace(page.key, day=""), (code,), period, page.chosen.places)[code]
    title = figure_sources.bridge_finding(found, find_result(page), now, page.language)
    with open_card(page, title, _scope_line(page, "lineage.bridge_unit")) as body:
        if found.height:
            drawn = figure_sources.draw_bridge(found, find_result(page), page.language)
            body.show_chart(drawn.figure, title, drawn.table, key="bridge", grow=False)
            table = figure_sources.bridge_table(found, page.language)
            show_table(table, title, rows=8, left=4, last=1, widths=BRIDGE_WIDTHS)
