"""Draw clients reached: persons and contacts apart, overlapping topics, ways of meeting."""

from dashboard.components import card as frame
from dashboard.components import metric_row
from dashboard.components.card import cached_card, open_card
from dashboard.components.kpi_card import list_sources
from dashboard.components.page_context import HEADLINES, PageContext
from dashboard.components.what_changed import scope_text
from pipelines.present import charts
from pipelines.present.chart_data import points_table
from pipelines.present.kpi_result import KpiResult
from pipelines.present.panels import team_sizes

PERSONS = ("K01", "K02", "K06", "K09")
CONTACTS = ("K05", "K03", "K04", "K10")
TOPICS = ("U01", "U02", "U03", "U04", "U05")
GROUPS = ("b18a", "b18b", "b18c", "b18d", "b18e", "b18f")
#: New clients who are women, and by age.
WHO = ("b16", "b17a", "b17b", "b17c")
REVIEW = ("K07", "K08", "K12", "K11e")
OUTREACH = ("O01", "O02", "O07", "O06")
MODES = ("K11a", "K11b", "K11c", "K11d", "K11e")


@cached_card
def show_heading(page: PageContext) -> None:
    """Write new clients (persons) and counselling contacts (events), never in one sum."""
    found = page.results(*HEADLINES)
    new, contacts = found["K01"], found["K05"]
    key = "clients.title" if new.is_known else f"changes.clients_{new.state}"
    values = {
        "new": new.format_value(page.language),
        "contacts": contacts.format_value(page.language),
    }
    frame.show_heading(page.translate(key, **values), scope_text(page))


def show_row(page: PageContext, name: str, codes: tuple[str, ...]) -> None:
    """Draw a row of KPI cards under its sentence."""
    frame.small_text(page.translate(f"clients.{name}"))
    metric_row.kpi_row(page, *codes)


@cached_card
def topic_card(page: PageContext) -> None:
    """Draw contacts by topic; one contact may stand under several."""
    found = page.results(*TOPICS, "U06", "K05")
    rows = [found[code] for code in TOPICS]
    note = page.translate(
        "clients.topics_note",
        topics=found["U06"].format_value(page.language),
        contacts=found["K05"].format_value(page.language),
    )
    _draw_parts(page, rows, "clients.topics", note if found["K05"].is_known else "", key="topics")


@cached_card
def mode_card(page: PageContext) -> None:
    """Draw contacts by way of meeting; every contact has one."""
    found = page.results(*MODES, "K05")
    rows = [found[code] for code in MODES]
    note = page.translate("clients.modes_note", contacts=found["K05"].format_value(page.language))
    _draw_parts(page, rows, "clients.modes", note if found["K05"].is_known else "", key="modes")


@cached_card
def group_card(page: PageContext) -> None:
    """Draw new clients by group, with women and ages in the note."""
    found = page.results(*GROUPS, *WHO)
    rows = [found[code] for code in GROUPS]
    values = {code: found[code].format_value(page.language) for code in WHO}
    note = page.translate("clients.groups_note", **values)
    is_known = all(found[code].is_known for code in WHO)
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
