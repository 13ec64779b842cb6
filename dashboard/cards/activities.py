"""Everything else the teams and clubs do, one chapter each: its figures side by side."""

import streamlit as st

from dashboard.cards import card as frame
from dashboard.cards import headline
from dashboard.cards.card import card, plain, replayed
from dashboard.cards.changes import scope
from dashboard.cards.page import Page
from pipelines.catalog import kpi as definition
from pipelines.present import charts, parts
from pipelines.present.marks import listing

#: Chapter → its KPI cards; the first leads.
CHAPTERS = {
    "rehab": ("V01", "V02", "V03", "V04"),
    "work": ("V05", "V06", "V07", "V08"),
    "clubs": ("B03", "B01", "B02", "B04"),
    "security": ("S01", "S02", "a52", "O06"),
    "communication": ("C01", "C02", "C03", "C05"),
}
MODELS = ("B01", "models_volunteer", "P01")


@replayed
def heading(page: Page) -> None:
    """The three largest efforts of the teams in one sentence."""
    found = page.told("V01", "S01", "B03")
    values = {
        name: found[code].text(page.language)
        for name, code in (("rehab", "V01"), ("patrols", "S01"), ("sessions", "B03"))
    }
    known = any(found[code].known for code in ("V01", "S01", "B03"))
    frame.heading(page.say("activities.title" if known else "overview.title_nothing", **values), scope(page))


def chapter(page: Page, name: str) -> None:
    """A chapter: what it is in a sentence, its cards, and the way to its leading figure on the map."""
    codes = CHAPTERS[name]
    st.markdown(f"### {plain(page.say(f'activities.{name}'))}", anchors=False)
    frame.small(page.say(f"activities.{name}_about"))
    headline.kpi_row(page, *codes)
    label = page.markdown("activities.more", kpi=definition(codes[0]).label.of(page.language))
    link = {**page.link, "kpi": codes[0]}
    st.page_link("views/overview.py", label=label, icon=":material/arrow_forward:", query_params=link)


@replayed
def models_card(page: Page) -> None:
    """The three models of management at the place of residence and their total."""
    found = page.told(*MODELS, "B07")
    marks = parts.marks([found[code] for code in MODELS], page.language)
    whole = found["B07"]
    title = page.say("activities.models" if whole.known else "activities.models_none", n=whole.text(page.language))
    unit = page.say("activities.models_unit", period=page.period, place=page.place)
    with card(page, title, unit, frame.source(page, "D")) as face:
        face.picture(
            charts.bars(marks), title, listing(marks, page.say("column.model"), page.say("column.count")), key="models"
        )
