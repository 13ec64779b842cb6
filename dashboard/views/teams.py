"""Show teams and volunteers: sizes, places, joined and left, contacts, meetings, plans."""

import streamlit as st

from dashboard.components import card, kpi_card, metric_row, notebook_link, page_context, team_cards

page = page_context.load_page_context()
if not card.show_empty_state(page):
    team_cards.show_heading(page)
    metric_row.kpi_row(page, "teams.headline")

    left, right = st.columns([2, 1], gap="small")
    with left:
        team_cards.size_card(page)
    with right:
        kpi_card.show_trends(page, "teams.size_trend", height=300, wide=300)

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi_card.show_maps(page, "teams.size_map")
    with right:
        kpi_card.show_bars(page, "teams.size_places", most=11)

    left, right = st.columns(2, gap="small")
    with left:
        team_cards.flow_card(page)
    with right:
        kpi_card.show_trends(page, "teams.load_trend", height=280)
    team_cards.show_work(page)
    notebook_link.show_for_card(page, "teams.notebook")
