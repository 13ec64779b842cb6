"""Everything else the teams and clubs do, one chapter each: its figures side by side."""

import streamlit as st

from dashboard.components import card as frame
from dashboard.components import metric_row
from dashboard.components.card import cached_card, open_card
from dashboard.components.page_context import PageContext
from dashboard.components.what_changed import scope_text
from pipelines.catalog import find_kpi as definition
from pipelines.present import charts
from pipelines.present.chart_data import points_table
from pipelines.present.format.escaping import escape_markdown
from pipelines.present.panels import team_sizes

#: Chapter → its KPI cards; the first leads.
CHAPTERS = {
    "rehab": ("V01", "V02", "V03", "V04"),
    "work": ("V05", "V06", "V07", "V08"),
    "clubs": ("B03", "B01", "B02", "B04"),
    "security": ("S01", "S02", "a52", "O06"),
    "communication": ("C01", "C02", "C03", "C05"),
}
MODELS = ("B01", "models_volunteer", "P01")


@cached_card
def show_heading(page: PageContext) -> None:
    """The three largest efforts of the teams in one sentence."""
    found = page.results("V01", "S01", "B03")
    values = {
        name: found[code].format_value(page.language)
        for name, code in (("rehab", "V01"), ("patrols", "S01"), ("sessions", "B03"))
    }
    known = any(found[code].is_known for code in ("V01", "S01", "B03"))
    frame.show_heading(
        page.translate("activities.title" if known else "overview.title_nothing", **values),
        scope_text(page),
    )


def show_chapter(page: PageContext, name: str) -> None:
    """A chapter: what it is in a sentence, its cards, and the way to its leading figure on the map."""
    codes = CHAPTERS[name]
    st.markdown(f"### {escape_markdown(page.translate(f'activities.{name}'))}", anchors=False)
    frame.small_text(page.translate(f"activities.{name}_about"))
    metric_row.kpi_row(page, *codes)
    label = page.markdown("activities.more", kpi=definition(codes[0]).label.of(page.language))
    link = {**page.link, "kpi": codes[0]}
    st.page_link(
        "views/overview.py", label=label, icon=":material/arrow_forward:", query_params=link
    )


@cached_card
def models_card(page: PageContext) -> None:
    """The three models of management at the place of residence and their total."""
    found = page.results(*MODELS, "B07")
    marks = team_sizes.kpi_points([found[code] for code in MODELS], page.language)
    whole = found["B07"]
    title = page.translate(
        "activities.models" if whole.is_known else "activities.models_none",
        n=whole.format_value(page.language),
    )
    unit = page.translate("activities.models_unit", period=page.period, place=page.place)
    with open_card(page, title, unit, frame.source_text(page, "D")) as face:
        face.show_chart(
            charts.draw_bars(marks),
            title,
            points_table(marks, page.translate("column.model"), page.translate("column.count")),
            key="models",
        )
