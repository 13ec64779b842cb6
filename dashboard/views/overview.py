"""Show the main figures, the chosen KPI on map, over time and by place, and what changed."""

import streamlit as st

from dashboard.components import (
    card,
    client_cards,
    kpi_card,
    metric_row,
    notebook_link,
    page_context,
    point_cards,
    what_changed,
)

page = page_context.load_page_context()
if not card.show_empty_state(page):
    story = kpi_card.choose_story(page)
    what_changed.show_heading(page)
    metric_row.kpi_row(page, "overview.headline")

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi_card.map_card(story, stories=True)
    with right:
        what_changed.changes_list(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi_card.trend_card(story, height=220, wide=640)
    with right:
        client_cards.topic_card(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        point_cards.growth_card(page)
    with right:
        kpi_card.bar_card(story, most=7)
    what_changed.show_targets(page)
    notebook_link.notebook_button(page, story.chosen.kpi)
