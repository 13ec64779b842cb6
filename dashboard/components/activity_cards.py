"""Draw the other activities of teams and clubs, one chapter each with its figures."""

import streamlit as st

from dashboard.components import card as frame
from dashboard.components import metric_row
from dashboard.components.card import cached_card, open_card
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from pipelines.catalog import find_kpi as definition
from pipelines.catalog import list_card_codes
from pipelines.present import charts
from pipelines.present.chart_data import points_table
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.format.text import capitalise_first
from pipelines.present.panels import headlines, team_sizes

#: The chapters of the page; each is a card of pages.toml whose first figure leads.
CHAPTERS = ("rehab", "work", "clubs", "security", "communication")
#: Efforts that the heading names, by their placeholder.
EFFORTS = {"rehab": "V01", "patrols": "S01", "sessions": "B03"}


@cached_card
def show_heading(page: PageContext) -> None:
    """Write the three largest efforts of the teams in one sentence."""
    found = page.results(*EFFORTS.values())
    parts = []
    for name, code in EFFORTS.items():
        if found[code].makes_headline:
            number = found[code].format_value(page.language)
            parts.append(page.translate(f"activities.title_{name}", n=number))
    finding = capitalise_first("; ".join(parts))
    if not parts:
        efforts = found.select(EFFORTS.values())
        first = next((result for result in efforts if result.is_known), efforts[0])
        finding = headlines.explain_figure(first, page.language)
    frame.show_heading(finding, scope_text(page))


def show_chapter(page: PageContext, name: str) -> None:
    """Draw a chapter: a sentence, its cards, and a link to its leading figure by place."""
    st.markdown(f"### {escape_markdown(page.translate(f'activities.{name}'))}", anchors=False)
    frame.small_text(page.translate(f"activities.{name}_about"))
    metric_row.kpi_row(page, f"activities.{name}")
    leading = list_card_codes(f"activities.{name}")[0]
    label = page.markdown("activities.more", kpi=definition(leading).label.of(page.language))
    link = {**page.link, "kpi": leading}
    st.page_link(
        "views/compare.py", label=label, icon=":material/arrow_forward:", query_params=link
    )


@cached_card
def models_card(page: PageContext) -> None:
    """Draw the three models of management at the place of residence and their total."""
    models = list_card_codes("activities.models")
    found = page.results(*models, "B07")
    marks = team_sizes.kpi_points(found.select(models), page.language)
    whole = found["B07"]
    title = headlines.explain_figure(whole, page.language).removesuffix(".")
    if whole.is_known:
        key = "activities.models" if whole.value else "activities.models_none"
        title = page.translate(key, n=whole.format_value(page.language))
    unit = page.translate("activities.models_unit", period=page.period, place=page.place)
    with open_card(page, title, unit, frame.source_text(page, "D")) as face:
        column, count = page.translate("column.model"), page.translate("column.count")
        table = points_table(marks, column, count)
        face.show_chart(charts.draw_bars(marks), title, table, key="models")
