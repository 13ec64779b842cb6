"""Overview: the four stories in figures, the chosen KPI on the map, over time and by place, and what has changed."""

import streamlit as st

from dashboard.cards import card, changes, clients, headline, kpi, notebook, points, reader

page = reader.page()
if not card.empty(page):
    changes.heading(page)
    headline.kpi_row(page, "T06", "K01", "R08", "P01")

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi.map_card(page)
    with right:
        changes.changes_list(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        kpi.trend_card(page, height=220, wide=640)
    with right:
        clients.topic_card(page)

    left, right = st.columns([2, 1], gap="small")
    with left:
        points.growth_card(page)
    with right:
        kpi.bar_card(page, most=7)
    changes.goals_row(page)
    notebook.button(page, page.chosen.kpi)
