"""Draw clients reached: persons and contacts apart, overlapping topics, ways of meeting."""

from dashboard.components import card as frame
from dashboard.components import metric_row
from dashboard.components.card import cached_card, open_card
from dashboard.components.kpi_card import list_sources
from dashboard.components.page_context import HEADLINES, PageContext
from dashboard.components.what_changed import scope_text
from pipelines.catalog import list_card_codes
from pipelines.present import charts
from pipelines.present.chart_data import points_table
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels import headlines, team_sizes


@cached_card
def show_heading(page: PageContext) -> None:
    """Write new clients (persons) and counselling contacts (events), never in one sum."""
    found = page.results(*HEADLINES)
    new, contacts = found["K01"], found["K05"]
    finding = page.translate(
        "clients.title",
        n=new.format_value(page.language),
        contacts=contacts.format_value(page.language),
    )
    if not contacts.makes_headline:
        finding = headlines.explain_figure(contacts, page.language)
    if not new.makes_headline:
        finding = headlines.explain_absence(new, "clients", page.language)
    frame.show_heading(finding, scope_text(page))


def show_row(page: PageContext, name: str) -> None:
    """Draw a row of KPI cards under its sentence."""
    frame.small_text(page.translate(f"clients.{name}"))
    metric_row.kpi_row(page, f"clients.{name}")


@cached_card
def topic_card(page: PageContext) -> None:
    """Draw contacts by topic; one contact may stand under several."""
    topics = list_card_codes("clients.topics")
    found = page.results(*topics, "U06", "K05")
    rows = found.select(topics)
    note = page.translate(
        "clients.topics_note",
        topics=found["U06"].format_value(page.language),
        contacts=found["K05"].format_value(page.language),
    )
    _draw_parts(page, rows, "clients.topics", note if found["K05"].is_known else "", key="topics")


@cached_card
def mode_card(page: PageContext) -> None:
    """Draw contacts by way of meeting; every contact has one."""
    modes = list_card_codes("clients.modes")
    found = page.results(*modes, "K05")
    rows = found.select(modes)
    note = page.translate("clients.modes_note", contacts=found["K05"].format_value(page.language))
    _draw_parts(page, rows, "clients.modes", note if found["K05"].is_known else "", key="modes")


@cached_card
def group_card(page: PageContext) -> None:
    """Draw new clients by group, with women and ages in the note."""
    groups = list_card_codes("clients.groups")
    in_note = list_card_codes("clients.women_and_ages")
    found = page.results(*groups, *in_note)
    rows = found.select(groups)
    values = {code: found[code].format_value(page.language) for code in in_note}
    note = page.translate("clients.groups_note", **values)
    is_known = all(found[code].is_known for code in in_note)
    _draw_parts(page, rows, "clients.groups", note if is_known else "", key="groups")


def _draw_parts(
    page: PageContext, rows: list[KpiResult], text: str, note: str, *, key: str
) -> None:
    marks = team_sizes.kpi_points(rows, page.language)
    title = team_sizes.leading_finding(marks, text, page.language)
    unit = page.translate(f"{text}_unit", period=page.period, place=page.place)
    table = points_table(marks, page.translate(f"{text}_column"), page.translate("column.count"))
    with open_card(page, title, unit, note, *list_sources(page, rows[0])) as face:
        face.show_chart(charts.draw_bars(marks), title, table, key=key)
